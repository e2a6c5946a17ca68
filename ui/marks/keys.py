"""The keys of a sheet, as in a spreadsheet."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from ui.widgets.sheet.area import Area, Cell

if TYPE_CHECKING:
    from ui.marks.grid import Grid

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


class SheetKeys(QObject):
    """Turns keys into steps of ``grid``.

    A run of Tabs remembers the column where it began; Enter goes back there, one row down.
    """

    def __init__(self, grid: "Grid") -> None:
        super().__init__(grid)
        self._grid = grid
        self._run_from: int | None = None

    def forget_run(self) -> None:
        """The next Enter goes straight down."""
        self._run_from = None

    # -- Entry points -------------------------------------------------------------------------------

    def press(self, event: QKeyEvent) -> bool:
        """A key on the grid; False when it is none of the sheet's."""
        if self._grid.book is None or not self._grid.book.extent.rows:
            return False
        return self._command(event) or self._move(event) or self._change(event) or self._type(event)

    def press_in_editor(self, event: QKeyEvent) -> None:
        """A key while a cell is typed in; accepted when it is the sheet's and not the line's."""
        grid, key = self._grid, event.key()
        if key == _KEY.Key_Escape:
            grid.cancel()
            event.accept()
        elif key == _KEY.Key_F2:
            grid.editor.typing = not grid.editor.typing
            event.accept()
        elif key in _ENTERS and event.modifiers() & _CTRL:
            self._fill_typed()
            event.accept()
        elif key in (*_ENTERS, *_TABS, _KEY.Key_PageUp, _KEY.Key_PageDown) or self._arrow_leaves(event):
            grid.commit()
            self._move(event)
            event.accept()

    def _arrow_leaves(self, event: QKeyEvent) -> bool:
        """Arrows save and move when typing began by a key; after F2 they move within the text."""
        if event.key() not in _ARROWS or event.modifiers() & (_SHIFT | _ALT):
            return False
        return self._grid.editor.typing

    def _fill_typed(self) -> None:
        """Ctrl+Enter: what is typed goes into every cell that is chosen."""
        grid = self._grid
        text, cells = grid.editor.text(), list(grid.chosen_before_typing().cells())
        grid.cancel()
        grid.enter(dict.fromkeys(cells, text))

    # -- Commands -----------------------------------------------------------------------------------

    def _command(self, event: QKeyEvent) -> bool:
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

    def _change(self, event: QKeyEvent) -> bool:
        grid, key = self._grid, event.key()
        if key == _KEY.Key_F2:
            grid.begin()
        elif key == _KEY.Key_Backspace:
            grid.begin("")
        elif key == _KEY.Key_Delete:
            self.clear()
        elif key == _KEY.Key_Escape:
            return self._give_up()
        else:
            return False
        return True

    def clear(self) -> None:
        """Clear the chosen cells that can be changed."""
        grid = self._grid
        book = grid.book
        if book is None:
            return
        cells = [cell for cell in grid.area.cells() if book.takes(cell)]
        if not cells:
            grid.barred.emit(grid.current)
        grid.enter(dict.fromkeys(cells, ""))

    def _give_up(self) -> bool:
        """Esc: what was refused gives way to what is stored; a chosen area shrinks to its cell."""
        grid = self._grid
        if grid.book is not None and grid.book.draft(grid.current) is not None:
            grid.dropped.emit([grid.current])
            return True
        if not grid.area.single:
            grid.go(grid.current)
            return True
        return False

    def _type(self, event: QKeyEvent) -> bool:
        """A letter or digit replaces what is in the cell."""
        text, modifiers = event.text(), event.modifiers()
        by_alt_gr = modifiers & _CTRL and modifiers & _ALT
        if not text or not text.isprintable() or (modifiers & (_CTRL | _ALT) and not by_alt_gr):
            return False
        if not text.isspace():
            self._grid.begin(text)
        return True

    # -- Steps --------------------------------------------------------------------------------------

    def _move(self, event: QKeyEvent) -> bool:
        key, modifiers = event.key(), event.modifiers()
        shift, ctrl = bool(modifiers & _SHIFT), bool(modifiers & _CTRL)
        if modifiers & _ALT:
            return False
        if key in _TABS and not ctrl:
            self._tab(-1 if key == _KEY.Key_Backtab or shift else 1)
        elif key in _ENTERS and not ctrl:
            self._enter(-1 if shift else 1)
        elif key in _ARROWS:
            self._arrow(key, shift=shift, ctrl=ctrl)
        elif key in (_KEY.Key_Home, _KEY.Key_End):
            self._ends(end=key == _KEY.Key_End, shift=shift, ctrl=ctrl)
        elif key in (_KEY.Key_PageUp, _KEY.Key_PageDown) and not ctrl:
            self._page(-1 if key == _KEY.Key_PageUp else 1, shift=shift)
        else:
            return False
        return True

    def _tab(self, way: int) -> None:
        grid = self._grid
        if grid.book is None:
            return
        if self._run_from is None:
            self._run_from = grid.current.column
        grid.go(grid.book.extent.next_open(grid.current, 0, way, grid.book.takes))

    def _enter(self, way: int) -> None:
        grid = self._grid
        if grid.book is None:
            return
        start = grid.current
        if self._run_from is not None and way > 0:
            start = Cell(start.row, self._run_from)
        self._run_from = None
        extent = grid.book.extent
        open_ = extent.next_open(start, way, 0, grid.book.takes)
        grid.go(open_ if open_ != start else extent.step(start, way, 0))

    def _arrow(self, key: int, *, shift: bool, ctrl: bool) -> None:
        grid = self._grid
        if grid.book is None:
            return
        self._run_from = None
        down, right = _ARROWS[Qt.Key(key)]
        if key in _SIDEWAYS and grid.isRightToLeft():
            right = -right
        start = grid.corner if shift else grid.current
        extent = grid.book.extent
        to = extent.jump(start, down, right, self._filled) if ctrl else extent.step(start, down, right)
        grid.go(to, extend=shift)

    def _filled(self, cell: Cell) -> bool:
        book = self._grid.book
        return book is not None and bool(book.face(cell).text)

    def _ends(self, *, end: bool, shift: bool, ctrl: bool) -> None:
        grid = self._grid
        if grid.book is None:
            return
        self._run_from = None
        start, extent = grid.corner if shift else grid.current, grid.book.extent
        row = (extent.rows - 1 if end else 0) if ctrl else start.row
        places = grid.item_places() or [0]
        grid.go(Cell(row, places[-1] if end else places[0]), extend=shift)

    def _page(self, way: int, *, shift: bool) -> None:
        grid = self._grid
        if grid.book is None:
            return
        self._run_from = None
        rows = max(1, grid.viewport().height() // grid.row_height - 1)
        start = grid.corner if shift else grid.current
        grid.go(grid.book.extent.step(start, way * rows, 0), extend=shift)
