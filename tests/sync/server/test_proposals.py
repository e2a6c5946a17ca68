"""Whoever sees a pupil may propose; only the office accepts or declines, whatever a program sends."""

from emis_desktop.rules.rights import Role
from tests.helpers.server_world import World


def test_a_teacher_proposes_and_the_office_decides(world: World) -> None:
    office = world.laptop(0)
    person, _, ops = world.pupil(0)
    office.send(*ops)
    teacher, mine = world.id(), world.laptop(0, Role.TEACHER)
    office.send(
        world.insert("user", teacher, name="A teacher", role="teacher", institution_id=world.schools[0])
    )
    mine.pull()
    values = {
        "person_id": person,
        "institution_id": world.schools[0],
        "field_name": "address",
        "source": "parent",
        "received_on": "2026-11-20",
    }
    proposal = world.id()
    said = mine.batch(world.insert("proposal", proposal, **values), user=teacher)
    assert mine.deliver(said).not_applied == {}
    decided = {"decision": "accepted", "decided_on": "2026-11-20"}
    taken = mine.batch(world.edit("proposal", proposal, **decided), user=teacher)
    assert {answer.reason for answer in mine.deliver(taken).not_applied.values()} == {"right"}
    forged = mine.batch(world.insert("proposal", world.id(), **values, **decided), user=teacher)
    assert {answer.reason for answer in mine.deliver(forged).not_applied.values()} == {"right"}
    office.pull()
    assert office.send(world.edit("proposal", proposal, **decided)).not_applied == {}
    mine.pull()
    assert mine.value("proposal", proposal, "decision") == "accepted"


def test_another_school_proposes_nothing(world: World) -> None:
    office, stranger = world.laptop(0), world.laptop(1)
    person, _, ops = world.pupil(0)
    office.send(*ops)
    values = {"person_id": person, "institution_id": world.schools[0], "field_name": "address"}
    op = world.insert("proposal", world.id(), **values, source="form", received_on="2026-11-20")
    assert stranger.send(op).not_applied[0].reason == "not_yours"
