"""A word about what has just happened, with Undo; never a fault and never the only way back."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from resources.words import Words
from ui.theme.fonts import SEMIBOLD, font
from ui.widgets.base import announce, row, styled
from ui.widgets.button import Button
from ui.widgets.text import Text

LIFETIME_MS = 7000
MARGIN_BOTTOM = 16
GAP = 8


class Toast(QWidget):
    """One message at the bottom centre of ``host``, seven seconds long; hover and focus stop the clock.

    It lies above the widget that ``clear_of`` names: what is read there while one works stays in sight.
    """

    def __init__(
        self, host: QWidget, words: Words, clear_of: Callable[[], QWidget | None] = lambda: None
    ) -> None:
        super().__init__(host)
        self._host, self._clear_of = host, clear_of
        styled(self)
        self.setObjectName("toast")
        self._words = words
        self._undo: Callable[[], None] | None = None
        self._text = Text("", 13, tone="toast")
        self._button = Button("", "toast", name="toast.undo")
        self._button.setFont(font(13, SEMIBOLD))
        self._button.clicked.connect(self._press)
        self._button.installEventFilter(self)
        line = row(self, 12, (16, 4, 8, 4))
        line.addWidget(self._text)
        line.addWidget(self._button)
        self.setFixedHeight(40)
        self._clock = QTimer(self, singleShot=True, interval=LIFETIME_MS)
        self._clock.timeout.connect(self.hide)
        host.installEventFilter(self)
        self.hide()

    def show_message(self, text: str, undo: Callable[[], None] | None = None, verb: str = "") -> None:
        """Say ``text``; with ``undo`` a button ("Undo" or ``verb``) calls it. Replaces the message before."""
        self._undo = undo
        self._text.setText(text)
        self._button.setText(verb or self._words.tr("Undo"))
        self._button.setVisible(undo is not None)
        self.setContentsMargins(0, 0, 0 if undo else 8, 0)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._clock.start()
        announce(self, text)

    def text(self) -> str:
        """The message shown last."""
        return self._text.text()

    def _press(self) -> None:
        undo, self._undo = self._undo, None
        self.hide()
        if undo is not None:
            undo()

    def _place(self) -> None:
        host = self._host
        width = min(self.sizeHint().width(), host.width() - 32)
        self.resize(width, self.height())
        below, foot = MARGIN_BOTTOM, self._clear_of()
        if foot is not None and foot.isVisible():
            below = max(below, host.height() - foot.mapTo(host, QPoint()).y() + GAP)
        self.move(QPoint((host.width() - width) // 2, host.height() - self.height() - below))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the host changes size; stop the clock while the button has the focus."""
        if not hasattr(self, "_clock"):  # Python's half is gone before Qt's when a window is deleted
            return False
        kind = event.type()
        if watched is self._host and kind == QEvent.Type.Resize and self.isVisible():
            self._place()
        elif watched is self._button and kind == QEvent.Type.FocusIn:
            self._clock.stop()
        elif watched is self._button and kind == QEvent.Type.FocusOut and not self.underMouse():
            self._clock.start()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stop the clock."""
        self._clock.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Start it again."""
        if not self._button.hasFocus() and self.isVisible():
            self._clock.start()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc takes it away."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
