"""The register of a day: table, foot and side panel."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.register_past import RegisterPast
from emis_desktop.queries.registers import DayRegister
from ui.attendance.book import MARK, DayBook
from ui.attendance.day_foot import DayFoot
from ui.attendance.day_grid import DayGrid
from ui.attendance.day_side import DaySide
from ui.attendance.place import Here
from ui.attendance.saying import RegisterSaying
from ui.attendance.table_part import TablePart
from ui.context import UiContext
from ui.theme.tokens import Space
from ui.widgets.base import add_key, row
from ui.widgets.card import Card
from ui.widgets.empty import EmptyState
from ui.widgets.sheet.area import Cell
from ui.work_queue import WorkQueue


class DayView(TablePart):
    """``shown(DayRegister)``: another register is on the screen; ``day_asked(day, session)``: go there.

    ``failed(EmisError)``: it cannot be shown.
    """

    shown = Signal(object)
    day_asked = Signal(object, int)
    failed = Signal(object)

    def __init__(self, context: UiContext, queue: WorkQueue, saying: RegisterSaying) -> None:
        super().__init__(context, queue, saying, DayGrid(saying), "attendance.day")
        tr = self.words.tr
        self.foot = DayFoot(self.grid)  # type: ignore[arg-type]
        self.side = DaySide(saying)
        self._here: Here | None = None
        self._fresh = True
        self._stack = QStackedWidget()
        card = Card(flush=True, name="attendance.day.card")
        card.body.addWidget(self.grid, 1)
        card.body.addWidget(self.foot)
        self._stack.addWidget(card)
        self.empty = EmptyState("calendar-check", tr("Nobody is in this class on that day"), "")
        none = Card()
        none.body.addWidget(self.empty)
        self._stack.addWidget(none)
        line = row(self, Space.gap)
        line.addWidget(self._stack, 1)
        line.addWidget(self.side)
        self.side.taken_asked.connect(self.day_asked)
        self.saver.gone_back.connect(self.reload)
        for keys, name, run in (
            ("R", tr("The rest are present"), self.mark_rest),
            ("F4", tr("Next not marked"), self.next_unmarked),
        ):
            add_key(self.grid, keys, name).triggered.connect(lambda _=False, run=run: run())

    @property
    def day(self) -> DayBook | None:
        """The register shown."""
        return self.grid.book if isinstance(self.grid.book, DayBook) else None

    # -- Reading ------------------------------------------------------------------------------------

    def open(self, here: Here, today: date) -> None:
        """Show a register; also reads the same one again."""
        self._fresh = here != self._here
        self._here = here
        self._today = today
        queries = self.context.queries.registers
        job = partial(queries.register, here.class_id, here.on, here.session, today, here.subject_id)
        self.queue.run(job, partial(self._show, here), partial(self._fail, here))

    def reload(self) -> None:
        """Read the register that shows again."""
        if self._here is not None:
            self.open(self._here, self._today)

    def _show(self, here: Here, register: DayRegister) -> None:
        if here != self._here:
            return
        book = self.day
        if book is None or self._fresh:
            self.drafts = {}
            book = DayBook(self.saying, here.class_id, here.subject_id, self.drafts, register=register)
            self.grid.set_book(book, next(iter(book.unmarked()), Cell(0, MARK)))
            self._fresh = False
        else:
            pupils = [one.student_id for one in book.register.rows]
            current = book.key_of(self.grid.current) if book.extent.rows else None
            book.reload(register)
            if [one.student_id for one in register.rows] != pupils:
                self.grid.put_back(book, book.place_of(current) if current is not None else None)
        self._stack.setCurrentIndex(0 if register.rows else 1)
        self.shown.emit(register)
        self.show_changes()
        queries = self.context.queries.registers
        job = partial(queries.past, here.class_id, here.on, self._today, here.subject_id)
        self.queue.run(job, partial(self._show_past, here), lambda _reason: None)
        self.saver.look_for_ways()

    def _show_past(self, here: Here, past: RegisterPast) -> None:
        if here == self._here and self.day is not None:
            self.day.past = past
            self.grid.head.set_book(self.day)
            self.show_changes()

    def _fail(self, here: Here, reason: EmisError) -> None:
        if here == self._here:
            self.failed.emit(reason)

    # -- What the user does -------------------------------------------------------------------------

    def show_changes(self) -> None:
        """Figures follow every key."""
        super().show_changes()
        if self.day is not None:
            self.side.refresh(self.day)
            self.foot.refresh()

    def mark_rest(self) -> None:
        """Everybody who is not marked is present."""
        book = self.day
        if book is None or self._here is None:
            return
        if book.register.barrier is not None:
            self.say_here(book.register.barrier.text(self.words))
        else:
            self.saver.mark_rest(self._here.register)

    def next_unmarked(self) -> None:
        """Go to the next pupil who is not marked."""
        if self.day is None:
            return
        open_ = self.day.unmarked()
        after = [cell for cell in open_ if cell.row > self.grid.current.row]
        if open_:
            self.go((after or open_)[0])
        else:
            self.say_here(self.words.tr("Everybody is marked already."))

    def set_compact(self, compact: bool) -> None:
        """Without strips and explanations in a small window."""
        if isinstance(self.grid, DayGrid):
            self.grid.set_compact(compact)
        self.side.set_compact(compact)
