"""Classes and assessment items of the demonstration as plain rows: hundreds of them, written at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.models import AssessmentItem, ClassGrade, ClassSubject, SchoolClass
from emis_desktop.profiles import ItemTemplate
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.services.admission import Row, write_rows
from emis_desktop.services.items import ItemPlace


@dataclass(frozen=True, slots=True)
class PlannedClass:
    """A class of one grade. ``subjects`` in their order, each with its teacher or ``None``."""

    name: str
    grade_id: UUID
    subjects: Mapping[UUID, UUID | None]
    teacher_id: UUID | None = None


def write_classes(
    session: Session, school_id: UUID, year_id: UUID, planned: Sequence[PlannedClass]
) -> dict[str, UUID]:
    """Write the classes inside an open act; gives their ids by name."""
    ids = {each.name: new_id() for each in planned}
    place = {"institution_id": school_id, "period_id": year_id}
    classes: list[Row] = [
        {"id": ids[each.name], "name": each.name, "teacher_id": each.teacher_id, **place} for each in planned
    ]
    write_rows(session, SchoolClass, classes)
    write_rows(session, ClassGrade, [_grade(ids[each.name], each.grade_id) for each in planned])
    write_rows(session, ClassSubject, [row for each in planned for row in _subjects(ids[each.name], each)])
    return ids


def item_id(place: ItemPlace, code: str) -> UUID:
    """The id of an item: every laptop makes the same."""
    return natural_id(
        "assessment_item", place.institution_id, place.grade_id, place.subject_id, place.term_id, code
    )


def write_items(
    session: Session,
    places: Sequence[tuple[ItemPlace, Sequence[ItemTemplate]]],
    language: str,
    due_on: date | None,
) -> None:
    """Write the items of a term inside an open act."""
    rows = [
        _item(place, template, position, language, due_on)
        for place, templates in places
        for position, template in enumerate(templates, 1)
    ]
    write_rows(session, AssessmentItem, rows)


def _grade(class_id: UUID, grade_id: UUID) -> Row:
    return {"id": natural_id("class_grade", class_id, grade_id), "class_id": class_id, "grade_id": grade_id}


def _subjects(class_id: UUID, planned: PlannedClass) -> list[Row]:
    return [
        {
            "id": natural_id("class_subject", class_id, subject_id),
            "class_id": class_id,
            "subject_id": subject_id,
            "teacher_id": teacher_id,
            "position": position,
        }
        for position, (subject_id, teacher_id) in enumerate(planned.subjects.items(), 1)
    ]


def _item(place: ItemPlace, template: ItemTemplate, position: int, language: str, due_on: date | None) -> Row:
    return {
        "id": item_id(place, template.code),
        "institution_id": place.institution_id,
        "grade_id": place.grade_id,
        "subject_id": place.subject_id,
        "term_id": place.term_id,
        "code": template.code,
        "name": template.name.text(language),
        "part": template.part,
        "maximum": template.maximum,
        "weight": template.weight,
        "position": position,
        "due_on": due_on,
        "state": "open",
    }
