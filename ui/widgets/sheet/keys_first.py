"""What a line and a text share when they stand over a cell: the table's keys come first, leaving saves."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    _Base = QWidget
else:
    _Base = object  # mixed into a QLineEdit or QPlainTextEdit, each of which is one

_STAYS: Final = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class KeysFirst(_Base):
    """Mixed in before the widget that is typed into.

    ``key(event)`` is asked first about every key; it answers by accepting the event. ``left`` comes when the
    focus goes elsewhere in the window.
    """

    key = Signal(QKeyEvent)
    left = Signal()
    _composed = ""

    def focusNextPrevChild(self, _forward: bool) -> bool:
        """Tab is a key of the table."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The table's keys first, then those of a text."""
        event.ignore()
        self.key.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)
            event.accept()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Remember what is being made of several keys."""
        self._composed = event.preeditString()
        super().inputMethodEvent(event)

    def finish_composing(self) -> None:
        """Take what is still being made of several keys into the text, as a press elsewhere does."""
        if self._composed and self.hasFocus():
            QGuiApplication.inputMethod().commit()
        if self._composed:
            taken = QInputMethodEvent()
            taken.setCommitString(self._composed)
            QApplication.sendEvent(self, taken)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving the cell saves it; another window or a menu does not."""
        super().focusOutEvent(event)
        if self.isVisible() and event.reason() not in _STAYS:
            self.left.emit()
