"""Beside a day's register: who is here so far, which sessions nobody took, what the marks mean, the keys."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from emis_desktop.rules.registers import Presence
from ui.attendance.book import DayBook
from ui.attendance.saying import NAMES, ORDER, RegisterSaying
from ui.attendance.strips import paint_mark
from ui.theme.fonts import MEDIUM, SEMIBOLD
from ui.widgets.avatar import KeyLine
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.figures import Meter, SmallFigure
from ui.widgets.text import Text

WIDTH, WIDTH_COMPACT = 212, 190
SHOWN = 3
"""Sessions not taken that are listed by name."""


class _Mark(QWidget):
    """One mark of the strips, for their key."""

    def __init__(self, presence: Presence | None) -> None:
        super().__init__()
        self._presence = presence
        self.setFixedSize(14, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it as on a strip."""
        paint_mark(QPainter(self), QRectF(2, 3, 8, 8), self._presence)


class DaySide(Card):
    """The panel. ``taken_asked(day, session)``: somebody wants the oldest register that was not taken."""

    taken_asked = Signal(object, int)

    def __init__(self, saying: RegisterSaying) -> None:
        super().__init__(name="attendance.side")
        self._saying = saying
        words, tr = saying.words, saying.words.tr
        self._oldest: tuple[date, int] | None = None
        self._compact = False
        self.body.setContentsMargins(14, 10, 14, 10)
        self.body.setSpacing(0)
        self.figure = SmallFigure(tr("Here so far"), name="attendance.here")
        self.meter = Meter(name="attendance.meter")
        self._counts = {presence: Text("", 13, SEMIBOLD) for presence in ORDER}
        self._left = Text("", 13, SEMIBOLD)
        self.body.addWidget(self.figure)
        self.body.addSpacing(4)
        self.body.addWidget(self.meter)
        self.body.addSpacing(6)
        for presence in ORDER:
            self.body.addLayout(_line(words.tr(NAMES[presence]), self._counts[presence]))
        self.body.addLayout(_line(tr("Not marked yet"), self._left))
        self.body.addSpacing(8)
        self._make_not_taken()
        self.body.addStretch(1)
        self._explained = QWidget()
        self._explain()
        self.body.addWidget(self._explained)
        self.setFixedWidth(WIDTH)

    def _make_not_taken(self) -> None:
        self._not_taken = Card(tint="warn", name="attendance.not_taken")
        self._not_taken.body.setContentsMargins(10, 8, 10, 8)
        self._not_taken.body.setSpacing(2)
        self._title = Text("", 13, SEMIBOLD, "warn", elide=True)
        self._listed = [Text("", 12, elide=True) for _ in range(SHOWN)]
        self._not_taken.body.addWidget(self._title)
        for text in self._listed:
            self._not_taken.body.addWidget(text)
        self.take = Button(
            self._saying.words.tr("Take the oldest"), "link_flush", name="attendance.take_oldest"
        )
        self.take.clicked.connect(self._take)
        self._not_taken.body.addWidget(self.take)
        self.body.addWidget(self._not_taken)
        self._not_taken.hide()

    def _explain(self) -> None:
        tr = self._saying.words.tr
        box = column(self._explained, 2)
        box.addWidget(Text(tr("Strip"), 12, MEDIUM, "secondary"))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 6)
        grid.setSpacing(2)
        marks: tuple[tuple[Presence | None, str], ...] = (
            (Presence.PRESENT, tr("present")),
            (Presence.UNEXCUSED, tr("absent")),
            (Presence.LATE, tr("late")),
            (Presence.EXCUSED, tr("excused")),
            (None, tr("not taken")),
        )
        for place, (presence, name) in enumerate(marks):
            line = row(None, 4)
            line.addWidget(_Mark(presence))
            line.addWidget(Text(name, 12, tone="secondary", elide=True), 1)
            grid.addLayout(line, place // 2, place % 2)
        box.addLayout(grid)
        box.addWidget(Text(tr("Keys"), 12, MEDIUM, "secondary"))
        for keys, what in (
            ("P A L E", tr("mark, move down")),
            (tr("Space"), tr("reasons")),
            ("R", tr("the rest are present")),
            ("F4", tr("next not marked")),
            ("Ctrl+Z", tr("undo")),
        ):
            box.addWidget(KeyLine(keys, what))

    def set_compact(self, compact: bool) -> None:
        """Narrower in a small window."""
        self._compact = compact
        self.setFixedWidth(WIDTH_COMPACT if compact else WIDTH)
        self._explained.setVisible(not compact)

    def minimumSizeHint(self) -> QSize:
        """Without what is explained, which shows where there is room."""
        least = super().minimumSizeHint()
        if not self._explained.isHidden():
            least.setHeight(least.height() - self._explained.minimumSizeHint().height())
        return least

    def refresh(self, book: DayBook) -> None:
        """Show the figures of ``book``."""
        words, counts = self._saying.words, book.counts()
        marked, left = sum(counts.values()), len(book.unmarked())
        here = counts[Presence.PRESENT] + counts[Presence.LATE]
        self.figure.set_figure(words.number(here), words.ntr("of {n} marked", "of {n} marked", marked))
        total = marked + left
        spoken = words.tr("{entered} of {expected} entered", entered=marked, expected=total)
        self.meter.set_share(marked / total if total else 0.0, spoken)
        tones = {Presence.LATE: "warn", Presence.UNEXCUSED: "bad", Presence.EXCUSED: "accent"}
        for presence, text in self._counts.items():
            text.setText(words.number(counts[presence]))
            text.set_tone(tones.get(presence, "text") if counts[presence] else "text")
        self._left.setText(words.number(left))
        self._show_not_taken(book)

    def _show_not_taken(self, book: DayBook) -> None:
        words, say = self._saying.words, self._saying
        found: Sequence[tuple[date, int]] = book.past.not_taken if book.past is not None else ()
        found = [one for one in found if one != (book.register.on, book.register.session)]
        self._oldest = found[0] if found else None
        self._not_taken.setVisible(bool(found))
        self._title.setText(words.ntr("{n} session not taken", "{n} sessions not taken", len(found)))
        names = {one.number: one.name for one in book.register.sessions}
        for place, text in enumerate(self._listed):
            text.setVisible(place < len(found))
            if place < len(found):
                on, session = found[place]
                text.setText(f"{say.day(on)}, {names.get(session, str(session))}")

    def _take(self) -> None:
        if self._oldest is not None:
            self.taken_asked.emit(*self._oldest)


def _line(name: str, figure: Text) -> QHBoxLayout:
    line = row(None, 8, (0, 1, 0, 1))
    line.addWidget(Text(name, 13, tone="secondary", elide=True), 1)
    figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    line.addWidget(figure)
    return line
