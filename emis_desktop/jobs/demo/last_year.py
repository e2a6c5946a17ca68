"""What the demonstration's pupils did a year ago: one term mark a subject, so that cards have a past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop import demo_content as content
from emis_desktop.models import AssessmentItem, ClassPupil, Enrolment
from emis_desktop.profiles import CountryProfile, ItemTemplate, SchoolYear, Texts, school_year
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.marks import MarkCodes, MarkState, mark_text
from emis_desktop.rules.rights import Actor
from emis_desktop.services.admission import Row, write_rows
from emis_desktop.services.items import ItemPlace, NewItem, add_items
from emis_desktop.services.marks import TypedMark, enter_marks
from emis_desktop.services.structure import NewClass, create_class

TERM_MARK = ItemTemplate(
    "TERM", Texts("Term mark", "Note du trimestre", "Nota del trimestre"), "exam", Decimal(100), Decimal(100)
)


@dataclass(frozen=True, slots=True)
class Alumnus:
    """A pupil who was here last year: in which grade, and the class of this year, kept together then too."""

    student_id: UUID
    grade: str
    class_name: str


@dataclass(frozen=True, slots=True)
class LastYear:
    """Whose last year, of which school, is to be filled."""

    actor: Actor
    profile: CountryProfile
    school_id: UUID
    start_year: int
    seed: int
    pupils: Sequence[Alumnus]


def fill_last_year(session: Session, last: LastYear) -> None:
    """Write the enrolments and the marks of three terms inside an open act."""
    year = school_year(last.profile, last.start_year)
    groups: dict[tuple[str, str], list[Alumnus]] = defaultdict(list)
    for pupil in last.pupils:
        groups[pupil.grade, pupil.class_name].append(pupil)
    for (grade, class_name), pupils in groups.items():
        _class(session, last, year, grade, f"{_label(last.profile, grade)} {class_name.split()[-1]}", pupils)


def _label(profile: CountryProfile, grade: str) -> str:
    return next(each.label for each in profile.grades if each.code == grade)


def _class(
    session: Session, last: LastYear, year: SchoolYear, grade: str, name: str, pupils: Sequence[Alumnus]
) -> None:
    year_id = natural_id("academic_period", year.code)
    grade_id = natural_id("education_grade", grade)
    subjects = [natural_id("subject", each.code) for each in last.profile.subjects_of(grade)]
    class_id = create_class(
        session, NewClass(last.school_id, year_id, name, (grade_id,), subject_ids=tuple(subjects))
    )
    session.flush()
    _enrol(session, last, year, class_id, grade_id, pupils)
    typed: list[TypedMark] = []
    for number in range(1, len(year.terms) + 1):
        term_id = natural_id("term", year_id, number)
        for subject_id in subjects:
            place = ItemPlace(last.school_id, grade_id, subject_id, term_id)
            typed += _marks(session, last, place, f"{name}/{number}", pupils)
    enter_marks(session, last.actor, typed)


def _enrol(
    session: Session,
    last: LastYear,
    year: SchoolYear,
    class_id: UUID,
    grade_id: UUID,
    pupils: Sequence[Alumnus],
) -> None:
    enrolments: list[Row] = []
    places: list[Row] = []
    for pupil in pupils:
        enrolment_id = new_id()
        enrolments.append(
            {
                "id": enrolment_id,
                "person_id": pupil.student_id,
                "institution_id": last.school_id,
                "period_id": natural_id("academic_period", year.code),
                "grade_id": grade_id,
                "starts_on": year.starts_on,
                "ends_on": year.ends_on,
                "standing": "enrolled",
                "outcome": "promoted",
                "repeater": False,
            }
        )
        places.append(
            {
                "id": new_id(),
                "class_id": class_id,
                "enrolment_id": enrolment_id,
                "starts_on": year.starts_on,
                "ends_on": year.ends_on,
            }
        )
    write_rows(session, Enrolment, enrolments)
    write_rows(session, ClassPupil, places)


def _marks(
    session: Session, last: LastYear, place: ItemPlace, seed: str, pupils: Sequence[Alumnus]
) -> list[TypedMark]:
    key = (place.institution_id, place.grade_id, place.subject_id, place.term_id, TERM_MARK.code)
    item_id = natural_id("assessment_item", *key)
    if not _has_item(session, item_id):
        add_items(
            session,
            place,
            [NewItem(TERM_MARK.name.en, Decimal(100), Decimal(100), "exam", None, TERM_MARK.code)],
        )
    able = content.abilities(len(pupils), f"{last.seed}/{pupils[0].class_name}")
    rows = content.term_marks(able, (TERM_MARK,), f"{last.seed}/{seed}/{place.subject_id}")
    return [
        TypedMark(pupil.student_id, item_id, mark_text(row[0], MarkCodes()))
        for pupil, row in zip(pupils, rows, strict=True)
        if row[0].state is not MarkState.MISSING
    ]


def _has_item(session: Session, item_id: UUID) -> bool:
    return session.get(AssessmentItem, item_id) is not None
