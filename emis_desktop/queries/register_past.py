"""What came before a register: the last weeks of a class as strips, what was not taken, and the rates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.queries.calendar import calendar_of
from emis_desktop.queries.class_members import Member, members_of
from emis_desktop.queries.reach import require_class
from emis_desktop.queries.register_cells import Cells, cell_on, cells_by_id, months_between, presence_of
from emis_desktop.queries.register_days import by_student, register_days
from emis_desktop.rules.calendar import term_on
from emis_desktop.rules.open_days import SchoolDay
from emis_desktop.rules.registers import Presence, attendance_rate, count
from emis_desktop.rules.rights import Actor, Right

STRIP_DAYS: Final = 25
"""So many school days the strip beside a register shows: five weeks."""


@dataclass(frozen=True, slots=True)
class RegisterPast:
    """What came before a register: the last school days, what each pupil's cells were, the rate of the term.

    ``cells``: by pupil, for each of ``days`` the sessions held on it; ``expected`` is whether the pupil was
    on the class's roll, None in ``cells`` where not.
    ``not_taken``: sessions of these days that nobody marked, oldest first.
    """

    days: tuple[SchoolDay, ...]
    cells: Mapping[UUID, tuple[tuple[Presence | None, ...] | None, ...]]
    rates: Mapping[UUID, Decimal | None]
    class_rate: Decimal | None
    not_taken: tuple[tuple[date, int], ...]
    absent_share: tuple[Decimal | None, ...]


def register_past(
    session: Session, actor: Actor, class_id: UUID, on: date, today: date, subject_id: UUID | None = None
) -> RegisterPast:
    """The school days up to ``on``, and the rates of its term so far; see :class:`RegisterPast`."""
    found = require_class(session, actor, Right.VIEW_MARKS, class_id)
    calendar = calendar_of(session, found.institution_id, found.period_id)
    last = min(on, today)
    shown = calendar.days(last - timedelta(days=70), last)[-STRIP_DAYS:]
    span = term_on(last, [term.span for term in calendar.terms])
    first = min([last, *([shown[0].on] if shown else []), *([span.starts] if span is not None else [])])
    members = members_of(session, found.institution_id, [class_id], first, last)
    numbers = range(1, len(calendar.names) + 1)
    students = list(dict.fromkeys(one.student_id for one in members))
    months = months_between(first, last)
    cells = cells_by_id(session, found.institution_id, students, months, numbers, subject_id)
    counted = calendar.days(span.starts, last) if span is not None else []
    totals = {
        student: count(register_days(own, cells, counted), calendar.rule)
        for student, own in by_student(members).items()
    }
    sums = [total.sessions for total in totals.values()]
    return RegisterPast(
        days=tuple(shown),
        cells={student: _strip(own, cells, shown) for student, own in by_student(members).items()},
        rates={
            student: total.rate(excused_count=calendar.excused_count) for student, total in totals.items()
        },
        class_rate=attendance_rate(sums, excused_count=calendar.excused_count),
        not_taken=tuple(_not_taken(members, cells, shown)),
        absent_share=tuple(_absent_share(members, cells, day) for day in shown),
    )


def _strip(
    stays: Sequence[Member], cells: Cells, days: Sequence[SchoolDay]
) -> tuple[tuple[Presence | None, ...] | None, ...]:
    found: list[tuple[Presence | None, ...] | None] = []
    for day in days:
        member = next((one for one in stays if one.sits_on(day.on)), None)
        found.append(
            None
            if member is None
            else tuple(presence_of(cell_on(cells, member.student_id, day.on, one)) for one in day.sessions)
        )
    return tuple(found)


def _not_taken(
    members: Sequence[Member], cells: Cells, days: Sequence[SchoolDay]
) -> Iterator[tuple[date, int]]:
    for day in days:
        here = [one for one in members if one.sits_on(day.on) and one.away_on(day.on) is None]
        for number in day.sessions if here else ():
            if all(presence_of(cell_on(cells, one.student_id, day.on, number)) is None for one in here):
                yield day.on, number


def _absent_share(members: Sequence[Member], cells: Cells, day: SchoolDay) -> Decimal | None:
    """Per cent of the marked cells of a day in which somebody was not there."""
    marks = [
        mark
        for one in members
        if one.sits_on(day.on)
        for number in day.sessions
        if (mark := presence_of(cell_on(cells, one.student_id, day.on, number))) is not None
    ]
    return Decimal(100 * sum(not mark.attended for mark in marks)) / len(marks) if marks else None
