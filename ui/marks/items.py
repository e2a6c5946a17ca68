"""The tests of a subject, in the page: add, change, lock, remove. They belong to every class of the grade."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.assessed import Sheet
from emis_desktop.queries.mark_sheet import MarkSheet
from emis_desktop.queries.school import GradeInfo
from emis_desktop.queries.sheet_notes import SheetNotes
from emis_desktop.rules.numbers import places_of
from emis_desktop.services.items import ItemPlace, NewItem
from resources.words import Words
from ui.context import UiContext
from ui.marks.items_data import COURSEWORK, EXAM, ItemLine, item_lines, names_of, part_words, usual_items
from ui.marks.items_deeds import ItemDeeds
from ui.marks.items_form import ItemForm
from ui.marks.lacking import assess_words
from ui.theme.fonts import MEDIUM, metrics
from ui.theme.tokens import Space
from ui.widgets.base import discard, row
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.chips import TabChips
from ui.widgets.table.cells import MISSING as DASH
from ui.widgets.table.cells import PADDING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text
from ui.work_queue import WorkQueue

_FORM = 320


def _columns(words: Words) -> tuple[Column, ...]:
    tr = words.tr
    parts = max(metrics(13).horizontalAdvance(part_words(words, part)) for part in (COURSEWORK, EXAM))
    return (
        Column("name", tr("Test"), 150, stretch=1),
        Column("maximum", tr("Out of"), 72, "end"),
        Column("share", tr("Share"), 76, "end"),
        Column("part", tr("Part"), max(116, parts + 2 * PADDING + 4)),
        Column("due", tr("Due"), 108),
        Column("state", tr("State"), 96),
    )


class ItemsPanel(QWidget):
    """The list of tests and the form of one; ``deeds`` tells when something has changed."""

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__()
        self._context, self._words = context, context.words
        self.deeds = ItemDeeds(context, queue, self)
        self._sheet: MarkSheet | None = None
        self._notes: SheetNotes | None = None
        self._place: ItemPlace | None = None
        self._chosen: UUID | None = None
        self._sent: tuple[NewItem, tuple[str, ...]] | None = None
        self._lines: tuple[ItemLine, ...] = ()
        self._left_out = False
        self._model: RowsModel[ItemLine] = RowsModel(_columns(context.words), partial(_cells, context.words))
        self.table = TableView(self._model, context.words.tr("Tests"), name="marks.items.table")
        self._model.setParent(self.table)
        self.grades = GradeChips(context.words)
        self.form = ItemForm(context.words)
        self._make_verbs()
        line = row(self, Space.gap)
        line.addWidget(self._make_list(), 1)
        line.addWidget(self._make_form())
        self.table.picked.connect(self._picked)
        self.grades.chosen.connect(self._grade_chosen)
        self.form.left.connect(self._save)
        self.deeds.added.connect(self._added)
        self.deeds.refused.connect(self._refused)

    def _make_verbs(self) -> None:
        tr = self._words.tr
        self.add = Button(tr("Add test"), "primary", name="marks.items.add")
        self.another = Button(tr("New test"), icon="plus", name="marks.items.new")
        self.lock = Button(tr("Lock"), name="marks.items.lock")
        self.remove = Button(tr("Remove"), "link", name="marks.items.remove")
        self.usual = Button(tr("Use the usual tests"), name="marks.items.usual")
        self.assess = Button(" ", name="marks.items.assess")
        for button, run in (
            (self.add, self._add),
            (self.another, self.start_new),
            (self.lock, partial(self._with_line, self.deeds.lock)),
            (self.remove, partial(self._with_line, self.deeds.remove)),
            (self.usual, self.add_usual),
            (self.assess, self._assess),
        ):
            button.clicked.connect(lambda _=False, run=run: run())

    def _make_list(self) -> Card:
        card = Card(flush=True, name="marks.items.list")
        tools = row(None, 8, (13, 9, 13, 8))
        tools.addWidget(self.grades)
        tools.addStretch(1)
        tools.addWidget(self.assess)
        tools.addWidget(self.usual)
        tools.addWidget(self.another)
        card.body.addLayout(tools)
        card.body.addWidget(self.table, 1)
        foot = CardFoot()
        self._foot = Text("", 12, tone="secondary", elide=True)
        foot.line.addWidget(self._foot, 1)
        card.body.addWidget(foot)
        return card

    def _make_form(self) -> Card:
        card = Card(name="marks.items.form")
        card.setFixedWidth(_FORM)
        self._head = card.add_head("")
        card.body.addWidget(self.form)
        line = row(None, 8)
        for button in (self.add, self.lock, self.remove):
            line.addWidget(button)
        line.addStretch(1)
        card.body.addLayout(line)
        card.body.addStretch(1)
        return card

    # -- What is shown ------------------------------------------------------------------------------

    def open(self, sheet: MarkSheet, notes: SheetNotes) -> None:
        """Begin with the tests of a sheet; none of them is chosen."""
        self._show_form(None)
        self.show_sheet(sheet, notes)

    def show_sheet(self, sheet: MarkSheet, notes: SheetNotes) -> None:
        """Show the tests of a sheet, of the grade that was chosen or the first one; typing goes on."""
        self._sheet, self._notes = sheet, notes
        self.grades.set_grades(notes.grades)
        grade = self.grades.grade()
        if grade is None:
            return
        self._place = ItemPlace(notes.institution_id, grade.id, sheet.subject_id, sheet.term_id)
        self._lines = item_lines(sheet, grade.id)
        self._model.set_rows(self._lines)
        year = self._context.place.year
        if year is not None:
            self.form.set_days(year.starts_on, year.ends_on)
        words = self._words
        count = words.ntr("{n} test", "{n} tests", len(self._lines))
        held = words.tr("the same in every class of {grade}", grade=grade.name)
        self._foot.setText(f"{count}, {held}")
        self._left_out = not self._lines and grade.id not in sheet.awaiting
        self.usual.setVisible(not self._lines and not self._left_out and bool(_usual(self._context, grade)))
        self.assess.setVisible(not self._lines)
        self.assess.setText(assess_words(words, left_out=self._left_out))
        line = self._line()
        self.table.pick(self._lines.index(line) if line is not None else -1)
        if line is not None:
            self.form.renew(line)
            self._show_lock(line)
        elif self._chosen is not None:
            self._show_form(None)

    def _picked(self, place: int) -> None:
        line = self._lines[place] if 0 <= place < len(self._lines) else None
        if line is not None and line.id != self._chosen:
            self._show_form(line)

    def _show_form(self, line: ItemLine | None) -> None:
        self._chosen = line.id if line is not None else None
        self._head.title.setText(self._words.tr("New test"))
        self.form.show_item(line)
        self.add.setVisible(line is None)
        self.lock.setVisible(line is not None)
        self.remove.setVisible(line is not None)
        if line is not None:
            self._show_lock(line)

    def _show_lock(self, line: ItemLine) -> None:
        self._head.title.setText(line.name)
        self.lock.setText(self._words.tr("Open again") if line.locked else self._words.tr("Lock"))

    def start_new(self) -> None:
        """Empty fields for another test."""
        self.table.pick(-1)
        self._show_form(None)
        self.form.name.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _grade_chosen(self) -> None:
        self._show_form(None)
        if self._sheet is not None and self._notes is not None:
            self.show_sheet(self._sheet, self._notes)

    # -- What the user does -------------------------------------------------------------------------

    def _add(self) -> None:
        new = self.form.read()
        if new is not None and self._place is not None:
            self._sent = new, self.form.typed()
            self.deeds.add(self._place, new)

    def _added(self, new: NewItem) -> None:
        """Empty fields for the next one, unless somebody types it already or looks at another test."""
        if self._chosen is None and self._sent == (new, self.form.typed()):
            self._show_form(None)
            self.form.name.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self, reason: EmisError) -> None:
        """Say it at the field; in a toast where the form does not show, as on a sheet without tests."""
        if self.isVisible():
            self.form.refuse(reason)
        else:
            self._context.notify(reason.text(self._words))

    def _assess(self) -> None:
        """The grades of the class without tests are assessed in the term, or are not."""
        sheet = self._sheet
        if sheet is not None:
            place = Sheet(sheet.class_id, sheet.subject_id, sheet.term_id)
            self.deeds.set_assessed(place, assessed=self._left_out)

    def _save(self) -> None:
        """A field of a test that is there was left changed."""
        line = self._line()
        item = self.form.read() if line is not None else None
        if line is not None and item is not None:
            self.deeds.change(line, item)

    def _with_line(self, run: Callable[[ItemLine], None]) -> None:
        line = self._line()
        if line is not None:
            run(line)

    def _line(self) -> ItemLine | None:
        return next((line for line in self._lines if line.id == self._chosen), None)

    def usual_words(self) -> str:
        """The names of the usual tests, "" where there are none."""
        return names_of(_usual(self._context, self.grades.grade()), self._words)

    def add_usual(self) -> None:
        """Give the grade the tests of the country's scheme."""
        usual = _usual(self._context, self.grades.grade())
        if usual and self._place is not None:
            self.deeds.add_usual(self._place, usual)


def _usual(context: UiContext, grade: GradeInfo | None) -> tuple[NewItem, ...]:
    """The tests that the country's scheme gives a grade in the chosen term."""
    if grade is None:
        return ()
    term = context.place.term
    due_on = term.marks_due_on if term is not None else None
    return usual_items(context.profile, grade.code, context.words.language, due_on)


def _cells(words: Words, item: ItemLine) -> tuple[Cell, ...]:
    due = words.date(item.due_on, "day_month") if item.due_on is not None else DASH
    return (
        Cell(item.name, weight=MEDIUM),
        Cell(words.number(item.maximum)),
        Cell(words.percent(item.share, places_of(item.share))),
        Cell(part_words(words, item.part), tone="text2"),
        Cell(due),
        _state(words, item),
    )


def _state(words: Words, item: ItemLine) -> Cell:
    if item.locked:
        return Cell(words.ptr("state", "Locked"), icon="lock")
    return Cell(words.ptr("state", "Open"), tone="text2")


class GradeChips(QWidget):
    """Which grade of a class of several; nothing shows for a class of one."""

    chosen = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._grades: tuple[GradeInfo, ...] = ()
        self._chips: TabChips | None = None
        self._line = row(self)

    def set_grades(self, grades: tuple[GradeInfo, ...]) -> None:
        """Offer these."""
        if grades == self._grades:
            return
        self._grades = grades
        if self._chips is not None:
            discard(self._chips)
            self._chips = None
        if len(grades) > 1:
            choices = [(str(grade.id), grade.name) for grade in grades]
            self._chips = TabChips(choices, self._words.tr("Grade"), name="marks.items.grade")
            self._chips.chosen.connect(lambda _key: self.chosen.emit())
            self._line.addWidget(self._chips)

    def choose(self, grade_id: UUID) -> None:
        """Choose a grade as a press on its chip does."""
        if self._chips is not None:
            self._chips.button(str(grade_id)).click()

    def grade(self) -> GradeInfo | None:
        """The chosen one, the first before any choice; None for a class without grades."""
        wanted = self._chips.value() if self._chips is not None else ""
        first = self._grades[0] if self._grades else None
        return next((grade for grade in self._grades if str(grade.id) == wanted), first)
