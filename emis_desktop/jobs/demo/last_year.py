"""What the demonstration's pupils did a year ago: one term mark a subject, so that cards have a past."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop import demo_content as content
from emis_desktop.jobs.demo.plan import PlannedClass, item_id, write_classes, write_items
from emis_desktop.models import ClassPupil, Enrolment
from emis_desktop.profiles import CountryProfile, ItemTemplate, SchoolYear, Texts, school_year
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.marks import MarkCodes, MarkState, mark_text
from emis_desktop.rules.rights import Actor
from emis_desktop.services.admission import Row, write_rows
from emis_desktop.services.items import ItemPlace
from emis_desktop.services.marks import TypedMark, enter_marks

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
    """Write classes, enrolments and the marks of three terms inside an open act."""
    year = school_year(last.profile, last.start_year)
    groups: dict[tuple[str, str], list[Alumnus]] = defaultdict(list)
    for pupil in last.pupils:
        name = f"{_label(last.profile, pupil.grade)} {pupil.class_name.split(maxsplit=2)[-1]}"
        groups[pupil.grade, name].append(pupil)
    year_id = natural_id("academic_period", year.code)
    planned = [
        PlannedClass(name, _grade(code), dict.fromkeys(_subjects(last, code))) for code, name in groups
    ]
    class_ids = write_classes(session, last.school_id, year_id, planned)
    _items(session, last, year, {code for code, _name in groups})
    for (code, name), pupils in groups.items():
        _enrol(session, last, year, class_ids[name], _grade(code), pupils)
        typed = [
            mark
            for term in year.terms
            for subject_id in _subjects(last, code)
            for mark in _marks(last, _place(last, year, code, subject_id, term.number), name, pupils)
        ]
        enter_marks(session, last.actor, typed)


def _label(profile: CountryProfile, grade: str) -> str:
    return next(each.label for each in profile.grades if each.code == grade)


def _grade(code: str) -> UUID:
    return natural_id("education_grade", code)


def _subjects(last: LastYear, grade: str) -> list[UUID]:
    return [natural_id("subject", each.code) for each in last.profile.subjects_of(grade)]


def _place(last: LastYear, year: SchoolYear, grade: str, subject_id: UUID, term: int) -> ItemPlace:
    term_id = natural_id("term", natural_id("academic_period", year.code), term)
    return ItemPlace(last.school_id, _grade(grade), subject_id, term_id)


def _items(session: Session, last: LastYear, year: SchoolYear, grades: set[str]) -> None:
    """One item a subject and term: the mark that stood on the card."""
    places = [
        (_place(last, year, grade, subject_id, term.number), (TERM_MARK,))
        for term in year.terms
        for grade in sorted(grades)
        for subject_id in _subjects(last, grade)
    ]
    write_items(session, places, "en", None)


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


def _marks(last: LastYear, place: ItemPlace, class_name: str, pupils: Sequence[Alumnus]) -> list[TypedMark]:
    able = content.abilities(len(pupils), f"{last.seed}/{pupils[0].class_name}")
    seed = f"{last.seed}/{class_name}/{place.term_id}/{place.subject_id}"
    rows = content.term_marks(able, (TERM_MARK,), seed)
    marked = item_id(place, TERM_MARK.code)
    return [
        TypedMark(pupil.student_id, marked, mark_text(row[0], MarkCodes()))
        for pupil, row in zip(pupils, rows, strict=True)
        if row[0].state is not MarkState.MISSING
    ]
