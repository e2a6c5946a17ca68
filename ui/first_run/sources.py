"""Where the records come from: radio rows, and under the chosen one what it needs to know."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.laptop import StoreKind
from emis_desktop.profiles import ProfileName, list_profiles, load_profile, school_year_on
from emis_desktop.settings import Home
from resources.words import Words
from ui.backup.choosing import CopyChooser
from ui.first_run.answers import Answers, Source
from ui.first_run.joining import check_code
from ui.sync_page.join_form import JoinForm
from ui.tasks import Task, TaskControl, Tasks
from ui.widgets.base import column
from ui.widgets.card import Card, Rule
from ui.widgets.choices import ChoiceRow
from ui.widgets.fields import ChoiceField, Field, TextField
from ui.widgets.form import FormGrid

INSET = 85
"""Where the words of a radio row begin."""


class NewRecords(QWidget):
    """Country, school year and, for a school, its name and code."""

    def __init__(self, words: Words, home: Home, tasks: Tasks) -> None:
        super().__init__()
        self._words, self._home, self._tasks = words, home, tasks
        self._wanted_country = ""
        self._wanted_year: int | None = None
        self._asked: Task | None = None
        self._grid = FormGrid()
        tr = words.tr
        self.country = ChoiceField(tr("Country"), [], words, name="first.country")
        self.year = ChoiceField(tr("School year"), [], words, name="first.year")
        self.school = TextField(tr("Name of the school"), words, name="first.school")
        self.code = TextField(
            tr("Code of the school"),
            words,
            help_text=tr("As the ministry writes it; without one, a short code of your own."),
            name="first.code",
        )
        for field in (self.country, self.year, self.school, self.code):
            self._grid.add(field)
        self._grid.set_columns(2)
        column(self).addWidget(self._grid)
        self.country.chosen.connect(self._ask_years)
        self.country.chosen.connect(lambda _key: self.country.set_fault(""))
        for line in (self.school, self.code):
            line.edited.connect(lambda _text, field=line: field.set_fault(""))
        task = tasks.run(lambda _control: list_profiles(home.profiles))
        task.succeeded.connect(self._countries)

    def show_kind(self, kind: StoreKind) -> None:
        """Only a school has a name and a code of its own."""
        for field in (self.school, self.code):
            field.setVisible(kind is StoreKind.SCHOOL)

    def fill(self, answers: Answers) -> None:
        """Show what has been answered."""
        self.school.set_text(answers.school)
        self.code.set_text(answers.school_code)
        self._wanted_country, self._wanted_year = answers.country, answers.start_year
        self.show_kind(answers.kind)
        if answers.country:
            self.country.set_value(answers.country)
            self._ask_years(answers.country)

    def start_year(self) -> int | None:
        """The year in which the chosen school year begins."""
        return int(self.year.value()) if self.year.value() else self._wanted_year

    def chosen_country(self) -> str:
        """The code of the country."""
        return self.country.value() or self._wanted_country

    def check(self, kind: StoreKind) -> Field | None:
        """The first field that is still to be answered, told; None when all are."""
        tr = self._words.tr
        self.country.set_fault("" if self.chosen_country() else tr("Choose the country."))
        if kind is StoreKind.SCHOOL:
            self.school.set_fault("" if self.school.text().strip() else tr("Type the name of the school."))
            self.code.set_fault("" if self.code.text().strip() else tr("Type a code for the school."))
        fields = (self.country, self.school, self.code)
        return next((field for field in fields if field.isVisibleTo(self) and field.fault), None)

    def _countries(self, found: tuple[ProfileName, ...]) -> None:
        named = [(one.code, one.name.text(self._words.language)) for one in found if not one.fictitious]
        self.country.set_choices(sorted(named, key=lambda pair: pair[1]))
        self.country.set_value(self._wanted_country)

    def _ask_years(self, code: str) -> None:
        self._asked = self._tasks.run(lambda control: self._years(control, code))
        self._asked.succeeded.connect(self._show_years)

    def _years(self, _control: TaskControl, code: str) -> tuple[str, int]:
        profile = load_profile(code, self._home.profiles)
        return code, school_year_on(profile, date.today()).start_year  # noqa: DTZ011  - the day on the wall

    def _show_years(self, answer: tuple[str, int]) -> None:
        code, now = answer
        if code != self.chosen_country():
            return
        self.year.set_choices([(str(year), f"{year}–{(year + 1) % 100:02}") for year in (now, now + 1)])
        self.year.set_value(str(self._wanted_year or now))


class Sources(Card):
    """The rows. ``chosen(Source)``."""

    chosen = Signal(object)

    def __init__(self, words: Words, home: Home, tasks: Tasks) -> None:
        super().__init__(flush=True, name="first.sources")
        tr = words.tr
        self.new = NewRecords(words, home, tasks)
        self.join = JoinForm(words, check_code, name="first.join")
        self.copies = CopyChooser(words, tasks, name="first.copies", home=home)
        self._rows: dict[Source, ChoiceRow] = {}
        self._extras: dict[Source, QWidget] = {}
        group = QWidget()
        box = column(group)
        self.body.addWidget(group)
        rows = (
            (
                Source.JOIN,
                "key-round",
                tr("Join with a code"),
                tr("Then the records come down, the current term first. You can work while they do."),
                self.join,
            ),
            (
                Source.NEW,
                "plus",
                tr("Start new records here"),
                tr("Empty, with the country’s calendar, grades, subjects and marking."),
                self.new,
            ),
            (
                Source.RESTORE,
                "usb-stick",
                tr("Restore from a USB copy"),
                tr("For a laptop that was lost, broken or reinstalled. Nothing is deleted elsewhere."),
                self.copies,
            ),
            (
                Source.DEMO,
                "flag",
                tr("Try the demo country"),
                tr("An invented school and pupils. It never meets real records and is removed in one step."),
                None,
            ),
        )
        for number, (source, icon, title, text, extra) in enumerate(rows):
            if number:
                box.addWidget(Rule())
            row = ChoiceRow(icon, title, text, name=f"first.source.{source.value}")
            row.setAutoExclusive(False)
            row.clicked.connect(lambda _checked=False, one=source: self.choose(one))
            self._rows[source] = row
            box.addWidget(row)
            if extra is not None:
                holder = QWidget()
                column(holder, 0, (INSET, 0, 20, 14)).addWidget(extra)
                self._extras[source] = holder
                box.addWidget(holder)

    def choose(self, source: Source) -> None:
        """Open the row of ``source`` and close the others."""
        for one, row in self._rows.items():
            row.setChecked(one is source)
        for one, holder in self._extras.items():
            holder.setVisible(one is source)
        if source is Source.RESTORE:
            self.copies.look()
        self.chosen.emit(source)

    def value(self) -> Source:
        """The row that is open."""
        return next(source for source, row in self._rows.items() if row.isChecked())
