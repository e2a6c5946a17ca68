"""What a closed term or year refuses: changes of marks, registers, remarks, tests and enrolments inside it.

Every service asks here before it writes. Papers are still issued, and what was closed is opened again with a
reason (:mod:`emis_desktop.services.years`).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.queries.closing import CLOSED, OPEN, Closed, Closing, closing_of

__all__ = ["CLOSED", "OPEN", "Closed", "Closing", "closing_of", "require_open", "require_open_year"]


def require_open(session: Session, when: date | UUID | None) -> None:
    """Raise :class:`Refused` when ``when``, a day or the id of a term, lies in what is closed."""
    closing = closing_of(session)
    if isinstance(when, date):
        closing.require_day(when)
    else:
        closing.require_term(when)


def require_open_year(session: Session, year_id: UUID) -> None:
    """Raise :class:`Refused` when that school year is closed: what the end of a year needs, whose terms may
    be closed by then.
    """
    closing_of(session).require_year(year_id)
