"""A value that gave way at a laptop, told to a server that lost it: who may never have seen it is told."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest

from emis_desktop.rules.clock import Clock, Tick
from emis_desktop.rules.rights import Role
from emis_desktop.state_hash import Stored
from sync.operations import Entry, EntryKind, Page
from sync.server import audit, feed, repair
from sync.server.raw import Raw
from tests.helpers.server_world import Laptop, World
from tests.sync.server.test_visibility import family, move

LOST = 1_000
"""An entry of the history that was lost, further than anybody here has seen."""


def tick(world: World, seconds: int) -> Tick:
    stamp = world.now + seconds * 1_000 << 16
    return Tick(Clock(stamp, 9), stamp)


def tell(
    world: World,
    by: Laptop,
    row: UUID,
    values: Mapping[str, Stored],
    *,
    at: Tick | None = None,
    seq: int = LOST,
    kind: EntryKind = EntryKind.SET,
    facet: str = "person",
) -> int:
    user = UUID(int=77)
    entry = Entry(seq, facet, row, kind, dict(values), at or tick(world, -60), {}, user, "replaced")
    with world.store.write() as connection:
        return repair.offers(connection, by.rights, Page(0, 0, 0, (entry,), ()), world.now)


def goes_back(world: World) -> None:
    """The server finds that it lost history."""
    with world.store.write() as connection:
        audit.begin(connection)
        feed.begin_history(connection)
        audit.append(connection, [audit.Fact("server", "begin_history", "")], world.now)


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


def test_a_long_log_since_says_nothing_of_what_was_lost(world: World, pupil: UUID) -> None:
    """Numbers of this log and of the lost one are not the same entries."""
    holder = world.laptop(0)
    holder.pull()
    tell(world, holder, pupil, {"given_names": "First"}, seq=holder.cursor - 2)
    assert journal(world) == [("given_names", "Second", "First")]


def test_what_was_inserted_replaces_like_what_was_edited(world: World, pupil: UUID) -> None:
    tell(world, world.laptop(0), pupil, {"sex": "M"})
    assert journal(world) == [("sex", "F", "M")]


def test_who_had_it_before_the_eyes_has_seen_it(world: World, pupil: UUID) -> None:
    author, lost = world.laptop(0), tick(world, 60)
    author.pull()
    author.clocks["person", pupil, "given_names"] = lost.clock
    author.send(world.edit("person", pupil, given_names="Third"))
    told = [one for one in author.pull() if one.facet == "conflict"]
    tell(world, author, pupil, {"given_names": "First"}, at=lost)
    author.pull()
    author.send(world.edit("person", pupil, given_names="Fourth"))
    tell(world, author, pupil, {"given_names": "First"}, at=lost)
    assert not [one for one in author.pull() if one.facet == "conflict"], told


def test_who_edited_what_was_lost_whole_had_it_before_the_eyes(world: World) -> None:
    """The author's edit makes the facet anew, because the server has nothing of it any more."""
    author, lost = world.laptop(0), tick(world, 60)
    author.pull()
    adult, _, made = world.pupil(0)
    author.send(*made)
    author.clocks["person.contact", adult, "address"] = lost.clock
    assert author.send(world.edit("person.contact", adult, address="New Road")).not_applied == {}
    tell(world, author, adult, {"address": "Old Road"}, at=lost, facet="person.contact")
    tell(world, author, adult, {"address": "Other Road"}, facet="person.contact")
    assert journal(world) == [("address", "New Road", "Other Road")]


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


def test_who_may_not_write_a_row_asks_only_once_history_was_lost(world: World) -> None:
    """A school reads its pupils’ history elsewhere: it may be the last that has it; else it is not heard."""
    ids = family(world, 0)
    move(world, ids)
    present, former = world.laptop(1), world.laptop(0)
    present.pull()
    assert ids["mark"] in present.holds("mark")
    for expected in (0, 1):
        tell(world, present, ids["mark"], {"value": 1}, facet="mark")
        former.pull()
        told = [one["other"] for one in former.holds("conflict").values() if one["field"] == "value"]
        assert told == [1] * expected
        goes_back(world)


def test_a_role_without_the_right_proposes_nothing_about_rows_that_are_only_read(world: World) -> None:
    """A pupil's history elsewhere: nobody at this school may write it, whatever the role."""
    ids = family(world, 0)
    move(world, ids)
    counsellor, former = world.laptop(1, Role.COUNSELLOR), world.laptop(0)
    counsellor.pull()
    values = {**counsellor.rows["mark", ids["mark"]], "value": 1}
    tell(world, counsellor, ids["mark"], values, facet="mark", kind=EntryKind.PUT, at=tick(world, 60), seq=0)
    former.pull()
    assert not [one for one in former.holds("conflict").values() if one["field"] == "value"]


@pytest.mark.parametrize("kind", [EntryKind.SET, EntryKind.PUT], ids=["told", "offered"])
def test_the_log_of_many_rows_is_read_in_few_questions(
    world: World, pupil: UUID, monkeypatch: pytest.MonkeyPatch, kind: EntryKind
) -> None:
    holder = world.laptop(0)
    pupils = [world.pupil(0) for _ in range(20)]
    holder.send(*(op for one in pupils for op in one[2]))
    asked: list[str] = []
    rows = Raw.rows

    def counted(raw: Raw, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return rows(raw, sql, values)

    monkeypatch.setattr(Raw, "rows", counted)
    told = []
    for row, _, (made, _enrolled) in pupils:
        values = {"sex": "M"} if kind is EntryKind.SET else {**made.values, "sex": "M"}
        told.append(Entry(LOST, "person", row, kind, values, tick(world, -60), {}, UUID(int=77), ""))
    with world.store.write() as connection:
        repair.offers(connection, holder.rights, Page(0, 0, 0, tuple(told), ()), world.now)
    assert sum("bases FROM change_log" in one for one in asked) == 1
    assert len(asked) < 30
    monkeypatch.undo()
    assert len(journal(world)) == 20


@pytest.mark.parametrize("since", [True, False])
def test_an_offer_that_is_later_asks_about_what_was_written_since(
    world: World, pupil: UUID, since: bool
) -> None:
    """But not about what stood there before: that its author had seen."""
    holder, author = world.laptop(0), world.laptop(0)
    goes_back(world)
    if since:
        author.pull()
        author.send(world.edit("person", pupil, transport="bus"), world.edit("person", pupil, sex="M"))
    holder.pull()
    values = {**holder.rows["person", pupil], "transport": "foot", "sex": "X"}
    tell(world, holder, pupil, values, at=tick(world, 60), kind=EntryKind.PUT)
    found = {one for one in journal(world) if one[0] == "transport"}
    assert found == ({("transport", "foot", "bus")} if since else set())
