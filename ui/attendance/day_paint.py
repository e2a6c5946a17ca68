"""How a row of a day's register looks: four letters, words, the strip, the rate."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from emis_desktop.rules.registers import Entry, Presence
from resources.words import Words
from ui.attendance.book import DayBook
from ui.attendance.saying import ORDER, TONES
from ui.attendance.strips import paint_strip
from ui.theme.active import colour
from ui.theme.fonts import MEDIUM, REGULAR, SEMIBOLD, font, metrics
from ui.widgets.paint import alignment, paint_down_mark
from ui.widgets.sheet.area import Cell

BOX: Final = 26
STEP: Final = 32
EDGE: Final = 8
LOW: Final = Decimal(90)
"""A rate below it is marked: a tenth of school missed is where chronic absence begins."""
_MIDDLE: Final = Qt.AlignmentFlag.AlignVCenter
_GROUNDS: Final = {
    Presence.PRESENT: "sunken",
    Presence.UNEXCUSED: "bad_tint",
    Presence.LATE: "warn_tint",
    Presence.EXCUSED: "accent_tint",
}


def box_rect(rect: QRect, place: int, *, rtl: bool) -> QRect:
    """Where a letter stands in the first column."""
    x = rect.right() - EDGE - place * STEP - BOX if rtl else rect.left() + EDGE + place * STEP
    return QRect(x, rect.center().y() - BOX // 2 + 2, BOX, BOX - 3)


def paint_letters(painter: QPainter, rect: QRect, entry: Entry | None, *, open_: bool, rtl: bool) -> None:
    """P A L E: the one that holds is filled; while none does, all are framed."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place, presence in enumerate(ORDER):
        box = QRectF(box_rect(rect, place, rtl=rtl)).adjusted(0.5, 0.5, -0.5, -0.5)
        held = entry is not None and entry.presence is presence
        ink = TONES[presence] if held and presence is not Presence.PRESENT else "text" if held else "text3"
        if held:
            painter.setPen(QPen(colour("line_strong" if presence is Presence.PRESENT else ink), 1.2))
            painter.setBrush(colour(_GROUNDS[presence]))
            painter.drawRoundedRect(box, 5, 5)
        elif entry is None and open_:
            painter.setPen(QPen(colour("line_btn"), 1))
            painter.setBrush(colour("surface"))
            painter.drawRoundedRect(box, 5, 5)
        painter.setFont(font(12, SEMIBOLD if held else REGULAR))
        painter.setPen(colour(ink if open_ or held else "disabled"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), presence.value)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_words(
    painter: QPainter, rect: QRect, book: DayBook, cell: Cell, *, current: bool, rtl: bool
) -> None:
    """How the pupil was, with the reason; else what to press, or why nobody is expected."""
    words, row, entry = book.saying.words, book.row(cell), book.entry(cell)
    room = rect.adjusted(EDGE, 0, -EDGE, -1)
    if entry is not None:
        strong = book.saying.presence(entry.presence)
        weak = book.saying.reason(entry.reason) if entry.reason else ""
        tone = TONES[entry.presence]
    elif row.away:
        strong = words.tr("Suspended") if row.takes else words.tr("Guest")
        weak, tone = ("" if row.takes else words.tr("at {school}", school=row.at)), "text3"
    else:
        strong, tone = "", "text3"
        weak = words.tr("Press P, A, L or E") if current and book.takes(cell) else ""
    weight = REGULAR if tone == "text2" else MEDIUM
    side = int(alignment("start", rtl) | _MIDDLE)
    painter.setFont(font(13, weight))
    painter.setPen(colour(tone))
    shown = metrics(13, weight).elidedText(strong, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, side, shown)
    used = metrics(13, weight).horizontalAdvance(shown) + (8 if shown else 0)
    rest = room.adjusted(0, 0, -used, 0) if rtl else room.adjusted(used, 0, 0, 0)
    if weak and rest.width() > 20:
        painter.setFont(font(13))
        painter.setPen(colour("text2"))
        painter.drawText(rest, side, metrics(13).elidedText(weak, Qt.TextElideMode.ElideRight, rest.width()))


def paint_past(painter: QPainter, rect: QRect, book: DayBook, cell: Cell, *, rtl: bool) -> None:
    """The strip of the pupil, once it is read."""
    if book.past is not None:
        cells = book.past.cells.get(book.row(cell).student_id)
        if cells is not None:
            paint_strip(painter, rect.adjusted(EDGE, 0, -EDGE, -1), book.past.days, cells, rtl=rtl)


def paint_rate(painter: QPainter, rect: QRect, book: DayBook, cell: Cell, *, rtl: bool) -> None:
    """The rate of the term: a low one is red, bold, and has the triangle."""
    rate = book.past.rates.get(book.row(cell).student_id) if book.past is not None else None
    room = rect.adjusted(EDGE, 0, -EDGE, -1)
    low = rate is not None and rate < LOW
    painter.setFont(font(13, SEMIBOLD if low else REGULAR))
    painter.setPen(colour("bad" if low else "text" if rate is not None else "text3"))
    painter.drawText(room, int(alignment("end", rtl) | _MIDDLE), rate_text(book.saying.words, rate))
    if low:
        x = room.right() - 8 if rtl else room.left() + 8
        paint_down_mark(painter, QPointF(x, room.center().y() + 1))


def rate_text(words: Words, rate: Decimal | None) -> str:
    """A rate with one decimal; a dash while nothing is marked."""
    return "–" if rate is None else words.number(rate, 1)


def paint_ground(painter: QPainter, rect: QRect, *, current: bool, refused: bool) -> None:
    """The ground of a cell and the hairline under it."""
    painter.fillRect(rect, colour("bad_tint" if refused else "selected" if current else "surface"))
    painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colour("line"))
