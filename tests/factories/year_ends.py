"""A school at the end of its year: classes now and in the next year, pupils with marks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from emis_desktop.models import AcademicPeriod, ClassPupil, Enrolment, SchoolClass, Term
from emis_desktop.queries.year_end import YearEnd, YearEndQueries, YearPupil
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.policies import Policy
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.services.items import ItemPlace, NewItem, add_items
from emis_desktop.services.policies import PolicyService
from emis_desktop.services.structure import NewClass, create_class
from emis_desktop.services.year_end import YearEndService
from tests.factories.schools import School, opened_school

NEXT = "2027-28"
NEXT_FIRST = date(2027, 9, 6)


@dataclass
class Ending:
    """The school, its next year, and a test in the last term by subject code."""

    school: School
    next_year: UUID
    items: dict[str, UUID] = field(default_factory=dict)
    next_classes: dict[str, UUID] = field(default_factory=dict)

    @property
    def service(self) -> YearEndService:
        """Ends the year as the principal."""
        return YearEndService(self.school.db, self.school.actor)

    def policy(self, policy: Policy, text: str) -> None:
        """The ministry sets a policy."""
        ministry = actor_of(self.school.actor.user_id, "Officer 01", Role.MINISTRY_OFFICER)
        PolicyService(self.school.db, ministry).set_policy(policy, text)

    def preview(self) -> YearEnd:
        """What a run would do."""
        return YearEndQueries(self.school.db, self.school.actor).preview(self.school.id, self.school.year)

    def pupil(self, name: str) -> YearPupil:
        """One pupil of the preview."""
        wanted = self.school.pupils[name]
        (found,) = [one for one in self.preview().pupils if one.student_id == wanted]
        return found

    def open_next(self) -> None:
        """The next year comes to be, without a class."""
        with self.school.db.write(self.school.actor, "change_year") as session:
            session.add(
                AcademicPeriod(
                    id=self.next_year, code=NEXT, label=NEXT, starts_on=NEXT_FIRST, ends_on=date(2028, 7, 7)
                )
            )
            session.add(
                Term(
                    id=natural_id("term", self.next_year, 1),
                    period_id=self.next_year,
                    number=1,
                    name="Term 1",
                    starts_on=NEXT_FIRST,
                    ends_on=date(2027, 12, 17),
                )
            )

    def next_class(self, name: str, grade: str, capacity: int | None = None) -> UUID:
        """A class of the next year."""
        school = self.school
        new = NewClass(school.id, self.next_year, name, (school.made.grades[grade],))
        with school.db.write(school.actor, "create_class") as session:
            self.next_classes[name] = create_class(session, new)
            if capacity is not None:
                session.get_one(SchoolClass, self.next_classes[name]).capacity = capacity
        return self.next_classes[name]

    def test_of(self, grade: str, term: int, subject: str = "P-MA", code: str = "TEST") -> UUID:
        """One test of 100 in a subject of a grade and term."""
        school = self.school
        place = ItemPlace(
            school.id, school.made.grades[grade], school.made.subjects[subject], school.term(term)
        )
        with school.db.write(school.actor, "add_items") as session:
            (found,) = add_items(session, place, [NewItem(code, Decimal(100), Decimal(1), "exam", code=code)])
        return found

    def next_test(self, grade: str) -> UUID:
        """A test in the first term of the next year."""
        school = self.school
        term = natural_id("term", self.next_year, 1)
        place = ItemPlace(school.id, school.made.grades[grade], school.made.subjects["P-MA"], term)
        with school.db.write(school.actor, "add_items") as session:
            (found,) = add_items(
                session, place, [NewItem("TEST", Decimal(100), Decimal(1), "exam", code="TEST")]
            )
        return found

    def enrolments(self, name: str) -> list[Enrolment]:
        """The live enrolments of a pupil, oldest first."""
        with self.school.db.read() as session:
            found = session.scalars(
                select(Enrolment)
                .where(Enrolment.person_id == self.school.pupils[name], Enrolment.deleted_at.is_(None))
                .order_by(Enrolment.starts_on)
            ).all()
            session.expunge_all()
            return list(found)

    def stays(self, enrolment: Enrolment) -> list[ClassPupil]:
        """The live stays of an enrolment."""
        with self.school.db.read() as session:
            found = session.scalars(
                select(ClassPupil).where(
                    ClassPupil.enrolment_id == enrolment.id, ClassPupil.deleted_at.is_(None)
                )
            ).all()
            session.expunge_all()
            return list(found)


@contextmanager
def opened_ending(folder: Path, pupils: int = 4) -> Iterator[Ending]:
    """Grade 5 Coral and Grade 6 Coral with one subject and a test in each term of the year; the next year
    has Grade 5 Coral, Grade 6 Coral and Grade 6 Reef. Nobody has a mark yet.
    """
    with opened_school(folder) as school:
        ending = Ending(school, natural_id("academic_period", NEXT))
        for name, grade in (("Grade 5 Coral", "G5"), ("Grade 6 Coral", "G6")):
            school.add_class(name, (grade,))
            for term in (1, 2, 3):
                ending.items[f"{grade}.{term}"] = ending.test_of(grade, term)
        for number in range(1, pupils + 1):
            school.add_pupil(f"Pupil {number:04}", "Grade 5 Coral")
        school.add_pupil("Senior 0001", "Grade 6 Coral", "G6")
        yield ending


__all__ = ["NEXT", "NEXT_FIRST", "Ending", "opened_ending"]
