"""The incidents of a school as a list with filters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.incidents import IncidentFilter, IncidentLine
from emis_desktop.rules.rights import Right, offers
from ui.context import UiContext
from ui.students.record.conduct import severity_tone
from ui.students.saying import Sayer
from ui.theme.fonts import MEDIUM
from ui.widgets.base import discard, row
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.chips import FilterChip
from ui.widgets.empty import EmptyState
from ui.widgets.menu import Menu
from ui.widgets.search import SearchBox
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text
from ui.work_queue import WorkQueue

NAMES = 3
"""People named in a line; more are counted."""


class IncidentList(Card):
    """``opened(id)``: show one; ``report_asked``; ``counted(n)`` after each reading."""

    opened = Signal(object)
    report_asked = Signal()
    counted = Signal(int)

    def __init__(self, context: UiContext, queue: WorkQueue, today: Callable[[], date]) -> None:
        super().__init__(flush=True, name="behaviour.list")
        self._context, self.words, self._queue, self._today = context, context.words, queue, today
        self.say = Sayer(context.words, context.profile)
        self.filter = IncidentFilter()
        self._asked = 0
        self._chips: list[FilterChip] = []
        self.body.addWidget(self._tools())
        tr = self.words.tr
        columns = (
            Column("day", tr("Day"), 96),
            Column("what", tr("What happened"), 200, stretch=3),
            Column("category", tr("Category"), 130, stretch=1),
            Column("who", tr("Who"), 150, stretch=2),
            Column("how", tr("Classification"), 110),
            Column("next", tr("To follow"), 130),
        )
        self.model: RowsModel[IncidentLine] = RowsModel(columns, self._cells)
        self.table = TableView(self.model, tr("Incidents"), name="behaviour.table")
        self.model.setParent(self.table)
        self.table.opened.connect(lambda place: self.opened.emit(self.model.row(place).id))
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._nothing())
        self.body.addWidget(self._stack, 1)
        foot = CardFoot()
        self._says = Text("", 12, tone="secondary", elide=True)
        foot.line.addWidget(self._says, 1)
        self.body.addWidget(foot)

    def _tools(self) -> QWidget:
        tr = self.words.tr
        whole = QWidget()
        self._line = row(whole, 8, (13, 9, 13, 8))
        self.search = SearchBox(
            tr("What happened, or a name"), tr("Clear the search"), wait=200, name="behaviour.search"
        )
        self.search.setFixedWidth(260)
        self.search.searched.connect(lambda text: self.narrow(replace(self.filter, text=text)))
        self.search.down.connect(self.go_into_list)
        self._line.addWidget(self.search)
        self.more = Button(tr("+ Filter"), "chip", name="behaviour.filter")
        self.more.clicked.connect(self._open_menu)
        self._line.addWidget(self.more)
        self._line.addStretch(1)
        return whole

    def _nothing(self) -> QWidget:
        tr = self.words.tr
        self._empty = EmptyState("flag", tr("No incident is recorded"), "", name="behaviour.empty")
        if offers(self._context.actor, Right.EDIT_BEHAVIOUR):
            button = Button(tr("Report an incident"), "primary", "plus", name="behaviour.first")
            button.clicked.connect(self.report_asked)
            self._empty.add(button)
        return self._empty

    # -- Reading ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the list again; the row stays."""
        school = self._context.place.institution_id or self._context.actor.institution_id
        if school is None:
            self._show((self._asked, ()))
            return
        self._asked += 1
        ticket, wanted, incidents = self._asked, self.filter, self._context.queries.incidents
        self._queue.run(lambda: (ticket, incidents.of_school(school, wanted)), self._show, self._refused)

    def _refused(self, refusal: EmisError) -> None:
        self._says.setText(refusal.text(self.words))

    def _show(self, answer: tuple[int, tuple[IncidentLine, ...]]) -> None:
        ticket, lines = answer
        if ticket != self._asked:
            return
        current = self.current()
        self.model.set_rows(lines)
        if current is not None:
            self.show_incident(current)
        narrowed = self.filter != IncidentFilter()
        self._stack.setCurrentIndex(0 if lines or narrowed else 1)
        self._says.setText(self.words.ntr("{n} incident", "{n} incidents", len(lines)))
        self.counted.emit(len(lines))

    def current(self) -> UUID | None:
        """The incident whose row is current."""
        place = self.table.current_row()
        return self.model.row(place).id if 0 <= place < self.model.count() else None

    def show_incident(self, incident_id: UUID) -> None:
        """Make its row the current one, if it is in the list."""
        for place in range(self.model.count()):
            if self.model.row(place).id == incident_id:
                self.table.pick(place)

    def go_into_list(self) -> None:
        """Give the table the keyboard."""
        if self.model.count() and self.table.current_row() < 0:
            self.table.pick(0)
        self.table.setFocus()

    # -- Filters ------------------------------------------------------------------------------------

    def narrow(self, wanted: IncidentFilter) -> None:
        """Show what fits."""
        if wanted == self.filter:
            return
        self.filter = wanted
        for chip in self._chips:
            discard(chip)
        self._chips = []
        for key, text in self._chosen().items():
            spoken = self.words.tr("{filter}, remove filter", filter=text)
            chip = FilterChip(key, text, spoken, name=f"behaviour.chip.{key}", parent=self)
            chip.removed.connect(self._remove)
            self._line.insertWidget(1 + len(self._chips), chip)
            self._chips.append(chip)
        self.refresh()

    def _chosen(self) -> dict[str, str]:
        tr, wanted, found = self.words.tr, self.filter, dict[str, str]()
        if wanted.classification:
            found["classification"] = self.say.code("behaviour_classification", wanted.classification)
        if wanted.category:
            found["category"] = self.say.code("behaviour_category", wanted.category)
        if wanted.since is not None:
            found["since"] = tr("since {day}", day=self.words.date(wanted.since, "medium"))
        if wanted.open_only:
            found["open_only"] = tr("Not closed")
        return found

    def _remove(self, key: str) -> None:
        empty = {"classification": "", "category": "", "since": None, "open_only": False}
        self.narrow(replace(self.filter, **{key: empty[key]}))  # type: ignore[arg-type]
        self.more.setFocus()

    def menu(self) -> Menu:
        """Everything the list can be narrowed by."""
        tr = self.words.tr
        menu = Menu(self)
        menu.addAction(tr("Not closed")).triggered.connect(partial(self._choose, "open_only", True))
        for key, title in (("classification", tr("Classification")), ("category", tr("Category"))):
            part = menu.part(title)
            for code, text in self.say.listed(f"behaviour_{key}"):
                part.addAction(text).triggered.connect(partial(self._choose, key, code))
        since = menu.part(tr("Since"))
        for first, text in self._beginnings():
            since.addAction(text).triggered.connect(partial(self._choose, "since", first))
        return menu

    def _beginnings(self) -> list[tuple[date, str]]:
        place, found = self._context.place, list[tuple[date, str]]()
        today = self._today()
        found.append((today.replace(day=1), self.words.tr("This month")))
        if place.term is not None and place.term.starts_on is not None:
            found.append((place.term.starts_on, self.words.tr("This term")))
        if place.year is not None:
            found.append((place.year.starts_on, self.words.tr("This school year")))
        return found

    def _choose(self, key: str, value: object, _checked: bool = False) -> None:
        self.narrow(replace(self.filter, **{key: value}))  # type: ignore[arg-type]
        self.more.setFocus()

    def _open_menu(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    # -- Cells --------------------------------------------------------------------------------------

    def _cells(self, line: IncidentLine) -> tuple[Cell, ...]:
        say, words = self.say, self.words
        names = [one.name for one in line.people[:NAMES]]
        rest = len(line.people) - len(names)
        who = (
            words.listing(tuple(names))
            if not rest
            else words.tr("{names} and {n} more", names=", ".join(names), n=rest)
        )
        tone = severity_tone(say.severity(line.classification))
        how = say.code("behaviour_classification", line.classification)
        return (
            Cell(words.date(line.happened_on, "medium"), tone="text2"),
            Cell(line.summary, weight=MEDIUM),
            Cell(say.code("behaviour_category", line.category)),
            Cell(who or MISSING),
            Cell(how, pill=tone),
            self._next(line),
        )

    def _next(self, line: IncidentLine) -> Cell:
        tr = self.words.tr
        if line.closed_on is not None:
            return Cell(tr("Closed"), tone="text2")
        if not line.to_do:
            return Cell(tr("Not closed"))
        if line.next_due is None:
            return Cell(self.words.ntr("{n} step", "{n} steps", line.to_do))
        late = line.next_due < self._today()
        said = tr("due {day}", day=self.words.date(line.next_due, "day_month"))
        return Cell(
            said, tone="bad" if late else "text", icon="triangle-alert" if late else "", icon_ink="bad"
        )
