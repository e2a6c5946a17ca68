"""The Home page: read off the screen's thread, shown at once from what was last known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from emis_desktop.errors import EmisError
from emis_desktop.queries.history import ActLine
from emis_desktop.queries.home import Home, HomeFigures, Task
from emis_desktop.queries.school import TermInfo
from emis_desktop.rules.rights import Right, offers
from ui.charts.card import ChartCard
from ui.charts.heatmap import Heatmap
from ui.charts.pyramid import Pyramid
from ui.context import UiContext
from ui.home.charts import average_data, pyramid_rows
from ui.home.latest import LatestCard
from ui.home.no_pupils import NoPupils
from ui.home.notes import marks_note
from ui.home.tasks import LOOKS, arguments_of, lines_of
from ui.shell.page import Page
from ui.tasks import TaskControl
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.empty import EmptyState
from ui.widgets.figures import HeadlineFigure
from ui.widgets.tasks import TaskList

LATEST = 6
QUIET_MS = 400
"""Changes that come in quick succession are read together."""
MORNING, AFTERNOON = 12, 18


class HomePage(Page):
    """Four figures, what needs the user, the latest changes, two charts."""

    tables = frozenset(
        {
            "mark",
            "person",
            "enrolment",
            "class_pupil",
            "school_class",
            "report_card",
            "assessment_item",
            "term",
        }
        | {"subject_remark", "term_remark", "class_subject", "institution", "setting"}
        | {"attendance_month", "calendar_day"}
    )

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, "home", context.words.tr("Home"))
        self._tasks: tuple[Task, ...] = ()
        self._asked = 0
        self._nobody = False
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(self._read)
        self._buttons()
        self._figures = self._make_figures()
        line = row(None, 12)
        for figure in self._figures:
            line.addWidget(figure, 1)
        self.body.addLayout(line)
        grid = QGridLayout()
        grid.setSpacing(12)
        grid.addLayout(self._left(), 0, 0)
        grid.addLayout(self._right(), 0, 1)
        grid.setColumnStretch(0, 42)
        grid.setColumnStretch(1, 59)
        self.body.addLayout(grid, 1)
        context.place.changed.connect(self._place_changed)

    def _buttons(self) -> None:
        tr = self.words.tr
        if offers(self.context.actor, Right.ISSUE_CARDS):
            cards = Button(tr("Report cards"), icon="file-text", name="home.report_cards")
            cards.clicked.connect(lambda: self.leads.emit("report_cards", {}))
            self.head.add(cards)
        if offers(self.context.actor, Right.VIEW_MARKS):
            marks = Button(tr("Enter marks"), icon="table", name="home.marks")
            marks.clicked.connect(lambda: self.leads.emit("marks", {}))
            self.head.set_primary(marks)

    def _make_figures(self) -> list[HeadlineFigure]:
        tr = self.words.tr
        labels = (
            tr("Pupils on roll"),
            tr("Marks entered"),
            tr("Report cards ready"),
            tr("Report cards issued"),
        )
        names = ("home.on_roll", "home.marks_entered", "home.cards_ready", "home.cards_issued")
        return [HeadlineFigure(label, name=name) for label, name in zip(labels, names, strict=True)]

    def _left(self) -> QVBoxLayout:
        box = column(None, 12)
        tr = self.words.tr
        todo = Card(name="home.todo")
        todo.add_head(tr("What needs you"))
        self._list = TaskList(name="home.tasks")
        self._list.chosen.connect(self._go)
        self._nothing = EmptyState(
            "circle-check",
            tr("Nothing needs you now"),
            tr("New things to do appear here."),
            name="home.nothing",
        )
        self._nothing.hide()
        todo.body.addWidget(self._list, 1)
        todo.body.addWidget(self._nothing, 1)
        box.addWidget(todo, 1)
        self._latest = LatestCard(self.words)
        box.addWidget(self._latest)
        return box

    def _right(self) -> QVBoxLayout:
        box = column(None, 12)
        tr = self.words.tr
        self._heat = Heatmap(self.words, tr("Grade"), name="home.averages")
        self._heat_card = ChartCard(
            tr("Average mark by grade and subject"),
            tr("This term, final marks"),
            self._heat,
            name="home.averages_card",
        )
        box.addWidget(self._heat_card, 1)
        self._pyramid = Pyramid(self.words, tr("Boys"), tr("Girls"), tr("Grade"), name="home.pyramid")
        self._pyramid_card = ChartCard(
            tr("Pupils by grade and sex"), tr("On roll today"), self._pyramid, name="home.pyramid_card"
        )
        box.addWidget(self._pyramid_card, 1)
        self._empty = NoPupils(self.words, may_import=offers(self.context.actor, Right.IMPORT_RECORDS))
        self._empty.import_asked.connect(lambda: self.leads.emit("students", {"bring_in": True}))
        box.addWidget(self._empty, 1)
        self._empty.hide()
        return box

    def apply_compact(self, compact: bool) -> None:
        """The latest changes, the notes of the figures and the chart of many cells go first."""
        self._latest.setVisible(not compact)
        self._show_charts()
        for figure in self._figures:
            figure.set_compact(compact)

    def _show_charts(self) -> None:
        """The charts, or where nobody is on the roll what leads to their data."""
        empty = self._nobody
        self._empty.setVisible(empty)
        self._heat_card.setVisible(not empty and not self.compact)
        self._pyramid_card.setVisible(not empty)

    def refresh(self) -> None:
        """Ask for everything again; several changes at once are one question."""
        self._greet()
        self._quiet.start(0 if self._asked == 0 else QUIET_MS)

    def _place_changed(self) -> None:
        if self.isVisible():
            self._greet()
            self._read()
        else:
            self._stale = True

    def _greet(self) -> None:
        tr = self.words.tr
        now = datetime.now().astimezone()
        name = self.context.actor.name
        if now.hour < MORNING:
            self.head.set_title(tr("Good morning, {name}", name=name))
        elif now.hour < AFTERNOON:
            self.head.set_title(tr("Good afternoon, {name}", name=name))
        else:
            self.head.set_title(tr("Good evening, {name}", name=name))
        self.head.set_facts(self._day(now.date(), self.context.place.term))

    def _day(self, today: date, term: TermInfo | None) -> str:
        day = self.words.date(today, "weekday")
        week = term.week_of(today) if term is not None else None
        if week is None:
            return day
        return self.words.tr("{day}, week {week} of {weeks}", day=day, week=week.number, weeks=week.of)

    def _read(self) -> None:
        place = self.context.place
        if place.institution_id is None or place.term is None:
            return
        self._asked += 1
        ticket = self._asked
        asked = (place.institution_id, place.term.id)
        task = self.context.tasks.run(lambda control: self._ask(control, ticket, *asked))
        task.succeeded.connect(self._show)
        task.refused.connect(self._refused)

    def _ask(
        self, control: TaskControl, ticket: int, institution_id: UUID, term_id: UUID
    ) -> tuple[int, Home, tuple[ActLine, ...]]:
        queries = self.context.queries
        settings = self.context.settings.now
        home = queries.home.home(
            institution_id,
            term_id,
            datetime.now().astimezone().date(),
            self.words.language,
            settings.last_backup_at,
            backup_days=settings.backup_days,
            go_on=control.check,  # whoever locks does not wait for it
        )
        lines = queries.history.latest(LATEST) if offers(self.context.actor, Right.VIEW_HISTORY) else ()
        return ticket, home, lines

    def _show(self, answer: tuple[int, Home, tuple[ActLine, ...]]) -> None:
        ticket, home, lines = answer
        if ticket == self._asked:
            self.show_answer(home, lines)

    def show_answer(self, home: Home, lines: Sequence[ActLine]) -> None:
        """Show what was read."""
        self._show_figures(home.figures)
        self._tasks = home.tasks
        self._list.set_tasks(lines_of(home.tasks, self.words))
        self._list.setVisible(bool(home.tasks))
        self._nothing.setVisible(not home.tasks)
        self._latest.set_lines(lines)
        self._heat.set_data(average_data(home.averages, self.words))
        self._pyramid.set_rows(pyramid_rows(home))
        self._nobody = not home.figures.on_roll
        self._show_charts()

    def _refused(self, refusal: EmisError) -> None:
        self.head.set_facts(refusal.text(self.words))

    def _show_figures(self, figures: HomeFigures) -> None:
        tr, number = self.words.tr, self.words.number
        roll, marks, ready, issued = self._figures
        girls = self.words.ntr("{n} girl", "{n} girls", figures.girls)
        boys = self.words.ntr("{n} boy", "{n} boys", figures.boys)
        roll.set_figure(number(figures.on_roll), "", f"{girls}, {boys}")
        marks.set_figure(
            number(figures.marks_entered),
            tr("of {n}", n=number(figures.marks_expected)),
            marks_note(figures, self.words),
            _share(figures.marks_entered, figures.marks_expected),
        )
        of_all = tr("of {n}", n=number(figures.cards_total))
        ready.set_figure(
            number(figures.cards_ready),
            of_all,
            tr("{n} incomplete", n=number(figures.cards_incomplete)),
            _share(figures.cards_ready, figures.cards_total),
        )
        issued.set_figure(
            number(figures.cards_issued),
            of_all,
            tr("This term"),
            _share(figures.cards_issued, figures.cards_total),
        )

    def _go(self, key: str) -> None:
        task = self._tasks[int(key)]
        self.leads.emit(LOOKS[task.kind].screen, arguments_of(task))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
