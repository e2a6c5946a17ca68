"""Where a long text is typed: over its cell, a few lines high, with how much room is left."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from resources.words import Words
from ui.theme.fonts import font
from ui.widgets.base import announce, column, identify, restyle, row, styled
from ui.widgets.text import Text

HEIGHT, LEAST_WIDTH = 132, 340
_STAYS = (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)


class _Lines(QPlainTextEdit):
    """The text. ``key(event)`` is asked first; ``left`` when the focus goes elsewhere in the window."""

    key = Signal(QKeyEvent)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFont(font())
        self.setTabChangesFocus(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab is a key of the table."""
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The table's keys first, then those of a text."""
        event.ignore()
        self.key.emit(event)
        if not event.isAccepted():
            super().keyPressEvent(event)
            event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leaving it saves it; another window or a menu does not."""
        super().focusOutEvent(event)
        if self.isVisible() and event.reason() not in _STAYS:
            self.left.emit()


class LinesEditor(QFrame):
    """The text over its cell and the count under it: "132 of 600".

    ``key(event)`` is asked first about every key; ``left`` comes when the focus goes elsewhere.
    """

    key = Signal(QKeyEvent)
    left = Signal()

    def __init__(self, words: Words, longest: int, parent: QWidget, name: str) -> None:
        """``longest`` in characters; the text itself is called ``name`` and ".text"."""
        super().__init__(parent)
        styled(self)
        identify(self, name)
        self._words, self._longest = words, longest
        self._begun_with = ""
        self._too_long = False
        self.lines = _Lines()
        identify(self.lines, f"{name}.text")
        self.lines.textChanged.connect(self._count)
        self.lines.key.connect(self.key)
        self.lines.left.connect(self.left)
        self._says = Text("", 12, tone="secondary")
        box = column(self, 2, (2, 2, 2, 4))
        box.addWidget(self.lines, 1)
        foot = row(None, 8, (6, 0, 6, 0))
        foot.addWidget(
            Text(words.tr("Enter saves, Esc leaves it as it was"), 11, tone="quiet", elide=True), 1
        )
        foot.addWidget(self._says)
        box.addLayout(foot)
        self.setFocusProxy(self.lines)
        self.hide()

    def begin(self, cell: QRect, room: QRect, text: str, typed: str | None, spoken: str) -> None:
        """Open over ``cell`` within ``room`` on ``text``, or with ``typed`` in its place."""
        self.lines.setAccessibleName(spoken)
        self.setGeometry(_placed(cell, room))
        self._too_long = False
        self._begun_with = " ".join(text.split())
        self.lines.setPlainText(text if typed is None else typed)
        self.lines.moveCursor(QTextCursor.MoveOperation.End)
        self._count()
        self.show()
        self.raise_()
        self.lines.setFocus(Qt.FocusReason.OtherFocusReason)

    def text(self) -> str:
        """What is typed, on one line."""
        return " ".join(self.lines.toPlainText().split())

    def changed(self) -> bool:
        """Whether it is another text than at the beginning."""
        return self.text() != self._begun_with

    def says(self) -> str:
        """The count shown."""
        return self._says.text()

    def _count(self) -> None:
        length = len(self.text())
        tr, number = self._words.tr, self._words.number
        self._says.setText(tr("{count} of {longest}", count=number(length), longest=number(self._longest)))
        too_long = length > self._longest
        self._says.set_tone("bad" if too_long else "secondary")
        if too_long != self._too_long:
            self._too_long = too_long
            restyle(self.lines, wrong=too_long)
            if too_long:
                announce(self.lines, tr("This is longer than {longest} characters.", longest=self._longest))


def _placed(cell: QRect, room: QRect) -> QRect:
    """Over the cell, larger than it, moved so that all of it lies within ``room``."""
    box = QRect(cell.left() - 1, cell.top() - 1, max(cell.width() + 1, LEAST_WIDTH), HEIGHT)
    box.setWidth(min(box.width(), room.width()))
    box.setHeight(min(box.height(), room.height()))
    box.moveLeft(max(room.left(), min(box.left(), room.right() - box.width() + 1)))
    box.moveTop(max(room.top(), min(box.top(), room.bottom() - box.height() + 1)))
    return box
