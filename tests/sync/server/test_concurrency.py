"""Numbers of the log become visible in their order; a crash between statements leaves nothing."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection as Pipe
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sync.operations import Op
from sync.server import feed, snapshots
from sync.server.database import Store
from sync.server.raw import Raw
from tests.helpers.server_world import World

WRITERS = 3
EACH = 12


def _write(url: str, number: int, go: Event, said: Pipe) -> None:
    """A worker process of the server that takes batches of one laptop."""
    store = Store.open(url)
    try:
        world = World.__new__(World)
        world.store, world.now = store, 1_790_000_500_000 + number
        from random import Random

        world.random = Random(1_000 + number)
        from itertools import count

        world._serial = count(number)
        world.schools = (world.id(), world.id())
        laptop = world.laptop(None)
        go.wait()
        for _ in range(EACH):
            laptop.send(
                world.insert("area", world.id(), code=f"A{number}", name="x", level="district"),
                world.insert("area", world.id(), code=f"B{number}", name="x", level="district"),
            )
        said.send("done")
    except BaseException as fault:  # the test must hear of it
        said.send(repr(fault))
        raise
    finally:
        store.close()


def test_no_number_becomes_visible_before_a_lower_one(database_url: str, world: World) -> None:
    context = multiprocessing.get_context("spawn")
    go = context.Event()
    pipes, workers = [], []
    for number in range(WRITERS):
        ours, theirs = context.Pipe()
        pipes.append(ours)
        workers.append(context.Process(target=_write, args=(database_url, number, go, theirs)))
    for worker in workers:
        worker.start()
    seen: list[int] = []
    with world.store.read() as connection:
        begun = feed.place(connection).head
    go.set()
    cursor = begun
    reader = world.laptop(None)
    target = begun + WRITERS * EACH * 2
    while cursor < target and (any(worker.is_alive() for worker in workers) or cursor < target):
        with world.store.read() as connection:
            page = feed.page(connection, reader.rights, cursor)
            every = [row[0] for row in Raw(connection).rows("SELECT seq FROM change_log ORDER BY seq")]
        assert every == list(range(1, len(every) + 1))  # nothing is missing below the newest
        assert page.head == every[-1]
        seen += [entry.seq for entry in page.entries]
        cursor = page.upto
        if not any(worker.is_alive() for worker in workers) and cursor < target and page.upto == page.head:
            break
    said = [pipe.recv() for pipe in pipes]
    for worker in workers:
        worker.join()
    assert said == ["done"] * WRITERS
    assert seen == list(range(begun + 1, target + 1))


def test_threads_of_one_process_do_not_lose_each_others_work(world: World) -> None:
    laptops = [world.laptop(0) for _ in range(4)]
    batches = []
    for laptop in laptops:
        for _ in range(5):
            _, _, ops = world.pupil(0)
            batches.append((laptop, laptop.batch(*ops)))
    faults: list[Exception] = []

    def deliver(part: list[Any]) -> None:
        try:
            for laptop, batch in part:
                world.store.apply(laptop.rights, batch, world.now)
        except Exception as fault:  # noqa: BLE001 - told below
            faults.append(fault)

    threads = [threading.Thread(target=deliver, args=(batches[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    world.ministry.pull()
    assert len(world.ministry.holds("person")) == 20


def test_the_same_batch_twice_at_once_is_applied_once(world: World) -> None:
    laptop = world.laptop(0)
    _, _, ops = world.pupil(0)
    batch = laptop.batch(*ops)
    acks = []
    threads = [
        threading.Thread(target=lambda: acks.append(world.store.apply(laptop.rights, batch, world.now)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(acks) == 4
    assert len({(ack.first, ack.tag) for ack in acks}) == 1


class Crash(Exception):
    """The process dies here."""


def _dump(store: Store) -> dict[str, list[Any]]:
    with store.read() as connection:
        raw = Raw(connection)
        return {
            table.name: sorted(map(repr, raw.rows(f'SELECT * FROM "{table.name}"')))
            for table in store.model.metadata.sorted_tables
        }


def test_a_crash_between_any_two_statements_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = world.laptop(0)
    person, _, ops = world.pupil(0)
    laptop.send(*ops)
    second, _, more = world.pupil(0)
    batch = laptop.batch(*more, world.edit("person", person, transport="Bus"))
    before = _dump(world.store)
    real_methods: dict[str, Callable[..., Any]] = {
        name: getattr(Raw, name) for name in ("run", "many", "insert", "update")
    }
    left = [0]

    def counted(name: str) -> Callable[..., Any]:
        def call(self: Raw, *args: object) -> object:
            if left[0] == 0:
                raise Crash
            left[0] -= 1
            return real_methods[name](self, *args)

        return call

    for name in real_methods:
        monkeypatch.setattr(Raw, name, counted(name))
    step, crashed = 0, True
    while crashed:
        left[0] = step
        try:
            world.store.apply(laptop.rights, batch, world.now)
            crashed = False
        except Crash:
            left[0] = -1
            assert _dump(world.store) == before, step
        step += 1
    left[0] = -1
    assert step > 8
    assert second in {entry.row for entry in world.ministry.pull()}


@pytest.mark.parametrize("size", [7, 40])
def test_a_cursor_skips_nothing_however_the_pages_are_cut(world: World, size: int) -> None:
    laptop, reader = world.laptop(0), world.laptop(0)
    sent = set()
    for _ in range(size):
        person, enrolment, ops = world.pupil(0)
        laptop.send(*ops)
        sent |= {person, enrolment}
        reader.pull(limit=300)
    assert sent <= {row for _, row in reader.rows}
    whole = world.laptop(0)
    whole.pull(limit=1)
    assert whole.rows == reader.rows


def test_a_snapshot_is_of_one_moment_while_others_write(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = world.laptop(0)
    for _ in range(8):
        laptop.send(*world.pupil(0)[2])
    fresh = world.laptop(0)
    real = snapshots._body
    wrote: list[tuple[UUID, UUID, list[Op]]] = []

    def meanwhile(*args: object) -> bytes:
        if not wrote:
            wrote.append(world.pupil(0))
            laptop.send(*wrote[0][2])
        return real(*args)

    monkeypatch.setattr(snapshots, "_body", meanwhile)
    found = snapshots.manifest(world.store, fresh.rights, world.now)
    from sync.protocol.pages import decode_page

    with world.store.read() as connection:
        for number in range(len(found.parts)):
            body = snapshots.part(Raw(connection), fresh.rights, found.id, number)
            assert body is not None
            for entry in decode_page(body).entries:
                fresh._apply(entry)
    assert len(fresh.holds("person")) == 8
    fresh.cursor = found.upto
    fresh.pull()
    assert wrote[0][0] in fresh.holds("person")
    assert len(fresh.holds("person")) == 9


def test_the_file_of_sqlite_is_sealed_and_safe(tmp_path: Path) -> None:
    path = tmp_path / "server.db"
    store = Store.open(f"sqlite:///{path}")
    store.create()
    with store.read() as connection:
        raw = Raw(connection)
        assert raw.rows("PRAGMA journal_mode") == [("wal",)]
        assert raw.rows("PRAGMA synchronous") == [(2,)]
        assert raw.rows("PRAGMA foreign_keys") == [(1,)]
    store.close()
    assert not path.read_bytes().startswith(b"SQLite format 3")
    key = path.with_name("server.db.key")
    if os.name != "nt":
        assert key.stat().st_mode & 0o077 == 0
    key.unlink()
    with pytest.raises(Exception, match="key"):
        Store.open(f"sqlite:///{path}")
