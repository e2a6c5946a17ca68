"""New pupils who may be on record already, anywhere in the country: an equal number, or a scored likeness.

Nothing is merged unasked: the schools of both are asked, by a conflict that both see; its ``held`` names the
school that has the new record, so that the other one knows where the pupil may have gone. Candidates come by
date of birth, by day and month swapped, and by family name where a date is missing; likeness is judged by the
same rule as on a laptop.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Final, cast

from emis_desktop.rules.likeness import Features, reasons
from emis_desktop.rules.names import fold
from sync.operations import ConflictKind
from sync.server.apply_merge import DELETED, Draft, Merging, Side
from sync.server.naming import asked_about
from sync.server.raw import Raw
from sync.server.states import RowState

NUMBER: Final = "number"
LIKENESS: Final = "likeness"
_COLUMNS: Final = ("id", "given_names", "family_name", "birth_date", "deleted_at", "alias_of_id")
_MOST: Final = 5
"""Journalled for one pupil at most."""
_NAMESAKES: Final = 40
_LOOKS: Final = 400_000
"""How many pairs a batch may look at (a close look counts for many), so that records which nothing tells
apart cannot hold up everybody; those with the very same names are always looked at.
"""
_CLOSE: Final = 10


@dataclass(frozen=True, slots=True)
class _Record:
    """A pupil as compared. ``words`` are the folded parts of the names."""

    row: bytes
    features: Features
    words: frozenset[str]

    def could_be(self, other: _Record) -> bool:
        """Whether a closer look is worth its time: a common name, or the same initials."""
        if not self.words.isdisjoint(other.words):
            return True
        return {word[0] for word in self.words} == {word[0] for word in other.words}


def find_duplicates(raw: Raw, merging: Merging) -> None:
    """Journal new pupils who are likely the same as another."""
    new = [
        state
        for (facet, _), state in merging.states.by_facet.items()
        if facet == "person" and state.is_new and state.values.get(DELETED) is None
    ]
    if not new or "enrolment" not in merging.states.model.tables:
        return
    search = _Search(raw, merging)
    pairs = search.pairs(new)
    if not pairs:
        return
    _leave_out(raw, merging, pairs)
    pupils = search.pupils({row for pair in pairs for row in pair})
    told: defaultdict[bytes, int] = defaultdict(int)
    for (fresh, other), field in pairs.items():
        if fresh in pupils and other in pupils and told[fresh] < _MOST:
            told[fresh] += 1
            state = merging.states.by_facet["person", fresh]
            side = Side(other, state.base.tick.clock, state.base.user)
            asks = Side(pupils[fresh], side.clock, side.user)
            merging.drafts.append(Draft(ConflictKind.DUPLICATE, "person", fresh, field, asks, side))


def _leave_out(raw: Raw, merging: Merging, pairs: dict[tuple[bytes, bytes], str]) -> None:
    """Ask no more about two who are asked about already, or of whom a laptop has said what they are."""
    about: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for conflict, person in asked_about(raw, merging.states.model, frozenset(chain.from_iterable(pairs))):
        about[conflict].add(person)
    known = [frozenset(people) for people in about.values()]
    for pair in [pair for pair in pairs if frozenset(pair) in known]:
        del pairs[pair]


class _Search:
    """Looks for the records that new ones may be."""

    def __init__(self, raw: Raw, merging: Merging) -> None:
        self._raw = raw
        self._tables = merging.states.model.tables
        self._states = merging.states

    def pairs(self, new: list[RowState]) -> dict[tuple[bytes, bytes], str]:
        """New record and other record, and what they have in common."""
        found = dict(self._equal_numbers({state.row for state in new}))
        records = [_record(state.row, state.values) for state in new]
        fresh = {record.row for record in records}
        near = _Near(self._candidates(records))
        looks = _LOOKS
        for record in records:
            for other in chain(near.named_like(record), near.to(record) if looks > 0 else ()):
                pair = record.row, other.row
                twice = other.row in fresh and other.row > record.row  # both new: the later one asks
                looks -= 1
                if twice or pair in found or record.row == other.row or not record.could_be(other):
                    continue
                looks -= _CLOSE
                if reasons(record.features, other.features):
                    found[pair] = LIKENESS
        return found

    def _equal_numbers(self, fresh: set[bytes]) -> Iterator[tuple[tuple[bytes, bytes], str]]:
        table = self._tables["person_identity"].table
        names = ("person_id", "kind", "number", "deleted_at")
        mine = list(self._raw.read(table, names, "person_id", fresh))
        numbers = sorted({cast(str, row[2]) for row in mine})
        sql = 'SELECT person_id, kind, number, deleted_at FROM person_identity WHERE "number" {ids}'
        holders: defaultdict[tuple[str, str], set[bytes]] = defaultdict(set)
        for person, kind, number, deleted in self._raw.stored(table, names, self._raw.among(sql, numbers)):
            if deleted is None:
                holders[cast(str, kind), cast(str, number)].add(cast(bytes, person))
        for person, kind, number, deleted in mine:
            own = cast(bytes, person)
            for other in sorted(holders[cast(str, kind), cast(str, number)]):
                if deleted is None and other != own and not (other in fresh and other > own):
                    yield (own, other), NUMBER

    def _candidates(self, records: list[_Record]) -> Iterator[_Record]:
        days: set[str] = set()
        families: set[str] = set()
        for record in records:
            born = record.features.birth_date
            if born is None:
                families.add(record.features.family_name)
            else:
                days.update(str(day) for day in _days(born))
        every = {record.features.family_name for record in records}
        columns = ", ".join(_COLUMNS)
        select = f"SELECT {columns} FROM person WHERE"  # noqa: S608 - constants
        yield from self._records(f"{select} birth_date {{ids}}", days)
        yield from self._records(f"{select} family_name {{ids}}", families)
        yield from self._records(f"{select} birth_date IS NULL AND family_name {{ids}}", every)

    def _records(self, sql: str, values: set[str]) -> Iterator[_Record]:
        wanted: list[str] = sorted(values)
        table = self._tables["person"].table
        rows = self._raw.among(sql, wanted, date="birth_date {ids}" in sql)
        for row in self._raw.stored(table, _COLUMNS, rows):
            values_of = dict(zip(_COLUMNS, row, strict=True))
            if values_of[DELETED] is None and values_of["alias_of_id"] is None:
                yield _record(cast(bytes, row[0]), values_of)

    def pupils(self, people: set[bytes]) -> dict[bytes, bytes]:
        """Those of the people who were ever enrolled, each with the school of the latest enrolment."""
        table = self._tables["enrolment"].table
        names = ("person_id", "starts_on", "institution_id")
        rows = sorted(self._raw.read(table, names, "person_id", people), key=lambda row: str(row[1]))
        return {cast(bytes, row[0]): cast(bytes, row[2]) for row in rows}


class _Near:
    """Records by what brings them near to others."""

    def __init__(self, records: Iterable[_Record]) -> None:
        self._born: defaultdict[date, dict[bytes, _Record]] = defaultdict(dict)
        self._named: defaultdict[str, dict[bytes, _Record]] = defaultdict(dict)
        self._words: defaultdict[frozenset[str], dict[bytes, _Record]] = defaultdict(dict)
        for record in records:
            born = record.features.birth_date
            if born is not None:
                self._born[born][record.row] = record
            self._named[record.features.family_name][record.row] = record
            self._words[record.words][record.row] = record

    def named_like(self, record: _Record) -> Iterator[_Record]:
        """Some records with the very same names."""
        return islice(self._words.get(record.words, {}).values(), _NAMESAKES)

    def to(self, record: _Record) -> Iterator[_Record]:
        """The records near to one."""
        born = record.features.birth_date
        if born is None:
            yield from self._named.get(record.features.family_name, {}).values()
            return
        for day in _days(born):
            yield from self._born.get(day, {}).values()
        for other in self._named.get(record.features.family_name, {}).values():
            if other.features.birth_date is None:
                yield other


def _days(born: date) -> set[date]:
    """The date of birth, and with day and month swapped where that is a date."""
    return {born, date(born.year, born.day, born.month)} if born.day <= 12 else {born}


def _record(row: bytes, values: Mapping[str, object]) -> _Record:
    given, family = str(values["given_names"]), str(values["family_name"])
    said = values["birth_date"]
    born = date.fromisoformat(said) if isinstance(said, str) else None
    return _Record(row, Features(given, family, born), frozenset(fold(f"{given} {family}").split()))
