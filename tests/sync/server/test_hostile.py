"""A laptop whose program is not ours: what it sends is answered, stops nothing, and opens nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emis_desktop.rules.clock import Clock, Tick, pack
from sync.operations import Act, Answer, Batch, Entry, EntryKind, Op, Outcome, Page
from sync.protocol.batches import decode_batch, encode_batch
from sync.server import audit, repair
from sync.server.apply import apply_batch
from sync.server.raw import Raw
from tests.helpers.server_world import TERM, YEAR, Laptop, World, outcomes


def reasons(world: World, laptop: Laptop, *ops: Op) -> list[str]:
    """Why each operation was not applied; empty where it was."""
    answers = laptop.send(*ops).not_applied
    return [answers[place].reason if place in answers else "" for place in range(len(ops))]


def table(world: World, name: str) -> list[tuple[object, ...]]:
    """The rows of one of the server's own tables."""
    with world.store.read() as connection:
        return Raw(connection).rows(f'SELECT * FROM "{name}"')


# -- Whom a row may move ---------------------------------------------------------------------------


def test_nobody_is_enrolled_hired_or_made_a_guardian_by_a_school_that_does_not_hold_the_record(
    world: World,
) -> None:
    theirs, ours = world.laptop(0), world.laptop(1)
    pupil, _, made = world.pupil(0)
    note = world.insert("health_note", world.id(), person_id=pupil, sealed=b"Asthma")
    own, _, mine = world.pupil(1)
    theirs.send(*made, note)
    ours.send(*mine)
    days = {"starts_on": "2026-10-01"}
    post = world.insert(
        "staff_position", world.id(), person_id=pupil, institution_id=world.schools[1], role="teacher", **days
    )
    guarded = world.insert("guardianship", world.id(), student_id=own, guardian_id=pupil, relation="mother")
    enrolled = world.enrol(world.id(), pupil, 1, **days)
    for op in (enrolled, post, guarded):
        assert reasons(world, ours, op) == ["not_yours"], op.facet
    ours.pull()
    assert ours.holds("health_note") == {}
    assert pupil not in ours.holds("person")


def test_a_school_takes_a_former_pupil_back_who_is_at_no_other(world: World) -> None:
    first, second = world.laptop(0), world.laptop(1)
    pupil, enrolment, made = world.pupil(0)
    first.send(*made)
    leaves = {"ends_on": "2026-10-01", "exit": "transferred", "destination_id": world.schools[1]}
    first.send(world.edit("enrolment", enrolment, **leaves))
    second.pull()
    at_second = world.id()
    assert reasons(world, second, world.enrol(at_second, pupil, 1, starts_on="2026-10-02")) == [""]
    first.pull()
    back = world.enrol(world.id(), pupil, 0, starts_on="2026-11-01")
    assert reasons(world, first, back) == ["not_yours"]  # is at the second school, which decides
    second.send(world.edit("enrolment", at_second, ends_on="2026-10-31", exit="withdrawn"))
    back = world.enrol(world.id(), pupil, 0, starts_on="2026-11-02")
    assert reasons(world, first, back) == [""]


# -- Rows of others --------------------------------------------------------------------------------


def put(world: World, facet: str, row: object, stamp: int, **values: object) -> Entry:
    """An offered row, with all its columns."""
    op = world.insert(facet, row, **values)  # type: ignore[arg-type]
    tick = Tick(Clock(stamp, 77), stamp)
    return Entry(0, facet, op.row, EntryKind.PUT, op.values, tick, {}, world.id(), "")


def offer(world: World, laptop: Laptop, *entries: Entry) -> int:
    """Offer rows as if the server had lost them."""
    page = Page(0, 0, 0, entries, ())
    with world.store.write() as connection:
        return repair.offers(connection, laptop.rights, page, world.now)


def test_an_offer_of_what_a_school_does_not_decide_becomes_a_proposal(world: World) -> None:
    school = world.laptop(0)
    days = {"starts_on": "2026-09-01", "ends_on": "2026-09-02"}
    later = pack(world.now + 60_000)
    term = put(world, "term", TERM, later, period_id=YEAR, number=1, name="Mine", weight=0, **days)
    offer(world, school, term)
    world.ministry.pull()
    (conflict,) = [one for one in world.ministry.holds("conflict").values() if one["field"] == "name"]
    assert (conflict["kind"], conflict["other"]) == ("proposal", "Mine")
    with world.store.read() as connection:
        assert Raw(connection).rows("SELECT name, weight FROM term")[0][0] == "Term 1"


def test_an_offered_user_has_no_more_rights_than_the_laptop(world: World) -> None:
    school = world.laptop(0)
    values = {"name": "X", "role": "ministry_officer", "institution_id": world.schools[0]}
    offered = put(world, "user", world.id(), pack(world.now), **values)
    assert offer(world, school, offered) == 0


def test_a_laptop_gives_nobody_more_rights_than_it_has(world: World) -> None:
    principal = world.laptop(0)
    user = world.id()
    given = {"name": "X", "institution_id": world.schools[0]}
    more = world.insert("user", user, role="ministry_officer", **given)
    assert reasons(world, principal, more) == ["right"]
    assert reasons(world, principal, world.insert("user", user, role="teacher", **given)) == [""]
    assert reasons(world, principal, world.edit("user", user, role="system_administrator")) == ["right"]
    assert reasons(world, principal, world.edit("user", user, role="nonsense")) == ["right"]
    assert reasons(world, principal, world.edit("user", user, institution_id=None)) == ["not_yours"]
    assert reasons(world, principal, world.edit("user", user, role="counsellor")) == [""]


def test_who_left_is_not_changed_by_a_facet_that_was_not_there(world: World) -> None:
    first, second = world.laptop(0), world.laptop(1)
    pupil, enrolment, made = world.pupil(0)
    first.send(*made)
    leaves = {"ends_on": "2026-10-01", "exit": "transferred", "destination_id": world.schools[1]}
    first.send(world.edit("enrolment", enrolment, **leaves))
    second.pull()
    second.send(world.enrol(world.id(), pupil, 1, starts_on="2026-10-02"))
    facet = "person.contact"
    name = next(iter(world.store.model.columns[facet]))
    ack = first.send(world.edit(facet, pupil, **{name: "Late"}))
    assert outcomes(ack) == {0: Outcome.PROPOSED}
    second.pull()
    assert second.rows.get((facet, pupil), {}).get(name) is None
    assert "Late" in [one["other"] for one in second.holds("conflict").values()]


# -- Messages that are nothing ---------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["v" * 2_000_000, "v\0v", ""])
def test_a_verb_that_no_column_takes_stops_nothing(world: World, verb: str) -> None:
    laptop = world.laptop(0)
    _, _, made = world.pupil(0)
    batch = laptop.batch(*made)
    batch = replace(batch, acts=(replace(batch.acts[0], verb=verb),))
    batch = decode_batch(encode_batch(batch))
    audited(world, laptop, batch)


def audited(world: World, laptop: Laptop, batch: Batch) -> dict[int, Answer]:
    """Apply a batch and write its audit, as the server does."""
    with world.store.write() as connection:
        ack = apply_batch(connection, laptop.rights, batch, world.now)
        facts = audit.facts_of(laptop.rights, batch, ack, world.random.randbytes)
        audit.begin(connection)
        audit.append(connection, facts, world.now)
    return dict(ack.not_applied)


@pytest.mark.parametrize("name", ["x" * 500, "x\0y", 'person"; DROP TABLE "user', "\N{SNOWMAN}"])
def test_names_of_facets_columns_and_tables_are_never_taken_for_more(world: World, name: str) -> None:
    laptop = world.laptop(0)
    person, _, made = world.pupil(0)
    odd = (
        Op(0, name, world.id(), True, {name: "1"}),
        Op(0, "person", person, False, {name: "1"}, {name: Clock(1, 1)}, {name: 1}),
        replace(made[0], row=world.id(), values={**made[0].values, name: 2}, reopens={"sex": 3}),
    )
    batch = laptop.batch(*made, *odd)
    reading = Act(1, laptop.user, "look", pack(world.now), (name, world.id()))
    batch = decode_batch(encode_batch(replace(batch, acts=(*batch.acts, reading))))
    answers = audited(world, laptop, batch)
    assert answers[2].reason == "unknown_facet"
    other = world.laptop(0)
    other.pull()
    assert person in other.holds("person")


def test_stamps_and_counts_beyond_all_time_stop_nothing(world: World) -> None:
    laptop = world.laptop(0)
    for stamp in (-1, 0, (1 << 63) - 1, 253_402_300_799_000 << 16, 1):
        _, _, made = world.pupil(0)
        batch = laptop.batch(*made)
        batch = replace(batch, acts=(replace(batch.acts[0], stamp=stamp),), cursor=(1 << 63) - 1)
        audited(world, laptop, batch)
    world.ministry.pull()
    other = world.laptop(0)
    other.pull()
    assert len(other.holds("person")) == 2


def test_operations_out_of_their_acts_order_are_all_in_the_audit(world: World) -> None:
    laptop = world.laptop(0)
    _, _, first = world.pupil(0)
    _, _, second = world.pupil(0)
    batch = laptop.batch(first[0], second[0], first[1])
    acts = (batch.acts[0], replace(batch.acts[0], index=1, stamp=batch.acts[0].stamp + 1))
    ops = (batch.ops[0], replace(batch.ops[1], act=1), batch.ops[2])
    mixed = replace(batch, acts=acts, ops=ops)
    ack = world.store.apply(laptop.rights, mixed, world.now)
    fact = audit.facts_of(laptop.rights, mixed, ack, world.random.randbytes)[0]
    assert fact.salt is not None
    assert fact.payload == audit.payload(fact.salt, [ops[0], ops[2]])
