"""The first design of the report card: sheet, margins, inks, type; lengths in millimetres, type in points."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from reports.document import A4, Page
from reports.fonts import Cut
from reports.style import Colour, Style, colour


@dataclass(frozen=True, slots=True)
class CardDesign:
    """What a school may choose. ``accent`` must still read as a dark grey on a mono printer."""

    page: Page = A4
    side: float = 14.0
    top: float = 12.0
    foot: float = 12.0
    accent: str = "#0B5C70"

    @property
    def left(self) -> float:
        """Where every line starts."""
        return self.side

    @property
    def right(self) -> float:
        """Where every line ends."""
        return self.page.width - self.side

    @property
    def measure(self) -> float:
        """The length of a line."""
        return self.page.width - 2 * self.side

    @property
    def bottom(self) -> float:
        """The lowest place that may be printed on."""
        return self.page.height - self.foot


STANDARD: Final = CardDesign()

INK: Final = colour("#14212A")
SECOND: Final = colour("#4A5A66")
HAIR: Final = colour("#9AA7B0")
BLACK: Final = (0.0, 0.0, 0.0)
WHITE: Final = (1.0, 1.0, 1.0)

HEAVY: Final = 1.4
BODY: Final = 1.0
PART: Final = 0.6
FINE: Final = 0.3
"""Rules in points: at head and foot, around the table's body, between parts, between rows."""


class Look:
    """Every style of the card. Two weights and two sizes in a part; nothing under 6.5."""

    def __init__(self, accent: Colour) -> None:
        """``accent``: the card's one colour."""
        self.accent = accent
        # Head
        self.school = Style(Cut.DISPLAY, 17, INK)
        self.motto = Style(Cut.ITALIC, 9.5, SECOND)
        self.address = Style(Cut.REGULAR, 8, SECOND)
        self.title = Style(Cut.SEMIBOLD, 15, accent, -0.018)
        self.term = Style(Cut.SEMIBOLD, 10.5, INK)
        self.running = Style(Cut.SEMIBOLD, 9, INK)
        # Pupil and strip
        self.pupil = Style(Cut.DISPLAY, 15, INK)
        self.number = Style(Cut.REGULAR, 9, SECOND)
        self.caption = Style(Cut.MEDIUM, 6.8, SECOND)
        self.fact = Style(Cut.MEDIUM, 9.5, INK)
        self.average = Style(Cut.DISPLAY, 20, accent)
        self.figure = Style(Cut.DISPLAY, 15, INK)
        self.unit = Style(Cut.REGULAR, 9, SECOND)
        self.notice_word = Style(Cut.SEMIBOLD, 8, INK)
        self.notice = Style(Cut.REGULAR, 8, INK)
        # Table
        self.head = Style(Cut.SEMIBOLD, 7, INK)
        self.head_small = Style(Cut.REGULAR, 6.8, SECOND)
        self.subject = Style(Cut.MEDIUM, 9, INK)
        self.subjects = (self.subject, Style(Cut.MEDIUM, 7.5, INK))
        self.part = Style(Cut.REGULAR, 9, INK)
        self.part_word = Style(Cut.ITALIC, 7.5, SECOND)
        self.mark = Style(Cut.BOLD, 10.5, INK)
        self.mark_so_far = Style(Cut.REGULAR, 10.5, SECOND)
        self.so_far = Style(Cut.ITALIC, 6.5, SECOND)
        self.letter = Style(Cut.BOLD, 9.5, INK)
        self.class_figure = Style(Cut.REGULAR, 9, SECOND)
        self.comment = Style(Cut.REGULAR, 7.5, INK)
        self.comments = (self.comment, Style(Cut.REGULAR, 6.5, INK))
        # Panels and remarks
        self.heading = Style(Cut.SEMIBOLD, 9, INK)
        self.row = Style(Cut.REGULAR, 8.5, INK)
        self.row_figure = Style(Cut.SEMIBOLD, 9, INK)
        self.level = Style(Cut.REGULAR, 9, INK, 0.2)
        self.axis = Style(Cut.REGULAR, 6.8, SECOND)
        self.point = Style(Cut.SEMIBOLD, 7.2, INK)
        self.series_pupil = Style(Cut.SEMIBOLD, 7.2, accent)
        self.series_class = Style(Cut.REGULAR, 7.2, SECOND)
        self.remarks = tuple(Style(Cut.REGULAR, size, INK) for size in (9, 8.5, 8, 7.5))
        # Foot
        self.next_term = Style(Cut.SEMIBOLD, 9.5, INK)
        self.decision = Style(Cut.BOLD, 9.5, accent)
        self.key = Style(Cut.REGULAR, 7.5, INK)
        self.key_word = Style(Cut.SEMIBOLD, 7.5, INK)
        self.issue = Style(Cut.REGULAR, 7.5, SECOND)
        self.replaces = Style(Cut.SEMIBOLD, 7.5, INK)
        self.scan = Style(Cut.SEMIBOLD, 6.8, INK)


@cache
def look(accent: str) -> Look:
    """The styles for ``accent``, a colour written "#0B5C70"."""
    return Look(colour(accent))
