"""Train the zstd dictionary for small messages: ``python -m tools.train_dictionary <file>``.

A developer's command, never run by the program. It makes the messages of a few thousand invented small
exchanges (hello and welcome, one or several edits of each table both ways) and lets zstd find what they
have in common: names of tables and fields, verbs, the shapes of columns. Ids, clocks and values are random
and no name of a person is in it. The file is the same on every run with the same version of zstd.

A dictionary that was once in a release stays for ever: what a laptop froze under it is sent after an update,
and is read by the two bytes at its head. A new one gets the next number and is used for what is packed from
then on, as soon as every server in the country can have it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final
from uuid import UUID

import msgspec
import zstandard

from emis_desktop.models import Base
from emis_desktop.queries.verbs import VERBS
from emis_desktop.rules.clock import Clock, Tick, pack
from emis_desktop.rules.ids import IdMaker
from emis_desktop.state_hash import Stored
from sync.facets import Catalogue, Column, Facet
from sync.operations import Act, Batch, Commit, Entry, EntryKind, Op, Page
from sync.protocol.batches import batch_json
from sync.protocol.messages import AckWire, Hello, Welcome
from sync.protocol.packing import dictionary_name
from sync.protocol.pages import page_json

SIZE: Final = 8 * 1024
ROUNDS: Final = 1_500
_START_MS: Final = 1_780_000_000_000
_YEAR_MS: Final = 365 * 86_400_000


class Messages:
    """Invented messages by seed."""

    def __init__(self, seed: int) -> None:
        self._draw = Random(f"dictionary/{seed}")
        self._now = _START_MS + self._draw.randrange(2 * _YEAR_MS)
        self._ids = IdMaker(lambda: self._now, self._draw.getrandbits)
        self._actors = [self._draw.getrandbits(48) for _ in range(3)]
        self._facets = Catalogue.of(Base.metadata).facets
        self._users = [self._ids.new() for _ in range(3)]

    def exchange(self) -> Iterator[bytes]:
        """The JSON of one small exchange."""
        draw = self._draw
        self._now += draw.randrange(86_400_000)
        yield msgspec.json.encode(self._hello())
        ack = AckWire(draw.randbytes(16), draw.randrange(1 << 20), draw.randbytes(8))
        yield msgspec.json.encode(self._welcome(draw.choice((None, ack))))
        yield batch_json(self._batch(draw.choice((1, 1, 1, 2, 3, 5, 12, 40))))
        yield page_json(self._page(draw.choice((1, 1, 2, 5, 20))))

    def _hello(self) -> Hello:
        draw = self._draw
        state = (draw.randbytes(8), draw.randrange(1 << 20), draw.randbytes(8), draw.randbytes(16))
        wants, audit = draw.randrange(1, 4), draw.randbytes(32)
        head = (1, 2, draw.choice((1, 1, 1, 2)), draw.randbytes(16))
        return Hello(*head, *state, draw.randbytes(8), self._now, wants, draw.randrange(1 << 16), audit)

    def _welcome(self, ack: AckWire | None) -> Welcome:
        draw = self._draw
        head = (self._now, draw.randbytes(8), draw.randbytes(16), 1)
        return Welcome(*head, draw.randrange(1 << 20), draw.randbytes(8), draw.choice((0, 0, 1)), 2, ack)

    def _batch(self, count: int) -> Batch:
        draw = self._draw
        verbs = draw.choices(list(VERBS), k=count)
        acts = tuple(
            Act(index, draw.choice(self._users), verb, pack(self._now + 5_000 * index))
            for index, verb in enumerate(verbs)
        )
        facets = [draw.choice(self._facets) for _ in range(draw.choice((1, 1, 2)))]
        ops = tuple(self._op(act.index, draw.choice(facets)) for act in acts)
        return Batch(
            draw.randbytes(16), self._actors[0], 2, draw.randrange(1 << 20), draw.randbytes(8), acts, ops
        )

    def _op(self, act: int, facet: Facet) -> Op:
        insert = self._draw.random() < 0.3
        columns = facet.columns if insert else self._some(facet)
        values = {column.name: self._value(column) for column in columns}
        return Op(act, facet.name, self._row(), insert, values, {} if insert else self._bases(values))

    def _page(self, count: int) -> Page:
        draw = self._draw
        first = draw.randrange(1 << 20)
        entries = tuple(self._entry(first + place, draw.choice(self._facets)) for place in range(count))
        commits = (Commit(first, count, draw.randbytes(8)),)
        return Page(first - 1, first + count - 1, first + count - 1, entries, commits)

    def _entry(self, seq: int, facet: Facet) -> Entry:
        put = self._draw.random() < 0.4
        columns = facet.columns if put else self._some(facet)
        clock = self._clock(self._now)
        values = {column.name: self._value(column) for column in columns}
        kind = EntryKind.PUT if put else EntryKind.SET
        facts = (seq, facet.name, self._row(), kind, values)
        return Entry(
            *facts,
            Tick(clock, clock.stamp),
            {},
            self._draw.choice(self._users),
            self._draw.choice(list(VERBS)),
        )

    def _some(self, facet: Facet) -> list[Column]:
        free = [column for column in facet.columns if not column.key] or list(facet.columns)
        return self._draw.sample(free, min(len(free), self._draw.choice((1, 1, 2, 3))))

    def _bases(self, values: dict[str, Stored]) -> dict[str, Clock]:
        clock = self._clock(self._now - self._draw.randrange(_YEAR_MS))
        return dict.fromkeys(values, clock)

    def _clock(self, ms: int) -> Clock:
        return Clock(pack(ms, self._draw.choice((0, 0, 0, 1))), self._draw.choice(self._actors))

    def _row(self) -> UUID:
        return (
            self._ids.new() if self._draw.random() < 0.5 else UUID(int=self._draw.getrandbits(128), version=5)
        )

    def _value(self, column: Column) -> Stored:
        """A value of the column's type that tells nothing: most are digits or ids."""
        draw = self._draw
        if column.sa.nullable and draw.random() < 0.3:
            return None
        kind = column.sa.type.python_type
        if column.levels:
            return draw.choice(column.levels)
        return self._made(kind)

    def _made(self, kind: type) -> Stored:
        draw = self._draw
        makers: dict[type, Callable[[], Stored]] = {
            UUID: lambda: self._row().bytes,
            bytes: lambda: draw.randbytes(20),
            str: lambda: f"{draw.randrange(10**7):07d}",
            date: lambda: str(date(2026, 1, 1) - timedelta(days=draw.randrange(6_000))),
            datetime: lambda: self._now,
        }
        return makers.get(kind, lambda: draw.randrange(200) * 500)()


def trained(seed: int = 1) -> bytes:
    """The dictionary."""
    samples: list[bytes | bytearray | memoryview[int]] = list(_samples(seed))
    return zstandard.train_dictionary(SIZE, samples, level=19).as_bytes()


def _samples(seed: int) -> Iterator[bytes]:
    messages = Messages(seed)
    for _ in range(ROUNDS):
        yield from messages.exchange()


def main(path: str) -> None:
    """Write the dictionary to ``path`` and say its name."""
    raw = trained()
    Path(path).write_bytes(raw)
    print(f"{path}: {len(raw):,} bytes, named {dictionary_name(raw).hex()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
