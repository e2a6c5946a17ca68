"""Where people stand: the schools that a person is at, and those that the person has left.

Records that were merged are one person: wherever one of them is or was, all of them are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, cast

from emis_desktop.rules.aliases import groups, mains
from emis_desktop.state_hash import Stored
from sync.server.log import PUT
from sync.server.model import ServerModel
from sync.server.raw import Raw

_TRANSFERRED: Final = "transferred"
_HOSTED: Final = "hosted"


class Stay(NamedTuple):
    """One enrolment; in the order of the columns read."""

    person: bytes
    school: bytes
    period: bytes
    starts: str
    ends: str | None
    exit: str | None
    destination: bytes | None
    deleted: int | None
    standing: str


@dataclass(frozen=True, slots=True)
class Standing:
    """``present`` and ``former`` schools of a person; ``stays``: school and year of each enrolment.

    ``of_nobody``: somebody of no school and without any tie, who stays where the record came from.
    """

    present: frozenset[bytes] = frozenset()
    former: frozenset[bytes] = frozenset()
    stays: frozenset[tuple[bytes, bytes]] = frozenset()
    of_nobody: bool = False

    def schools_in(self, period: bytes | None) -> frozenset[bytes]:
        """The schools at which the person was enrolled in that year."""
        return frozenset(school for school, year in self.stays if year == period)


_NOWHERE: Final = Standing()
STAY_COLUMNS: Final = (
    "person_id",
    "institution_id",
    "period_id",
    "starts_on",
    "ends_on",
    "exit",
    "destination_id",
    "deleted_at",
    "standing",
)
"""What a :class:`Stay` is read from."""


class People:
    """Reads standings in bulk; each person's once."""

    def __init__(self, raw: Raw, model: ServerModel, *, upto: int | None = None) -> None:
        """``upto``: leave out enrolments, posts and guardianships that came behind that number of the log."""
        self._raw = raw
        self._model = model
        self._upto = upto
        self._known: dict[bytes, Standing] = {}
        self._records: Mapping[bytes, tuple[bytes, ...]] | None = None
        self._periods: dict[bytes, bytes] | None = None

    def forget(self) -> None:
        """Enrolments, posts, guardianships or doubles have changed."""
        self._known.clear()
        self._records = None

    def records_of(self, person: bytes) -> tuple[bytes, ...]:
        """All records that were merged into one with that of a person."""
        if self._records is None:
            table = self._model.tables["person"].table
            names = ("id", "alias_of_id")
            rows = self._raw.rows("SELECT id, alias_of_id FROM person WHERE alias_of_id IS NOT NULL")
            links = {cast(bytes, row[0]): cast(bytes, row[1]) for row in self._raw.stored(table, names, rows)}
            self._records = {one: group for group in groups(mains(links)).values() for one in group}
        return self._records.get(person, (person,))

    def standings(self, people: Iterable[bytes]) -> Mapping[bytes, Standing]:
        """The standing of each person."""
        unknown = {person for person in people if person not in self._known}
        if unknown:
            wards, tied = self._wards(unknown)
            pupils = unknown.union(*wards.values()) if wards else unknown
            stays = self._stays({record for person in pupils for record in self.records_of(person)})
            posts = self._posts(unknown)
            own = {
                person: of_stays(stay for record in self.records_of(person) for stay in stays.get(record, ()))
                for person in pupils
            }
            for person in unknown:
                children = [Standing(own[child].present) for child in wards.get(person, ())]
                found = _together([own[person], *children], posts.get(person))
                alone = not (found.present or found.former or person in tied)
                self._known[person] = replace(found, of_nobody=alone)
        return self._known

    def period_of(self, term: bytes) -> bytes | None:
        """The school year of a term."""
        if self._periods is None:
            table = self._model.tables["term"].table
            names = ("id", "period_id")
            rows = self._raw.stored(table, names, self._raw.rows("SELECT id, period_id FROM term"))
            self._periods = {row[0]: row[1] for row in rows}  # type: ignore[misc]
        return self._periods.get(term)

    def guardians(self, pupils: Iterable[bytes]) -> set[bytes]:
        """The guardians of those pupils."""
        table = self._model.tables["guardianship"].table
        return {row[0] for row in self._raw.read(table, ("guardian_id",), "student_id", pupils)}  # type: ignore[misc]

    def _wards(self, people: Iterable[bytes]) -> tuple[dict[bytes, set[bytes]], set[bytes]]:
        """The pupils whose guardian each is, and all who are or were a guardian."""
        names = ("guardian_id", "student_id", "deleted_at")
        found: defaultdict[bytes, set[bytes]] = defaultdict(set)
        tied: set[bytes] = set()
        for guardian, pupil, deleted in self._read("guardianship", names, "guardian_id", people):
            tied.add(guardian)  # type: ignore[arg-type]
            if deleted is None:
                found[guardian].add(pupil)  # type: ignore[index,arg-type]
        return dict(found), tied

    def _stays(self, people: Iterable[bytes]) -> dict[bytes, list[Stay]]:
        found: defaultdict[bytes, list[Stay]] = defaultdict(list)
        for row in self._read("enrolment", STAY_COLUMNS, "person_id", people):
            found[row[0]].append(Stay(*row))  # type: ignore[index,arg-type]
        return dict(found)

    def _read(
        self, name: str, names: Sequence[str], by: str, people: Iterable[bytes]
    ) -> Iterable[Sequence[Stored]]:
        table = self._model.tables[name].table
        if self._upto is None:
            return self._raw.read(table, names, by, people)
        rows = list(self._raw.read(table, (*names, "id"), by, people))
        ids = [cast(bytes, row[-1]) for row in rows]
        late = brought_since(self._raw, self._model, name, ids, self._upto)
        return [row[:-1] for row in rows if row[-1] not in late]

    def _posts(self, people: Iterable[bytes]) -> dict[bytes, Standing]:
        names = ("person_id", "institution_id", "ends_on", "deleted_at")
        held: defaultdict[bytes, set[bytes]] = defaultdict(set)
        ended: defaultdict[bytes, set[bytes]] = defaultdict(set)
        for person, school, ends, deleted in self._read("staff_position", names, "person_id", people):
            (held if ends is None and deleted is None else ended)[person].add(school)  # type: ignore[index,arg-type]
        return {
            person: Standing(frozenset(held[person] or ended[person]), frozenset(ended[person]))
            for person in held.keys() | ended.keys()
        }


def brought_since(raw: Raw, model: ServerModel, table: str, ids: Iterable[bytes], number: int) -> set[bytes]:
    """Which of those rows of a table came behind that number of the log."""
    sql = (
        "SELECT row_id FROM change_log WHERE facet = ? AND kind = ? AND granted = 0 AND seq > ? "
        "AND row_id {ids}"
    )
    return {row[0] for row in raw.among(sql, ids, (model.tables[table].main.name, PUT, number))}


def of_stays(stays: Iterable[Stay]) -> Standing:
    """Where the enrolments of one person put them. Deleted ones count only when there are no others."""
    every = list(stays)
    if not every:
        return _NOWHERE
    valid = [stay for stay in every if stay.deleted is None] or every
    latest = max(stay.starts for stay in valid)
    last = [stay for stay in valid if stay.starts == latest]
    present = {stay.school for stay in valid if _open(stay, latest)}
    if not present:
        present = {stay.school for stay in last}
        if all(stay.exit == _TRANSFERRED for stay in last):
            present |= {stay.destination for stay in last if stay.destination is not None}
    schools = {stay.school for stay in valid}
    years = frozenset((stay.school, stay.period) for stay in valid)
    return Standing(frozenset(present), frozenset(schools - present), years)


def _open(stay: Stay, day: str) -> bool:
    """Whether the enrolment goes on beyond that day; a guest's is over once it has an end."""
    if stay.exit is not None:
        return False
    return stay.ends is None or (stay.ends >= day and stay.standing != _HOSTED)


def _together(parts: list[Standing], posts: Standing | None) -> Standing:
    if posts is not None:
        parts.append(posts)
    if len(parts) == 1:
        return parts[0]
    present = frozenset().union(*(part.present for part in parts))
    former = frozenset().union(*(part.former for part in parts))
    stays = frozenset().union(*(part.stays for part in parts))
    return Standing(present, former - present, stays)


def busy_elsewhere(
    raw: Raw, model: ServerModel, people: Iterable[bytes], schools: Container[bytes]
) -> set[bytes]:
    """Who of those has an enrolment or a post that goes on at a school that is not among ``schools``."""
    wanted = list(people)
    found: set[bytes] = set()
    for name, ends in (("enrolment", ("ends_on", "exit")), ("staff_position", ("ends_on",))):
        names = ("person_id", "institution_id", "deleted_at", *ends)
        for person, school, *over in raw.read(model.tables[name].table, names, "person_id", wanted):
            if school not in schools and all(one is None for one in over):
                found.add(cast(bytes, person))
    return found
