"""Finding schools, years, terms, grades, classes and subjects by what a file calls them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import (
    AcademicPeriod,
    ClassGrade,
    EducationGrade,
    Institution,
    SchoolClass,
    Subject,
    Term,
)
from emis_desktop.queries.period_names import TermWords, find_term, find_year, term_words
from emis_desktop.rules.calendar import in_force
from emis_desktop.rules.names import fold
from emis_desktop.rules.rights import Actor

Row = TypeVar("Row")


@dataclass(slots=True)
class Places:
    """Everything of the structure that a file can name, read once."""

    actor: Actor
    schools: dict[str, Institution]
    years: list[AcademicPeriod]
    terms: dict[UUID, list[Term]]
    grades: dict[UUID, dict[str, EducationGrade]]
    subjects: dict[str, list[Subject]]  # by code and by each name in a language of the country, folded
    classes: dict[tuple[UUID, UUID, str], SchoolClass]
    class_grades: dict[UUID, set[UUID]]
    today: date
    term_words: TermWords

    def school(self, text: str) -> Institution:
        """The school with that code or name; empty: the actor's own."""
        if not text and self.actor.institution_id is not None:
            return next(each for each in self.schools.values() if each.id == self.actor.institution_id)
        found = self.schools.get(fold(text))
        if found is None:
            raise Refused(
                "There is no school {name} on this laptop. Check its code.", field="institution", name=text
            )
        if self.actor.institution_id not in {None, found.id}:
            raise Refused(
                "{name} is another school. Its own laptop brings it in.", field="institution", name=found.name
            )
        return found

    def year(self, text: str) -> AcademicPeriod:
        """The school year with that code or label; empty: the one of today, or the newest."""
        if text:
            return find_year(self.years, text)
        return self.year_on(self.today)

    def year_on(self, day: date) -> AcademicPeriod:
        """The school year that holds ``day``, else the newest that began before it."""
        begun = [year for year in self.years if year.starts_on <= day]
        return max(begun or self.years, key=lambda year: year.starts_on)

    def term(self, text: str, year: AcademicPeriod) -> Term:
        """The term of a year with that number or name; empty: the one of today."""
        terms = self.terms[year.id]
        if not text:
            begun = [term for term in terms if term.starts_on <= self.today]
            return (begun or terms[:1])[-1]
        return find_term(terms, text, year, self.term_words)

    def grade(self, text: str, year_id: UUID) -> EducationGrade:
        """The grade with that code or name in a year: a name can have passed from one grade to another."""
        found = self.grades[year_id].get(fold(text))
        if found is None:
            names = dict.fromkeys(grade.name for grade in self.grades[year_id].values())
            raise Refused(
                "There is no grade called {name} in that year. The grades are: {names}.",
                field="grade",
                name=text,
                names=", ".join(names) or "–",
            )
        return found


def read_places(session: Session, actor: Actor, today: date) -> Places:
    """Read the structure."""
    terms: dict[UUID, list[Term]] = {}
    for term in session.scalars(select(Term).where(Term.deleted_at.is_(None)).order_by(Term.number)):
        terms.setdefault(term.period_id, []).append(term)
    class_grades: dict[UUID, set[UUID]] = {}
    for link in session.scalars(select(ClassGrade).where(ClassGrade.deleted_at.is_(None))):
        class_grades.setdefault(link.class_id, set()).add(link.grade_id)
    schools = session.scalars(select(Institution).where(Institution.deleted_at.is_(None))).all()
    subjects = session.scalars(
        select(Subject).where(Subject.deleted_at.is_(None)).order_by(Subject.position)
    ).all()
    grades = session.scalars(
        select(EducationGrade).where(EducationGrade.deleted_at.is_(None)).order_by(EducationGrade.position)
    ).all()
    classes = session.scalars(select(SchoolClass).where(SchoolClass.deleted_at.is_(None)))
    years = list(session.scalars(select(AcademicPeriod).where(AcademicPeriod.deleted_at.is_(None))))
    return Places(
        actor=actor,
        schools=_by_words((each, (each.code, each.name)) for each in schools),
        years=years,
        terms=terms,
        grades={
            year.id: _by_words(
                (each, (each.code, each.name))
                for each in grades
                if in_force(each.valid_from, each.valid_to, year.starts_on, year.ends_on)
            )
            for year in years
        },
        subjects=_subjects(subjects),
        classes={(each.institution_id, each.period_id, fold(each.name)): each for each in classes},
        class_grades=class_grades,
        today=today,
        term_words=term_words(session),
    )


def _by_words(rows: Iterable[tuple[Row, tuple[str | None, ...]]]) -> dict[str, Row]:
    """Rows by each of their words; a code beats a name, the first beats a later one."""
    listed = list(rows)
    found: dict[str, Row] = {}
    for place in range(max((len(words) for _, words in listed), default=0)):
        for row, words in listed:
            word = words[place]
            if word:
                found.setdefault(fold(word), row)
    return found


def _subjects(rows: Iterable[Subject]) -> dict[str, list[Subject]]:
    found: dict[str, list[Subject]] = {}
    for row in rows:
        for word in {fold(word) for word in (row.code, row.name, row.name_fr, row.name_es) if word}:
            found.setdefault(word, []).append(row)
    return found
