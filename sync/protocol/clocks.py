"""Clocks as columns: milliseconds, counters and actors apart; each actor of a message once."""

from __future__ import annotations

from collections.abc import Sequence

from emis_desktop.rules.clock import COUNTER_BITS, Clock
from sync.protocol.numbers import Json, Room, bad, decode_ints, encode_ints

_COUNTER_MASK = (1 << COUNTER_BITS) - 1
_MOST_ACTOR = 1 << 48


class ActorTable:
    """Collects the actors of a message while it is written."""

    def __init__(self, *first: int) -> None:
        """``first``: actors that have the first places."""
        self._places = {actor: place for place, actor in enumerate(first)}

    def written(self, clocks: Sequence[Clock]) -> Json:
        """A column of clocks."""
        known = self._places
        return [
            *written_stamps([clock.stamp for clock in clocks]),
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


def read_clocks(column: Json, count: int, actors: list[int], room: Room) -> list[Clock]:
    """The ``count`` clocks of a column."""
    if not isinstance(column, list) or len(column) != 3:
        raise bad("no column of clocks")
    stamps = read_stamps(column[0], column[1], count, room)
    places = decode_ints(column[2], count, room)
    if places and not (min(places) >= 0 and max(places) < len(actors)):
        raise bad("an actor outside its table")
    return [Clock(stamp, actors[place]) for stamp, place in zip(stamps, places, strict=True)]


def written_stamps(stamps: Sequence[int]) -> list[Json]:
    """Two columns: milliseconds and counters."""
    return [
        encode_ints([stamp >> COUNTER_BITS for stamp in stamps]),
        encode_ints([stamp & _COUNTER_MASK for stamp in stamps]),
    ]


def read_stamps(ms: Json, counters: Json, count: int, room: Room) -> list[int]:
    """The stamps of two columns."""
    stamps = [
        whole << COUNTER_BITS | counter
        for whole, counter in zip(
            decode_ints(ms, count, room), decode_ints(counters, count, room), strict=True
        )
        if 0 <= counter <= _COUNTER_MASK
    ]
    if len(stamps) != count or (stamps and not 0 <= min(stamps) <= max(stamps) < 1 << 63):
        raise bad("a stamp outside the clock")
    return stamps
