"""What somebody of each role may change on a laptop of each role: worked out from the table of rights alone.

An operation needs the laptop and the person: the role that the laptop was joined with is the most that
anybody on it may do, the person's own role the most that the person may. Both must read the class of what
they write, and the row must be the school's.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count, product
from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop.rules.rights import ROLE_READS, ROLE_RIGHTS, Right, Role, SensitivityClass
from emis_desktop.state_hash import Stored
from sync.operations import Answer, Outcome
from tests.sync.oracle.driver import STARTED, Author, Ministry, rights_of
from tests.sync.oracle.expected import (
    PERSONAL,
    SCHOOL_NODES,
    Device,
    main_class,
    owner,
    present_at,
    present_schools,
)
from tests.sync.oracle.world import SCHOOL_ROLES, TABLES, World, Written, country

OFFICE = frozenset({Right.EDIT_STUDENTS})
MARKS = frozenset({Right.EDIT_MARKS})
PLAN = frozenset({Right.MANAGE_STRUCTURE})
BEHAVIOUR = frozenset({Right.EDIT_BEHAVIOUR})
DAY = "a day"
COUNT = count(1)
CHANGES: dict[tuple[str, str], tuple[frozenset[Right], Stored]] = {
    ("person", "transport"): (OFFICE | PLAN, "boat"),  # staff are people too
    ("person", "address"): (OFFICE | PLAN, "New Lane"),
    ("person_contact", "value"): (OFFICE, "999 0001"),
    ("person_identity", "country"): (OFFICE, "XD"),
    ("guardianship", "relation"): (OFFICE, "FATHER"),
    ("health_note", "sealed"): (OFFICE, b"sealed anew"),
    ("enrolment", "exit_reason"): (OFFICE, "MOVED"),
    ("class_pupil", "ends_on"): (OFFICE, DAY),
    ("mark", "value"): (MARKS, 77_000),
    ("subject_remark", "comment"): (MARKS, "better"),
    ("term_remark", "principal"): (MARKS, "well done"),
    ("conduct_rating", "level"): (MARKS, 4),
    ("attendance_total", "late"): (MARKS | OFFICE, 3),
    ("school_class", "name"): (PLAN, "Grade 5 Shell"),
    ("assessment_item", "name"): (PLAN, "Quiz"),
    ("setting", "value"): (PLAN, '"y"'),
    ("staff_position", "role"): (PLAN, "head"),
    ("institution", "phone"): (PLAN, "000 0999"),
    ("attendance_month", "d05"): (frozenset({Right.EDIT_ATTENDANCE}), "L"),
    ("incident", "summary"): (BEHAVIOUR, "Two boys"),
    ("incident", "account"): (BEHAVIOUR, "The whole of it"),
    ("incident_person", "action"): (BEHAVIOUR, "TALK"),
    ("incident_file", "name"): (BEHAVIOUR, "photo.jpg"),
    ("incident_step", "done_on"): (BEHAVIOUR, DAY),
    ("suspension", "ends_on"): (OFFICE, DAY),
    ("suspension", "note"): (OFFICE, "because"),
    ("health_record", "sealed"): (OFFICE, b"sealed anew"),
    ("person_address", "lines"): (OFFICE, "Box 8"),
    ("custom_value", "value"): (OFFICE, "no"),
    ("person", "meals"): (OFFICE | PLAN, "free"),
    ("textbook", "title"): (OFFICE, "Reader"),
    ("textbook_loan", "state"): (OFFICE, "lost"),
    ("pupil_group", "name"): (OFFICE | PLAN, "Band"),
    ("option_block", "name"): (PLAN, "Block B"),
    ("option_subject", "places"): (PLAN, 25),
    ("calendar_day", "label"): (PLAN, "Storm"),
    ("proposal", "value"): (frozenset({Right.VIEW_STUDENTS}), "Old Lane"),
}
"""The field that is changed, the rights of which any lets somebody change it by hand, and a value."""


@pytest.fixture(scope="module")
def ministry(tmp_path_factory: pytest.TempPathFactory) -> Ministry:
    """A world in which the school Coral has a row of each kind."""
    folder: Path = tmp_path_factory.mktemp("changes")
    for seed in range(100):
        world = country(seed)
        if all(_row_at(world, table, "Coral") is not None for table, _ in CHANGES):
            made = Ministry(folder, world)
            made.send()
            return made
    raise AssertionError("no world has all of it")


def _row_at(world: World, table: str, name: str) -> UUID | None:
    """A row of that table that is the school's own to change: of somebody who is there and nowhere else."""

    school = world.named.schools[name]
    present = present_at(world, school)
    for row_id, row in world.rows[table].items():
        if table == "institution":
            return school
        if table not in PERSONAL:
            if owner(world, table, row_id) == school:
                return row_id
            continue
        column = PERSONAL[table]
        person = row_id if column == "id" else UUID(bytes=row[column])  # type: ignore[arg-type]
        here = person in world.pupils and person in present and present_schools(world, person) == {school}
        if here and not (table == "person" and row["address"] is None):
            return row_id
    return None


def allowed(device: Device, user: Role, table: str, field: str) -> bool:
    """Whether the table of rights lets this person, on this laptop, change that field."""
    rights, _ = CHANGES[table, field]
    classes = ROLE_READS[device.role] & ROLE_READS[user]
    own: SensitivityClass = TABLES[table].c[field].info.get("sensitivity", SensitivityClass.BASIC)
    reads = main_class(table) in classes and own in classes
    return reads and all(rights & ROLE_RIGHTS[role] for role in (device.role, user))


def _try(ministry: Ministry, author: Author, table: str, row_id: UUID, field: str) -> Answer | None:
    """What the server answers to one change, None where it was applied."""
    value = (
        _another(CHANGES[table, field][1], next(COUNT)) if (table, field) in CHANGES else f"x {next(COUNT)}"
    )
    clocks = dict(ministry.clocks)
    batch = author.batch([[Written(table, row_id, {field: value}, insert=False)]], clocks)
    answer = ministry.store.apply(author.rights, batch, STARTED + 3_000_000).not_applied.get(0)
    if answer is None:
        ministry.clocks = clocks
    return answer


def _another(value: Stored, number: int) -> Stored:
    """A value of that kind which nobody wrote before."""
    if isinstance(value, int):
        return value + number
    if isinstance(value, bytes):
        return value + str(number).encode()
    if value == DAY:
        return (date(2000, 1, 1) + timedelta(number)).isoformat()
    return f"{value} {number}"


def _author(ministry: Ministry, device: Device, user: Role, name: str) -> Author:
    """A laptop of its own for each try, so that its clocks are its own."""
    place = name if user in SCHOOL_ROLES else ""
    rights = rights_of(ministry.world, device, site=UUID(int=ministry.world.random.getrandbits(128)))
    return Author(rights, ministry.world.named.users[user, place], stamp=10_000)


@pytest.mark.parametrize(("device", "user"), list(product(sorted(SCHOOL_NODES), repeat=2)))
def test_at_a_school_a_change_needs_the_laptops_role_and_the_persons(
    ministry: Ministry, device: Role, user: Role
) -> None:
    laptop = Device(device, "Coral")
    author = _author(ministry, laptop, user, "Coral")
    for table, field in CHANGES:
        row_id = _row_at(ministry.world, table, "Coral")
        assert row_id is not None
        answer = _try(ministry, author, table, row_id, field)
        wanted = allowed(laptop, user, table, field)
        said = (device, user, table, field, answer)
        if wanted:
            assert answer is None, said
        else:
            assert answer is not None, said
            assert (answer.outcome, answer.logged) == (Outcome.REFUSED, False), said
            assert answer.reason in {"right", "class"}, said


@pytest.mark.parametrize("role", sorted(SCHOOL_NODES))
def test_nobody_changes_another_schools_rows_or_the_nations(ministry: Ministry, role: Role) -> None:
    author = _author(ministry, Device(role, "Coral"), role, "Coral")
    world = ministry.world
    for table, field in CHANGES:
        row_id = _row_at(world, table, "Palm")
        if row_id is None or table == "institution":
            continue
        answer = _try(ministry, author, table, row_id, field)
        assert answer is not None, (role, table, field)
        assert not answer.logged
        waits = answer.outcome is Outcome.PARKED and answer.reason == "missing"  # as for none
        assert waits or answer.outcome in {Outcome.REFUSED, Outcome.PROPOSED}, (role, table, field, answer)
    subject = world.named.subject
    answer = _try(ministry, author, "subject", subject, "name")
    assert answer is not None
    assert not answer.logged


@pytest.mark.parametrize("role", sorted(set(Role) - SCHOOL_NODES - {Role.DISTRICT_OFFICER}))
def test_a_laptop_of_the_ministry_changes_what_its_role_does(ministry: Ministry, role: Role) -> None:
    laptop = Device(role, "")
    author = _author(ministry, laptop, role, "")
    for table, field in CHANGES:
        row_id = _row_at(ministry.world, table, "Coral")
        assert row_id is not None
        answer = _try(ministry, author, table, row_id, field)
        assert (answer is None) == allowed(laptop, role, table, field), (role, table, field, answer)


def test_whose_access_has_ended_changes_nothing(ministry: Ministry) -> None:
    author = _author(ministry, Device(Role.PRINCIPAL, "Reef"), Role.PRINCIPAL, "Reef")
    row_id = _row_at(ministry.world, "school_class", "Reef")
    assert row_id is not None
    assert _try(ministry, author, "school_class", row_id, "name") is None
    ministry.world.act()
    ministry.world.update("user", author.user, ended_at=STARTED)
    ministry.send()
    author.stamp += 100_000
    answer = _try(ministry, author, "school_class", row_id, "name")
    assert answer is not None
    assert (answer.outcome, answer.reason) == (Outcome.REFUSED, "user_ended")


@pytest.mark.parametrize("role", sorted(SCHOOL_NODES))
def test_whom_the_server_does_not_know_is_held_to_the_laptops_role(ministry: Ministry, role: Role) -> None:
    laptop = Device(role, "Coral")
    author = _author(ministry, laptop, role, "Coral")
    author.user = UUID(int=12345)
    for table, field in CHANGES:
        row_id = _row_at(ministry.world, table, "Coral")
        assert row_id is not None
        answer = _try(ministry, author, table, row_id, field)
        if not allowed(laptop, role, table, field):
            assert answer is not None, (role, table, field)
