"""Where a long text is typed: over its cell, a few lines high, with how much room is left."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from resources.words import Words
from ui.theme.fonts import font
from ui.widgets.base import announce, column, identify, restyle, row, styled
from ui.widgets.sheet.keys_first import KeysFirst
from ui.widgets.text import Text

HEIGHT, LEAST_WIDTH = 132, 340


class _Lines(KeysFirst, QPlainTextEdit):
    """The text."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(font())
        self.setTabChangesFocus(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)


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
        self._in_place = False
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
        self.follow(cell, room)
        self._too_long = False
        self._begun_with = " ".join(text.split())
        self._in_place = typed is not None
        self.lines.setPlainText(text if typed is None else typed)
        self.lines.moveCursor(QTextCursor.MoveOperation.End)
        self._count()
        self.show()
        self.raise_()
        self.lines.setFocus(Qt.FocusReason.OtherFocusReason)

    def follow(self, cell: QRect, room: QRect) -> None:
        """Lie over ``cell`` within ``room``, wherever that is now."""
        self.setGeometry(_placed(cell, room, rtl=self.layoutDirection() == Qt.LayoutDirection.RightToLeft))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel over a text that has no more lines does not move the table away under it."""
        event.accept()

    def finish_composing(self) -> None:
        """Take what is still being made of several keys into the text."""
        self.lines.finish_composing()

    def text(self) -> str:
        """What is typed, on one line."""
        return " ".join(self.lines.toPlainText().split())

    def changed(self) -> bool:
        """Whether it is another text than at the beginning."""
        return self.text() != self._begun_with

    def touched(self) -> str | None:
        """What somebody typed, with its spaces and lines; None when nobody has typed."""
        typed = self._in_place or self.lines.document().isModified()
        return self.lines.toPlainText() if typed else None

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


def _placed(cell: QRect, room: QRect, *, rtl: bool) -> QRect:
    """Over the cell from where its text begins, larger than it, moved so that all of it lies in ``room``."""
    box = QRect(cell.left() - 1, cell.top() - 1, max(cell.width() + 1, LEAST_WIDTH), HEIGHT)
    box.setWidth(min(box.width(), room.width()))
    box.setHeight(min(box.height(), room.height()))
    if rtl:
        box.moveRight(cell.right())
    box.moveLeft(max(room.left(), min(box.left(), room.right() - box.width() + 1)))
    box.moveTop(max(room.top(), min(box.top(), room.bottom() - box.height() + 1)))
    return box
