"""Two processes of one server get the same, or what contradicts it, in the same moment: one effect, no false
clone.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from sync.operations import Batch
from sync.protocol.acks import ack_of
from sync.protocol.batches import encode_batch
from sync.protocol.messages import Flag, JoinAnswer, Welcome, decode, encode
from sync.protocol.packing import split
from sync.protocol.signing import text64
from tests.helpers import postgres
from tests.helpers.central import Answer, Laptop, Running, Server, ack_in, beginning, people, request, set_up

ROUNDS = 12
HELLO, QUARANTINE = "/sync/v1/hello", "/sync/v1/quarantine"


@dataclass(frozen=True)
class Both:
    """Two processes over one database, each reached by a port of its own."""

    server: Server
    workers: tuple[Running, Running]

    @property
    def ports(self) -> tuple[int, int]:
        return self.workers[0].port, self.workers[1].port


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    home = tmp_path_factory.mktemp("races") / "server"
    with ExitStack() as stack:
        url = f"sqlite:///{home / 'server.db'}"
        if request.param == "postgresql":
            cluster: postgres.Cluster = request.getfixturevalue("postgres_cluster")
            url = stack.enter_context(cluster.fresh())
        server = set_up(home, url)
        yield Both(server, (stack.enter_context(server.running()), stack.enter_context(server.running())))


def joined(both: Both) -> Laptop:
    laptop = Laptop(both.ports[0])
    laptop.join(both.server.code(), name=f"Laptop {uuid4().hex[:8]}")
    return laptop


def working(both: Both) -> tuple[Laptop, UUID, int]:
    """A laptop that has said hello and sent its first batch; its user, and the head of the log then."""
    laptop, user = joined(both), uuid4()
    laptop.hello()
    return laptop, user, laptop.hello(laptop.batch(*beginning(laptop, user), user=user))[0].head


def at_once(*works: Callable[[], Answer]) -> list[Answer]:
    """Let all begin in the same moment; their answers in order."""
    ready = Barrier(len(works))

    def work(one: Callable[[], Answer]) -> Answer:
        ready.wait()
        return one()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(work, works))


def said(laptop: Laptop, port: int, body: bytes) -> Callable[[], Answer]:
    heads = {"Authorization": laptop.signed("POST", HELLO, body)}
    return partial(request, port, "POST", HELLO, body, heads)


def welcomes(answers: list[Answer]) -> list[Welcome]:
    assert [answer.status for answer in answers] == [200] * len(answers), answers
    return [decode(Welcome, split(answer.body)[0]) for answer in answers]


@pytest.mark.parametrize("same_bytes", [True, False])
def test_hellos_of_one_laptop_at_once_make_no_clone(both: Both, same_bytes: bool) -> None:
    laptop = joined(both)
    for turn in range(ROUNDS):
        first = laptop.hello_body()
        second = first if same_bytes else laptop.hello_body(wall_ms=1 + turn)
        one, other = welcomes(
            at_once(said(laptop, both.ports[0], first), said(laptop, both.ports[1], second))
        )
        assert not (one.flags | other.flags) & Flag.NEW_GENERATION
        laptop.nonce = (one if turn % 2 else other).nonce  # the laptop hears either of them
    welcome, _ = laptop.hello()
    assert (welcome.generation, welcome.flags & Flag.NEW_GENERATION) == (1, 0)


def test_the_first_hello_of_a_laptop_twice_at_once(both: Both) -> None:
    for _ in range(ROUNDS // 2):
        laptop = joined(both)
        body = laptop.hello_body()
        one, other = welcomes(at_once(*(said(laptop, port, body) for port in both.ports)))
        assert (one.generation, other.generation) == (1, 1)
        laptop.nonce = one.nonce
        assert laptop.hello()[0].generation == 1


def test_a_small_batch_in_a_hello_twice_at_once(both: Both) -> None:
    laptop, user, head = working(both)
    for _ in range(ROUNDS):
        body = laptop.hello_body(laptop.batch(*people(3), user=user))
        found = welcomes(at_once(*(said(laptop, port, body) for port in both.ports)))
        acks = [ack_of(one.ack) for one in found if one.ack is not None]
        assert len(acks) == 2
        assert acks[0] == acks[1]
        assert acks[0].not_applied == {}
        laptop.nonce = found[0].nonce
        head += 3
        assert found[0].head == head
    assert both.server.command("verify-audit")["sound"] is True


def test_copies_at_once_become_generations_of_their_own(both: Both) -> None:
    laptop = joined(both)
    laptop.hello()
    old = laptop.nonce
    laptop.hello()
    laptop.hello()
    for turn in range(ROUNDS // 3):
        later = time.time_ns() // 1_000_000 + turn
        bodies = [laptop.hello_body(nonce=old, wall_ms=later + copy) for copy in (100, 200)]
        found = welcomes(
            at_once(*(said(laptop, port, body) for port, body in zip(both.ports, bodies, strict=True)))
        )
        assert all(one.flags & Flag.NEW_GENERATION for one in found)
        assert found[0].generation != found[1].generation


def test_a_hello_that_a_proxy_held_up_makes_no_clone(both: Both) -> None:
    laptop = joined(both)
    laptop.hello()
    held_up = said(laptop, both.ports[1], laptop.hello_body())
    laptop.hello()  # tried again: nobody had answered
    laptop.hello()
    late = held_up()
    assert (late.status, late.reason) == (409, "replayed")
    assert laptop.hello()[0].generation == 1


def test_a_restore_found_by_two_processes_at_once_begins_one_history(both: Both) -> None:
    laptop, other = joined(both), joined(both)
    laptop.hello()
    other.hello()
    bodies = [one.hello_body(cursor=10**6, cursor_tag=bytes(8)) for one in (laptop, other)]
    works = (
        said(one, port, body) for one, port, body in zip((laptop, other), both.ports, bodies, strict=True)
    )
    found = welcomes(at_once(*works))
    assert {one.history for one in found} == {found[0].history}
    assert found[0].history != laptop.history


def put(laptop: Laptop, port: int, batch: Batch, start: int = 0, end: int | None = None) -> Answer:
    body = encode_batch(batch)
    piece = body[start:end]
    heads = laptop.put_heads(body, f"{start}-{start + len(piece) - 1}/{len(body)}")
    return request(port, "PUT", f"/sync/v1/up/{text64(batch.id)}", piece, heads)


def test_an_upload_twice_at_once_has_one_effect(both: Both) -> None:
    laptop, user, head = working(both)
    for turn in range(ROUNDS):
        batch = laptop.batch(*people(40), user=user)
        start = len(encode_batch(batch)) // 2 if turn % 3 == 1 else 0
        if start:  # the first half came before, to either
            assert put(laptop, both.ports[turn % 2], batch, 0, start).status == 308
        answers = at_once(*(partial(put, laptop, port, batch, start) for port in both.ports))
        assert ack_in(answers[0]) == ack_in(answers[1])
        head += 40
        assert laptop.hello()[0].head == head
    assert both.server.command("doctor")["uploads"] == 0
    assert both.server.command("verify-audit")["sound"] is True


def test_an_upload_goes_on_at_the_other_process(both: Both) -> None:
    laptop, user, _ = working(both)
    batch = laptop.batch(*people(300), user=user)
    size = len(encode_batch(batch))
    cuts = [size * part // 7 for part in range(7)]
    for turn, (start, end) in enumerate(pairwise(cuts)):
        answer = put(laptop, both.ports[turn % 2], batch, start, end)
        assert (answer.status, answer.heads["range"]) == (308, f"bytes=0-{end - 1}")
    assert ack_in(put(laptop, both.ports[0], batch, cuts[-1])).not_applied == {}
    assert ack_in(put(laptop, both.ports[1], batch, cuts[-1])).not_applied == {}, "the answer of before"


def test_sealed_work_twice_at_once_is_kept_once(both: Both) -> None:
    laptop = joined(both)
    for turn in range(ROUNDS // 2):
        body = f"sealed {turn} {uuid4()}".encode()
        heads = {"Authorization": laptop.signed("POST", QUARANTINE, body)}
        works = (partial(request, port, "POST", QUARANTINE, body, heads) for port in both.ports)
        assert [answer.status for answer in at_once(*works)] == [200, 200]
    assert len(both.server.command("quarantine", "list")) == ROUNDS // 2


def test_a_code_at_once_counts_once(both: Both) -> None:
    for turn in range(ROUNDS // 2):
        code, laptops = both.server.code(), [Laptop(port) for port in both.ports]
        if turn % 2:  # the same laptop, whose first answer did not come in time
            ask = encode(laptops[0].join_ask(code))
            works = (partial(request, port, "POST", "/sync/v1/join", ask) for port in both.ports)
            assert len({decode(JoinAnswer, answer.body).site for answer in at_once(*works)}) == 1
        else:
            answers = at_once(*(partial(one.try_join, code) for one in laptops))
            assert sorted(answer.status for answer in answers) == [200, 403]
