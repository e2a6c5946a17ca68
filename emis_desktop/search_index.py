"""The index that finds students as one types: part of every store, local to it, made of what the records say.

One line a student, in name order (what only orders and filters stands apart, so that lines are read through
quickly): ``rank`` grows with the name, so that the full-text index, which answers in
the order of its row numbers, answers in name order, and a screenful costs the same among 100 students as
among 100,000. The index holds every run of one to six characters of the line, so any part of any name
finds it, and tags for what a list is filtered by. Triggers note whose line may have changed; the transaction
that changed it brings the lines up to date before it ends (:func:`refresh`), one by one or, after a bulk
load, all at once. Whoever changes what the index is made of raises the schema version: every step makes it
anew.
"""

# ruff: noqa: S608 - every statement is put together from constants of this module

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from sqlalchemy import Connection

from emis_desktop.search_lines import (
    ALL,
    EVERYBODY,
    NOTED,
    Line,
    grams_of,
    lines,
    often_asked,
    short_runs,
    whole_people,
)

GAP = 16_000
"""Distance of two neighbours' ranks after all lines were made: 13 newcomers in a row fit between them, and
the distances still take two bytes each in the index.
"""
FEW = 300
"""Up to so many changed students, or a fifth of all, are taken one by one."""
_BLOCK = 10_000

_TABLES = (
    "CREATE TABLE search_dirty (person_id BLOB NOT NULL)",
    "CREATE TABLE search_later (person_id BLOB NOT NULL)",
    "CREATE TABLE search_state (one INTEGER PRIMARY KEY CHECK (one = 1), revision INTEGER NOT NULL)",
    "INSERT INTO search_state VALUES (1, 0)",
    "CREATE TABLE student_line (rank INTEGER PRIMARY KEY, person_id BLOB NOT NULL, line TEXT NOT NULL, "
    "phones TEXT NOT NULL)",
    "CREATE UNIQUE INDEX ix_student_line_person_id ON student_line (person_id)",
    "CREATE TABLE student_place (rank INTEGER PRIMARY KEY, sort TEXT NOT NULL, tags TEXT NOT NULL)",
    "CREATE INDEX ix_student_place_sort ON student_place (sort)",
    "CREATE TABLE search_count (gram TEXT PRIMARY KEY, students INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE VIRTUAL TABLE student_gram USING fts5 (grams, content = '', columnsize = 0, detail = none, "
    "tokenize = 'unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE student_gram_count USING fts5vocab (student_gram, row)",
)
_DROPPED = (
    "student_gram_count",
    "student_gram",
    "student_line",
    "student_place",
    "search_state",
    "search_count",
    "search_dirty",
    "search_later",
)
_OWN = "SELECT {row}.person_id"
_SOURCES = {
    "person": "SELECT {row}.id WHERE EXISTS (SELECT 1 FROM enrolment WHERE person_id = {row}.id) "
    "OR {row}.alias_of_id IS NOT NULL OR EXISTS (SELECT 1 FROM person WHERE alias_of_id = {row}.id)",
    "person_identity": _OWN,
    "enrolment": _OWN,
    "class_pupil": "SELECT person_id FROM enrolment WHERE id = {row}.enrolment_id",
    "guardianship": "SELECT {row}.student_id",
    "person_contact": _OWN
    + " UNION ALL SELECT student_id FROM guardianship WHERE guardian_id = {row}.person_id",
}
"""Tables that lines are made of, and the persons whom a change of a row may concern."""
_PARTED = (
    "INSERT INTO search_dirty (person_id) SELECT OLD.alias_of_id WHERE OLD.alias_of_id IS NOT NULL AND "
    "(OLD.alias_of_id IS NOT NEW.alias_of_id OR OLD.deleted_at IS NOT NEW.deleted_at) "
    "UNION SELECT id FROM person WHERE alias_of_id = NEW.id AND OLD.deleted_at IS NOT NEW.deleted_at"
)
"""Whoever was one with a record until it was parted from them, or removed: their lines change as well."""


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
    for name in _DROPPED:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")


def trigger_statements() -> dict[str, str]:
    """Name and SQL of the triggers that note whose line may have changed."""
    made = {}
    for table, whose in _SOURCES.items():
        for event, row in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
            name = f"search_{table}_{event}"
            parted = f"{_PARTED};\n" if name == "search_person_update" else ""
            made[name] = (
                f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON {table} BEGIN\n'
                f"INSERT INTO search_dirty (person_id) {whose.format(row=row)};\n{parted}END"
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
    if not _number(connection, "SELECT EXISTS (SELECT 1 FROM search_dirty)"):
        return
    whole_people(connection)
    noted = _number(connection, "SELECT count(DISTINCT person_id) FROM search_dirty")
    if noted > max(FEW, _number(connection, "SELECT count(*) FROM student_line") // 5) or not _take(
        connection
    ):
        rebuild(connection)
    else:
        _done(connection)


def postpone(connection: Connection) -> None:
    """Leave the noted students for :func:`catch_up`: the many of a snapshot, for which nobody who types is to
    wait.
    """
    connection.exec_driver_sql("INSERT INTO search_later SELECT DISTINCT person_id FROM search_dirty")
    connection.exec_driver_sql("DELETE FROM search_dirty")


def catch_up(connection: Connection) -> None:
    """Bring the postponed lines up to date as well."""
    connection.exec_driver_sql("INSERT INTO search_dirty SELECT person_id FROM search_later")
    connection.exec_driver_sql("DELETE FROM search_later")
    refresh(connection)


def forget(connection: Connection) -> None:
    """Bring every line up to date, and leave no piece of a name behind that no line has any more."""
    catch_up(connection)
    connection.exec_driver_sql("DELETE FROM search_count WHERE students = 0")
    connection.exec_driver_sql("INSERT INTO student_gram (student_gram) VALUES ('optimize')")


def rebuild(connection: Connection) -> None:
    """Make every line anew."""
    connection.exec_driver_sql("DELETE FROM student_line")
    connection.exec_driver_sql("DELETE FROM student_place")
    connection.exec_driver_sql("DELETE FROM search_count")
    connection.exec_driver_sql("INSERT INTO student_gram (student_gram) VALUES ('delete-all')")
    made = sorted(lines(connection, EVERYBODY).items(), key=lambda item: (item[1].sort, item[0]))
    for start in range(0, len(made), _BLOCK):
        block = made[start : start + _BLOCK]
        _put(connection, [(GAP * place, *line) for place, line in enumerate(block, start + 1)])
    connection.exec_driver_sql("INSERT INTO student_gram (student_gram) VALUES ('optimize')")
    _done(connection)


def differs(connection: Connection) -> bool:
    """Whether the index says anything else than the records do, or stands in another order."""
    kept = connection.exec_driver_sql(
        "SELECT person_id, sort, line, phones, tags FROM student_line JOIN student_place USING (rank) "
        "ORDER BY rank"
    ).all()
    lines_kept = {person: Line(*texts) for person, *texts in kept}
    ready = connection.exec_driver_sql("SELECT gram, students FROM search_count WHERE students > 0").all()
    held = connection.exec_driver_sql("SELECT doc FROM student_gram_count WHERE term = ?", (ALL,)).scalar()
    return (
        lines_kept != lines(connection, EVERYBODY)
        or any(one.sort > other.sort for one, other in pairwise(kept))
        or {row.gram: row.students for row in ready} != _numbers(lines_kept.values())
        or (held or 0) != len(kept)
    )


def _numbers(of: Iterable[Line]) -> Counter[str]:
    """How many of some students have each gram that is often asked for."""
    return Counter(gram for line in of for gram in often_asked(line))


def _count(connection: Connection, of: Iterable[Line], sign: int) -> None:
    """Count students in (``sign`` 1) or out (-1)."""
    connection.exec_driver_sql(
        "INSERT INTO search_count (gram, students) VALUES (?, ?) "
        "ON CONFLICT (gram) DO UPDATE SET students = students + excluded.students",
        [(gram, sign * number) for gram, number in _numbers(of).items()],
    )


def _number(connection: Connection, statement: str) -> int:
    return int(connection.exec_driver_sql(statement).scalar_one())


def _done(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM search_dirty")
    connection.exec_driver_sql("UPDATE search_state SET revision = revision + 1")


def _take(connection: Connection) -> bool:
    """Take each noted student out and in again; ``False``: no room between two neighbours."""
    now = lines(connection, NOTED)
    for rank, person, *texts in connection.exec_driver_sql(
        "SELECT rank, person_id, sort, line, phones, tags FROM student_line JOIN student_place USING (rank) "
        "WHERE person_id IN (SELECT person_id FROM search_dirty)"
    ).all():
        was = Line(*texts)
        if now.get(person) == was:
            del now[person]
            continue
        connection.exec_driver_sql("DELETE FROM student_line WHERE rank = ?", (rank,))
        connection.exec_driver_sql("DELETE FROM student_place WHERE rank = ?", (rank,))
        connection.exec_driver_sql(
            "INSERT INTO student_gram (student_gram, rowid, grams) VALUES ('delete', ?, ?)",
            (rank, grams_of(was, short_runs)),
        )
        _count(connection, [was], -1)
    for person, line in now.items():
        place = _place(connection, line.sort)
        if place is None:
            return False
        _put(connection, [(place, person, line)])
    return True


def _place(connection: Connection, sort: str) -> int | None:
    """A rank between those of the neighbours in name order; ``None`` when they stand too close."""
    before = connection.exec_driver_sql(
        "SELECT rank FROM student_place WHERE sort <= ? ORDER BY sort DESC, rank DESC LIMIT 1", (sort,)
    ).scalar()
    after = connection.exec_driver_sql(
        "SELECT rank FROM student_place WHERE sort > ? ORDER BY sort, rank LIMIT 1", (sort,)
    ).scalar()
    if after is None:
        return (before or 0) + GAP
    if before is None:
        return int(after) - GAP
    return (before + after) // 2 if after - before > 1 else None


def _put(connection: Connection, rows: list[tuple[int, bytes, Line]]) -> None:
    connection.exec_driver_sql(
        "INSERT INTO student_line (rank, person_id, line, phones) VALUES (?, ?, ?, ?)",
        [(rank, person, line.line, line.phones) for rank, person, line in rows],
    )
    connection.exec_driver_sql(
        "INSERT INTO student_place (rank, sort, tags) VALUES (?, ?, ?)",
        [(rank, line.sort, line.tags) for rank, _, line in rows],
    )
    _count(connection, (line for _, _, line in rows), 1)
    runs_of = cache(short_runs)  # names repeat; forgotten with this call
    connection.exec_driver_sql(
        "INSERT INTO student_gram (rowid, grams) VALUES (?, ?)",
        [(rank, grams_of(line, runs_of)) for rank, _, line in rows],
    )
