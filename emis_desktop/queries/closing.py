"""Which terms and years are closed: nothing in them is changed until somebody opens them again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import AcademicPeriod, Term

OPEN: Final = "open"
CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class Closed:
    """A term or year that is closed, with its first and last day."""

    name: str
    starts_on: date
    ends_on: date

    def refusal(self) -> Refused:
        """Why nothing can be changed in it."""
        return Refused(
            "{name} is closed and takes no changes. Whoever plans the school year can open it again.",
            name=self.name,
        )


@dataclass(frozen=True, slots=True)
class Closing:
    """What is closed: years by id, and terms by id, those of a closed year among them."""

    years: Mapping[UUID, Closed] = field(default_factory=dict)
    terms: Mapping[UUID, Closed] = field(default_factory=dict)

    def require_term(self, term_id: UUID | None) -> None:
        """Raise :class:`Refused` where that term, or its year, is closed; None is no term."""
        found = self.terms.get(term_id) if term_id is not None else None
        if found is not None:
            raise found.refusal()

    def require_year(self, year_id: UUID) -> None:
        """Raise :class:`Refused` where that year is closed; a closed term of it does not matter."""
        found = self.years.get(year_id)
        if found is not None:
            raise found.refusal()

    def require_day(self, day: date) -> None:
        """Raise :class:`Refused` for a day of a closed term, and for any day of a closed year."""
        for one in (*self.years.values(), *self.terms.values()):
            if one.starts_on <= day <= one.ends_on:
                raise one.refusal()


def closing_of(session: Session) -> Closing:
    """What is closed now: read once, then asked for every row of a block."""
    years = {
        row.id: Closed(row.label, row.starts_on, row.ends_on)
        for row in session.execute(
            select(
                AcademicPeriod.id, AcademicPeriod.label, AcademicPeriod.starts_on, AcademicPeriod.ends_on
            ).where(AcademicPeriod.state == CLOSED, AcademicPeriod.deleted_at.is_(None))
        )
    }
    terms: dict[UUID, Closed] = {}
    for row in session.execute(
        select(Term.id, Term.period_id, Term.name, Term.starts_on, Term.ends_on, Term.state).where(
            Term.deleted_at.is_(None)
        )
    ):
        if row.period_id in years:
            terms[row.id] = years[row.period_id]
        elif row.state == CLOSED:
            terms[row.id] = Closed(row.name, row.starts_on, row.ends_on)
    return Closing(years, terms)
