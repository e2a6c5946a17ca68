"""How the width of a table is shared between the names and the columns."""

from typing import Final

MOST_NAMES: Final = 300


def names_width(least: int, wanted: int, total: int, needed: int) -> int:
    """How wide the names are: in full before the columns grow, but no wider than :data:`MOST_NAMES`.

    ``wanted`` is what the longest name takes, ``total`` the whole table, ``needed`` what the columns take
    at least; all in pixels.
    """
    return max(least, min(wanted, MOST_NAMES, total - needed))
