"""Attendance known only as totals, of a term or of the year, from a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.exchange.columns import Record, Records
from emis_desktop.models import AttendanceTotal, Enrolment
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.numbers import parse_whole
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.importing.outcome import Outcome, in_column
from emis_desktop.services.importing.places import read_places
from emis_desktop.services.importing.pupils import pupils_by_number
from emis_desktop.services.remarks import AttendanceFigures, check_days, put_attendance

FIGURES = ("possible", "absent", "excused", "late")
MOST = 366


class AttendanceImport:
    """One file of attendance totals inside one act, written while deciding."""

    def __init__(self, session: Session, actor: Actor, today: date) -> None:
        """Reads the structure of the store once."""
        self._session = session
        self._actor = actor
        self._places = read_places(session, actor, today)
        self._pupils: dict[str, UUID] = {}
        self._seen: dict[UUID, int] = {}

    def decide(self, records: Records, step: Callable[[int, int], None]) -> Outcome:
        """Write the totals of each sound row; ``step(done, total)`` may raise to stop."""
        outcome = Outcome()
        self._pupils = pupils_by_number(self._session, (record.get("number") for record in records.rows))
        for done, record in enumerate(records.rows, 1):
            with outcome.row(record):
                self._row(record, outcome)
            if done % 200 == 0:
                step(done, len(records.rows))
        return outcome

    def write(self) -> None:
        """Nothing more: writing was part of deciding."""
        self._session.flush()

    def _row(self, record: Record, outcome: Outcome) -> None:
        student_id = self._pupils.get(record.get("number").strip())
        if student_id is None:
            raise Refused("No pupil has the number {number}. Bring in the pupils first.", field="number",
                          number=record.get("number") or "–")  # fmt: skip
        year = self._places.year(record.get("year"))
        term_id = self._places.term(record.get("term"), year).id if record.get("term") else None
        school_id = self._school(student_id, year.id)
        require(self._actor, Right.EDIT_STUDENTS, institution_id=school_id)
        figures = AttendanceFigures(**{name: _days(record, name) for name in FIGURES})
        check_days(figures)
        row_id = natural_id("attendance_total", student_id, school_id, year.id, term_id)
        first = self._seen.setdefault(row_id, record.line)
        if first != record.line:
            raise Refused("Row {row} has the same pupil and term. Take one away.", field="number", row=first)
        was = self._session.get(AttendanceTotal, row_id)
        before = {name: getattr(was, name) for name in FIGURES} if was and was.deleted_at is None else None
        if before == asdict(figures):
            outcome.unchanged += 1
            return
        put_attendance(self._session, (student_id, school_id, year.id, term_id), figures)
        if before is None:
            outcome.created += 1
        else:
            outcome.updated += 1

    def _school(self, student_id: UUID, year_id: UUID) -> UUID:
        school_id = self._session.scalars(
            select(Enrolment.institution_id)
            .where(
                Enrolment.person_id == student_id,
                Enrolment.period_id == year_id,
                Enrolment.deleted_at.is_(None),
            )
            .order_by(Enrolment.starts_on.desc())
        ).first()
        if school_id is None:
            raise Refused("This pupil is on no roll in that year. Bring in the pupils first.", field="number")
        return school_id


def _days(record: Record, column: str) -> int | None:
    text = record.get(column)
    if not text:
        return None
    with in_column(column):
        return parse_whole(text, 0, MOST)
