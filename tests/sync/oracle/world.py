"""A small country that does not exist, changing: three schools in two districts and the people of all.

Rows are kept as a laptop stores them, with every column. Each step notes what it wrote, so that a driver can
send it to a server; nothing here knows how a server keeps or hands out anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, Integer, LargeBinary, Table

from emis_desktop.models import Base
from emis_desktop.models.types import Instant, Key, Scaled
from emis_desktop.rules.rights import Role
from emis_desktop.state_hash import Stored

Row = dict[str, Stored]
TABLES = Base.metadata.tables
SCHOOLS = ("Coral", "Reef", "Palm")
DISTRICTS = ("Windward", "Leeward")
DISTRICT_OF = {"Coral": "Windward", "Reef": "Windward", "Palm": "Leeward"}
YEARS = ("2025-26", "2026-27")
FIRST_DAY = {"2025-26": "2025-09-08", "2026-27": "2026-09-07"}
MID = "2026-10-12"
LAST_DAY = "2026-07-03"
NOBODY = UUID(int=0)
DELETED = 1_790_000_000_000
SCHOOL_ROLES = (Role.TEACHER, Role.COUNSELLOR, Role.SCHOOL_ADMINISTRATOR, Role.PRINCIPAL)


@dataclass(frozen=True)
class Written:
    """One written row or changed field."""

    table: str
    row: UUID
    values: Row
    insert: bool


@dataclass
class Named:
    """Ids by what they are called."""

    schools: dict[str, UUID] = field(default_factory=dict)
    districts: dict[str, UUID] = field(default_factory=dict)
    years: dict[str, UUID] = field(default_factory=dict)
    terms: dict[str, UUID] = field(default_factory=dict)
    classes: dict[tuple[str, str], UUID] = field(default_factory=dict)
    items: dict[tuple[str, str], UUID] = field(default_factory=dict)
    users: dict[tuple[Role, str], UUID] = field(default_factory=dict)
    grade: UUID = NOBODY
    subject: UUID = NOBODY
    field: UUID = NOBODY
    ministry: UUID = NOBODY


class World:
    """The country now, and what was written since it was last sent."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.rows: dict[str, dict[UUID, Row]] = {name: {} for name in TABLES}
        self.acts: list[list[Written]] = []
        self.rivals: list[Written] = []
        self.named = Named()
        self.pupils: list[UUID] = []
        self.guardians: list[UUID] = []
        self.staff: list[UUID] = []

    # -- Writing ------------------------------------------------------------------------------------

    def id(self) -> UUID:
        """An id that is the same for the same seed."""
        return UUID(int=self.random.getrandbits(128), version=4)

    def act(self) -> None:
        """What is written from here on is one act."""
        self.acts.append([])

    def insert(self, table: str, **values: Any) -> UUID:  # noqa: ANN401 - any column
        """A new row; what is not given is empty, or the least that a column takes."""
        row_id = self.id()
        row = {
            column.name: _stored(values.pop(column.name) if column.name in values else _default(column))
            for column in TABLES[table].columns
            if column.name != "id"
        }
        assert not values, values
        self.rows[table][row_id] = row
        self.acts[-1].append(Written(table, row_id, dict(row), insert=True))
        return row_id

    def update(self, table: str, row_id: UUID, **values: Any) -> None:  # noqa: ANN401
        """Change fields of a row; what is so already is not written."""
        row = self.rows[table][row_id]
        wanted = {name: _stored(value) for name, value in values.items()}
        changed = {name: value for name, value in wanted.items() if row[name] != value}
        row.update(changed)
        if changed:
            self.acts[-1].append(Written(table, row_id, changed, insert=False))

    def update_at_once(self, table: str, row_id: UUID, field: str, value: Stored, other: Stored) -> None:
        """Two laptops change a field at the same time; the later, ``value``, is in force."""
        if self.rows[table][row_id][field] in {None, value, other} or self.rivalled(table, row_id, field):
            return
        self.update(table, row_id, **{field: value})
        self.rivals.append(Written(table, row_id, {field: other}, insert=False))

    def rivalled(self, table: str, row_id: UUID, field: str) -> bool:
        """Whether a field was written already since the last sending: both would not be at once."""
        written = [*self.rivals, *(one for act in self.acts for one in act)]
        return any(one.row == row_id and one.table == table and field in one.values for one in written)

    def where(self, table: str, **values: object) -> list[UUID]:
        """The live rows of a table with these values."""
        wanted = {name: _stored(value) for name, value in values.items()}
        return [
            row_id
            for row_id, row in self.rows[table].items()
            if row["deleted_at"] is None and all(row[name] == value for name, value in wanted.items())
        ]

    def pick(self, things: Iterable[Any]) -> Any:  # noqa: ANN401
        """One of them."""
        return self.random.choice(list(things))


def _default(column: Any) -> Any:  # noqa: ANN401 - any column
    if column.nullable:
        return None
    if isinstance(column.type, (Boolean, Instant)):
        return 0
    if isinstance(column.type, Date):
        return "2026-01-01"
    if isinstance(column.type, (Scaled, Integer)):
        return 1
    assert not isinstance(column.type, Key), column
    return b"x" if isinstance(column.type, LargeBinary) else "x"


def _stored(value: object) -> Stored:
    if isinstance(value, UUID):
        return value.bytes
    if isinstance(value, bool):
        return int(value)
    assert value is None or isinstance(value, (int, str, bytes))
    return value


def table_of(name: str) -> Table:
    """A table by its name."""
    return TABLES[name]


# -- The country ------------------------------------------------------------------------------------------


def country(seed: int) -> World:
    """The structure, the schools with classes, items, staff and users, then pupils with all they have."""
    world = World(seed)
    world.act()
    _structure(world)
    world.act()
    for name in SCHOOLS:
        _school(world, name)
    world.act()
    _staff(world)
    _users(world)
    for _ in range(3):
        world.guardians.append(_person(world, "Guardian"))
    for _ in range(world.random.randint(6, 9)):
        world.act()
        _pupil(world)
    return world


def _structure(world: World) -> None:
    named = world.named
    named.ministry = world.insert("user", name="Officer 01", role=Role.MINISTRY_OFFICER.value)
    nation = world.insert("area", code="N", name="Nation", level="nation")
    for name in DISTRICTS:
        named.districts[name] = world.insert("area", code=name, name=name, level="district", parent_id=nation)
    for year in YEARS:
        named.years[year] = world.insert(
            "academic_period",
            code=year,
            label=year,
            starts_on=FIRST_DAY[year],
            ends_on=f"20{year[-2:]}-07-03",
        )
        named.terms[year] = world.insert(
            "term",
            period_id=named.years[year],
            number=1,
            name="Term 1",
            starts_on=FIRST_DAY[year],
            ends_on=f"{year[:4]}-12-11",
        )
    named.grade = world.insert("education_grade", code="G5", name="Grade 5", level="primary", position=5)
    named.subject = world.insert("subject", code="MA", name="Mathematics")
    world.insert("setting", name="census_day", value='"10-15"')
    world.insert("calendar_day", starts_on="2026-11-03", ends_on="2026-11-03", kind="holiday")
    named.field = world.insert(
        "custom_field", code="BUS", label="Takes the bus", of_what="student", kind="yes_no", required=False
    )
    for name in SCHOOLS:
        named.schools[name] = world.insert(
            "institution", code=f"D-{name}", name=f"{name} School", area_id=named.districts[DISTRICT_OF[name]]
        )


def _school(world: World, name: str) -> None:
    named, school = world.named, world.named.schools[name]
    for year in YEARS:
        named.classes[name, year] = world.insert(
            "school_class", institution_id=school, period_id=named.years[year], name=f"{name} {year}"
        )
        world.insert("class_grade", class_id=named.classes[name, year], grade_id=named.grade)
        named.items[name, year] = world.insert(
            "assessment_item",
            institution_id=school,
            grade_id=named.grade,
            subject_id=named.subject,
            term_id=named.terms[year],
            code="T1",
            name="Test",
            part="coursework",
            maximum=100_000,
            state="open",
        )
    world.insert("setting", institution_id=school, name="motto", value='"x"')
    _more_of_school(world, school)


def _more_of_school(world: World, school: UUID) -> None:
    """A group, a block of options, a closed day and a book."""
    named, year = world.named, world.named.years[YEARS[-1]]
    world.insert("pupil_group", institution_id=school, period_id=year, name="Choir")
    block = world.insert(
        "option_block", institution_id=school, period_id=year, grade_id=named.grade, name="Block A"
    )
    world.insert("option_subject", block_id=block, subject_id=named.subject, places=20)
    day = "2026-10-05"
    world.insert("calendar_day", institution_id=school, starts_on=day, ends_on=day, kind="closure")
    world.insert("textbook", institution_id=school, title="Reader 5", subject_id=named.subject, copies=30)


def _staff(world: World) -> None:
    for number in range(4):
        person = _person(world, "Teacher")
        world.staff.append(person)
        world.insert("qualification", person_id=person, kind="degree", title="B.Ed.")
        world.insert("training", person_id=person, title="Reading", hours=6_000)
        schools = world.random.sample(SCHOOLS, 2 if number == 0 else 1)
        for name in schools:
            ended = "2026-07-03" if number == 3 else None
            world.insert(
                "staff_position",
                person_id=person,
                institution_id=world.named.schools[name],
                role="teacher",
                starts_on="2020-09-01",
                ends_on=ended,
            )
            world.update("school_class", world.named.classes[name, YEARS[-1]], teacher_id=person)
            class_subject = {
                "class_id": world.named.classes[name, YEARS[-1]],
                "subject_id": world.named.subject,
            }
            if not world.where("class_subject", **class_subject):
                world.insert("class_subject", **class_subject, teacher_id=person)


def _users(world: World) -> None:
    for role in Role:
        for name in SCHOOLS if role in SCHOOL_ROLES else ("",):
            person = world.staff[0] if role is Role.TEACHER else None
            world.named.users[role, name] = world.insert(
                "user",
                name=f"{role.value} {name}",
                role=role.value,
                institution_id=world.named.schools[name] if name else None,
                person_id=person,
            )


def _person(world: World, kind: str) -> UUID:
    person = world.insert(
        "person",
        given_names=kind,
        family_name=f"{world.random.randint(0, 9999):04}",
        sex=world.pick("FM"),
        birth_date="2016-03-12",
        address=world.pick([None, "Harbour Road"]),
        synthetic=True,
    )
    if world.random.random() < 0.7:
        world.insert("person_contact", person_id=person, kind="phone", value="000 0101", priority=1)
    return person


def _pupil(world: World) -> None:
    person = _person(world, "Pupil")
    world.pupils.append(person)
    world.insert("person_identity", person_id=person, kind="national", number=f"N{world.random.random()}")
    if world.random.random() < 0.5:
        world.insert("health_note", person_id=person, sealed=world.random.randbytes(20))
        world.insert("person_photo", person_id=person, image=b"photo")
        world.insert("person_note", person_id=person, written_on=MID, text="note")
        world.insert("health_record", person_id=person, kind="alert", sealed=b"sealed")
        world.insert("person_address", person_id=person, kind="postal", lines="Box 7")
        world.insert("custom_value", person_id=person, field_id=world.named.field, value="yes")
    for guardian in world.random.sample(world.guardians, world.random.randint(0, 2)):
        world.insert("guardianship", student_id=person, guardian_id=guardian, relation="MOTHER", priority=1)
    name, year = world.pick(SCHOOLS), world.pick(YEARS)
    enrol(world, person, name, year, FIRST_DAY[year])
    if year == YEARS[0]:
        (old,) = world.where("enrolment", person_id=person)
        world.update("enrolment", old, ends_on=LAST_DAY, outcome="promoted")
        enrol(world, person, world.pick(SCHOOLS), YEARS[1], FIRST_DAY[YEARS[1]], previous=old)


def enrol(
    world: World,
    person: UUID,
    name: str,
    year: str,
    day: str,
    *,
    standing: str = "enrolled",
    previous: UUID | None = None,
) -> UUID:
    """An enrolment with a place and everything that a term leaves."""
    named = world.named
    school, term = named.schools[name], named.terms[year]
    enrolment = world.insert(
        "enrolment",
        person_id=person,
        institution_id=school,
        period_id=named.years[year],
        grade_id=named.grade,
        starts_on=day,
        standing=standing,
        repeater=False,
        previous_id=previous,
    )
    world.insert("class_pupil", class_id=named.classes[name, year], enrolment_id=enrolment, starts_on=day)
    if world.random.random() < 0.8:
        world.insert("mark", student_id=person, item_id=named.items[name, year], state="scored", value=50_000)
    if world.random.random() < 0.6:
        world.insert(
            "subject_remark", student_id=person, subject_id=named.subject, term_id=term, comment="good"
        )
        world.insert("conduct_rating", student_id=person, term_id=term, trait="care", level=3)
    if world.random.random() < 0.6:
        world.insert(
            "term_remark", student_id=person, institution_id=school, term_id=term, class_teacher="steady"
        )
        world.insert(
            "attendance_total",
            student_id=person,
            institution_id=school,
            period_id=named.years[year],
            term_id=term,
            absent=2,
        )
    if world.random.random() < 0.4:
        _card(world, person, enrolment, term)
    if world.random.random() < 0.7:
        _term_at_school(world, person, enrolment, school)
    return enrolment


def _term_at_school(world: World, person: UUID, enrolment: UUID, school: UUID) -> None:
    """A register, a suspension after an incident, a choice of subjects, a group, a book, and a proposal."""
    at = {"student_id": person, "institution_id": school}
    world.insert("attendance_month", **at, month="2026-10", session=1, d05="P", d06="A/ILL")
    world.insert(
        "suspension", **at, enrolment_id=enrolment, starts_on=MID, ends_on=MID, reason="FIGHT", note="why"
    )
    incident = world.insert(
        "incident",
        institution_id=school,
        happened_on=MID,
        category="FIGHT",
        classification="MAJOR",
        summary="A fight",
        account="All of it",
    )
    world.insert("incident_person", incident_id=incident, person_id=person, part="did", action="SUSP")
    world.insert("incident_file", incident_id=incident, name="letter.pdf", content=b"paper")
    world.insert("incident_step", incident_id=incident, kind="meeting", due_on=MID, note="with the mother")
    world.insert(
        "issued_paper",
        **at,
        kind="testimonial",
        number=f"P{world.random.random()}",
        issue=1,
        issued_on=MID,
        issued_by="Principal",
        language="en",
        check_code="x",
        fingerprint=b"\x01" * 32,
        content=b"{}",
    )
    world.insert("subject_choice", enrolment_id=enrolment, subject_id=world.named.subject, taken=True)
    for group in world.where("pupil_group", institution_id=school):
        world.insert("pupil_group_member", group_id=group, enrolment_id=enrolment)
    for book in world.where("textbook", institution_id=school):
        world.insert("textbook_loan", **at, textbook_id=book, copy="12", lent_on=MID)
    world.insert(
        "proposal",
        person_id=person,
        institution_id=school,
        field_name="address",
        value="New Lane",
        source="parent",
        received_on=MID,
    )


def _card(world: World, person: UUID, enrolment: UUID, term: UUID) -> None:
    world.insert(
        "report_card",
        student_id=person,
        enrolment_id=enrolment,
        term_id=term,
        number=f"C{world.random.random()}",
        issue=1,
        issued_on="2026-12-11",
        issued_by="Principal",
        language="en",
        check_code="x",
        fingerprint=b"\x01" * 32,
        content=b"{}",
    )


# -- What happens -----------------------------------------------------------------------------------------


def happen(world: World) -> None:
    """One thing that happens in such a country, as one act."""
    world.act()
    world.pick(_EVENTS)(world)


def _current(world: World, person: UUID) -> UUID | None:
    found = world.where("enrolment", person_id=person, ends_on=None, standing="enrolled")
    return found[0] if found else None


def _name_of(world: World, enrolment: UUID) -> str:
    school = world.rows["enrolment"][enrolment]["institution_id"]
    return next(name for name, row_id in world.named.schools.items() if row_id.bytes == school)


def _day(world: World) -> str:
    """A day after every day before, so that the latest enrolment is one."""
    last = max(str(row["starts_on"]) for row in world.rows["enrolment"].values())
    year, month, day = map(int, last.split("-"))
    return f"{year}-{month:02}-{day + 1:02}" if day < 28 else f"{year}-{month + 1:02}-01"


def _transfers(world: World) -> None:
    """A pupil goes to another school, known or not; perhaps the other school takes the pupil in."""
    person = world.pick(world.pupils)
    old = _current(world, person)
    if old is None:
        return
    there = world.pick([name for name in SCHOOLS if name != _name_of(world, old)])
    known = world.random.random() < 0.8
    destination = world.named.schools[there] if known else None
    world.update("enrolment", old, ends_on=_day(world), exit="transferred", destination_id=destination)
    if world.random.random() < 0.6:
        enrol(world, person, there, YEARS[1], _day(world), previous=old)


def _arrives_later(world: World) -> None:
    """A pupil who was sent to a school is taken in there."""
    for person in world.pupils:
        rows = [
            row_id
            for row_id in world.where("enrolment", person_id=person, exit="transferred")
            if world.rows["enrolment"][row_id]["destination_id"] is not None
        ]
        if rows and _current(world, person) is None:
            last = max(rows, key=lambda row_id: str(world.rows["enrolment"][row_id]["starts_on"]))
            school = world.rows["enrolment"][last]["destination_id"]
            name = next(name for name, row_id in world.named.schools.items() if row_id.bytes == school)
            enrol(world, person, name, YEARS[1], _day(world), previous=last)
            return


def _leaves(world: World) -> None:
    person = world.pick(world.pupils)
    enrolment = _current(world, person)
    if enrolment is not None:
        world.update(
            "enrolment", enrolment, ends_on=_day(world), exit=world.pick(["emigrated", "dropped_out"])
        )


def _is_hosted(world: World) -> None:
    person = world.pick(world.pupils)
    home = _current(world, person)
    if home is None:
        return
    host = world.where("enrolment", person_id=person, standing="hosted", ends_on=None)
    if host:
        world.update("enrolment", host[0], ends_on=_day(world))
        return
    there = world.pick([name for name in SCHOOLS if name != _name_of(world, home)])
    enrol(world, person, there, YEARS[1], _day(world), standing="hosted", previous=home)


def _guardian_changes(world: World) -> None:
    links = world.where("guardianship")
    if links and world.random.random() < 0.5:
        world.update("guardianship", world.pick(links), deleted_at=DELETED)
        return
    student, guardian = world.pick(world.pupils), world.pick(world.guardians)
    if not world.where("guardianship", student_id=student, guardian_id=guardian):
        world.insert("guardianship", student_id=student, guardian_id=guardian, relation="AUNT", priority=2)


def _post_changes(world: World) -> None:
    posts = world.where("staff_position", ends_on=None)
    if len(posts) > 1 and world.random.random() < 0.6:
        world.update("staff_position", world.pick(posts), ends_on=MID)
        return
    world.insert(
        "staff_position",
        person_id=world.pick(world.staff),
        institution_id=world.named.schools[world.pick(SCHOOLS)],
        role="teacher",
        starts_on=MID,
    )


def _details_change(world: World) -> None:
    person = world.pick([*world.pupils, *world.guardians, *world.staff])
    world.update("person", person, address=f"{world.random.randint(1, 99)} Mill Lane", transport="bus")
    contacts = world.where("person_contact", person_id=person)
    if contacts:
        world.update("person_contact", contacts[0], value=f"000 {world.random.randint(1000, 9999)}")


def two_at_once(world: World) -> None:
    """A field of each class and merge rule, changed on two laptops before either heard of the other."""
    person = world.pick([*world.pupils, *world.guardians, *world.staff])
    number = world.random.randint(100, 999)
    world.update_at_once("person", person, "address", f"{number} Reef Road", f"{number} Coral Road")
    world.update_at_once("person", person, "given_names", f"Name {number}", f"Other {number}")
    contacts = world.where("person_contact", person_id=person)
    if contacts:
        world.update_at_once("person_contact", contacts[0], "value", f"111 0{number}", f"222 0{number}")
    posts = world.where("staff_position")
    world.update_at_once("staff_position", world.pick(posts), "role", f"head {number}", f"deputy {number}")
    marks = world.where("mark")
    world.update_at_once("mark", world.pick(marks), "value", number * 10, number * 10 + 5)
    item = world.pick(world.where("assessment_item"))
    world.update_at_once("assessment_item", item, "name", f"Test {number}", f"Quiz {number}")


def _a_double(world: World) -> None:
    one, other = world.random.sample(world.pupils, 2)
    rows = world.rows["person"]
    if rows[one]["alias_of_id"] is None and rows[other]["alias_of_id"] is None:
        world.update("person", one, alias_of_id=other)


_EVENTS = (
    _transfers,
    _transfers,
    _arrives_later,
    _leaves,
    _is_hosted,
    _guardian_changes,
    _post_changes,
    _details_change,
    two_at_once,
    two_at_once,
    _a_double,
)
