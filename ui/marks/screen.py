"""The sheet on the screen: grid, foot, side panel, and the reasons beside refused cells."""

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.queries.mark_sheet import MarkSheet
from emis_desktop.queries.sheet_notes import SheetNotes
from ui.context import UiContext
from ui.marks.book import SheetBook
from ui.marks.clipboard import SheetClipboard
from ui.marks.columns import Kind
from ui.marks.foot import SheetFoot
from ui.marks.grid import Grid
from ui.marks.saving import SheetSaver
from ui.marks.side import SheetSide
from ui.theme.tokens import Space
from ui.widgets.base import announce, row
from ui.widgets.card import Card
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.reasons import Reasons
from ui.work_queue import WorkQueue


class SheetScreen(QWidget):
    """One sheet. ``changed`` when drafts or figures have changed; ``stored`` when something was saved.

    ``elsewhere_asked``: the next thing to fix is on another sheet.
    """

    changed = Signal()
    stored = Signal()
    elsewhere_asked = Signal()

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__()
        self._words = context.words
        self.book: SheetBook | None = None
        self.grid = Grid(context.words)
        self.foot = SheetFoot(self.grid)
        self.side = SheetSide(context.words)
        self.reasons = Reasons(self.grid, self, "marks.sheet.reason")
        self.saver = SheetSaver(context, queue, self)
        self.clipboard = SheetClipboard(context, self)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        line = row(self, Space.gap)
        card = Card(flush=True, name="marks.sheet.card")
        card.body.addWidget(self.grid, 1)
        card.body.addWidget(self.foot)
        line.addWidget(card, 1)
        line.addWidget(self.side)

    def _connect(self) -> None:
        grid, saver = self.grid, self.saver
        grid.entered.connect(self.enter)
        grid.dropped.connect(saver.give_up)
        grid.barred.connect(self._barred)
        grid.moved.connect(self._moved)
        saver.changed.connect(self._show_changes)
        saver.stored.connect(self._stored)
        saver.said.connect(lambda words: self.reasons.tell(grid.current, words))
        self.side.next_asked.connect(self.next_empty)
        self.side.fix_asked.connect(self.next_problem)

    # -- What is shown ------------------------------------------------------------------------------

    def open(self, book: SheetBook, at: Cell | None = None) -> None:
        """Show a sheet, at a cell or at the first empty one; what is being typed goes into the one before."""
        self.grid.commit()
        self.book = book
        self.saver.open(book)
        self.grid.set_book(book, at or first_empty(book) or Cell(0, 0))
        self._show_changes()

    def close_book(self) -> None:
        """Show no sheet; what is being typed is taken first."""
        self.grid.commit()
        self.book = None
        self.saver.open(None)
        self.grid.set_book(None)

    def show_notes(self, *, shown: bool) -> None:
        """Bring or take away the columns for effort and comment."""
        if self.book is not None:
            self.grid.commit()
            here = self.grid.current
            self.book.show_notes(shown=shown)
            effort = next((n for n, one in enumerate(self.book.columns) if one.kind is Kind.EFFORT), None)
            last = len(self.book.columns) - 1
            self.grid.set_book(self.book, Cell(here.row, last))
            column = here.column if effort is None else effort
            self.grid.go(self.book.extent.clip(here.row, column))
            self._show_changes()

    def renew(self, sheet: MarkSheet, notes: SheetNotes) -> list[Cell]:
        """Show what the store has now; somebody's place and an open editor stay. Tells the other cells."""
        book = self.book
        if book is None:
            return []
        here = book.cell_key(self.grid.current) if book.extent.rows else None
        shape = _shape(book)
        changed = book.reload(sheet, notes)
        if _shape(book) != shape:
            self.grid.put_back(book, book.place_of(here) if here is not None else None)
        elif self.grid.editing() and self.grid.current in changed:
            stored = book.stored_text(self.grid.current) or self._words.tr("empty")
            self.reasons.tell(
                self.grid.current,
                self._words.tr("Now {mark}. Enter keeps what you type, Esc does not.", mark=stored),
            )
        self._show_changes()
        self.grid.fit()  # names may be longer now, or have a note
        return changed

    def set_compact(self, compact: bool) -> None:
        """Lower rows, shorter heads, no list of keys."""
        self.grid.set_compact(compact)
        self.side.set_compact(compact)

    def _show_changes(self) -> None:
        book = self.book
        if book is None:
            return
        self.grid.refresh_cells()
        self.foot.refresh()
        self.side.refresh(book)
        self.reasons.update()
        self.changed.emit()

    def _stored(self, cells: list[Cell]) -> None:
        self.grid.ticks.add(cells)
        self.stored.emit()

    def _moved(self) -> None:
        self.foot.set_chosen(self._chosen_words())

    def _chosen_words(self) -> str:
        """Of several chosen cells, how many there are."""
        area = self.grid.area
        if area.single:
            return ""
        return self._words.ntr("{n} cell chosen", "{n} cells chosen", area.height * area.width)

    # -- What the user does -------------------------------------------------------------------------

    def enter(self, texts: dict[Cell, str]) -> None:
        """Take typed texts; the first refused one is said aloud."""
        entered = self.saver.enter(texts)
        if entered is not None and entered.refused and self.book is not None:
            announce(self.grid, self.book.saying.spoken(entered.refused[0]))

    def _barred(self, cell: Cell) -> None:
        if self.book is not None:
            self.reasons.tell(cell, self.book.saying.barrier(cell))

    def next_empty(self) -> None:
        """Go to the next cell without a mark, down the columns and round."""
        if not self._go_on(lambda book: book.is_empty, by_column=True):
            self.say_here(self._words.tr("Every mark is entered"))

    def next_problem(self) -> None:
        """Go to the next refused cell, along the rows and round; ``elsewhere_asked`` where none shows."""
        if not self.show_problem():
            self.elsewhere_asked.emit()

    def show_problem(self) -> bool:
        """Go to the next refused cell that shows; False when there is none."""
        return self._go_on(_refused, by_column=False)

    def _go_on(self, wanted: Callable[[SheetBook], Callable[[Cell], bool]], *, by_column: bool) -> bool:
        book = self.book
        if book is None:
            return False
        self.grid.commit()
        self.grid.keys.steps.forget_run()
        found = book.extent.after(self.grid.current, wanted(book), by_column=by_column)
        if found is not None:
            self.grid.go(found)
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        return found is not None

    def say_here(self, words: str) -> None:
        """Say something at the current cell for a moment."""
        if self.book is not None and self.book.extent.rows:
            self.reasons.tell(self.grid.current, words)


def _shape(book: SheetBook) -> tuple[object, ...]:
    """What decides where cells lie: the pupils and the columns, in order."""
    return tuple(row.student_id for row in book.sheet.rows), book.columns


def _refused(book: SheetBook) -> Callable[[Cell], bool]:
    return lambda cell: book.draft(cell) is not None


def first_empty(book: SheetBook) -> Cell | None:
    """Where somebody begins: the first cell without a mark, column by column; None when all are entered."""
    last = book.extent.clip(book.extent.rows, book.extent.columns)
    return book.extent.after(last, book.is_empty, by_column=True)


def first_empty_of(book: SheetBook, student_id: UUID) -> Cell | None:
    """The first cell of a pupil without a mark, else the pupil's first cell; None for nobody of the sheet."""
    for place, pupil in enumerate(book.sheet.rows):
        if pupil.student_id == student_id:
            cells = [Cell(place, column) for column in range(len(book.columns))]
            return next(filter(book.is_empty, cells), cells[0])
    return None
