"""Rules that no single row can break, looked at after a merge: journalled, and nothing is dropped."""

from sync.server.apply_merge import Merging
from sync.server.raw import Raw


def check_rules(raw: Raw, merging: Merging) -> None:
    """Journal what the rows just written break."""
