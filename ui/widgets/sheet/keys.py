"""The keys of a table that is typed into, as in a spreadsheet."""

from typing import TYPE_CHECKING, Final, Generic

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeyEvent

from ui.widgets.sheet.model import AnyBook
from ui.widgets.sheet.steps import TABS, Steps

if TYPE_CHECKING:
    from ui.widgets.sheet.typed import TypedTable

_KEY = Qt.Key
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_LEAVE: Final = (_KEY.Key_Return, _KEY.Key_Enter, *TABS)
_LEAVE_A_LINE: Final = (_KEY.Key_PageUp, _KEY.Key_PageDown)
_ARROWS: Final = (_KEY.Key_Up, _KEY.Key_Down, _KEY.Key_Left, _KEY.Key_Right)


class TableKeys(QObject, Generic[AnyBook]):
    """Turns keys into steps and texts of ``table``; a subclass adds its commands."""

    def __init__(self, table: "TypedTable[AnyBook]", *, wraps: bool = False, areas: bool = True) -> None:
        """``wraps``: Tab goes on from a row to the next; ``areas``: Shift stretches what is chosen."""
        super().__init__(table)
        self.table = table
        self.steps = Steps(table, wraps=wraps, areas=areas)

    def press(self, event: QKeyEvent) -> bool:
        """A key on the table; False when it is none of its own."""
        if not self.table.filled():
            return False
        return self.command(event) or self.steps.press(event) or self._change(event) or self._type(event)

    def press_in_editor(self, event: QKeyEvent) -> None:
        """A key while a cell is typed in; accepted when it is the table's and not the text's."""
        if event.key() == _KEY.Key_Escape:
            self.table.cancel()
        elif event.key() in _LEAVE or self._leaves_a_line(event):
            self.table.commit()
            self.steps.press(event)
        else:
            return
        event.accept()

    def _leaves_a_line(self, event: QKeyEvent) -> bool:
        """Arrows save and move when typing began by a key; after F2 they move within the text."""
        editors = self.table.editors
        if event.key() in _ARROWS:
            return not event.modifiers() & (_SHIFT | _ALT) and editors.arrows_leave()
        return event.key() in _LEAVE_A_LINE and editors.open() is editors.line

    def command(self, event: QKeyEvent) -> bool:
        """Copy, paste and what else a table has; False for any other key."""
        raise NotImplementedError

    def _change(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key == _KEY.Key_F2:
            self.table.begin()
        elif key == _KEY.Key_Backspace:
            self.table.begin("")
        elif key == _KEY.Key_Delete:
            self.clear()
        elif key == _KEY.Key_Escape:
            return self._give_up()
        else:
            return False
        return True

    def clear(self) -> None:
        """Clear the chosen cells that can be changed."""
        table, book = self.table, self.table.book
        if book is None:
            return
        cells = [cell for cell in table.area.cells() if book.takes(cell)]
        if not cells:
            table.barred.emit(table.current)
        table.enter(dict.fromkeys(cells, ""))

    def _give_up(self) -> bool:
        """Esc: what was refused gives way to what is stored; a chosen area shrinks to its cell."""
        table = self.table
        if table.book is not None and table.book.draft(table.current) is not None:
            table.dropped.emit([table.current])
            return True
        if not table.area.single:
            table.go(table.current)
            return True
        return False

    def _type(self, event: QKeyEvent) -> bool:
        """A letter or digit replaces what is in the cell."""
        text, modifiers = event.text(), event.modifiers()
        by_alt_gr = modifiers & _CTRL and modifiers & _ALT
        if not text or not text.isprintable() or (modifiers & (_CTRL | _ALT) and not by_alt_gr):
            return False
        if not text.isspace():
            self.type(text)
        return True

    def type(self, text: str) -> None:
        """Begin to type with a letter or digit."""
        self.table.begin(text)
