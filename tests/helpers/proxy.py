"""A reverse proxy with TLS in front of a server: what a ministry may put there, in one small program.

It does what such proxies do and laptops must live with: it keeps a body back until it has all of it
(``buffering``), refuses one that is too large (413, a page of HTML), answers 502 with a page of HTML while
nobody serves behind it, ends connections when it likes, adds heads, and tells where requests come from.
"""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

_HEAD_MOST = 64 * 1024
_PIECE = 16 * 1024
_PAGE = b"<html><head><title>%s</title></head><body><h1>%s</h1><hr>proxy</body></html>"
_HOPS = frozenset({"connection", "keep-alive", "transfer-encoding", "date", "server"})


@dataclass
class Proxy:
    """A proxy from :attr:`port` (TLS, on 127.0.0.1) to ``target`` (plain), until closed.

    ``answers``: requests on one connection before it is closed; ``came_from``: what it tells of where a
    request came from; ``most``: bytes of a body. ``seen`` counts requests by the status of their answers.
    """

    target: int
    certificate: Path
    buffering: bool = False
    most: int = 40 << 20
    answers: int = 1_000
    came_from: str = ""
    seen: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(self.certificate)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it and its connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.close()

    def _serve(self) -> None:
        while True:
            try:
                taken, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connection, args=(taken,), daemon=True).start()

    def _connection(self, taken: socket.socket) -> None:
        with contextlib.suppress(OSError), self._tls.wrap_socket(taken, server_side=True) as line:
            self._open.add(line)
            try:
                for _ in range(self.answers):
                    if not self._exchange(line):
                        return
            finally:
                self._open.discard(line)

    def _exchange(self, line: ssl.SSLSocket) -> bool:
        """One request and its answer; false when the connection is of no use any more."""
        head, rest = _head(line)
        if not head:
            return False
        method, target, heads = _parsed(head)
        size = int(heads.get("content-length", "0"))
        if size > self.most:
            self._page(line, 413, b"Request Entity Too Large")
            return False
        body = _pieces(line, rest, size)
        try:
            return self._passed_on(line, method, target, heads, body)
        except _ClientWentAwayError:
            return False
        except OSError:
            self._page(line, 502, b"Bad Gateway")
            return False

    def _passed_on(
        self, line: ssl.SSLSocket, method: str, target: str, heads: dict[str, str], body: Iterator[bytes]
    ) -> bool:
        if self.buffering:
            body = iter([b"".join(body)])
        upstream = http.client.HTTPConnection("127.0.0.1", self.target, timeout=120)
        with contextlib.closing(upstream):
            upstream.putrequest(method, target, skip_accept_encoding=True)
            for name, value in heads.items():
                if name not in _HOPS | {"host", "x-forwarded-for"}:
                    upstream.putheader(name, value)
            upstream.putheader("X-Forwarded-For", self.came_from or "127.0.0.1")
            upstream.putheader("X-Forwarded-Proto", "https")
            upstream.endheaders()
            for piece in body:
                upstream.send(piece)
            answer = upstream.getresponse()
            whole = answer.read()
            kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOPS]
        self._count(answer.status)
        text = [
            f"HTTP/1.1 {answer.status} {answer.reason}",
            "Server: proxy",
            "Date: Sun, 22 Nov 2026 08:00:00 GMT",
        ]
        text += [f"{name}: {value}" for name, value in kept]
        line.sendall("\r\n".join([*text, "", ""]).encode() + whole)
        return True

    def _page(self, line: ssl.SSLSocket, status: int, words: bytes) -> None:
        page = _PAGE % (words, words)
        head = b"HTTP/1.1 %d %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        self._count(status)  # before it is sent: who has read it may look at once
        line.sendall(head % (status, words, len(page)) + page)
        with contextlib.suppress(OSError):  # let what is still on its way run out, so that the answer is read
            line.shutdown(socket.SHUT_WR)
            line.settimeout(2)
            while line.recv(_PIECE):
                pass

    def _count(self, status: int) -> None:
        self.seen[status] = self.seen.get(status, 0) + 1


class _ClientWentAwayError(Exception):
    """The client ended its connection in the middle of a body."""


def _head(line: ssl.SSLSocket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        more = line.recv(_PIECE)
        if not more or len(data) > _HEAD_MOST:
            return b"", b""
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _parsed(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (each.partition(":") for each in lines)
    return method, target, {name.lower(): value.strip() for name, _, value in pairs}


def _pieces(line: ssl.SSLSocket, rest: bytes, size: int) -> Iterator[bytes]:
    left = size
    while left > 0:
        try:
            piece = rest or line.recv(min(_PIECE, left))
        except OSError:
            piece = b""
        if not piece:
            raise _ClientWentAwayError
        rest = b""
        left -= len(piece)
        yield piece
