"""What must hold before a register is marked, read once for a whole block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import AttendanceMonth, Change, Person
from emis_desktop.queries.calendar import YearCalendar, calendar_of, year_on
from emis_desktop.queries.class_members import Member, members_of
from emis_desktop.queries.closing import closing_of
from emis_desktop.queries.register_cells import DAYS, TABLE
from emis_desktop.queries.register_days import barrier_of, by_student, refusal, require_register
from emis_desktop.rules.names import display_name
from emis_desktop.rules.rights import Actor, Right

_FAR: Final = (date.max, date.min)


@dataclass(frozen=True, slots=True)
class RegisterChecks:
    """Everything that the cells of a class are checked against."""

    institution_id: UUID
    class_name: str
    calendar: YearCalendar
    stays: Mapping[UUID, Sequence[Member]]
    today: date
    session: Session

    def require(self, student_id: UUID, on: date, number: int) -> None:
        """Raise :class:`Refused` unless the pupil can be marked in that session of that day."""
        barrier = barrier_of(self.calendar, on, number, self.today)
        if barrier is not None:
            raise refusal(barrier)
        stays = self.stays.get(student_id, ())
        member = next((one for one in stays if one.sits_on(on)), None)
        if member is None:
            raise self._not_here(student_id, stays, on)
        away = member.away_on(on)
        if away is not None and away.at:
            raise Refused(
                "{pupil} is a guest at {school} on {day} and is marked there.",
                pupil=_spoken(member),
                school=away.at,
                day=on,
            )

    def _not_here(self, student_id: UUID, stays: Sequence[Member], on: date) -> Refused:
        if not stays:
            person = self.session.get(Person, student_id)
            name = "–" if person is None else display_name(person.given_names, person.family_name)
            return Refused("{pupil} is not in {class_name}.", pupil=name, class_name=self.class_name)
        values = {"pupil": _spoken(stays[0]), "class_name": self.class_name}
        if on < stays[0].first:
            return Refused("{pupil} came to {class_name} on {day}.", day=stays[0].first, **values)
        if on > stays[-1].last:
            return Refused("{pupil} left {class_name} on {day}.", day=stays[-1].last, **values)
        return Refused("{pupil} was not in {class_name} on {day}.", day=on, **values)


def checks_for(
    session: Session, actor: Actor, class_id: UUID, subject_id: UUID | None, today: date
) -> RegisterChecks:
    """Read what cells of a class are checked against; raises :class:`Refused` for a register that is not the
    actor's.
    """
    found = require_register(session, actor, Right.EDIT_ATTENDANCE, class_id, subject_id)
    calendar = calendar_of(session, found.institution_id, found.period_id)
    first = min((term.starts_on for term in calendar.terms), default=_FAR[0])
    last = max((term.ends_on for term in calendar.terms), default=_FAR[1])
    members = members_of(session, found.institution_id, [class_id], first, last)
    return RegisterChecks(found.institution_id, found.name, calendar, by_student(members), today, session)


def require_registers(session: Session, actor: Actor, first: int, last: int) -> None:
    """Raise :class:`Refused` unless the registers that the changes ``first`` to ``last`` marked are the
    actor's to change, and their days open.

    Read inside an open act, before what was marked is taken back.
    """
    closing = closing_of(session)
    for row_id, days in _days_marked(session, first, last).items():
        row = session.get_one(AttendanceMonth, row_id)
        for on in (date.fromisoformat(f"{row.month}-{day:02}") for day in days):
            closing.require_day(on)
            if actor.class_ids is not None:
                _require_own(session, actor, row, on)


def _require_own(session: Session, actor: Actor, row: AttendanceMonth, on: date) -> None:
    """The class in which the pupil sat that day must be one of the actor's."""
    year_id = year_on(session, on)
    members = members_of(session, row.institution_id, list(actor.class_ids or ()), on, on)
    here = [one for one in members if one.student_id == row.student_id and one.sits_on(on)]
    if year_id is None or not here:
        raise Refused(
            "That register is of a class that is not yours any more. The office can change it for you."
        )
    require_register(session, actor, Right.EDIT_ATTENDANCE, here[0].class_id, row.subject_id)


def _days_marked(session: Session, first: int, last: int) -> dict[UUID, set[int]]:
    """The days of each row that the changes touched; of a row that came, those that it has."""
    found: dict[UUID, set[int]] = {}
    changes = session.execute(
        select(Change.row_id, Change.field).where(Change.seq.between(first, last), Change.table_name == TABLE)
    ).all()
    for row_id, field in changes:
        days = found.setdefault(row_id, set())
        if field in DAYS:
            days.add(DAYS.index(field) + 1)
        elif field is None:
            row = session.get_one(AttendanceMonth, row_id)
            days |= {place for place, day in enumerate(DAYS, start=1) if getattr(row, day)}
    return found


def _spoken(member: Member) -> str:
    return display_name(member.given_names, member.family_name)
