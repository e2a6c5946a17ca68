"""The keys of a mark sheet beside those of every table: the clipboard, filling, choosing all."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from ui.marks.book import SheetBook
from ui.widgets.sheet.area import Area
from ui.widgets.sheet.keys import TableKeys

if TYPE_CHECKING:
    from ui.marks.grid import Grid

_KEY, _CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier


class SheetKeys(TableKeys[SheetBook]):
    """What keys do on ``grid``."""

    def __init__(self, grid: "Grid") -> None:
        super().__init__(grid)
        self._grid = grid

    def press_in_editor(self, event: QKeyEvent) -> None:
        """F2 changes what arrows do, Ctrl+Enter fills all chosen cells; else as in every table."""
        if event.key() == _KEY.Key_F2:
            line = self._grid.editor
            line.typing = not line.typing
        elif event.key() in (_KEY.Key_Return, _KEY.Key_Enter) and event.modifiers() & _CTRL:
            self._fill_typed()
        else:
            super().press_in_editor(event)
            return
        event.accept()

    def _fill_typed(self) -> None:
        """Ctrl+Enter: what is typed goes into every cell that is chosen."""
        grid = self._grid
        text, cells = grid.editor.text(), list(grid.chosen_before_typing().cells())
        grid.cancel()
        grid.enter(dict.fromkeys(cells, text))

    def command(self, event: QKeyEvent) -> bool:
        """Copy, cut, paste, choose all, fill down."""
        standard, grid = QKeySequence.StandardKey, self._grid
        if event.matches(standard.Copy):
            grid.copy_asked.emit(False)
        elif event.matches(standard.Cut):
            grid.copy_asked.emit(True)
        elif event.matches(standard.Paste):
            grid.paste_asked.emit()
        elif event.matches(standard.SelectAll):
            self._choose_all()
        elif event.key() == _KEY.Key_D and event.modifiers() == _CTRL:
            self.fill_down()
        else:
            return False
        return True

    def _choose_all(self) -> None:
        grid, places = self._grid, self._grid.item_places()
        if places and grid.book is not None:
            grid.choose(Area(0, places[0], grid.book.extent.rows - 1, places[-1]))

    def fill_down(self) -> None:
        """Repeat the first row of the chosen area in the rows under it; a single row takes the row above."""
        area = self._grid.area
        if area.height == 1:
            if area.top == 0:
                return
            area = Area(area.top - 1, area.left, area.bottom, area.right)
        self._grid.fill_asked.emit(Area(area.top, area.left, area.top, area.right), area)
