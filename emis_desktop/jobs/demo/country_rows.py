"""Rows of an invented country, thousands at once: plain inserts of stored values inside an open act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from emis_desktop.models.base import Base

Stored = bytes | str | int | None
DAYS: Final = tuple(f"d{day:02}" for day in range(1, 32))
COLUMNS: Final = {
    "person": (
        *("id", "given_names", "family_name", "sex", "birth_date", "birth_place", "address", "synthetic"),
    ),
    "person_identity": ("id", "person_id", "kind", "number"),
    "person_contact": ("id", "person_id", "kind", "value", "priority"),
    "guardianship": (
        *("id", "student_id", "guardian_id", "relation", "priority", "may_collect", "court_order"),
    ),
    "enrolment": (
        *("id", "person_id", "institution_id", "period_id", "grade_id", "starts_on", "ends_on", "standing"),
        *("outcome", "exit", "exit_reason", "repeater", "previous_id", "destination_id", "entry"),
    ),
    "class_pupil": ("id", "class_id", "enrolment_id", "starts_on", "ends_on"),
    "staff_position": ("id", "person_id", "institution_id", "role", "starts_on"),
    "school_class": ("id", "institution_id", "period_id", "name", "teacher_id", "capacity"),
    "class_grade": ("id", "class_id", "grade_id"),
    "class_subject": ("id", "class_id", "subject_id", "teacher_id", "position"),
    "calendar_day": ("id", "institution_id", "starts_on", "ends_on", "kind", "label"),
    "attendance_month": ("id", "student_id", "institution_id", "month", "session", "subject_id", *DAYS),
}
"""Which columns the rows of a table have here, in this order; all others stay empty."""
_ORDER: Final = tuple(table.name for table in Base.metadata.sorted_tables if table.name in COLUMNS)


class Rows:
    """Rows collected for some tables, as stored values; :meth:`write` brings them into the store."""

    def __init__(self) -> None:
        self._rows: defaultdict[str, list[tuple[Stored, ...]]] = defaultdict(list)

    def add(self, table: str, *values: Stored) -> None:
        """A row, its values in the order of :data:`COLUMNS`."""
        self._rows[table].append(values)

    def extend(self, table: str, rows: Sequence[tuple[Stored, ...]]) -> None:
        """Several."""
        self._rows[table].extend(rows)

    def waiting(self, table: str) -> int:
        """How many rows of a table are collected."""
        return len(self._rows[table])

    def write(self, session: Session) -> None:
        """Insert what was collected, parents before children, and forget it."""
        connection = session.connection()
        for table in _ORDER:
            if rows := self._rows.pop(table, None):
                columns = COLUMNS[table]
                statement = (
                    f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608 - names of this module
                    f"VALUES ({', '.join('?' * len(columns))})"
                )
                connection.exec_driver_sql(statement, list(rows))
