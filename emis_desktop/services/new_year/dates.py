"""The year after a year: as it stands in the store, else by the country's rules, else 52 weeks later."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import AcademicPeriod, Term
from emis_desktop.profiles import CountryProfile, school_year
from emis_desktop.rules.calendar import year_label
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.new_year import YEAR_DAYS, Frame, next_code
from emis_desktop.services.new_year.plan import NewTerm, NewYear
from emis_desktop.services.rows import revive


def new_year(session: Session, from_year_id: UUID, profile: CountryProfile | None) -> NewYear:
    """The year after that year; raises :class:`Refused` where there is no such year, or none can follow."""
    before = session.get(AcademicPeriod, from_year_id)
    if before is None or before.deleted_at is not None:
        raise Refused("That school year is no longer there. Choose another.")
    old = {row.number: row for row in terms_of(session, from_year_id)}
    after = session.scalar(
        select(AcademicPeriod)
        .where(AcademicPeriod.starts_on > before.starts_on, AcademicPeriod.deleted_at.is_(None))
        .order_by(AcademicPeriod.starts_on)
        .limit(1)
    )
    if after is not None:
        terms = tuple(_term(row, old) for row in terms_of(session, after.id))
        return _year(before, after.id, after.code, (after.label, after.starts_on, after.ends_on), terms, True)
    made = _by_profile(profile, before, old) if profile is not None else None
    return made or _by_weeks(before, old)


def terms_of(session: Session, year_id: UUID) -> list[Term]:
    """The terms of a year that are there, in order."""
    return list(
        session.scalars(
            select(Term).where(Term.period_id == year_id, Term.deleted_at.is_(None)).order_by(Term.number)
        )
    )


def write_year(session: Session, year: NewYear) -> None:
    """Write the year and its terms inside an open act; what somebody took away comes back."""
    period = revive(session, AcademicPeriod, year.id)
    period.code, period.label = year.code, year.label
    period.starts_on, period.ends_on = year.starts_on, year.ends_on
    session.flush()
    for term in year.terms:
        row = revive(session, Term, term.id)
        row.period_id, row.number, row.name = year.id, term.number, term.name
        row.starts_on, row.ends_on = term.starts_on, term.ends_on
        row.next_begins_on, row.marks_due_on = term.next_begins_on, term.marks_due_on
        row.weight = term.weight
    session.flush()


def _year(
    before: AcademicPeriod,
    year_id: UUID,
    code: str,
    shown: tuple[str, date, date],
    terms: tuple[NewTerm, ...],
    there: bool,
) -> NewYear:
    label, starts_on, ends_on = shown
    return NewYear(
        year_id, code, label, starts_on, ends_on, terms, there, before.id, before.starts_on, before.ends_on
    )


def _term(row: Term, old: dict[int, Term]) -> NewTerm:
    return NewTerm(
        row.id,
        row.number,
        row.name,
        row.starts_on,
        row.ends_on,
        row.next_begins_on,
        row.marks_due_on,
        row.weight,
        _frame(old.get(row.number), row.starts_on, row.ends_on),
    )


def _frame(old: Term | None, starts_on: date, ends_on: date) -> Frame | None:
    return None if old is None else Frame(old.starts_on, starts_on, ends_on)


def _by_profile(profile: CountryProfile, before: AcademicPeriod, old: dict[int, Term]) -> NewYear | None:
    """The year by the country's rules; None where they do not give the year after this one."""
    by_rule = school_year(profile, before.starts_on.year + 1)
    if by_rule.starts_on <= before.ends_on:
        return None
    year_id = natural_id("academic_period", by_rule.code)
    terms = tuple(
        NewTerm(
            natural_id("term", year_id, one.number),
            one.number,
            one.name.en,
            one.starts_on,
            one.ends_on,
            one.next_begins_on,
            one.ends_on,
            one.weight,
            _frame(old.get(one.number), one.starts_on, one.ends_on),
        )
        for one in by_rule.terms
    )
    shown = (by_rule.label, by_rule.starts_on, by_rule.ends_on)
    return _year(before, year_id, by_rule.code, shown, terms, there=False)


def _by_weeks(before: AcademicPeriod, old: dict[int, Term]) -> NewYear:
    """The same year 52 weeks later."""
    try:
        code = next_code(before.code)
    except ValueError:
        raise Refused("No school year follows {year} by itself. Add it by hand.", year=before.label) from None
    first = date.fromordinal(before.starts_on.toordinal() + YEAR_DAYS)
    last = date.fromordinal(before.ends_on.toordinal() + YEAR_DAYS)
    frame = Frame(before.starts_on, first, last)
    year_id = natural_id("academic_period", code)

    def moved(day: date | None) -> date | None:
        return None if day is None else frame.span(day, day)[0]

    terms = []
    for number, row in sorted(old.items()):
        starts_on, ends_on = frame.span(row.starts_on, row.ends_on)
        terms.append(
            NewTerm(
                natural_id("term", year_id, number),
                number,
                row.name,
                starts_on,
                ends_on,
                moved(row.next_begins_on),
                moved(row.marks_due_on),
                Decimal(row.weight),
                Frame(row.starts_on, starts_on, ends_on),
            )
        )
    return _year(before, year_id, code, (year_label(first, last), first, last), tuple(terms), there=False)
