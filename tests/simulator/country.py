"""The small country of the simulations: two schools with a class each, one year, one subject, two tests."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from emis_desktop.models import (
    AcademicPeriod,
    Area,
    AssessmentItem,
    ClassGrade,
    ClassPupil,
    ClassSubject,
    EducationGrade,
    Enrolment,
    Institution,
    Person,
    PersonContact,
    SchoolClass,
    Setting,
    Subject,
    Term,
)
from emis_desktop.rules.ids import natural_id

DAY = date(2026, 11, 2)
AREA = natural_id("area", "D1")
PERIOD = natural_id("academic_period", "2026-27")
TERM = natural_id("term", PERIOD, 1)
GRADE = natural_id("education_grade", "G5")
SUBJECT = natural_id("subject", "MATH")
NATION_SETTING = natural_id("setting", None, "words")


@dataclass(frozen=True, slots=True)
class School:
    """A school: its id and code, its one class, and the other school that pupils go to."""

    id: UUID
    code: str
    class_id: UUID
    other: UUID


_IDS = {"A": UUID(int=0xA << 64 | 0x7 << 76 | 0b10 << 62), "B": UUID(int=0xB << 64 | 0x7 << 76 | 0b10 << 62)}
SCHOOLS = {
    code: School(
        _IDS[code],
        code,
        UUID(int=_IDS[code].int + 1),
        _IDS["B" if code == "A" else "A"],
    )
    for code in _IDS
}
ITEMS = {
    school.id: [natural_id("assessment_item", school.id, GRADE, SUBJECT, TERM, code) for code in ("T1", "T2")]
    for school in SCHOOLS.values()
}


def of_nation() -> list[Any]:
    """Rows that no school owns, and the schools themselves."""
    return [
        Area(id=AREA, code="D1", name="District 1", level="district"),
        AcademicPeriod(
            id=PERIOD, code="2026-27", label="2026-27", starts_on=date(2026, 9, 1), ends_on=date(2027, 7, 2)
        ),
        Term(
            id=TERM,
            period_id=PERIOD,
            number=1,
            name="Term 1",
            starts_on=date(2026, 9, 1),
            ends_on=date(2026, 12, 11),
        ),
        EducationGrade(id=GRADE, code="G5", name="Grade 5", level="primary", position=5),
        Subject(id=SUBJECT, code="MATH", name="Mathematics"),
        Setting(id=NATION_SETTING, institution_id=None, name="words", value='"country 0"'),
        *(
            Institution(id=school.id, code=school.code, name=f"School {school.code}", area_id=AREA)
            for school in SCHOOLS.values()
        ),
    ]


def pupils_of(school: School) -> list[Any]:
    """Three pupils, on roll and in the class, one with a telephone number."""
    rows: list[Any] = []
    for number in range(3):
        person = UUID(int=school.id.int + 100 + number)
        enrolment = UUID(int=school.id.int + 200 + number)
        rows += [
            Person(
                id=person,
                given_names=f"First {school.code}{number}",
                family_name=f"Pupil {school.code}{number}",
                birth_date=date(2015, 2, 3 + number),
                synthetic=True,
            ),
            Enrolment(
                id=enrolment,
                person_id=person,
                institution_id=school.id,
                period_id=PERIOD,
                grade_id=GRADE,
                starts_on=date(2026, 9, 1),
            ),
            ClassPupil(
                id=UUID(int=school.id.int + 300 + number),
                class_id=school.class_id,
                enrolment_id=enrolment,
                starts_on=date(2026, 9, 1),
            ),
        ]
    contact = UUID(int=school.id.int + 400)
    rows.append(PersonContact(id=contact, person_id=rows[0].id, kind="phone", value=f"Tel {school.code}"))
    return rows


def of_school(school: School) -> list[Any]:
    """A school's class and tests."""
    class_id = school.class_id
    return [
        SchoolClass(id=class_id, institution_id=school.id, period_id=PERIOD, name=f"5 {school.code}"),
        ClassGrade(id=natural_id("class_grade", class_id, GRADE), class_id=class_id, grade_id=GRADE),
        ClassSubject(
            id=natural_id("class_subject", class_id, SUBJECT), class_id=class_id, subject_id=SUBJECT
        ),
        *(
            AssessmentItem(
                id=natural_id("assessment_item", school.id, GRADE, SUBJECT, TERM, code),
                institution_id=school.id,
                grade_id=GRADE,
                subject_id=SUBJECT,
                term_id=TERM,
                code=code,
                name=f"Test {code}",
                maximum=Decimal(1_000),
                weight=Decimal(1),
            )
            for code in ("T1", "T2")
        ),
    ]
