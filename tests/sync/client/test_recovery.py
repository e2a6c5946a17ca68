"""Stores that were copied or brought back, servers that were restored or made anew: no work is lost."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop import store
from emis_desktop.rules.clock import Clock as WireClock
from emis_desktop.rules.clock import Tick, actor_number, pack
from emis_desktop.state_hash import Stored
from sync.client import repair as repairing
from sync.client import replaced
from sync.client.acks import acknowledge
from sync.client.outbox import body_of, waiting_batches
from sync.client.recovery import (
    KEPT_DAYS,
    end_snapshot,
    first_history,
    new_generation,
    new_history,
    other_server,
    prune,
    reclaimed,
)
from sync.client.repair import held, offer, offered, unknown_to_server
from sync.client.sums import root, sums_of
from sync.digest import different_buckets
from sync.operations import Commit, Entry, EntryKind, Page
from sync.protocol.batches import decode_batch
from sync.protocol.messages import Manifest
from sync.protocol.pages import decode_page
from tests.factories.stores import key
from tests.sync.client.laptops import CATALOGUE, Clock, Laptop, content, laptop, no_breath
from tests.sync.client.reference import Server

PERSON = "INSERT INTO person (id, given_names, family_name, address, synthetic) VALUES (?, ?, 'T', ?, 1)"
IDS = [UUID(int=70 + number).bytes for number in range(4)]


@pytest.fixture
def server() -> Server:
    return Server(CATALOGUE)


@pytest.fixture
def laptops(tmp_path: Path) -> Iterator[list[Laptop]]:
    made = [laptop(tmp_path, number) for number in range(2)]
    yield made
    for one in made:
        one.db.close()


def adopt(one: Laptop, server: Server) -> None:
    """Take the server's state, as after a new generation or history."""
    snapshot = server.snapshot()
    one.replica.apply_part(snapshot, no_breath)
    tag = server.commits[-1].tag if server.commits else b""
    with one.db.local() as connection:
        end_snapshot(connection, Manifest(b"s", b"h" * 8, snapshot.upto, tag, ()))


def test_a_restored_laptop_gets_its_own_later_edits_back_and_keeps_what_the_copy_held(
    tmp_path: Path, server: Server
) -> None:
    one = laptop(tmp_path, 1)
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    one.sync(server)
    one.do("call", ("UPDATE person SET transport = 'in the copy'", ()))
    one.freeze()
    one.do("call", ("UPDATE person SET birth_place = 'not frozen in the copy'", ()))
    one.db.close()
    copy = tmp_path / "copy.emis"
    shutil.copy(one.db.path, copy)
    again = Laptop(store.open_store(one.db.path, key()), one.clock, one.user)
    again.do("call", ("UPDATE person SET preferred_name = 'after the copy'", ()))
    again.sync(server)
    again.db.close()

    restored = Laptop(store.open_store(copy, key()), Clock(one.clock.ms + 60_000), one.user)
    frozen = restored.rows("SELECT id, sha256 FROM batch WHERE state = 'frozen'")
    with restored.db.local() as connection:
        new_generation(connection, 2)
    assert restored.actor == actor_number(UUID(int=101), 2)
    assert restored.rows("SELECT cursor, cursor_tag FROM site") == [(0, None)]
    adopt(restored, server)
    waiting = restored.rows("SELECT id, sha256 FROM batch WHERE state = 'frozen' ORDER BY seq")
    assert (len(waiting), waiting[:1]) == (2, frozen)
    restored.sync(server)
    names = "preferred_name, transport, birth_place"
    assert restored.rows(f"SELECT {names} FROM person") == [
        ("after the copy", "in the copy", "not frozen in the copy")
    ]
    assert server.journal == []
    restored.db.close()


def test_a_store_and_its_copy_go_on_as_two_and_meet(tmp_path: Path, server: Server) -> None:
    one = laptop(tmp_path, 1)
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    one.do("call", ("UPDATE person SET transport = 'both have it waiting'", ()))
    one.freeze()
    one.db.close()
    shutil.copy(one.db.path, tmp_path / "clone.emis")
    two = [
        Laptop(store.open_store(path, key()), Clock(one.clock.ms + late), one.user)
        for path, late in ((one.db.path, 0), (tmp_path / "clone.emis", 5))
    ]
    with two[1].db.local() as connection:
        new_generation(connection, 2)
    two[0].do("call", ("UPDATE person SET preferred_name = 'original'", ()))
    two[1].do("move", ("UPDATE person SET address = 'clone'", ()))
    for each in (*two, *two):
        each.sync(server)
    assert content(two[0]) == content(two[1])
    assert two[0].rows("SELECT preferred_name, address, transport FROM person") == [
        ("original", "clone", "both have it waiting")
    ]
    assert two[0].ask(root) == two[1].ask(root)
    for each in two:
        each.db.close()


def test_what_a_clone_wrote_before_it_was_found_out_comes_with_the_next_generation(
    tmp_path: Path, server: Server
) -> None:
    one = laptop(tmp_path, 1)
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    one.sync(server)
    one.db.close()
    shutil.copy(one.db.path, tmp_path / "clone.emis")
    first, clone = (
        Laptop(store.open_store(path, key()), Clock(one.clock.ms + late), one.user)
        for path, late in ((one.db.path, 0), (tmp_path / "clone.emis", 5))
    )
    clone.do("call", ("UPDATE person SET preferred_name = 'clone'", ()))
    clone.sync(server)
    first.do("call", ("UPDATE person SET transport = 'first'", ()))
    first.sync(server)
    assert first.value("SELECT preferred_name FROM person") is None, "its own actor's entries do not come"
    with first.db.local() as connection:
        new_generation(connection, 3)
    adopt(first, server)
    assert first.rows("SELECT preferred_name, transport FROM person") == [("clone", "first")]
    first.db.close()
    clone.db.close()


def repair(one: Laptop, server: Server) -> int:
    """Compare bucket by bucket, take over and offer, as the engine does; returns the rows that moved."""
    actual = {place: row.seq for place, row in server.rows.items()}
    mine = {
        (found.facet, found.rows[at * 16 : at * 16 + 16])
        for found in one.ask(lambda connection: held(connection, CATALOGUE, every_bucket(one)))
        for at in range(len(found.rows) // 16)
    }
    missing = [(facet, UUID(bytes=row)) for facet, row in mine - actual.keys()]
    puts = server.snapshot()
    one.replica.apply_rows(puts, no_breath)
    body = one.ask(lambda connection: offer(connection, CATALOGUE, missing))
    if body is not None:
        page = decode_page(body)
        server.put(page)
        return len(page.entries)
    return 0


def every_bucket(one: Laptop) -> list[tuple[str, int]]:
    empty = dict[str, bytes]()
    return different_buckets(one.ask(sums_of), empty)


def test_a_server_restored_from_last_night_gets_everything_again_also_of_an_author_who_is_gone(
    laptops: list[Laptop], server: Server
) -> None:
    author, holder = laptops
    author.do("enrol", *((PERSON, (row, "Ana", None)) for row in IDS[:2]))
    author.sync(server)
    holder.sync(server)
    for one in laptops:
        with one.db.local() as connection:
            first_history(connection, b"1" * 8)
    night = server.copy()
    author.clock.ms += 1_000
    author.do("enrol", (PERSON, (IDS[2], "New", "1 Road")))
    author.do("call", ("UPDATE person SET preferred_name = 'later' WHERE id = ?", (IDS[0],)))
    author.sync(server)
    holder.clock.ms += 2_000
    holder.sync(server)
    holder.do("call", ("UPDATE person SET transport = 'bus' WHERE id = ?", (IDS[1],)))
    holder.sync(server)
    author.db.close()  # the laptop is gone for ever

    with holder.db.local() as connection:
        new_history(connection, b"2" * 8)
    assert holder.rows("SELECT DISTINCT state FROM batch") == [("resend",)]
    before = content(holder)
    holder.push(night)
    adopt(holder, night)
    assert content(holder) == before, "a server that does not have a row is no reason to lose it"
    assert repair(holder, night) == 3
    holder.pull(night)
    with holder.db.local() as connection:
        reclaimed(connection)
    fresh = laptop(holder.db.path.parent, 9)
    fresh.sync(night)
    holder.sync(night)
    assert content(fresh) == content(holder) == before
    assert fresh.ask(root) == holder.ask(root)
    assert holder.ask(lambda connection: unknown_to_server(connection, CATALOGUE)) == []
    fresh.db.close()


def test_a_value_is_not_offered_over_what_followed_it_on_a_clock_that_had_gone_back(
    laptops: list[Laptop], server: Server
) -> None:
    author, follower = laptops
    follower.do("enrol", (PERSON, (IDS[1], "Bea", None)))
    follower.sync(server)
    author.clock.ms += 2_000
    author.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    author.do("call", ("UPDATE person SET transport = 'first' WHERE id = ?", (IDS[0],)))
    for one in laptops:
        one.sync(server)
        with one.db.local() as connection:
            first_history(connection, b"1" * 8)
    night = server.copy()
    follower.clock.ms += 60_000
    follower.do("call", ("UPDATE person SET transport = 'then' WHERE id = ?", (IDS[0],)))
    follower.clock.ms -= 3 * 31_557_600_000
    follower.push(night)
    with author.db.local() as connection:
        new_history(connection, b"2" * 8)
    author.push(night)
    adopt(author, night)
    assert author.value("SELECT transport FROM person WHERE id = ?", IDS[0]) == "then"
    assert repair(author, night) == 0
    assert author.ask(lambda connection: unknown_to_server(connection, CATALOGUE)) == []
    assert night.journal == []


@pytest.mark.parametrize("years", [0, 11])
def test_a_value_of_a_laptop_of_2034_is_not_offered_over_what_followed_it(
    laptops: list[Laptop], server: Server, years: int
) -> None:
    ahead, follower = laptops
    ahead.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    for one in (*laptops, *laptops):
        one.sync(server)
        with one.db.local() as connection:
            first_history(connection, b"1" * 8)
    off = years * 31_557_600_000
    ahead.clock.ms += off
    ahead.do("call", ("UPDATE person SET transport = 'first', address = 'first'", ()))
    ahead.freeze()  # under stamps of its own clock: nobody told it yet how wrong that is
    with ahead.db.local() as connection:
        connection.exec_driver_sql("UPDATE site SET clock_offset_ms = ?", (-off,))
    ahead.push(server)
    night = server.copy()
    follower.pull(night)
    follower.clock.ms += 60_000
    follower.do("call", ("UPDATE person SET transport = 'then', address = 'then'", ()))
    night.now_ms += 60_000
    follower.push(night)
    with ahead.db.local() as connection:
        new_history(connection, b"2" * 8)
    ahead.push(night)
    adopt(ahead, night)
    assert ahead.rows("SELECT transport, address FROM person") == [("then", "then")]
    assert repair(ahead, night) == 0
    assert night.journal == []


def test_a_server_made_anew_gets_everything(laptops: list[Laptop], server: Server) -> None:
    one, two = laptops
    one.do("enrol", *((PERSON, (row, "Ana", None)) for row in IDS))
    for each in (one, two):
        each.sync(server)
        with each.db.local() as connection:
            first_history(connection, b"1" * 8)
    two.do("call", ("UPDATE person SET preferred_name = 'two' WHERE id = ?", (IDS[0],)))
    two.sync(server)
    one.sync(server)
    empty = Server(CATALOGUE)
    for each in (one, two):
        with each.db.local() as connection:
            new_history(connection, b"2" * 8)
        each.push(empty)
        adopt(each, empty)
        repair(each, empty)
        each.pull(empty)
    one.pull(empty)
    assert content(one) == content(two)
    assert {row.values["preferred_name"] for row in empty.rows.values()} == {"two", None}


def test_what_waits_is_not_offered_and_an_offer_is_the_row_with_its_clocks(
    laptops: list[Laptop], server: Server
) -> None:
    one = laptops[0]
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    one.sync(server)
    one.do("enrol", (PERSON, (IDS[1], "Waits", None)))
    one.freeze()
    asked = [("person", UUID(bytes=row)) for row in IDS[:3]] + [("hobby", UUID(int=1))]
    body = one.ask(lambda connection: offer(connection, CATALOGUE, asked))
    assert body is not None
    (entry,) = decode_page(body).entries
    held_there = server.rows["person", IDS[0]]
    assert (entry.values, entry.tick) == (held_there.values, held_there.tick)
    assert entry.user == one.user.user_id
    assert one.ask(lambda connection: offer(connection, CATALOGUE, [])) is None
    page = one.ask(lambda connection: offered(connection, CATALOGUE, [("person", IDS[3])]))
    assert page == Page(0, 0, 0, (), page.commits)


@pytest.mark.parametrize(("rows", "size"), [(2, 4_000_000), (100, 2)])
def test_everything_is_offered_however_much_it_is(
    laptops: list[Laptop], server: Server, monkeypatch: pytest.MonkeyPatch, rows: int, size: int
) -> None:
    one = laptops[0]
    monkeypatch.setattr(repairing, "MOST", rows)
    monkeypatch.setattr(repairing, "_MOST_BYTES", size)
    one.do("enrol", *((PERSON, (row, "Ana", None)) for row in IDS))
    one.sync(server)
    with one.db.local() as connection:
        connection.exec_driver_sql("UPDATE clock SET version = NULL")
        connection.exec_driver_sql("UPDATE site SET reclaiming = 1")
    done: set[tuple[str, bytes]] = set()
    found = []
    while (body := one.ask(lambda connection: offer(connection, CATALOGUE, [], done))) is not None:
        entries = decode_page(body).entries
        assert 0 < len(entries) <= rows
        found += [entry.row.bytes for entry in entries if entry.facet == "person"]
    assert sorted(found) == IDS


def test_bodies_are_let_go_ninety_days_after_they_were_acknowledged(
    laptops: list[Laptop], server: Server
) -> None:
    one = laptops[0]
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    one.sync(server)
    one.do("enrol", (PERSON, (IDS[1], "Bea", None)))
    one.freeze()
    for days, left in ((KEPT_DAYS - 1, 2), (KEPT_DAYS + 1, 1)):
        with one.db.local() as connection:
            prune(connection, one.clock.ms + days * 86_400_000)
        assert one.value("SELECT count(*) FROM batch WHERE body IS NOT NULL") == left
    assert one.value("SELECT count(*) FROM batch") == 2
    with one.db.local() as connection:
        new_history(connection, b"2" * 8)
    assert one.rows("SELECT state FROM batch ORDER BY seq") == [("acknowledged",), ("frozen",)]


def test_a_batch_sent_again_is_the_very_same(laptops: list[Laptop], server: Server) -> None:
    one = laptops[0]
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    one.push(server, lose_answer=True)
    with one.db.local() as connection:
        new_generation(connection, 5)
    (waiting,) = one.ask(waiting_batches)
    body = one.ask(lambda connection: body_of(connection, waiting.seq))
    assert body is not None
    assert decode_batch(body).actor == actor_number(UUID(int=100), 1)
    ack = server.receive(body)
    assert acknowledge(one.replica, ack).ops == 1
    assert acknowledge(one.replica, ack).ops == 0
    assert one.ask(waiting_batches) == []
    assert server.head == 1


def test_a_row_of_a_batch_sent_again_that_holds_what_others_wrote_is_compared(
    laptops: list[Laptop], server: Server
) -> None:
    one, other = laptops
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)), (PERSON, (IDS[1], "Ben", None)))
    one.sync(server)
    night = server.copy()
    other.sync(server)
    other.do("call", ("UPDATE person SET family_name = 'Lost' WHERE id = ?", (IDS[0],)))
    other.sync(server)
    one.do("call", ("UPDATE person SET transport = 'Bus'", ()))
    one.sync(server)
    with one.db.replicate() as session:
        new_history(session.connection(), b"restored")
    adopt(one, night)
    one.push(night)
    assert one.ask(lambda connection: unknown_to_server(connection, CATALOGUE)) == [("person", IDS[0])]
    offer_page = one.ask(lambda connection: offer(connection, CATALOGUE, ()))
    assert offer_page is not None
    (entry,) = decode_page(offer_page).entries
    assert (entry.values["family_name"], entry.values["transport"]) == ("Lost", "Bus")
    other.do("call", ("UPDATE person SET birth_place = 'Elsewhere'", ()))
    other.push(night)
    one.pull(night)
    assert one.value("SELECT birth_place FROM person WHERE id = ?", IDS[0]) == "Elsewhere"
    assert one.ask(lambda connection: unknown_to_server(connection, CATALOGUE)) == [("person", IDS[0])]
    one.do("call", ("UPDATE person SET transport = 'Van' WHERE id = ?", (IDS[0],)))
    one.push(night)
    assert one.ask(lambda connection: unknown_to_server(connection, CATALOGUE)) == [("person", IDS[0])]


def test_what_a_row_was_given_by_a_batch_sent_again_alone_is_in_step(
    laptops: list[Laptop], server: Server
) -> None:
    """Nobody wrote the rest of that facet, so none of it can be lost; else it is never told to be dropped."""
    one, _other = laptops
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    one.sync(server)
    one.do("call", ("UPDATE person SET address = '1 Bay Street'", ()))
    one.sync(server)
    with one.db.replicate() as session:
        new_history(session.connection(), b"restored")
    one.push(server)
    assert one.ask(lambda connection: unknown_to_server(connection, CATALOGUE)) == []


def test_a_row_that_holds_what_this_store_wrote_before_it_was_put_back_is_compared(
    tmp_path: Path, server: Server
) -> None:
    one = laptop(tmp_path, 1)
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    one.sync(server)
    night, path = server.copy(), one.db.path
    one.db.close()
    shutil.copy(path, tmp_path / "backup")
    one = Laptop(store.open_store(path, key()), Clock(one.clock.ms + 5), one.user)
    one.do("call", ("UPDATE person SET family_name = 'Lost'", ()))
    one.sync(server)
    one.db.close()
    shutil.copy(tmp_path / "backup", path)
    one = Laptop(store.open_store(path, key()), Clock(one.clock.ms + 5), one.user)
    with one.db.local() as connection:
        new_generation(connection, 2)
    one.pull(server)
    assert one.value("SELECT family_name FROM person") == "Lost"
    with one.db.local() as connection:
        new_history(connection, b"restored")
    adopt(one, night)
    one.push(night)
    assert one.ask(lambda connection: unknown_to_server(connection, CATALOGUE)) == [("person", IDS[0])]
    one.db.close()


def test_a_store_that_joins_another_server_keeps_nothing_of_the_former_and_gives_it_everything(
    laptops: list[Laptop], server: Server
) -> None:
    one = laptops[0]
    one.join('["basic"]')
    one.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    one.sync(server)
    assert one.rows("SELECT state FROM batch") == [("acknowledged",)]
    with one.db.local() as connection:
        other_server(connection)
    assert one.rows("SELECT state FROM batch") == [("resend",)]
    assert one.rows("SELECT cursor, history_id, subscription, reclaiming FROM site") == [(0, None, None, 1)]
    assert one.value("SELECT count(*) FROM clock WHERE version IS NOT NULL") == 0
    assert one.value("SELECT count(*) FROM former_server") == 1
    assert one.value("SELECT count(*) FROM digest") == 0
    other = Server(CATALOGUE)
    one.push(other)
    assert other.head > 0


def test_a_row_that_the_server_did_not_take_is_not_in_step_by_one_field_that_comes(tmp_path: Path) -> None:
    """What stands here was offered to a restored server, which asks the ministry first: until it says what is
    in force, no single field may make the sums agree.
    """
    one = laptop(tmp_path, 1)
    columns = dict.fromkeys((column.name for column in CATALOGUE.facet("person").columns), None)
    whole = {**columns, "given_names": "Ana", "family_name": "T", "synthetic": 1, "transport": "bus"}
    row, clock = UUID(bytes=IDS[0]), pack(one.clock.ms)

    def entry(seq: int, kind: EntryKind, stamp: int, **values: Stored) -> Entry:
        return Entry(seq, "person", row, kind, values, Tick(WireClock(stamp, 9), stamp), {}, row, "edit")

    def apply(told: Entry) -> None:
        one.replica.apply(
            Page(told.seq - 1, told.seq, told.seq, (told,), (Commit(1, 9, b"t" * 8),)), no_breath
        )

    apply(entry(1, EntryKind.PUT, clock, **whole))
    with one.db.local() as connection:
        new_history(connection, b"restored")
    apply(entry(2, EntryKind.PUT, clock - 1, **whole | {"transport": "foot"}))
    with one.db.local() as connection:
        reclaimed(connection)
    apply(entry(3, EntryKind.SET, clock + 1, birth_place="here"))
    assert one.rows("SELECT transport, birth_place FROM person") == [("bus", "here")]
    assert one.rows("SELECT version FROM clock") == [(None,)]
    apply(entry(3, EntryKind.PUT, clock - 1, **whole | {"transport": "foot", "birth_place": "here"}))
    assert one.rows("SELECT transport FROM person") == [("foot",)]
    assert one.rows("SELECT count(version) FROM clock") == [(1,)]
    one.db.close()


def test_what_gives_way_while_history_is_lost_is_told_until_the_server_has_it(
    laptops: list[Laptop], server: Server
) -> None:
    author, holder = laptops
    author.do("enrol", (PERSON, (IDS[0], "Ana", None)))
    for one in (*laptops, *laptops):
        one.sync(server)
        with one.db.local() as connection:
            first_history(connection, b"1" * 8)
    night = server.copy()
    author.do("call", ("UPDATE person SET preferred_name = 'first', transport = 'bus'", ()))
    author.sync(server)
    holder.sync(server)
    lost_at = holder.value("SELECT cursor FROM site")
    stranger = laptop(holder.db.path.parent, 9)
    stranger.sync(night)
    stranger.clock.ms += 60_000
    stranger.do("call", ("UPDATE person SET preferred_name = 'second'", ()))
    stranger.sync(night)
    assert holder.ask(lambda connection: replaced.page(connection, CATALOGUE)) is None
    with holder.db.local() as connection:
        new_history(connection, b"2" * 8)
    holder.push(night)
    adopt(holder, night)
    assert holder.rows("SELECT preferred_name, transport FROM person") == [("second", "bus")]
    for _again in range(2):
        found = holder.ask(lambda connection: replaced.page(connection, CATALOGUE))
        assert found is not None
        (entry,) = decode_page(found[0]).entries
        assert (entry.kind, entry.values, entry.seq) == (EntryKind.SET, {"preferred_name": "first"}, lost_at)
        assert (entry.user, entry.tick.clock.actor) == (author.user.user_id, author.actor)
    with holder.db.local() as connection:
        replaced.forget(connection, found[1])
    assert holder.ask(lambda connection: replaced.page(connection, CATALOGUE)) is None
    stranger.db.close()
