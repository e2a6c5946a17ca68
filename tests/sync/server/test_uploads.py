"""Uploads over bad lines: every byte that came is kept, whoever dies, and a batch is applied once."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from sync.operations import Batch
from sync.protocol.batches import encode_batch
from sync.protocol.signing import by_token, text64
from tests.helpers.central import Laptop, Running, Server, ack_in, beginning, people, request, set_up


@pytest.fixture
def server(tmp_path: Path, database_url: str) -> Server:
    """A server that was set up."""
    return set_up(tmp_path / "server", database_url)


@pytest.fixture
def running(server: Server) -> Iterator[Running]:
    """It serves, with two processes on PostgreSQL."""
    many = ("--workers", "2") if server.database.startswith("postgresql") else ()
    with server.running(*many) as running:
        yield running


def joined(server: Server, port: int, school: str = "GD-001") -> Laptop:
    """A laptop with a token."""
    laptop = Laptop(port)
    laptop.join(server.code(school), name=f"Laptop {os.urandom(4).hex()}")
    laptop.hello()
    return laptop


def large(laptop: Laptop, count: int = 3_000) -> Batch:
    """A batch of some 100 kB."""
    user = uuid4()
    return laptop.batch(*beginning(laptop, user), *people(count), user=user)


def request_head(laptop: Laptop, batch: Batch, start: int) -> bytes:
    """The head of a request that promises everything of a batch from ``start`` on."""
    body = encode_batch(batch)
    lines = [
        f"PUT /sync/v1/up/{text64(batch.id)} HTTP/1.1",
        "Host: x",
        f"Content-Length: {len(body) - start}",
    ]
    heads = laptop.put_heads(body, f"{start}-{len(body) - 1}/{len(body)}")
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in heads.items()), "", ""]).encode()


def send_part(laptop: Laptop, batch: Batch, start: int, end: int) -> None:
    """Begin to send everything from ``start`` on, and let the line die before ``end``."""
    with socket.create_connection(("127.0.0.1", laptop.port)) as line:
        line.sendall(request_head(laptop, batch, start))
        line.sendall(encode_batch(batch)[start:end])
        line.shutdown(socket.SHUT_WR)
        while line.recv(1 << 16):
            pass


def there(laptop: Laptop, batch: Batch) -> int:
    """How many bytes of a batch the server says it has."""
    body = encode_batch(batch)
    target = f"/sync/v1/up/{text64(batch.id)}"
    answer = request(laptop.port, "PUT", target, heads=laptop.put_heads(body, f"*/{len(body)}"))
    assert answer.status == 308, answer
    return int(answer.heads["range"].rpartition("-")[2]) + 1 if "range" in answer.heads else 0


def wait_for(laptop: Laptop, batch: Batch, size: int) -> int:
    """Wait until the server has that much."""
    for _ in range(100):
        if (found := there(laptop, batch)) >= size:
            return found
        time.sleep(0.05)
    return there(laptop, batch)


def test_what_came_before_the_line_died_is_kept(server: Server, running: Running) -> None:
    laptop = joined(server, running.port)
    batch = large(laptop)
    size = len(encode_batch(batch))
    at = 0
    for cut in (1, 700, 16_384, 20_001, size // 2, size - 1):
        send_part(laptop, batch, at, cut)
        at = wait_for(laptop, batch, cut)
        assert at == cut
    ack = ack_in(laptop.put(batch, at))
    assert ack.not_applied == {}
    assert laptop.hello()[0].head == len(batch.ops)


def test_bytes_that_are_here_already_are_not_asked_for_again(server: Server, running: Running) -> None:
    laptop = joined(server, running.port)
    batch = large(laptop, 300)
    size = len(encode_batch(batch))
    assert laptop.put(batch, 0, size // 2).status == 308
    assert there(laptop, batch) == size // 2
    ahead = laptop.put(batch, size // 2 + 5)
    assert (ahead.status, ahead.heads["range"]) == (308, f"bytes=0-{size // 2 - 1}")
    assert ack_in(laptop.put(batch, 10)).not_applied == {}  # overlaps


def test_wrong_bytes_are_told_and_forgotten(server: Server, running: Running) -> None:
    laptop = joined(server, running.port)
    batch = large(laptop, 50)
    body = encode_batch(batch)
    spoilt = bytes([body[0] ^ 1]) + body[1:]
    heads = laptop.put_heads(body, f"0-{len(body) - 1}/{len(body)}")
    answer = request(running.port, "PUT", f"/sync/v1/up/{text64(batch.id)}", spoilt, heads)
    assert (answer.status, answer.reason) == (409, "body_hash")
    assert there(laptop, batch) == 0
    assert ack_in(laptop.put(batch)).not_applied == {}


@pytest.mark.parametrize(
    ("heads", "status"),
    [
        ({"Content-Range": "bytes 0-9/99999999999"}, 413),
        ({"Content-Range": "bytes 5-1/10"}, 400),
        ({"Content-Range": "words"}, 400),
        ({"X-Sha256": "00"}, 400),
        ({"Authorization": by_token("AAAA")}, 401),
        ({"Authorization": "Basic x"}, 401),
    ],
)
def test_odd_heads_are_refused(tmp_path: Path, heads: dict[str, str], status: int) -> None:
    server = set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}")
    with server.running() as running:
        laptop = joined(server, running.port)
        batch = large(laptop, 5)
        body = encode_batch(batch)
        given = {**laptop.put_heads(body, f"0-{len(body) - 1}/{len(body)}"), **heads}
        answer = request(running.port, "PUT", f"/sync/v1/up/{text64(batch.id)}", body, given)
        assert answer.status == status, answer


def test_another_laptops_batch_is_foreign(server: Server, running: Running) -> None:
    one, other = joined(server, running.port), joined(server, running.port)
    batch = large(one, 5)
    answer = other.put(batch)
    assert (answer.status, answer.reason) == (403, "foreign")
    assert ack_in(one.put(batch)).not_applied == {}
    again = other.put(batch)
    assert (again.status, again.reason) == (403, "foreign")


@pytest.mark.parametrize("most", [1, 20_000, 45_000])
def test_a_server_killed_in_the_middle_goes_on_where_it_was(tmp_path: Path, most: int) -> None:
    server = set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}")
    with server.running() as running:
        laptop = joined(server, running.port)
        batch = large(laptop)
        body = encode_batch(batch)
        assert laptop.put(batch, 0, most).status == 308
        with socket.create_connection(("127.0.0.1", running.port)) as line:
            line.sendall(request_head(laptop, batch, most) + body[most : most + 5_000])
            running.process.send_signal(signal.SIGKILL)
            running.process.wait()
    with server.running() as running:
        laptop.port = running.port
        kept = there(laptop, batch)
        assert kept >= most
        assert ack_in(laptop.put(batch, kept)).not_applied == {}
        assert laptop.hello()[0].head == len(batch.ops)


def test_twelve_at_once_lose_nothing(server: Server, running: Running) -> None:
    schools = [f"GD-{n:03}" for n in range(12)]
    laptops = [joined(server, running.port, school) for school in schools]

    def work(laptop: Laptop) -> int:
        applied = 0
        for _ in range(3):
            batch = large(laptop, 60)
            size = len(encode_batch(batch))
            assert laptop.put(batch, 0, size // 2).status == 308
            applied += len(batch.ops) - len(ack_in(laptop.put(batch, size // 2)).not_applied)
        return applied

    with ThreadPoolExecutor(12) as pool:
        applied = sum(pool.map(work, laptops))
    assert applied == laptops[0].hello()[0].head
    assert server.command("doctor")["uploads"] == 0
    assert server.command("verify-audit")["sound"] is True


def test_a_polite_end_finishes_what_runs(tmp_path: Path) -> None:
    server = set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}")
    with server.running() as running:
        laptop = joined(server, running.port)
        batch = large(laptop)
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(laptop.put, batch)
            time.sleep(0.3)
            running.process.send_signal(signal.SIGTERM)
            answer = sent.result()
        assert running.stop() == 0
    assert ack_in(answer).not_applied == {}
