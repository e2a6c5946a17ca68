"""Where the pages of a card lie on their ground: one under the other, in the middle."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize

from ui.report_cards.zoom import Zoom

SIDE: Final = 28
SIDE_COMPACT: Final = 16
TOP: Final = 16
GAP: Final = 16
A4: Final = (595.28, 841.89)

Points = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PaperLayout:
    """Pages of these sizes (width, height in points) at a zoom in a place of ``inside`` pixels.

    ``side`` is the ground at either side, ``bar`` how wide a scroll bar would be.
    """

    sizes: Sequence[Points]
    zoom: Zoom
    inside: QSize
    side: int
    bar: int

    @property
    def first(self) -> Points:
        """The first page, or where one would be."""
        return self.sizes[0] if self.sizes else A4

    @property
    def paper_width(self) -> int:
        """Pixels that the first page is wide.

        As if the scroll bar stood there when the paper fits its width, or it would come and go for ever.
        """
        bar = self.bar if self.zoom.fit == "width" else 0
        room = self.inside.width() - max(2 * self.side, bar + self.side), self.inside.height() - 2 * TOP
        return self.zoom.paper_width(self.first, room)

    @property
    def percent(self) -> int:
        """What share of its true size the paper has."""
        return Zoom.percent_of(self.paper_width, self.first)

    def pixels(self) -> list[QSize]:
        """How large each page is."""
        scale = self.paper_width / self.first[0]
        return [QSize(round(wide * scale), round(high * scale)) for wide, high in self.sizes]

    def extent(self) -> QSize:
        """What the pages take with the ground around them."""
        pages = self.pixels()
        high = 2 * TOP + sum(page.height() for page in pages) + GAP * max(0, len(pages) - 1)
        return QSize(2 * self.side + max((page.width() for page in pages), default=0), high)

    def rects(self, view: int, scrolled: QPoint) -> list[QRect]:
        """Where each page lies in a viewport ``view`` pixels wide that is scrolled so far."""
        y, found = TOP - scrolled.y(), []
        for page in self.pixels():
            x = (view - page.width()) // 2
            if page.width() + 2 * self.side > view:
                x = max(x, self.side) - scrolled.x()
            found.append(QRect(QPoint(x, y), page))
            y += page.height() + GAP
        return found
