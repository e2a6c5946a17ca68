"""Who may see what, worked out anew from the records alone: slow, plain, and sharing no code with the server.

The law it follows (sync design, section 4, as the server's operator is told it): what no school owns and the
schools themselves are everybody's. What a school owns is its own for ever, and the pupil's present schools
read its basic fields as history. A person's rows are the present schools'; those left keep the basic fields
of person and numbers; a guardian leaves with the child. Remarks of a term stay with the school of that year.
Whoever sees a row sees the basic fields of the rows it names. A conflict is seen where its row is (one about
a row of the nation at the ministry), at its own class.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emis_desktop.models import Base
from sync.facets import Catalogue

Row = Mapping[str, Any]
Records = Mapping[str, Mapping[bytes, Row]]
"""By table and row id: the stored values of a row."""
BASIC = "basic"
CATALOGUE = Catalogue.of(Base.metadata)

OF_PERSON = {
    "person": "id",
    "person_identity": "person_id",
    "person_contact": "person_id",
    "person_photo": "person_id",
    "person_note": "person_id",
    "health_note": "person_id",
    "health_record": "person_id",
    "person_address": "person_id",
    "custom_value": "person_id",
    "qualification": "person_id",
    "training": "person_id",
    "guardianship": "student_id",
}
"""Tables of a person's rows, and the column that names the person."""
_HISTORY = {
    "enrolment": "person_id",
    "mark": "student_id",
    "report_card": "student_id",
    "issued_paper": "student_id",
    "term_remark": "student_id",
    "attendance_total": "student_id",
    "attendance_month": "student_id",
    "suspension": "student_id",
    "incident_person": "person_id",
}
_OF_TERM = {"subject_remark": "student_id", "conduct_rating": "student_id"}
_LEFT_BEHIND = {"person", "person_identity"}


@dataclass
class Stand:
    """Where somebody is, was, and was in which year."""

    present: set[bytes] = field(default_factory=set)
    former: set[bytes] = field(default_factory=set)
    years: set[tuple[bytes, bytes]] = field(default_factory=set)


def stands(records: Records) -> dict[bytes, Stand]:
    """Of every person with an enrolment, a post or a child who has."""
    found: dict[bytes, Stand] = {}
    by_person: dict[bytes, list[Row]] = {}
    for row in records["enrolment"].values():
        by_person.setdefault(row["person_id"], []).append(row)
    for person, rows in by_person.items():
        found[person] = _of_enrolments(rows)
    guardians: dict[bytes, Stand] = {}
    for link in records["guardianship"].values():
        child, own = found.get(link["student_id"]), guardians.setdefault(link["guardian_id"], Stand())
        if child is not None and link["deleted_at"] is None:
            own.present |= child.present
    for person, own in guardians.items():
        both = found.setdefault(person, Stand())
        found[person] = Stand(both.present | own.present, both.former | own.former, both.years)
    for stand in found.values():
        stand.former -= stand.present
    return found


def _of_enrolments(rows: list[Row]) -> Stand:
    counted = [row for row in rows if row["deleted_at"] is None] or rows
    newest = max(row["starts_on"] for row in counted)
    going_on = {
        row["institution_id"]
        for row in counted
        if row["exit"] is None and (row["ends_on"] is None or row["ends_on"] >= newest)
    }
    last = [row for row in counted if row["starts_on"] == newest]
    present = going_on or {row["institution_id"] for row in last}
    if not going_on and all(row["exit"] == "transferred" for row in last):
        present |= {row["destination_id"] for row in last if row["destination_id"] is not None}
    return Stand(
        present,
        {row["institution_id"] for row in rows} - present,
        {(row["institution_id"], row["period_id"]) for row in rows},
    )


def seen_by_school(records: Records, school: bytes) -> dict[tuple[str, bytes], bool]:
    """Every row that a school's laptops hold: True for all classes, False for the basic ones alone."""
    where = stands(records)
    seen: dict[tuple[str, bytes], bool] = {}
    for table, rows in records.items():
        if table == "conflict":
            continue
        for row_id, row in rows.items():
            reach = _reach(records, where, table, row, school)
            if reach is not None:
                seen[table, row_id] = reach
    for row_id, row in records.get("conflict", {}).items():
        reach = seen.get((row["table_name"], row["row_id"]))
        if _decided_elsewhere(records, row, school):
            continue
        if reach or (reach is False and row["sensitivity"] == BASIC):
            seen["conflict", row_id] = True
    _close(records, seen)
    return seen


def _decided_elsewhere(records: Records, conflict: Row, school: bytes) -> bool:
    """Whether it is about what everybody sees and this school has no part in: another school, or a row of the
    nation, which only the ministry writes.
    """
    table, about = conflict["table_name"], conflict["row_id"]
    if table == "institution":
        return bool(about != school)
    row = records[table].get(about)
    of_people = table in OF_PERSON or table in _OF_TERM
    return row is not None and not of_people and _owner(records, table, row) is None


def _reach(
    records: Records, where: Mapping[bytes, Stand], table: str, row: Row, school: bytes
) -> bool | None:
    nowhere = Stand()
    if table in OF_PERSON:
        stand = where.get(row[OF_PERSON[table]], nowhere)
        if school in stand.present:
            return True
        return False if school in stand.former and table in _LEFT_BEHIND else None
    if table in _OF_TERM:
        stand = where.get(row[_OF_TERM[table]], nowhere)
        period = records["term"][row["term_id"]]["period_id"] if row["term_id"] in records["term"] else None
        there = {one for one, year in stand.years if year == period} or stand.present
        return True if school in there else False if school in stand.present else None
    owner = _owner(records, table, row)
    if owner is None or owner == school or table == "institution":
        return True
    if table in _HISTORY and school in where.get(row[_HISTORY[table]], nowhere).present:
        return False
    return None


def _owner(records: Records, table: str, row: Row) -> bytes | None:
    """The school that owns a row of a table of no person; None: the nation."""
    via = {
        "class_grade": ("school_class", "class_id"),
        "class_subject": ("school_class", "class_id"),
        "class_pupil": ("school_class", "class_id"),
        "mark": ("assessment_item", "item_id"),
        "report_card": ("enrolment", "enrolment_id"),
        "subject_choice": ("enrolment", "enrolment_id"),
        "pupil_group_member": ("pupil_group", "group_id"),
        "option_subject": ("option_block", "block_id"),
        "incident_person": ("incident", "incident_id"),
        "incident_file": ("incident", "incident_id"),
        "incident_step": ("incident", "incident_id"),
    }
    if table == "institution":
        return bytes(row["id"])
    if table in via:
        parent, column = via[table]
        found = records[parent].get(row[column])
        return None if found is None else found["institution_id"]
    return row.get("institution_id")


def _close(records: Records, seen: dict[tuple[str, bytes], bool]) -> None:
    """Add the basic fields of what is named by what is seen, until nothing is missing."""
    names = {
        table.name: [
            (column.name, key.column.table.name) for column in table.columns for key in column.foreign_keys
        ]
        for table in Base.metadata.tables.values()
    }
    waiting = list(seen)
    while waiting:
        table, row_id = waiting.pop()
        row = records[table][row_id]
        for column, parent in names[table]:
            named = (parent, row[column])
            if row[column] is not None and named not in seen and row[column] in records.get(parent, {}):
                seen[named] = False
                waiting.append(named)


def expected(
    records: Records, school: bytes | None, classes: Iterable[str]
) -> dict[tuple[str, bytes], dict[str, Any]]:
    """Rows and fields, as stored, of a laptop of a school (None: of the ministry) that holds ``classes``."""
    held = set(classes)
    if school is None:
        seen = {(table, row_id): True for table, rows in records.items() for row_id in rows}
    else:
        seen = seen_by_school(records, school)
    found: dict[tuple[str, bytes], dict[str, Any]] = {}
    for (table, row_id), full in seen.items():
        row = records[table][row_id]
        if table == "conflict" and row["sensitivity"] not in held:
            continue
        fields: dict[str, Any] = {}
        for facet in CATALOGUE.of_table(table):
            if facet.sensitivity in held and (full or facet.sensitivity == BASIC):
                fields.update({column.name: row[column.name] for column in facet.columns})
            elif facet.main:
                fields = {}
                break
        if fields:
            found[table, row_id] = fields
    return found
