"""What the sign-in window may show before anybody has signed in: the school, its terms, what waits.

The records are locked then, so this is written when they are locked. Nothing in it is about pupils.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import msgspec

from emis_desktop import files
from emis_desktop.errors import CannotSave


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day of a term."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Front:
    """``name`` is the school's or the ministry's; ``duties`` say by user's id which class somebody leads.

    ``waiting`` counts changes not sent yet, None before the window was locked for the first time; ``sent_at``
    is when something was last sent, if ever. ``until`` is the last day on which no line is needed to sign in,
    None on a laptop that has not joined; ``to_decide`` counts the changes that need a decision.
    """

    name: str = ""
    waiting: int | None = None
    sent_at: datetime | None = None
    terms: tuple[Span, ...] = ()
    duties: Mapping[str, str] = field(default_factory=dict)
    until: date | None = None
    to_decide: int = 0


def load_front(path: Path) -> Front:
    """What was written last; an empty one when there is nothing or it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Front)
    except (OSError, ValueError, RecursionError):
        return Front()


def save_front(path: Path, front: Front) -> None:
    """Write it; a disk that cannot take it is no reason to stop."""
    with suppress(CannotSave):
        files.write(path, msgspec.json.encode(front))
