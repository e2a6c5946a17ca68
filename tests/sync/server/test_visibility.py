"""Who receives what: schools, districts, ministry and roles; what a pupil's moves give and take."""

from uuid import UUID

import pytest

from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Role
from emis_desktop.state_hash import Stored
from sync.operations import Outcome
from sync.protocol.messages import RowsAsked
from sync.protocol.pages import decode_page
from sync.server import digests, feed, repair
from sync.server.raw import Raw
from sync.server.server_hash import state_hash
from tests.helpers.server_world import GRADE, SUBJECT, TERM, YEAR, Laptop, World, outcomes


def family(world: World, school: int) -> dict[str, UUID]:
    """A pupil with everything that a school knows of one, and the ids of all of it."""
    laptop = world.laptop(school)
    ids = {name: world.id() for name in ("guardian", "phone", "note", "item", "mark", "remark", "number")}
    ids["pupil"], ids["enrolment"], ops = world.pupil(school, birth_date="2016-05-06")
    pupil, guardian = ids["pupil"], ids["guardian"]
    ids["guardianship"] = natural_id("guardianship", pupil, guardian)
    insert = world.insert
    ops += [
        insert("person.contact", pupil, address="1 Bay Street"),
        insert("person", guardian, given_names="Guardian", family_name=f"Test {guardian.hex[:5]}"),
        insert(
            "guardianship",
            ids["guardianship"],
            student_id=pupil,
            guardian_id=guardian,
            relation="parent",
            priority=1,
            may_collect=1,
            court_order=0,
        ),
        insert("person_contact", ids["phone"], person_id=guardian, kind="phone", value="000", priority=1),
        insert("person_note", ids["note"], person_id=pupil, written_on="2026-10-01", text="x"),
        insert("person_identity", ids["number"], person_id=pupil, kind="nsn", number=pupil.hex[:9]),
        insert("health_note", pupil, person_id=pupil, sealed=b"x"),
        insert(
            "assessment_item",
            ids["item"],
            institution_id=world.schools[school],
            grade_id=GRADE,
            subject_id=SUBJECT,
            term_id=TERM,
            code=f"Q{pupil.hex[:4]}",
            name="Quiz",
            maximum=20_000,
            weight=1000,
        ),
        insert("mark", ids["mark"], student_id=pupil, item_id=ids["item"], state="scored", value=12_500),
        insert(
            "subject_remark", ids["remark"], student_id=pupil, subject_id=SUBJECT, term_id=TERM, comment="x"
        ),
    ]
    assert laptop.send(*ops).not_applied == {}
    return ids


def move(world: World, ids: dict[str, UUID], *, known: bool = True) -> UUID:
    """Transfer the pupil from the first school to the second; the id of the new enrolment."""
    here, there = world.laptop(0), world.laptop(1)
    here.pull()
    leave = {"ends_on": "2026-10-10", "exit": "transferred"}
    if known:
        leave["destination_id"] = world.schools[1]  # type: ignore[assignment]
    assert here.send(world.edit("enrolment", ids["enrolment"], **leave)).not_applied == {}
    enrolment = world.id()
    op = world.enrol(enrolment, ids["pupil"], 1, starts_on="2026-10-11", previous_id=ids["enrolment"])
    assert there.send(op).not_applied == {}
    return enrolment


def test_a_school_sees_its_own_and_nothing_of_another(world: World) -> None:
    ids = family(world, 0)
    own, other = world.laptop(0), world.laptop(1)
    own.pull()
    other.pull()
    told = {row for _, row in own.rows}
    assert set(ids.values()) <= told
    assert not {row for _, row in other.rows} & set(ids.values())
    assert set(other.holds("institution")) == set(world.schools)
    assert TERM in other.holds("term")


def test_a_transfer_gives_the_new_school_the_person_and_the_history(world: World) -> None:
    ids = family(world, 0)
    old, new = world.laptop(0), world.laptop(1)
    old.pull()
    new.pull()
    enrolment = move(world, ids)
    old.pull()
    new.pull()
    for facet in ("person", "person.contact", "health_note", "person_note", "mark", "assessment_item"):
        name = {"person_note": "note", "mark": "mark", "assessment_item": "item"}.get(facet, "pupil")
        assert ids[name] in new.holds(facet), facet
    assert ids["guardian"] in new.holds("person")
    assert ids["phone"] in new.holds("person_contact")
    assert enrolment in new.holds("enrolment")
    assert ids["enrolment"] in new.holds("enrolment")
    assert set(old.holds("person")) == {ids["pupil"]}
    assert ids["number"] in old.holds("person_identity")
    assert ids["mark"] in old.holds("mark")
    assert ids["remark"] in old.holds("subject_remark")
    for facet in ("person.contact", "health_note", "person_note", "person_contact", "guardianship"):
        assert old.holds(facet) == {}, facet
    assert enrolment not in old.holds("enrolment")


def test_the_destination_sees_a_pupil_before_it_enrols(world: World) -> None:
    ids = family(world, 0)
    here, there = world.laptop(0), world.laptop(1)
    here.pull()
    there.pull()
    assert ids["pupil"] not in there.holds("person")
    here.send(
        world.edit(
            "enrolment",
            ids["enrolment"],
            ends_on="2026-10-10",
            exit="transferred",
            destination_id=world.schools[1],
        )
    )
    there.pull()
    assert ids["pupil"] in there.holds("person.contact")
    here.send(world.edit("enrolment", ids["enrolment"], destination_id=None))
    there.pull()
    assert ids["pupil"] not in there.holds("person")
    here.pull()
    assert ids["pupil"] in here.holds("health_note")


def test_late_edits_of_the_old_school(world: World) -> None:
    ids = family(world, 0)
    late = world.laptop(0)
    late.pull()
    move(world, ids)
    assert late.send(world.edit("mark", ids["mark"], value=13_000)).not_applied == {}
    ack = late.send(world.edit("person", ids["pupil"], transport="Bus"))
    assert outcomes(ack) == {0: Outcome.PROPOSED}
    refused = late.send(world.edit("person_note", ids["note"], text="y"))
    assert refused.not_applied[0].reason == "not_yours"
    new = world.laptop(1)
    new.pull()
    assert new.value("mark", ids["mark"], "value") == 13_000
    assert [one["kind"] for one in new.holds("conflict").values()] == ["proposal"]
    assert outcomes(new.send(world.edit("mark", ids["mark"], value=1))) == {0: Outcome.REFUSED}


def test_a_host_school_sees_the_pupil_and_gives_back(world: World) -> None:
    ids = family(world, 0)
    home, host = world.laptop(0), world.laptop(1)
    home.pull()
    host.pull()
    stay = world.id()
    hosted = world.enrol(stay, ids["pupil"], 1, starts_on="2026-10-11", standing="hosted")
    world.ministry.pull()
    assert world.ministry.send(hosted).not_applied == {}
    home.pull()
    host.pull()
    assert ids["pupil"] in home.holds("health_note")
    assert ids["pupil"] in host.holds("health_note")
    world.ministry.pull()
    assert world.ministry.holds("conflict") == {}
    world.ministry.send(world.edit("enrolment", stay, ends_on="2026-10-12", exit="administrative"))
    home.pull()
    host.pull()
    assert ids["pupil"] in home.holds("health_note")


@pytest.mark.parametrize(
    ("role", "classes"),
    [
        (Role.TEACHER, {"basic", "contact"}),
        (Role.COUNSELLOR, {"basic", "contact", "health", "case"}),
        (Role.SCHOOL_ADMINISTRATOR, {"basic", "contact", "health", "staff"}),
        (Role.PRINCIPAL, {"basic", "contact", "health", "case", "finance", "staff"}),
    ],
)
def test_a_role_receives_its_classes_alone(world: World, role: Role, classes: set[str]) -> None:
    ids = family(world, 0)
    laptop = world.laptop(0, role)
    laptop.pull()
    assert ids["pupil"] in laptop.holds("person")
    assert (ids["pupil"] in laptop.holds("person.contact")) == ("contact" in classes)
    assert (ids["pupil"] in laptop.holds("health_note")) == ("health" in classes)


def test_district_ministry_examinations_auditor_system_and_region(world: World) -> None:
    ids = family(world, 0)
    area, elsewhere = world.id(), world.id()
    world.ministry.send(
        world.insert("area", area, code="A", name="A", level="district"),
        world.insert("area", elsewhere, code="B", name="B", level="district"),
        world.edit("institution", world.schools[0], area_id=area),
        world.edit("institution", world.schools[1], area_id=elsewhere),
    )
    district = world.laptop(None, Role.DISTRICT_OFFICER, node=area)
    other = world.laptop(None, Role.DISTRICT_OFFICER, node=elsewhere)
    readers = {role: world.laptop(None, role) for role in Role}
    for laptop in (district, other, *readers.values()):
        laptop.pull()
    assert ids["mark"] in district.holds("mark")
    assert district.holds("person.contact") == {}
    assert other.holds("person") == {}
    assert other.holds("institution").keys() == set(world.schools)
    assert ids["pupil"] in readers[Role.MINISTRY_OFFICER].holds("person.contact")
    assert readers[Role.MINISTRY_OFFICER].holds("health_note") == {}
    assert ids["mark"] in readers[Role.EXAMINATION_OFFICER].holds("mark")
    assert readers[Role.EXAMINATION_OFFICER].holds("person_contact") == {}
    assert ids["mark"] in readers[Role.AUDITOR].holds("mark")
    assert readers[Role.REGIONAL_STATISTICIAN].rows == {}
    system = readers[Role.SYSTEM_ADMINISTRATOR]
    assert system.holds("person") == {}
    assert TERM in system.holds("term")
    assert world.schools[0] in system.holds("institution")


def test_a_move_within_a_district_is_told_once_and_leaves_nothing_out(world: World) -> None:
    area = world.id()
    world.ministry.send(
        world.insert("area", area, code="A", name="A", level="district"),
        world.edit("institution", world.schools[0], area_id=area),
        world.edit("institution", world.schools[1], area_id=area),
    )
    ids = family(world, 0)
    district = world.laptop(None, Role.DISTRICT_OFFICER, node=area)
    district.pull()
    before = dict(district.holds("person")[ids["pupil"]])
    enrolment = move(world, ids)
    came = district.pull()
    assert district.dropped == []
    assert district.holds("person")[ids["pupil"]] == before
    assert enrolment in district.holds("enrolment")
    assert [entry.facet for entry in came] == ["enrolment", "enrolment"]
    assert district.value("enrolment", ids["enrolment"], "exit") == "transferred"


def test_who_held_a_post_and_who_is_named(world: World) -> None:
    here, there = world.laptop(0), world.laptop(1)
    teacher, post, room = world.id(), world.id(), world.id()
    person = world.insert("person", teacher, given_names="T", family_name="Teacher")
    here.send(
        person,
        world.insert("person.contact", teacher, address="x"),
        world.insert(
            "staff_position", post, person_id=teacher, institution_id=world.schools[0], role="teacher"
        ),
    )
    there.pull()
    assert teacher not in there.holds("person")
    world.ministry.pull()
    world.ministry.send(
        world.insert(
            "school_class",
            room,
            institution_id=world.schools[1],
            period_id=YEAR,
            name="1B",
            teacher_id=teacher,
        )
    )
    there.pull()
    assert teacher in there.holds("person")
    assert there.holds("person.contact") == {}
    assert outcomes(there.send(world.edit("person", teacher, transport="x"))) == {0: Outcome.REFUSED}


def expected_sums(world: World, laptop: Laptop) -> dict[str, bytes]:
    """The sums of what a laptop holds, from the versions on the server."""
    from sync.digest import sums_of

    with world.store.read() as connection:
        versions = {
            (facet, row): version
            for facet, row, version in Raw(connection).rows("SELECT facet, row_id, version FROM row_clock")
        }
    rows = []
    for facet, row in laptop.rows:
        sensitivity = str(world.store.model.catalogue.facet(facet).sensitivity)
        if facet == "conflict":
            sensitivity = str(laptop.rows[facet, row]["sensitivity"])
        rows.append((sensitivity, facet, row.bytes, versions[facet, row.bytes]))
    return sums_of(rows)


def test_sums_are_those_of_what_each_holds(world: World) -> None:
    ids = family(world, 0)
    family(world, 1)
    area = world.id()
    world.ministry.send(world.insert("area", area, code="A", name="A", level="district"))
    move(world, ids)
    one = world.laptop(0)
    one.pull()
    one.send(world.edit("mark", ids["mark"], value=3_000))
    laptops = [
        world.laptop(0),
        world.laptop(1),
        world.laptop(0, Role.TEACHER),
        world.laptop(None, Role.MINISTRY_OFFICER),
        world.laptop(None, Role.AUDITOR),
    ]
    for laptop in laptops:
        laptop.pull()
        with world.store.read() as connection:
            assert digests.sums_of(Raw(connection), laptop.rights) == expected_sums(world, laptop)


def test_a_district_gains_and_loses_a_school(world: World) -> None:
    family(world, 0)
    area, other = world.id(), world.id()
    world.ministry.send(
        world.insert("area", area, code="A", name="A", level="district"),
        world.insert("area", other, code="B", name="B", level="district"),
    )
    district = world.laptop(None, Role.DISTRICT_OFFICER, node=area)
    district.pull()
    assert district.holds("person") == {}
    for there in (area, other, area):
        world.ministry.send(world.edit("institution", world.schools[0], area_id=there))
        late = world.laptop(None, Role.DISTRICT_OFFICER, node=area)
        for laptop in (district, late):
            laptop.pull()
            with world.store.read() as connection:
                assert digests.sums_of(Raw(connection), laptop.rights) == expected_sums(world, laptop)
            assert bool(laptop.holds("mark")) == (there == area)
        assert district.rows == late.rows


def test_pages_are_the_same_again_and_go_on_where_they_end(world: World) -> None:
    laptop = world.laptop(0)
    for _ in range(30):
        _, _, ops = world.pupil(0)
        laptop.send(*ops)
    reader = world.laptop(0)
    with world.store.read() as connection:
        after, found = 0, []
        while True:
            packed = feed.packed_page(connection, reader.rights, after, 600)
            again = feed.packed_page(connection, reader.rights, after, 600, packed.page.head)
            assert again.page == packed.page
            assert len(packed.body) <= 600
            found += [entry.seq for entry in packed.page.entries]
            assert {commit.first for commit in packed.page.commits}
            after = packed.page.upto
            if after == packed.page.head:
                break
    assert found == sorted(set(found))
    assert len(found) == 66


def test_the_server_has_the_state_hash_of_each_laptop(world: World) -> None:
    ids = family(world, 0)
    family(world, 1)
    move(world, ids)
    with world.store.read() as connection:
        hashes = state_hash(connection)
    assert set(hashes) == {"nation", *(str(school) for school in world.schools)}
    for place in (0, 1):
        laptop = world.laptop(place)
        laptop.pull()
        assert laptop_hash(world, laptop)[str(world.schools[place])] == hashes[str(world.schools[place])]
        assert laptop_hash(world, laptop)["nation"] == hashes["nation"]


def laptop_hash(world: World, laptop: Laptop) -> dict[str, str]:
    """The state hash of a real store filled with what the laptop holds."""
    import sqlcipher3
    from sqlalchemy import create_engine

    from emis_desktop.models import Base
    from emis_desktop.state_hash import state_hash as of_laptop

    engine = create_engine("sqlite+pysqlite://", module=sqlcipher3)
    rows: dict[tuple[str, UUID], dict[str, Stored]] = {}
    for (facet, row), values in laptop.rows.items():
        table = world.store.model.catalogue.facet(facet).table.name
        rows.setdefault((table, row), {}).update(values)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        for (table, row), values in rows.items():
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join("?" * len(values))
            connection.exec_driver_sql(
                f'INSERT INTO "{table}" (id, {names}) VALUES (?, {marks})', (row.bytes, *values.values())
            )
        return of_laptop(connection, Base.metadata)


def test_an_old_cursor_brings_nothing_of_who_has_left(world: World) -> None:
    """The log told the first school everything; a laptop that asks from its start gets what is its now."""
    ids = family(world, 0)
    move(world, ids)
    new = world.laptop(0)
    told = {(entry.facet, entry.row) for entry in new.pull() if entry.values}
    assert told & {("person", ids["pupil"]), ("enrolment", ids["enrolment"])}
    hidden = ("person.contact", "health_note", "person_note", "person_contact", "guardianship")
    assert [one for one in told if one[0] in hidden] == []
    assert ("person", ids["guardian"]) not in told
    assert ("person.contact", ids["pupil"]) in new.dropped


def test_a_system_administrator_who_asks_for_a_pupil_by_id_gets_nobody(world: World) -> None:
    ids = family(world, 0)
    teacher = world.id()
    named = world.insert("person", teacher, given_names="Form", family_name="Teacher")
    user = world.insert(
        "user",
        world.id(),
        name="Form Teacher",
        role="teacher",
        institution_id=world.schools[0],
        person_id=teacher,
    )
    assert world.laptop(0).send(named, user).not_applied == {}
    administrator = world.laptop(None, Role.SYSTEM_ADMINISTRATOR)
    wanted = (("person", ids["pupil"]), ("person", teacher), ("person.contact", teacher))
    with world.store.read() as connection:
        found = repair.rows(connection, administrator.rights, RowsAsked(0, (), (), wanted))
    assert [(one.facet, one.row) for one in decode_page(found.body).entries] == [("person", teacher)]
