"""Which records are one person: the one mechanism by which everything of a merged pupil is found.

No row is moved when two records are merged: marks, enrolments and numbers stay with the record that they were
written to. Whoever asks for something of a person asks for all records of that person (:func:`together`),
and of two rows that say the same thing of one person, such as two marks for one test, the one of the record
that was asked for counts, then that of the main record (:meth:`Together.own_first`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from emis_desktop.cipher_words import our_words
from emis_desktop.rules.aliases import groups, mains

_LINKS: Final = (
    "SELECT double.id, double.alias_of_id FROM person AS double "
    "JOIN person AS kept ON kept.id = double.alias_of_id AND kept.deleted_at IS NULL "
    "WHERE double.deleted_at IS NULL AND double.alias_of_id >= x''"
)
"""Whoever was merged into a record that is still there. The bound lets the index answer."""
_NEAR: Final = f"{_LINKS} AND (double.id IN ({{ids}}) OR double.alias_of_id IN ({{ids}}))"
_ANY: Final = "SELECT 1 FROM person WHERE alias_of_id >= x'' LIMIT 1"
_AT_ONCE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Together:
    """Records of people who were asked for, with their doubles. ``main`` has doubles only, ``group`` the
    records of a main record that has any: itself first.
    """

    main: Mapping[UUID, UUID]
    group: Mapping[UUID, tuple[UUID, ...]]

    def main_of(self, person_id: UUID) -> UUID:
        """The main record of a person."""
        return self.main.get(person_id, person_id)

    def of(self, person_id: UUID) -> tuple[UUID, ...]:
        """All records of a person: that one, then the main one, then the others."""
        group = self.group.get(self.main_of(person_id))
        return (person_id,) if group is None else (person_id, *(one for one in group if one != person_id))

    def all_of(self, people: Iterable[UUID]) -> list[UUID]:
        """All records of these people, each once."""
        if not self.group:
            return list(dict.fromkeys(people))
        return list(dict.fromkeys(one for person_id in people for one in self.of(person_id)))

    def own_first(
        self, people: Collection[UUID], rows: Iterable[Sequence[Any]], key: int = 0
    ) -> Iterator[tuple[Any, ...]]:
        """``rows``, which begin with the id of a person, as rows of ``people``: of several with the same next
        ``key`` columns that of the record itself, else the main one's, else another's.
        """
        if not self.group:
            yield from map(tuple, rows)
            return
        asked: dict[UUID, list[tuple[int, UUID]]] = {}
        for person_id in people:
            for place, one in enumerate(self.of(person_id)):
                asked.setdefault(one, []).append((place, person_id))
        best: dict[tuple[Any, ...], tuple[int, tuple[Any, ...]]] = {}
        for row in rows:
            for place, person_id in asked.get(row[0], ()):
                known = best.get(found := (person_id, *row[1 : 1 + key]))
                if known is None or place < known[0]:
                    best[found] = place, (person_id, *row[1:])
        for _place, chosen in best.values():
            yield chosen


NOBODY: Final = Together({}, {})


def together(of: Session | Connection, people: Collection[UUID]) -> Together:
    """Those of these people who have several records, and which."""
    connection = of.connection() if isinstance(of, Session) else of
    ids = {person_id.bytes for person_id in people}
    return _together(_near(connection, ids)) if ids else NOBODY


def everybody_together(of: Session | Connection) -> Together:
    """All people of the store who have several records."""
    return _together(links(of.connection() if isinstance(of, Session) else of))


def links(connection: Connection) -> dict[bytes, bytes]:
    """Whom each double of the store names."""
    return dict(_ask(connection, _LINKS, ()))


def near_links(connection: Connection, ids: Iterable[bytes]) -> dict[bytes, bytes]:
    """The links of all records that are one person with any of these."""
    return _near(connection, set(ids))


def _near(connection: Connection, ids: set[bytes]) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    if not _ask(connection, _ANY, ()):
        return found
    known: set[bytes] = set()
    fresh = ids
    while fresh:
        known |= fresh
        rest = iter(fresh)
        while piece := tuple(islice(rest, _AT_ONCE)):
            found.update(_ask(connection, _NEAR.format(ids=_places(piece)), (*piece, *piece)))
        fresh = {one for link in found.items() for one in link} - known
    return found


def _ask(connection: Connection, question: str, values: Sequence[bytes]) -> list[tuple[Any, ...]]:
    with our_words():
        cursor = connection.connection.cursor()
        try:
            cursor.execute(question, values)
            return list(cursor.fetchall())
        finally:
            cursor.close()


def _places(values: Collection[object]) -> str:
    return ",".join("?" * len(values))


def _together(named: Mapping[bytes, bytes]) -> Together:
    if not named:
        return NOBODY
    main = {UUID(bytes=one): UUID(bytes=of) for one, of in mains(named).items()}
    return Together(main, groups(main))
