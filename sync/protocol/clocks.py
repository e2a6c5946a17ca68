"""Clocks as columns: milliseconds, counters and actors apart; each actor of a message once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from emis_desktop.rules.clock import COUNTER_BITS, Clock
from sync.protocol.numbers import INT64, Json, Room, bad, decode_ints, encode_ints, picked

_COUNTER_MASK = (1 << COUNTER_BITS) - 1
_MOST_ACTOR = 1 << 48
_TIME_SHIFT = 80


class ActorTable:
    """Collects the actors of a message while it is written."""

    def __init__(self, *first: int) -> None:
        """``first``: actors that have the first places."""
        self._places = {actor: place for place, actor in enumerate(first)}

    def written(self, clocks: Sequence[Clock], rows: Sequence[UUID]) -> Json:
        """A column of clocks, each of a field of the row beside it."""
        known = self._places
        return [
            *written_stamps([clock.stamp for clock in clocks], rows),
            encode_ints([known.setdefault(clock.actor, len(known)) for clock in clocks]),
        ]

    def table(self) -> list[int]:
        """The actors in their places; complete once every column is written."""
        return list(self._places)


def read_actors(table: Json) -> list[int]:
    """The actors of a message."""
    if not isinstance(table, list) or not all(type(one) is int and 0 <= one < _MOST_ACTOR for one in table):
        raise bad("no table of actors")
    return table


def read_clocks(column: Json, rows: Sequence[UUID], actors: list[int], room: Room) -> list[Clock]:
    """The clocks of a column, one for each of the rows."""
    ms, counters, of = column
    stamps = read_stamps(ms, counters, rows, room)
    return [
        Clock(stamp, actor)
        for stamp, actor in zip(stamps, picked(actors, decode_ints(of, len(rows), room)), strict=True)
    ]


def written_stamps(stamps: Sequence[int], rows: Sequence[UUID]) -> list[Json]:
    """Two columns: milliseconds and counters. Milliseconds stand as ``["u", column]``, after those of the
    row's id, where that is shorter: most rows are written when they are made.
    """
    ms = [stamp >> COUNTER_BITS for stamp in stamps]
    direct = encode_ints(ms)
    after = ["u", encode_ints([each - _made_ms(row) for each, row in zip(ms, rows, strict=True)])]
    return [
        min(direct, after, key=lambda column: len(msgspec.json.encode(column))),
        encode_ints([stamp & _COUNTER_MASK for stamp in stamps]),
    ]


def read_stamps(ms: Json, counters: Json, rows: Sequence[UUID], room: Room) -> list[int]:
    """The stamps of two columns, one for each of the rows."""
    match ms:
        case ["u", after]:
            later = decode_ints(after, len(rows), room)
            whole = [_made_ms(row) + each for row, each in zip(rows, later, strict=True)]
        case _:
            whole = decode_ints(ms, len(rows), room)
    counts = decode_ints(counters, len(rows), room)
    if counts and not 0 <= min(counts) <= max(counts) <= _COUNTER_MASK:
        raise bad("a counter outside the clock")
    stamps = [each << COUNTER_BITS | count for each, count in zip(whole, counts, strict=True)]
    if stamps and not 0 <= min(stamps) <= max(stamps) < INT64:
        raise bad("a stamp outside the clock")
    return stamps


def _made_ms(row: UUID) -> int:
    """When a row was made, as a UUIDv7 tells; of any other id it is a number like another."""
    return row.int >> _TIME_SHIFT
