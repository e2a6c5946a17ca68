"""Opening the next school year: what is copied is chosen, what will be made is shown, then it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.errors import EmisError
from emis_desktop.jobs.open_year import OpenedYear
from emis_desktop.sentence import NN_
from emis_desktop.services.new_year.plan import Order, SchoolPlan, Standing, YearPlan
from resources.words import N_, Words
from ui.context import UiContext
from ui.tasks import told as told_to
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.dialog import Dialog
from ui.widgets.focus import FocusRing
from ui.widgets.progress import ProgressStrip
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

STANDINGS = {
    Standing.NEW: (N_("will be made"), "accent"),
    Standing.THERE: (N_("there already"), "neutral"),
    Standing.TAKEN_AWAY: (N_("was taken away"), "neutral"),
    Standing.NO_GRADE: (N_("its grades end"), "warn"),
}
WIDTH, HEIGHT = 720, 260


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the preview: a class, or where there are several schools a school."""

    name: str
    what: str
    teacher: str
    standing: Standing


class OpenYear(Dialog):
    """``chosen(Order)`` when somebody opens the year. The preview is read again for every choice."""

    chosen = Signal(object)

    def __init__(
        self, context: UiContext, order: Order, plan: YearPlan, before: str, parent: QWidget
    ) -> None:
        self.context, self.words = context, context.words
        tr, year = self.words.tr, plan.year
        dates = tr(
            "{first} to {last}, made from {before}.",
            first=self.words.date(year.starts_on),
            last=self.words.date(year.ends_on),
            before=before,
        )
        title = tr("Open the school year {year}?", year=year.label)
        super().__init__(title, dates, name="settings.open_year", parent=parent)
        self.setMinimumWidth(WIDTH)
        self._order, self._run = order, 0
        self._choices = self._make_choices()
        self._model: RowsModel[_Line] = RowsModel(
            (
                Column("name", tr("Class"), 200, stretch=2),
                Column("what", tr("Grades"), 150, stretch=2),
                Column("teacher", tr("Class teacher"), 140, stretch=1),
                Column("standing", tr("State"), 130),
            ),
            self._cells,
        )
        self.table = TableView(self._model, tr("What will be made"), name="settings.open_year.table")
        self.table.setFixedHeight(HEIGHT)
        self.body.addWidget(self.table)
        self._says = Text("", 12, tone="secondary", wrap=True)
        self._says.setObjectName("settings.open_year.says")
        self.body.addWidget(self._says)
        self._do = self.add_verb("open", tr("Open the school year"), "primary")
        self.add_verb("keep", tr("Not now"), safe=True)
        self.answered.connect(lambda key: self.chosen.emit(self._order) if key == "open" else None)
        FocusRing(self)
        self._show(plan)

    def _make_choices(self) -> dict[str, Button]:
        tr = self.words.tr
        line = row(None, 8)
        line.addWidget(Text(tr("Copy also"), 12, tone="secondary"))
        made = {}
        for key, text in (
            ("teachers", tr("Who teaches")),
            ("tests", tr("Tests of the terms")),
            ("calendar", tr("Calendar")),
        ):
            chip = Button(text, "chip", name=f"settings.open_year.{key}")
            chip.setCheckable(True)
            chip.setChecked(True)
            chip.clicked.connect(lambda _checked=False: self._again())
            line.addWidget(chip)
            made[key] = chip
        line.addStretch(1)
        self.body.addLayout(line)
        return made

    def _again(self) -> None:
        """Another choice: read the preview anew, off the screen's thread; only the last answer counts."""
        self._order = Order(
            self._order.from_year_id,
            teachers=self._choices["teachers"].isChecked(),
            tests=self._choices["tests"].isChecked(),
            calendar=self._choices["calendar"].isChecked(),
        )
        self._run += 1
        order, service = self._order, self.context.services.new_year
        task = self.context.tasks.run(lambda _control: service.preview(order))
        task.succeeded.connect(told_to(self, task, partial(self._read, self._run)))

    def _read(self, run: int, plan: YearPlan) -> None:
        if run == self._run:
            self._show(plan)

    def _show(self, plan: YearPlan) -> None:
        self._model.set_rows(_lines(self.words, plan))
        self._says.setText(told(self.words, plan.schools))
        self._do.setEnabled(not plan.empty)

    def _cells(self, line: _Line) -> tuple[Cell, ...]:
        text, tone = STANDINGS[line.standing]
        return (
            Cell(line.name),
            Cell(line.what or MISSING, "text2"),
            Cell(line.teacher or MISSING, "text2"),
            Cell(self.words.tr(text), pill=tone),
        )


def _lines(words: Words, plan: YearPlan) -> list[_Line]:
    """Classes of the one school, or with several the schools."""
    if len(plan.schools) == 1:
        return [
            _Line(one.name, ", ".join(one.grades or one.dropped), one.teacher, one.standing)
            for one in plan.schools[0].classes
        ]
    return [
        _Line(
            one.school,
            words.ntr("{n} class", "{n} classes", one.new_classes),
            "",
            Standing.THERE if one.empty else Standing.NEW,
        )
        for one in plan.schools
    ]


def told(words: Words, schools: Sequence[SchoolPlan]) -> str:
    """What would be made, or was, in one sentence."""
    counts = (
        (NN_("{n} class", "{n} classes"), sum(one.new_classes for one in schools)),
        (NN_("{n} test", "{n} tests"), sum(one.tests for one in schools)),
        (NN_("{n} group", "{n} groups"), sum(len(one.groups) for one in schools)),
        (NN_("{n} block of options", "{n} blocks of options"), sum(len(one.blocks) for one in schools)),
        (
            NN_("{n} entry of the calendar", "{n} entries of the calendar"),
            sum(len(one.days) for one in schools),
        ),
    )
    parts = [words.ntr(*pair, count) for pair, count in counts if count]
    if not parts:
        return words.tr("Everything is there already.")
    goes_on = words.tr("Grading schemes, sessions and policies go on by themselves.")
    return f"{words.listing(parts)}. {goes_on}"


class OpenYearStrip(ProgressStrip):
    """Opens the year for one school or all, says how far it is and what came of it; ``opened`` at the end."""

    opened = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__(context.words, name="settings.open_year.strip")
        self._context, self._tr = context, context.words.tr

    def run(self, order: Order) -> None:
        """Open it."""
        self.start(
            self._tr("Opening the school year"),
            self._tr("Cancel leaves whole schools; opening it again goes on with the others."),
        )
        jobs = self._context.jobs.years
        called = self._tr("The school year is still being opened")
        task = self._context.tasks.run(lambda control: jobs.open(order, control.progress), called)
        task.progressed.connect(self.advance)
        task.succeeded.connect(self._made)
        task.refused.connect(self._refused)
        task.cancelled.connect(self._stopped)
        self.cancelled.connect(task.cancel)

    def _made(self, made: OpenedYear) -> None:
        words = self._context.words
        text = words.tr("The school year {year} is open", year=made.year.label)
        left = " ".join(one.reason.text(words) for one in made.left_out)
        undo = Button(words.tr("Undo"), "link", name="settings.open_year.undo")
        undo.clicked.connect(partial(self._undo, made))
        ways = (undo, self._close_button()) if made.acts else (self._close_button(),)
        self.finish(text, left or told(words, made.schools), ways)
        self.opened.emit()

    def _undo(self, made: OpenedYear) -> None:
        self.start(self._tr("Taking it back"))
        jobs = self._context.jobs.years
        task = self._context.tasks.run(lambda _control: jobs.take_back(made), stops=False)
        task.succeeded.connect(self._undone)
        task.refused.connect(self._refused)

    def _undone(self, kept: tuple[EmisError, ...]) -> None:
        words = self._context.words
        text = words.tr("The school year was taken back")
        if kept:
            text = words.ntr(
                "{n} part stays, because somebody has gone on with it",
                "{n} parts stay, because somebody has gone on with them",
                len(kept),
            )
        self.finish(text, "", (self._close_button(),))
        self.opened.emit()

    def _refused(self, refusal: EmisError) -> None:
        why = refusal.text(self._context.words)
        self.finish(self._tr("Nothing was made"), why, (self._close_button(),), failed=True)
        self.opened.emit()

    def _stopped(self) -> None:
        self.finish(self._tr("Stopped; whole schools are done"), "", (self._close_button(),))
        self.opened.emit()

    def _close_button(self) -> Button:
        close = Button(self._tr("Close"), "link", name="settings.open_year.close")
        close.clicked.connect(self.hide)
        return close
