"""The register: search, chips, table and foot in one card."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.search import StudentFilter
from emis_desktop.queries.student_rows import StudentRow
from emis_desktop.rules.rights import Right, offers
from resources.words import Words
from ui.context import UiContext
from ui.students.bulk import BulkBar
from ui.students.filters import FilterBar, Narrowing
from ui.students.model import PupilModel
from ui.students.nobody import Nobody
from ui.students.rolls import Rolls
from ui.students.ticks import Ticks
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.search import SearchBox
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

SEARCH_WIDTH = 236


class ListView(Card):
    """The list. ``picked`` (StudentRow or None), ``opened(StudentRow)``, ``counted`` when the records were
    read anew; ``emptied(bool)``: whether the school has nobody at all.

    ``move_asked(ids)``, ``transfer_asked(ids)``, ``export_asked(ids)``; ``add_asked`` and ``import_asked``
    come from the empty list.
    """

    picked = Signal(object)
    opened = Signal(object)
    counted = Signal(int)
    emptied = Signal(bool)
    move_asked = Signal(object)
    transfer_asked = Signal(object)
    export_asked = Signal(object)
    add_asked = Signal()
    import_asked = Signal()

    def __init__(self, context: UiContext, rolls: Rolls, today: Callable[[], date]) -> None:
        super().__init__(flush=True, name="students.list")
        self._context, self._rolls, self.words = context, rolls, context.words
        self._current: UUID | None = None
        self._quiet = False
        edits = offers(context.actor, Right.EDIT_STUDENTS)
        self.model = PupilModel(context.queries.search, self.words, today, checks=edits, parent=self)
        self._tools = self._make_tools()
        self.body.addWidget(self._tools)
        self._stack = QStackedWidget()
        self.table = TableView(self.model, self.words.tr("Pupils"), name="students.table")
        self.ticks = Ticks(context, self.table, self.model, self.bulk, self.bar, self.question)
        self.nobody = Nobody(context)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.nobody)
        self.body.addWidget(self._stack, 1)
        self._foot = self._make_foot()
        self.body.addWidget(self._foot)
        self._connect()

    # -- Parts --------------------------------------------------------------------------------------

    def _make_tools(self) -> QWidget:
        tr = self.words.tr
        whole = QWidget()
        line = row(whole, 8, (13, 9, 13, 8))
        self.search = SearchBox(tr("Name, number or phone"), tr("Clear the search"), name="students.search")
        self.search.setFixedWidth(SEARCH_WIDTH)
        line.addWidget(self.search)
        line.addSpacing(6)
        self.bar = QStackedWidget()
        self.filters = FilterBar(self.words, lambda: (self._rolls.grades(), self._rolls.classes()))
        may_export = offers(self._context.actor, Right.EXPORT_RECORDS)
        may_transfer = offers(self._context.actor, Right.EDIT_STUDENTS)
        self.bulk = BulkBar(self.words, may_export=may_export, may_transfer=may_transfer)
        self.bar.addWidget(self._filter_row(may_export))
        self.bar.addWidget(self.bulk)
        self.bar.setFixedHeight(32)
        line.addWidget(self.bar, 1)
        return whole

    def _filter_row(self, may_export: bool) -> QWidget:
        tr = self.words.tr
        whole = QWidget()
        line = row(whole, 8)
        line.addWidget(self.filters, 1)
        self._export = Button(tr("Export"), "link", "upload", name="students.export")
        self.columns = Button(tr("Columns"), "link", "columns-3", name="students.columns")
        line.addWidget(self.columns)
        if may_export:
            line.addWidget(self._export)
        return whole

    def _make_foot(self) -> CardFoot:
        foot = CardFoot()
        self._says = Text("", 12, tone="secondary", elide=True)
        self._clear = Button(self.words.tr("Clear filters"), "link", name="students.clear")
        self._clear.clicked.connect(self.clear)
        foot.line.addWidget(self._says)
        foot.line.addWidget(self._clear)
        foot.line.addStretch(1)
        return foot

    def _connect(self) -> None:
        self.search.searched.connect(lambda _text: self._ask())
        self.search.down.connect(self.go_into_list)
        self.filters.changed.connect(lambda _now: self._ask())
        self.columns.clicked.connect(self._open_columns)
        self.table.set_sorted("name")
        self.table.sort_asked.connect(self._sort)
        self.table.picked.connect(self._picked)
        self.table.opened.connect(self._opened)
        self.table.left_at_top.connect(lambda: self.search.setFocus(Qt.FocusReason.TabFocusReason))
        self._export.clicked.connect(self.ticks.export_all)
        self.ticks.move_asked.connect(self.move_asked)
        self.ticks.transfer_asked.connect(self.transfer_asked)
        self.ticks.export_asked.connect(self.export_asked)
        self.ticks.refused.connect(self._refused)
        self.nobody.clear_asked.connect(self.clear)
        self.nobody.add_asked.connect(self.add_asked)
        self.nobody.import_asked.connect(self.import_asked)
        self.nobody.search_asked.connect(self.search.setText)

    # -- Asking -------------------------------------------------------------------------------------

    def start(self, narrowing: Narrowing) -> None:
        """Show the list with these chips and an empty search."""
        self.filters.show_narrowing(narrowing)
        self._quiet = True
        self.search.clear()
        self._quiet = False
        self._ask()
        self.counted.emit(self.model.count())

    def clear(self) -> None:
        """No chips and no search."""
        self.start(self.filters.narrowing.cleared())
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def question(self) -> tuple[str, StudentFilter]:
        """What is searched for now."""
        return self.search.text(), self.filters.narrowing.filter(self._rolls.institution_id)

    def _ask(self) -> None:
        """Another question: from the top of the list."""
        if not self._quiet:
            self._read()
            self.table.scrollToTop()

    def refresh(self) -> None:
        """The same question as things stand now: current row, ticks and place stay."""
        bar = self.table.verticalScrollBar()
        at = bar.value()
        self._read()
        bar.setValue(at)
        self.counted.emit(self.model.count())

    def _read(self) -> None:
        text, filters = self.question()
        keep = self._current
        self.table.blockSignals(True)
        self.model.show(text, filters, descending=self.model.descending)
        place = self.model.place_of(keep) if keep is not None else None
        if place is not None:
            at = self.table.verticalScrollBar().value()
            self.table.pick(place)
            self.table.verticalScrollBar().setValue(at)
        self.table.blockSignals(False)
        if keep is not None and place is None:
            self._current = None
            self.picked.emit(None)
        self._say(text)

    def _say(self, text: str) -> None:
        """The foot, and what an empty list says."""
        shown = self.model.count()
        everybody = StudentFilter(institution_id=self._rolls.institution_id)
        total = self._context.queries.search.count("", everybody)
        chips = len(self.filters.narrowing.chips(self.words))
        self._says.setText(foot_words(self.words, total, shown, chips, text.strip()))
        self._clear.setVisible(bool(chips or text.strip()))
        for part in (self._tools, self._foot):
            part.setVisible(total > 0)
        self.emptied.emit(total == 0)
        if shown:
            self._stack.setCurrentWidget(self.table)
            return
        if total == 0:
            self.nobody.say_empty(self._rolls.school)
        else:
            self.nobody.say_no_match(text, self.question()[1])
        self._stack.setCurrentWidget(self.nobody)

    def _sort(self, _key: str, descending: bool) -> None:
        self.model.descending = descending
        self._ask()

    # -- Rows ---------------------------------------------------------------------------------------

    def current(self) -> StudentRow | None:
        """The pupil of the current row."""
        row_number = self.table.current_row()
        return self.model.pupil(row_number) if row_number >= 0 else None

    def go_into_list(self) -> None:
        """Put the keyboard into the table; where that is empty, into the search: no key goes astray."""
        place = self.table if self.model.count() else self.search
        place.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_pupil(self, student_id: UUID) -> None:
        """Make a pupil's row the current one, where the list has it."""
        place = self.model.place_of(student_id)
        if place is not None:
            self.table.pick(place)

    def _picked(self, row_number: int) -> None:
        pupil = self.model.pupil(row_number) if row_number >= 0 else None
        self._current = pupil.id if pupil is not None else None
        self.picked.emit(pupil)

    def _opened(self, row_number: int) -> None:
        pupil = self.model.pupil(row_number)
        if pupil is not None:
            self.opened.emit(pupil)

    def _refused(self, refusal: EmisError) -> None:
        self._says.setText(refusal.text(self.words))

    def _open_columns(self) -> None:
        menu = self.table.columns_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.columns.mapToGlobal(self.columns.rect().bottomLeft()))


def foot_words(words: Words, total: int, shown: int, chips: int, text: str) -> str:
    """What stands under the list: "417 pupils, 58 shown by 2 filters"."""
    everybody = words.ntr("{n} pupil", "{n} pupils", total)
    if not chips and not text:
        return everybody
    if not text:
        by = words.ntr("{n} filter", "{n} filters", chips)
        return words.tr(
            "{pupils}, {shown} shown by {filters}", pupils=everybody, shown=words.number(shown), filters=by
        )
    if not chips:
        return words.tr("{pupils}, {shown} found", pupils=everybody, shown=words.number(shown))
    within = words.ntr("{n} filter", "{n} filters", chips)
    return words.tr(
        "{pupils}, {shown} found within {filters}",
        pupils=everybody,
        shown=words.number(shown),
        filters=within,
    )
