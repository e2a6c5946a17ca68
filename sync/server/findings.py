"""What a look through the audit finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold. ``kind``: edited, missing, cut, rolled_back, recomputed, head, ledger,
    signature, blanked, not_erased; ``seq`` the row it is about (of the log where that is told).
    """

    kind: str
    seq: int
    told: str
