"""Class registers: one session of a day, a month as a sheet, and what came before, for the screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.queries.calendar import YearCalendar, calendar_of
from emis_desktop.queries.class_members import Member, members_of
from emis_desktop.queries.reach import require_class
from emis_desktop.queries.register_cells import (
    Cells,
    cell_on,
    cells_by_id,
    entry_of,
)
from emis_desktop.queries.register_days import barrier_of, by_student, no_right_in, register_days, teacher_of
from emis_desktop.rules.open_days import SchoolDay
from emis_desktop.rules.registers import (
    Attendance,
    Entry,
    count,
    month_of,
)
from emis_desktop.rules.rights import Actor, Right
from emis_desktop.sentence import Sentence


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A pupil in a register. ``entry`` None: not marked. ``away`` is "" for who is expected.

    Else it is ``suspended``, or ``guest`` with the school in ``at``: a guest is marked there, not here.
    """

    number: int
    student_id: UUID
    name: str
    entry: Entry | None
    away: str = ""
    at: str = ""

    @property
    def takes(self) -> bool:
        """Whether the pupil can be marked here."""
        return self.away != GUEST

    @property
    def expected(self) -> bool:
        """Whether somebody should mark the pupil."""
        return not self.away


GUEST, SUSPENDED = "guest", "suspended"


@dataclass(frozen=True, slots=True)
class SessionState:
    """One session of the day: its name, whether it is held, and how many of those expected are marked."""

    number: int
    name: str
    held: bool
    marked: int
    expected: int


@dataclass(frozen=True, slots=True)
class DayRegister:
    """A class in one session of a day, in register order. ``day`` says which sessions are held, and
    why others are not. ``barrier``: why nothing can be marked, None where it can.
    """

    class_id: UUID
    institution_id: UUID
    year_id: UUID
    class_name: str
    teacher: str
    on: date
    session: int
    subject_id: UUID | None
    day: SchoolDay
    sessions: tuple[SessionState, ...]
    rows: tuple[RegisterRow, ...]
    barrier: Sentence | None

    @property
    def unmarked(self) -> int:
        """Pupils who are expected and not marked."""
        return sum(row.expected and row.entry is None for row in self.rows)


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """A day of the month sheet in which the session is held, or why it is not."""

    on: date
    held: bool
    label: str
    barrier: Sentence | None


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A pupil's month: a cell a column; ``takes`` says in which the pupil belongs to the class."""

    number: int
    student_id: UUID
    name: str
    cells: tuple[Entry | None, ...]
    takes: tuple[bool, ...]
    attendance: Attendance


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """A class's month in one session, as on the paper sheet: columns are the days of the school week."""

    class_id: UUID
    institution_id: UUID
    year_id: UUID
    class_name: str
    month: date
    session: int
    sessions: tuple[str, ...]
    subject_id: UUID | None
    columns: tuple[MonthColumn, ...]
    rows: tuple[MonthRow, ...]
    may_edit: bool


def class_register(
    session: Session,
    actor: Actor,
    class_id: UUID,
    on: date,
    number: int,
    today: date,
    subject_id: UUID | None = None,
) -> DayRegister:
    """The register of a class in session ``number`` of a day, or that of one subject.

    Reads the rows of its pupils by their ids: a store of a whole country makes no difference. Raises
    :class:`Refused` when the class is not there or not the actor's to see.
    """
    found = require_class(session, actor, Right.VIEW_MARKS, class_id)
    calendar = calendar_of(session, found.institution_id, found.period_id)
    members = [
        one for one in members_of(session, found.institution_id, [class_id], on, on) if one.sits_on(on)
    ]
    numbers = range(1, len(calendar.names) + 1)
    students = [one.student_id for one in members]
    cells = cells_by_id(session, found.institution_id, students, [month_of(on)], numbers, subject_id)
    day = calendar.day(on)
    rows = tuple(_row(place, one, cells, on, number) for place, one in enumerate(members, start=1))
    return DayRegister(
        class_id=class_id,
        institution_id=found.institution_id,
        year_id=found.period_id,
        class_name=found.name,
        teacher=teacher_of(session, found, subject_id),
        on=on,
        session=number,
        subject_id=subject_id,
        day=day,
        sessions=tuple(_states(calendar, day, members, cells)),
        rows=rows,
        barrier=no_right_in(session, actor, found, subject_id) or barrier_of(calendar, on, number, today),
    )


def month_sheet(
    session: Session,
    actor: Actor,
    class_id: UUID,
    month: date,
    number: int,
    today: date,
    subject_id: UUID | None = None,
) -> MonthSheet:
    """A class's month in one session: the days of the school week and whatever else is held."""
    found = require_class(session, actor, Right.VIEW_MARKS, class_id)
    calendar = calendar_of(session, found.institution_id, found.period_id)
    first = month.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    members = members_of(session, found.institution_id, [class_id], first, last)
    students = list(dict.fromkeys(one.student_id for one in members))
    numbers = range(1, len(calendar.names) + 1)
    cells = cells_by_id(session, found.institution_id, students, [month_of(first)], numbers, subject_id)
    columns = tuple(_columns(calendar, first, last, number, today))
    held = calendar.days(first, min(last, today))
    rows = []
    for place, (student, own) in enumerate(by_student(members).items(), start=1):
        takes = tuple(_takes(own, column) for column in columns)
        rows.append(
            MonthRow(
                number=place,
                student_id=student,
                name=own[0].name,
                cells=tuple(
                    entry_of(cell_on(cells, student, column.on, number)) if taken else None
                    for column, taken in zip(columns, takes, strict=True)
                ),
                takes=takes,
                attendance=count(register_days(own, cells, held), calendar.rule),
            )
        )
    return MonthSheet(
        class_id=class_id,
        institution_id=found.institution_id,
        year_id=found.period_id,
        class_name=found.name,
        month=first,
        session=number,
        sessions=calendar.names,
        subject_id=subject_id,
        columns=columns,
        rows=tuple(rows),
        may_edit=no_right_in(session, actor, found, subject_id) is None,
    )


def _row(place: int, member: Member, cells: Cells, on: date, number: int) -> RegisterRow:
    away = member.away_on(on)
    return RegisterRow(
        number=place,
        student_id=member.student_id,
        name=member.name,
        entry=entry_of(cell_on(cells, member.student_id, on, number)),
        away="" if away is None else GUEST if away.at else SUSPENDED,
        at="" if away is None else away.at,
    )


def _states(
    calendar: YearCalendar, day: SchoolDay, members: Sequence[Member], cells: Cells
) -> Iterator[SessionState]:
    expected = [one for one in members if one.away_on(day.on) is None]
    for number, name in enumerate(calendar.names, start=1):
        marked = sum(entry_of(cell_on(cells, one.student_id, day.on, number)) is not None for one in expected)
        yield SessionState(number, name, number in day.sessions, marked, len(expected))


def _columns(
    calendar: YearCalendar, first: date, last: date, number: int, today: date
) -> Iterator[MonthColumn]:
    weekdays = {0, 1, 2, 3, 4} | {day.on.weekday() for day in calendar.days(first, last)}
    for after in range((last - first).days + 1):
        on = first + timedelta(days=after)
        if on.weekday() not in weekdays:
            continue
        day = calendar.day(on)
        yield MonthColumn(on, number in day.sessions, day.label, barrier_of(calendar, on, number, today))


def _takes(stays: Sequence[Member], column: MonthColumn) -> bool:
    if not column.held:
        return False
    member = next((one for one in stays if one.sits_on(column.on)), None)
    away = None if member is None else member.away_on(column.on)
    return member is not None and (away is None or not away.at)
