"""Long work shown in the page: how far, how long, Cancel and what that leaves."""

import time
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from resources.words import Words
from ui.theme.fonts import MEDIUM
from ui.widgets.base import announce, column, identify, restyle, row, styled
from ui.widgets.button import Button
from ui.widgets.text import Text

ESTIMATE_FROM = 3.0
_ROUND_TO = ((10, 1), (60, 5), (600, 60))


def seconds_left(done: int, total: int, elapsed: float) -> int | None:
    """Seconds still to go, rounded for reading; None before 3 s have passed or nothing is known."""
    if elapsed < ESTIMATE_FROM or done <= 0 or total <= done:
        return None
    left = elapsed / done * (total - done)
    for limit, step in _ROUND_TO:
        if left <= limit:
            return max(1, round(left / step) * step)
    return round(left / 60) * 60


class ProgressStrip(QWidget):
    """One bar for a whole job; hidden until ``start``.

    ``cancelled`` comes when Cancel is pressed; the strip then waits for the job to end. ``finish`` shows
    the result with the buttons given, until ``close_strip`` or the next start. ``narrow``: the buttons stand
    under the words, for a strip in a list.
    """

    cancelled = Signal()

    def __init__(
        self,
        words: Words,
        *,
        name: str = "progress",
        clock: Callable[[], float] = time.monotonic,
        narrow: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        styled(self)
        identify(self, name)
        self._words, self._clock = words, clock
        self._title, self._began, self._shown, self._unit = "", 0.0, 0, ""
        self._line = Text("", 13, MEDIUM, elide=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._note = Text("", 12, tone="secondary", wrap=True)
        self._cancel = Button(words.tr("Cancel"), name=f"{name}.cancel")
        self._cancel.clicked.connect(self._stop)
        top = row(None, 8)
        top.addWidget(self._line, 1)
        self._ways: QHBoxLayout = row(None, 16 if narrow else 8)
        self._narrow = narrow
        if not narrow:
            top.addLayout(self._ways)
        top.addWidget(self._cancel)
        box = column(self, 6, (13, 7, 13, 9))
        box.addLayout(top)
        box.addWidget(self._bar)
        box.addWidget(self._note)
        if narrow:
            box.addLayout(self._ways)
        self.hide()

    def start(self, title: str, cancel_leaves: str = "", *, unit: str = "") -> None:
        """Show the strip.

        ``title`` ("Saving one PDF") and what Cancel leaves ("Cancel leaves no file behind."). With a ``unit``
        ("MB") it says "12 of 31 MB".
        """
        self._title, self._began, self._shown, self._unit = title, self._clock(), 0, unit
        self._clear_ways()
        self._tint(failed=False)
        self._line.setText(title)
        self._note.setText(cancel_leaves)
        self._note.setVisible(bool(cancel_leaves))
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(title)
        self._bar.show()
        self._cancel.setEnabled(True)
        self._cancel.show()
        self.show()
        announce(self, title)

    def advance(self, done: int, total: int, what: str = "") -> None:
        """``done`` of ``total`` are finished; ``what`` names one ("card"). The bar never goes back."""
        self._shown = max(self._shown, done)
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(self._shown)
        values = {"title": self._title, "what": what, "done": self._shown, "total": self._amount(total)}
        left = seconds_left(self._shown, total, self._clock() - self._began)
        tr = self._words.tr
        if left is None:
            text = tr("{title}: {what} {done} of {total}", **values)
        elif left < 60:
            text = tr("{title}: {what} {done} of {total}, about {left} s left", left=left, **values)
        else:
            text = tr("{title}: {what} {done} of {total}, about {left} min left", left=left // 60, **values)
        self._line.setText(text.replace(":  ", ": "))

    def finish(
        self, result: str, note: str = "", ways: tuple[Button, ...] = (), *, failed: bool = False
    ) -> None:
        """Show how it ended: a line with counts, what was skipped and why, and buttons such as Open.

        ``failed``: it did not work; ``note`` says why and what to do.
        """
        self._clear_ways()
        self._tint(failed=failed)
        self._bar.hide()
        self._cancel.hide()
        self._line.setText(result)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        for button in ways:
            self._ways.addWidget(button)
        if self._narrow and ways:
            self._ways.insertStretch(len(ways) - 1, 1)
        self.show()
        announce(self, f"{result} {note}".strip())

    def close_strip(self) -> None:
        """Take the strip away."""
        self.hide()

    def text(self) -> str:
        """The line shown."""
        return self._line.text()

    def _amount(self, total: int) -> str:
        return f"{total}\u00a0{self._unit}" if self._unit else str(total)

    def note(self) -> str:
        """What stands under it."""
        return self._note.text()

    def _tint(self, *, failed: bool) -> None:
        restyle(self, tint="bad" if failed else "")
        self._line.set_tone("bad" if failed else "text")
        self._note.set_tone("text" if failed else "secondary")

    def _stop(self) -> None:
        self._cancel.setEnabled(False)
        self._line.setText(self._words.tr("{title}: stopping", title=self._title))
        self.cancelled.emit()

    def _clear_ways(self) -> None:
        while (item := self._ways.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
