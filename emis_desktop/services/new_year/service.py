"""Opening the next school year: a look at what would be made, then the country's part and each school's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import Institution
from emis_desktop.profiles import CountryProfile
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.closing import require_open_year
from emis_desktop.services.new_year.copying import SchoolCopy
from emis_desktop.services.new_year.dates import new_year, write_year
from emis_desktop.services.new_year.days import calendar_rows
from emis_desktop.services.new_year.plan import NewYear, Order, Row, SchoolPlan, YearPlan, days_of
from emis_desktop.services.new_year.reading import missing_rows


class NewYearService:
    """Opens years by one actor, who plans them. Every school is one act: each can be taken back by itself."""

    def __init__(self, db: Database, actor: Actor, profile: CountryProfile | None = None) -> None:
        """``profile`` gives the dates of a year that nobody has made yet."""
        self._db = db
        self._actor = actor
        self._profile = profile

    def schools(self, order: Order) -> tuple[UUID, ...]:
        """The schools that the actor may open the year for: those not closed by then, by name."""
        require(self._actor, Right.MANAGE_STRUCTURE)
        with self._db.read() as session:
            year = new_year(session, order.from_year_id, self._profile)
            return tuple(school.id for school in self._schools(session, year, None))

    def preview(self, order: Order, institution_ids: Collection[UUID] | None = None) -> YearPlan:
        """What would be made in these schools, or in all that the actor has; nothing is written."""
        require(self._actor, Right.MANAGE_STRUCTURE)
        with self._db.read() as session:
            year = new_year(session, order.from_year_id, self._profile)
            schools = [
                SchoolCopy(session, order, year, school).build()
                for school in self._schools(session, year, institution_ids)
            ]
            return YearPlan(year, tuple(schools), days_of(self._country_days(session, order, year)))

    def open_country(self, order: Order) -> NewYear:
        """Make the year, its terms and the country's days off; what is there stays as it is."""
        require(self._actor, Right.MANAGE_STRUCTURE)
        with self._db.write(self._actor, "add_year") as session:
            year = new_year(session, order.from_year_id, self._profile)
            if not year.there:
                write_year(session, year)
            write_rows(session, self._country_days(session, order, year))
            return year

    def open_school(self, order: Order, institution_id: UUID) -> SchoolPlan:
        """Make the year for one school, and the year itself where nobody has; what is there stays as it is.

        Returns what was made. Raises :class:`Refused` for a school that is closed by then, and for a new year
        that is closed.
        """
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        with self._db.write(self._actor, "open_year") as session:
            year = new_year(session, order.from_year_id, self._profile)
            schools = self._schools(session, year, [institution_id])
            if not schools:
                raise Refused("That school is closed in the new year. Choose another.")
            if not year.there:
                write_year(session, year)
            require_open_year(session, year.id)
            plan = SchoolCopy(session, order, year, schools[0]).build()
            write_rows(session, plan.rows)
            return plan

    def _country_days(self, session: Session, order: Order, year: NewYear) -> list[Row]:
        """The country's calendar in the new year: the ministry's to make."""
        if not order.calendar or self._actor.institution_id is not None:
            return []
        return missing_rows(session, calendar_rows(session, year, None), again=not year.there)

    def _schools(
        self, session: Session, year: NewYear, institution_ids: Collection[UUID] | None
    ) -> Sequence[Institution]:
        question = select(Institution).where(
            Institution.deleted_at.is_(None),
            or_(Institution.closed_on.is_(None), Institution.closed_on > year.starts_on),
        )
        if institution_ids is not None:
            question = question.where(Institution.id.in_(institution_ids))
        if self._actor.institution_id is not None:
            question = question.where(Institution.id == self._actor.institution_id)
        return session.scalars(question.order_by(Institution.name, Institution.id)).all()


def write_rows(session: Session, rows: Sequence[Row]) -> None:
    """Write rows inside an open act, parents first; one that somebody took away comes back."""
    for model in dict.fromkeys(row.model for row in rows):
        fresh = [row for row in rows if row.model is model]
        for piece in pieces(fresh):
            there = {
                row.id: row
                for row in session.scalars(select(model).where(model.id.in_([one.id for one in piece])))
            }
            for one in piece:
                row = there.get(one.id)
                if row is None:
                    row = model()
                    row.id = one.id
                    session.add(row)
                row.deleted_at = None
                for name, value in one.values.items():
                    setattr(row, name, value)
        session.flush()
