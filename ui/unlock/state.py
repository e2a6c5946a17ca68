"""How the last sitting ended, which the sign-in screen says and the next sitting may go on from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from resources.words import Words


class Ended(StrEnum):
    """Why nobody is signed in."""

    STARTED = "started"
    LOCKED = "locked"
    IDLE = "idle"
    SIGNED_OUT = "signed_out"


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The screen that was open, and what its ``open_with`` needs to show the same thing: ids, never names."""

    screen: str
    arguments: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LastSitting:
    """``user_id`` was signed in until ``at``; ``lost`` entries had been refused and are not kept.

    ``minutes`` is the time without key or mouse after which the laptop locked itself.
    """

    how: Ended = Ended.STARTED
    user_id: UUID | None = None
    at: datetime | None = None
    minutes: int = 0
    lost: int = 0
    bookmark: Bookmark | None = None

    def said(self, words: Words) -> str:
        """The line under the question."""
        if self.lost:
            return lost_words(words, self.lost)
        if self.how is Ended.IDLE:
            return words.ntr(
                "Locked after {n} minute. Everything is as it was left.",
                "Locked after {n} minutes. Everything is as it was left.",
                self.minutes,
            )
        if self.how is Ended.LOCKED:
            return words.tr("Locked. Everything is as it was left.")
        if self.how is Ended.SIGNED_OUT:
            return words.tr("Signed out. Everything is saved.")
        return words.tr("Choose your name, then type your password.")


def seen_words(words: Words, seen: datetime | None, last: datetime | None, now: datetime) -> str:
    """When they were last here: "locked 10 min ago" for who locked at ``last``, else "today 08:52"."""
    if last is not None:
        return words.tr("locked {when}", when=words.relative(last.astimezone(), now.astimezone()))
    if seen is None:
        return words.tr("not here yet")
    then = seen.astimezone()
    if then.date() == now.astimezone().date():
        return words.tr("today {time}", time=f"{then:%H:%M}")
    if (now.astimezone().date() - then.date()).days == 1:
        return words.tr("yesterday")
    return words.relative(then, now.astimezone())


def lost_words(words: Words, lost: int) -> str:
    """What became of entries that were refused."""
    return words.ntr(
        "{n} entry was refused and is not kept. The rest is saved.",
        "{n} entries were refused and are not kept. The rest is saved.",
        lost,
    )
