"""What stands in the rail."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.shell.page import Page


@dataclass(frozen=True, slots=True)
class NavItem:
    """One screen of the rail.

    ``title`` and ``short`` (for the narrow rail) are already in the user's language. ``make`` builds the
    page when it is first opened. A higher ``group`` than the item before leaves air between them. Only
    screens that exist and that the role may use are given to the window: the rail has no dead ends.
    """

    key: str
    title: str
    icon: str
    make: Callable[[], "Page"]
    group: int = 0
    short: str = ""
