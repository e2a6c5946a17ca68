"""A pupil was sent to another school, and the server went back to before: that school may be the last that
knows of the move, and of what was written until then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from emis_desktop.rules.clock import NEVER, UNWRITTEN, Clock, Tick
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.state_hash import Stored
from sync.operations import Commit, Entry, EntryKind, Page
from sync.server import repair
from sync.server.bringing_back import after_restore
from sync.server.model import MODEL
from sync.server.office import Office
from sync.server.states import RowState
from sync.server.told_before import is_told_of
from tests.helpers.restored import kept, put_back
from tests.helpers.server_world import Laptop, World
from tests.sync.server.test_repair import ask, digests_fit
from tests.sync.server.test_visibility import family, move

Change = Callable[[Entry], Entry]


@dataclass
class Lost:
    """Two schools: of a pupil of the first the second alone still has what was written, and the move."""

    world: World
    ids: dict[str, UUID]
    holder: Laptop

    def give_back(self, change: Change = lambda one: one, *, by: Laptop | None = None) -> int:
        """Offer what the server asks for; how many facets of rows were taken."""
        told = {(one.facet, one.row): one for one in self.holder.entries}
        entries = [
            change(replace(told[place], seq=0, values=dict(self.holder.rows[place]), verb="offer"))
            for place in ask(self.world, self.holder).found.unknown
        ]
        page = Page(0, 0, 0, tuple(entries), (Commit(0, 1, bytes(8)),))
        with self.world.store.write() as connection:
            return repair.offers(connection, (by or self.holder).rights, page, self.world.now)

    def seen_by(self, school: int) -> Laptop:
        """Another laptop of a school, with all that this one sees."""
        laptop = self.world.laptop(school)
        laptop.pull()
        assert digests_fit(self.world, laptop)
        return laptop

    def asked(self, school: int) -> set[tuple[Stored, Stored, Stored]]:
        """Kind, field and other value of what a school is asked to decide."""
        journal = self.seen_by(school).holds("conflict").values()
        return {(one["kind"], one["field"], one["other"]) for one in journal}


@pytest.fixture
def lost(office: Office) -> Lost:
    world = World(office.store)
    ids = family(world, 0)
    plain, stay, made = world.pupil(0)
    assert world.laptop(0).send(*made).not_applied == {}
    before = kept(office)
    author = world.laptop(0)
    author.pull()
    note, address = world.id(), "2 Hill Road"
    author.send(
        world.edit("person", ids["pupil"], transport="bus"),
        world.edit("person.contact", ids["pupil"], address=address),
        world.insert("person_note", note, person_id=ids["pupil"], written_on="2026-10-02", text="late"),
        world.edit("mark", ids["mark"], value=13_000),
        world.insert("person.contact", plain, address="3 Low Road"),
        world.edit("enrolment", stay, exit="transferred", destination_id=world.schools[1]),
    )
    move(world, ids)
    holder = world.laptop(1)
    holder.pull()
    put_back(office, before)
    return Lost(world, {**ids, "late": note, "plain": plain, "stay": stay}, holder)


def test_the_pupil_is_there_again_with_all_that_was_written(office: Office, lost: Lost) -> None:
    after_restore(office)
    assert lost.give_back() > 0
    new, former, ids = lost.seen_by(1), lost.seen_by(0), lost.ids
    assert new.value("person", ids["pupil"], "transport") == "bus"
    assert new.value("person.contact", ids["pupil"], "address") == "2 Hill Road"
    assert new.value("person.contact", ids["plain"], "address") == "3 Low Road"
    assert {ids["note"], ids["late"]} <= new.holds("person_note").keys()
    assert former.value("enrolment", ids["enrolment"], "exit") == "transferred"
    assert ids["late"] not in former.holds("person_note")
    assert former.value("mark", ids["mark"], "value") == 12_500, "the school that it lies at decides"
    assert lost.asked(0) == {("proposal", "value", 13_000)}
    assert ask(lost.world, lost.holder).found.unknown == ()


@pytest.mark.parametrize("tick", [Tick(Clock(1 << 40, 7), 1 << 40), Tick(NEVER, 0)])
def test_who_only_says_so_moves_nobody_and_asks_nothing(office: Office, lost: Lost, tick: Tick) -> None:
    after_restore(office)
    lost.give_back(lambda one: replace(one, tick=tick))
    nothing_came(lost)


def test_nor_does_who_knows_the_clocks_at_a_server_that_lost_nothing(lost: Lost) -> None:
    lost.give_back()
    nothing_came(lost)


def nothing_came(lost: Lost) -> None:
    former = lost.seen_by(0)
    assert former.value("enrolment", lost.ids["enrolment"], "exit") is None
    assert lost.ids["late"] not in former.holds("person_note")
    assert lost.asked(0) == set()
    assert not lost.seen_by(1).holds("person").keys() & {lost.ids["pupil"], lost.ids["plain"]}


def test_a_pupil_who_was_sent_elsewhere_goes_to_nobody_else(office: Office, lost: Lost) -> None:
    after_restore(office)
    elsewhere = lost.world.laptop(0)
    elsewhere.rights = replace(elsewhere.rights, node=lost.world.id())
    before = lost.seen_by(0).rows
    assert lost.give_back(by=elsewhere) == 0
    known = lost.seen_by(0).rows
    assert {key for key in known if key[0] != "conflict"} == before.keys()
    assert known["enrolment", lost.ids["enrolment"]]["exit"] is None


def test_where_the_school_has_said_something_else_since_it_is_asked(office: Office, lost: Lost) -> None:
    after_restore(office)
    own = lost.world.laptop(0)
    own.pull()
    for stay in (lost.ids["enrolment"], lost.ids["stay"]):
        assert own.send(lost.world.edit("enrolment", stay, exit="emigrated")).not_applied == {}
    lost.give_back()
    former = lost.seen_by(0)
    assert former.value("enrolment", lost.ids["enrolment"], "exit") == "emigrated"
    assert former.value("person", lost.ids["pupil"], "transport") is None
    school = lost.world.schools[1].bytes
    assert {
        ("proposal", "transport", "bus"),
        ("proposal", "address", "2 Hill Road"),
        ("proposal", "address", "3 Low Road"),
        ("proposal", "destination_id", school),
        ("proposal", "value", 13_000),
    } <= lost.asked(0)
    assert lost.asked(1) == set()


@pytest.mark.parametrize("noticed", [True, False])
def test_what_stands_behind_something_that_was_written_unseen_is_asked_about(
    office: Office, lost: Lost, noticed: bool
) -> None:
    if noticed:
        after_restore(office)
    own = lost.world.laptop(0)
    own.pull()
    assert (
        own.send(
            lost.world.edit("person", lost.ids["pupil"], transport="car"),
            lost.world.edit("mark", lost.ids["mark"], value=11_000),
        ).not_applied
        == {}
    )
    if not noticed:
        after_restore(office)
    lost.give_back(lambda one: replace(one, seq=lost.holder.cursor))
    new = lost.seen_by(1)
    assert new.value("person", lost.ids["pupil"], "transport") == "car"
    assert {("info", "transport", "bus"), ("info", "value", 13_000)} <= lost.asked(1)


def test_who_knows_an_id_made_of_chance_was_told_of_the_row() -> None:
    """Its author may have sent it again under another clock."""
    facet = MODEL.catalogue.facet("person_note")
    for row, known in ((new_id(1), True), (natural_id("person_note", "x"), False)):
        state = RowState(facet, row.bytes, {})
        tick = Tick(Clock(7 << 16, 9), 7 << 16)
        given = Entry(0, facet.name, row, EntryKind.PUT, {}, tick, {}, row, "offer")
        assert is_told_of(given, state) is known
        assert not is_told_of(replace(given, tick=UNWRITTEN), state)
        state.base = state.base._replace(tick=tick)
        assert is_told_of(given, state)
