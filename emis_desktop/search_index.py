"""The index that finds students as one types: part of every store, local to it, made of what the records say.

One line a student, in name order: ``rank`` grows with the name, so that the full-text index, which answers in
the order of its row numbers, answers in name order, and a screenful costs the same among 100 students as
among 100,000. The index holds every run of one, two and three characters of the line, so any part of any name
finds it, and tags for what a list is filtered by. Triggers note whose line may have changed; the transaction
that changed it brings the lines up to date before it ends (:func:`refresh`), one by one or, after a bulk
load, all at once.
"""

# ruff: noqa: S608 - every statement is put together from constants of this module

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.rules.names import fold, search_text, sort_key

GAP = 16_000
"""Distance of two neighbours' ranks after all lines were made: 13 newcomers in a row fit between them, and
the distances still take two bytes each in the index.
"""
BULK = 300
"""Up to so many changed students are taken one by one."""
ALL, ON_ROLL, LEFT = "all", "roll", "left"

_TABLES = (
    "CREATE TABLE search_dirty (person_id BLOB NOT NULL)",
    "CREATE TABLE search_state (one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER NOT NULL)",
    "INSERT INTO search_state VALUES (1, 0)",
    "CREATE TABLE student_line (rank INTEGER PRIMARY KEY, person_id BLOB NOT NULL, sort TEXT NOT NULL, "
    "line TEXT NOT NULL, phones TEXT NOT NULL, tags TEXT NOT NULL)",
    "CREATE UNIQUE INDEX ix_student_line_person_id ON student_line (person_id)",
    "CREATE INDEX ix_student_line_sort ON student_line (sort)",
    "CREATE VIRTUAL TABLE student_gram USING fts5 (grams, content = '', columnsize = 0, detail = none, "
    "tokenize = 'unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE student_gram_count USING fts5vocab (student_gram, row)",
)
_SOURCES = {
    "person": "SELECT {row}.id",
    "person_identity": "SELECT {row}.person_id",
    "enrolment": "SELECT {row}.person_id",
    "class_pupil": "SELECT person_id FROM enrolment WHERE id = {row}.enrolment_id",
    "guardianship": "SELECT {row}.student_id",
    "person_contact": "SELECT {row}.person_id UNION ALL "
    "SELECT student_id FROM guardianship WHERE guardian_id = {row}.person_id",
}
_UNUSED_INSERTS = frozenset({"person"})  # a new person becomes a student by an enrolment, which is noted
_DIRTY = "IN (SELECT person_id FROM search_dirty)"
_PEOPLE = (
    "SELECT id, family_name, given_names, preferred_name FROM person "
    f"WHERE deleted_at IS NULL AND alias_of_id IS NULL AND id {_DIRTY}"
)
_NUMBERS = f"SELECT person_id, number FROM person_identity WHERE deleted_at IS NULL AND person_id {_DIRTY}"
_ENROLMENTS = (
    "SELECT person_id, institution_id, period_id, grade_id, ends_on IS NULL AND exit IS NULL AS open "
    f"FROM enrolment WHERE deleted_at IS NULL AND person_id {_DIRTY} ORDER BY open, starts_on, id"
)
_CLASSES = (
    "SELECT enrolment.person_id, class_pupil.class_id FROM class_pupil "
    "JOIN enrolment ON enrolment.id = class_pupil.enrolment_id WHERE class_pupil.deleted_at IS NULL "
    f"AND class_pupil.ends_on IS NULL AND enrolment.deleted_at IS NULL AND enrolment.person_id {_DIRTY}"
)
_PHONES = (
    f"SELECT person_id, value FROM person_contact WHERE deleted_at IS NULL AND person_id {_DIRTY} UNION ALL "
    "SELECT student_id, value FROM guardianship JOIN person_contact ON person_id = guardian_id "
    f"WHERE guardianship.deleted_at IS NULL AND person_contact.deleted_at IS NULL AND student_id {_DIRTY}"
)


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """One student: ``sort`` orders, ``line`` and ``phones`` are searched, ``tags`` are filtered by."""

    sort: str
    line: str
    phones: str
    tags: str

    @property
    def grams(self) -> str:
        """What the full-text index is given, and must be given again, unchanged, to take the student out."""
        runs = [run for word in self.line.split() for size in (1, 2, 3) for run in word_runs(word, size)]
        runs += [f"p{run}" for phone in self.phones.split() for run in word_runs(phone, 3)]
        return " ".join(sorted({*runs, *self.tags.split()}))


def word_runs(word: str, size: int) -> Iterator[str]:
    """Every run of ``size`` characters of ``word``."""
    return (word[start : start + size] for start in range(len(word) - size + 1))


def tag(kind: str, row_id: UUID | bytes) -> str:
    """The tag of an institution (``i``), year (``y``), grade (``g``) or class (``c``)."""
    return kind + (row_id.bytes if isinstance(row_id, UUID) else row_id)[-8:].hex()


def digits(text: str) -> str:
    """Only the digits of a phone number; nothing for an e-mail address."""
    return "" if "@" in text else re.sub(r"\D", "", text)


def install(connection: Connection) -> None:
    """Make the index in a store, or make it anew, from what the records say. Part of a transaction."""
    remove(connection)
    for statement in _TABLES:
        connection.exec_driver_sql(statement)
    for statement in trigger_statements().values():
        connection.exec_driver_sql(statement)
    rebuild(connection)


def remove(connection: Connection) -> None:
    """Drop the index and what feeds it, for steps that reshape tables."""
    for name in installed_triggers(connection):
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    for name in ("student_gram_count", "student_gram", "student_line", "search_state", "search_dirty"):
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


def trigger_statements() -> dict[str, str]:
    """Name and SQL of the triggers that note whose line may have changed."""
    made = {}
    for table, whose in _SOURCES.items():
        for event, row in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
            if event == "insert" and table in _UNUSED_INSERTS:
                continue
            name = f"search_{table}_{event}"
            made[name] = (
                f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON {table} BEGIN\n'
                f"INSERT INTO search_dirty (person_id) {whose.format(row=row)};\nEND"
            )
    return made


def installed_triggers(connection: Connection) -> dict[str, str]:
    """Name and SQL of those that the store has now."""
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'search_*'"
    )
    return {row.name: row.sql for row in rows}


def refresh(connection: Connection) -> None:
    """Bring the lines of noted students up to date, inside the transaction that changed them."""
    noted = connection.exec_driver_sql(
        "SELECT count(*) FROM (SELECT 1 FROM search_dirty LIMIT ?)", (BULK + 1,)
    )
    few = noted.scalar_one()
    if not few:
        return
    if few > BULK or not _refresh_each(connection):
        rebuild(connection)
        return
    _done(connection)


def rebuild(connection: Connection) -> None:
    """Make every line anew."""
    connection.exec_driver_sql("DELETE FROM search_dirty")
    connection.exec_driver_sql("INSERT INTO search_dirty SELECT DISTINCT person_id FROM enrolment")
    connection.exec_driver_sql("DELETE FROM student_line")
    connection.exec_driver_sql("INSERT INTO student_gram (student_gram) VALUES ('delete-all')")
    lines = sorted((line, person) for person, line in lines_of_noted(connection).items())
    _put(connection, ((GAP * place, person, line) for place, (line, person) in enumerate(lines, 1)))
    connection.exec_driver_sql("INSERT INTO student_gram (student_gram) VALUES ('optimize')")
    _done(connection)


def _done(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM search_dirty")
    connection.exec_driver_sql("UPDATE search_state SET revision = revision + 1")


def _refresh_each(connection: Connection) -> bool:
    """Take each noted student out and in again; ``False``: no room between two neighbours."""
    now = lines_of_noted(connection)
    for rank, person, *texts in connection.exec_driver_sql(
        f"SELECT rank, person_id, sort, line, phones, tags FROM student_line WHERE person_id {_DIRTY}"
    ).all():
        was = Line(*texts)
        if now.get(person) == was:
            del now[person]
            continue
        connection.exec_driver_sql("DELETE FROM student_line WHERE rank = ?", (rank,))
        connection.exec_driver_sql(
            "INSERT INTO student_gram (student_gram, rowid, grams) VALUES ('delete', ?, ?)", (rank, was.grams)
        )
    for person, line in now.items():
        place = _place(connection, line.sort)
        if place is None:
            return False
        _put(connection, [(place, person, line)])
    return True


def _place(connection: Connection, sort: str) -> int | None:
    """A rank between those of the neighbours in name order; ``None`` when they stand too close."""
    before = connection.exec_driver_sql(
        "SELECT rank FROM student_line WHERE sort <= ? ORDER BY sort DESC, rank DESC LIMIT 1", (sort,)
    ).scalar()
    after = connection.exec_driver_sql(
        "SELECT rank FROM student_line WHERE sort > ? ORDER BY sort, rank LIMIT 1", (sort,)
    ).scalar()
    if after is None:
        return (before or 0) + GAP
    if before is None:
        return int(after) - GAP
    return (before + after) // 2 if after - before > 1 else None


def _put(connection: Connection, lines: Iterable[tuple[int, bytes, Line]]) -> None:
    rows = list(lines)
    if not rows:
        return
    connection.exec_driver_sql(
        "INSERT INTO student_line (rank, person_id, sort, line, phones, tags) VALUES (?, ?, ?, ?, ?, ?)",
        [(rank, person, line.sort, line.line, line.phones, line.tags) for rank, person, line in rows],
    )
    connection.exec_driver_sql(
        "INSERT INTO student_gram (rowid, grams) VALUES (?, ?)",
        [(rank, line.grams) for rank, _, line in rows],
    )


def lines_of_noted(connection: Connection) -> dict[bytes, Line]:
    """The lines that the records give, of each noted person who is a student (has an enrolment)."""
    tags = _tags(connection)
    numbers = _texts(connection, _NUMBERS)
    phones = _texts(connection, _PHONES)
    made = {}
    for person, family, given, preferred in connection.exec_driver_sql(_PEOPLE):
        if person in tags:
            made[person] = Line(
                sort_key(family, given),
                " ".join([search_text(family, given, preferred), *_spellings(numbers.get(person, ()))]),
                " ".join(sorted({digits(value) for value in phones.get(person, ())} - {""})),
                " ".join(sorted(tags[person])),
            )
    return made


def _spellings(numbers: Iterable[str]) -> list[str]:
    """Each number as typed and, where it has spaces or hyphens, in one piece."""
    return sorted({spelt for number in numbers for spelt in (fold(number), fold(number).replace(" ", ""))})


def _texts(connection: Connection, statement: str) -> dict[bytes, list[str]]:
    found: defaultdict[bytes, list[str]] = defaultdict(list)
    for person, text in connection.exec_driver_sql(statement):
        found[person].append(text)
    return found


def _tags(connection: Connection) -> dict[bytes, set[str]]:
    """Tags of each noted student; the grade is that of the last enrolment, an open one coming last."""
    found: dict[bytes, set[str]] = {}
    last: dict[bytes, tuple[str, str]] = {}
    for person, institution, period, grade, is_open in connection.exec_driver_sql(_ENROLMENTS):
        found.setdefault(person, {ALL}).update((tag("i", institution), tag("y", period)))
        last[person] = (tag("g", grade), ON_ROLL if is_open else LEFT)
    for person, grade_and_state in last.items():
        found[person].update(grade_and_state)
    for person, school_class in connection.exec_driver_sql(_CLASSES):
        found[person].add(tag("c", school_class))
    return found
