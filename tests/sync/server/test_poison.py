"""What no check foresaw stops nobody: the act is set aside and answered, and the rest goes through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emis_desktop.errors import CannotSave
from emis_desktop.rules.clock import Clock, Tick, pack
from sync.operations import Ack, Act, Batch, Entry, EntryKind, Op, Outcome, Page
from sync.server import apply_check, set_aside
from sync.server.apply_check import check_batch
from sync.server.asks import Denied
from sync.server.poison import apply_safely, is_poison, take_safely
from sync.server.raw import Raw
from tests.helpers.server_world import Laptop, World


@pytest.fixture(autouse=True)
def unforeseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is foreseen: whatever an operation lacks comes to the database."""
    monkeypatch.setattr(apply_check._Objections, "to_op", lambda *_arguments, **_options: "")


def lacking(world: World) -> Op:
    """A person without a name, whom no database takes."""
    op = world.insert("person", world.id(), given_names="Given", family_name="Family")
    return replace(op, values={**op.values, "family_name": None})


def sound(world: World) -> Op:
    """A person."""
    return world.insert("person", world.id(), given_names="Given", family_name="Family")


def in_acts(world: World, laptop: Laptop, *ops: Op) -> Batch:
    """A batch of an act each."""
    batch = laptop.batch(*ops)
    (act,) = batch.acts
    acts = tuple(Act(place, act.user, act.verb, act.stamp + place) for place in range(len(ops)))
    return replace(batch, acts=acts, ops=tuple(replace(op, act=place) for place, op in enumerate(batch.ops)))


def send(world: World, laptop: Laptop, batch: Batch) -> Ack:
    """Hand a batch over as a request does."""
    checked = check_batch(world.store.model, laptop.rights, batch)
    with world.store.write() as connection:
        return apply_safely(connection, checked, world.now, entropy=world.random.randbytes)


def people(world: World) -> set[bytes]:
    with world.store.read() as connection:
        table = world.store.model.tables["person"].table
        rows = Raw(connection).rows("SELECT id FROM person")
        return {row[0] for row in Raw(connection).stored(table, ("id",), rows)}  # type: ignore[misc]


@pytest.mark.parametrize("bad", [{0}, {6}, {3}, {0, 1}, {2, 5, 6}, set(range(7))])
def test_acts_that_cannot_be_are_refused_and_the_others_applied(world: World, bad: set[int]) -> None:
    laptop = world.laptop(0)
    ops = [lacking(world) if place in bad else sound(world) for place in range(7)]
    ack = send(world, laptop, in_acts(world, laptop, *ops))
    assert {place: (one.outcome, one.reason) for place, one in ack.not_applied.items()} == dict.fromkeys(
        bad, (Outcome.REFUSED, "bad")
    )
    assert people(world) == {op.row.bytes for place, op in enumerate(ops) if place not in bad}
    with world.store.read() as connection:
        assert {one.op.row for one in set_aside.listed(Raw(connection))} == {ops[place].row for place in bad}


def test_the_same_batch_gets_the_same_answer_and_the_next_one_goes_through(world: World) -> None:
    laptop = world.laptop(0)
    batch = in_acts(world, laptop, sound(world), lacking(world))
    first = send(world, laptop, batch)
    assert send(world, laptop, batch) == first
    assert send(world, laptop, laptop.batch(sound(world))).not_applied == {}
    assert len(people(world)) == 2


def test_where_nearly_everything_is_bad_it_ends_all_the_same(world: World) -> None:
    laptop = world.laptop(0)
    ack = send(world, laptop, in_acts(world, laptop, *(lacking(world) for _ in range(40)), sound(world)))
    assert len(ack.not_applied) >= 40
    assert send(world, laptop, laptop.batch(sound(world))).not_applied == {}


def test_an_offered_row_that_cannot_be_keeps_no_other_out(world: World) -> None:
    laptop = world.laptop(0)
    tick = Tick(Clock(pack(world.now), 77), pack(world.now))
    ops = [lacking(world) if place in {1, 4} else sound(world) for place in range(6)]
    entries = tuple(
        Entry(0, op.facet, op.row, EntryKind.PUT, op.values, tick, {}, world.id(), "") for op in ops
    )
    with world.store.write() as connection:
        page = Page(0, 0, 0, entries, ())
        taken = take_safely(connection, laptop.rights, page, world.now, entropy=world.random.randbytes)
    assert taken == 4
    assert people(world) == {op.row.bytes for place, op in enumerate(ops) if place not in {1, 4}}


class OperationalError(Exception):
    """As databases' libraries call what is over some time."""


def test_what_is_over_some_time_is_no_poison() -> None:
    for passing in (OperationalError(), CannotSave("x"), Denied(503, "busy"), OSError(), MemoryError()):
        assert not is_poison(passing)
    for lasting in (KeyError("x"), ValueError("x"), TypeError("x"), OverflowError("x")):
        assert is_poison(lasting)
