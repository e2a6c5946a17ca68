"""Draws the cells of a sheet in one pass over what shows: quicker than a delegate called for each cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ui.marks.book import SheetBook
from ui.marks.faces import Look
from ui.marks.glyphs import CENTRED, INKS, Glyphs, line_height, shortened, weight
from ui.theme.active import colour
from ui.theme.fonts import REGULAR, font
from ui.theme.icons import pixmap
from ui.widgets.sheet.area import Area, Cell

PADDING: Final = 9
BAR: Final = 3
HANDLE: Final = 6
_SUNKEN: Final = frozenset({Look.CODE, Look.CLOSED})


class Span(NamedTuple):
    """A column as it lies on the screen."""

    place: int
    x: int
    width: int


@dataclass(slots=True)
class Scene:
    """What is drawn: the rows ``first`` to ``last`` of ``book``, whose first lies at ``y``.

    ``ticked`` cells have just been stored; ``filling`` is where a drag of the handle would reach.
    """

    book: SheetBook
    spans: Sequence[Span]
    first: int
    last: int
    y: int
    height: int
    rtl: bool
    current: Cell
    area: Area
    focused: bool
    ticked: frozenset[Cell]
    filling: Area | None
    ratio: float
    glyphs: Glyphs

    def rect(self, cell: Cell) -> QRect | None:
        """Where a cell lies; None when its column does not show."""
        for span in self.spans:
            if span.place == cell.column:
                top = self.y + (cell.row - self.first) * self.height
                return QRect(span.x, top, span.width, self.height)
        return None

    def area_rect(self, area: Area) -> QRect | None:
        """Where the part of an area lies that shows."""
        shown = [span for span in self.spans if area.left <= span.place <= area.right]
        if not shown:
            return None
        left = min(span.x for span in shown)
        right = max(span.x + span.width for span in shown)
        top = self.y + (area.top - self.first) * self.height
        return QRect(left, top, right - left, area.height * self.height)


def paint_scene(painter: QPainter, scene: Scene) -> None:
    """Draw grounds, lines, texts and the frame of the current cell."""
    _grounds(painter, scene)
    _lines(painter, scene)
    _texts(painter, scene)
    _frames(painter, scene)


def _grounds(painter: QPainter, scene: Scene) -> None:
    tall = (scene.last - scene.first + 1) * scene.height
    for span in scene.spans:
        column = scene.book.columns[span.place]
        sunken = column.computed or column.locked
        painter.fillRect(span.x, scene.y, span.width, tall, colour("sunken" if sunken else "surface"))
    if not scene.area.single and (chosen := scene.area_rect(scene.area)) is not None:
        painter.fillRect(chosen, colour("selected"))


def _lines(painter: QPainter, scene: Scene) -> None:
    if not scene.spans:
        return
    ink = colour("line")
    tall = (scene.last - scene.first + 1) * scene.height
    left = min(span.x for span in scene.spans)
    wide = sum(span.width for span in scene.spans)
    for span in scene.spans:
        painter.fillRect(span.x if scene.rtl else span.x + span.width - 1, scene.y, 1, tall, ink)
    for row in range(scene.last - scene.first + 1):
        painter.fillRect(left, scene.y + (row + 1) * scene.height - 1, wide, 1, ink)


def _texts(painter: QPainter, scene: Scene) -> None:
    """Numbers first, in one font and ink; whatever looks different after them."""
    rest: list[tuple[Look, str, Span, int, Cell]] = []
    painter.setFont(font())
    painter.setPen(colour("text"))
    draw, lay, rtl = painter.drawStaticText, scene.glyphs.of, scene.rtl
    offset = (scene.height - line_height()) // 2
    y = scene.y
    for row in range(scene.first, scene.last + 1):
        faces = scene.book.row_faces(row)
        for span in scene.spans:
            look, text = faces[span.place]
            if look is Look.NUMBER:
                laid, wide = lay(text, REGULAR)
                x = span.x + PADDING if rtl else span.x + span.width - PADDING - 1 - wide
                draw(x, y + offset, laid)
            elif look is not Look.EMPTY:
                rest.append((look, text, span, y, Cell(row, span.place)))
        y += scene.height
    for look, text, span, top, cell in sorted(rest, key=lambda one: one[0]):
        _special(painter, scene, look, text, QRect(span.x, top, span.width, scene.height), cell)
    _ticks(painter, scene)


def _special(painter: QPainter, scene: Scene, look: Look, text: str, rect: QRect, cell: Cell) -> None:
    rtl = scene.rtl
    inner = rect.adjusted(1, 0, 0, -1) if rtl else rect.adjusted(0, 0, -1, -1)
    if look is Look.REFUSED:
        painter.fillRect(inner, colour("bad_tint"))
        painter.fillRect(
            inner.right() - BAR + 1 if rtl else inner.left(), inner.top(), BAR, inner.height(), colour("bad")
        )
    elif look in _SUNKEN and (scene.area.single or cell not in scene.area):
        painter.fillRect(inner, colour("sunken"))
    heavy = weight(look)
    text = shortened(text, heavy, rect.width() - 2 * PADDING)
    laid, wide = scene.glyphs.of(text, heavy)
    if look in CENTRED:
        x = rect.left() + (rect.width() - wide) // 2
    else:
        at_right = (look is not Look.WORDS) != rtl
        x = rect.right() - PADDING - wide if at_right else rect.left() + PADDING
    painter.setFont(font(13, heavy))
    painter.setPen(colour(INKS.get(look, "text")))
    painter.drawStaticText(x, rect.top() + (rect.height() - line_height()) // 2, laid)
    if look is Look.SO_FAR:
        painter.setPen(QPen(colour("text3"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(x, rect.center().y() + 9, x + wide, rect.center().y() + 9)


def _ticks(painter: QPainter, scene: Scene) -> None:
    for cell in scene.ticked:
        rect = scene.rect(cell) if scene.first <= cell.row <= scene.last else None
        if rect is not None:
            x = rect.right() - 17 if scene.rtl else rect.left() + 6
            painter.drawPixmap(x, rect.center().y() - 5, pixmap("check", "ok", 12, scene.ratio))


def _frames(painter: QPainter, scene: Scene) -> None:
    """The frame inside the current cell, the edge of a larger area, and the fill handle at its corner."""
    ink = colour("focus" if scene.focused else "line_strong")
    chosen = scene.area_rect(scene.area)
    if chosen is not None and not scene.area.single:
        _outline(painter, chosen, 1, ink)
    here = scene.rect(scene.current)
    if here is not None:
        _outline(painter, here, 2, ink)
    if scene.filling is not None and (reach := scene.area_rect(scene.filling)) is not None:
        painter.setPen(QPen(colour("focus"), 1, Qt.PenStyle.DashLine))
        painter.drawRect(reach.adjusted(0, 0, -1, -1))
    if chosen is not None and scene.focused and scene.book.takes(scene.current):
        x = chosen.left() - 2 if scene.rtl else chosen.right() - HANDLE + 3
        y = chosen.bottom() - HANDLE + 3
        painter.fillRect(x - 1, y - 1, HANDLE + 1, HANDLE + 1, colour("surface"))
        painter.fillRect(x, y, HANDLE, HANDLE, colour("focus"))


def _outline(painter: QPainter, rect: QRect, thick: int, ink: QColor) -> None:
    """A frame over the hairlines around ``rect``."""
    box = rect.adjusted(-1, -1, 0, 0).intersected(painter.viewport())
    painter.fillRect(box.left(), box.top(), box.width(), thick, ink)
    painter.fillRect(box.left(), box.bottom() - thick + 1, box.width(), thick, ink)
    painter.fillRect(box.left(), box.top(), thick, box.height(), ink)
    painter.fillRect(box.right() - thick + 1, box.top(), thick, box.height(), ink)
