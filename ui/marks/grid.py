"""The grid of a sheet: the canvas with its editor, keys and mouse."""

from collections.abc import Mapping

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QInputMethodEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from resources.words import Words
from ui.marks.book import SheetBook
from ui.marks.canvas import SheetCanvas
from ui.marks.columns import Kind
from ui.marks.keys import SheetKeys
from ui.marks.menu import Deeds, sheet_menu
from ui.marks.mouse import SheetMouse
from ui.widgets.sheet.area import Area, Cell
from ui.widgets.sheet.editor import CellEditor

_FIRST = Cell(0, 0)


class Grid(SheetCanvas):
    """A sheet to type into.

    ``entered(dict of Cell: text)``: texts to take. ``barred(Cell)``: somebody typed where nothing can be
    typed. ``dropped(list of Cell)``: give up what was refused there. ``copy_asked(bool)``: copy, True to
    cut; ``paste_asked``; ``fill_asked(Area, Area)``: repeat the first over the second.
    """

    entered = Signal(object)
    barred = Signal(object)
    dropped = Signal(object)
    copy_asked = Signal(bool)
    paste_asked = Signal()
    fill_asked = Signal(object, object)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self._before_typing = self.area
        self.editor = CellEditor(self.viewport(), "marks.sheet.editor")
        self.keys = SheetKeys(self)
        self.mouse = SheetMouse(self)
        self.setTabKeyNavigation(True)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.editor.key.connect(self.keys.press_in_editor)
        self.editor.left.connect(self.commit)
        self.names.sectionPressed.connect(self._choose_row)
        self.head.sectionPressed.connect(self._choose_column)
        self.scrolled.connect(self._place_editor)

    def set_book(self, book: SheetBook | None, at: Cell = _FIRST) -> None:
        """Show another sheet; what is being typed is given up (``commit`` first to keep it)."""
        self.cancel()
        super().set_book(book, at)

    def has_keys(self) -> bool:
        """Whether keys go to the sheet or its editor."""
        return self.hasFocus() or self.editing()

    def _choose_row(self, row: int) -> None:
        items = self.item_places()
        if items:
            self.commit()
            self.choose(Area(row, items[0], row, items[-1]))
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def _choose_column(self, place: int) -> None:
        if self.book is not None and self.book.extent.rows:
            self.commit()
            self.choose(Area(0, place, self.book.extent.rows - 1, place))
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    # -- Typing -------------------------------------------------------------------------------------

    def editing(self) -> bool:
        """Whether a cell is being typed in."""
        return self.editor.isVisible()

    def begin(self, typed: str | None = None) -> bool:
        """Open the editor on the current cell, on ``typed`` in place of what is there; False where barred."""
        book = self.book
        if book is None or not self._model.rowCount():
            return False
        if book.barrier(self._current):
            self.barred.emit(self._current)
            return False
        self.scrollTo(self._model.index(*self._current))
        self._before_typing, self._corner = self.area, self._current
        words = book.columns[self._current.column].kind is Kind.COMMENT
        name = f"{book.sheet.rows[self._current.row].name}, {book.columns[self._current.column].title}"
        self.editor.begin(self._editor_rect(), book.to_type(self._current), typed, name, words=words)
        self.viewport().update()
        self.moved.emit()
        return True

    def _editor_rect(self) -> QRect:
        return self.cell_rect(self._current).adjusted(1, 1, -2, -2)

    def chosen_before_typing(self) -> Area:
        """The area that was chosen when the editor opened."""
        return self._before_typing

    def commit(self) -> None:
        """Take what is typed; a text that was not touched changes nothing, unless it was refused before."""
        if not self.editing():
            return
        text, changed = self.editor.text(), self.editor.changed()
        refused = self.book is not None and self.book.draft(self._current) is not None
        self.cancel()
        if changed or refused:
            self.entered.emit({self._current: text})

    def cancel(self) -> None:
        """Close the editor; the cell is as before."""
        if self.editing():
            had_focus = self.editor.hasFocus()
            self.editor.hide()
            if had_focus:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.viewport().update()

    def enter(self, texts: Mapping[Cell, str]) -> None:
        """Have texts taken."""
        if texts:
            self.entered.emit(dict(texts))

    # -- Events -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The sheet's keys; what is not one goes up to the window."""
        event.setAccepted(self.book is not None and self.keys.press(event))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Letters made of several keys begin to type too."""
        if (event.commitString() or event.preeditString()) and self.begin(""):
            QApplication.sendEvent(self.editor, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what the keys do; a click outside the chosen area goes to its cell first."""
        self.commit()
        cell = self.cell_at(self.viewport().mapFromGlobal(event.globalPos()))
        if self.book is None or cell is None:
            return
        if cell not in self.area:
            self.go(cell)
        deeds: Deeds = {
            "cut": lambda: self.copy_asked.emit(True),
            "copy": lambda: self.copy_asked.emit(False),
            "paste": self.paste_asked.emit,
            "clear": self.keys.clear,
            "fill": self.keys.fill_down,
        }
        menu = sheet_menu(self.words, deeds, takes=self.book.takes(self.current), parent=self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def keyboardSearch(self, search: str) -> None:
        """Do nothing: letters type."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The frame of the current cell goes grey."""
        super().focusOutEvent(event)
        self.viewport().update()

    def _place_editor(self) -> None:
        if self.editing():
            self.editor.setGeometry(self._editor_rect())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a cell, stretch the area with Shift, or take the fill handle."""
        self.mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Stretch the area or the filling."""
        self.mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        self.mouse.release()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the cell under the mouse."""
        self.mouse.double(event)
