"""The calendar of one year as that of the next: a school's own, or the country's."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import CalendarDay
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.new_year import same_date
from emis_desktop.rules.open_days import Kind
from emis_desktop.services.new_year.plan import NewYear, Row

_CALENDAR: Final = (Kind.HOLIDAY.value, Kind.HALF.value, Kind.OPEN.value)
"""A storm does not come again by date: closures are not copied."""


def calendar_rows(session: Session, year: NewYear, institution_id: UUID | None) -> list[Row]:
    """The calendar of a school, or with None of the country, in the new year; without what is there.

    A holiday keeps its date, anything else its weekday.
    """
    days = _calendar(session, institution_id, year.starts_on, year.ends_on)
    there = {(row.starts_on, row.ends_on, row.kind) for row in days}
    found = []
    for row in _calendar(session, institution_id, year.before_starts, year.before_ends):
        later = year.starts_on.year - year.before_starts.year
        starts, ends = year.frame.span(row.starts_on, row.ends_on)
        if row.kind == Kind.HOLIDAY:
            starts, ends = same_date(row.starts_on, later), same_date(row.ends_on, later)
        if (starts, ends, row.kind) in there:
            continue
        values = {
            "institution_id": institution_id,
            "starts_on": starts,
            "ends_on": ends,
            "kind": row.kind,
            "sessions": row.sessions,
            "label": row.label,
        }
        found.append(Row(CalendarDay, natural_id("calendar_day", row.id, year.id), values))
    return found


def _calendar(session: Session, institution_id: UUID | None, first: date, last: date) -> list[CalendarDay]:
    owner = CalendarDay.institution_id
    return list(
        session.scalars(
            select(CalendarDay)
            .where(
                owner.is_(None) if institution_id is None else owner == institution_id,
                CalendarDay.starts_on >= first,
                CalendarDay.starts_on <= last,
                CalendarDay.kind.in_(_CALENDAR),
                CalendarDay.deleted_at.is_(None),
            )
            .order_by(CalendarDay.starts_on, CalendarDay.id)
        )
    )
