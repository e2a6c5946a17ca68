"""A month of a class as a sheet: for looking back, for correcting, and for keying in from paper."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.registers import MonthSheet
from emis_desktop.rules.registers import attendance_rate
from ui.attendance.book import MonthBook
from ui.attendance.day_paint import rate_text
from ui.attendance.month_grid import MonthGrid
from ui.attendance.place import Here
from ui.attendance.saying import RegisterSaying
from ui.attendance.table_part import TablePart
from ui.context import UiContext
from ui.widgets.base import column
from ui.widgets.card import Card, CardFoot
from ui.widgets.sheet.area import Cell
from ui.widgets.text import Text
from ui.work_queue import WorkQueue


class MonthView(TablePart):
    """``shown(MonthSheet)``: another sheet is on the screen; ``failed(EmisError)``: it cannot be shown."""

    shown = Signal(object)
    failed = Signal(object)

    def __init__(self, context: UiContext, queue: WorkQueue, saying: RegisterSaying) -> None:
        super().__init__(context, queue, saying, MonthGrid(saying), "attendance.month")
        tr = self.words.tr
        self._wanted: Here | None = None
        self._fresh = True
        card = Card(flush=True, name="attendance.month.card")
        card.body.addWidget(self.grid, 1)
        foot = CardFoot()
        self._facts = Text("", 12, tone="secondary", elide=True)
        keys = Text(
            tr("P A L E mark and go down, or fill what is chosen; E/ILL gives a reason; Ctrl+V pastes"),
            12,
            tone="secondary",
            elide=True,
        )
        foot.line.addWidget(self._facts)
        foot.line.addSpacing(16)
        foot.line.addWidget(keys, 1)
        card.body.addWidget(foot)
        column(self).addWidget(card, 1)
        self.saver.gone_back.connect(self.reload)

    @property
    def month(self) -> MonthBook | None:
        """The sheet shown."""
        return self.grid.book if isinstance(self.grid.book, MonthBook) else None

    def open(self, here: Here, today: date) -> None:
        """Show the month of a day; also reads the same one again."""
        wanted = here.on_day(here.on.replace(day=1))
        self._fresh = wanted != self._wanted
        self._wanted, self._today, self._at = wanted, today, here.on
        queries = self.context.queries.registers
        job = partial(queries.month, wanted.class_id, wanted.on, wanted.session, today, wanted.subject_id)
        self.queue.run(job, partial(self._show, wanted), partial(self._fail, wanted))

    def reload(self) -> None:
        """Read the sheet that shows again."""
        if self._wanted is not None:
            self.open(self._wanted.on_day(self._at), self._today)

    def _show(self, wanted: Here, sheet: MonthSheet) -> None:
        if wanted != self._wanted:
            return
        book = self.month
        if book is None or self._fresh:
            self.drafts = {}
            book = MonthBook(self.saying, wanted.class_id, wanted.subject_id, self.drafts, sheet=sheet)
            days = [one.on for one in sheet.columns]
            at = next((place for place, on in enumerate(days) if on >= self._at), len(days) - 1)
            self.grid.set_book(book, Cell(0, max(0, at)))
            self._fresh = False
        else:
            shape = _shape(book.sheet)
            here = book.key_of(self.grid.current) if book.extent.rows and book.extent.columns else None
            book.reload(sheet)
            if _shape(sheet) != shape:
                self.grid.put_back(book, book.place_of(here) if here is not None else None)
        self.shown.emit(sheet)
        self.show_changes()
        self.saver.look_for_ways()

    def show_changes(self) -> None:
        """The line under the sheet follows every key."""
        super().show_changes()
        if self.month is not None:
            words, sheet = self.words, self.month.sheet
            left = self.month.to_mark()
            rate = attendance_rate([row.attendance.sessions for row in sheet.rows])
            facts = [
                words.ntr("{n} cell not marked", "{n} cells not marked", left),
                words.tr("rate of the month {rate}", rate=rate_text(words, rate)),
            ]
            self._facts.setText(", ".join(facts))

    def _fail(self, wanted: Here, reason: EmisError) -> None:
        if wanted == self._wanted:
            self.failed.emit(reason)


def _shape(sheet: MonthSheet) -> tuple[object, ...]:
    return tuple(row.student_id for row in sheet.rows), tuple(one.on for one in sheet.columns)
