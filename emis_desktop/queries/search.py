"""Students found as one types: by any part of any name, in any order, by number, by a guardian's phone.

Every question is answered from the index in the store (:mod:`emis_desktop.search_index`), so what was written
a moment ago is found, and an actor finds the students of the own school and classes and no others.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.database import Database
from emis_desktop.one_person import together
from emis_desktop.queries.spelling import guesses, words_in
from emis_desktop.queries.student_rows import StudentRow, rows_at
from emis_desktop.rules.names import fold
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, may_read, require
from emis_desktop.search_lines import (
    ALL,
    LEFT,
    LONGEST,
    LONGEST_PHONE_RUN,
    NO_CLASS,
    ON_ROLL,
    PHONE_RUN,
    digits,
    runs_of_size,
    tag,
)

_REMEMBERED = 500
_FAR = 2_000
_KNOWN_COUNT = (
    "SELECT coalesce((SELECT students FROM search_count WHERE gram = ?), "
    "(SELECT doc FROM student_gram_count WHERE term = ?), 0)"
)
_ON_ROLL_COUNT = " - ".join(
    (f"SELECT ({_KNOWN_COUNT})", "(SELECT count(*) FROM student_gram WHERE student_gram MATCH ?)")
)
_PHONE = re.compile(r"[\d\s()+./-]{7,}")


class Roll(StrEnum):
    """Students who are on a roll now, who have left, or both."""

    ON = "on"
    LEFT = "left"
    ANY = "any"


_STATES = {Roll.ON: ON_ROLL, Roll.LEFT: LEFT}


@dataclass(frozen=True, slots=True)
class StudentFilter:
    """What narrows a list of students; empty fields do not.

    ``roll`` is that of ``institution_id``, or of the actor's school, where there is one, else that of any.
    ``period_id``: enrolled in that year; ``grade_id``: that of the last enrolment; ``class_id``: in the class
    now; ``without_class``: on roll and in no class.
    """

    roll: Roll = Roll.ANY
    institution_id: UUID | None = None
    period_id: UUID | None = None
    grade_id: UUID | None = None
    class_id: UUID | None = None
    without_class: bool = False


@dataclass(frozen=True, slots=True)
class StudentPage:
    """Some rows of a list in name order, and how many the whole list has, both as of one moment."""

    rows: tuple[StudentRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """A question to the index: its expression, and the words that the line (or a phone) must hold besides.

    Short runs stand in the index themselves; of a longer word its runs do, and the line itself decides.
    ``shared``: of pupils on roll only this one run is asked for. It may be one that most of them have: then
    it is quicker to count who has it and take off who has left.
    """

    expression: str
    words: tuple[str, ...] = ()
    phones: bool = False
    shared: str | None = None

    @property
    def single_gram(self) -> str | None:
        """The one run asked for, when that is all."""
        bare = self.expression.strip('"')
        return bare if not self.words and '"' not in bare else None

    @property
    def source(self) -> str:
        """FROM and WHERE that give the ranks of the answer."""
        if not self.words:
            return "FROM student_gram WHERE student_gram MATCH ?"
        held = "(instr(line, ?) OR instr(phones, ?))" if self.phones else "instr(line, ?)"
        checks = " AND ".join([held] * len(self.words))
        return (
            "FROM student_gram JOIN student_line ON student_line.rank = student_gram.rowid "
            f"WHERE student_gram MATCH ? AND {checks}"
        )

    @property
    def values(self) -> tuple[str, ...]:
        """What the question marks of :attr:`source` stand for."""
        times = 2 if self.phones else 1
        return (self.expression, *(word for word in self.words for _ in range(times)))


class StudentSearch:
    """The students an actor may see, searched. For all threads; keeps counts, no names."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """For the ``actor``'s own school and classes, when the actor has such."""
        self._db = db
        self._actor = actor
        self._counts: OrderedDict[tuple[int, _Plan], int] = OrderedDict()

    def window(
        self, text: str = "", filters: StudentFilter = StudentFilter(), offset: int = 0, limit: int = 40
    ) -> tuple[StudentRow, ...]:
        """``limit`` rows from ``offset`` on, in name order. Raises :class:`~emis_desktop.errors.Refused`."""
        plan = self._plan(text, filters)
        with self._db.read() as session:
            connection = session.connection()
            return rows_at(connection, self._ranks(connection, plan, offset, limit))

    def count(self, text: str = "", filters: StudentFilter = StudentFilter()) -> int:
        """How many students the whole list has. Raises :class:`~emis_desktop.errors.Refused`."""
        plan = self._plan(text, filters)
        with self._db.read() as session:
            return self._count(session.connection(), plan)

    def page(
        self, text: str = "", filters: StudentFilter = StudentFilter(), offset: int = 0, limit: int = 40
    ) -> StudentPage:
        """:meth:`window` and :meth:`count` as of one moment: what a table needs to show itself."""
        plan = self._plan(text, filters)
        with self._db.read() as session:
            connection = session.connection()
            ranks = self._ranks(connection, plan, offset, limit)
            return StudentPage(rows_at(connection, ranks), self._count(connection, plan))

    def ids(self, text: str = "", filters: StudentFilter = StudentFilter()) -> tuple[UUID, ...]:
        """Every student of the list, in name order."""
        plan = self._plan(text, filters)
        with self._db.read() as session:
            connection = session.connection()
            ranks = self._ranks(connection, plan, 0, -1)
            found = connection.exec_driver_sql(
                "SELECT person_id FROM student_line, json_each(?) WHERE rank = value ORDER BY rank",
                (str(ranks),),
            )
            return tuple(UUID(bytes=person) for person in found.scalars())

    def did_you_mean(self, text: str, filters: StudentFilter = StudentFilter()) -> tuple[str, ...]:
        """Other spellings, folded, that find somebody, for a ``text`` that finds nobody. Not for each key
        typed.
        """
        with self._db.read() as session:
            connection = session.connection()
            plan = self._plan("", filters)
            lines = connection.exec_driver_sql(
                "SELECT line FROM student_line JOIN student_gram ON student_gram.rowid = student_line.rank "
                "WHERE student_gram MATCH ?",
                plan.values,
            )
            known = words_in(lines.scalars().all())

            def finds(words: Sequence[str]) -> bool:
                return bool(self._count(connection, plan_of(words, filters, self._actor)))

            return guesses(words_of(text), known, finds)

    def position(
        self, student_id: UUID, text: str = "", filters: StudentFilter = StudentFilter()
    ) -> int | None:
        """Where in the list a student stands, from 0; ``None`` when not in it."""
        plan = self._plan(text, filters)
        with self._db.read() as session:
            connection = session.connection()
            main = together(connection, [student_id]).main_of(student_id)
            rank = connection.exec_driver_sql(
                "SELECT rank FROM student_line WHERE person_id = ?", (main.bytes,)
            ).scalar()
            within = f"SELECT count(*), max(student_gram.rowid) {plan.source} AND student_gram.rowid <= ?"
            up_to, last = connection.exec_driver_sql(within, (*plan.values, rank or 0)).one()
            return up_to - 1 if rank is not None and last == rank else None

    def _plan(self, text: str, filters: StudentFilter) -> _Plan:
        require(self._actor, Right.VIEW_STUDENTS)
        return plan_of(words_of(text), filters, self._actor)

    def _ranks(self, connection: Connection, plan: _Plan, offset: int, limit: int) -> list[int]:
        """Ranks of the rows asked for; far down they are counted from the end."""
        statement = (
            f"SELECT student_gram.rowid {plan.source} ORDER BY student_gram.rowid {{}} LIMIT ? OFFSET ?"
        )
        total = self._count(connection, plan) if offset > _FAR else 0
        if total // 2 < offset <= total - limit and total:
            end = total - offset - limit
            rows = connection.exec_driver_sql(statement.format("DESC"), (*plan.values, limit, end))
            return list(rows.scalars())[::-1]
        return list(connection.exec_driver_sql(statement.format(""), (*plan.values, limit, offset)).scalars())

    def _count(self, connection: Connection, plan: _Plan) -> int:
        """How many answers ``plan`` has, remembered until the index changes."""
        revision = connection.exec_driver_sql("SELECT revision FROM search_state").scalar_one()
        known = self._counts.get((revision, plan))
        if known is not None:
            return known
        if plan.shared is not None:
            left = f"{_quoted(plan.shared)} AND {_quoted(LEFT)}"
            asked = connection.exec_driver_sql(_ON_ROLL_COUNT, (plan.shared, plan.shared, left))
        elif plan.single_gram is not None:
            asked = connection.exec_driver_sql(_KNOWN_COUNT, (plan.single_gram, plan.single_gram))
        else:
            asked = connection.exec_driver_sql(f"SELECT count(*) {plan.source}", plan.values)
        total = int(asked.scalar_one())
        self._counts[revision, plan] = total
        if len(self._counts) > _REMEMBERED:
            self._counts.popitem(last=False)
        return total


def words_of(text: str) -> tuple[str, ...]:
    """What was typed as words to look for; a phone number in any spelling is one word."""
    if _PHONE.fullmatch(text.strip()):
        return (digits(text),)
    return tuple(dict.fromkeys(fold(text).split()))


def plan_of(words: Iterable[str], filters: StudentFilter, actor: Actor) -> _Plan:
    """The question to the index. Who has gone on to another school has left the former one.

    Contacts are searched for an actor who may read them.
    """
    phones = may_read(actor, SensitivityClass.CONTACT)
    schools = [one for one in (filters.institution_id, actor.institution_id) if one is not None]
    state = None if schools else _STATES.get(filters.roll)
    here = "o" if filters.roll is Roll.ON else "i"
    parts = [_quoted(tag(here, one)) for one in dict.fromkeys(schools)]
    parts += [_one_of(tags) for tags in _tags(filters, actor)]
    words = tuple(words)
    if state and not any(len(word) == 1 for word in words):
        parts.append(_quoted(state))
    parts.extend(
        _quoted(word + state) if state and len(word) == 1 else _word(word, phones=phones) for word in words
    )
    longer = tuple(word for word in words if len(word) > _longest_run(word, phones=phones))
    dialled = any(_dialled(word, phones) for word in longer)
    alone = len(parts) == 2 and len(words) == 1 and not longer and not _dialled(words[0], phones)
    shared = words[0] if alone and state == ON_ROLL else None
    asked = " AND ".join(parts) or _quoted(ALL)
    if schools and filters.roll is Roll.LEFT:
        asked = f"({asked}) NOT {_one_of([tag('o', one) for one in schools])}"
    return _Plan(asked, longer, dialled, shared)


def _longest_run(word: str, *, phones: bool) -> int:
    """Up to how many characters of such a word the index answers by itself."""
    return LONGEST_PHONE_RUN if _dialled(word, phones) else LONGEST


def _tags(filters: StudentFilter, actor: Actor) -> list[list[str]]:
    """Groups of tags beside those of schools; a student must have one of each group."""
    wanted = {
        "y": filters.period_id,
        "g": filters.grade_id,
        "c": filters.class_id,
    }
    groups = [[tag(kind, row_id)] for kind, row_id in wanted.items() if row_id is not None]
    if filters.without_class:
        groups.append([NO_CLASS])
    if actor.class_ids is not None:
        groups.append(sorted(tag("c", class_id) for class_id in actor.class_ids) or ["nobody"])
    return groups


def _word(word: str, *, phones: bool) -> str:
    """An expression for the lines that may hold ``word``."""
    named = _quoted(word) if len(word) <= LONGEST else _all_of(runs_of_size(word, LONGEST))
    if not _dialled(word, phones):
        return named
    size = min(len(word), LONGEST_PHONE_RUN)
    return f"(({named}) OR ({_all_of('p' + run for run in runs_of_size(word, size))}))"


def _dialled(word: str, phones: bool) -> bool:
    """Whether ``word`` may be a part of a phone number that the actor may see."""
    return phones and word.isdigit() and len(word) >= PHONE_RUN


def _all_of(grams: Iterable[str]) -> str:
    return " AND ".join(map(_quoted, dict.fromkeys(grams)))


def _one_of(tags: list[str]) -> str:
    return _quoted(tags[0]) if len(tags) == 1 else f"({' OR '.join(map(_quoted, tags))})"


def _quoted(gram: str) -> str:
    return f'"{gram}"'
