"""The calendar of the school: holidays and closures, the country's and its own; a storm week in one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.profiles import CountryProfile, holidays
from emis_desktop.queries.calendar import CalendarLine, YearCalendar
from emis_desktop.queries.register_days import KIND_NAMES
from emis_desktop.rules.dates import parse_date
from emis_desktop.rules.open_days import Kind
from emis_desktop.rules.rights import Right, may
from emis_desktop.services.calendar import LONGEST_LABEL, CalendarEntry
from resources.words import N_
from ui.attendance.saying import RegisterSaying
from ui.context import UiContext
from ui.theme.fonts import MEDIUM
from ui.theme.tokens import Space
from ui.widgets.base import announce, column, row
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.empty import EmptyState
from ui.widgets.fields import ChoiceField, DateField, TextField
from ui.widgets.table.cells import Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text
from ui.work_queue import WorkQueue

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
_DATE, _KIND = 160, 190
_CAPTIONS = {
    Kind.HOLIDAY: N_("Holiday"),
    Kind.CLOSURE: N_("School closed"),
    Kind.HALF: N_("Half day"),
    Kind.OPEN: N_("School held"),
}


class CalendarView(QWidget):
    """Reads and changes the calendar of the chosen year. ``changed``: days count otherwise now."""

    changed = Signal()

    def __init__(self, context: UiContext, queue: WorkQueue, saying: RegisterSaying) -> None:
        super().__init__()
        self._context, self._words, self._queue, self._say = context, context.words, queue, saying
        self._place: tuple[UUID, UUID] | None = None
        box = column(self, Space.gap)
        self.form = self._make_form()
        box.addWidget(self.form)
        box.addWidget(self._make_list(), 1)

    def _make_form(self) -> Card:
        tr, words = self._words.tr, self._words
        card = Card(name="attendance.calendar.form")
        head = card.add_head(tr("School is not held, or held all the same"))

        def read(text: str) -> date:
            return parse_date(text, EARLIEST, LATEST)

        self.starts = DateField(tr("First day"), words, read, name="attendance.calendar.starts")
        self.ends = DateField(tr("Last day"), words, read, optional=True, name="attendance.calendar.ends")
        kinds = [(kind.value, tr(_CAPTIONS[kind])) for kind in Kind]
        self.kind = ChoiceField(tr("What"), kinds, words, name="attendance.calendar.kind")
        self.kind.set_value(Kind.CLOSURE.value)
        self.label = TextField(tr("Why, as registers say it"), words, name="attendance.calendar.label")
        self.add = Button(tr("Put into the calendar"), "primary", name="attendance.calendar.add")
        self.add.clicked.connect(self._add)
        head.end.addWidget(self.add)
        line = row(None, 12)
        for field, width in ((self.starts, _DATE), (self.ends, _DATE), (self.kind, _KIND)):
            field.setFixedWidth(width)
            field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
            line.addWidget(field)
        line.addWidget(self.label, 1)
        card.body.addLayout(line)
        return card

    def _make_list(self) -> Card:
        tr = self._words.tr
        columns = (
            Column("from", tr("First day"), 130),
            Column("to", tr("Last day"), 130),
            Column("kind", tr("What"), 130),
            Column("label", tr("Why"), 220, stretch=3),
            Column("whose", tr("Whose"), 120),
            Column("verb", "", 90),
        )
        self.model: RowsModel[CalendarLine] = RowsModel(columns, self._cells)
        self.table = TableView(self.model, tr("Calendar of the school"), name="attendance.calendar.table")
        self.model.setParent(self.table)
        self.table.clicked.connect(self._clicked)
        self.table.opened.connect(self._remove)
        self._face = QStackedWidget()
        self._face.addWidget(self.table)
        empty = EmptyState(
            "calendar",
            tr("Nothing stands in the calendar of this year"),
            tr("School is held on every day of the week within the terms."),
        )
        self._face.addWidget(empty)
        card = Card(flush=True)
        card.body.addWidget(self._face, 1)
        foot = CardFoot()
        self._count = Text("", 12, tone="secondary", elide=True)
        self.holidays = Button(tr("Add the public holidays"), "link", name="attendance.calendar.holidays")
        self.holidays.clicked.connect(self._add_holidays)
        foot.line.addWidget(self._count, 1)
        foot.line.addWidget(self.holidays)
        card.body.addWidget(foot)
        return card

    # -- What is shown ------------------------------------------------------------------------------

    def open(self) -> None:
        """Read the calendar of the chosen school and year."""
        place = self._context.place
        if place.institution_id is None or place.year is None:
            return
        wanted = (place.institution_id, place.year.id)
        self._place = wanted
        edits = may(self._context.actor, Right.MANAGE_STRUCTURE, institution_id=wanted[0])
        self.form.setVisible(edits)
        self.holidays.setVisible(edits and self._context.profile is not None)
        queries, year = self._context.queries.calendar, place.year

        def ask() -> tuple[tuple[CalendarLine, ...], YearCalendar]:
            lines = queries.lines(wanted[0], year.starts_on, year.ends_on)
            return lines, queries.calendar(*wanted)

        self._queue.run(ask, partial(self._show, wanted), self._tell)

    def _show(self, wanted: tuple[UUID, UUID], found: tuple[tuple[CalendarLine, ...], YearCalendar]) -> None:
        if wanted != self._place:
            return
        lines, calendar = found
        self.model.set_rows(lines)
        self._face.setCurrentIndex(0 if lines else 1)
        days = sum(len(calendar.days(term.starts_on, term.ends_on)) for term in calendar.terms)
        self._count.setText(
            self._words.ntr("{n} school day in this year", "{n} school days in this year", days)
        )

    def _cells(self, line: CalendarLine) -> tuple[Cell, ...]:
        tr = self._words.tr
        what = tr(_CAPTIONS[line.kind])
        if line.sessions:
            what = f"{what} ({', '.join(map(str, line.sessions))})"
        return (
            Cell(self._day(line.starts_on), weight=MEDIUM),
            Cell(self._day(line.ends_on)),
            Cell(what, pill="bad" if line.kind is Kind.CLOSURE else ""),
            Cell(line.label or tr(KIND_NAMES[line.kind])),
            Cell(tr("This school") if line.own else tr("The country"), tone="text2"),
            Cell(tr("Take out") if self._edits(line) else "", tone="accent", weight=MEDIUM),
        )

    def _day(self, on: date) -> str:
        return f"{self._say.weekday(on)} {self._words.date(on, 'medium')}"

    def _edits(self, line: CalendarLine) -> bool:
        actor = self._context.actor
        if self._place is None or not may(actor, Right.MANAGE_STRUCTURE, institution_id=self._place[0]):
            return False
        return line.own or actor.institution_id is None

    # -- What the user does -------------------------------------------------------------------------

    def _add(self) -> None:
        first, last = self.starts.value(), self.ends.value()
        if self._place is None:
            return
        if first is None:
            self.starts.set_fault(self._words.tr("Enter the first day"))
            return
        entry = CalendarEntry(
            first, last or first, Kind(self.kind.value()), self.label.text()[:LONGEST_LABEL]
        )
        service, school = self._context.services.calendar, self._place[0]
        self._do(lambda: service.add(entry, school), self._words.tr("The calendar was changed"), self._added)

    def _added(self) -> None:
        for field in (self.starts, self.ends):
            field.set_value(None)
        self.label.set_text("")

    def _add_holidays(self) -> None:
        place, profile = self._context.place, self._context.profile
        if place.year is None or profile is None or self._place is None:
            return
        entries = public_holidays(profile, place.year.starts_on, place.year.ends_on, self._words.language)
        service = self._context.services.calendar
        school = self._place[0] if self._context.actor.institution_id is not None else None
        self._do(
            lambda: service.add_all(entries, school),
            self._words.tr("The public holidays are in the calendar"),
        )

    def _clicked(self, index: QModelIndex) -> None:
        if self.model.columns[index.column()].key == "verb":
            self._remove(index.row())

    def _remove(self, place: int) -> None:
        line = self.model.row(place)
        if self._edits(line):
            service = self._context.services.calendar
            self._do(lambda: service.remove(line.id), self._words.tr("Taken out of the calendar"))

    def _do(self, act: Callable[[], object], told: str, then: Callable[[], object] = lambda: None) -> None:
        undo = self._context.services.undo

        def take_back(number: int) -> None:
            self._queue.run(lambda: undo.undo_act(number), lambda _done: self._again(), self._tell)

        def done(made: object) -> None:
            act_number = getattr(made, "act", None)
            self._context.notify(told, None if act_number is None else partial(take_back, act_number))
            then()
            self._again()

        self._queue.run(lambda: undo.made_by(act), done, self._tell)

    def _again(self) -> None:
        self.changed.emit()
        self.open()

    def _tell(self, refusal: EmisError) -> None:
        fields = {"ends_on": self.ends, "label": self.label}
        field = fields.get(getattr(refusal, "field", None) or "", self.starts)
        field.set_refusal(refusal)
        announce(self, refusal.text(self._words))


def public_holidays(profile: CountryProfile, first: date, last: date, language: str) -> list[CalendarEntry]:
    """The country's public holidays between two days, as entries of a calendar."""
    return [
        CalendarEntry(one.day, one.day, Kind.HOLIDAY, one.name.text(language))
        for year in range(first.year, last.year + 1)
        for one in holidays(profile, year)
        if first <= one.day <= last and one.day.weekday() in profile.calendar.week
    ]
