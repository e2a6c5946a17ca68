"""New pupils who may be on record already, anywhere in the country."""

from sync.server.apply_merge import Merging
from sync.server.raw import Raw


def find_duplicates(raw: Raw, merging: Merging) -> None:
    """Journal new pupils who are likely the same as another."""
