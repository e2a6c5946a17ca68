"""How a cell of the table looks: words on two lines, a level in the middle, a count at the end."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFont, QPainter, QTextLayout, QTextOption

from ui.report_cards.remarks.columns import Kind
from ui.theme.active import colour
from ui.theme.fonts import REGULAR, SEMIBOLD, font, metrics
from ui.theme.icons import pixmap
from ui.widgets.paint import alignment
from ui.widgets.sheet.draft import Draft
from ui.widgets.table.cells import PADDING

LINES: Final = 2
_BAR: Final = 3


def paint_cell(
    painter: QPainter, rect: QRect, kind: Kind, text: str, draft: Draft | None, *, editable: bool, rtl: bool
) -> None:
    """Ground, lines and text of one cell."""
    ground = "bad_tint" if draft is not None else "surface" if editable else "sunken"
    painter.fillRect(rect, colour(ground))
    painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))
    painter.fillRect(rect.left() if rtl else rect.right(), rect.top(), 1, rect.height(), colour("line"))
    if draft is not None:
        x = rect.right() - _BAR if rtl else rect.left()
        painter.fillRect(x, rect.top(), _BAR, rect.height() - 1, colour("bad"))
    weight = SEMIBOLD if draft is not None or kind is Kind.LEVEL else REGULAR
    painter.setPen(colour("bad" if draft is not None else "text" if editable else "text2"))
    room = rect.adjusted(PADDING, 0, -PADDING - 1, -1)
    if kind is Kind.WORDS:
        _words(painter, room, text, weight, rtl=rtl)
        return
    painter.setFont(font(13, weight))
    side = alignment("center" if kind is Kind.LEVEL else "end", rtl)
    shown = metrics(13, weight).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)


def paint_tick(painter: QPainter, rect: QRect, ratio: float, *, rtl: bool) -> None:
    """The mark of what has just been stored, at the end of its cell."""
    x = rect.left() + 4 if rtl else rect.right() - 16
    painter.drawPixmap(x, rect.top() + 4, pixmap("check", "ok", 12, ratio))


def paint_frame(painter: QPainter, rect: QRect, *, focused: bool) -> None:
    """The frame of the current cell, over the hairlines around it."""
    ink = colour("focus" if focused else "line_strong")
    box = rect.adjusted(-1, -1, 0, 0).intersected(painter.viewport())
    painter.fillRect(box.left(), box.top(), box.width(), 2, ink)
    painter.fillRect(box.left(), box.bottom() - 1, box.width(), 2, ink)
    painter.fillRect(box.left(), box.top(), 2, box.height(), ink)
    painter.fillRect(box.right() - 1, box.top(), 2, box.height(), ink)


def _words(painter: QPainter, room: QRect, text: str, weight: int, *, rtl: bool) -> None:
    lines = broken(text, max(20, room.width()), weight)
    high = metrics(13, weight).height()
    y = room.top() + (room.height() - high * len(lines)) // 2
    painter.setFont(font(13, weight))
    side = int(alignment("start", rtl) | Qt.AlignmentFlag.AlignVCenter)
    for line in lines:
        painter.drawText(QRect(room.left(), y, room.width(), high), side, line)
        y += high


@lru_cache(maxsize=2048)
def broken(text: str, width: int, weight: int) -> tuple[str, ...]:
    """``text`` on at most two lines of ``width`` pixels, the last one shortened where it is longer."""
    if not text:
        return ()
    layout = QTextLayout(text, QFont(font(13, weight)))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    starts = []
    for _ in range(LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, 0))
        starts.append(line.textStart())
    layout.endLayout()
    ends = [*starts[1:], len(text)]
    lines = [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    lines[-1] = metrics(13, weight).elidedText(lines[-1], Qt.TextElideMode.ElideRight, width)
    return tuple(lines)
