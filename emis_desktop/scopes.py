"""Which schools a row belongs to, declared once for laptop and server: what decides who receives it, and what
a state hash is taken over.

Rows of an enrolment stay with its school; a person belongs to every school that the person is, was or has a
child at; what no school owns belongs to the nation; a conflict belongs where the row does that it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, MetaData, Table

NATION: Final = "nation"


class Kind(Enum):
    """What a row may belong to."""

    NATION = "nation"
    SCHOOL = "school"
    PERSON = "person"
    SUBJECT = "subject"
    """Whatever the row it is about belongs to."""


@dataclass(frozen=True, slots=True)
class Ownership:
    """What the rows of a table belong to. ``column`` names it; empty for the nation.

    With ``parent``, ``column`` names a row of that table, whose ``institution_id`` is the school.
    """

    kind: Kind
    column: str = ""
    parent: str = ""


_DECLARED: Final[Mapping[str, Ownership]] = MappingProxyType(
    {
        "institution": Ownership(Kind.SCHOOL, "id"),
        "class_grade": Ownership(Kind.SCHOOL, "class_id", "school_class"),
        "class_subject": Ownership(Kind.SCHOOL, "class_id", "school_class"),
        "class_pupil": Ownership(Kind.SCHOOL, "class_id", "school_class"),
        "mark": Ownership(Kind.SCHOOL, "item_id", "assessment_item"),
        "report_card": Ownership(Kind.SCHOOL, "enrolment_id", "enrolment"),
        "pupil_group_member": Ownership(Kind.SCHOOL, "group_id", "pupil_group"),
        "option_subject": Ownership(Kind.SCHOOL, "block_id", "option_block"),
        "subject_choice": Ownership(Kind.SCHOOL, "enrolment_id", "enrolment"),
        "incident_person": Ownership(Kind.SCHOOL, "incident_id", "incident"),
        "incident_file": Ownership(Kind.SCHOOL, "incident_id", "incident"),
        "incident_step": Ownership(Kind.SCHOOL, "incident_id", "incident"),
        "person": Ownership(Kind.PERSON, "id"),
        "guardianship": Ownership(Kind.PERSON, "student_id"),
        "subject_remark": Ownership(Kind.PERSON, "student_id"),
        "conduct_rating": Ownership(Kind.PERSON, "student_id"),
        "conflict": Ownership(Kind.SUBJECT, "row_id"),
    }
)
_MEMBERS = (
    "SELECT person_id, institution_id FROM enrolment "
    "UNION SELECT person_id, institution_id FROM staff_position "
    "UNION SELECT guardian_id, institution_id FROM guardianship JOIN enrolment ON person_id = student_id"
)


def ownership(table: Table) -> Ownership:
    """What the rows of ``table`` belong to: as declared, else by the column that names a school or person."""
    declared = _DECLARED.get(table.name)
    if declared is not None:
        return declared
    if "institution_id" in table.c:
        return Ownership(Kind.SCHOOL, "institution_id")
    if "person_id" in table.c:
        return Ownership(Kind.PERSON, "person_id")
    return Ownership(Kind.NATION)


def owner(table: Table) -> tuple[str, bool]:
    """SQL for what a row of ``table`` belongs to, NULL for the nation; and whether that is a person's id.

    For a table of :attr:`Kind.SUBJECT` it is the id of the row it is about; see :func:`subjects`.
    """
    found = ownership(table)
    if found.kind is Kind.NATION:
        return "NULL", False
    column = f'"{table.name}".{found.column}'
    if found.parent:
        column = f"(SELECT institution_id FROM {found.parent} WHERE id = {column})"  # noqa: S608 - names
    return column, found.kind is Kind.PERSON


def belongs_to(connection: Connection, table: Table, row_id: UUID, school: UUID) -> bool:
    """Whether a row is of that school, of one of its people, or of the nation."""
    if ownership(table).kind is Kind.SUBJECT:
        named = connection.exec_driver_sql(
            f'SELECT table_name, row_id FROM "{table.name}" WHERE id = ?',  # noqa: S608 - names from the model
            (row_id.bytes,),
        ).first()
        about = None if named is None else table.metadata.tables.get(named[0])
        return about is None or named is None or belongs_to(connection, about, UUID(bytes=named[1]), school)
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


def subjects(
    connection: Connection, metadata: MetaData, people: Mapping[bytes, tuple[bytes, ...]]
) -> dict[bytes, tuple[bytes, ...]]:
    """By the id of a row that some conflict is about: the schools it belongs to.

    A conflict about a row of the nation is between its author and the ministry and belongs to no school.
    """
    found: dict[bytes, tuple[bytes, ...]] = {}
    if "conflict" not in metadata.tables:
        return found
    for name in _named(connection):
        about = metadata.tables.get(name)
        if about is None or "deleted_at" not in about.c or ownership(about).kind is Kind.SUBJECT:
            continue
        column, is_person = owner(about)
        rows = connection.exec_driver_sql(
            f'SELECT id, {column} FROM "{name}" WHERE id IN '  # noqa: S608 - names from the model
            "(SELECT row_id FROM conflict WHERE table_name = ?)",
            (name,),
        )
        for row_id, of in rows:
            found[row_id] = tuple(people.get(of, ())) if is_person else () if of is None else (of,)
    return found


def _named(connection: Connection) -> Iterable[str]:
    return [row[0] for row in connection.exec_driver_sql("SELECT DISTINCT table_name FROM conflict")]
