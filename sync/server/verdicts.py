"""What is said of one operation of an author, and why it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sync.server.access import SiteRights
from sync.server.apply_check import CLASS, RIGHT, SERVER_ONLY

USER_ENDED: Final = "user_ended"
NOT_YOURS: Final = "not_yours"
DEPENDS: Final = "depends"
"""It needs a row that was refused."""
MINISTRY: Final = "ministry"
"""It adds to what the ministry keeps for everybody. What rests upon it waits for the ministry's row."""
UNSEEN: Final = "unseen"
"""It changes a row whose id can be worked out, of which its place was never told: it is answered as if there
were no such row, so that nobody learns by asking."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a batch: the site, its actor number then, how far it had seen the log (0: nothing known).

    ``later``: it is written long after it was sent, because it had to wait; so the feed tells it, too.
    """

    site: SiteRights
    actor: int
    cursor: int
    later: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason``: why an operation is refused, empty if not. ``decides``: else its edits are proposals."""

    reason: str = ""
    decides: bool = True


YES: Final = Verdict()
PROPOSES: Final = Verdict(decides=False)
NO: Final = Verdict(NOT_YOURS, decides=False)
NO_RIGHT: Final = Verdict(RIGHT, decides=False)
NO_CLASS: Final = Verdict(CLASS, decides=False)
UNSEEN_ROW: Final = Verdict(UNSEEN, decides=False)
SERVERS: Final = Verdict(SERVER_ONLY, decides=False)
MINISTRYS: Final = Verdict(MINISTRY, decides=False)
