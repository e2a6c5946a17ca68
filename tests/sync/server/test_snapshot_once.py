"""A snapshot takes long: it is made once, however often it is asked for meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from sync.server import snapshots
from sync.server.asks import Denied
from sync.server.database import Store
from sync.server.raw import Raw
from tests.helpers.server_world import World


def made(world: World) -> int:
    """How many snapshots there are, whole or not."""
    with world.store.read() as connection:
        return int(Raw(connection).rows("SELECT count(*) FROM snapshot")[0][0])


def test_while_one_is_made_others_are_told_to_come_again(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = world.laptop(0).rights
    begun, go = threading.Event(), threading.Event()
    entries = snapshots._entries

    def slow(*given: Any) -> Iterator[Any]:  # noqa: ANN401 - as they are
        begun.set()
        go.wait(60)
        yield from entries(*given)

    monkeypatch.setattr(snapshots, "_entries", slow)
    first = threading.Thread(target=snapshots.manifest, args=(world.store, site, world.now))
    first.start()
    assert begun.wait(60)
    another_process = Store.open(database_url) if world.store.postgres else world.store
    try:
        for store in (world.store, another_process):
            with pytest.raises(Denied, match="busy") as refused:
                snapshots.manifest(store, site, world.now)
            assert (refused.value.status, refused.value.wait_s) == (503, snapshots.AGAIN_S)
        other = snapshots._kind(world.laptop(1).rights)
        with world.store.read() as connection, world.store.alone(connection, f"snapshot x {other}") as alone:
            assert alone
    finally:
        go.set()
        first.join()
        if another_process is not world.store:
            another_process.close()
    again = snapshots.manifest(world.store, site, world.now + 1)
    assert (made(world), len(again.parts)) == (1, 1)


def test_after_a_failure_it_is_made_by_the_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    site = world.laptop(0).rights
    with monkeypatch.context() as broken:
        broken.setattr(snapshots, "_entries", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            snapshots.manifest(world.store, site, world.now)
    assert snapshots.manifest(world.store, site, world.now).parts


def test_a_snapshot_of_the_future_is_not_handed_out_for_ever(world: World) -> None:
    """The server's clock was a year ahead once, and was put right."""
    site = world.laptop(0).rights
    year = 365 * 24 * 3_600_000
    before = snapshots.manifest(world.store, site, world.now + year)
    assert snapshots.manifest(world.store, site, world.now).id != before.id
