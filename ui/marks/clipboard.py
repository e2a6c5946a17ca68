"""Copy, cut, paste and fill on an open sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from ui.context import UiContext
from ui.marks.blocks import parse_block
from ui.marks.clip import copied, fill, fit, paste_words
from ui.widgets.sheet.area import Area

if TYPE_CHECKING:
    from ui.marks.screen import SheetScreen


class SheetClipboard(QObject):
    """Between the clipboard and the chosen cells of ``screen``; a paste is one act and one undo."""

    def __init__(self, context: UiContext, screen: SheetScreen) -> None:
        super().__init__(screen)
        self._context, self._words, self._screen = context, context.words, screen
        grid = screen.grid
        grid.copy_asked.connect(self.copy)
        grid.paste_asked.connect(self.paste)
        grid.fill_asked.connect(self._fill)

    def copy(self, cut: bool) -> None:
        """Put the chosen cells on the clipboard; ``cut`` clears them too."""
        book, area = self._screen.book, self._screen.grid.area
        if book is None or not book.extent.rows:
            return
        QGuiApplication.clipboard().setText(copied(book, area))
        if cut:
            self._screen.enter({cell: "" for cell in area.cells() if book.takes(cell)})

    def paste(self) -> None:
        """Lay what is on the clipboard over the cells from the current one."""
        screen, grid = self._screen, self._screen.grid
        book = screen.book
        if book is None or not book.extent.rows:
            return
        grid.commit()
        if book.sheet.read_only:
            grid.barred.emit(grid.current)
            return
        block = parse_block(QGuiApplication.clipboard().text())
        if not block:
            screen.say_here(self._words.tr("Nothing to paste. Copy the marks in Excel first."))
            return
        laid = fit(book, block, grid.area)
        entered = screen.saver.enter(laid.texts)
        grid.choose(laid.area)
        grid.setFocus(Qt.FocusReason.OtherFocusReason)
        if entered is None or (len(laid.texts) == 1 and not entered.blocked):
            return
        words = paste_words(self._words, laid, entered)
        if entered.refused:
            self._context.notify(words, screen.next_problem, self._words.tr("Show"))
        else:
            self._context.notify(words, screen.saver.way_back())

    def _fill(self, source: Area, reach: Area) -> None:
        book = self._screen.book
        if book is None:
            return
        texts = fill(book, source, reach)
        takes = {cell: text for cell, text in texts.items() if book.takes(cell)}
        if texts and not takes:
            self._screen.grid.barred.emit(next(iter(texts)))
        self._screen.enter(takes)
