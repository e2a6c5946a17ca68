"""School years and their terms: their days, when marks are due, which are closed; opening the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from emis_desktop.queries.school import TermInfo, YearInfo
from emis_desktop.rules.dates import parse_date
from emis_desktop.services.new_year.plan import Order, YearPlan
from emis_desktop.services.structure import TermDates
from ui.context import UiContext
from ui.settings_page.closing import ClosingLine
from ui.settings_page.open_year import OpenYear, OpenYearStrip
from ui.settings_page.section import Section
from ui.term_names import term_name
from ui.widgets.base import column, discard, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.fields import DateField
from ui.work_queue import WorkQueue

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
DATE = 190
"""Room for a date and, in the longest language, for the words under it."""


@dataclass(slots=True)
class _TermCard:
    """One term on the screen."""

    term: TermInfo
    card: Card
    fields: dict[str, DateField]
    closing: ClosingLine


class YearsSection(Section):
    """The year chosen in the top bar; a further year is added from the country's rules."""

    tables = frozenset({"academic_period", "term"})

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "years")
        tr = self.words.tr
        self._year: YearInfo | None = None
        self._terms: list[_TermCard] = []
        self._card = Card(name="settings.year.card")
        self._title = self._card.add_head("")
        self._closing = ClosingLine(self, "settings.year")
        self._title.end.addWidget(self._closing)
        self._starts = self._date(tr("First day"), "settings.year.starts")
        self._ends = self._date(tr("Last day"), "settings.year.ends")
        self._card.body.addLayout(_beside(self._starts, self._ends))
        for field in (self._starts, self._ends):
            field.dated.connect(lambda _day: self._keep_year())
        self.body.addWidget(self._card)
        self.strip = OpenYearStrip(context)
        self.strip.opened.connect(self.refresh)
        self.body.addWidget(self.strip)
        self._holder = column(None, 12)
        self.body.addLayout(self._holder)
        line = row(None, 8)
        self._next = Button("", icon="plus", name="settings.year.add")
        self._next.clicked.connect(self.add_year)
        self._open = Button("", icon="calendar", name="settings.year.open")
        self._open.clicked.connect(self.ask_open)
        self._title.end.insertWidget(0, self._open)
        line.addWidget(self._next)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Read the chosen year and its terms."""
        year, school = self.context.place.year, self.context.queries.school
        self._next.setEnabled(self.context.profile is not None)
        if year is not None:
            self.ask(lambda: (school.years(), school.terms(year.id)), partial(self._show, year))

    def _date(self, label: str, name: str, *, optional: bool = False) -> DateField:
        return DateField(
            label, self.words, lambda text: parse_date(text, EARLIEST, LATEST), optional=optional, name=name
        )

    def _show(self, asked: YearInfo, found: tuple[tuple[YearInfo, ...], tuple[TermInfo, ...]]) -> None:
        years, terms = found
        year = next((one for one in years if one.id == asked.id), None)
        if year is None:
            return
        if self._year is not None and self._year.id != year.id:
            for field in (self._starts, self._ends):
                field.give_up()  # it was refused in another year
        self._year = year
        name = self.words.tr("School year {year}", year=year.label)
        self._title.title.setText(name)
        self._closing.show_one(year, name)
        _show_date(self._starts, year.starts_on)
        _show_date(self._ends, year.ends_on)
        newest = max(one.starts_on.year for one in years)
        label = f"{newest + 1}–{(newest + 2) % 100:02}"
        self._next.setText(self.words.tr("Add the school year {year} empty", year=label))
        after = next((one for one in reversed(years) if one.starts_on > year.starts_on), None)
        code = f"{year.starts_on.year + 1}–{(year.starts_on.year + 2) % 100:02}"
        self._open.setText(
            self.words.tr("Open {year} from this year", year=code if after is None else after.label)
        )
        self._show_terms(terms)

    def _show_terms(self, terms: tuple[TermInfo, ...]) -> None:
        if [one.term.id for one in self._terms] != [term.id for term in terms]:
            for old in self._terms:
                discard(old.card)
            self._terms = [self._term_card(term) for term in terms]
        for shown, term in zip(self._terms, terms, strict=True):
            shown.term = term
            title = term_name(self.context.profile, self.words.language, term)
            closed = self._year is not None and self._year.closed
            shown.closing.show_one(term, title, year_closed=closed)
            _show_date(shown.fields["starts"], term.starts_on)
            _show_date(shown.fields["ends"], term.ends_on)
            _show_date(shown.fields["next"], term.next_begins_on)
            _show_date(shown.fields["due"], term.marks_due_on)

    def _term_card(self, term: TermInfo) -> _TermCard:
        tr, name = self.words.tr, f"settings.term{term.number}"
        card = Card(name=name)
        head = card.add_head(term_name(self.context.profile, self.words.language, term))
        closing = ClosingLine(self, name)
        head.end.addWidget(closing)
        fields = {
            "starts": self._date(tr("First day"), f"{name}.starts"),
            "ends": self._date(tr("Last day"), f"{name}.ends"),
            "due": self._date(tr("Marks due"), f"{name}.due"),
            "next": self._date(tr("Next term begins"), f"{name}.next", optional=True),
        }
        shown = _TermCard(term, card, fields, closing)
        card.body.addLayout(_beside(*fields.values()))
        for field in fields.values():
            field.dated.connect(lambda _day, one=shown, left=field: self._keep_term(one, left))
        self._holder.addWidget(card)
        return shown

    def _keep_year(self) -> None:
        year, starts, ends = self._year, self._starts.value(), self._ends.value()
        if year is None or starts is None or ends is None or (starts, ends) == (year.starts_on, year.ends_on):
            return
        changed = self._starts if starts != year.starts_on else self._ends
        service = self.context.services.school
        self.save(lambda: service.set_year(year.id, starts, ends), changed, self.refresh)

    def _keep_term(self, shown: _TermCard, left: DateField) -> None:
        stored = {
            "starts": shown.term.starts_on,
            "ends": shown.term.ends_on,
            "next": shown.term.next_begins_on,
            "due": shown.term.marks_due_on,
        }
        values = {
            name: stored[name] if field.fault and field is not left else field.value()
            for name, field in shown.fields.items()
        }
        starts, ends = values["starts"], values["ends"]
        if starts is None or ends is None:
            return
        dates = TermDates(starts, ends, values["next"], values["due"])
        term_id, service = shown.term.id, self.context.services.structure
        self.save(lambda: service.set_term_dates(term_id, dates), left, self.refresh)

    def ask_open(self) -> None:
        """Show what the next year would be made of, and make it when somebody says so."""
        year = self._year
        if year is None:
            return
        order, service = Order(year.id), self.context.services.new_year
        self.ask(lambda: service.preview(order), partial(self._show_plan, order))

    def _show_plan(self, order: Order, plan: YearPlan) -> None:
        before = self._year.label if self._year is not None else ""
        dialog = OpenYear(self.context, order, plan, before, self.window())
        dialog.chosen.connect(self.strip.run)
        dialog.ask()

    def add_year(self) -> None:
        """Add the year after the newest, with the terms that the country's rules give it."""
        profile, queries = self.context.profile, self.context.queries.school
        if profile is None:
            return
        service = self.context.services.structure

        def add() -> None:
            newest = max((one.starts_on.year for one in queries.years()), default=date.today().year)  # noqa: DTZ011
            service.set_up(profile, (newest + 1,))

        self.save(add, None, self.refresh)


def _beside(*fields: DateField) -> QHBoxLayout:
    """Dates in a line, each as wide as a date."""
    line = row(None, 16)
    for field in fields:
        field.setFixedWidth(DATE)
        field.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        line.addWidget(field)
    line.addStretch(1)
    return line


def _show_date(field: DateField, day: date | None) -> None:
    """Show a stored date, unless somebody is typing there or has not mended what was refused."""
    if not field.pending():
        field.set_value(day)
