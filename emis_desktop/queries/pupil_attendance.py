"""What the registers say of single pupils: for the pupil's record, and for report cards."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.one_person import together
from emis_desktop.queries.calendar import YearCalendar, calendar_of
from emis_desktop.queries.class_members import Away, Member
from emis_desktop.queries.plain import pieces, places, rows
from emis_desktop.queries.register_cells import (
    TABLE,
    Cells,
    cell_on,
    cells_by_id,
    entry_of,
    months_between,
)
from emis_desktop.queries.register_days import register_days
from emis_desktop.queries.school_values import TermInfo
from emis_desktop.rules.calendar import working_term
from emis_desktop.rules.registers import Attendance, Entry, Run, count, latest_run, runs
from emis_desktop.rules.rights import Actor, Right, require

_ROLL: Final = """
SELECT institution_id, person_id, id, starts_on, coalesce(ends_on, '9999-12-31'), standing FROM enrolment
WHERE person_id IN ({people}) AND period_id = ? AND deleted_at IS NULL
ORDER BY starts_on
"""
_HOSTED: Final = "hosted"
_ELSEWHERE: Final = "–"
_ANY: Final = f"SELECT 1 FROM {TABLE} WHERE institution_id = ? AND month IN ({{months}}) LIMIT 1"  # noqa: S608


@dataclass(frozen=True, slots=True)
class AttendanceDay:
    """A school day of a pupil: what stands for each session held; ``label`` says why others are not."""

    on: date
    sessions: tuple[int, ...]
    entries: tuple[Entry | None, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class PupilAttendance:
    """A pupil's registers at one school in a year so far: the whole year and the term that is worked on.

    ``days`` are those of the year up to today, in order; ``names`` what the sessions are called.
    """

    student_id: UUID
    institution_id: UUID
    names: tuple[str, ...]
    days: tuple[AttendanceDay, ...]
    year: Attendance
    year_rate: Decimal | None
    term_name: str
    term: Attendance
    term_rate: Decimal | None
    run: Run | None
    longest: Run | None


def pupil_attendance(
    session: Session, actor: Actor, student_id: UUID, year_id: UUID, today: date
) -> tuple[PupilAttendance, ...]:
    """What the registers of a year say of a pupil, a school each, the last school first.

    Raises :class:`Refused` for a pupil who is not open to the actor.
    """
    require(actor, Right.VIEW_STUDENTS)
    stays = _roll(session, [student_id], year_id)
    schools = list(dict.fromkeys(school for school, _member in stays))
    if actor.institution_id is not None and schools and actor.institution_id not in schools:
        raise Refused("There is no such pupil on this laptop, or the record is not open to you.")
    found = []
    for school in reversed(schools):
        own = [member for at, member in stays if at == school]
        calendar = calendar_of(session, school, year_id)
        if calendar.terms:
            found.append(_at_school(session, calendar, student_id, own, today))
    return tuple(found)


def term_attendance(
    session: Session, institution_id: UUID, term: TermInfo, students: Collection[UUID]
) -> Mapping[UUID, Attendance]:
    """What the registers of a term come to for each pupil of whom any session in it is marked.

    A school that keeps no registers is asked about once.
    """
    months = months_between(term.starts_on, term.ends_on)
    if not students or not keeps_registers(session, institution_id, term.starts_on, term.ends_on):
        return {}
    calendar = calendar_of(session, institution_id, term.year_id)
    numbers = range(1, len(calendar.names) + 1)
    cells = cells_by_id(session, institution_id, students, months, numbers)
    held = calendar.days(term.starts_on, term.ends_on)
    stays: dict[UUID, list[Member]] = {}
    for school, member in _roll(session, students, term.year_id):
        if school == institution_id:
            stays.setdefault(member.student_id, []).append(member)
    totals = {
        student: count(register_days(own, cells, held), calendar.rule) for student, own in stays.items()
    }
    return {student: total for student, total in totals.items() if total.sessions.marked}


def keeps_registers(session: Session, institution_id: UUID, first: date, last: date) -> bool:
    """Whether anything was ever marked at a school in the months of these days."""
    months = months_between(first, last)
    return bool(rows(session, _ANY.format(months=places(months)), (institution_id.bytes, *months)))


def _at_school(
    session: Session, calendar: YearCalendar, student_id: UUID, stays: Sequence[Member], today: date
) -> PupilAttendance:
    first = max(stays[0].first, calendar.terms[0].starts_on)
    last = min(today, stays[-1].last, calendar.terms[-1].ends_on)
    numbers = range(1, len(calendar.names) + 1)
    cells = cells_by_id(session, calendar.institution_id, [student_id], months_between(first, last), numbers)
    held = calendar.days(first, last)
    days = list(register_days(stays, cells, held))
    span = working_term(last, [term.span for term in calendar.terms])
    of_term = [day for day in days if span is not None and span.starts <= day.on <= span.ends]
    year, term = count(days, calendar.rule), count(of_term, calendar.rule)
    return PupilAttendance(
        student_id=student_id,
        institution_id=calendar.institution_id,
        names=calendar.names,
        days=tuple(_days(calendar, stays, cells, first, last)),
        year=year,
        year_rate=year.rate(excused_count=calendar.excused_count),
        term_name=span.name if span is not None else "",
        term=term,
        term_rate=term.rate(excused_count=calendar.excused_count),
        run=latest_run(days, calendar.rule),
        longest=max(runs(days, calendar.rule), key=lambda run: run.days, default=None),
    )


def _days(
    calendar: YearCalendar, stays: Sequence[Member], cells: Cells, first: date, last: date
) -> Iterator[AttendanceDay]:
    for day in calendar.days(first, last):
        member = next((one for one in stays if one.sits_on(day.on)), None)
        if member is not None:
            entries = tuple(
                entry_of(cell_on(cells, member.student_id, day.on, number)) for number in day.sessions
            )
            yield AttendanceDay(day.on, day.sessions, entries, day.label)


def _roll(session: Session, students: Collection[UUID], year_id: UUID) -> list[tuple[UUID, Member]]:
    """(school, stay) of each of these pupils on the rolls of a year, by day; all records of one person."""
    whole = together(session, students)
    asked: dict[UUID, list[UUID]] = {}
    for student in students:
        for one in whole.of(student):
            asked.setdefault(one, []).append(student)
    found: list[tuple[UUID, Member]] = []
    guests: list[tuple[UUID, UUID, Away]] = []
    for piece in pieces(asked):
        question = _ROLL.format(people=places(piece))
        for school, person, enrolment, begins, ends, standing in rows(
            session, question, [*(one.bytes for one in piece), year_id.bytes]
        ):
            for student in asked[UUID(bytes=person)]:
                first, last = date.fromisoformat(begins), date.fromisoformat(ends)
                ids = UUID(bytes=school), student, UUID(bytes=enrolment)
                found.append((ids[0], Member(ids[0], ids[1], ids[2], "", "", None, first, last)))
                if standing == _HOSTED:
                    guests.append((ids[0], student, Away(first, last, _ELSEWHERE)))
    found.sort(key=lambda one: one[1].first)
    return [(school, replace(one, away=_away(school, one.student_id, guests))) for school, one in found]


def _away(school: UUID, student: UUID, guests: Sequence[tuple[UUID, UUID, Away]]) -> tuple[Away, ...]:
    """When another school had the pupil as a guest: the days are counted there."""
    return tuple(away for at, who, away in guests if who == student and at != school)
