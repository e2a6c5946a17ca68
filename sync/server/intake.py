"""Reads a request's body as quickly as it comes, apart from whoever writes it down.

A web server throws away what it has read and not handed over when the sender goes away; so it is taken over
at once, whatever the database is doing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from types import TracebackType
from typing import Any, Final, Self

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

MOST_WAITING: Final = 512 * 1024
"""Bytes that wait to be written down before the sender is slowed down."""


class Intake:
    """The bytes of one request, while the block lasts. ``cut``: the sender went away in the middle."""

    def __init__(self, receive: Receive) -> None:
        self.cut = False
        self._receive = receive
        self._waiting = bytearray()
        self._ended = False
        self._more = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    async def take(self, least: int, patience: float, silence: float) -> bytes:
        """What came: once it is ``least`` bytes, or ``patience`` seconds have passed since the first of
        them, or the body has ended; nothing at the end, and after ``silence`` seconds without a byte.
        """
        if not self._waiting and not self._ended:
            await self._hear(silence)
        until = asyncio.get_running_loop().time() + patience
        while len(self._waiting) < least and not self._ended:
            left = until - asyncio.get_running_loop().time()
            if left <= 0 or not await self._hear(left):
                break
        taken = bytes(self._waiting)
        self._waiting.clear()
        self._room.set()
        if not taken and not self._ended:
            self.cut = True  # silent for too long
        return taken

    async def _hear(self, seconds: float) -> bool:
        self._more.clear()
        try:
            await asyncio.wait_for(self._more.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _read(self) -> None:
        try:
            while True:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    self.cut = True
                    return
                self._waiting += message.get("body", b"")
                self._more.set()
                if not message.get("more_body", False):
                    return
                if len(self._waiting) >= MOST_WAITING:
                    self._room.clear()
                    await self._room.wait()
        finally:
            self._ended = True
            self._more.set()
