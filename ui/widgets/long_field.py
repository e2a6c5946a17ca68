"""A field for several lines of text: notes, remarks."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from resources.words import Words
from ui.theme.fonts import font
from ui.widgets.fields import Field


class LongField(Field):
    """Some lines of text. ``committed(text)`` when it is left changed; Tab leaves it, as in any field."""

    committed = Signal(str)

    def __init__(
        self,
        label: str,
        words: Words,
        *,
        lines: int = 5,
        help_text: str = "",
        optional: bool = False,
        name: str = "",
    ) -> None:
        self.area = _Area()
        super().__init__(label, self.area, words, help_text=help_text, optional=optional, name=name)
        self.area.setFont(font())
        self.area.setFixedHeight(lines * 19 + 16)
        self._saved = ""
        self.area.left.connect(self._left)

    def text(self) -> str:
        """What is typed."""
        return self.area.toPlainText()

    def pending(self) -> bool:
        """Whether what is typed is not what is stored."""
        return bool(self.fault) or self.text() != self._saved

    def set_text(self, text: str) -> None:
        """Show a stored text; takes a fault away."""
        if text != self.text():
            self.area.setPlainText(text)
        self._saved = text
        if self.fault:
            self.set_fault("")

    def give_up(self) -> None:
        """Let what is typed count for nothing, until a stored value is shown."""
        self._saved = self.text()
        self.set_fault("")

    def set_read_only(self, read_only: bool) -> None:
        """Only show the text."""
        self.area.setReadOnly(read_only)

    def _left(self) -> None:
        if self.text() != self._saved:
            self._saved = self.text()
            self.set_fault("")
            self.committed.emit(self._saved)


class _Area(QPlainTextEdit):
    """Tells when the focus goes."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The field is left."""
        super().focusOutEvent(event)
        self.left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc belongs to the page."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)
