"""A value that gave way at a laptop, told to a server that lost it: who may never have seen it is told."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from emis_desktop.rules.clock import Clock, Tick
from emis_desktop.rules.rights import Role
from emis_desktop.state_hash import Stored
from sync.operations import Entry, EntryKind, Page
from sync.server import repair
from tests.helpers.server_world import Laptop, World
from tests.sync.server.test_visibility import family

LOST = 1_000
"""An entry of the history that was lost, further than anybody here has seen."""


def tick(world: World, seconds: int) -> Tick:
    stamp = world.now + seconds * 1_000 << 16
    return Tick(Clock(stamp, 9), stamp)


def tell(
    world: World,
    by: Laptop,
    pupil: UUID,
    values: Mapping[str, Stored],
    *,
    at: Tick | None = None,
    seq: int = LOST,
    kind: EntryKind = EntryKind.SET,
) -> int:
    user = UUID(int=77)
    entry = Entry(seq, "person", pupil, kind, dict(values), at or tick(world, -60), {}, user, "replaced")
    with world.store.write() as connection:
        return repair.offers(connection, by.rights, Page(0, 0, 0, (entry,), ()), world.now)


def journal(world: World) -> list[tuple[Stored, Stored, Stored]]:
    office = world.laptop(0)
    office.pull()
    return [(one["field"], one["held"], one["other"]) for one in office.holds("conflict").values()]


@pytest.fixture
def pupil(world: World) -> UUID:
    """A pupil whose first name somebody changed who had seen the log up to there."""
    ids = family(world, 0)
    author = world.laptop(0)
    author.pull()
    assert author.send(world.edit("person", ids["pupil"], given_names="Second")).not_applied == {}
    return ids["pupil"]


def test_both_values_come_into_the_journal_once(world: World, pupil: UUID) -> None:
    holder, another = world.laptop(0), world.laptop(0, Role.TEACHER)
    tell(world, holder, pupil, {"given_names": "First"})
    assert journal(world) == [("given_names", "Second", "First")]
    tell(world, holder, pupil, {"given_names": "First"})
    tell(world, another, pupil, {"given_names": "First"})
    assert len(journal(world)) == 1


def test_who_had_seen_that_far_has_seen_it(world: World, pupil: UUID) -> None:
    tell(world, world.laptop(0), pupil, {"given_names": "First"}, seq=1)
    assert journal(world) == []


def test_what_stood_in_this_log_has_met_what_followed(world: World, pupil: UUID) -> None:
    author = world.laptop(0)
    author.pull()
    before = world.store
    with before.read() as connection:
        stamp, actor = connection.exec_driver_sql(
            "SELECT stamp, actor FROM row_clock WHERE facet = 'person' ORDER BY seq DESC LIMIT 1"
        ).one()
    tell(world, author, pupil, {"given_names": "First"}, at=Tick(Clock(stamp, actor), stamp))
    assert journal(world) == []


@pytest.mark.parametrize("values", [{"given_names": "Second"}, {"preferred_name": None}, {"given_names": 7}])
def test_what_says_nothing_else_or_nothing_at_all_is_left(
    world: World, pupil: UUID, values: dict[str, Stored]
) -> None:
    tell(world, world.laptop(0), pupil, values)
    assert journal(world) == []


def test_who_does_not_see_the_row_tells_nothing_of_it(world: World, pupil: UUID) -> None:
    tell(world, world.laptop(1), pupil, {"given_names": "First"})
    tell(world, world.laptop(0), UUID(int=5), {"given_names": "First"})
    assert journal(world) == []


def test_an_offer_that_is_later_asks_about_what_was_written_since(world: World, pupil: UUID) -> None:
    holder = world.laptop(0)
    holder.pull()
    values = {**holder.rows["person", pupil], "given_names": "Later"}
    head = holder.cursor
    tell(world, holder, pupil, values, at=tick(world, 60), seq=head, kind=EntryKind.PUT)
    assert ("given_names", "Later", "Second") in journal(world)
