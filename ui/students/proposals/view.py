"""Proposed changes in the place of the list: what waits beside what stands now, and what was decided."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.proposals import ProposalCard
from emis_desktop.rules.rights import Right, offers
from ui.context import UiContext
from ui.students.doing import Doing
from ui.students.proposals.model import ProposalLine, cells, columns, lines_of, ticked
from ui.students.rolls import Rolls
from ui.tasks import TaskControl, told
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.chips import TabChips
from ui.widgets.empty import EmptyState
from ui.widgets.head import PageHead
from ui.widgets.progress import ProgressStrip
from ui.widgets.system_windows import choose_file
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView

if TYPE_CHECKING:
    from emis_desktop.jobs.import_proposals import FormReport

WAITING, DECIDED = "waiting", "decided"
ROW = 40
Answer = tuple[tuple[ProposalCard, ...], tuple[ProposalCard, ...]]


class ProposalsView(QWidget):
    """``back_asked``: to the list; ``record_asked(id, part)``: Enter opens the pupil.

    Space or a click ticks; what is ticked is accepted or declined together, in one act.
    """

    back_asked = Signal()
    record_asked = Signal(object, str)

    def __init__(self, context: UiContext, rolls: Rolls) -> None:
        super().__init__()
        self._context, self.words, self._rolls = context, context.words, rolls
        self._decides = offers(context.actor, Right.EDIT_STUDENTS)
        self._asked = 0
        self.doing = Doing(context, self)
        self.doing.done.connect(self._done)
        self.doing.refused.connect(self._refused)
        box = column(self, 8)
        box.addWidget(self._make_head())
        self.card = Card(flush=True, name="proposals.card")
        self.strip = ProgressStrip(self.words, name="proposals.strip")
        self.card.body.addWidget(self.strip)
        tr = self.words.tr
        self.tabs = TabChips([(WAITING, tr("Waiting")), (DECIDED, tr("Decided"))], tr("What is shown"))
        line = row(None, 8, (10, 8, 10, 8))
        line.addWidget(self.tabs)
        line.addStretch(1)
        self.card.body.addLayout(line)
        self.waiting, self.table = self._make_table(past=False)
        self.past, self.past_table = self._make_table(past=True)
        self.table.check_toggled.connect(self._tick)
        self.table.all_toggled.connect(self._tick_all)
        self.nothing = EmptyState(
            "check",
            tr("Nothing waits for the office"),
            tr(
                "What a parent says is keyed in on the pupil’s record, under Propose. Answers of a "
                "form come from a file with the pupils’ numbers."
            ),
            name="proposals.nothing",
        )
        self.card.body.addWidget(self.nothing, 1)
        box.addWidget(self.card, 1)
        self.tabs.chosen.connect(lambda _key: self._turn())
        self._turn()

    def _make_head(self) -> PageHead:
        tr = self.words.tr
        self.head = PageHead(tr("Proposed changes"), name="proposals.head")
        self.back = self.head.add(Button(tr("Back to list"), name="proposals.back", keys="Esc"))
        self.back.clicked.connect(self.back_asked)
        self.bring = self.head.add(Button(tr("Bring in a form…"), name="proposals.import"))
        self.bring.clicked.connect(self.ask_file)
        self.decline = self.head.add(Button(tr("Decline"), name="proposals.decline"))
        self.decline.clicked.connect(partial(self._decide, False))
        self.accept = Button(tr("Accept"), name="proposals.accept")
        self.accept.clicked.connect(partial(self._decide, True))
        self.head.set_primary(self.accept)
        for button in (self.bring, self.decline, self.accept):
            button.setVisible(self._decides)
        return self.head

    def _make_table(self, *, past: bool) -> tuple[RowsModel[ProposalLine], TableView]:
        tr = self.words.tr
        model: RowsModel[ProposalLine] = RowsModel(
            columns(self.words, past=past), lambda line: cells(self.words, line, past=past), ()
        )
        name = "proposals.past" if past else "proposals.table"
        table = TableView(
            model, tr("Decided changes") if past else tr("Waiting changes"), row_height=ROW, name=name
        )
        model.setParent(table)
        table.opened.connect(lambda at: self.record_asked.emit(model.row(at).card.person_id, "details"))
        self.card.body.addWidget(table, 1)
        return model, table

    def minimumSizeHint(self) -> QSize:
        """The tables scroll."""
        return QSize(self.head.minimumSizeHint().width(), 200)

    def set_compact(self, compact: bool) -> None:
        """Who said it stands in the history, too."""
        self.table.set_hidden({"who"} if compact else set())
        self.past_table.set_hidden({"who"} if compact else set())

    # -- Reading ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again, off the screen's thread; what is ticked stays so."""
        self._asked += 1
        ticket, queries = self._asked, self._context.queries.proposals

        def ask(_control: TaskControl) -> tuple[int, Answer]:
            return ticket, (queries.waiting(), queries.decided())

        task = self._context.tasks.run(ask)
        task.succeeded.connect(self._show)
        task.refused.connect(self._refused)

    def _show(self, answer: tuple[int, Answer]) -> None:
        ticket, (waiting, decided) = answer
        if ticket != self._asked:
            return
        kept = set(self.chosen())
        lines = [ticked(line, line.id in kept) for line in lines_of(waiting)]
        self.waiting.set_rows(lines)
        self.past.set_rows(lines_of(decided))
        self._turn()

    def lines(self) -> list[ProposalLine]:
        """What waits."""
        return [self.waiting.row(number) for number in range(self.waiting.count())]

    def chosen(self) -> list[UUID]:
        """The proposals that are ticked."""
        return [line.id for line in self.lines() if line.ticked]

    def _turn(self) -> None:
        waits = self.tabs.value() == WAITING
        count, past = self.waiting.count(), self.past.count()
        self.table.setVisible(waits and bool(count))
        self.past_table.setVisible(not waits and bool(past))
        self.nothing.setVisible(not (count if waits else past))
        chosen = len(self.chosen())
        for button in (self.accept, self.decline):
            button.setVisible(self._decides and waits and bool(count))
            button.setEnabled(bool(chosen))
        self.accept.setText(self.words.ntr("Accept {n}", "Accept {n}", chosen))
        self.decline.setText(self.words.ntr("Decline {n}", "Decline {n}", chosen))
        said = self.words.ntr("{n} waits", "{n} wait", count)
        self.head.set_facts(f"{self._rolls.school}, {said}" if self._rolls.school else said)

    # -- Deciding -----------------------------------------------------------------------------------

    def _tick(self, number: int) -> None:
        line = self.waiting.row(number)
        self.waiting.set_row(number, ticked(line, not line.ticked))
        self._turn()

    def _tick_all(self, on: bool) -> None:
        self.waiting.set_rows([ticked(line, on) for line in self.lines()])
        self._turn()

    def _decide(self, accept: bool, _on: bool = False) -> None:
        chosen, proposals = self.chosen(), self._context.services.proposals
        if not chosen:
            return
        deed = partial(proposals.accept if accept else proposals.decline, chosen)
        many = len(chosen)
        told = (
            self.words.ntr("{n} change accepted", "{n} changes accepted", many)
            if accept
            else self.words.ntr("{n} change declined", "{n} changes declined", many)
        )
        self.doing.do(deed, told)

    def _done(self) -> None:
        self.refresh()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self, refusal: EmisError) -> None:
        self.head.set_facts(refusal.text(self.words))
        self.strip.hide()

    # -- Forms --------------------------------------------------------------------------------------

    def ask_file(self) -> QFileDialog | None:
        """Ask for the file with the answers."""
        tr = self.words.tr
        filters = [f"{tr('Spreadsheets and CSV')} (*.csv *.xlsx *.xls *.ods)"]
        return choose_file(self, tr("Bring in a form"), self.bring_in, filters)

    def bring_in(self, path: Path) -> None:
        """Let every answer that differs wait; away from the screen's thread."""
        records, tr = self._context.jobs.records, self.words.tr
        self.strip.start(tr("Reading {file}", file=path.name))
        self.strip.show()
        task = self._context.tasks.run(
            lambda control: records.bring_in_form(path, control.progress),
            tr("The form is still being read"),
        )
        task.progressed.connect(told(self, task, lambda done, total, _what: self.strip.advance(done, total)))
        task.succeeded.connect(self._brought)
        task.refused.connect(self._refused)
        task.cancelled.connect(self.strip.hide)
        self.strip.cancelled.connect(task.cancel)

    def _brought(self, report: FormReport) -> None:
        words = self.words
        said = words.ntr("{n} change waits now", "{n} changes wait now", report.added)
        first = report.errors[0] if report.errors else None
        note = ""
        if first is not None:
            note = words.ntr(
                "{n} row was left out. Row {row}: {why}",
                "{n} rows were left out. Row {row}: {why}",
                len(report.errors),
                row=first.row,
                why=first.reason.text(words),
            )
        close = Button(words.tr("Close"), "link", name="proposals.import.close")
        close.clicked.connect(self.strip.hide)
        self.strip.finish(said, note, (close,), failed=False)
        self.refresh()
