"""The remarks of a class: the table, what is still to be written, and what the keys do."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.remark_table import RemarkTable
from ui.context import UiContext, Unsaved
from ui.report_cards.remarks.book import CellKey, RemarkBook
from ui.report_cards.remarks.columns import PRINCIPAL, TEACHER
from ui.report_cards.remarks.grid import RemarkGrid
from ui.report_cards.remarks.saving import RemarkSaver
from ui.widgets.avatar import TickStatus
from ui.widgets.base import add_key, announce, row
from ui.widgets.button import IconButton
from ui.widgets.card import Card, CardFoot
from ui.widgets.sheet.area import Cell
from ui.widgets.sheet.draft import Draft
from ui.widgets.sheet.reasons import Reasons
from ui.widgets.text import Text
from ui.work_queue import WorkQueue

KEY = "report_cards"


class RemarksView(Card):
    """One class at a time; every cell is saved as it is left. ``failed(EmisError)``: it cannot be shown."""

    failed = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__(flush=True, name="report_cards.remarks")
        self._context, self._words = context, context.words
        self._drafts: dict[tuple[UUID, UUID], dict[CellKey, Draft]] = {}
        self._wanted: tuple[UUID, UUID, str] | None = None
        self.queue = WorkQueue(self)
        self.grid = RemarkGrid(context.words)
        self.reasons = Reasons(self.grid, self, "report_cards.remarks.reason", yields=True)
        self.saver = RemarkSaver(context, self.queue, self)
        self._still = Text("", 12, tone="secondary", elide=True)
        self._levels = Text("", 12, tone="secondary", elide=True)
        self.status = TickStatus(name="report_cards.remarks.status")
        tr = self._words.tr
        self.undo = IconButton("undo-2", tr("Undo"), quiet=True, name="report_cards.undo", keys="Ctrl+Z")
        self.redo = IconButton("redo-2", tr("Redo"), quiet=True, name="report_cards.redo", keys="Ctrl+Y")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        line = row(None, 8, (16, 7, 8, 7))
        line.addWidget(self._still, 1)
        line.addWidget(self.status)
        line.addWidget(self.undo)
        line.addWidget(self.redo)
        self.body.addLayout(line)
        self.body.addWidget(self.grid, 1)
        foot = CardFoot()
        foot.line.addWidget(self._levels, 1)
        self.body.addWidget(foot)

    def _connect(self) -> None:
        grid, saver, tr = self.grid, self.saver, self._words.tr
        grid.entered.connect(self._enter)
        grid.dropped.connect(self._give_up)
        grid.barred.connect(self._barred)
        saver.changed.connect(self._show_changes)
        saver.refused.connect(self._say_refused)
        saver.stored.connect(self._stored)
        saver.said.connect(lambda words: self.reasons.tell(grid.current, words))
        saver.ways.connect(self._show_ways)
        self.undo.clicked.connect(self._take_back)
        self.redo.clicked.connect(saver.do_again)
        for keys, name, run in (
            ("Ctrl+Z", tr("Undo"), self._take_back),
            ("Ctrl+Y", tr("Redo"), saver.do_again),
            ("F8", tr("Next text to fix"), self.next_problem),
        ):
            add_key(self, keys, name).triggered.connect(lambda _=False, run=run: run())

    @property
    def book(self) -> RemarkBook | None:
        """The table shown."""
        return self.grid.book

    def set_compact(self, compact: bool) -> None:
        """Narrower names in a small window."""
        self.grid.set_compact(compact)

    # -- Reading ------------------------------------------------------------------------------------

    def open(self, class_id: UUID, term_id: UUID, language: str) -> None:
        """Show a class in a term; what is being typed is saved first. Also reads the same one again."""
        wanted = (class_id, term_id, language)
        if self._wanted is not None and wanted != self._wanted:
            self.grid.commit()
            self.grid.set_book(None)
        self._wanted = wanted
        queries = self._context.queries.report_cards

        def failed(reason: EmisError) -> None:
            if wanted == self._wanted:
                self.failed.emit(reason)

        self.queue.run(partial(queries.remarks, *wanted), partial(self._show, wanted), failed)

    def _show(self, wanted: tuple[UUID, UUID, str], table: RemarkTable) -> None:
        if wanted != self._wanted:
            return
        if self.book is None:
            drafts = self._drafts.setdefault(wanted[:2], {})
            self.grid.set_book(RemarkBook(self._words, table, drafts))
        else:
            self._renew(self.book, table)
        self._show_changes()
        self.grid.fit()  # names may be longer now
        self.saver.look_for_ways()

    def _renew(self, book: RemarkBook, table: RemarkTable) -> None:
        """Show what the store has now; somebody's place and an open editor stay."""
        here = book.key_of(self.grid.current) if book.extent.rows else None
        shape = _shape(book)
        book.reload(table)
        if _shape(book) != shape:
            self.grid.put_back(book, book.place_of(here) if here is not None else None)

    # -- Writing ------------------------------------------------------------------------------------

    def _enter(self, texts: dict[Cell, str]) -> None:
        if self.book is not None:
            self.saver.enter(self.book, texts)

    def _say_refused(self, cell: Cell) -> None:
        draft = self.book.draft(cell) if self.book is not None else None
        if draft is not None:
            announce(self.grid, draft.reason)

    def _stored(self, book: RemarkBook, cells: list[Cell]) -> None:
        now = datetime.now().astimezone()
        self.status.saved(self._words.tr("Saved {time}", time=self._words.time(now)))
        if book is self.book:
            self.grid.ticks.add(cells)

    def _give_up(self, cells: list[Cell]) -> None:
        if self.book is not None:
            for cell in cells:
                self.book.give_up(cell)
            self._show_changes()

    def _show_changes(self) -> None:
        self.grid.refresh_cells()
        self.reasons.update()
        self._say_still()
        self._report()

    def _report(self) -> None:
        count = sum(len(drafts) for drafts in self._drafts.values())
        text = self._words.ntr(
            "{n} text not saved, the rest is saved", "{n} texts not saved, the rest is saved", count
        )
        self._context.unsaved.report(KEY, Unsaved(count, text, self.next_problem) if count else None)

    def next_problem(self) -> None:
        """Go to the next refused text of this class."""
        book = self.book
        if book is None:
            return
        self.grid.commit()
        found = book.extent.after(
            self.grid.current, lambda cell: book.draft(cell) is not None, by_column=False
        )
        if found is not None:
            self.grid.go(found)
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_back(self) -> None:
        self.grid.commit()
        self.saver.take_back()

    def _show_ways(self, back: bool, again: bool) -> None:
        self.undo.setEnabled(back)
        self.redo.setEnabled(again)

    # -- Words --------------------------------------------------------------------------------------

    def _say_still(self) -> None:
        book, words = self.book, self._words
        if book is None:
            return
        teacher, principal = book.empty_remarks(TEACHER), book.empty_remarks(PRINCIPAL)
        if not book.table.may_edit:
            self._still.setText(words.tr("You may look at this, not change it."))
        elif not teacher and not principal:
            self._still.setText(words.tr("Every remark is written"))
        else:
            self._still.setText(
                words.tr(
                    "Still to write: {teacher} of the class teacher, {principal} of the principal",
                    teacher=words.number(teacher),
                    principal=words.number(principal),
                )
            )
        levels = [f"{level} {word}" for level, word in sorted(book.table.levels.items())]
        self._levels.setText(
            words.tr("Conduct by one key: {levels}", levels=",  ".join(levels)) if levels else ""
        )

    def _barred(self, cell: Cell) -> None:
        if self.book is not None:
            self.reasons.tell(cell, self.book.saying.barrier(cell))

    def leave(self) -> None:
        """Save what is being typed, and wait until everything is stored."""
        self.grid.commit()
        self.queue.finish()


def _shape(book: RemarkBook) -> tuple[object, ...]:
    """What decides where cells lie: the pupils and the columns, in order."""
    return tuple(row.student_id for row in book.table.rows), book.columns
