"""Pupils who may be one: the one that is being typed, or any two of a school or the country. Found among all
names, judged by the rules, explained; two who were said to be two people are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from rapidfuzz import fuzz, process
from sqlalchemy import Connection

from emis_desktop.database import Database
from emis_desktop.one_person import together
from emis_desktop.queries.search import StudentFilter, plan_of
from emis_desktop.queries.student_rows import StudentRow, rows_at
from emis_desktop.rules.aliases import older
from emis_desktop.rules.candidates import candidates
from emis_desktop.rules.likeness import ALIKE, Features, Reason, reasons, score
from emis_desktop.rules.names import fold
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, may_read, require
from emis_desktop.search_lines import ALL, digits, tag

MONTHS: Final = 12
MOST: Final = 3
"""Pupils named at once."""
_BLOCK: Final = 4_000
"""Names compared in one go, between two looks at whether to stop."""
_NEAREST: Final = 25
LONGEST: Final = 1_000
"""Pairs of a report; the likeliest come first."""
_LINES = "SELECT rank, sort FROM student_place WHERE rank > ? AND instr(tags, ?) > 0 ORDER BY rank LIMIT ?"
_BORN = (
    "SELECT student_line.rank FROM person JOIN student_line ON student_line.person_id = person.id "
    "JOIN student_place ON student_place.rank = student_line.rank "
    "WHERE birth_date IN (?, ?) AND instr(tags, ?) > 0 LIMIT ?"
)
_EVERYBODY = (
    "SELECT student_line.rank, person.id, given_names, family_name, birth_date, phones FROM student_line "
    "JOIN student_place ON student_place.rank = student_line.rank "
    "JOIN person ON person.id = student_line.person_id WHERE instr(tags, ?) > 0 ORDER BY student_line.rank"
)
_DIFFERENT = (
    "SELECT row_id, other FROM conflict WHERE kind = 'duplicate' AND table_name = 'person' "
    "AND decision = 'different' AND deleted_at IS NULL"
)
_SAME_DAY: Final = 400
_PHONES = "SELECT person_id, phones FROM student_line, json_each(?) WHERE rank = value"


@dataclass(frozen=True, slots=True)
class Possible:
    """A pupil who may be the same, with the reasons, the likeliest first in a list."""

    row: StudentRow
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be of one pupil: the older, the newer, how likely (0 to 100) and why."""

    one: StudentRow
    other: StudentRow
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The likeliest pairs first, at most :data:`LONGEST` of ``found``; of ``looked_at`` records."""

    pairs: tuple[Pair, ...]
    found: int
    looked_at: int


class DuplicateQueries:
    """Looks for doubles among the pupils of an actor's school, or of all."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Phones are compared for an actor who may read them."""
        self._db = db
        self._actor = actor

    def possible(
        self,
        typed: Features,
        student_id: UUID | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> tuple[Possible, ...]:
        """Up to three pupils, other than ``student_id``, who may be the one typed; nobody without both names.

        Reads through every name of the actor's school: for a thread of its own. ``check`` is called now and
        then and may raise to stop.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        if not (fold(typed.given_names) and fold(typed.family_name)):
            return ()
        with self._db.read() as session:
            connection = session.connection()
            ranks = {
                *self._sharing_words(connection, typed),
                *self._near(connection, typed, check),
                *self._born_then(connection, typed),
            }
            left = said_different(connection)
            own = together(connection, [student_id] if student_id is not None else [])
            rows = rows_at(connection, sorted(ranks))
            phones = self._phones(connection, sorted(ranks))
        found = [
            Possible(row, why)
            for row in rows
            if student_id is None
            or (row.id != own.main_of(student_id) and not _are_different(left, own.of(student_id), (row.id,)))
            if (why := reasons(typed, _features(row, phones.get(row.id, ""))))
        ]
        return tuple(sorted(found, key=lambda one: -score(one.reasons))[:MOST])

    def report(self, tell: Callable[[int, int], None], institution_id: UUID | None = None) -> Report:
        """All pairs of the actor's school, of ``institution_id`` or of the country that may be one pupil.

        Compares what shares a block (:mod:`emis_desktop.rules.candidates`), never each with each: for a
        thread of its own. ``tell`` hears (done, of all) and may raise to stop.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        school = self._actor.institution_id or institution_id
        contact = may_read(self._actor, SensitivityClass.CONTACT)
        with self._db.read() as session:
            connection = session.connection()
            rows = connection.exec_driver_sql(
                _EVERYBODY, (tag("i", school) if school is not None else ALL,)
            ).all()
            records = [
                Features(
                    row[2],
                    row[3],
                    date.fromisoformat(row[4]) if row[4] else None,
                    frozenset(row[5].split()) if contact else frozenset(),
                )
                for row in rows
            ]
            found: dict[tuple[int, int], tuple[Reason, ...]] = {}
            for pair in candidates(records, tell):
                if pair not in found and (why := reasons(records[pair[0]], records[pair[1]])):
                    found[pair] = why
            ids = [UUID(bytes=row[1]) for row in rows]
            left = said_different(connection)
            whole = together(connection, {ids[place] for pair in found for place in pair} if left else ())
            kept = [
                (pair, why)
                for pair, why in found.items()
                if not _are_different(left, whole.of(ids[pair[0]]), whole.of(ids[pair[1]]))
            ]
            kept.sort(key=lambda one: (-score(one[1]), one[0]))
            shown = kept[:LONGEST]
            ranks = sorted({rows[place][0] for pair, _ in shown for place in pair})
            by_id = {row.id: row for row in rows_at(connection, ranks)}
        pairs = []
        for (first, second), why in shown:
            one, other = older(ids[first], ids[second])
            pairs.append(Pair(by_id[one], by_id[other], score(why), why))
        return Report(tuple(pairs), len(kept), len(records))

    def _born_then(self, connection: Connection, typed: Features) -> list[int]:
        """Lines of those born on that day, or with day and month swapped: however the names are spelt."""
        born = typed.birth_date
        if born is None:
            return []
        turned = date(born.year, born.day, born.month) if born.day <= MONTHS else born
        values = (born.isoformat(), turned.isoformat(), self._whose(), _SAME_DAY)
        return list(connection.exec_driver_sql(_BORN, values).scalars())

    def _whose(self) -> str:
        own = self._actor.institution_id
        return tag("i", own) if own is not None else ALL

    def _sharing_words(self, connection: Connection, typed: Features) -> list[int]:
        """Lines with the family name and the first given name, whatever stands beside them."""
        words = (*fold(typed.family_name).split(), fold(typed.given_names).split()[0])
        plan = plan_of(words, StudentFilter(), self._actor)
        statement = f"SELECT student_gram.rowid {plan.source} LIMIT ?"
        return list(connection.exec_driver_sql(statement, (*plan.values, _NEAREST)).scalars())

    def _near(self, connection: Connection, typed: Features, check: Callable[[], None]) -> Iterator[int]:
        """Lines whose names have nearly the same letters, in this order or swapped."""
        given, family = fold(typed.given_names), fold(typed.family_name)
        for block in self._blocks(connection):
            check()
            names = dict(block)
            for wanted in (f"{family}\t{given}", f"{given}\t{family}"):
                near = process.extract(wanted, names, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=_NEAREST)
                yield from (rank for _name, _score, rank in near)

    def _blocks(self, connection: Connection) -> Iterator[list[tuple[int, str]]]:
        whose = self._whose()
        last = -(1 << 62)
        while True:
            rows = connection.exec_driver_sql(_LINES, (last, whose, _BLOCK)).all()
            if not rows:
                return
            last = rows[-1][0]
            yield [(rank, "\t".join(sort.split("\t", 2)[:2])) for rank, sort in rows]

    def _phones(self, connection: Connection, ranks: list[int]) -> dict[UUID, str]:
        if not may_read(self._actor, SensitivityClass.CONTACT):
            return {}
        rows = connection.exec_driver_sql(_PHONES, (str(ranks),)).all()
        return {UUID(bytes=person): phones for person, phones in rows}


def said_different(connection: Connection) -> frozenset[frozenset[UUID]]:
    """The pairs of records of which somebody said that they are two people."""
    rows = connection.exec_driver_sql(_DIFFERENT).all()
    return frozenset(
        frozenset((UUID(bytes=one), UUID(bytes=other))) for one, other in rows if isinstance(other, bytes)
    )


def _are_different(
    left: frozenset[frozenset[UUID]], mine: Collection[UUID], theirs: Collection[UUID]
) -> bool:
    return bool(left) and any(frozenset((one, other)) in left for one in mine for other in theirs)


def phones_of(*numbers: str) -> frozenset[str]:
    """Phone numbers as they are compared."""
    return frozenset({digits(number) for number in numbers} - {""})


def _features(row: StudentRow, phones: str) -> Features:
    return Features(row.given_names, row.family_name, row.birth_date, frozenset(phones.split()))
