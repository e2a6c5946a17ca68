"""A growing wait after wrong passwords: it slows a person at the keyboard and never locks anybody out.

Kept in a small file of its own, so that a wrong try does not rewrite the keys; without the file the count
starts anew. Setting the clock back does not shorten a wait, and inside one run of the program setting it
forward does not either. Somebody who copies the key ring is held up by Argon2id alone.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from emis_desktop import files
from emis_desktop.errors import CannotSave, Refused

FREE_TRIES = 2
LONGEST_WAIT = 300
"""Seconds."""


@dataclass(frozen=True, slots=True)
class _Wrong:
    count: int
    at: float


class Tries:
    """Counts wrong passwords a user, and says how long to wait."""

    def __init__(
        self,
        path: Path,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """``path`` is the file of the counts; ``wall`` and ``monotonic`` give seconds."""
        self.path = path
        self._wall = wall
        self._monotonic = monotonic
        self._until: dict[str, float] = {}
        self._counted: dict[str, int] = {}

    def wait(self, who: str) -> int:
        """Whole seconds until ``who`` may try again; 0 for at once."""
        if who in self._until:
            return max(0, _up(self._until[who] - self._monotonic()))
        wrong = self._load().get(who)
        if wrong is None:
            return 0
        delay = delay_after(wrong.count)
        passed = self._wall() - wrong.at
        if passed < 0:  # the clock went back: the whole wait, from now on
            self._until[who] = self._monotonic() + delay
            return delay
        return max(0, _up(delay - passed))

    def check(self, who: str) -> None:
        """Raise :class:`Refused` while ``who`` has to wait."""
        seconds = self.wait(who)
        if seconds:
            raise Refused(
                "Several passwords did not fit. Wait {seconds} s, then try again.",
                field="password",
                seconds=seconds,
            )

    def wrong(self, who: str) -> None:
        """Count a wrong password."""
        all_wrong = self._load()
        noted = all_wrong[who].count if who in all_wrong else 0
        count = max(noted, self._counted.get(who, 0)) + 1
        all_wrong[who] = _Wrong(count, self._wall())
        self._counted[who] = count
        self._until[who] = self._monotonic() + delay_after(count)
        self._save(all_wrong)

    def right(self, who: str) -> None:
        """Forget the wrong ones."""
        self._until.pop(who, None)
        self._counted.pop(who, None)
        all_wrong = self._load()
        if all_wrong.pop(who, None) is not None:
            self._save(all_wrong)

    def _load(self) -> dict[str, _Wrong]:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=dict[str, _Wrong])
        except (OSError, ValueError, RecursionError):
            return {}

    def _save(self, all_wrong: dict[str, _Wrong]) -> None:
        with suppress(CannotSave):  # a full disk must not keep anybody from signing in
            files.write(self.path, msgspec.json.encode(all_wrong))


def delay_after(count: int) -> int:
    """Seconds to wait after that many wrong passwords in a row: 0, 0, 2, 4, 8 ... 300."""
    beyond = count - FREE_TRIES
    return 0 if beyond <= 0 else min(LONGEST_WAIT, 2 ** min(beyond, 9))


def _up(seconds: float) -> int:
    return -int(-seconds // 1)
