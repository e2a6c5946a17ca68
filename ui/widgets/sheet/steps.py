"""The steps of the keys over a table: Tab, Enter, arrows, Home, End, pages."""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ui.widgets.sheet.area import Cell, Extent

if TYPE_CHECKING:
    from ui.widgets.sheet.typed import TypedTable

_KEY = Qt.Key
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_ENTERS: Final = (_KEY.Key_Return, _KEY.Key_Enter)
TABS: Final = (_KEY.Key_Tab, _KEY.Key_Backtab)
_ARROWS: Final = {
    _KEY.Key_Up: (-1, 0),
    _KEY.Key_Down: (1, 0),
    _KEY.Key_Left: (0, -1),
    _KEY.Key_Right: (0, 1),
}
_SIDEWAYS: Final = (_KEY.Key_Left, _KEY.Key_Right)


class Steps:
    """Goes about ``table``. A run of Tabs remembers where it began; Enter goes back there, one row down."""

    def __init__(self, table: "TypedTable[Any]", *, wraps: bool, areas: bool) -> None:
        """``wraps``: Tab goes on from a row to the next; ``areas``: Shift stretches what is chosen."""
        self._table = table
        self._wraps, self._areas = wraps, areas
        self._run_from: int | None = None

    @property
    def _extent(self) -> Extent:
        model = self._table.model()
        return Extent(model.rowCount(), model.columnCount())

    def forget_run(self) -> None:
        """The next Enter goes straight down."""
        self._run_from = None

    def press(self, event: QKeyEvent) -> bool:
        """Take a step; False for a key that is none."""
        key, modifiers = event.key(), event.modifiers()
        shift, ctrl = bool(modifiers & _SHIFT), bool(modifiers & _CTRL)
        if modifiers & Qt.KeyboardModifier.AltModifier:
            return False
        if key in TABS and not ctrl:
            self.tab(-1 if key == _KEY.Key_Backtab or shift else 1)
        elif key in _ENTERS and not ctrl:
            self._enter(-1 if shift else 1)
        elif shift and not self._areas:
            return False
        elif key in _ARROWS:
            self._arrow(key, shift=shift, ctrl=ctrl)
        elif key in (_KEY.Key_Home, _KEY.Key_End):
            self._ends(end=key == _KEY.Key_End, shift=shift, ctrl=ctrl)
        elif key in (_KEY.Key_PageUp, _KEY.Key_PageDown) and not ctrl:
            self._page(-1 if key == _KEY.Key_PageUp else 1, shift=shift)
        else:
            return False
        return True

    def tab(self, way: int) -> None:
        """The cell after (1) or before (-1) this one that takes something."""
        table = self._table
        if self._run_from is None:
            self._run_from = table.current.column
        if self._wraps:
            found = self._extent.next_along(table.current, way, self._takes)
        else:
            found = self._extent.next_open(table.current, 0, way, self._takes)
        table.go(found)

    def _takes(self, cell: Cell) -> bool:
        book = self._table.book
        return book is not None and book.takes(cell)

    def _enter(self, way: int) -> None:
        table, extent = self._table, self._extent
        start = table.current
        if self._run_from is not None and way > 0:
            start = Cell(start.row, self._run_from)
        self._run_from = None
        found = extent.next_open(start, way, 0, self._takes)
        table.go(found if found != start else extent.step(start, way, 0))

    def _arrow(self, key: int, *, shift: bool, ctrl: bool) -> None:
        table, extent = self._table, self._extent
        self._run_from = None
        down, right = _ARROWS[Qt.Key(key)]
        if key in _SIDEWAYS and table.isRightToLeft():
            right = -right
        start = table.corner if shift else table.current
        to = extent.jump(start, down, right, self._shows) if ctrl else extent.step(start, down, right)
        table.go(to, extend=shift)

    def _shows(self, cell: Cell) -> bool:
        return bool(self._table.model().index(*cell).data())

    def _ends(self, *, end: bool, shift: bool, ctrl: bool) -> None:
        table = self._table
        self._run_from = None
        start = table.corner if shift else table.current
        row = (self._extent.rows - 1 if end else 0) if ctrl else start.row
        table.go(Cell(row, table.ends()[end]), extend=shift)

    def _page(self, way: int, *, shift: bool) -> None:
        table = self._table
        self._run_from = None
        rows = max(1, table.viewport().height() // table.row_height - 1)
        start = table.corner if shift else table.current
        table.go(self._extent.step(start, way * rows, 0), extend=shift)
