"""The place where a file is dropped or chosen."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from resources.words import Words
from ui.theme.active import colour
from ui.theme.fonts import MEDIUM
from ui.theme.icons import pixmap
from ui.widgets.base import column
from ui.widgets.button import Button
from ui.widgets.file_drop import FileDrop
from ui.widgets.text import Text


class DropPlace(QWidget):
    """A dashed frame. ``chosen(Path)`` for a file dropped, ``asked`` when the button is pressed."""

    chosen = Signal(object)
    asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._over = False
        drop = FileDrop(self)
        drop.over.connect(self._mark)
        drop.dropped.connect(self.chosen)
        box = column(self, 8, (24, 24, 24, 24))
        box.addStretch(1)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._icon = _Icon()
        box.addWidget(self._icon, 0, centre)
        said = Text(words.tr("Drop a file here"), 14, MEDIUM)
        box.addWidget(said, 0, centre)
        self.button = Button(words.tr("Choose a file"), "primary", "folder-open", name="import.choose")
        self.button.clicked.connect(self.asked)
        box.addWidget(self.button, 0, centre)
        box.addStretch(1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(colour("accent_tint" if self._over else "sunken"))
        painter.setPen(QPen(colour("accent" if self._over else "line_strong"), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def _mark(self, over: bool) -> None:
        self._over = over
        self.update()


class _Icon(QWidget):
    """The icon of a table file, in the colours of the theme."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(32, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        QPainter(self).drawPixmap(0, 0, pixmap("file-spreadsheet", "accent", 32, self.devicePixelRatioF()))
