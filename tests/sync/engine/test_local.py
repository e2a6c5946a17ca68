"""What a welcome does to the store: who it is from now on, and whether the server is the one it knew."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop.errors import Cancelled
from emis_desktop.models import JoinedServer
from emis_desktop.queries.refused import refused_cards
from emis_desktop.queries.sync_facts import sync_facts
from emis_desktop.rules.rights import Actor, Role
from sync.client.replaced import note
from sync.engine.local import LocalStore
from sync.operations import Ack, EntryKind
from sync.protocol.messages import Manifest, RowsFound, Welcome
from sync.protocol.packing import pack
from sync.protocol.pages import decode_page
from tests.sync.client.laptops import CATALOGUE, Laptop, laptop, no_breath
from tests.sync.client.test_replica import entry, page, person, phone

NOW = 1_700_000_000_000
ONE, OTHER = b"history1", b"history2"
PERSON = UUID(int=5).bytes
INSERT = "INSERT INTO person (id, given_names, family_name, synthetic) VALUES (?, 'Ana', 'T', 1)"


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Laptop]:
    """A laptop that has joined and written something."""
    made = laptop(tmp_path, 1)
    with made.db.replicate() as session:
        session.add(
            JoinedServer(
                server_id=UUID(int=1), server_key=b"k" * 32, server_name="Ministry", url="http://127.0.0.1",
                node=UUID(int=2), node_kind="school", role="principal", classes='["basic"]', laptop="L1",
                joined_at=NOW,
            )
        )  # fmt: skip
    made.do("add", (INSERT, (PERSON,)))
    yield made
    made.db.close()


@pytest.fixture
def store(one: Laptop) -> LocalStore:
    """Its store, as a sync sees it, with what was written frozen."""
    found = LocalStore(one.db, catalogue=CATALOGUE, wall_ms=one.clock)
    found.freeze()
    return found


def welcome(store: LocalStore, history: bytes, generation: int = 1) -> None:
    """The server of that history answers."""
    answer = Welcome(NOW, history, b"nonce---", generation, 10, b"tag-----")
    store.welcomed(answer, store.place(), 0)


def met(store: LocalStore) -> bytes:
    """Meet the server for the first time, send what waits and have it acknowledged; the batch's id."""
    welcome(store, ONE)
    (batch,) = store.waiting()
    store.acknowledge(Ack(batch.id, 1, b"tag-----", {}))
    assert (store.place().cursor, store.place().history) == (1, ONE)
    assert list(store.waiting()) == []
    return batch.id


def test_the_first_welcome_tells_the_history_and_voids_nothing(one: Laptop, store: LocalStore) -> None:
    met(store)
    welcome(store, ONE)
    place = store.place()
    assert (place.history, place.cursor, place.nonce, place.generation) == (ONE, 1, b"nonce---", 1)
    assert list(store.waiting()) == []
    assert one.value("SELECT reclaiming FROM site") == 0


def test_another_history_makes_what_was_acknowledged_wait_again(one: Laptop, store: LocalStore) -> None:
    batch = met(store)
    body = store.body(batch)
    welcome(store, OTHER)
    place = store.place()
    assert (place.history, place.cursor, place.cursor_tag) == (OTHER, 0, b"")
    assert [each.id for each in store.waiting()] == [batch], "under the very same id"
    assert store.body(batch) == body
    assert one.value("SELECT reclaiming FROM site") == 1


def test_another_generation_voids_the_cursor_and_keeps_what_waits(one: Laptop, store: LocalStore) -> None:
    met(store)
    one.do("edit", ("UPDATE person SET preferred_name = 'A' WHERE id = ?", (PERSON,)))
    store.freeze()
    (waiting,) = store.waiting()
    body = store.body(waiting.id)
    welcome(store, ONE, generation=2)
    place = store.place()
    assert (place.generation, place.history, place.cursor) == (2, ONE, 0)
    assert list(store.waiting()) == [waiting]
    assert store.body(waiting.id) == body


def test_what_is_better_known_here_is_offered_bit_by_bit_and_again_after_a_cut(
    one: Laptop, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.client.repair.MOST", 2)
    others = [UUID(int=60 + number).bytes for number in range(4)]
    one.do("add", *((INSERT, (row,)) for row in others))
    store.freeze()
    welcome(store, ONE)
    for number, batch in enumerate(store.waiting()):
        store.acknowledge(Ack(batch.id, 1 + 10 * number, b"tag-----", {}))
    asked = [("person", UUID(bytes=row)) for row in (PERSON, *others)]

    def told() -> list[bytes]:
        store.sums()
        found, body = [], store.offer(asked)
        while body is not None:
            found += [entry.row.bytes for entry in decode_page(body).entries]
            body = store.offer(())
        return sorted(found)

    store.sums()
    assert store.offer(asked) is not None  # and the line is cut
    assert told() == sorted([PERSON, *others])
    assert told() == sorted([PERSON, *others])


def test_what_gave_way_is_told_bit_by_bit_and_forgotten_once_it_is_told(
    one: Laptop, store: LocalStore
) -> None:
    person = UUID(bytes=PERSON)
    entries = [entry(1, "person", person, transport=str(number) * 3_000_000) for number in range(3)]
    with one.db.local() as connection:
        note(connection, CATALOGUE, entries)
    told, count = 0, []
    while (found := store.replaced(told)) is not None:
        assert store.replaced(0) == found, "asked again after a cut"
        page, told = found
        count.append(len(decode_page(page).entries))
    assert count == [1, 1, 1]
    assert one.rows("SELECT 1 FROM replaced") == []


def test_of_a_page_beyond_a_gap_whole_rows_are_taken_and_the_rest_comes_with_the_log(
    one: Laptop, store: LocalStore
) -> None:
    row, late = UUID(int=80), UUID(int=81)
    store.apply(page(person(1, row)), no_breath)
    beyond = page(entry(3, "person", row, birth_place="Demo Bay"), person(4, late), after=2)
    assert store.apply_loose(beyond, no_breath).entries == 1
    store.apply(page(entry(2, "person", row, transport="bus"), after=1), no_breath)
    store.apply(beyond, no_breath)
    found = one.rows("SELECT transport, birth_place FROM person WHERE id = ?", row.bytes)
    assert found == [("bus", "Demo Bay")]
    assert one.rows("SELECT count(*) FROM person WHERE id = ?", late.bytes) == [(1,)]


def test_a_snapshot_is_at_its_end_only_once_what_may_be_held_no_longer_is_gone(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    welcome(store, ONE)
    store.begin_snapshot(Manifest(b"s", ONE, 7, b"tag-----", ()))
    with monkeypatch.context() as patch:
        patch.setattr(
            "sync.client.replica.Replica.narrow", lambda _replica: (_ for _ in ()).throw(Cancelled(""))
        )
        with pytest.raises(Cancelled):
            store.end_snapshot()
    assert store.fetching() is not None
    assert store.place().cursor == 0
    store.end_snapshot()
    assert store.fetching() is None
    assert store.place().cursor == 7


def test_what_shall_go_and_is_still_needed_waits_unseen(one: Laptop, store: LocalStore) -> None:
    met(store)
    drop = entry(12, "person", UUID(int=50), EntryKind.DROP)
    store.apply(page(person(10), phone(11), drop, after=9), no_breath)
    principal = Actor(one.user.user_id, "Principal", Role.PRINCIPAL, None, None, frozenset())
    assert one.value("SELECT reason FROM parked") == "stays"
    assert store.parked() == 0
    with one.db.read() as session:
        assert list(refused_cards(session, principal)) == []
        facts = sync_facts(session.connection())
    assert facts is not None
    assert facts.parked == 0


def test_a_clock_that_jumps_lets_go_of_no_body(one: Laptop, store: LocalStore) -> None:
    met(store)
    one.clock.ms += 3_650 * 86_400_000
    store.welcomed(Welcome(NOW, ONE, b"nonce---", 1, 10, b"tag-----"), store.place(), NOW - one.clock.ms)
    store.settled()
    assert one.value("SELECT body FROM batch") is not None
    one.clock.ms += 91 * 86_400_000
    store.settled()
    assert one.value("SELECT body FROM batch") is None


def test_bodies_are_let_go_in_time_on_a_laptop_that_is_in_step(one: Laptop, store: LocalStore) -> None:
    met(store)
    store.settled()
    assert one.value("SELECT body FROM batch") is not None
    one.clock.ms += 91 * 86_400_000
    store.settled()
    assert one.value("SELECT body FROM batch") is None


def test_a_batch_that_is_not_here_any_more_is_told(store: LocalStore) -> None:
    with pytest.raises(LookupError, match="no such batch"):
        store.body(b"never was here--")


def test_rows_are_told_by_their_buckets_and_a_repair_without_a_page_changes_nothing(
    store: LocalStore,
) -> None:
    met(store)
    assert set(store.sums()) == {"basic"}
    every = [("basic", bucket) for bucket in range(256)]
    assert [(one.facet, one.rows) for one in store.held(every)] == [("person", PERSON)]
    assert store.held([]) == ()
    assert store.repair(RowsFound(1), None, lambda: None).entries == 0


def test_a_store_that_has_joined_nothing_has_no_place(tmp_path: Path) -> None:
    alone = laptop(tmp_path, 3)
    with pytest.raises(LookupError, match="has not joined"):
        LocalStore(alone.db, catalogue=CATALOGUE).place()
    alone.db.close()


@pytest.mark.parametrize("odd", [b"", b"\0", pack(b"{}")])
def test_a_snapshot_whose_list_cannot_be_read_begins_anew(one: Laptop, store: LocalStore, odd: bytes) -> None:
    store.begin_snapshot(Manifest(b"s" * 16, ONE, 5, b"tag-----", ()))
    assert store.fetching() is not None
    with one.db.local() as connection:
        connection.exec_driver_sql("UPDATE snapshot_state SET manifest = ?", (odd,))
    assert store.fetching() is None
    store.end_snapshot()
    assert store.place().cursor == 0
