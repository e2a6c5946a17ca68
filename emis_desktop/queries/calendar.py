"""The days of a school: the terms of a year, the week, holidays and closures of the country and its own.

Everything that asks "was school held?" asks here, so that a register, a card and a report count alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import AcademicPeriod, CalendarDay
from emis_desktop.queries.closing import closing_of
from emis_desktop.queries.plain import remembered
from emis_desktop.queries.policies import Policies, policies_of
from emis_desktop.queries.school import terms_of
from emis_desktop.queries.school_values import TermInfo
from emis_desktop.queries.settings import setting
from emis_desktop.rules.calendar import term_on
from emis_desktop.rules.open_days import MONDAY_TO_FRIDAY, Calendar, Kind, SchoolDay, Span
from emis_desktop.rules.policies import DAY_RULE, EXCUSED_COUNT, SESSIONS
from emis_desktop.rules.registers import DayRule
from emis_desktop.rules.rights import Actor, Right, require

SCHOOL_WEEK: Final = "school_week"
"""The setting with the weekdays of school, such as "0 1 2 3 4" (Monday 0); without it Monday to Friday."""


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """An entry of a calendar as a list shows it. ``own``: the school's; else the country's.

    ``sessions`` empty: all of them.
    """

    id: UUID
    own: bool
    starts_on: date
    ends_on: date
    kind: Kind
    sessions: tuple[int, ...]
    label: str


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """A school's calendar in one school year, with what is needed to count its registers.

    ``names``: what its sessions are called, the first is session 1. ``closed``: the terms that take no
    changes any more.
    """

    institution_id: UUID
    year_id: UUID
    terms: tuple[TermInfo, ...]
    names: tuple[str, ...]
    calendar: Calendar
    rule: DayRule
    excused_count: bool
    closed: frozenset[UUID] = frozenset()

    def term_on(self, day: date) -> TermInfo | None:
        """The term of a day; None between terms."""
        span = term_on(day, [term.span for term in self.terms])
        return next((term for term in self.terms if span is not None and term.id == span.key), None)

    def day(self, on: date) -> SchoolDay:
        """What is held on a day."""
        return self.calendar.day(on)

    def days(self, first: date, last: date) -> list[SchoolDay]:
        """The days on which school is held, from ``first`` to ``last``."""
        return self.calendar.days(first, last)

    def name(self, session: int) -> str:
        """What a session is called; its number where the school has fewer now."""
        return self.names[session - 1] if 0 < session <= len(self.names) else str(session)


class CalendarQueries:
    """Questions about the calendar by one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` asks."""
        self._db = db
        self._actor = actor

    def calendar(self, institution_id: UUID, year_id: UUID) -> YearCalendar:
        """The calendar of a school in a year."""
        require(self._actor, Right.VIEW_STUDENTS, institution_id=institution_id)
        with self._db.read() as session:
            return calendar_of(session, institution_id, year_id)

    def lines(self, institution_id: UUID, first: date, last: date) -> tuple[CalendarLine, ...]:
        """The entries of the country and of the school that touch these days, by day."""
        require(self._actor, Right.VIEW_STUDENTS, institution_id=institution_id)
        with self._db.read() as session:
            return calendar_lines(session, institution_id, first, last)


def calendar_of(session: Session, institution_id: UUID, year_id: UUID) -> YearCalendar:
    """The calendar of a school in a year, read once a look."""
    return remembered(
        session, ("calendar", institution_id, year_id), lambda: _calendar(session, institution_id, year_id)
    )


def calendar_on(session: Session, institution_id: UUID, day: date) -> YearCalendar | None:
    """The calendar of the school year that has ``day``; None where no year does."""
    year_id = year_on(session, day)
    return None if year_id is None else calendar_of(session, institution_id, year_id)


def year_on(session: Session, day: date) -> UUID | None:
    """The school year that holds on a day: the last one begun; None before the first and after its end."""
    return session.scalar(
        select(AcademicPeriod.id)
        .where(
            AcademicPeriod.deleted_at.is_(None),
            AcademicPeriod.starts_on <= day,
            AcademicPeriod.ends_on >= day,
        )
        .order_by(AcademicPeriod.starts_on.desc())
        .limit(1)
    )


def calendar_lines(
    session: Session, institution_id: UUID, first: date, last: date
) -> tuple[CalendarLine, ...]:
    """The entries of the country and of a school that touch the days, by day, the country's first."""
    rows = session.scalars(
        select(CalendarDay)
        .where(
            CalendarDay.deleted_at.is_(None),
            or_(CalendarDay.institution_id.is_(None), CalendarDay.institution_id == institution_id),
            CalendarDay.starts_on <= last,
            CalendarDay.ends_on >= first,
        )
        .order_by(CalendarDay.starts_on, CalendarDay.institution_id.is_not(None), CalendarDay.id)
    )
    return tuple(_lines(rows))


def session_numbers(text: str | None) -> tuple[int, ...]:
    """The sessions of a stored entry ("1,2"); what cannot be read is left out."""
    return tuple(int(one) for one in (text or "").split(",") if one.strip().isdecimal())


def _lines(rows: Iterable[CalendarDay]) -> Iterable[CalendarLine]:
    for row in rows:
        try:
            kind = Kind(row.kind)
        except ValueError:  # of a newer version
            continue
        own = row.institution_id is not None
        numbers = session_numbers(row.sessions)
        yield CalendarLine(row.id, own, row.starts_on, row.ends_on, kind, numbers, row.label or "")


def _calendar(session: Session, institution_id: UUID, year_id: UUID) -> YearCalendar:
    terms = terms_of(session, year_id)
    found = policies_of(session, institution_id)
    first = min((term.starts_on for term in terms), default=date.max)
    last = max((term.ends_on for term in terms), default=date.min)
    spans = [
        Span(line.starts_on, line.ends_on, line.kind, frozenset(line.sessions), line.label, line.own)
        for line in calendar_lines(session, institution_id, first, last)
    ]
    names = found.words(SESSIONS)
    return YearCalendar(
        institution_id=institution_id,
        year_id=year_id,
        terms=terms,
        names=names,
        calendar=Calendar(len(names), [term.span for term in terms], spans, _week(session, institution_id)),
        rule=day_rule(found),
        excused_count=found.value(EXCUSED_COUNT) is not False,
        closed=frozenset(closing_of(session).terms),
    )


def day_rule(found: Policies) -> DayRule:
    """When a day counts as absent, by the policies in force."""
    return DayRule(str(found.value(DAY_RULE)))


def _week(session: Session, institution_id: UUID) -> frozenset[int]:
    kept = setting(session, institution_id, SCHOOL_WEEK)
    found = frozenset(int(one) for one in (kept or "").split() if one.isdecimal() and int(one) < 7)
    return found or MONDAY_TO_FRIDAY
