"""The editors of a table: whichever is open over the current cell."""

from typing import Generic, NamedTuple

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.editor import CellEditor
from ui.widgets.sheet.lines import LinesEditor
from ui.widgets.sheet.model import AnyBook
from ui.widgets.sheet.table import SheetTable

Editor = CellEditor | LinesEditor


class Typed(NamedTuple):
    """What stood in an editor when it closed, and whether that is another text than at the beginning.

    ``touched`` is what somebody typed, None when nobody had; ``arrows_leave`` as in :class:`Editors`.
    """

    text: str
    changed: bool
    touched: str | None
    arrows_leave: bool


class Editors(QObject, Generic[AnyBook]):
    """Opens ``line`` over the current cell of ``table``; a subclass may have a second editor.

    ``key(event)`` is asked first about every key; ``left`` comes when the focus goes elsewhere in the window.
    """

    key = Signal(QKeyEvent)
    left = Signal()

    def __init__(self, table: SheetTable[AnyBook], name: str) -> None:
        """``name`` is the object name of the line."""
        super().__init__(table)
        self.table = table
        self._editors: list[Editor] = []
        self.line = CellEditor(table.viewport(), name)
        self.add(self.line)
        table.scrolled.connect(self.follow)

    def add(self, editor: Editor) -> None:
        """Another editor that may be open."""
        self._editors.append(editor)
        editor.key.connect(self.key)
        editor.left.connect(self.left)

    def open(self) -> Editor | None:
        """The editor that is open."""
        return next((one for one in self._editors if one.isVisible()), None)

    def arrows_leave(self) -> bool:
        """Whether arrows save and move: the line is open, and was begun by a letter or digit, not by F2."""
        return self.open() is self.line and self.line.typing

    def begin(self, book: AnyBook, cell: Cell, typed: str | None) -> None:
        """Open an editor on a cell of ``book``, or with ``typed`` in place of what is there."""
        raise NotImplementedError

    def go_on(self, typed: Typed) -> None:
        """An editor was opened again on what was typed: arrows do in it what they did before."""
        self.line.typing = typed.arrows_leave

    def place(self) -> QRect:
        """Where the line lies: within the current cell as far as that shows."""
        table, cell = self.table, self.table.current
        return table.cell_rect(cell).adjusted(1, 1, -2, -2).intersected(table.pinned.room(cell.column))

    def follow(self) -> None:
        """Keep the line over its cell when the table is scrolled."""
        if self.line.isVisible():
            self.line.setGeometry(self.place())

    def close(self) -> Typed | None:
        """Close the editor and give the keys back to the table; None when none was open."""
        editor = self.open()
        if editor is None:
            return None
        editor.finish_composing()
        typed = Typed(editor.text(), editor.changed(), editor.touched(), self.arrows_leave())
        inside = QApplication.focusWidget()
        had_focus = inside is not None and (inside is editor or editor.isAncestorOf(inside))
        editor.hide()
        if had_focus:
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        return typed
