"""A table that is typed into: its editors, keys and mouse."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from ui.widgets.sheet.area import Area, Cell
from ui.widgets.sheet.editors import Editors
from ui.widgets.sheet.keys import TableKeys
from ui.widgets.sheet.model import AnyBook
from ui.widgets.sheet.table import FIRST, SheetTable

_BY_KEYS: Final = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)


class TypedTable(SheetTable[AnyBook]):
    """A subclass gives it its parts by ``take_parts`` before it is shown.

    ``entered(dict of Cell: text)``: texts to take. ``barred(Cell)``: somebody typed where nothing can be
    typed. ``dropped(list of Cell)``: give up what was refused there.
    """

    entered = Signal(object)
    barred = Signal(object)
    dropped = Signal(object)
    editors: Editors[AnyBook]
    keys: TableKeys[AnyBook]

    def take_parts(self, editors: Editors[AnyBook], keys: TableKeys[AnyBook]) -> None:
        """Listen to the editors and the keys of the table."""
        self.editors, self.keys = editors, keys
        self._before_typing = self.area
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        editors.key.connect(keys.press_in_editor)
        editors.left.connect(self.commit)

    def set_book(self, book: AnyBook | None, at: Cell = FIRST) -> None:
        """Show another book; what is being typed is given up (``commit`` first to keep it)."""
        self.cancel()
        super().set_book(book, at)

    def put_back(self, book: AnyBook, here: Cell | None) -> None:
        """Other rows or columns are in ``book``: go back to the cell that is at ``here`` now, typing on.

        An editor in which nobody has typed opens on what is stored now: what it showed may be old.
        """
        typed = self.editors.close()
        self.set_book(book, here or self.current)
        if typed is not None and here is not None and self.begin(typed.touched):
            self.editors.go_on(typed)

    def filled(self) -> bool:
        """Whether there is any cell."""
        return self.book is not None and bool(self.book.extent.rows and self.book.extent.columns)

    def ends(self) -> tuple[int, int]:
        """The columns to which Home and End go."""
        return 0, self.model().columnCount() - 1

    def has_keys(self) -> bool:
        """Whether keys go to the table or an editor of it."""
        return self.hasFocus() or self.editing()

    # -- Typing -------------------------------------------------------------------------------------

    def editing(self) -> bool:
        """Whether something is being typed."""
        return self.editors.open() is not None

    def begin(self, typed: str | None = None) -> bool:
        """Edit the current cell, on its text or with ``typed`` in place of it; False where that is barred."""
        book = self.book
        if book is None or not self.filled():
            return False
        if not book.takes(self.current):
            self.barred.emit(self.current)
            return False
        self._before_typing = self.area
        self.go(self.current)
        self.editors.begin(book, self.current, typed)
        self._editor_changed()
        return True

    def chosen_before_typing(self) -> Area:
        """The area that was chosen when the editor opened."""
        return self._before_typing

    def commit(self) -> None:
        """Take what is typed; a text that was not touched changes nothing, unless it was refused before."""
        cell, typed = self.current, self.editors.close()
        if typed is None:
            return
        self._editor_changed()
        refused = self.book is not None and self.book.draft(cell) is not None
        if typed.changed or refused:
            self.entered.emit({cell: typed.text})

    def cancel(self) -> None:
        """Close the editor; the cell is as before."""
        if self.editors.close() is not None:
            self._editor_changed()

    def _editor_changed(self) -> None:
        self.viewport().update()
        self.moved.emit()

    def enter(self, texts: Mapping[Cell, str]) -> None:
        """Have texts taken."""
        if texts:
            self.entered.emit(dict(texts))

    # -- Events -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The table's keys; what is not one goes up to the window."""
        event.setAccepted(self.keys.press(event))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Letters made of several keys begin to type too."""
        if (event.commitString() or event.preeditString()) and self.begin(""):
            inside = QApplication.focusWidget()
            if inside is not None and inside is not self:
                QApplication.sendEvent(inside, event)

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: letters type."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the cell under the mouse; what was being typed is taken."""
        cell = self.cell_at(event.position().toPoint())
        self.commit()
        if cell is not None:
            self.keys.steps.forget_run()
            self.go(cell)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the cell under the mouse."""
        cell = self.cell_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and cell is not None:
            self.go(cell)
            self.begin()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is; who comes by Tab sees the cell."""
        super().focusInEvent(event)
        if self.filled() and event.reason() in _BY_KEYS:
            self.go(self.current)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The frame of the current cell goes grey."""
        super().focusOutEvent(event)
        self.viewport().update()
