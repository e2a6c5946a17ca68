"""Words for what stands as a key in the server's tables: states of laptops, kinds of places, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from emis_desktop.errors import N_
from resources.words import Words
from sync.operations import Outcome
from sync.server.control import ACTIVE, LOST, REVOKED, STOLEN
from sync.server.sites import DISTRICT, NATION_KIND, SCHOOL

_LAST_MS: Final = 253_402_300_799_000
"""The end of the year 9999: a laptop's clock may say anything."""
STATES: Final[Mapping[str, str]] = MappingProxyType(
    {ACTIVE: N_("active"), REVOKED: N_("revoked"), LOST: N_("lost"), STOLEN: N_("stolen")}
)
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {NATION_KIND: N_("nation"), DISTRICT: N_("district"), SCHOOL: N_("school")}
)
OUTCOMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        Outcome.APPLIED: N_("taken over"),
        Outcome.SAME: N_("nothing to do"),
        Outcome.KEPT: N_("another value is in force"),
        Outcome.PROPOSED: N_("waits for a decision"),
        Outcome.REFUSED: N_("not taken"),
        Outcome.PARKED: N_("waits for a record"),
    }
)


def word(words: Words, of: Mapping[str, str], key: str) -> str:
    """The word for a key; a key that is none of ours stands for itself."""
    return words.tr(of[key]) if key in of else key


def moment_of(ms: int) -> datetime:
    """Milliseconds since 1970 UTC as a moment."""
    return datetime.fromtimestamp(min(ms, _LAST_MS) / 1000, UTC)
