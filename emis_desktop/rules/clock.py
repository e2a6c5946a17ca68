"""The hybrid logical clock, and the kinds of operations that carry its stamps.

A stamp is one whole number: 48 bits of milliseconds since 1970 UTC, then 16 bits of a counter. It fits
SQLite's signed 64-bit integer until the year 6429. A stamp grows with every act of a site whatever its wall
clock says: a laptop in 2001 counts on from the last stamp it saw, one in 2037 is believed only up to a
limit by everybody else.
"""

from enum import StrEnum
from typing import Final, NamedTuple

COUNTER_BITS: Final = 16
MAX_AHEAD_MS: Final = 10 * 60 * 1000
"""How far before the receiver's clock a stamp may be and still be believed."""

_COUNTER_MASK = (1 << COUNTER_BITS) - 1
_MAX_MS = (1 << 47) - 1


class OpKind(StrEnum):
    """What an entry of the journal did to a row. ``delete`` and ``restore`` are puts on its tombstone."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    RESTORE = "restore"


class OpState(StrEnum):
    """Where an operation stands on its way to the ministry."""

    FROZEN = "frozen"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    PARKED = "parked"


class FieldClock(NamedTuple):
    """Orders truly concurrent edits of one field, the higher wins; the later parts only break ties.

    ``site`` and ``value_hash`` are bytes, so that both ends compare them alike.
    """

    stamp: int
    site: bytes
    generation: int
    value_hash: bytes


def pack(ms: int, counter: int = 0) -> int:
    """The stamp of ``counter`` within the millisecond ``ms``; :class:`ValueError` outside the clock's
    range.
    """
    if not 0 <= ms <= _MAX_MS or not 0 <= counter <= _COUNTER_MASK:
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
    return min(max(ms, 0), _MAX_MS)
