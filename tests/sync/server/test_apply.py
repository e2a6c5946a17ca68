"""What becomes of a batch: applied once, whole or parked whole; what meets is merged and journalled."""

from dataclasses import replace
from uuid import UUID

import pytest

from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Role, SensitivityClass
from sync.operations import Act, Batch, EntryKind, Op, Outcome
from sync.server import feed, set_aside
from sync.server.apply import apply_checked, forget_answers
from sync.server.apply_check import check_batch
from sync.server.raw import Raw
from tests.helpers.server_world import SUBJECT, TERM, Laptop, World, outcomes

YEARS_MS = 10 * 365 * 24 * 3_600_000


def conflicts(world: World, laptop: Laptop | None = None) -> list[dict[str, object]]:
    """The journal as the ministry (or a laptop) has it."""
    reader = laptop or world.ministry
    reader.pull()
    return list(reader.holds("conflict").values())


def test_a_batch_is_applied_once_and_answered_twice(world: World) -> None:
    laptop = world.laptop(0)
    person, _, ops = world.pupil(0, given_names="Ada")
    batch = laptop.batch(*ops)
    ack = laptop.deliver(batch)
    assert ack.not_applied == {}
    assert world.store.apply(laptop.rights, batch, world.now + 5) == ack
    with world.store.read() as connection:
        assert feed.place(connection).head == ack.first + 1
        assert Raw(connection).rows("SELECT given_names FROM person") == [("Ada",)]
        assert Raw(connection).rows("SELECT count(*) FROM change_log WHERE facet = 'person'") == [(1,)]
    assert world.ministry.pull()[0].row == person


def test_what_goes_in_comes_out_as_it_was(world: World) -> None:
    laptop, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0, given_names="Zoë", birth_date="2016-02-29", synthetic=1)
    item, mark = world.id(), world.id()
    made = [
        *ops,
        world.insert("person.contact", person, address="1 Bay Street"),
        world.insert(
            "assessment_item",
            item,
            institution_id=world.schools[0],
            grade_id=natural_id("education_grade", "G1"),
            subject_id=SUBJECT,
            term_id=TERM,
            code="Q1",
            name="Quiz",
            part="coursework",
            maximum=20_000,
            weight=12_345,
            position=1,
            state="open",
        ),
        world.insert("mark", mark, student_id=person, item_id=item, state="scored", value=12_500),
        world.insert("health_note", person, person_id=person, sealed=b"\0\xff"),
    ]
    assert laptop.send(*made).not_applied == {}
    other.pull()
    for op in made:
        assert other.rows[op.facet, op.row] == dict(op.values)
    assert person not in {entry.row for entry in laptop.pull()}  # its own is not told again
    restored = Laptop(world, laptop.rights.__class__(*_next_generation(laptop)), laptop.user)
    restored.pull()
    assert restored.rows == other.rows


def _next_generation(laptop: Laptop) -> tuple[object, ...]:
    rights = laptop.rights
    return (
        rights.site,
        2,
        rights.actor + 1,
        rights.node,
        rights.classes,
        rights.role,
        rights.institution,
        rights.name,
    )


def test_two_fields_of_one_record_edited_on_two_laptops_are_both_kept(world: World) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0)
    one.send(*ops)
    other.pull()
    assert one.send(world.edit("person", person, birth_place="Here")).not_applied == {}
    assert other.send(world.edit("person", person, transport="Bus")).not_applied == {}
    one.pull()
    other.pull()
    for laptop in (one, other):
        assert laptop.value("person", person, "birth_place") == "Here"
        assert laptop.value("person", person, "transport") == "Bus"
    assert conflicts(world) == []


@pytest.mark.parametrize(("ahead", "wins"), [(0, True), (-YEARS_MS, False), (YEARS_MS, True)])
def test_of_concurrent_edits_the_later_is_in_force_and_the_other_is_journalled(
    world: World, ahead: int, wins: bool
) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0, transport="Foot")
    one.send(*ops)
    other.pull()
    one.send(world.edit("person", person, transport="Bus"))
    ack = other.send(world.edit("person", person, transport="Boat"), ahead_ms=ahead)
    assert outcomes(ack) == ({} if wins else {0: Outcome.KEPT})
    one.pull()
    other.pull()
    expected = "Boat" if wins else "Bus"
    assert one.value("person", person, "transport") == other.value("person", person, "transport") == expected
    (conflict,) = conflicts(world)
    assert conflict["kind"] == "info"
    assert {conflict["held"], conflict["other"]} == {"Bus", "Boat"}
    assert conflict["held"] == expected
    assert conflict["before"] == "Foot"
    assert conflict["held_site" if wins else "other_site"] == other.rights.name
    assert one.holds("conflict") == other.holds("conflict") == world.ministry.holds("conflict")


def test_a_clock_far_ahead_does_not_win_against_later_edits(world: World) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0, transport="Foot")
    one.send(*ops)
    other.pull()
    one.send(world.edit("person", person, transport="Future"), ahead_ms=YEARS_MS)
    assert other.send(world.edit("person", person, transport="Present")).not_applied == {}
    one.pull()
    assert one.value("person", person, "transport") == "Present"


@pytest.mark.parametrize("told", [False, True], ids=["", "and its author hears of it by the log"])
@pytest.mark.parametrize("followed", [False, True], ids=["what stands", "what was replaced since"])
def test_a_copy_that_sends_late_what_the_original_wrote_over_does_not_win_by_its_receipt(
    world: World, followed: bool, told: bool
) -> None:
    """Seed 7009: of a clock years ahead only the order of its stamps is true."""
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0, transport="Foot")
    one.send(*ops)
    other.pull()
    of_copy = one.batch(world.edit("person", person, transport="Bus"), ahead_ms=YEARS_MS)
    of_both = one.batch(world.edit("person", person, transport="Boat"), ahead_ms=YEARS_MS)
    with world.store.write() as connection:
        checked = check_batch(world.store.model, one.rights, of_both)
        assert apply_checked(connection, checked, world.now, later=told).not_applied == {}
    stands = "Boat"
    if followed:
        stands = "Train"
        other.pull()
        assert other.send(world.edit("person", person, transport=stands)).not_applied == {}
    world.now += 60_000
    assert outcomes(one.deliver(of_copy)) == {0: Outcome.KEPT}
    other.pull()
    assert other.value("person", person, "transport") == stands
    assert [(each["held"], each["other"]) for each in conflicts(world)] == [(stands, "Bus")]
    assert one.send(world.edit("person", person, transport="Plane"), ahead_ms=YEARS_MS).not_applied == {}


def test_a_copy_that_wrote_after_the_original_is_the_later_one_though_both_clocks_are_years_ahead(
    world: World,
) -> None:
    one = world.laptop(0)
    person, _, ops = world.pupil(0, transport="Foot")
    one.send(*ops)
    first = one.batch(world.edit("person", person, transport="Bus"), ahead_ms=YEARS_MS)
    second = one.batch(world.edit("person", person, transport="Boat"), ahead_ms=YEARS_MS)
    one.deliver(first)
    world.now += 60_000
    assert one.deliver(second).not_applied == {}
    assert [(each["held"], each["other"]) for each in conflicts(world)] == [("Boat", "Bus")]


def test_what_the_original_sent_does_not_come_from_its_copy_over_the_edit_that_followed_it(
    world: World,
) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0, transport="Foot")
    one.send(*ops)
    batch = one.batch(world.edit("person", person, transport="Bus"), ahead_ms=YEARS_MS)
    one.deliver(batch)
    other.pull()
    assert other.send(world.edit("person", person, transport="Boat")).not_applied == {}
    world.now += 60_000
    of_copy = replace(batch, id=world.random.randbytes(16))
    assert outcomes(one.deliver(of_copy)) == {0: Outcome.KEPT}
    other.pull()
    assert other.value("person", person, "transport") == "Boat"


@pytest.mark.parametrize("followed", [False, True], ids=["what stands", "what was replaced since"])
def test_what_was_lost_here_does_not_come_again_over_the_edit_that_followed_it_by_a_later_receipt(
    world: World, followed: bool
) -> None:
    """Seed 7136: sent again by an author whose clock is still ahead, behind who had seen it."""
    one, other, third = (world.laptop(0) for _ in range(3))
    person, _, ops = world.pupil(0, transport="Foot")
    one.send(*ops)
    other.pull()
    lost = one.batch(world.edit("person", person, transport="Bus"), ahead_ms=YEARS_MS)
    other.take("person", person, "transport", "Bus", lost.clock(lost.ops[0]), other.cursor + 1)
    assert other.send(world.edit("person", person, transport="Boat")).not_applied == {}
    if followed:
        third.pull()
        third.send(world.edit("person", person, transport="Train"))
    world.now += 60_000
    assert outcomes(one.deliver(lost)) == {0: Outcome.KEPT}
    third.pull()
    assert third.value("person", person, "transport") == ("Train" if followed else "Boat")


def test_what_waited_for_a_row_does_not_go_over_what_its_author_wrote_since(world: World) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0, transport="Foot")
    one.send(*ops)
    other.pull()
    _item, _mark, (item, mark) = item_and_mark(world, person)
    waits = one.send(world.edit("person", person, transport="Bus"), mark, ahead_ms=YEARS_MS)
    assert outcomes(waits) == {0: Outcome.PARKED, 1: Outcome.PARKED}
    one.send(world.edit("person", person, transport="Boat"), ahead_ms=YEARS_MS)
    assert other.send(item).not_applied == {}
    other.pull()
    assert len(other.holds("mark")) == 1
    assert other.value("person", person, "transport") == "Boat"


def test_what_the_server_lost_does_not_come_back_over_the_edit_that_replaced_it(world: World) -> None:
    """Though that went back to the very value that the server still has."""
    one, other, third = world.laptop(0), world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0, transport="Foot")
    one.send(*ops)
    other.pull()
    lost = other.batch(world.edit("person", person, transport="Bus"))
    one.take("person", person, "transport", "Bus", lost.clock(lost.ops[0]), other.cursor + 1)
    assert one.send(world.edit("person", person, transport="Foot")).not_applied == {}
    third.pull()
    assert outcomes(other.deliver(lost)) == {0: Outcome.KEPT}
    assert third.send(world.edit("person", person, transport="Boat")).not_applied == {}
    world.ministry.pull()
    assert world.ministry.value("person", person, "transport") == "Boat"
    assert [(each["held"], each["other"]) for each in conflicts(world)] == [("Foot", "Bus")]


def test_a_guarded_name_becomes_one_proposal_a_field_and_author(world: World) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0, given_names="Ann")
    one.send(*ops)
    other.pull()
    one.send(world.edit("person", person, given_names="Anne"))
    for name in ("Anna", "Hannah"):
        other.clocks["person", person, "given_names"] = one.clocks["person", person, "family_name"]
        ack = other.send(world.edit("person", person, given_names=name))
        assert outcomes(ack) == {0: Outcome.PROPOSED}
        assert ack.not_applied[0].values == {"given_names": "Anne"}
        other.pull()  # its author sees what waits, and proposes better
    (conflict,) = conflicts(world)
    assert (conflict["kind"], conflict["held"], conflict["other"]) == ("proposal", "Anne", "Hannah")
    other.pull()
    assert other.value("person", person, "given_names") == "Anne"
    assert other.send(world.edit("person", person, given_names="Hannah")).not_applied == {}
    one.pull()
    assert one.value("person", person, "given_names") == "Hannah"


def test_a_proposal_that_its_author_had_not_seen_stays_beside_the_next(world: World) -> None:
    """Two copies of one store, not known for copies yet: the same person, under the same number."""
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0, given_names="Ann")
    one.send(*ops)
    other.pull()
    one.send(world.edit("person", person, given_names="Anne"))
    batches = [
        other.batch(world.edit("person", person, given_names=name)) for name in ("Anna", "Hannah", "Anna")
    ]
    for batch in batches:
        assert outcomes(world.store.apply(other.rights, batch, world.now)) == {0: Outcome.PROPOSED}
    assert sorted(str(one["other"]) for one in conflicts(world)) == ["Anna", "Anna", "Hannah"]
    world.store.apply(other.rights, batches[1], world.now)
    again = replace(batches[0], id=bytes(16))
    assert outcomes(world.store.apply(other.rights, again, world.now)) == {0: Outcome.PROPOSED}
    assert len(conflicts(world)) == 3, "what comes a second time, under another name even, is one proposal"


def test_a_proposal_sent_before_the_answer_to_the_last_replaces_it(world: World) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0, given_names="Ann")
    one.send(*ops)
    other.pull()
    one.send(world.edit("person", person, given_names="Anne"))
    first = other.batch(world.edit("person", person, given_names="Anna"))
    other.clocks["person", person, "given_names"] = first.clock(first.ops[0])
    second = other.batch(world.edit("person", person, given_names="Hannah"))
    for batch in (first, second, replace(first, id=bytes(16))):
        assert outcomes(world.store.apply(other.rights, batch, world.now)) == {0: Outcome.PROPOSED}
    (conflict,) = conflicts(world)
    assert conflict["other"] == "Hannah", "the older one comes again and changes nothing"


def test_a_proposal_that_was_decided_waits_no_more_when_it_is_sent_again(world: World) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0, given_names="Ann")
    one.send(*ops)
    other.pull()
    one.send(world.edit("person", person, given_names="Anne"))
    batch = other.batch(world.edit("person", person, given_names="Anna"))
    world.store.apply(other.rights, batch, world.now)
    one.pull()
    (conflict,) = one.holds("conflict")
    one.send(world.edit("conflict", conflict, decision="decline", decided_at=world.now))
    world.store.apply(other.rights, replace(batch, id=bytes(16)), world.now)
    (row,) = conflicts(world)
    assert row["decision"] == "decline"
    other.pull()
    other.clocks["person", person, "given_names"] = batch.clock(batch.ops[0])
    other.send(world.edit("person", person, given_names="Hannah"))
    (row,) = conflicts(world)
    assert (row["other"], row["decision"]) == ("Hannah", None), "a new proposal is to be decided anew"


def test_deleting_against_an_edit_that_was_not_seen(world: World) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0)
    one.send(*ops)
    other.pull()
    one.send(world.edit("person", person, transport="Bus"))
    ack = other.send(world.edit("person", person, deleted_at=world.now))
    assert outcomes(ack) == {0: Outcome.KEPT}
    (conflict,) = conflicts(world)
    assert (conflict["kind"], conflict["field"], conflict["held"]) == ("delete", "deleted_at", None)
    other.pull()
    assert other.value("person", person, "deleted_at") is None
    assert other.send(world.edit("person", person, deleted_at=world.now)).not_applied == {}
    one.pull()
    assert one.value("person", person, "deleted_at") is not None


def test_an_edit_of_a_person_deleted_elsewhere_brings_the_person_back(world: World) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0)
    one.send(*ops)
    other.pull()
    one.send(world.edit("person", person, deleted_at=world.now))
    assert other.send(world.edit("person", person, transport="Bus")).not_applied == {}
    one.pull()
    other.pull()
    for laptop in (one, other):
        assert laptop.value("person", person, "deleted_at") is None
        assert laptop.value("person", person, "transport") == "Bus"
    (conflict,) = conflicts(world)
    assert conflict["kind"] == "delete"


def item_and_mark(world: World, person: UUID, maximum: int = 20_000) -> tuple[UUID, UUID, list[Op]]:
    """An item and a mark of it."""
    item, mark = world.id(), world.id()
    return (
        item,
        mark,
        [
            world.insert(
                "assessment_item",
                item,
                institution_id=world.schools[0],
                grade_id=natural_id("education_grade", "G1"),
                subject_id=SUBJECT,
                term_id=TERM,
                code="Q1",
                name="Quiz",
                maximum=maximum,
                weight=1000,
            ),
            world.insert("mark", mark, student_id=person, item_id=item, state="scored", value=12_500),
        ],
    )


def test_a_mark_deleted_stays_deleted_and_a_mark_of_a_locked_item_becomes_a_proposal(world: World) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0)
    item, mark, more = item_and_mark(world, person)
    one.send(*ops, *more)
    other.pull()
    one.send(world.edit("mark", mark, deleted_at=world.now))
    assert other.send(world.edit("mark", mark, value=11_000)).not_applied == {}
    one.pull()
    assert one.value("mark", mark, "deleted_at") is not None
    assert [conflict["kind"] for conflict in conflicts(world)] == ["delete"]
    other.pull()
    one.send(world.edit("assessment_item", item, state="locked"))
    assert outcomes(other.send(world.edit("mark", mark, value=9_000))) == {0: Outcome.PROPOSED}
    late = world.insert("mark", world.id(), student_id=person, item_id=item, state="scored", value=1_000)
    ack = other.send(late)
    assert (ack.not_applied[0].outcome, ack.not_applied[0].reason) == (Outcome.REFUSED, "locked")
    assert sorted(str(one["kind"]) for one in conflicts(world, other)) == ["delete", "proposal", "rule"]
    reopened = Op(0, "assessment_item", item, False, {"state": "open"}, {}, {"state": 1})
    assert other.send(reopened).not_applied == {}
    other.pull()
    assert other.send(world.edit("mark", mark, value=9_000)).not_applied == {}


def test_an_act_waits_whole_until_its_row_comes_and_reaches_its_author(world: World) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0)
    item, mark, more = item_and_mark(world, person)
    ack = other.send(*more)
    assert outcomes(ack) == {0: Outcome.PARKED, 1: Outcome.PARKED}
    with world.store.read() as connection:
        assert Raw(connection).rows("SELECT count(*) FROM assessment_item") == [(0,)]
    assert one.send(*ops).not_applied == {}
    with world.store.read() as connection:
        assert Raw(connection).rows("SELECT count(*) FROM parked_act") == [(0,)]
    came = {(entry.facet, entry.row): entry for entry in other.pull()}
    assert came["mark", mark].kind is EntryKind.PUT
    assert came["mark", mark].tick.clock.actor == other.rights.actor
    assert ("assessment_item", item) in came
    assert one.pull()[-1].facet in {"mark", "assessment_item"}


def test_one_poisoned_record_is_set_aside_and_the_rest_goes_through(world: World) -> None:
    laptop = world.laptop(0)
    person, _, ops = world.pupil(0)
    bad = world.insert("person", world.id(), given_names="N\0l", family_name="x")
    needs_bad = world.insert(
        "person_contact", world.id(), person_id=bad.row, kind="phone", value="1", priority=1
    )
    worse = [
        world.insert("person", world.id(), given_names=7, family_name="x"),
        world.insert("person", world.id(), given_names="x", family_name="x", birth_date="2016-02-30"),
        world.insert("person", world.id(), family_name="x"),
        Op(0, "no_such_table", world.id(), True, {}),
        Op(9, "person", world.id(), True, {}),
        world.edit("enrolment", ops[1].row, person_id=world.id()),
    ]
    ack = laptop.send(*ops, bad, needs_bad, *worse)
    assert {index: answer.reason for index, answer in ack.not_applied.items()} == {
        2: "value",
        3: "depends",
        4: "value",
        5: "value",
        6: "incomplete",
        7: "unknown_facet",
        8: "bad",
        9: "key",
    }
    assert person in {entry.row for entry in world.ministry.pull()}
    with world.store.read() as connection:
        kept = {one.index: one for one in set_aside.listed(Raw(connection), laptop.rights.site)}
    assert kept.keys() == ack.not_applied.keys()
    assert kept[2].op == bad


def test_a_field_of_a_later_version_is_kept_and_the_rest_goes_through(world: World) -> None:
    laptop = world.laptop(0)
    person, _, ops = world.pupil(0)
    laptop.send(*ops)
    edit = Op(0, "person", person, False, {"transport": "Bus", "shoe_size": 31})
    assert laptop.send(edit).not_applied == {}
    with world.store.read() as connection:
        (kept,) = set_aside.listed(Raw(connection))
    assert (kept.reason, dict(kept.op.values)) == ("newer", {"shoe_size": 31})


def test_same_rows_made_twice_are_one(world: World) -> None:
    one, other = world.laptop(0), world.laptop(0)
    person, _, ops = world.pupil(0)
    item, mark, more = item_and_mark(world, person)
    one.send(*ops, *more)
    again = world.insert("mark", mark, student_id=person, item_id=item, state="scored", value=12_500)
    assert outcomes(other.send(again)) == {0: Outcome.SAME}
    better = world.insert("mark", mark, student_id=person, item_id=item, state="scored", value=13_000)
    assert outcomes(other.send(better)) == {0: Outcome.SAME}
    one.pull()
    assert one.value("mark", mark, "value") == 13_000
    assert [conflict["kind"] for conflict in conflicts(world)] == ["info"]


def test_rules_that_two_laptops_break_together_are_journalled(world: World) -> None:
    here, there = world.laptop(0), world.laptop(1)
    person, first, ops = world.pupil(0)
    here.send(*ops)
    leaves = {"ends_on": "2026-10-01", "exit": "transferred", "destination_id": world.schools[1]}
    here.send(world.edit("enrolment", first, **leaves))
    second = world.id()
    there.send(world.enrol(second, person, 1, starts_on="2026-10-01"))
    here.send(world.edit("enrolment", first, ends_on=None, exit=None, destination_id=None))
    (conflict,) = [one for one in conflicts(world) if one["kind"] == "rule"]
    assert (conflict["field"], conflict["row_id"]) == ("one_enrolment", first.bytes)
    assert conflict["other"] == f'[["enrolment", "{second.hex}"]]'
    here.pull()
    there.pull()
    assert len(here.holds("conflict")) == len(there.holds("conflict")) == 1
    _, _, more = item_and_mark(world, person, maximum=10_000)
    here.send(*more)
    assert "mark_maximum" in {str(one["field"]) for one in conflicts(world)}


def test_a_new_pupil_who_is_likely_on_record_elsewhere_is_asked_about_at_both_schools(world: World) -> None:
    here, there = world.laptop(0), world.laptop(1)
    known = {"given_names": "Mary Ann", "family_name": "Testcase", "birth_date": "2016-03-04"}
    old, _, ops = world.pupil(0, **known)
    here.send(*ops)
    new, _, more = world.pupil(1, **{**known, "given_names": "Mary-Ann"})
    stranger, _, others = world.pupil(1, given_names="Someone", family_name="Else", birth_date="2016-03-04")
    there.send(*more, *others)
    (conflict,) = conflicts(world)
    assert (conflict["kind"], conflict["field"]) == ("duplicate", "likeness")
    assert (conflict["row_id"], conflict["other"]) == (new.bytes, old.bytes)
    assert conflict["held"] == world.schools[1].bytes, "who asks: the school that has the newer record"
    here.pull()
    there.pull()
    assert here.holds("conflict") == there.holds("conflict") == world.ministry.holds("conflict")
    assert new in here.holds("person")
    assert stranger not in here.holds("person")
    assert old in there.holds("person")


@pytest.mark.parametrize("goes", ["known", "new"])
def test_the_question_whether_two_are_one_goes_along_with_either(world: World, goes: str) -> None:
    here, there = world.laptop(0), world.laptop(1)
    known = {"given_names": "Mary Ann", "family_name": "Testcase", "birth_date": "2016-03-04"}
    old, enrolled_old, ops = world.pupil(0, **known)
    here.send(*ops)
    new, enrolled_new, more = world.pupil(0, **{**known, "given_names": "Mary-Ann"})
    here.send(*more)
    there.pull()
    assert there.holds("conflict") == {}
    pupil, enrolled = (old, enrolled_old) if goes == "known" else (new, enrolled_new)
    leave = {"ends_on": "2026-10-10", "exit": "transferred", "destination_id": world.schools[1]}
    here.send(world.edit("enrolment", enrolled, **leave))
    there.send(world.enrol(world.id(), pupil, 1, starts_on="2026-10-11", previous_id=enrolled))
    there.pull()
    (conflict,) = conflicts(world)
    assert list(there.holds("conflict").values()) == [conflict]
    assert {old, new} <= set(there.holds("person"))


def test_a_mark_that_came_too_late_once_is_told_of_where_it_is_seen_now(world: World) -> None:
    here, there = world.laptop(0), world.laptop(1)
    person, enrolled, ops = world.pupil(0)
    item, _, more = item_and_mark(world, person)
    here.send(*ops, *more)
    here.send(world.edit("assessment_item", item, state="locked"))
    late = world.insert("mark", world.id(), student_id=person, item_id=item, state="scored", value=1_000)
    assert here.send(late).not_applied[0].reason == "locked"
    leave = {"ends_on": "2026-10-10", "exit": "transferred", "destination_id": world.schools[1]}
    here.send(world.edit("enrolment", enrolled, **leave))
    there.send(world.enrol(world.id(), person, 1, starts_on="2026-10-11", previous_id=enrolled))
    here.send(replace(world.edit("assessment_item", item, state="open"), reopens={"state": 1}), late)
    there.pull()
    assert late.row in there.holds("mark")
    assert list(there.holds("conflict").values()) == conflicts(world)


def test_equal_numbers_are_asked_about(world: World) -> None:
    here, there = world.laptop(0), world.laptop(1)
    old, _, ops = world.pupil(0)
    here.send(*ops, world.insert("person_identity", world.id(), person_id=old, kind="nsn", number="007"))
    new, _, more = world.pupil(1)
    there.send(*more, world.insert("person_identity", world.id(), person_id=new, kind="nsn", number="007"))
    (conflict,) = conflicts(world)
    assert (conflict["kind"], conflict["field"]) == ("duplicate", "number")


def test_an_edit_of_what_has_not_come_waits_and_is_judged_then(world: World) -> None:
    laptop, stranger = world.laptop(0), world.laptop(1)
    person, _, ops = world.pupil(0)
    note = world.id()
    edits = [world.edit("person", person, transport="Bus"), world.edit("person", person, transport="Boat")]
    tells = world.insert("person_note", note, person_id=person, written_on="2026-10-01", text="x")
    for one, op in ((laptop, edits[0]), (laptop, tells), (stranger, edits[1])):
        assert outcomes(one.send(op)) == {0: Outcome.PARKED}
    laptop.send(*ops)
    reader = world.laptop(0)
    reader.pull()
    assert reader.value("person", person, "transport") == "Bus"
    assert note in reader.holds("person_note")
    with world.store.read() as connection:
        assert [one.reason for one in set_aside.listed(Raw(connection))] == ["not_yours"]


def test_what_waited_for_a_pupil_of_another_school_goes_with_the_enrolment(world: World) -> None:
    here, there = world.laptop(0), world.laptop(1)
    person, _, ops = world.pupil(0)
    enrol = world.enrol(world.id(), person, 1, starts_on="2026-10-11")
    assert outcomes(there.send(enrol)) == {0: Outcome.PARKED}
    assert outcomes(there.send(world.edit("person", person, transport="Bus"))) == {0: Outcome.PARKED}
    here.send(*ops)
    there.pull()
    assert there.value("person", person, "transport") == "Bus"


def test_rights_of_device_and_user_both_count(world: World) -> None:
    office = world.laptop(0)
    person, _, ops = world.pupil(0)
    office.send(*ops)
    teacher = world.laptop(0, Role.TEACHER)
    refused = teacher.send(world.edit("person", person, transport="Bus"))
    assert (refused.not_applied[0].outcome, refused.not_applied[0].reason) == (Outcome.REFUSED, "right")
    user = world.id()
    office.send(world.insert("user", user, name="A teacher", role="teacher", institution_id=world.schools[0]))
    batch = office.batch(world.edit("person", person, transport="Bus"), user=user)
    assert office.deliver(batch).not_applied[0].reason == "right"
    basic = world.laptop(0, classes={SensitivityClass.BASIC})
    address = world.insert("person.contact", person, address="x")
    assert basic.send(address).not_applied[0].reason == "class"
    stranger = world.laptop(1)
    assert stranger.send(world.edit("person", person, transport="Bus")).not_applied[0].reason == "not_yours"
    note = world.insert("person_note", world.id(), person_id=person, written_on="2026-10-01", text="x")
    assert stranger.send(note).not_applied[0].reason == "not_yours"
    assert office.send(note).not_applied == {}
    second = world.laptop(0)
    second.pull()
    ack = second.send(world.edit("user", user, role="principal"))
    assert ack.not_applied[0].reason == "not_yours"
    conflict_row = world.id()
    forged = world.insert(
        "conflict",
        conflict_row,
        table_name="person",
        row_id=person,
        field="x",
        kind="info",
        sensitivity="basic",
    )
    assert office.send(forged).not_applied[0].reason == "server_only"


def test_a_school_proposes_what_the_nation_decides(world: World) -> None:
    school = world.laptop(0)
    school.pull()
    ack = school.send(world.edit("term", TERM, name="First term"))
    assert outcomes(ack) == {0: Outcome.PROPOSED}
    (conflict,) = conflicts(world)
    assert (conflict["kind"], conflict["other"]) == ("proposal", "First term")
    school.pull()
    assert len(school.holds("conflict")) == 1
    elsewhere = world.laptop(1)
    elsewhere.pull()
    assert elsewhere.holds("conflict") == {}
    assert school.send(world.edit("institution", world.schools[0], phone="000 1")).not_applied == {}
    assert outcomes(school.send(world.edit("institution", world.schools[1], phone="0"))) == {
        0: Outcome.PROPOSED
    }


def test_an_empty_batch_and_a_reading_write_nothing(world: World) -> None:
    laptop = world.laptop(0)
    with world.store.read() as connection:
        before = feed.place(connection)
    act = Act(0, laptop.user, "read_health", 1 << 16, ("health_note", world.id()))
    batch = Batch(bytes(16), laptop.rights.actor, 2, 0, before.history, (act,), ())
    assert world.store.apply(laptop.rights, batch, world.now).not_applied == {}
    with world.store.read() as connection:
        assert feed.place(connection) == before


def test_who_is_refused_is_told_what_stands_if_the_site_sees_it(world: World) -> None:
    office, stranger = world.laptop(0), world.laptop(1)
    person, _, ops = world.pupil(0, transport="Foot")
    office.send(*ops)
    teacher = world.laptop(0, Role.TEACHER)
    answer = teacher.send(world.edit("person", person, transport="Bus")).not_applied[0]
    assert (answer.outcome, answer.values) == (Outcome.REFUSED, {"transport": "Foot"})
    assert answer.ticks["transport"].clock.actor == office.rights.actor
    assert stranger.send(world.edit("person", person, transport="Bus")).not_applied[0].values == {}


def test_an_update_of_what_was_refused_waits_and_stops_nothing(world: World) -> None:
    teacher = world.laptop(0, Role.TEACHER)
    person, _, ops = world.pupil(0)
    address = world.insert("person.contact", person, address="x")
    ack = teacher.send(*ops, address)
    assert {answer.outcome for answer in ack.not_applied.values()} == {Outcome.REFUSED}
    office = world.laptop(0)
    assert outcomes(office.send(address)) == {0: Outcome.PARKED}
    assert outcomes(office.send(world.edit("person", person, transport="Bus"))) == {0: Outcome.PARKED}


def test_who_signs_in_first_on_a_new_laptop_is_taken_note_of(world: World) -> None:
    teacher = world.laptop(0, Role.TEACHER)
    school = world.schools[0]
    mine = world.insert("user", teacher.user, name="A", role="teacher", institution_id=school)
    above = world.insert("user", teacher.user, name="A", role="principal", institution_id=school)
    elsewhere = world.insert("user", teacher.user, name="A", role="teacher", institution_id=world.schools[1])
    other = world.insert("user", world.id(), name="B", role="teacher", institution_id=school)
    for op in (above, elsewhere, other):
        assert teacher.send(op).not_applied[0].outcome is Outcome.REFUSED
    assert teacher.send(mine).not_applied == {}


def test_answers_are_kept_four_hundred_days(world: World) -> None:
    laptop = world.laptop(0)
    batch = laptop.batch(*world.pupil(0)[2])
    ack = laptop.deliver(batch)
    day = 24 * 3_600_000
    with world.store.write() as connection:
        assert forget_answers(connection, world.now + 399 * day) == 0
    assert world.store.apply(laptop.rights, batch, world.now) == ack
    with world.store.write() as connection:
        assert forget_answers(connection, world.now + 401 * day) > 0
