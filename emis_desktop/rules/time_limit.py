"""How long somebody may sign in without the ministry having been reached; no clock can stretch it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

DAY_MS: Final = 86_400_000
LIMIT_DAYS: Final = 30
"""Days unless the ministry says otherwise."""
WARN_DAYS: Final = 7
"""So many days before the end it is told."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The contact that the time counts from. Milliseconds since 1970 UTC.

    ``contact_ms``: when the server answered last, by its clock; ``offset_ms``: its clock minus this laptop's
    then; ``stamp_ms``: the newest stamp that anything here has; ``extended_ms``: until when a code by
    telephone extends.
    """

    contact_ms: int
    offset_ms: int = 0
    stamp_ms: int = 0
    days: int = LIMIT_DAYS
    extended_ms: int | None = None


def now_ms(limit: Limit, wall_ms: int) -> int:
    """The moment by the server's clock, as far as it can be told, at wall clock time ``wall_ms``.

    Not before the newest stamp: setting the clock back gains nothing. A clock that was wrong at the contact
    is put right by the offset, unless it was put right itself since.
    """
    newest = max(wall_ms, limit.stamp_ms)
    if limit.offset_ms >= 0:  # it was slow, or right
        moment = newest if newest >= limit.contact_ms else newest + limit.offset_ms
    elif wall_ms >= limit.contact_ms - limit.offset_ms:  # it was fast and still is
        moment = newest + limit.offset_ms
    else:
        moment = max(wall_ms, limit.stamp_ms + limit.offset_ms)
    return max(moment, limit.contact_ms)


def ends_ms(limit: Limit) -> int:
    """The last moment at which somebody may sign in, by the server's clock."""
    return max(limit.contact_ms + limit.days * DAY_MS, limit.extended_ms or 0)


def days_left(limit: Limit, wall_ms: int) -> int:
    """Whole days left, 0 on the last one, below 0 when the time is over."""
    return (ends_ms(limit) - now_ms(limit, wall_ms)) // DAY_MS


def days_since(limit: Limit, wall_ms: int) -> int:
    """Whole days since the server was reached."""
    return (now_ms(limit, wall_ms) - limit.contact_ms) // DAY_MS


def extended(limit: Limit, wall_ms: int) -> int:
    """Until when a code typed now extends."""
    return now_ms(limit, wall_ms) + limit.days * DAY_MS
