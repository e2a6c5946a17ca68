"""Registers of a whole school: which are not marked and whose they are, who is absent, and the rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import Person, SchoolClass
from emis_desktop.queries.calendar import YearCalendar, calendar_on
from emis_desktop.queries.class_members import Member, members_of
from emis_desktop.queries.classes import grades_of
from emis_desktop.queries.guardian_phones import GuardianPhone, guardian_phones
from emis_desktop.queries.policies import policies_of
from emis_desktop.queries.pupil_attendance import keeps_registers
from emis_desktop.queries.register_cells import (
    Cells,
    cell_on,
    cells_of_school,
    entry_of,
    months_between,
    presence_of,
)
from emis_desktop.queries.register_days import by_student, register_days
from emis_desktop.rules.calendar import working_term
from emis_desktop.rules.names import display_name
from emis_desktop.rules.open_days import SchoolDay
from emis_desktop.rules.policies import ABSENT_DAYS
from emis_desktop.rules.registers import (
    Attendance,
    Day,
    Entry,
    Run,
    Sessions,
    attendance_rate,
    count,
    is_absent,
    latest_run,
)
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, may, may_read

CHASED_DAYS: Final = 10
"""So many school days back unmarked registers are looked for."""


@dataclass(frozen=True, slots=True)
class UnmarkedRegister:
    """A session that nobody marked in a class, or not for all: ``marked`` of ``expected`` pupils.

    ``teacher`` is "" while the class has no class teacher.
    """

    class_id: UUID
    class_name: str
    teacher_id: UUID | None
    teacher: str
    on: date
    session: int
    session_name: str
    marked: int
    expected: int


@dataclass(frozen=True, slots=True)
class Absentee:
    """A pupil who missed a session of a day: what stands for each session held, and whom to call.

    ``run``: school days in a row that the pupil has been absent up to that day.
    """

    student_id: UUID
    name: str
    class_id: UUID
    class_name: str
    entries: tuple[Entry | None, ...]
    run: int
    guardians: tuple[GuardianPhone, ...]


@dataclass(frozen=True, slots=True)
class AbsentRun:
    """A pupil absent for several school days in a row and not back yet, with whom to call."""

    student_id: UUID
    name: str
    class_id: UUID
    class_name: str
    run: Run
    guardians: tuple[GuardianPhone, ...]


@dataclass(frozen=True, slots=True)
class PupilRate:
    """What a pupil's register comes to, and the rate in per cent; None while nothing is marked."""

    student_id: UUID
    name: str
    class_id: UUID
    attendance: Attendance
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class ClassRate:
    """The same for a class, all its pupils together."""

    class_id: UUID
    class_name: str
    teacher: str
    pupils: int
    sessions: Sessions
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class SchoolRates:
    """The rates of the days from ``first`` to ``last``; pupils by class and in register order."""

    first: date
    last: date
    rate: Decimal | None
    sessions: Sessions
    classes: tuple[ClassRate, ...]
    pupils: tuple[PupilRate, ...]


@dataclass(frozen=True, slots=True)
class SchoolRegisters:
    """Everything that the registers of a school say of some days, read at once."""

    calendar: YearCalendar
    classes: Mapping[UUID, tuple[str, UUID | None, str]]
    """Name, teacher's person and teacher's name by class, those that the actor sees, in order."""
    members: Sequence[Member]
    cells: Cells
    sees_phones: bool

    def days_of(self, first: date, last: date) -> dict[UUID, list[Day]]:
        """The days of each pupil, as they are counted."""
        held = self.calendar.days(first, last)
        return {
            student: list(register_days(own, self.cells, held))
            for student, own in by_student(self.members).items()
        }


def school_registers(
    session: Session, actor: Actor, institution_id: UUID, first: date, last: date
) -> SchoolRegisters | None:
    """Read a school's registers of some days of one school year; None where no year holds on ``last``."""
    calendar = calendar_on(session, institution_id, last)
    if calendar is None:
        return None
    classes = _classes(session, actor, institution_id, calendar.year_id)
    return SchoolRegisters(
        calendar=calendar,
        classes=classes,
        members=members_of(session, institution_id, list(classes), first, last),
        cells=cells_of_school(session, institution_id, months_between(first, last)),
        sees_phones=may_read(actor, SensitivityClass.CONTACT),
    )


def unmarked(
    session: Session, actor: Actor, institution_id: UUID, first: date, last: date
) -> tuple[UnmarkedRegister, ...]:
    """The sessions from ``first`` to ``last`` in which somebody is not marked, the latest day first."""
    found = school_registers(session, actor, institution_id, first, last)
    return () if found is None else tuple(_unmarked(found, first, last))


def unmarked_today(
    session: Session, actor: Actor, institution_id: UUID, today: date
) -> tuple[UnmarkedRegister, ...]:
    """The registers of today that are not marked, where the school keeps registers at all in this term."""
    calendar = calendar_on(session, institution_id, today)
    term = None if calendar is None else calendar.term_on(today)
    if term is None or not keeps_registers(session, institution_id, term.starts_on, today):
        return ()
    return unmarked(session, actor, institution_id, today, today)


def absentees(session: Session, actor: Actor, institution_id: UUID, on: date) -> tuple[Absentee, ...]:
    """Who missed a session of a day, by class and name, with the guardians' phones."""
    begin = on - timedelta(days=45)
    found = school_registers(session, actor, institution_id, begin, on)
    if found is None:
        return ()
    day = found.calendar.day(on)
    away = []
    for member in found.members:
        if not member.sits_on(on):
            continue
        entries = tuple(entry_of(cell_on(found.cells, member.student_id, on, one)) for one in day.sessions)
        if any(entry is not None and not entry.presence.attended for entry in entries):
            away.append((member, entries))
    phones = _phones(session, found, [member.student_id for member, _entries in away])
    held = found.calendar.days(begin, on)
    own = by_student(found.members)
    lines = []
    for member, entries in away:
        days = list(register_days(own[member.student_id], found.cells, held))
        run = latest_run(days, found.calendar.rule)
        lines.append(
            Absentee(
                student_id=member.student_id,
                name=member.name,
                class_id=member.class_id,
                class_name=found.classes[member.class_id][0],
                entries=entries,
                run=run.days if run is not None else 0,
                guardians=phones.get(member.student_id, ()),
            )
        )
    return tuple(_in_order(found, lines))


def runs_of_absence(
    session: Session, actor: Actor, institution_id: UUID, on: date, least: int | None = None
) -> tuple[AbsentRun, ...]:
    """Pupils absent on ``least`` school days in a row or more, by policy, and not back on ``on``.

    The longest first. Days are looked at from the first of the term.
    """
    policy = policies_of(session, institution_id).whole(ABSENT_DAYS)
    least = least or policy or 1
    calendar = calendar_on(session, institution_id, on)
    if calendar is None:
        return ()
    first = term_begin(calendar, on)
    found = school_registers(session, actor, institution_id, first, on)
    if found is None:
        return ()
    held = calendar.days(first, on)
    missing = []
    for own in by_student(found.members).values():
        here = next((one for one in own if one.sits_on(on)), None)
        if here is None or not _was_absent(own, found, held):
            continue
        run = latest_run(list(register_days(own, found.cells, held)), calendar.rule)
        if run is not None and run.days >= least:
            missing.append((here, run))
    phones = _phones(session, found, [member.student_id for member, _run in missing])
    lines = [
        AbsentRun(
            student_id=member.student_id,
            name=member.name,
            class_id=member.class_id,
            class_name=found.classes[member.class_id][0],
            run=run,
            guardians=phones.get(member.student_id, ()),
        )
        for member, run in missing
    ]
    return tuple(sorted(lines, key=lambda line: (-line.run.days, line.name)))


def school_rates(
    session: Session, actor: Actor, institution_id: UUID, first: date, last: date
) -> SchoolRates | None:
    """The rates of a school, its classes and pupils; None where no school year holds on ``last``.

    A pupil who moved counts in each class with the days there, once in the school.
    """
    found = school_registers(session, actor, institution_id, first, last)
    if found is None:
        return None
    held, excused = found.calendar.days(first, last), found.calendar.excused_count
    pupils: list[PupilRate] = []
    for class_id in found.classes:
        members = [one for one in found.members if one.class_id == class_id]
        for student, own in by_student(members).items():
            total = count(register_days(own, found.cells, held), found.calendar.rule)
            rate = total.rate(excused_count=excused)
            pupils.append(PupilRate(student, own[0].name, class_id, total, rate))
    classes = []
    for class_id, (name, _teacher_id, teacher) in found.classes.items():
        own_sums = [one.attendance.sessions for one in pupils if one.class_id == class_id]
        rate = attendance_rate(own_sums, excused_count=excused)
        classes.append(ClassRate(class_id, name, teacher, len(own_sums), _sum(own_sums), rate))
    sums = [one.attendance.sessions for one in pupils]
    whole = attendance_rate(sums, excused_count=excused)
    return SchoolRates(first, last, whole, _sum(sums), tuple(classes), tuple(pupils))


def term_begin(calendar: YearCalendar, on: date) -> date:
    """The first day of the term that people work on, never after ``on``."""
    span = working_term(on, [term.span for term in calendar.terms])
    return on if span is None else min(span.starts, on)


def _unmarked(found: SchoolRegisters, first: date, last: date) -> Iterator[UnmarkedRegister]:
    by_class: dict[UUID, list[Member]] = {class_id: [] for class_id in found.classes}
    for member in found.members:
        by_class[member.class_id].append(member)
    for day in reversed(found.calendar.days(first, last)):
        for class_id, (name, teacher_id, teacher) in found.classes.items():
            here = [
                one.student_id
                for one in by_class[class_id]
                if one.sits_on(day.on) and one.away_on(day.on) is None
            ]
            for number in day.sessions if here else ():
                marked = sum(entry_of(cell_on(found.cells, one, day.on, number)) is not None for one in here)
                if marked < len(here):
                    yield UnmarkedRegister(
                        class_id=class_id,
                        class_name=name,
                        teacher_id=teacher_id,
                        teacher=teacher,
                        on=day.on,
                        session=number,
                        session_name=found.calendar.name(number),
                        marked=marked,
                        expected=len(here),
                    )


def _was_absent(stays: Sequence[Member], found: SchoolRegisters, held: Sequence[SchoolDay]) -> bool:
    """Whether the last day that somebody marked was one of absence: most pupils need no more looking."""
    student = stays[0].student_id
    for day in reversed(held):
        cells = [presence_of(cell_on(found.cells, student, day.on, number)) for number in day.sessions]
        marks = [mark for mark in cells if mark is not None]
        if marks:
            return is_absent(marks, found.calendar.rule)
    return False


def _classes(
    session: Session, actor: Actor, institution_id: UUID, year_id: UUID
) -> dict[UUID, tuple[str, UUID | None, str]]:
    rows = session.execute(
        select(
            SchoolClass.id, SchoolClass.name, SchoolClass.teacher_id, Person.given_names, Person.family_name
        )
        .outerjoin(Person, Person.id == SchoolClass.teacher_id)
        .where(
            SchoolClass.institution_id == institution_id,
            SchoolClass.period_id == year_id,
            SchoolClass.deleted_at.is_(None),
        )
    )
    seen = {
        row.id: (row.name, row.teacher_id, display_name(row.given_names or "", row.family_name or ""))
        for row in rows
        if may(actor, Right.VIEW_MARKS, class_id=row.id, institution_id=institution_id)
    }
    grades = grades_of(session, list(seen))
    order = {one: ([grade.position for grade in grades.get(one, ())], seen[one][0]) for one in seen}
    return {one: seen[one] for one in sorted(seen, key=order.__getitem__)}


def _phones(
    session: Session, found: SchoolRegisters, students: Sequence[UUID]
) -> Mapping[UUID, tuple[GuardianPhone, ...]]:
    return guardian_phones(session, students) if found.sees_phones else {}


def _in_order(found: SchoolRegisters, lines: list[Absentee]) -> list[Absentee]:
    places = {class_id: place for place, class_id in enumerate(found.classes)}
    return sorted(lines, key=lambda line: places[line.class_id])


def _sum(sums: Sequence[Sessions]) -> Sessions:
    return Sessions(
        possible=sum(one.possible for one in sums),
        attended=sum(one.attended for one in sums),
        late=sum(one.late for one in sums),
        excused=sum(one.excused for one in sums),
        unexcused=sum(one.unexcused for one in sums),
    )
