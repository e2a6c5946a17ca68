"""The hybrid logical clock, and who wrote what when.

A stamp is one whole number: 48 bits of milliseconds since 1970 UTC, then 16 bits of a counter. It fits
SQLite's signed 64-bit integer until the year 6429. A stamp grows with every act of a site whatever its wall
clock says: a laptop in 2001 counts on from the last stamp it saw, one in 2037 is believed only up to a
limit by everybody else.
"""

from hashlib import blake2b
from typing import Final, NamedTuple
from uuid import UUID

COUNTER_BITS: Final = 16
MAX_AHEAD_MS: Final = 10 * 60 * 1000
"""How far before the receiver's clock a stamp may be and still be believed."""
LAST_MS: Final = (1 << 47) - 1
"""The last millisecond of the clock, in the year 6429."""

_COUNTER_MASK = (1 << COUNTER_BITS) - 1
_ACTOR_BYTES = 6


class Clock(NamedTuple):
    """Identity of one written value: the stamp of its act and the number of the actor who wrote it.

    Two values with one clock are the same write (or a store and its copy wrote in the same instant). Whether
    one write followed another is told by the base that it names, never by comparing clocks.
    """

    stamp: int
    actor: int


class Tick(NamedTuple):
    """A clock with what the server made of it.

    ``rank`` orders concurrent edits: the stamp, or the moment of receipt when the stamp was not believed
    (:func:`believed`). ``reopens`` counts, for a column of rule *state*, how often it was opened again.
    """

    clock: Clock
    rank: int
    reopens: int = 0


SERVER: Final = 0
"""The actor number of the central server itself; no laptop has it."""
NEVER: Final = Clock(0, SERVER)
"""The clock of what was never written."""
UNWRITTEN: Final = Tick(NEVER, 0)
"""The tick of what was never written."""


def actor_number(site: UUID, generation: int) -> int:
    """The number that stands for a site in one generation: 48 bits of BLAKE2b, never :data:`SERVER`."""
    text = site.bytes + generation.to_bytes(8)
    return int.from_bytes(blake2b(text, digest_size=_ACTOR_BYTES, person=b"emis actor").digest()) or 1


def ticked(clock: Clock, received_ms: int, reopens: int = 0) -> Tick:
    """``clock`` as ranked by whoever received it at ``received_ms`` of its own wall clock."""
    return Tick(clock, believed(clock.stamp, received_ms), reopens)


def wire_stamp(stamp: int, last: int, wall_ms: int, offset_ms: int) -> int:
    """The stamp under which an act leaves the laptop.

    ``last`` is the stamp that left last, or the rank of a value that the act replaces, whichever is more;
    ``wall_ms`` the laptop's clock now, ``offset_ms`` what to add to it to have the server's. An offset beyond
    :data:`MAX_AHEAD_MS` corrects the stamp; no stamp is later than the server's present, so that a laptop of
    2037 wins nothing; but each is more than ``last``, so that one of 2001 loses nothing to what it replaced.
    """
    ms, counter = unpack(stamp)
    if abs(offset_ms) > MAX_AHEAD_MS:
        ms += offset_ms
    return max(last + 1, min(pack(_within(ms), counter), pack(_within(wall_ms + offset_ms), _COUNTER_MASK)))


def pack(ms: int, counter: int = 0) -> int:
    """The stamp of ``counter`` within the millisecond ``ms``; :class:`ValueError` outside the clock's
    range.
    """
    if not 0 <= ms <= LAST_MS or not 0 <= counter <= _COUNTER_MASK:
        raise ValueError("outside the range of the clock")
    return ms << COUNTER_BITS | counter


def unpack(stamp: int) -> tuple[int, int]:
    """Milliseconds and counter of a stamp."""
    return stamp >> COUNTER_BITS, stamp & _COUNTER_MASK


def tick(last: int, now_ms: int) -> int:
    """The stamp of the next act, after ``last`` (0 = none yet) at wall-clock time ``now_ms``.

    Always more than ``last``: a wall clock that stands or goes back moves the counter, and a full counter the
    millisecond.
    """
    return max(last + 1, pack(_within(now_ms)))


def merge(last: int, seen: int, now_ms: int, max_ahead_ms: int = MAX_AHEAD_MS) -> int:
    """The clock after a stamp ``seen`` arrived from another site: after both, so that a reply counts as
    later.

    A stamp too far ahead of ``now_ms`` does not move the clock (see :func:`believed`).
    """
    return tick(max(last, believed(seen, now_ms, max_ahead_ms)), now_ms)


def believed(stamp: int, received_ms: int, max_ahead_ms: int = MAX_AHEAD_MS) -> int:
    """The stamp that ranks an edit: its own, or the moment of receipt when it is too far ahead of that.

    The stamp itself is kept for the record; only its rank changes.
    """
    received = _within(received_ms)
    return stamp if stamp >> COUNTER_BITS <= received + max_ahead_ms else pack(received)


def _within(ms: int) -> int:
    """``ms`` held inside the range of the clock: a clock before 1970 counts as 1970."""
    return min(max(ms, 0), LAST_MS)
