"""What each laptop must hold, worked out from the design's words and the table of roles alone.

Visibility is a relation of row, scope and class (sync design, section 4). Said as rules for one school:

- what no school owns, and the list of schools, everybody holds;
- rows of the school's own tables it holds for ever;
- the people who are at the school now it holds whole: pupils with an open enrolment there, guests too, or,
  without any, by the last one, and those whom it sends to this school; staff by their posts, or, when all
  have ended, by the last; guardians of its present pupils;
- of a present pupil it reads the history: enrolments, marks, cards, remarks and totals elsewhere;
- of whoever was enrolled or had a post there it keeps name and numbers, and the remarks of the years that
  the pupil was there;
- whatever it holds names only rows whose basic fields it holds as well;
- a conflict is held where its row is, by whoever reads its class; whoever holds one of two pupils who may be
  the same is asked about both, and holds the basic fields of the other.

A district holds what its schools hold; the ministry everything; and all of them only the classes that the
role of the laptop reads. A role that reads no class holds nothing; one that may not see pupils holds nothing
about people but the names of those whom its other rows name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from emis_desktop.models import synced_tables
from emis_desktop.models.base import Base
from emis_desktop.rules.rights import ROLE_READS, ROLE_RIGHTS, Right, Role, SensitivityClass
from emis_desktop.state_hash import Stored
from tests.sync.oracle.world import TABLES, Row, World

Rows = Mapping[str, Mapping[UUID, Row]]
Ref = tuple[str, UUID]
Field = tuple[str, UUID, str]

SCHOOL_NODES = frozenset({Role.TEACHER, Role.COUNSELLOR, Role.SCHOOL_ADMINISTRATOR, Role.PRINCIPAL})
PERSONAL = {
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
    "subject_remark": "student_id",
    "conduct_rating": "student_id",
}
KEPT = ("person", "person_identity")
TERM_ROWS = ("subject_remark", "conduct_rating")
OWNED_THROUGH = {
    "class_grade": ("class_id", "school_class"),
    "class_subject": ("class_id", "school_class"),
    "class_pupil": ("class_id", "school_class"),
    "mark": ("item_id", "assessment_item"),
    "report_card": ("enrolment_id", "enrolment"),
    "subject_choice": ("enrolment_id", "enrolment"),
    "pupil_group_member": ("group_id", "pupil_group"),
    "option_subject": ("block_id", "option_block"),
    "incident_person": ("incident_id", "incident"),
    "incident_file": ("incident_id", "incident"),
    "incident_step": ("incident_id", "incident"),
}
HISTORY = {
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


ABOUT_PEOPLE = frozenset(
    {
        *PERSONAL,
        *HISTORY,
        "class_pupil",
        "staff_position",
        "pupil_group_member",
        "subject_choice",
        "incident",
        "incident_file",
        "incident_step",
        "textbook_loan",
        "proposal",
    }
)
"""Tables that tell of single people."""


@dataclass(frozen=True)
class Device:
    """A laptop as its joining code bound it: the place in the tree and the role."""

    role: Role
    node: str
    """Name of a school or a district, "" for the whole country."""

    @property
    def classes(self) -> frozenset[SensitivityClass]:
        """What it may hold."""
        return ROLE_READS[self.role]


@dataclass
class Seen:
    """The rows that a scope sees: whole, or only their basic fields."""

    whole: set[Ref]
    basic: set[Ref]


def holds(
    world: World, device: Device, conflicts: Mapping[UUID, Row], *, chained: bool = False
) -> dict[Field, Stored]:
    """Every field that the laptop must hold, with its value; empty fields of other classes say nothing.

    ``chained``: every field that it may hold, where one of two who may be one may be a third.
    """
    if not device.classes:
        return {}
    seen = _seen(world, device)
    doubles = _doubles(conflicts, seen, chained) if Right.VIEW_STUDENTS in ROLE_RIGHTS[device.role] else set()
    seen.basic = _with_named(world, seen.basic | {("person", person) for pair in doubles for person in pair})
    found: dict[Field, Stored] = {}
    for table, row_id in sorted(seen.whole | seen.basic, key=str):
        whole = (table, row_id) in seen.whole
        found.update(_fields(world.rows[table][row_id], table, row_id, device, whole=whole))
    if Right.VIEW_STUDENTS not in ROLE_RIGHTS[device.role]:
        return found
    for row_id, row in conflicts.items():
        about = (str(row["table_name"]), UUID(bytes=row["row_id"]))  # type: ignore[arg-type]
        sensitivity = SensitivityClass(str(row["sensitivity"]))
        if sensitivity not in device.classes:
            continue
        if about in seen.whole or (about in seen.basic and sensitivity is SensitivityClass.BASIC):
            found.update(_fields(row, "conflict", row_id, device, whole=True))
    return found


def _doubles(conflicts: Mapping[UUID, Row], seen: Seen, chained: bool) -> set[tuple[UUID, UUID]]:
    """The pairs of pupils who may be one and of whom the scope sees one: it is asked about both."""
    pairs = {
        (_must(row["row_id"]), _must(row["other"]))
        for row in conflicts.values()
        if row["kind"] == "duplicate"
    }
    known = {row_id for table, row_id in seen.whole | seen.basic if table == "person"}
    found: set[tuple[UUID, UUID]] = set()
    while more := {pair for pair in pairs - found if known & set(pair)}:
        found |= more
        known |= {person for pair in more for person in pair} if chained else set()
    return found


def main_class(table: str) -> SensitivityClass:
    """The class without which a row makes no sense: that of the first field that it cannot lack."""
    for column in TABLES[table].columns:
        needed = not column.nullable and column.default is None and column.name != "id"
        if needed and _class(table, column.name) is not SensitivityClass.BASIC:
            return _class(table, column.name)
    return SensitivityClass.BASIC


def _class(table: str, name: str) -> SensitivityClass:
    found: SensitivityClass = TABLES[table].c[name].info.get("sensitivity", SensitivityClass.BASIC)
    return found


def _fields(
    row: Row, table: str, row_id: UUID, device: Device, *, whole: bool
) -> Iterator[tuple[Field, Stored]]:
    readable = device.classes if whole else device.classes & {SensitivityClass.BASIC}
    main = main_class(table)
    for name, value in row.items():
        key = bool(TABLES[table].c[name].info.get("key"))
        own = _class(table, name)
        of_main = key or own in {SensitivityClass.BASIC, main}
        if (of_main and main in readable) or (
            not of_main and own in readable and main in readable and value is not None
        ):
            yield (table, row_id, name), value


# -- Which rows -------------------------------------------------------------------------------------------


def _seen(world: World, device: Device) -> Seen:
    if Right.VIEW_STUDENTS not in ROLE_RIGHTS[device.role]:
        whole = {
            (table, row_id)
            for table in _tables()
            if table not in ABOUT_PEOPLE
            for row_id in world.rows[table]
        }
        return Seen(whole, _with_named(world, whole))
    if device.node == "":
        return Seen({(table, row_id) for table in _tables() for row_id in world.rows[table]}, set())
    whole, basic = set(_of_nobody(world)), set[Ref]()
    for school in _schools(world, device.node):
        more = _of_school(world, school)
        whole |= more.whole
        basic |= more.basic
    return Seen(whole, _with_named(world, whole | basic))


def _tables() -> list[str]:
    return [table.name for table in synced_tables(Base.metadata) if table.name != "conflict"]


def _schools(world: World, node: str) -> list[UUID]:
    if node in world.named.schools:
        return [world.named.schools[node]]
    district = world.named.districts[node].bytes
    return [row_id for row_id, row in world.rows["institution"].items() if row["area_id"] == district]


def _of_nobody(world: World) -> Iterator[Ref]:
    """What no school owns, and the schools."""
    for table in _tables():
        for row_id in world.rows[table]:
            if table == "institution" or (table not in PERSONAL and owner(world, table, row_id) is None):
                yield table, row_id


def owner(world: World, table: str, row_id: UUID) -> UUID | None:
    """The school whose a row is; None for the nation's."""
    row = world.rows[table][row_id]
    if table in OWNED_THROUGH:
        column, parent = OWNED_THROUGH[table]
        return _id(world.rows[parent][_must(row[column])]["institution_id"])
    return _id(row.get("institution_id"))


def _of_school(world: World, school: UUID) -> Seen:
    whole = {
        (table, row_id)
        for table in _tables()
        if table not in PERSONAL
        for row_id in world.rows[table]
        if owner(world, table, row_id) == school
    }
    basic: set[Ref] = set()
    present, former = present_at(world, school), former_at(world, school)
    for table, column in PERSONAL.items():
        for row_id, row in world.rows[table].items():
            person = row_id if column == "id" else _must(row[column])
            if person in present or _kept_remark(world, table, row, person, school):
                whole.add((table, row_id))
            elif person in former and table in KEPT:
                basic.add((table, row_id))
    pupils = {person for person in present if person in set(world.pupils)}
    for table, column in HISTORY.items():
        basic |= {
            (table, row_id) for row_id, row in world.rows[table].items() if _must(row[column]) in pupils
        }
    return Seen(whole, basic - whole)


def _kept_remark(world: World, table: str, row: Row, person: UUID, school: UUID) -> bool:
    """Whether it is a remark of a year in which the pupil was at the school."""
    if table not in TERM_ROWS:
        return False
    year = world.rows["term"][_must(row["term_id"])]["period_id"]
    return any(
        enrolment["institution_id"] == school.bytes and enrolment["period_id"] == year
        for enrolment in _enrolments(world, person)
    )


def _enrolments(world: World, person: UUID) -> list[Row]:
    """Those of all records of the person."""
    records = {one.bytes for one in _records(world, person)}
    rows = world.rows["enrolment"].values()
    return [row for row in rows if row["person_id"] in records and row["deleted_at"] is None]


def _records(world: World, person: UUID) -> set[UUID]:
    """The records that were merged with one, in whatever direction."""
    links = [
        {row_id, _must(row["alias_of_id"])}
        for row_id, row in world.rows["person"].items()
        if row["alias_of_id"] is not None
    ]
    found = {person}
    while more := [link for link in links if found & link and not link <= found]:
        found.update(*more)
    return found


def present_at(world: World, school: UUID) -> set[UUID]:
    """Who is at the school now."""
    pupils = {person for person in world.pupils if school in present_schools(world, person)}
    guardians = {
        _must(row["guardian_id"])
        for row in world.rows["guardianship"].values()
        if row["deleted_at"] is None and _must(row["student_id"]) in pupils
    }
    staff = {person for person in world.staff if school in _posts(world, person)}
    return pupils | guardians | staff


def _posts(world: World, person: UUID) -> set[UUID]:
    """Where a member of staff works, or worked last."""
    rows = [row for row in world.rows["staff_position"].values() if row["person_id"] == person.bytes]
    live = [row for row in rows if row["deleted_at"] is None]
    held = [row for row in live if row["ends_on"] is None]
    return {_must(row["institution_id"]) for row in held or live}


def present_schools(world: World, person: UUID) -> set[UUID]:
    """The schools that a pupil is at now, or is sent to."""
    rows = sorted(_enrolments(world, person), key=lambda row: str(row["starts_on"]))
    if not rows:
        return set()
    still = {_must(row["institution_id"]) for row in rows if row["ends_on"] is None}
    if still:
        return still
    latest = rows[-1]
    found = {_must(latest["institution_id"])}
    if latest["exit"] == "transferred" and latest["destination_id"] is not None:
        found.add(_must(latest["destination_id"]))
    return found


def former_at(world: World, school: UUID) -> set[UUID]:
    """Pupils and staff who were at the school once."""
    rows = [*world.rows["enrolment"].values(), *world.rows["staff_position"].values()]
    return {
        record
        for row in rows
        if row["deleted_at"] is None and row["institution_id"] == school.bytes
        for record in _records(world, _must(row["person_id"]))
    }


def _with_named(world: World, seen: set[Ref]) -> set[Ref]:
    """The rows that are seen, and every row that one of them names in a basic field, and so on."""
    found, waiting = set(seen), list(seen)
    while waiting:
        table, row_id = waiting.pop()
        if main_class(table) is not SensitivityClass.BASIC and (table, row_id) not in seen:
            continue
        for column in TABLES[table].columns:
            value = world.rows[table][row_id].get(column.name)
            for key in column.foreign_keys:
                named = (key.column.table.name, _id(value))
                if named[1] is not None and named not in found:
                    found.add((named[0], named[1]))
                    waiting.append((named[0], named[1]))
    return found


def _id(value: Stored) -> UUID | None:
    return UUID(bytes=value) if isinstance(value, bytes) else None


def _must(value: Stored) -> UUID:
    assert isinstance(value, bytes)
    return UUID(bytes=value)
