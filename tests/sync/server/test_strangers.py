"""What somebody without any right can make the server hold: next to nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.protocol.errors import BadMessage
from sync.protocol.messages import Refusal, decode_plain
from sync.protocol.packing import MAX_PLAIN, join, pack
from sync.server.asks import Ask, Denied
from sync.server.office import open_office
from sync.server.routes import LARGE, answer
from sync.server.settings import ServerHome
from sync.server.web import WHOLE_BODIES, Web
from tests.helpers.central import Running, Server, set_up

BOMB = pack(b"[" + bytes(MAX_PLAIN - 1), 1)
"""Two kilobytes that unpack to 64 megabytes."""


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server that was set up."""
    return set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}")


@pytest.fixture
def running(server: Server) -> Iterator[Running]:
    """It serves."""
    with server.running() as running:
        yield running


@pytest.fixture
def web(server: Server) -> Iterator[Web]:
    """The server in this process."""
    web = Web(open_office(ServerHome(server.home), url=server.database))
    yield web
    web.close()


def asked_without_body(port: int, path: str, *heads: str) -> tuple[int, str]:
    """Status and reason that come although none of the body that was announced ever does."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        said = [f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {LARGE}", *heads, "", ""]
        line.sendall("\r\n".join(said).encode())
        got = line.recv(1 << 16)
        while b"\r\n\r\n{" not in got:
            got += line.recv(1 << 16)
    head, _, body = got.partition(b"\r\n\r\n")
    return int(head.split()[1]), decode_plain(Refusal, body).reason


@pytest.mark.parametrize("path", ["rows", "offers", "keys", "quarantine"])
def test_a_strangers_large_body_is_not_read(running: Running, path: str) -> None:
    status, reason = asked_without_body(running.port, f"/sync/v1/{path}")
    assert (status, reason) == (401, "bad_signature" if path == "quarantine" else "bad_token")


def test_nobody_signs_for_a_site_that_is_none(running: Running) -> None:
    head = f"Authorization: E1 {'A' * 22} {'A' * 86}"
    assert asked_without_body(running.port, "/sync/v1/quarantine", head) == (401, "unknown_site")


def test_a_hello_and_a_joining_are_small(running: Running) -> None:
    for path in ("hello", "join"):
        assert asked_without_body(running.port, f"/sync/v1/{path}") == (413, "too_large")


@pytest.mark.parametrize("path", ["hello", "join", "lease"])
def test_what_anybody_may_send_does_not_unpack_to_megabytes(web: Web, path: str) -> None:
    body = join(BOMB) if path == "hello" else BOMB
    with pytest.raises(BadMessage, match="declares more"):
        answer(web.office, Ask("POST", f"/sync/v1/{path}", body=body))


def test_all_bodies_together_have_a_bound(web: Web) -> None:
    with web.holding() as first:
        first(WHOLE_BODIES - 10)
        with web.holding() as second:
            second(10)
            with pytest.raises(Denied, match="busy") as refused:
                second(1)
        assert (refused.value.status, refused.value.wait_s) == (503, 5)
    with web.holding() as third:
        third(WHOLE_BODIES)  # what was let go of counts no longer
