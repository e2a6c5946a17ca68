"""Two copies of a store that both live, restored stores, lost answers, late hellos: who goes on as whom."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from emis_desktop.rules.clock import actor_number
from sync.server import sites
from sync.server.database import Store
from sync.server.nonces import BYTES

SITE = UUID(int=77)


class Server:
    """The line of one site, with nonces and hellos that can be told apart."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._count = 0

    def wrote_as(self, actor: int) -> int | None:
        with self._store.read() as connection:
            return sites.wrote_as(connection, SITE, actor)

    def remember(self, generation: int) -> None:
        with self._store.write() as connection:
            sites.remember(connection, SITE, generation, b"unshown.", now=1)

    def hello(
        self, generation: int, nonce: bytes, *, mark: bytes = b"", trust: bool = False, wall: int = 0
    ) -> sites.Step:
        self._count += 1
        fresh = self._count.to_bytes(BYTES, "big")
        with self._store.write() as connection:
            return sites.step(
                connection,
                SITE,
                generation,
                nonce,
                fresh=fresh,
                now=self._count,
                trust=trust,
                heard=sites.Heard(mark or (1_000_000 + self._count).to_bytes(BYTES, "big"), wall),
            )


@pytest.fixture
def server(database_url: str) -> Iterator[Server]:
    store = Store.open(database_url)
    store.create()
    yield Server(store)
    store.close()


def test_of_two_copies_that_both_live_each_goes_on_as_its_own_generation(server: Server) -> None:
    shared = server.hello(1, server.hello(1, b"").nonce)
    original = server.hello(1, shared.nonce)
    copy = server.hello(1, shared.nonce)  # taken for a lost answer: nobody can know yet
    assert not any(step.stale for step in (original, copy))
    original = server.hello(1, original.nonce)
    copy = server.hello(1, copy.nonce)
    assert (copy.stale, copy.generation) == (True, 2)
    original = server.hello(1, original.nonce)
    assert (original.stale, original.generation) == (True, 3)
    for _ in range(3):
        copy, original = server.hello(2, copy.nonce), server.hello(3, original.nonce)
        assert (copy.stale, copy.generation) == (False, 2)
        assert (original.stale, original.generation) == (False, 3)


def test_a_restored_store_splits_nothing_that_lives(server: Server) -> None:
    old = server.hello(1, server.hello(1, b"").nonce)
    server.hello(1, server.hello(1, old.nonce).nonce)
    restored = server.hello(1, old.nonce)
    assert (restored.stale, restored.generation) == (True, 2)
    assert not server.hello(2, restored.nonce).stale


@pytest.mark.parametrize("first", [True, False])
def test_a_late_copy_of_a_hello_is_no_copy_of_a_store(server: Server, first: bool) -> None:
    start = server.hello(1, b"", mark=b"the 1st.")
    step = server.hello(1, start.nonce, mark=b"the 2nd.")
    for _ in range(5):
        step = server.hello(1, step.nonce)
    with pytest.raises(sites.Replayed):
        server.hello(1, b"" if first else start.nonce, mark=b"the 1st." if first else b"the 2nd.")
    assert not server.hello(1, step.nonce).stale


def test_a_hello_that_was_held_up_on_its_way_is_no_copy_of_a_store(server: Server) -> None:
    now = 1_790_000_000_000
    start = server.hello(1, b"", wall=now)
    step = server.hello(1, start.nonce, wall=now + 40_000)  # said after the one that did not get through
    step = server.hello(1, step.nonce, wall=now + 50_000)
    with pytest.raises(sites.Replayed):
        server.hello(1, start.nonce, wall=now + 1_000)
    step = server.hello(1, step.nonce, wall=now + 60_000)
    assert (step.stale, step.generation) == (False, 1)
    restored = server.hello(1, start.nonce, wall=now + 61_000)
    assert (restored.stale, restored.generation) == (True, 2)
    lost_its_clock = server.hello(1, start.nonce, wall=now - 10 * 365 * 86_400_000)
    assert lost_its_clock.stale, "a clock that is far off is no sign of a hello held up"


def test_lost_answers_never_look_like_a_copy(server: Server) -> None:
    step = server.hello(1, b"")
    for round_ in range(40):
        got = server.hello(1, step.nonce)
        assert not got.stale
        if round_ % 3 == 0:  # this answer arrived
            step = got


def test_a_server_that_was_set_back_splits_nobody(server: Server) -> None:
    server.hello(1, b"")
    step = server.hello(1, b"unknown.", trust=True)
    assert not step.stale
    assert not server.hello(1, step.nonce).stale


def test_what_was_written_in_a_generation_that_the_server_forgot_is_still_the_sites(server: Server) -> None:
    step = server.hello(1, b"")
    assert server.wrote_as(actor_number(SITE, 1)) == 1
    assert server.wrote_as(actor_number(SITE, 3)) == 3
    assert server.wrote_as(actor_number(UUID(int=78), 1)) is None
    server.remember(3)
    server.remember(3)
    server.remember(1)  # known already: its line goes on
    assert not server.hello(1, step.nonce).stale
    assert server.hello(3, b"").generation == 4  # whoever wrote as the third may still live


def test_a_store_whose_generation_is_remembered_goes_on_where_it_is_trusted(server: Server) -> None:
    server.remember(2)
    step = server.hello(2, b"its own.", trust=True)
    assert (step.generation, step.stale) == (2, False)
    assert not server.hello(2, step.nonce).stale
