"""Pupils who may be the one that is being typed: found among all names, judged by the rules, explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from rapidfuzz import fuzz, process
from sqlalchemy import Connection

from emis_desktop.database import Database
from emis_desktop.queries.search import StudentFilter, plan_of
from emis_desktop.queries.student_rows import StudentRow, rows_at
from emis_desktop.rules.likeness import ALIKE, Features, Reason, reasons, score
from emis_desktop.rules.names import fold
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, may_read, require
from emis_desktop.search_lines import digits, tag

MOST: Final = 3
"""Pupils named at once."""
_BLOCK: Final = 4_000
"""Names compared in one go, between two looks at whether to stop."""
_NEAREST: Final = 25
_LINES = "SELECT rank, sort FROM student_place WHERE rank > ? AND instr(tags, ?) > 0 ORDER BY rank LIMIT ?"
_PHONES = "SELECT person_id, phones FROM student_line, json_each(?) WHERE rank = value"


@dataclass(frozen=True, slots=True)
class Possible:
    """A pupil who may be the same, with the reasons, the likeliest first in a list."""

    row: StudentRow
    reasons: tuple[Reason, ...]


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
            ranks = {*self._sharing_words(connection, typed), *self._near(connection, typed, check)}
            rows = rows_at(connection, sorted(ranks))
            phones = self._phones(connection, sorted(ranks))
        found = [
            Possible(row, why)
            for row in rows
            if row.id != student_id and (why := reasons(typed, _features(row, phones.get(row.id, ""))))
        ]
        return tuple(sorted(found, key=lambda one: -score(one.reasons))[:MOST])

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
        own = self._actor.institution_id
        whose = tag("i", own) if own is not None else "all"
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


def phones_of(*numbers: str) -> frozenset[str]:
    """Phone numbers as they are compared."""
    return frozenset({digits(number) for number in numbers} - {""})


def _features(row: StudentRow, phones: str) -> Features:
    return Features(row.given_names, row.family_name, row.birth_date, frozenset(phones.split()))
