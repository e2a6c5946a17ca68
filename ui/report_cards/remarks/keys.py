"""The keys of the table: as in a spreadsheet, and one digit rates a trait and goes on."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from ui.report_cards.remarks.columns import Kind
from ui.widgets.sheet.area import Cell

if TYPE_CHECKING:
    from ui.report_cards.remarks.grid import RemarkGrid

_KEY = Qt.Key
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_ENTERS: Final = (_KEY.Key_Return, _KEY.Key_Enter)
_TABS: Final = (_KEY.Key_Tab, _KEY.Key_Backtab)
_ARROWS: Final = {
    _KEY.Key_Up: (-1, 0),
    _KEY.Key_Down: (1, 0),
    _KEY.Key_Left: (0, -1),
    _KEY.Key_Right: (0, 1),
}
_SIDEWAYS: Final = (_KEY.Key_Left, _KEY.Key_Right)


class RemarkKeys(QObject):
    """Turns keys into steps and texts of ``grid``."""

    def __init__(self, grid: "RemarkGrid") -> None:
        super().__init__(grid)
        self._grid = grid

    def press(self, event: QKeyEvent) -> bool:
        """A key on the table; False when it is none of its own."""
        book = self._grid.book
        if book is None or not book.extent.rows:
            return False
        return self._clip(event) or self._move(event) or self._change(event) or self._type(event)

    def press_in_editor(self, event: QKeyEvent) -> None:
        """A key while something is typed; accepted when it is the table's and not the text's."""
        grid, key = self._grid, event.key()
        if key == _KEY.Key_Escape:
            grid.cancel()
            event.accept()
        elif key in (*_ENTERS, *_TABS) or (
            key in _ARROWS and grid.editors.typing() and not event.modifiers()
        ):
            grid.commit()
            self._move(event)
            event.accept()

    # -- Commands -----------------------------------------------------------------------------------

    def _clip(self, event: QKeyEvent) -> bool:
        standard, grid = QKeySequence.StandardKey, self._grid
        clipboard = QGuiApplication.clipboard()
        if grid.book is None:
            return False
        if event.matches(standard.Copy):
            clipboard.setText(grid.book.text(grid.current))
        elif event.matches(standard.Paste):
            self._enter_text(clipboard.text())
        else:
            return False
        return True

    def _change(self, event: QKeyEvent) -> bool:
        grid, key = self._grid, event.key()
        if key == _KEY.Key_F2:
            grid.begin()
        elif key == _KEY.Key_Backspace:
            grid.begin("")
        elif key == _KEY.Key_Delete:
            self._enter_text("")
        elif key == _KEY.Key_Escape and grid.book is not None and grid.book.draft(grid.current) is not None:
            grid.dropped.emit(grid.current)
        else:
            return False
        return True

    def _type(self, event: QKeyEvent) -> bool:
        """A level is one digit; anything else replaces what is in the cell."""
        grid, text, modifiers = self._grid, event.text(), event.modifiers()
        by_alt_gr = modifiers & _CTRL and modifiers & _ALT
        if not text or not text.isprintable() or text.isspace():
            return False
        if modifiers & (_CTRL | _ALT) and not by_alt_gr:
            return False
        if grid.kind(grid.current) is Kind.LEVEL:
            self._enter_text(text)
            if grid.book is not None and grid.book.draft(grid.current) is None:
                self.tab(1)
        else:
            grid.begin(text)
        return True

    def _enter_text(self, text: str) -> None:
        grid = self._grid
        if grid.book is not None and not grid.book.takes(grid.current):
            grid.barred.emit(grid.current)
        else:
            grid.entered.emit(grid.current, text)

    # -- Steps --------------------------------------------------------------------------------------

    def _move(self, event: QKeyEvent) -> bool:
        key, modifiers = event.key(), event.modifiers()
        shift, ctrl = bool(modifiers & _SHIFT), bool(modifiers & _CTRL)
        if modifiers & _ALT:
            return False
        if key in _TABS and not ctrl:
            self.tab(-1 if key == _KEY.Key_Backtab or shift else 1)
        elif key in _ENTERS and not ctrl:
            self._step(-1 if shift else 1, 0)
        elif key in _ARROWS and not shift:
            down, right = _ARROWS[Qt.Key(key)]
            if key in _SIDEWAYS and self._grid.isRightToLeft():
                right = -right
            self._step(*((down * 10**6, right * 10**6) if ctrl else (down, right)))
        elif key in (_KEY.Key_Home, _KEY.Key_End):
            self._ends(end=key == _KEY.Key_End, ctrl=ctrl)
        elif key in (_KEY.Key_PageUp, _KEY.Key_PageDown) and not ctrl:
            rows = max(1, self._grid.viewport().height() // self._grid.rowHeight(0) - 1)
            self._step(-rows if key == _KEY.Key_PageUp else rows, 0)
        else:
            return False
        return True

    def _step(self, down: int, right: int) -> None:
        grid = self._grid
        if grid.book is not None:
            grid.go(grid.book.extent.step(grid.current, down, right))

    def _ends(self, *, end: bool, ctrl: bool) -> None:
        grid = self._grid
        if grid.book is None:
            return
        extent = grid.book.extent
        row = (extent.rows - 1 if end else 0) if ctrl else grid.current.row
        grid.go(Cell(row, extent.columns - 1 if end else 0))

    def tab(self, way: int) -> None:
        """The cell after or before this one that takes something; from a row's end into the next row."""
        grid, book = self._grid, self._grid.book
        if book is None:
            return
        columns = book.extent.columns
        at = grid.current.row * columns + grid.current.column + way
        while 0 <= at < book.extent.rows * columns:
            cell = Cell(*divmod(at, columns))
            if book.takes(cell):
                grid.go(cell)
                return
            at += way
