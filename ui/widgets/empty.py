"""What an empty place says: a fact, a help, and what to do next."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme.active import colour
from ui.theme.fonts import SEMIBOLD
from ui.theme.icons import pixmap
from ui.widgets.base import column, identify, row
from ui.widgets.button import Button
from ui.widgets.text import Text


class _Disc(QWidget):
    """A tinted disc of 72 pixels with an icon of 32."""

    def __init__(self, icon: str) -> None:
        super().__init__()
        self._icon = icon
        self.setFixedSize(72, 72)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw disc and icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent_tint"))
        painter.drawEllipse(QRectF(self.rect()))
        painter.drawPixmap(20, 20, pixmap(self._icon, "accent", 32, self.devicePixelRatioF()))


class EmptyState(QWidget):
    """Icon, one sentence of fact, one of help, and up to three ways on.

    Add the buttons with ``add``: the primary first, then one alternative; ``add_link`` puts a link under
    them.
    """

    def __init__(
        self, icon: str, fact: str, help_text: str = "", *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        identify(self, name)
        box = column(self, 0, (24, 24, 24, 24))
        box.addStretch(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        box.addWidget(_Disc(icon), 0, centre)
        box.addSpacing(10)
        self._fact = Text(fact, 16, SEMIBOLD, wrap=True)
        self._help = Text(help_text, 13, tone="secondary", wrap=True)
        for text in (self._fact, self._help):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
            box.addWidget(text)
            box.addSpacing(4)
        self._help.setVisible(bool(help_text))
        box.addSpacing(8)
        line = row(None, 8)
        line.addStretch(1)
        self._buttons = row(None, 8)
        line.addLayout(self._buttons)
        line.addStretch(1)
        box.addLayout(line)
        self._links = column(None, 0, (0, 8, 0, 0))
        box.addLayout(self._links)
        box.addStretch(3)

    def set_words(self, fact: str, help_text: str = "") -> None:
        """Say something else."""
        self._fact.setText(fact)
        self._help.setText(help_text)
        self._help.setVisible(bool(help_text))

    def add(self, button: Button) -> Button:
        """Add a button beside the others and give it back."""
        self._buttons.addWidget(button)
        return button

    def add_link(self, button: Button) -> Button:
        """Add a link under the buttons and give it back."""
        self._links.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button
