"""The end of the year in the place of the list: a line for each pupil, exceptions by hand, and the run."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.year_end import Way, YearEnd, YearPupil
from ui.context import UiContext
from ui.students.rolls import Rolls
from ui.students.year_end.deciding import DecideDialog
from ui.students.year_end.rows import FILTERS, cells, columns, narrowed
from ui.students.year_end.running import YearRunner
from ui.widgets.base import announce, column, row
from ui.widgets.button import Button
from ui.widgets.chips import TabChips
from ui.widgets.head import PageHead
from ui.widgets.progress import ProgressStrip
from ui.widgets.search import SearchBox
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

ROW = 36


class YearEndView(QWidget):
    """``back_asked``: to the list; ``record_asked(id, part)``."""

    back_asked = Signal()
    record_asked = Signal(object, str)

    def __init__(self, context: UiContext, rolls: Rolls) -> None:
        super().__init__()
        self._context, self.words, self._rolls = context, context.words, rolls
        self._found: YearEnd | None = None
        self._asked = 0
        box = column(self, 8)
        box.addWidget(self._make_head())
        box.addLayout(self._make_bar())
        self.says = Text("", 13, tone="secondary", wrap=True)
        self.says.setObjectName("year_end.says")
        box.addWidget(self.says)
        self.model: RowsModel[YearPupil] = RowsModel(columns(self.words), partial(cells, self.words))
        self.table = TableView(
            self.model, self.words.tr("End of year"), row_height=ROW, name="year_end.table"
        )
        self.model.setParent(self.table)
        self.table.opened.connect(self._decide_row)
        self.table.picked.connect(lambda _row: self._enable())
        box.addWidget(self.table, 1)
        self.strip = ProgressStrip(self.words, name="year_end.progress")
        box.addWidget(self.strip)
        self.runner = YearRunner(context, self.strip, self)
        self.runner.busy.connect(self._busy)
        self.runner.ended.connect(self.refresh)
        self.run.clicked.connect(lambda: self.runner.ask_run(self._found))
        self.take_back.clicked.connect(lambda: self.runner.ask_undo(self._found))

    def _make_head(self) -> PageHead:
        tr = self.words.tr
        self.head = PageHead(tr("End of year"), name="year_end.head")
        self.back = self.head.add(Button(tr("Back to list"), name="year_end.back", keys="Esc"))
        self.back.clicked.connect(self.back_asked)
        self.take_back = self.head.add(Button(tr("Take back…"), name="year_end.undo"))
        self.run = Button(tr("End the year…"), "primary", name="year_end.run")
        self.head.set_primary(self.run)
        return self.head

    def _make_bar(self) -> QHBoxLayout:
        tr = self.words.tr
        bar = row(None, 8)
        self.filters = TabChips(
            [(key, tr(text)) for key, text in FILTERS.items()], tr("Which pupils"), name="year_end.filter"
        )
        self.filters.chosen.connect(lambda _key: self._narrow())
        self.search = SearchBox(tr("Name, number or class"), tr("Clear"), name="year_end.search")
        self.search.searched.connect(lambda _text: self._narrow())
        self.search.down.connect(self.table_focus)
        self.decide = Button(tr("Decide by hand…"), name="year_end.decide")
        self.decide.clicked.connect(lambda: self._decide_row(self.table.current_row()))
        self.record = Button(tr("Open record"), name="year_end.record")
        self.record.clicked.connect(self._open_record)
        bar.addWidget(self.filters)
        bar.addStretch(1)
        bar.addWidget(self.search)
        bar.addWidget(self.decide)
        bar.addWidget(self.record)
        return bar

    def minimumSizeHint(self) -> QSize:
        """The table scrolls."""
        return QSize(self.head.minimumSizeHint().width(), 240)

    def set_compact(self, compact: bool) -> None:
        """The search goes: the filters need the room."""
        self.search.setVisible(not compact)

    def table_focus(self) -> None:
        """Into the table."""
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- Showing ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the preview again; row and filter stay."""
        school, year = self._rolls.institution_id, self._rolls.chosen_past() or self._rolls.year()
        if school is None or year is None:
            self._say(self.words.tr("Choose the school at the top first."))
            return
        self._asked += 1
        ticket, language = self._asked, self.words.language
        preview = self._context.queries.year_end.preview
        self.says.setText(self.words.tr("Results are being counted…"))
        task = self._context.tasks.run(lambda _control: (ticket, preview(school, year.id, language)))
        task.succeeded.connect(self._show)
        task.refused.connect(self._refused)

    def _show(self, answer: tuple[int, YearEnd]) -> None:
        ticket, found = answer
        if ticket != self._asked:
            return
        self._found = found
        self.head.set_facts(f"{found.school}, {found.year}")
        counts, ways = found.count(), found.ways()
        by_key = {
            **counts,
            "all": len(found.pupils),
            "unplaced": ways.get(Way.ENROL, 0),
            "done": ways.get(Way.DONE, 0),
            "by_hand": sum(one.by_hand for one in found.pupils),
        }
        for key, text in FILTERS.items():
            count = by_key.get(key, 0)
            said = self.words.tr(text)
            self.filters.set_text(key, f"{said} {self.words.number(count)}" if count else said)
        self._say(self._facts(found))
        self._narrow()

    def _facts(self, found: YearEnd) -> str:
        tr, words = self.words.tr, self.words
        if not found.pupils:
            return tr("Nobody is on the roll of this school in {year}.", year=found.year)
        if found.next_id is None:
            return tr(
                "The next school year is not open yet: only the outcomes are written now. Open it in "
                "Settings, Years and terms, and end the year again to send pupils into its classes."
            )
        count = len(found.to_do)
        if not count:
            return tr("Everybody who is decided has gone on into {year}.", year=found.next_year)
        return words.ntr(
            "{n} pupil goes on into {year} when you end the year. Nothing is written before.",
            "{n} pupils go on into {year} when you end the year. Nothing is written before.",
            count,
            year=found.next_year,
        )

    def _say(self, text: str) -> None:
        self.says.setText(text)
        self._enable()

    def _narrow(self) -> None:
        found = self._found
        current = self._current()
        rows = [] if found is None else narrowed(found.pupils, self.filters.value(), self.search.text())
        self.model.set_rows(rows)
        if current is not None:
            place = next((at for at, one in enumerate(rows) if one.enrolment_id == current.enrolment_id), -1)
            if place >= 0:
                self.table.pick(place)
        self._enable()

    def _current(self) -> YearPupil | None:
        at = self.table.current_row()
        return self.model.row(at) if 0 <= at < self.model.count() else None

    def _enable(self) -> None:
        found, one = self._found, self._current()
        self.decide.setEnabled(one is not None and one.way is not Way.DONE)
        self.record.setEnabled(one is not None)
        self.run.setEnabled(found is not None and bool(found.to_do))
        self.take_back.setEnabled(found is not None and any(one.stored is not None for one in found.pupils))

    def _busy(self) -> None:
        self.run.setEnabled(False)
        self.take_back.setEnabled(False)

    # -- Doing --------------------------------------------------------------------------------------

    def _open_record(self) -> None:
        one = self._current()
        if one is not None:
            self.record_asked.emit(one.student_id, "enrolment")

    def _decide_row(self, at: int) -> DecideDialog | None:
        if not 0 <= at < self.model.count():
            return None
        one = self.model.row(at)
        if one.way is Way.DONE:
            return None
        dialog = DecideDialog(self._context, one, self.window())
        dialog.done_well.connect(lambda _made: self.refresh())
        dialog.ask()
        return dialog

    def _refused(self, refusal: EmisError) -> None:
        text = refusal.text(self.words)
        self._say(text)
        announce(self, text)
