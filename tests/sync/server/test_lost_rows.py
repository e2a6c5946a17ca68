"""What a school brings back of another, to a server that was put back: it may be the last that holds it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from emis_desktop.rules.clock import Clock, Tick
from sync.operations import Commit, Entry, EntryKind, Op, Outcome, Page
from sync.server import repair
from sync.server.bringing_back import after_restore
from sync.server.database import Store
from sync.server.office import Office
from sync.server.raw import Raw
from tests.helpers.restored import kept, put_back
from tests.helpers.server_world import GRADE, SUBJECT, TERM, Laptop, World, outcomes
from tests.sync.server.test_repair import ask, digests_fit
from tests.sync.server.test_visibility import family, move


@pytest.fixture
def store(office: Office) -> Store:
    """The records of a server that was set up."""
    return office.store


def give_back(world: World, laptop: Laptop, *, made_up: tuple[Op, ...] = ()) -> int:
    """Offer what the server asks for, and what was made up; how many facets of rows were taken."""
    told = {(one.facet, one.row): one for one in laptop.entries}
    entries = [
        replace(told[place], seq=0, kind=EntryKind.PUT, values=dict(laptop.rows[place]), verb="offer")
        for place in ask(world, laptop).found.unknown
    ]
    tick = Tick(Clock(world.now << 16, 7), world.now << 16)
    entries += [
        Entry(0, op.facet, op.row, EntryKind.PUT, op.values, tick, {}, laptop.user, "offer") for op in made_up
    ]
    with world.store.write() as connection:
        page = Page(0, 0, 0, tuple(entries), (Commit(0, 1, bytes(8)),))
        return repair.offers(connection, laptop.rights, page, world.now)


def test_the_new_school_brings_back_the_history_of_its_pupil(office: Office, world: World) -> None:
    before = kept(office)
    ids = family(world, 0)
    enrolment = move(world, ids)
    holder = world.laptop(1)
    holder.pull()
    put_back(office, before)
    after_restore(office)
    assert give_back(world, holder) == 13
    assert ask(world, holder).found.unknown == ()
    fresh, former = world.laptop(1), world.laptop(0)
    for one, own in ((fresh, enrolment), (former, ids["enrolment"])):
        one.pull()
        assert own in one.holds("enrolment")
        assert one.value("mark", ids["mark"], "value") == 12_500
        assert digests_fit(world, one)
    assert former.holds("assessment_item").keys() == {ids["item"]}


def test_a_mark_comes_back_although_its_test_was_never_lost(office: Office, world: World) -> None:
    ids = family(world, 0)
    test = world.id()
    item = world.insert(
        "assessment_item",
        test,
        institution_id=world.schools[0],
        grade_id=GRADE,
        subject_id=SUBJECT,
        term_id=TERM,
        code="Q2",
        name="Second",
        maximum=20_000,
        weight=1000,
    )
    assert world.laptop(0).send(item).not_applied == {}
    move(world, ids)
    before = kept(office)
    mark = world.id()
    late = world.insert("mark", mark, student_id=ids["pupil"], item_id=test, state="scored", value=9_000)
    assert world.laptop(0).send(late).not_applied == {}
    holder = world.laptop(1)
    holder.pull()
    assert test in holder.holds("assessment_item")
    put_back(office, before)
    after_restore(office)
    assert give_back(world, holder) == 1
    fresh = world.laptop(1)
    fresh.pull()
    assert fresh.value("mark", mark, "value") == 9_000
    assert test in fresh.holds("assessment_item")
    assert ask(world, fresh).found.unknown == ()


def made_up(world: World, ids: dict[str, UUID], pupil: UUID) -> tuple[Op, ...]:
    """A mark at the first school of somebody, with a test, and a class of that school."""
    test = world.id()
    where = {"institution_id": world.schools[0], "grade_id": GRADE}
    item = world.insert(
        "assessment_item", test, **where, subject_id=SUBJECT, term_id=TERM, code="X", name="X", weight=1000
    )
    mark = world.insert("mark", world.id(), student_id=pupil, item_id=test, state="scored", value=1)
    again = world.insert("mark", world.id(), student_id=pupil, item_id=ids["item"], state="scored", value=1)
    return item, mark, again, world.enrol(world.id(), pupil, 0)


@pytest.mark.parametrize("restored", [True, False])
def test_nobody_brings_a_history_of_somebody_elsewhere(office: Office, world: World, restored: bool) -> None:
    """Not even to a server that lost some; and to one that never did, not of an own pupil either."""
    ids = family(world, 0)
    other, _, made = world.pupil(1)
    stranger = world.laptop(1)
    stranger.send(*made)
    if restored:
        after_restore(office)
    forged = made_up(world, ids, ids["pupil"])
    assert give_back(world, stranger, made_up=forged) == 0
    own = made_up(world, ids, other)
    assert (give_back(world, stranger, made_up=own) > 0) is restored


def test_what_waited_for_a_row_is_applied_when_the_row_is_brought_back(office: Office, world: World) -> None:
    before = kept(office)
    ids = family(world, 0)
    holder = world.laptop(0)
    holder.pull()
    put_back(office, before)
    after_restore(office)
    twice = world.enrol(world.id(), ids["pupil"], 0)
    sent = holder.send(world.edit("person", ids["pupil"], transport="bus"), twice)
    assert set(outcomes(sent).values()) == {Outcome.PARKED}
    assert give_back(world, holder) == 12
    fresh = world.laptop(0)
    fresh.pull()
    assert fresh.value("person", ids["pupil"], "transport") == "bus"
    assert twice.row in fresh.holds("enrolment")
    assert {one["field"] for one in fresh.holds("conflict").values()} == {"one_enrolment"}
    with world.store.read() as connection:
        assert Raw(connection).rows("SELECT count(*) FROM parked_act") == [(0,)]
    assert digests_fit(world, fresh)
