"""What the day and the month have in common: a table, its reasons, its saver, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.attendance.book import CellKey, CellsBook
from ui.attendance.saving import RegisterSaver
from ui.attendance.saying import RegisterSaying
from ui.context import UiContext
from ui.widgets.base import announce
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.draft import Draft
from ui.widgets.sheet.reasons import Reasons
from ui.widgets.sheet.typed import TypedTable
from ui.work_queue import WorkQueue


class TablePart(QWidget):
    """``stored(words)``: something is safe. ``changed``: drafts or figures have changed."""

    stored = Signal(str)
    changed = Signal()

    def __init__(
        self, context: UiContext, queue: WorkQueue, saying: RegisterSaying, grid: TypedTable[Any], name: str
    ) -> None:
        super().__init__()
        self.context, self.words, self.saying, self.queue = context, context.words, saying, queue
        self.grid = grid
        self.drafts: dict[CellKey, Draft] = {}
        self.reasons = Reasons(grid, self, f"{name}.reason", yields=True)
        self.saver = RegisterSaver(context, queue, self)
        grid.entered.connect(self.enter)
        grid.dropped.connect(self._dropped)
        grid.barred.connect(self._barred)
        self.saver.changed.connect(self.show_changes)
        self.saver.refused.connect(self._refused)
        self.saver.stored.connect(self._stored)
        self.saver.said.connect(self.say_here)

    @property
    def book(self) -> CellsBook | None:
        """What is shown."""
        found: CellsBook | None = self.grid.book
        return found

    def enter(self, texts: Mapping[Cell, str]) -> None:
        """Take what was typed."""
        if self.book is not None:
            self.saver.enter(self.book, texts)

    def show_changes(self) -> None:
        """Cells say something else now."""
        if self.book is not None:
            self.grid.refresh_cells()
            self.reasons.update()
            self.changed.emit()

    def say_here(self, words: str) -> None:
        """Say something at the current cell for a moment."""
        if self.book is not None and self.book.extent.rows:
            self.reasons.tell(self.grid.current, words)

    def next_problem(self) -> bool:
        """Go to the next refused cell; False when there is none."""
        book = self.book
        if book is None:
            return False
        self.grid.commit()
        found = book.extent.after(
            self.grid.current,
            lambda cell: book.place_of(book.key_of(cell)) == cell and book.draft(cell) is not None,
            by_column=False,
        )
        if found is not None:
            self.go(found)
        return found is not None

    def go(self, cell: Cell) -> None:
        """Make a cell current, with the keyboard on it."""
        self.grid.go(cell)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _stored(self, book: CellsBook, cells: list[Cell]) -> None:
        now = datetime.now().astimezone()
        self.stored.emit(self.words.tr("Saved {time}", time=self.words.time(now)))
        if book is self.book:
            self.grid.ticks.add(cells)

    def _refused(self, cell: Cell) -> None:
        if self.book is not None:
            announce(self.grid, self.book.spoken(cell))

    def _barred(self, cell: Cell) -> None:
        if self.book is not None:
            self.reasons.tell(cell, self.book.barrier(cell))

    def _dropped(self, cells: list[Cell]) -> None:
        if self.book is not None:
            for cell in cells:
                self.book.give_up(cell)
            self.show_changes()
