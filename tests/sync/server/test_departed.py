"""What a school still holds of a pupil who left it while the server had lost that; what it could make up."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from emis_desktop.rules.ids import natural_id
from sync.operations import EntryKind, Op, Page
from sync.server import repair
from sync.server.bringing_back import after_restore
from sync.server.database import Store
from sync.server.office import Office
from tests.helpers.restored import kept, put_back
from tests.helpers.server_world import Laptop, Value, World
from tests.sync.server.test_lost_rows import give_back
from tests.sync.server.test_repair import answers, ask, digests_fit
from tests.sync.server.test_visibility import family, move

LINK: dict[str, Value] = {"relation": "parent", "priority": 1, "may_collect": 1, "court_order": 0}


@pytest.fixture
def store(office: Office) -> Store:
    """The records of a server that was set up."""
    return office.store


def simple(world: World) -> dict[str, UUID]:
    """A pupil of the first school of whom nothing else is known."""
    pupil, enrolment, ops = world.pupil(0)
    assert world.laptop(0).send(*ops).not_applied == {}
    return {"pupil": pupil, "enrolment": enrolment}


def everything_of(world: World, pupil: UUID) -> dict[str, Op]:
    """What a school may know of a pupil beside name and enrolment."""
    guardian, insert = world.id(), world.insert
    link = {"student_id": pupil, "guardian_id": guardian, **LINK}
    phone = {"person_id": guardian, "kind": "phone", "value": "0", "priority": 1}
    return {
        "address": insert("person.contact", pupil, address="1 Bay Street"),
        "note": insert("person_note", world.id(), person_id=pupil, written_on="2026-10-01", text="kept"),
        "health": insert("health_note", pupil, person_id=pupil, sealed=b"kept"),
        "guardian": insert("person", guardian, given_names="Guardian", family_name="Test"),
        "link": insert("guardianship", natural_id("guardianship", pupil, guardian), **link),
        "phone": insert("person_contact", world.id(), **phone),
    }


def held_by_a_colleague(world: World, ids: dict[str, UUID]) -> tuple[Laptop, dict[str, Op]]:
    """All that is written of the pupil, and two addresses that met; its author is seen no more."""
    author, rival, colleague = world.laptop(0), world.laptop(0), world.laptop(0)
    made = everything_of(world, ids["pupil"])
    assert author.send(*made.values()).not_applied == {}
    rival.pull()
    assert author.send(world.edit("person.contact", ids["pupil"], address="2 Bay Street")).not_applied == {}
    rival.send(world.edit("person.contact", ids["pupil"], address="3 Bay Street"))
    colleague.pull()
    (met,) = colleague.holds("conflict").values()
    assert met["sensitivity"] == "contact"
    return colleague, made


def settle(world: World, laptop: Laptop) -> None:
    """Offer as often as something is asked for; it ends, and the laptop holds what it should."""
    laptop.cursor = 0  # of the history that is lost, as are the numbers
    laptop.seqs.clear()
    laptop.pull()
    for _ in range(2):
        give_back(world, laptop)
        laptop.pull()
    assert ask(world, laptop).found.unknown == ()
    assert digests_fit(world, laptop)


def test_what_was_lost_of_a_pupil_who_left_comes_back_to_who_has_the_pupil_now(
    office: Office, world: World
) -> None:
    ids = simple(world)
    before = kept(office)
    colleague, made = held_by_a_colleague(world, ids)
    put_back(office, before)
    after_restore(office)
    move(world, ids)
    settle(world, colleague)
    new = world.laptop(1)
    new.pull()
    for op in made.values():
        assert (op.facet, op.row) in new.rows, op.facet
        assert new.rows[op.facet, op.row].get("deleted_at") is None
    assert new.value("person.contact", ids["pupil"], "address") == "3 Bay Street"
    assert [one["other"] for one in new.holds("conflict").values()] == ["2 Bay Street"]
    assert digests_fit(world, new)
    for name in ("address", "note", "health", "link", "phone"):
        assert (made[name].facet, made[name].row) not in colleague.rows, name
    assert colleague.holds("conflict") == {}


def test_what_was_lost_with_a_pupil_whom_nobody_had_known_comes_back_as_well(
    office: Office, world: World
) -> None:
    before = kept(office)
    ids = simple(world)
    colleague, made = held_by_a_colleague(world, ids)
    move(world, ids)
    newer = world.laptop(1)
    newer.pull()
    for name in ("note", "health"):
        del newer.rows[made[name].facet, made[name].row]  # only the former school still has these
    put_back(office, before)
    after_restore(office)
    settle(world, newer)
    settle(world, colleague)
    new = world.laptop(1)
    new.pull()
    for name, field, value in (("note", "text", "kept"), ("health", "sealed", b"kept")):
        came = new.rows[made[name].facet, made[name].row]
        assert (came[field], came["deleted_at"]) == (value, None)
    assert digests_fit(world, new)


def test_where_the_server_cannot_know_who_has_the_pupil_now_decides(office: Office, world: World) -> None:
    """The takeover came while nobody had noticed yet that the server had been put back."""
    ids = simple(world)
    before = kept(office)
    colleague, made = held_by_a_colleague(world, ids)
    put_back(office, before)
    move(world, ids)
    after_restore(office)
    settle(world, colleague)
    new = world.laptop(1)
    new.pull()
    assert new.value("person_note", made["note"].row, "deleted_at") is not None
    assert new.value("person.contact", ids["pupil"], "address") is None
    cards = {(one["table_name"], one["kind"]): one for one in new.holds("conflict").values()}
    assert cards["person", "proposal"]["other"] == "3 Bay Street"
    assert {("person_note", "delete"), ("health_note", "delete"), ("person", "info")} <= cards.keys()
    assert new.send(world.edit("person_note", made["note"].row, deleted_at=None)).not_applied == {}
    fresh = world.laptop(1)
    fresh.pull()
    assert fresh.value("person_note", made["note"].row, "text") == "kept"
    assert fresh.value("person_note", made["note"].row, "deleted_at") is None
    assert digests_fit(world, fresh)
    assert colleague.holds("conflict") == {}


def test_an_enrolment_of_its_own_comes_back_and_both_schools_are_asked(office: Office, world: World) -> None:
    ids = simple(world)
    left = world.edit("enrolment", ids["enrolment"], ends_on="2026-09-10", exit="left")
    author, colleague = world.laptop(0), world.laptop(0)
    author.pull()
    assert author.send(left).not_applied == {}
    before = kept(office)
    host = world.enrol(world.id(), ids["pupil"], 0, starts_on="2026-09-15")
    assert author.send(host).not_applied == {}
    colleague.pull()
    assert colleague.holds("conflict") == {}
    put_back(office, before)
    after_restore(office)
    world.ministry.send(world.enrol(world.id(), ids["pupil"], 1, starts_on="2026-10-11"))
    settle(world, colleague)
    new = world.laptop(1)
    new.pull()
    for reader in (new, colleague):
        assert reader.value("enrolment", host.row, "deleted_at") is None
        assert "one_enrolment" in {one["field"] for one in reader.holds("conflict").values()}
        assert digests_fit(world, reader)


def lost_at_all(office: Office, world: World, *, restored: bool) -> tuple[dict[str, UUID], Laptop]:
    """A pupil who left long before the server went back, if it did; a laptop of the former school."""
    ids = family(world, 0)
    move(world, ids)
    if restored:
        after_restore(office)
    former = world.laptop(0)
    former.pull()
    return ids, former


def test_of_who_left_before_the_loss_a_school_makes_up_nothing_that_is_in_force(
    office: Office, world: World
) -> None:
    ids, forger = lost_at_all(office, world, restored=True)
    made = everything_of(world, ids["pupil"])
    back = world.enrol(world.id(), ids["pupil"], 0, starts_on="2026-10-12")
    give_back(world, forger, made_up=(*made.values(), back))
    told = forger.pull()
    new, again = world.laptop(1), world.laptop(0)
    new.pull()
    again.pull()
    for name in ("note", "link"):
        assert new.rows[made[name].facet, made[name].row]["deleted_at"] is not None, name
    assert new.value("person.contact", ids["pupil"], "address") == "1 Bay Street"
    assert new.value("health_note", ids["pupil"], "sealed") == b"x"
    seen = {(one["table_name"], one["field"]) for one in new.holds("conflict").values()}
    assert {("person_note", "deleted_at"), ("health_note", "sealed")} <= seen
    assert again.holds("person_contact") == {}
    assert again.holds("person.contact") == {}
    assert not {one.facet for one in told if one.values} & {"person_note", "health_note", "person.contact"}
    for reader in (forger, new, again):
        assert digests_fit(world, reader)


def test_without_a_loss_a_former_school_brings_nothing_at_all(office: Office, world: World) -> None:
    ids, former = lost_at_all(office, world, restored=False)
    made = everything_of(world, ids["pupil"])
    names = ("note", "health", "link", "address")
    assert give_back(world, former, made_up=tuple(made[name] for name in names)) == 0
    new = world.laptop(1)
    new.pull()
    assert made["note"].row not in new.holds("person_note")
    assert {one["table_name"] for one in new.holds("conflict").values()} <= {"person"}


def test_a_guardian_is_not_made_up_for_who_has_left(office: Office, world: World) -> None:
    """Else the pupil's new school would hold the record of anybody whose id it can name there."""
    ids = simple(world)
    theirs = family(world, 1)
    before = kept(office)
    put_back(office, before)
    after_restore(office)
    move(world, ids)
    somebody = theirs["guardian"]
    link = natural_id("guardianship", ids["pupil"], somebody)
    forged = world.insert("guardianship", link, student_id=ids["pupil"], guardian_id=somebody, **LINK)
    assert give_back(world, world.laptop(0), made_up=(forged,)) == 0


@pytest.mark.parametrize("noticed", [True, False])
def test_a_guardian_who_left_with_a_brother_is_the_sisters_again(
    office: Office, world: World, noticed: bool
) -> None:
    """It holds that record again where it is certain that it did then; else once it has said so itself."""
    ids, sister = family(world, 0), simple(world)["pupil"]
    before = kept(office)
    link = natural_id("guardianship", sister, ids["guardian"])
    lost = world.insert("guardianship", link, student_id=sister, guardian_id=ids["guardian"], **LINK)
    assert world.laptop(0).send(lost).not_applied == {}
    colleague = world.laptop(0)
    colleague.pull()
    put_back(office, before)
    if noticed:
        after_restore(office)
    move(world, ids)
    if not noticed:
        after_restore(office)
    settle(world, colleague)
    fresh = world.laptop(0)
    fresh.pull()
    assert (fresh.value("guardianship", link, "deleted_at") is None) is noticed
    assert (ids["phone"] in fresh.holds("person_contact")) is noticed
    if not noticed:
        (card,) = fresh.holds("conflict").values()
        assert (card["kind"], card["row_id"]) == ("delete", link.bytes)
        assert fresh.send(world.edit("guardianship", link, deleted_at=None)).not_applied == {}
        fresh.pull()
        assert ids["phone"] in fresh.holds("person_contact")
    assert digests_fit(world, fresh)


def test_what_was_edited_of_a_pupil_who_left_is_heard_before_it_is_let_go(
    office: Office, world: World
) -> None:
    ids = family(world, 0)
    author, colleague = world.laptop(0), world.laptop(0)
    author.pull()
    before = kept(office)
    assert author.send(world.edit("person_note", ids["note"], text="later")).not_applied == {}
    colleague.pull()
    put_back(office, before)
    after_restore(office)
    move(world, ids)
    assert answers(world, colleague, "person_note", [ids["note"]]) == [{"unknown"}]
    made, edited = (one for one in colleague.entries if one.row == ids["note"])
    values = {**made.values, **edited.values}
    given = replace(made, seq=9, values=values, ticks={"text": edited.tick}, verb="offer")
    with world.store.write() as connection:
        repair.offers(connection, colleague.rights, Page(0, 0, 0, (given,), ()), world.now)
    colleague.cursor = 0
    assert [one.kind for one in colleague.pull() if one.row == ids["note"]][-1] == EntryKind.DROP
    new = world.laptop(1)
    new.pull()
    assert new.value("person_note", ids["note"], "text") == "x"
    assert [(one["kind"], one["other"]) for one in new.holds("conflict").values()] == [("proposal", "later")]


def test_whether_there_is_a_note_of_health_is_not_told_to_a_former_school(
    office: Office, world: World
) -> None:
    pupils = []
    for _ in range(2):
        ids = simple(world)
        move(world, ids)
        pupils.append(ids["pupil"])
    new, former = world.laptop(1), world.laptop(0)
    noted = world.insert("health_note", pupils[0], person_id=pupils[0], sealed=b"x")
    assert new.send(noted).not_applied == {}
    after_restore(office)
    former.pull()
    assert answers(world, former, "health_note", pupils) == [{"unknown"}, {"unknown"}]
    forged = [world.insert("health_note", pupil, person_id=pupil, sealed=b"made up") for pupil in pupils]
    give_back(world, former, made_up=tuple(forged))
    told = [(one.row, str(one.kind)) for one in former.pull() if one.facet == "health_note"]
    assert sorted(told) == sorted((pupil, "drop") for pupil in pupils)
    new.pull()
    assert new.value("health_note", pupils[0], "sealed") == b"x"


def test_nobody_else_brings_anything_of_that_pupil(office: Office, world: World) -> None:
    ids = simple(world)
    before = kept(office)
    put_back(office, before)
    after_restore(office)
    move(world, ids)
    other, _, ops = world.pupil(1)
    world.laptop(1).send(*ops)
    made = everything_of(world, other)
    forged = tuple(made[name] for name in ("note", "health", "address"))
    assert give_back(world, world.laptop(0), made_up=forged) == 0
