"""The line itself: a relay on the loopback that counts, shapes, loses and cuts, run as a process of its own.

``python -m tests.helpers.wire_core TARGET_PORT`` listens on a free port of 127.0.0.1, prints it as JSON, then
takes one JSON order a line on standard input and answers each with the counts. Bytes are TCP payload, heads
and bodies, both ways; with TLS they are records as they stand on the line, and requests cannot be seen.

Shaping is one shared link a direction: pieces of at most 1,400 bytes leave one after the other at ``bps`` and
arrive half a round trip later; a new connection costs one round trip before its first byte. What is under way
is bounded: a full queue stops the reading.
"""

import asyncio
import contextlib
import json
import os
import random
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from tests.helpers.wire_requests import RequestCounter

PIECE, BLOCK = 1_400, 65_536
UNDER_WAY = 32
"""Blocks that may wait in one direction of one connection."""
CONNECTIONS = 512
AHEAD = 0.05
"""Seconds that the reading may be ahead of a shaped link."""


@dataclass
class Line:
    """Counters and plans. ``total`` is what has passed both ways since the last reset."""

    bps: float = 0.0
    rtt: float = 0.0
    up: int = 0
    down: int = 0
    connections: int = 0
    requests: int = 0
    lost: int = 0
    cuts: list[int] = field(default_factory=list)
    plan: list[int] = field(default_factory=list)
    silent: bool = False
    pause: float = 0.0
    down_until: float = 0.0
    breaking: bool = False
    lose: float = 0.0
    dice: random.Random = field(default_factory=lambda: random.Random(0))
    free: dict[str, float] = field(default_factory=lambda: {"up": 0.0, "down": 0.0})

    @property
    def total(self) -> int:
        """Bytes passed both ways."""
        return self.up + self.down

    def reset(self) -> None:
        """Zero the counters and drop every plan; the shape stays."""
        self.up = self.down = self.connections = self.requests = self.lost = 0
        self.cuts, self.plan, self.lose, self.down_until, self.breaking = [], [], 0.0, 0.0, False

    def take(self, way: str, data: bytes) -> tuple[bytes, bool]:
        """Count what passes of ``data``, cut off where the plan says so; whether the line breaks there."""
        breaks = bool(self.plan) and self.total + len(data) >= self.plan[0]
        if breaks:
            data = data[: max(0, self.plan.pop(0) - self.total)]
            self.breaking = True
        if way == "up":
            self.up += len(data)
        else:
            self.down += len(data)
        return data, breaks

    def due(self, way: str, size: int) -> float:
        """When ``size`` bytes that are read now arrive at the other end."""
        now = time.monotonic()
        if not self.bps:
            return now + self.rtt / 2
        self.free[way] = max(now, self.free[way]) + size * 8 / self.bps
        return self.free[way] + self.rtt / 2

    def counts(self) -> dict[str, Any]:
        """What the far end of the control line is told."""
        return {
            "up": self.up,
            "down": self.down,
            "connections": self.connections,
            "requests": self.requests,
            "lost": self.lost,
            "cuts": self.cuts,
            "planned": len(self.plan),
        }


class Connection:
    """One client's connection and the one to the target behind it."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writers = [writer]
        self.dead = self.silent = False
        self.over = asyncio.Event()
        self.asked = 0
        self.answered = 0

    def kill(self) -> None:
        """Reset both sides: no orderly end, what the kernel has not passed on is gone."""
        self.dead = True
        self.over.set()
        for writer in self.writers:
            held: socket.socket = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()


class Relay:
    """All connections over one :class:`Line` to one port."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.line = Line()
        self.open: set[Connection] = set()

    def cut(self) -> None:
        """Break the line now: every connection is reset, or falls silent, as the plan has it."""
        self.line.cuts.append(self.line.total)
        self.line.breaking = False
        self.line.down_until = time.monotonic() + self.line.pause
        for connection in tuple(self.open):
            if self.line.silent:
                connection.silent = True
            else:
                connection.kill()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Relay one client until it ends, is reset or, silent, until the relay ends."""
        connection = Connection(writer)
        broken = time.monotonic() < self.line.down_until
        if len(self.open) >= CONNECTIONS or (broken and not self.line.silent):
            connection.kill()
            return
        self.line.connections += 1
        connection.silent = broken
        self.open.add(connection)
        try:
            await self._relay(connection, reader, writer)
        except OSError:
            pass
        finally:
            if connection.silent:
                await connection.over.wait()  # neither an end nor a reset reaches anybody
            self.open.discard(connection)
            for each in connection.writers:
                each.close()

    async def _relay(
        self, connection: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self.line.rtt:
            await asyncio.sleep(self.line.rtt)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        connection.writers.append(far_writer)
        if connection.dead:
            connection.kill()
            return
        for each in connection.writers:
            each.transport.set_write_buffer_limits(high=0)  # so that drain() means: with the kernel
        await asyncio.gather(
            _Way(self, connection, "up").run(reader, far_writer),
            _Way(self, connection, "down").run(far_reader, writer),
        )


class _Way:
    """One direction of one connection: reads, counts, holds back, delivers."""

    def __init__(self, relay: Relay, connection: Connection, way: str) -> None:
        self.relay, self.line, self.connection, self.way = relay, relay.line, connection, way
        self.queue: asyncio.Queue[tuple[float, bytes, bool] | None] = asyncio.Queue(UNDER_WAY)
        self.requests = RequestCounter()

    async def run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        delivery = asyncio.create_task(self._deliver(writer))
        with contextlib.suppress(OSError):
            await self._read(reader)
        await self.queue.put(None)
        await delivery

    async def _read(self, reader: asyncio.StreamReader) -> None:
        while not self.connection.dead:
            data = await reader.read(PIECE if self.line.bps else BLOCK)
            if not data or self.connection.dead:
                return
            if self.connection.silent or self.line.breaking:  # nothing passes the place of the break
                continue
            if self.way == "down" and self._is_lost():
                self.connection.kill()
                return
            data, breaks = self.line.take(self.way, data)
            if self.way == "up":
                seen = self.requests.feed(data)
                self.line.requests += seen
                self.connection.asked += seen
            await self.queue.put((self.line.due(self.way, len(data)), data, breaks))
            ahead = self.line.free[self.way] - time.monotonic() - AHEAD
            if self.line.bps and ahead > 0:
                await asyncio.sleep(ahead)

    def _is_lost(self) -> bool:
        """Whether the answer that begins here is one of those that get lost; each is asked once."""
        if not self.line.lose or self.connection.answered == self.connection.asked:
            return False
        self.connection.answered = self.connection.asked
        lost = self.line.dice.random() < self.line.lose
        self.line.lost += lost
        return lost

    async def _deliver(self, writer: asyncio.StreamWriter) -> None:
        while (item := await self.queue.get()) is not None:
            due, data, breaks = item
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            if self.connection.dead or self.connection.silent:
                continue
            with contextlib.suppress(OSError):
                writer.write(data)
                await writer.drain()
            if breaks:
                self.relay.cut()
        if not self.connection.dead and not self.connection.silent:
            with contextlib.suppress(OSError, RuntimeError):
                writer.write_eof()


def _obey(relay: Relay, order: dict[str, Any]) -> None:
    line = relay.line
    match order.pop("do"):
        case "reset":
            line.reset()
        case "shape":
            line.bps, line.rtt = order["bps"], order["rtt"]
            line.free = {"up": 0.0, "down": 0.0}
        case "plan":
            line.plan = sorted(order["at"])
            line.silent, line.pause = order["silent"], order["pause"]
        case "cut":
            line.silent, line.pause = order["silent"], order["pause"]
            relay.cut()
        case "lose":
            line.lose, line.dice = order["share"], random.Random(order["seed"])
        case "heal":
            line.plan, line.down_until, line.lose = [], 0.0, 0.0
        case "counts":
            pass


async def _control(relay: Relay) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
    )
    while line := await reader.readline():
        _obey(relay, json.loads(line))
        _tell(relay.line.counts())


def _tell(values: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


async def main(target: int) -> None:
    """Relay to ``target`` until the control line ends."""
    relay = Relay(target)
    server = await asyncio.start_server(relay.serve, "127.0.0.1", 0)
    _tell({"port": server.sockets[0].getsockname()[1]})
    await _control(relay)
    for connection in tuple(relay.open):
        connection.kill()
    sys.stdout.flush()
    os._exit(0)  # nothing is left to be said, and a relay that waits for its tasks would only complain


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
