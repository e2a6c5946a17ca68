"""Rows of a list of students: who somebody is, and where the last enrolment is."""

# ruff: noqa: S608 - statements are put together from constants of this module

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.one_person import Together, together
from emis_desktop.queries.roster import NUMBER_KINDS


@dataclass(frozen=True, slots=True)
class StudentRow:
    """A student as a list shows one. Grade, class and school are those of the last enrolment, an open one
    first.
    """

    id: UUID
    given_names: str
    family_name: str
    preferred_name: str | None
    sex: str | None
    birth_date: date | None
    number: str | None
    institution_id: UUID
    grade_id: UUID
    grade: str
    class_id: UUID | None
    class_name: str | None
    on_roll: bool
    synthetic: bool


_KINDS = " ".join(f"WHEN '{kind}' THEN {place}" for place, kind in enumerate(NUMBER_KINDS))
_ROW = f"""
SELECT person.id, given_names, family_name, preferred_name, sex, birth_date, person.synthetic,
    (SELECT number FROM person_identity WHERE person_id = person.id AND person_identity.deleted_at IS NULL
        ORDER BY CASE kind {_KINDS} ELSE 9 END, kind LIMIT 1),
    enrolment.institution_id, enrolment.grade_id, education_grade.name, school_class.id, school_class.name,
    enrolment.ends_on IS NULL AND enrolment.exit IS NULL
FROM json_each(?) AS wanted
JOIN student_line ON student_line.rank = wanted.value
JOIN person ON person.id = student_line.person_id
LEFT JOIN enrolment ON enrolment.rowid = (
    SELECT rowid FROM enrolment WHERE person_id = person.id AND deleted_at IS NULL
    ORDER BY ends_on IS NULL AND exit IS NULL DESC, starts_on DESC, id DESC LIMIT 1)
LEFT JOIN education_grade ON education_grade.id = enrolment.grade_id
LEFT JOIN class_pupil ON class_pupil.rowid = (
    SELECT rowid FROM class_pupil WHERE enrolment_id = enrolment.id AND deleted_at IS NULL
    ORDER BY ends_on IS NULL DESC, starts_on DESC, id DESC LIMIT 1)
LEFT JOIN school_class ON school_class.id = class_pupil.class_id
ORDER BY student_line.rank
"""
_MERGED = """
SELECT (SELECT number FROM person_identity WHERE person_id IN ({people}) AND deleted_at IS NULL
        ORDER BY CASE kind {kinds} ELSE 9 END, kind, person_id != ? LIMIT 1),
    enrolment.institution_id, enrolment.grade_id, education_grade.name, school_class.id, school_class.name,
    enrolment.ends_on IS NULL AND enrolment.exit IS NULL
FROM enrolment
JOIN education_grade ON education_grade.id = enrolment.grade_id
LEFT JOIN class_pupil ON class_pupil.rowid = (
    SELECT rowid FROM class_pupil WHERE enrolment_id = enrolment.id AND deleted_at IS NULL
    ORDER BY ends_on IS NULL DESC, starts_on DESC, id DESC LIMIT 1)
LEFT JOIN school_class ON school_class.id = class_pupil.class_id
WHERE enrolment.rowid = (SELECT rowid FROM enrolment WHERE person_id IN ({people}) AND deleted_at IS NULL
    ORDER BY ends_on IS NULL AND exit IS NULL DESC, starts_on DESC, id DESC LIMIT 1)
"""
_WHO = 7
"""Columns of a row that are the person's own; those after them may come of any record of the person."""


def rows_at(connection: Connection, ranks: list[int]) -> tuple[StudentRow, ...]:
    """The rows of some lines, in name order."""
    uuid = cache(_uuid)  # school, grade and class repeat
    found = connection.exec_driver_sql(_ROW, (str(ranks),)).all()
    whole = together(connection, [UUID(bytes=row[0]) for row in found])
    if whole.group:
        found = [_of_all_records(connection, row, whole) for row in found]
    return tuple(
        StudentRow(
            UUID(bytes=person),
            given,
            family,
            preferred,
            sex,
            date.fromisoformat(born) if born else None,
            number,
            uuid(institution),
            uuid(grade_id),
            grade,
            uuid(class_id) if class_id else None,
            class_name,
            bool(on_roll),
            bool(synthetic),
        )
        for (
            person,
            given,
            family,
            preferred,
            sex,
            born,
            synthetic,
            number,
            institution,
            grade_id,
            grade,
            class_id,
            class_name,
            on_roll,
        ) in found
    )


def _of_all_records(connection: Connection, row: Any, whole: Together) -> Any:  # noqa: ANN401 - a row of bytes
    """The row with the number and the last enrolment of whichever record of the person has them."""
    records = whole.of(UUID(bytes=row[0]))
    if len(records) == 1:
        return row
    people = [one.bytes for one in records]
    asked = _MERGED.format(people=",".join("?" * len(people)), kinds=_KINDS)
    return (*row[:_WHO], *connection.exec_driver_sql(asked, (*people, row[0], *people)).one())


def _uuid(row_id: bytes) -> UUID:
    return UUID(bytes=row_id)
