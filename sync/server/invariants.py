"""Rules that no single row can break, looked at after a merge: journalled, and nothing is dropped.

Only what was just written is looked at, against what is there: two open enrolments of a pupil, two places of
an enrolment at one time, a mark above its item's maximum, a number of a report card given twice, one
identity number of two people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Final, cast

from sqlalchemy import Table

from emis_desktop.state_hash import Stored
from sync.server.apply_merge import DELETED, Merging
from sync.server.conflicts import rule
from sync.server.people import People
from sync.server.raw import Raw

ONE_ENROLMENT: Final = "one_enrolment"
ONE_PLACE: Final = "one_place"
MARK_MAXIMUM: Final = "mark_maximum"
CARD_NUMBER: Final = "card_number"
NATIONAL_ID: Final = "national_id"
HOSTED: Final = "hosted"
_FAR: Final = "9999-12-31"
_LONG_AGO: Final = "0001-01-01"

_STATUS: Final = ("exit", "standing", "deleted_at", "outcome")

Ids = list[bytes]


def check_rules(raw: Raw, merging: Merging) -> None:
    """Journal what the rows just written break."""
    written: defaultdict[str, dict[bytes, None]] = defaultdict(dict)
    for state in merging.states.by_facet.values():
        if state.dirty and state.values.get(DELETED) is None:
            written[state.facet.table.name][state.row] = None
    checks = _Checks(raw, merging)
    if "enrolment" in written:
        checks.enrolments(list(written["enrolment"]))
    if "person" in written:
        checks.merged(list(written["person"]))
    if "class_pupil" in written:
        checks.places(list(written["class_pupil"]))
    if "mark" in written:
        checks.marks(list(written["mark"]))
    if "report_card" in written:
        checks.same("report_card", ("number",), CARD_NUMBER, list(written["report_card"]))
    if "person_identity" in written:
        states = merging.states
        known = [
            row
            for row in written["person_identity"]
            if not states.is_new_row("person", cast(bytes, states.rows["person_identity", row]["person_id"]))
        ]
        checks.same("person_identity", ("number", "kind"), NATIONAL_ID, known)


class _Checks:
    """The rules, one method each."""

    def __init__(self, raw: Raw, merging: Merging) -> None:
        self._raw = raw
        self._merging = merging
        self._rows = merging.states.rows

    def enrolments(self, ids: Ids) -> None:
        """One enrolment of a pupil at a time, the host's apart."""
        people = {cast(bytes, self._rows["enrolment", row]["person_id"]) for row in ids}
        by_person: defaultdict[bytes, list[Sequence[Stored]]] = defaultdict(list)
        for row in self._open_stays(people):
            by_person[cast(bytes, row[1])].append(row)
        self._overlaps("enrolment", ONE_ENROLMENT, set(ids), by_person.values())

    def merged(self, people: Ids) -> None:
        """One school at a time for a pupil of whom two records were merged; a stay that was entered twice at
        one school is kept once by whoever merges.
        """
        states = self._merging.states
        joined = [
            row
            for row in people
            if (state := states.by_facet.get(("person", row))) is not None
            and "alias_of_id" in state.dirty
            and state.values.get("alias_of_id") is not None
        ]
        if not joined:
            return
        of = People(self._raw, states.model)
        for records in {of.records_of(row) for row in joined}:
            rows = list(self._open_stays(records))
            a_school = list({row[4]: row for row in rows}.values())
            self._overlaps("enrolment", ONE_ENROLMENT, {cast(bytes, row[0]) for row in rows}, [a_school])

    def _open_stays(self, records: Iterable[bytes]) -> Iterable[Sequence[Stored]]:
        """The enrolments of these records that are not over, guests' left out."""
        names = ("id", "person_id", "starts_on", "ends_on", "institution_id", "period_id", *_STATUS)
        for row in self._read("enrolment", names, "person_id", records):
            leaves, standing, deleted, outcome = row[6:]
            over = leaves is not None or deleted is not None or (outcome is not None and row[3] is None)
            if not over and standing != HOSTED:
                yield row

    def places(self, ids: Ids) -> None:
        """One place of an enrolment in a class at a time."""
        enrolments = {cast(bytes, self._rows["class_pupil", row]["enrolment_id"]) for row in ids}
        names = ("id", "enrolment_id", "starts_on", "ends_on", "deleted_at")
        places: defaultdict[bytes, list[Sequence[Stored]]] = defaultdict(list)
        for row in self._read("class_pupil", names, "enrolment_id", enrolments):
            if row[4] is None:
                places[cast(bytes, row[1])].append(row)
        self._overlaps("class_pupil", ONE_PLACE, set(ids), places.values())

    def _overlaps(
        self,
        table: str,
        name: str,
        written: set[bytes],
        groups: Iterable[list[Sequence[Stored]]],
    ) -> None:
        """Journal the pairs of a group that overlap in time: third column begins, fourth ends."""
        for group in groups:
            group.sort(key=lambda row: (row[2] or _LONG_AGO, row[0]))
            for one, other in combinations(group, 2):
                ids = cast(bytes, one[0]), cast(bytes, other[0])
                begins, ends = cast(str, other[2] or _LONG_AGO), cast(str, one[3] or _FAR)
                if begins < ends and not written.isdisjoint(ids) and not _next_year(one, other):
                    self._break(table, ids, name)

    def marks(self, ids: Ids) -> None:
        """No mark above the maximum of its item, or below nothing."""
        items = {cast(bytes, self._rows["mark", row]["item_id"]) for row in ids}
        read = self._read("assessment_item", ("id", "maximum"), "id", items)
        most = {row[0]: cast(int, row[1]) for row in read}
        for row in ids:
            values = self._rows["mark", row]
            value = values["value"]
            item = cast(bytes, values["item_id"])
            if isinstance(value, int) and item in most and not 0 <= value <= most[item]:
                self._break("mark", (row,), MARK_MAXIMUM, [("assessment_item", item)])

    def same(self, table: str, names: tuple[str, ...], name: str, ids: Ids) -> None:
        """No two rows of a table (of different people) with the same values in these columns."""
        person = "person_id" if table == "person_identity" else "id"
        numbers = {self._rows[table, row][names[0]] for row in ids}
        columns = ("id", person, "deleted_at", *names)
        alike: defaultdict[tuple[Stored, ...], list[Sequence[Stored]]] = defaultdict(list)
        sql = ", ".join(f'"{one}"' for one in columns)
        found = self._raw.among(
            f'SELECT {sql} FROM "{table}" WHERE "{names[0]}" {{ids}}',  # noqa: S608 - names of the model
            sorted(number for number in numbers if isinstance(number, str)),
        )
        for row in self._raw.stored(self._table(table), columns, found):
            if row[2] is None:
                alike[tuple(row[3:])].append(row)
        written = set(ids)
        for group in alike.values():
            if len({row[1] for row in group}) > 1:
                every = sorted(cast(bytes, row[0]) for row in group)
                fresh = next((row for row in every if row in written), every[0])
                others = [row for row in every if row != fresh]
                self._break(table, (fresh, *others), name)

    def _break(
        self, table: str, ids: Sequence[bytes], name: str, more: Sequence[tuple[str, bytes]] = ()
    ) -> None:
        self._merging.states.load((table, row) for row in ids)
        further = [*((table, row) for row in ids[1:]), *more]
        self._merging.drafts.append(rule(table, ids[0], name, further, self._merging))

    def _table(self, name: str) -> Table:
        return self._merging.states.model.tables[name].table

    def _read(
        self, table: str, names: tuple[str, ...], where: str, ids: Iterable[bytes]
    ) -> Iterable[Sequence[Stored]]:
        return self._raw.read(self._table(table), names, where, ids)


def _next_year(one: Sequence[Stored], other: Sequence[Stored]) -> bool:
    """Two years at one school: the earlier was only not ended."""
    return len(one) > 6 and one[4] == other[4] and one[5] != other[5]
