"""Attendance as the screens and commands ask for it: registers, months, chase lists, absentees, rates."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.queries.calendar import calendar_on
from emis_desktop.queries.pupil_attendance import PupilAttendance, pupil_attendance
from emis_desktop.queries.register_past import RegisterPast, register_past
from emis_desktop.queries.register_school import (
    CHASED_DAYS,
    Absentee,
    AbsentRun,
    SchoolRates,
    UnmarkedRegister,
    absentees,
    runs_of_absence,
    school_rates,
    term_begin,
    unmarked,
    unmarked_today,
)
from emis_desktop.queries.registers import DayRegister, MonthSheet, class_register, month_sheet
from emis_desktop.rules.rights import Actor, Right, require

_BACK = timedelta(days=35)


class RegisterQueries:
    """Questions about registers by one actor; a teacher gets the own classes, a school's user that school."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def register(
        self, class_id: UUID, on: date, number: int, today: date, subject_id: UUID | None = None
    ) -> DayRegister:
        """A class's register in a session of a day; see :func:`class_register`."""
        with self._db.read() as session:
            return class_register(session, self._actor, class_id, on, number, today, subject_id)

    def past(self, class_id: UUID, on: date, today: date, subject_id: UUID | None = None) -> RegisterPast:
        """The weeks before a register, and the rates of its pupils in the term."""
        with self._db.read() as session:
            return register_past(session, self._actor, class_id, on, today, subject_id)

    def month(
        self, class_id: UUID, month: date, number: int, today: date, subject_id: UUID | None = None
    ) -> MonthSheet:
        """A class's month as a sheet."""
        with self._db.read() as session:
            return month_sheet(session, self._actor, class_id, month, number, today, subject_id)

    def unmarked(self, institution_id: UUID, first: date, last: date) -> tuple[UnmarkedRegister, ...]:
        """Which sessions of these days nobody has marked, and whose they are; the latest first."""
        self._require(institution_id)
        with self._db.read() as session:
            return unmarked(session, self._actor, institution_id, first, last)

    def unmarked_today(self, institution_id: UUID, today: date) -> tuple[UnmarkedRegister, ...]:
        """Those of today, where the school keeps registers at all: what a count beside a screen says."""
        self._require(institution_id)
        with self._db.read() as session:
            return unmarked_today(session, self._actor, institution_id, today)

    def chased(self, institution_id: UUID, today: date) -> tuple[UnmarkedRegister, ...]:
        """The same for the last ten school days, today among them."""
        self._require(institution_id)
        with self._db.read() as session:
            calendar = calendar_on(session, institution_id, today)
            if calendar is None:
                return ()
            days = calendar.days(today - _BACK, today)[-CHASED_DAYS:]
            return unmarked(session, self._actor, institution_id, days[0].on, today) if days else ()

    def absentees(self, institution_id: UUID, on: date) -> tuple[Absentee, ...]:
        """Who missed a session of a day, with the phones of the guardians for who may see them."""
        self._require(institution_id)
        with self._db.read() as session:
            return absentees(session, self._actor, institution_id, on)

    def runs(self, institution_id: UUID, on: date, least: int | None = None) -> tuple[AbsentRun, ...]:
        """Who has been absent for days in a row and is not back; ``least`` None: by policy."""
        self._require(institution_id)
        with self._db.read() as session:
            return runs_of_absence(session, self._actor, institution_id, on, least)

    def rates(self, institution_id: UUID, first: date | None, last: date) -> SchoolRates | None:
        """The rates of a school, its classes and pupils; ``first`` None: from the first day of the term."""
        self._require(institution_id)
        with self._db.read() as session:
            if first is None:
                calendar = calendar_on(session, institution_id, last)
                if calendar is None:
                    return None
                first = term_begin(calendar, last)
            return school_rates(session, self._actor, institution_id, first, last)

    def pupil(self, student_id: UUID, year_id: UUID, today: date) -> tuple[PupilAttendance, ...]:
        """What the registers of a year say of a pupil, a school each."""
        with self._db.read() as session:
            return pupil_attendance(session, self._actor, student_id, year_id, today)

    def _require(self, institution_id: UUID) -> None:
        require(self._actor, Right.VIEW_STUDENTS, institution_id=institution_id)
