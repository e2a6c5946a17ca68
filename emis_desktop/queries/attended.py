"""The attendance rate of pupils over a year, for rules that ask for one.

Registers take precedence; where a pupil has none, the totals typed for the cards count.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import AttendanceTotal
from emis_desktop.queries.plain import pieces
from emis_desktop.queries.policies import policies_of
from emis_desktop.queries.pupil_attendance import term_attendance
from emis_desktop.queries.school import terms_of
from emis_desktop.rules.numbers import round_ratio
from emis_desktop.rules.policies import EXCUSED_COUNT
from emis_desktop.rules.registers import RATE_PLACES, Sessions, attendance_rate


def attendance_rates(
    session: Session, institution_id: UUID, year_id: UUID, student_ids: Collection[UUID]
) -> dict[UUID, Decimal | None]:
    """Attended of marked sessions in per cent by student; None where nothing was marked."""
    excused = bool(policies_of(session, institution_id).value(EXCUSED_COUNT))
    marked: dict[UUID, list[Sessions]] = {}
    for term in terms_of(session, year_id):
        for student, total in term_attendance(session, institution_id, term, student_ids).items():
            marked.setdefault(student, []).append(total.sessions)
    bare = [student_id for student_id in student_ids if student_id not in marked]
    rates: dict[UUID, Decimal | None] = dict.fromkeys(student_ids)
    for student, sessions in marked.items():
        rates[student] = attendance_rate(sessions, excused_count=excused)
    return rates | _totals(session, institution_id, year_id, bare)


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
