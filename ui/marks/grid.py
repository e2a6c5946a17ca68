"""The grid of a sheet: the canvas with its editor, keys, mouse and menu."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent

from resources.words import Words
from ui.marks.canvas import SheetCanvas
from ui.marks.editors import SheetEditors
from ui.marks.keys import SheetKeys
from ui.marks.menu import Deeds, sheet_menu
from ui.marks.mouse import SheetMouse
from ui.widgets.sheet.area import Area


class Grid(SheetCanvas):
    """A sheet to type into.

    ``copy_asked(bool)``: copy, True to cut; ``paste_asked``; ``fill_asked(Area, Area)``: repeat the first
    over the second.
    """

    keys: SheetKeys
    copy_asked = Signal(bool)
    paste_asked = Signal()
    fill_asked = Signal(object, object)

    def __init__(self, words: Words) -> None:
        super().__init__(words)
        self.take_parts(SheetEditors(self, "marks.sheet.editor"), SheetKeys(self))
        self.editor = self.editors.line
        self.mouse = SheetMouse(self)
        self.setTabKeyNavigation(True)
        self.names.sectionPressed.connect(self._choose_row)
        self.head.sectionPressed.connect(self._choose_column)

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
