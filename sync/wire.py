"""The sockets under the line: every byte counted, torn from another thread at will."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPResponse
from socket import SHUT_RDWR, socket
from ssl import SSLSocket
from typing import Any, Final, cast

from urllib3.connection import HTTPConnection, HTTPSConnection

from emis_desktop.errors import N_, Cancelled
from sync.engine.line import Tally
from sync.tls import check_pin

_PIECE: Final = 4096
"""Bytes handed to the system at a time: each has the whole time of silence to get out."""
_STOPPED = N_("Stopped. What had arrived is kept.")


class Wire:
    """The socket in use: counts what goes through it and can be torn from another thread."""

    def __init__(self, tally: Tally, silent_seconds: float) -> None:
        self.tally = tally
        self.silent_seconds = silent_seconds
        self.sending: Callable[[int], None] | None = None
        self._cancelled = threading.Event()
        self._socket: socket | None = None

    def use(self, connected: socket) -> None:
        """Remember the socket of a new connection."""
        self._socket = connected
        self.check()

    def check(self) -> None:
        """Raise :class:`Cancelled` once somebody wanted that."""
        if self._cancelled.is_set():
            raise Cancelled(_STOPPED)

    def sent(self, size: int) -> None:
        """So many bytes left."""
        self.tally.up += size
        if self.sending is not None:
            self.sending(size)
        self.check()

    def cancel(self) -> None:
        """Wake whoever waits for this socket."""
        self._cancelled.set()
        if (one := self._socket) is not None:
            with suppress(OSError):  # closed already
                one.shutdown(SHUT_RDWR)

    def renew(self) -> None:
        """Forget that it was torn."""
        self._cancelled.clear()


class _CountingFile(io.RawIOBase):
    """The reading side of a socket: counts what arrives."""

    def __init__(self, inner: io.RawIOBase, tally: Tally) -> None:
        super().__init__()
        self._inner = inner
        self._tally = tally

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int | None:  # noqa: ANN401 - any writable buffer
        """Read what there is into ``buffer``."""
        size: int | None = self._inner.readinto(buffer)
        self._tally.down += size or 0
        return size

    def close(self) -> None:
        """Close both."""
        self._inner.close()
        super().close()


def counted(wire: Wire, pin: bytes | None) -> tuple[type[HTTPConnection], type[HTTPSConnection]]:
    """Connections whose bytes count for ``wire``; those with TLS go on only to the holder of ``pin``."""

    class Answer(HTTPResponse):
        """A response that counts its bytes."""

        def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - http.client's own
            super().__init__(*arguments, **named)
            inner = self.fp.detach()
            self.fp = io.BufferedReader(_CountingFile(inner, wire.tally))

    class Plain(HTTPConnection):
        """Without TLS, to this very machine."""

        response_class = Answer

        def connect(self) -> None:
            """Connect, and let the wire know the socket."""
            super().connect()
            wire.use(self.sock)

        def send(self, data: Any) -> None:  # noqa: ANN401 - http.client's own
            """Send in pieces that count."""
            _send(self, super().send, data, wire)

    class Secure(HTTPSConnection):
        """With TLS."""

        response_class = Answer

        def connect(self) -> None:
            """Connect, look at the server's key, and let the wire know the socket."""
            super().connect()
            if pin is not None:
                check_pin(cast(SSLSocket, self.sock), pin)
                self.is_verified = True
            wire.use(cast(socket, self.sock))

        def send(self, data: Any) -> None:  # noqa: ANN401 - http.client's own
            """Send in pieces that count."""
            _send(self, super().send, data, wire)

    return Plain, Secure


def _send(connection: HTTPConnection, send: Callable[[Any], None], data: bytes, wire: Wire) -> None:
    if connection.sock is None:
        connection.connect()
    connection.sock.settimeout(wire.silent_seconds)
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        send(piece)
        wire.sent(len(piece))
