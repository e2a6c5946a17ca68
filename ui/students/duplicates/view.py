"""Pupils who may be on record twice, and records that were merged, in the place of the list of pupils."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.duplicates import Pair, Report
from emis_desktop.queries.pairs import Both, Merged
from emis_desktop.rules.names import display_name
from ui.context import UiContext
from ui.students.doing import Doing
from ui.students.duplicates.both import BothDialog
from ui.students.duplicates.model import merged_cells, merged_columns, pair_cells, pair_columns
from ui.students.duplicates.parting import PartDialog
from ui.students.duplicates.reading import DuplicatesReader
from ui.students.rolls import Rolls
from ui.students.saying import Sayer
from ui.tasks import told
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.chips import TabChips
from ui.widgets.empty import EmptyState
from ui.widgets.head import PageHead
from ui.widgets.progress import ProgressStrip
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView

PAIRS, MERGED = "pairs", "merged"
ROW = 44


class DuplicatesView(QWidget):
    """``back_asked``: to the list; ``record_asked(id, part)``.

    The report is made off the screen's thread, with progress and Cancel; what is decided goes from the list
    at once.
    """

    back_asked = Signal()
    record_asked = Signal(object, str)

    def __init__(self, context: UiContext, rolls: Rolls) -> None:
        super().__init__()
        self._context, self.words, self._rolls = context, context.words, rolls
        self._say = Sayer(context.words, context.profile)
        self._schools: dict[UUID, str] = {}
        self._decided: Pair | None = None
        self.report: Report | None = None
        self.reader = DuplicatesReader(context, self)
        self.doing = Doing(context, self)
        box = column(self, 8)
        box.addWidget(self._make_head())
        self.card = Card(flush=True, name="duplicates.card")
        self.strip = ProgressStrip(self.words, name="duplicates.strip")
        self.strip.cancelled.connect(self.reader.stop)
        self.card.body.addWidget(self.strip)
        self._make_tables()
        box.addWidget(self.card, 1)
        self.tabs.chosen.connect(self._turn)
        self._turn(PAIRS)
        self.reader.looked.connect(self._looked)
        self.reader.merged.connect(self._show_merged)
        self.reader.advanced.connect(self.strip.advance)
        self.reader.stopped.connect(self.strip.hide)
        self.doing.done.connect(self._done)
        for part in (self.reader, self.doing):
            part.refused.connect(self._refused)

    def _make_head(self) -> PageHead:
        tr = self.words.tr
        self.head = PageHead(tr("Possible doubles"), name="duplicates.head")
        self.back = self.head.add(Button(tr("Back to list"), name="duplicates.back", keys="Esc"))
        self.back.clicked.connect(self.back_asked)
        self.again = self.head.add(Button(tr("Look again"), name="duplicates.again"))
        self.again.clicked.connect(self.look)
        self.compare = Button(tr("Compare…"), name="duplicates.compare")
        self.compare.clicked.connect(self._compare_current)
        self.head.set_primary(self.compare)
        return self.head

    def _make_tables(self) -> None:
        tr = self.words.tr
        self.tabs = TabChips([(PAIRS, tr("May be one pupil")), (MERGED, tr("Merged"))], tr("What is shown"))
        line = row(None, 8, (10, 8, 10, 8))
        line.addWidget(self.tabs)
        line.addStretch(1)
        self.card.body.addLayout(line)
        self.pairs: RowsModel[Pair] = RowsModel(
            pair_columns(self.words),
            lambda pair: pair_cells(self.words, self._schools, pair),
            (),
        )
        self.table = TableView(self.pairs, tr("Pairs"), row_height=ROW, name="duplicates.table")
        self.pairs.setParent(self.table)
        self.table.opened.connect(self._open_pair)
        self.merged: RowsModel[Merged] = RowsModel(
            merged_columns(self.words), lambda one: merged_cells(self.words, one), ()
        )
        self.merged_table = TableView(
            self.merged, tr("Merged records"), row_height=ROW, name="duplicates.merged"
        )
        self.merged.setParent(self.merged_table)
        self.merged_table.opened.connect(self._open_merged)
        self.nobody = EmptyState(
            "check",
            tr("Nobody seems to be on record twice"),
            tr("True namesakes, with another date of birth and another guardian, are left alone."),
            name="duplicates.nobody",
        )
        self.none_merged = EmptyState(
            "users",
            tr("No records were merged"),
            tr("When two records are made one, they stand here and can be parted again."),
            name="duplicates.none_merged",
        )
        for part in (self.table, self.merged_table, self.nobody, self.none_merged):
            self.card.body.addWidget(part, 1)

    def minimumSizeHint(self) -> QSize:
        """The tables scroll."""
        return QSize(self.head.minimumSizeHint().width(), 200)

    def set_compact(self, compact: bool) -> None:
        """The reasons stand in the comparison, too."""
        self.table.set_hidden({"why"} if compact else set())

    # -- Reading ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Look, unless the answer is there; read what was merged again."""
        self._schools = {one.id: one.name for one in self._context.queries.school.schools()}
        if self.report is None and not self.reader.busy():
            self.look()
        self.reader.read_merged()

    def look(self) -> None:
        """Compare everybody of the school, or of the country, anew."""
        self.strip.start(self.words.tr("Looking for pupils who are on record twice"))
        self.strip.show()
        self.report = None
        self._turn(self.tabs.value())
        self.reader.look(self._rolls.institution_id)

    def _looked(self, report: Report) -> None:
        self.report = report
        self.strip.hide()
        self.pairs.set_rows(report.pairs)
        self._turn(self.tabs.value())
        if report.pairs and self.isVisible():
            self.table.pick(0)

    def _show_merged(self, merged: tuple[Merged, ...]) -> None:
        self.merged.set_rows(merged)
        self._turn(self.tabs.value())

    def _turn(self, shown: str) -> None:
        """Show the pairs or what was merged."""
        looked, pairs, merged = self.report is not None, self.pairs.count(), self.merged.count()
        self.table.setVisible(shown == PAIRS and looked and bool(pairs))
        self.nobody.setVisible(shown == PAIRS and looked and not pairs)
        self.merged_table.setVisible(shown == MERGED and bool(merged))
        self.none_merged.setVisible(shown == MERGED and not merged)
        self.compare.setVisible(bool(pairs if shown == PAIRS else merged))
        self.compare.setText(self.words.tr("Compare…") if shown == PAIRS else self.words.tr("Look at it…"))
        facts = [self._rolls.school] if self._rolls.school else []
        if self.report is not None:
            facts.append(self.words.ntr("{n} pair", "{n} pairs", self.report.found))
        self.head.set_facts(", ".join(facts))

    # -- Deciding -----------------------------------------------------------------------------------

    def _compare_current(self) -> None:
        table = self.table if self.tabs.value() == PAIRS else self.merged_table
        row = table.currentIndex().row()
        if row >= 0:
            (self._open_pair if table is self.table else self._open_merged)(row)

    def _open_pair(self, number: int) -> None:
        pair = self.pairs.row(number)
        queries = self._context.queries.pairs
        task = self._context.tasks.run(lambda _control: queries.both(pair.one.id, pair.other.id))
        task.succeeded.connect(told(self, task, partial(self.ask, pair)))
        task.refused.connect(told(self, task, partial(self._gone, pair)))

    def ask(self, pair: Pair, both: Both) -> BothDialog:
        """Ask whether the two are one."""
        dialog = BothDialog(self.words, self._say, both, self.window())
        dialog.answered.connect(partial(self._answered, pair, dialog))
        dialog.ask()
        return dialog

    def _answered(self, pair: Pair, dialog: BothDialog, answer: str) -> None:
        merging, ids = self._context.services.merging, (pair.one.id, pair.other.id)
        name = display_name(pair.one.given_names, pair.one.family_name)
        if answer == "merge":
            take, rows = dialog.take, dialog.rows
            told = self.words.tr("{name} is one record now", name=name)
            self._decided = pair
            self.doing.do(lambda: merging.merge(*ids, take, rows), told)
        elif answer == "two":
            told = self.words.tr("Remembered: two people")
            self._decided = pair
            self.doing.do(lambda: merging.two_people(*ids), told)

    def _open_merged(self, number: int) -> None:
        dialog = PartDialog(self.words, self.merged.row(number), self.window())
        dialog.answered.connect(partial(self._answered_merged, self.merged.row(number), dialog))
        dialog.ask()

    def _answered_merged(self, one: Merged, dialog: PartDialog, answer: str) -> None:
        merging = self._context.services.merging
        if answer == "open":
            self.record_asked.emit(one.kept_id, "details")
        elif answer == "part":
            told = self.words.tr("{name}: two records again", name=one.name)
            self.doing.do(lambda: merging.unmerge(one.double_id), told)
        elif answer == "settle":
            rows, told = dialog.rows, self.words.tr("Decided: {name}", name=one.kept_name)
            self.doing.do(lambda: merging.settle(one.kept_id, rows), told)

    def _done(self) -> None:
        """Something was decided or taken back."""
        pair, self._decided = self._decided, None
        if pair is not None:
            self._without(pair)
        else:
            self.look()
        self.reader.read_merged()

    def _without(self, pair: Pair) -> None:
        """Take a decided pair off, and what is about the record that has gone."""
        place = self.table.currentIndex().row()
        report = self.report
        if report is None:
            return
        left = tuple(one for one in report.pairs if one is not pair)
        self.report = Report(left, max(0, report.found - 1), report.looked_at)
        self.pairs.set_rows(left)
        self._turn(self.tabs.value())
        if left:
            self.table.pick(min(max(place, 0), len(left) - 1))
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _gone(self, pair: Pair, refusal: EmisError) -> None:
        """One of the two is not there any more, or they are one already."""
        self._without(pair)
        self._refused(refusal)

    def _refused(self, refusal: EmisError) -> None:
        self._decided = None
        self.strip.hide()
        self.head.set_facts(refusal.text(self.words))
