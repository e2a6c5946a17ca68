"""Two records of one pupil: who receives what once they are merged; what laptops may say about them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from emis_desktop.rules.aliases import older, pair_id
from sync.operations import Ack, Op
from sync.server.raw import Raw
from tests.helpers.server_world import Laptop, Value, World

KNOWN = {"given_names": "Mary Ann", "family_name": "Testcase", "birth_date": "2016-03-04"}


def reason(ack: Ack) -> str:
    """Why the first operation was not applied; empty where it was."""
    return ack.not_applied[0].reason if 0 in ack.not_applied else ""


def answer(world: World, one: UUID, another: UUID, **changes: Value) -> Op:
    """A laptop says that these are two people."""
    first, newer = older(one, another)
    values: dict[str, Value] = {
        "table_name": "person",
        "row_id": newer,
        "field": "likeness",
        "kind": "duplicate",
        "sensitivity": "basic",
        "other": first,
        "decision": "different",
        "decided_at": world.now,
        **changes,
    }
    return world.insert("conflict", pair_id(one, another), **values)


def conflicts(world: World) -> list[tuple[object, ...]]:
    with world.store.read() as connection:
        return Raw(connection).rows("SELECT kind, decision FROM conflict WHERE deleted_at IS NULL")


@pytest.fixture
def two(world: World) -> tuple[Laptop, Laptop, UUID, UUID]:
    """The same child on record at two schools; both schools are asked."""
    here, there = world.laptop(0), world.laptop(1)
    old, _, ops = world.pupil(0, **KNOWN)
    phone = {"kind": "phone", "value": "473 440 0101", "priority": 1}
    here.send(*ops, world.insert("person_contact", world.id(), person_id=old, **phone))
    new, _, more = world.pupil(1, **{**KNOWN, "given_names": "Mary-Ann"})
    there.send(*more, world.insert("person_contact", world.id(), person_id=new, **phone))
    here.pull()
    there.pull()
    return here, there, old, new


def test_the_schools_of_both_records_see_both_once_they_are_merged(
    world: World, two: tuple[Laptop, Laptop, UUID, UUID]
) -> None:
    here, there, old, new = two
    assert len(here.holds("person_contact")) == len(there.holds("person_contact")) == 1
    assert reason(there.send(world.edit("person", new, alias_of_id=old))) == ""
    for laptop in two[:2]:
        laptop.pull()
        assert {old, new} <= laptop.holds("person").keys()
        assert len(laptop.holds("person_contact")) == 2
        assert len(laptop.holds("enrolment")) == 2


def test_a_merged_pupil_on_two_rolls_is_told_to_both_schools(
    world: World, two: tuple[Laptop, Laptop, UUID, UUID]
) -> None:
    here, there, old, new = two
    there.send(world.edit("person", new, alias_of_id=old))
    for laptop in (here, there):
        laptop.pull()
        assert "one_enrolment" in {str(one["field"]) for one in laptop.holds("conflict").values()}


def test_parted_again_each_school_has_its_own(world: World, two: tuple[Laptop, Laptop, UUID, UUID]) -> None:
    here, there, old, new = two
    there.send(world.edit("person", new, alias_of_id=old))
    here.pull()
    there.pull()
    assert reason(here.send(world.edit("person", new, alias_of_id=None))) == ""
    for laptop in two[:2]:
        laptop.pull()
        assert len(laptop.holds("person_contact")) == 1
        assert len(laptop.holds("enrolment")) == 1
    assert {old, new} <= here.holds("person").keys(), "as long as it is asked about, the names are seen"


def test_whoever_comes_later_with_a_row_of_the_double_reaches_both_schools(
    world: World, two: tuple[Laptop, Laptop, UUID, UUID]
) -> None:
    here, there, old, new = two
    there.send(world.edit("person", new, alias_of_id=old))
    here.pull()
    here.send(world.insert("person_note", world.id(), person_id=new, written_on="2026-10-01", text="Seen"))
    there.pull()
    assert len(there.holds("person_note")) == 1


def test_nobody_opens_a_record_elsewhere_by_a_merge_that_was_not_asked_about(world: World) -> None:
    here, there = world.laptop(0), world.laptop(1)
    old, _, ops = world.pupil(0, **KNOWN)
    here.send(*ops)
    own, _, more = world.pupil(1, given_names="Somebody", family_name="Else", birth_date="2015-01-01")
    new, _, asked = world.pupil(1, **KNOWN)
    there.send(*more, *asked)
    there.pull()
    assert old in there.holds("person"), "asked about another pupil, the name is seen"
    assert reason(there.send(world.edit("person", own, alias_of_id=old))) == "not_yours"
    there.pull()
    here.pull()
    assert reason(there.send(world.edit("person", new, alias_of_id=old))) == ""


def test_a_ring_is_nobodys_end(world: World, two: tuple[Laptop, Laptop, UUID, UUID]) -> None:
    _here, there, old, new = two
    there.send(world.edit("person", new, alias_of_id=old))
    world.ministry.pull()
    assert reason(world.ministry.send(world.edit("person", old, alias_of_id=new))) == ""
    for laptop in two[:2]:
        laptop.pull()
        assert len(laptop.holds("enrolment")) == 2
    assert reason(world.ministry.send(world.edit("person", old, alias_of_id=None))) == ""


def test_two_laptops_say_the_same_and_it_is_one_row(world: World) -> None:
    first, second = world.laptop(0), world.laptop(0)
    one, _, ops = world.pupil(0, given_names="Ann", family_name="Testcase", birth_date="2016-03-04")
    other, _, more = world.pupil(0, given_names="Bea", family_name="Sample", birth_date="2016-08-04")
    first.send(*ops, *more)
    second.pull()
    assert reason(first.send(answer(world, one, other))) == ""
    assert reason(second.send(answer(world, other, one))) == ""
    assert conflicts(world) == [("duplicate", "different")]
    taken_back = world.edit("conflict", pair_id(one, other), deleted_at=world.now)
    first.pull()
    assert reason(first.send(taken_back)) == ""
    assert conflicts(world) == []


def test_only_an_answer_is_taken_and_only_about_ones_own(
    world: World, two: tuple[Laptop, Laptop, UUID, UUID]
) -> None:
    here, there, old, new = two
    own, _, ops = world.pupil(0, given_names="Bea", family_name="Sample", birth_date="2016-08-04")
    here.send(*ops)
    for changes in (
        {"decision": "same"},
        {"decided_at": None},
        {"kind": "info"},
        {"held": b"x"},
        {"field": "number"},
        {"other": own},
        {"other": "text"},
    ):
        forged = answer(world, own, old, **changes)  # type: ignore[arg-type]
        if changes == {"other": own}:  # of one pupil alone
            forged = replace(forged, values={**forged.values, "row_id": own.bytes})
        assert reason(here.send(forged)) == "server_only", changes
    assert reason(there.send(answer(world, own, new))) == "not_yours"
    (asked,) = (row for row, values in here.holds("conflict").items() if values["kind"] == "duplicate")
    assert reason(here.send(world.edit("conflict", asked, deleted_at=world.now))) == "server_only"


def test_who_was_said_to_be_two_people_is_not_asked_about_again(world: World) -> None:
    here = world.laptop(0)
    one, _, ops = world.pupil(0, **KNOWN)
    other, _, more = world.pupil(0, **KNOWN)
    here.send(*ops)
    assert reason(here.send(*more, answer(world, one, other))) == ""
    assert conflicts(world) == [("duplicate", "different")]
