"""Beside a sheet: how the class stands, what is still to enter, how the marks lie, and the keys."""

from decimal import Decimal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from resources.words import Words
from ui.charts.histogram import Bin, Histogram
from ui.marks.book import SheetBook
from ui.theme.active import colour
from ui.theme.fonts import MEDIUM, SEMIBOLD, font, metrics
from ui.theme.icons import pixmap
from ui.widgets.avatar import KeyLine
from ui.widgets.base import column
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.figures import Meter, SmallFigure
from ui.widgets.paint import alignment
from ui.widgets.text import Text

WIDTH, WIDTH_COMPACT = 208, 170
_AROUND = 64


class FixButton(Button):
    """The tinted button that leads to the refused marks: sign and words at the start, F8 at the end."""

    def __init__(self) -> None:
        super().__init__("", "fix", name="marks.sheet.fix")
        self._long = self._short = ""

    def set_count(self, long: str, short: str) -> None:
        """How many there are, in words, and in fewer where there is no room for these."""
        self._long, self._short = long, short
        self.setAccessibleName(f"{long} (F8)")
        self.setToolTip(f"{long} (F8)")
        self.update()

    def words(self) -> str:
        """What it says at its width."""
        fits = metrics(13, SEMIBOLD).horizontalAdvance(self._long) <= self.width() - _AROUND
        return self._long if fits else self._short

    def sizeHint(self) -> QSize:
        """28 high."""
        return QSize(140, 28)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground as the sheet has it, then sign, words and key."""
        super().paintEvent(event)
        painter = QPainter(self)
        rtl = self.isRightToLeft()
        middle = Qt.AlignmentFlag.AlignVCenter
        x = self.width() - 26 if rtl else 10
        painter.drawPixmap(
            x, (self.height() - 16) // 2, pixmap("circle-alert", "bad", 16, self.devicePixelRatioF())
        )
        room = self.rect().adjusted(10, 0, -10, 0)
        painter.setFont(font(11, SEMIBOLD))
        painter.setPen(colour("bad"))
        painter.drawText(room, int(alignment("end", rtl) | middle), "F8")
        words = room.adjusted(22, 0, -22, 0)
        painter.setFont(font(13, SEMIBOLD))
        shown = metrics(13, SEMIBOLD).elidedText(self.words(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, int(alignment("start", rtl) | middle), shown)


class SheetSide(Card):
    """The panel. ``next_asked`` for the next empty cell, ``fix_asked`` for the next refused one."""

    next_asked = Signal()
    fix_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(name="marks.sheet.side")
        self._words = words
        self._compact = False
        self._to_fix = 0
        tr = words.tr
        self.body.setContentsMargins(14, 10, 14, 10)
        self.body.setSpacing(0)
        self.average = SmallFigure(tr("Class average so far"), name="marks.sheet.average")
        self.left = SmallFigure(tr("Still to enter"), name="marks.sheet.left")
        self._meter = Meter(name="marks.sheet.meter")
        self.next_empty = Button(tr("Next empty") + "  F4", "link", name="marks.sheet.next")
        self.next_empty.clicked.connect(self.next_asked)
        self.fix = FixButton()
        self.fix.clicked.connect(self.fix_asked)
        self._title = Text(tr("Term marks"), 12, SEMIBOLD, "secondary")
        self.chart = Histogram(words, tr("Term marks"), name="marks.sheet.chart")
        self.chart.setFixedHeight(158)
        self._keys = QWidget()
        self._codes = KeyLine("A / E", tr("absent / exempt"))
        self._make_keys()
        self._lay_out()
        self.setFixedWidth(WIDTH)

    def _lay_out(self) -> None:
        body = self.body
        body.addWidget(self.average)
        body.addSpacing(4)
        body.addWidget(self.left)
        body.addSpacing(6)
        body.addWidget(self._meter)
        body.addSpacing(6)
        body.addWidget(self.next_empty)
        body.addSpacing(6)
        body.addWidget(self.fix)
        body.addSpacing(8)
        body.addWidget(self._title)
        body.addSpacing(4)
        body.addWidget(self.chart)
        body.addStretch(1)
        body.addWidget(self._keys)

    def _make_keys(self) -> None:
        tr = self._words.tr
        box = column(self._keys, 2)
        box.addWidget(Text(tr("Keys"), 12, MEDIUM, "secondary"))
        for line in (
            KeyLine(tr("Enter"), tr("save, move down")),
            KeyLine(tr("Tab"), tr("save, move right")),
            self._codes,
            KeyLine("Ctrl+D", tr("fill down")),
            KeyLine("Ctrl+V", tr("paste from Excel")),
            KeyLine("Ctrl+Z", tr("undo")),
        ):
            box.addWidget(line)

    def set_compact(self, compact: bool) -> None:
        """Narrower and without the keys in a small window."""
        self._compact = compact
        self.setFixedWidth(WIDTH_COMPACT if compact else WIDTH)
        self._show_keys()
        self._refresh_fix()

    def minimumSizeHint(self) -> QSize:
        """The panel without its list of keys, which shows where there is room for it."""
        least = super().minimumSizeHint()
        if not self._keys.isHidden():
            least.setHeight(least.height() - self._keys.minimumSizeHint().height())
        return least

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the keys where there is room for them."""
        super().resizeEvent(event)
        self._show_keys()

    def _show_keys(self) -> None:
        room = self.height() - self.minimumSizeHint().height()
        self._keys.setVisible(not self._compact and room >= self._keys.sizeHint().height())

    def refresh(self, book: SheetBook) -> None:
        """Show the figures of ``book``."""
        sheet, words = book.sheet, self._words
        average = sheet.so_far.average
        total = words.number(Decimal(100))
        open_ = sheet.to_enter > 0
        self.average.set_label(words.tr("Class average so far") if open_ else words.tr("Class average"))
        self.average.set_figure(
            "–" if average is None else words.number(average), words.tr("of {total}", total=total)
        )
        self.left.set_figure(
            words.number(sheet.to_enter),
            words.ntr("of {n} mark", "of {n} marks", sheet.expected),
        )
        share = sheet.entered / sheet.expected if sheet.expected else 0.0
        entered = words.tr("{entered} of {expected} entered", entered=sheet.entered, expected=sheet.expected)
        self._meter.set_share(share, entered)
        self.next_empty.setEnabled(sheet.to_enter > 0 and not sheet.read_only)
        self._to_fix = len(book.drafts)
        self._refresh_fix()
        bins = tuple(Bin(Decimal(bar.lower), Decimal(bar.upper), bar.count) for bar in sheet.bars)
        self.chart.set_bins(bins, sheet.pass_mark)

    def _refresh_fix(self) -> None:
        words, count = self._words, self._to_fix
        long = words.ntr("{n} mark to fix", "{n} marks to fix", count)
        short = words.tr("{count} to fix", count=words.number(count))
        self.fix.set_count(long, short)
        self.fix.setVisible(count > 0)
