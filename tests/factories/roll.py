"""A school with a few classes, and students to put into them."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from emis_desktop.models import (
    AcademicPeriod,
    ClassPupil,
    EducationGrade,
    Enrolment,
    Guardianship,
    Institution,
    Person,
    PersonContact,
    PersonIdentity,
    SchoolClass,
)
from emis_desktop.rules.ids import natural_id


@dataclass(frozen=True)
class Roll:
    """Ids of one school year: two schools, two grades, two classes in the first school."""

    year: UUID = field(default_factory=lambda: natural_id("academic_period", "2026"))
    schools: tuple[UUID, UUID] = field(default_factory=lambda: (uuid4(), uuid4()))
    grades: tuple[UUID, UUID] = field(
        default_factory=lambda: (natural_id("education_grade", "G1"), natural_id("education_grade", "G2"))
    )
    classes: tuple[UUID, UUID] = field(default_factory=lambda: (uuid4(), uuid4()))

    def make(self, session: Session) -> None:
        """Put the school, year, grades and classes into the store."""
        days = {"starts_on": date(2026, 9, 1), "ends_on": date(2027, 7, 2)}
        session.add(AcademicPeriod(id=self.year, code="2026", label="2026-27", **days))
        for place, school in enumerate(self.schools):
            session.add(Institution(id=school, code=f"S{place}", name=f"School {place}"))
        for place, grade in enumerate(self.grades):
            session.add(
                EducationGrade(
                    id=grade, code=f"G{place}", name=f"Grade {place}", level="primary", position=place
                )
            )
        for place, row_id in enumerate(self.classes):
            session.add(
                SchoolClass(
                    id=row_id, institution_id=self.schools[0], period_id=self.year, name=f"Class {place}"
                )
            )

    def student(
        self,
        session: Session,
        family: str,
        given: str,
        *,
        number: str | None = None,
        place: int = 0,
        school: int = 0,
        left: bool = False,
        phone: str | None = None,
        preferred: str | None = None,
    ) -> UUID:
        """Enrol a student in a class and grade (``place``), perhaps with a guardian's phone, perhaps gone
        since.
        """
        person = Person(id=uuid4(), family_name=family, given_names=given, preferred_name=preferred, sex="F")
        enrolment = Enrolment(
            id=uuid4(),
            person_id=person.id,
            institution_id=self.schools[school],
            period_id=self.year,
            grade_id=self.grades[place],
            starts_on=date(2026, 9, 1),
            ends_on=date(2026, 10, 1) if left else None,
            exit="transferred" if left else None,
        )
        session.add_all([person, enrolment])
        if not left and school == 0:
            session.add(ClassPupil(id=uuid4(), class_id=self.classes[place], enrolment_id=enrolment.id))
        if number is not None:
            session.add(PersonIdentity(id=uuid4(), person_id=person.id, kind="national", number=number))
        if phone is not None:
            guardian = Person(id=uuid4(), family_name=family, given_names="Guardian")
            session.add(guardian)
            session.add(
                Guardianship(id=uuid4(), student_id=person.id, guardian_id=guardian.id, relation="parent")
            )
            session.add(PersonContact(id=uuid4(), person_id=guardian.id, kind="phone", value=phone))
        return person.id
