"""The attendance rate of pupils over a year, for rules that ask for one.

Registers take precedence; where a pupil has none, the totals of the terms count.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import AcademicPeriod, AttendanceMonth, AttendanceTotal
from emis_desktop.one_person import together
from emis_desktop.queries.plain import pieces
from emis_desktop.queries.policies import policies_of
from emis_desktop.rules.numbers import round_ratio
from emis_desktop.rules.policies import EXCUSED_COUNT
from emis_desktop.rules.registers import (
    RATE_PLACES,
    Presence,
    Sessions,
    attendance_rate,
    month_of,
    read_entry,
)

Span = tuple[date, date]
_DAYS: Final = tuple(f"d{day:02}" for day in range(1, 32))


def attendance_rates(
    session: Session, institution_id: UUID, year_id: UUID, student_ids: Collection[UUID]
) -> dict[UUID, Decimal | None]:
    """Attended of marked sessions in per cent by student; None where nothing was marked."""
    excused = bool(policies_of(session, institution_id).value(EXCUSED_COUNT))
    year = session.get_one(AcademicPeriod, year_id)
    marked = _sessions(session, institution_id, (year.starts_on, year.ends_on), student_ids)
    bare = [student_id for student_id in student_ids if student_id not in marked]
    totals = _totals(session, institution_id, year_id, bare)
    rates: dict[UUID, Decimal | None] = dict.fromkeys(student_ids)
    for student_id, sessions in marked.items():
        rates[student_id] = attendance_rate([sessions], excused_count=excused)
    return rates | totals


def _sessions(
    session: Session, institution_id: UUID, span: Span, student_ids: Collection[UUID]
) -> dict[UUID, Sessions]:
    """What stands in the pupils' registers of the class; registers of subjects are another count."""
    first, last = map(month_of, span)
    month = AttendanceMonth
    columns = [month.student_id, month.month, month.session, *(getattr(month, name) for name in _DAYS)]
    whole = together(session, student_ids)
    cells: dict[UUID, dict[tuple[str, int], str]] = {}
    for piece in pieces(whole.all_of(student_ids)):
        rows = session.execute(
            select(*columns).where(
                AttendanceMonth.student_id.in_(piece),
                AttendanceMonth.institution_id == institution_id,
                AttendanceMonth.month.between(first, last),
                AttendanceMonth.subject_id.is_(None),
                AttendanceMonth.deleted_at.is_(None),
            )
        )
        for student, of_month, number, *days in whole.own_first(student_ids, rows, key=2):
            of = cells.setdefault(student, {})
            for day, cell in enumerate(days, 1):
                if cell and span[0].isoformat() <= f"{of_month}-{day:02}" <= span[1].isoformat():
                    of[f"{of_month}-{day:02}", number] = cell
    counted = {student: _count(of.values()) for student, of in cells.items()}
    return {student: sessions for student, sessions in counted.items() if sessions.marked}


def _count(cells: Collection[str]) -> Sessions:
    entries = [entry.presence for cell in cells if (entry := read_entry(cell)) is not None]
    return Sessions(
        possible=len(entries),
        attended=sum(one.attended for one in entries),
        late=entries.count(Presence.LATE),
        excused=entries.count(Presence.EXCUSED),
        unexcused=entries.count(Presence.UNEXCUSED),
    )


def _totals(
    session: Session, institution_id: UUID, year_id: UUID, student_ids: Collection[UUID]
) -> dict[UUID, Decimal | None]:
    """Days present of days open as typed for the cards: over the terms, else of the year as one."""
    terms: dict[UUID, list[tuple[int, int]]] = {}
    whole: dict[UUID, list[tuple[int, int]]] = {}
    for piece in pieces(student_ids):
        rows = session.scalars(
            select(AttendanceTotal).where(
                AttendanceTotal.student_id.in_(piece),
                AttendanceTotal.institution_id == institution_id,
                AttendanceTotal.period_id == year_id,
                AttendanceTotal.deleted_at.is_(None),
            )
        )
        for row in rows:
            if row.possible is not None and row.absent is not None:
                of = whole if row.term_id is None else terms
                of.setdefault(row.student_id, []).append((row.possible, row.absent))
    return {student: _share(days) for student, days in (whole | terms).items()}


def _share(days: Collection[tuple[int, int]]) -> Decimal | None:
    possible = sum(open_days for open_days, _absent in days)
    absent = sum(missed for _open, missed in days)
    return round_ratio(100 * max(0, possible - absent), possible, RATE_PLACES) if possible else None
