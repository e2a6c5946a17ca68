"""Which schools a row belongs to: what will decide who receives it, and what a state hash is taken over.

Rows of an enrolment stay with its school; a person belongs to every school that the person is, was or has a
child at; what no school owns belongs to the nation.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, Table

NATION: Final = "nation"

_OF_CLASS = "(SELECT institution_id FROM school_class WHERE id = {table}.class_id)"
_PARENTS: Final = {
    "institution": "id",
    "class_grade": _OF_CLASS,
    "class_subject": _OF_CLASS,
    "class_pupil": _OF_CLASS,
    "mark": "(SELECT institution_id FROM assessment_item WHERE id = mark.item_id)",
    "report_card": "(SELECT institution_id FROM enrolment WHERE id = report_card.enrolment_id)",
}
_PEOPLE: Final = {
    "person": "id",
    "guardianship": "student_id",
    "subject_remark": "student_id",
    "conduct_rating": "student_id",
}
_MEMBERS = (
    "SELECT person_id, institution_id FROM enrolment "
    "UNION SELECT person_id, institution_id FROM staff_position "
    "UNION SELECT guardian_id, institution_id FROM guardianship JOIN enrolment ON person_id = student_id"
)


def owner(table: Table) -> tuple[str, bool]:
    """SQL for what a row of ``table`` belongs to, NULL for the nation; and whether that is a person's id."""
    if table.name in _PEOPLE:
        return f'"{table.name}".{_PEOPLE[table.name]}', True
    if table.name in _PARENTS:
        return _PARENTS[table.name].format(table=f'"{table.name}"'), False
    if "institution_id" in table.c:
        return f'"{table.name}".institution_id', False
    if "person_id" in table.c:
        return f'"{table.name}".person_id', True
    return "NULL", False


def belongs_to(connection: Connection, table: Table, row_id: UUID, school: UUID) -> bool:
    """Whether a row is of that school, of one of its people, or of the nation."""
    column, is_person = owner(table)
    found = connection.exec_driver_sql(
        f'SELECT {column} FROM "{table.name}" WHERE id = ?',  # noqa: S608 - names from the model
        (row_id.bytes,),
    ).scalar()
    if not is_person:
        return found is None or found == school.bytes
    member = f"SELECT 1 FROM ({_MEMBERS}) WHERE person_id = ? AND institution_id = ?"  # noqa: S608 - constant
    return connection.exec_driver_sql(member, (found, school.bytes)).first() is not None


def schools_of_people(connection: Connection) -> dict[bytes, tuple[bytes, ...]]:
    """The schools of each person who has any."""
    found: defaultdict[bytes, tuple[bytes, ...]] = defaultdict(tuple)
    for person, school in connection.exec_driver_sql(_MEMBERS).all():
        found[person] += (school,)
    return found
