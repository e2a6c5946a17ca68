"""The head of the page: which register, which day and session, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.queries.registers import DayRegister, MonthSheet
from emis_desktop.queries.school import ClassInfo, ClassSubjectInfo
from emis_desktop.rules.dates import parse_date
from ui.attendance.place import CALENDAR, DAY, MONTH, OVERVIEW
from ui.attendance.saying import RegisterSaying
from ui.widgets.avatar import TickStatus
from ui.widgets.base import discard, row, with_keys
from ui.widgets.button import Button, IconButton, MenuButton
from ui.widgets.chips import Pill, TabChips
from ui.widgets.dialog import Dialog
from ui.widgets.fields import DateField
from ui.widgets.head import PageHead
from ui.widgets.sheet.title import TitleMenu

DAYS, MONTHS = 12, 11
"""How many days and months back the menu of days offers."""
_OTHER = "other"
EARLIEST = date(2000, 1, 1)


class AttendanceHead(QObject):
    """Fills ``head`` and ``line``, the line under it. Signals say what was chosen."""

    part_chosen = Signal(str)
    class_chosen = Signal(str)
    subject_chosen = Signal(str)
    day_chosen = Signal(object)
    session_chosen = Signal(int)
    undo_asked = Signal()
    redo_asked = Signal()
    rest_asked = Signal()
    step_asked = Signal(int)

    def __init__(self, head: PageHead, saying: RegisterSaying, parent: QWidget) -> None:
        super().__init__(parent)
        self._head, self._say, self._words, self._page = head, saying, saying.words, parent
        self._today = date.max
        self._part = DAY
        self._sessions: tuple[str, ...] = ()
        tr = self._words.tr
        self.school_class = TitleMenu(tr("Class"), "attendance.class", after=",")
        self.subject = TitleMenu(tr("Register"), "attendance.subject")
        self.view_only = Pill(tr("View only"), "neutral", name="attendance.view_only")
        for widget in (self.school_class, self.subject, self.view_only):
            head.beside.addWidget(widget)
        self.status = head.add(TickStatus(name="attendance.status"))
        self.undo = head.add(IconButton("undo-2", tr("Undo"), name="attendance.undo", keys="Ctrl+Z"))
        self.redo = head.add(IconButton("redo-2", tr("Redo"), name="attendance.redo", keys="Ctrl+Y"))
        self.rest = head.set_primary(Button("", icon="check", name="attendance.rest", keys="R"))
        self.parts = TabChips(
            [
                (DAY, tr("Register of a day")),
                (MONTH, tr("Month")),
                (OVERVIEW, tr("School")),
                (CALENDAR, tr("Calendar")),
            ],
            tr("Parts of the attendance"),
            name="attendance.part",
        )
        self.before = Button(
            tr("Before"), "quiet", icon="arrow-left", name="attendance.before", keys="Alt+Left"
        )
        self.after = Button(
            tr("After"), "quiet", icon="arrow-right", name="attendance.after", keys="Alt+Right"
        )
        self.day = MenuButton("", tr("Day"), name="attendance.day")
        self.line = QWidget()
        self._line = row(self.line, 8)
        self._line.addWidget(self.parts)
        self._line.addStretch(1)
        self._chips: TabChips | None = None
        self._line.addWidget(self.before)
        self._line.addWidget(self.day)
        self._line.addWidget(self.after)
        self._connect()
        self.set_ways("", "")
        self.set_rest(0, may=False)

    def _connect(self) -> None:
        self.parts.chosen.connect(self.part_chosen)
        self.school_class.choices.triggered.connect(lambda one: self.class_chosen.emit(str(one.data())))
        self.subject.choices.triggered.connect(lambda one: self.subject_chosen.emit(str(one.data() or "")))
        self.day.choices.triggered.connect(lambda one: self._choose_day(str(one.data())))
        self.undo.clicked.connect(self.undo_asked)
        self.redo.clicked.connect(self.redo_asked)
        self.rest.clicked.connect(self.rest_asked)
        self.before.clicked.connect(lambda: self.step_asked.emit(-1))
        self.after.clicked.connect(lambda: self.step_asked.emit(1))

    # -- What is shown ------------------------------------------------------------------------------

    def show_part(self, part: str) -> None:
        """Show what belongs to a part."""
        self._part = part
        table = part in (DAY, MONTH)
        self.parts.set_value(part)
        self._head.show_title(shown=not table)
        for widget in (self.school_class, self.subject, self.status, self.undo, self.redo):
            widget.setVisible(table)
        self.rest.setVisible(part == DAY)
        self.view_only.hide()
        for button in (self.before, self.day, self.after):
            button.setVisible(part != CALENDAR)
        if self._chips is not None:
            self._chips.setVisible(table)

    def show_words(self, title: str, facts: str) -> None:
        """Title and facts of a part without a register."""
        self._head.set_title(title, facts)

    def show_register(self, register: DayRegister, facts: str) -> None:
        """A day's register: its sessions with how many are marked."""
        self._head.set_title(self._words.tr("Attendance"), facts)
        names = tuple(one.name for one in register.sessions)
        self._show_sessions(names, register.session)
        for one in register.sessions:
            marked = f"{one.name}  {self._words.number(one.marked)}/{self._words.number(one.expected)}"
            if self._chips is not None:
                self._chips.set_text(str(one.number), marked if one.held else one.name)
                self._chips.button(str(one.number)).setEnabled(one.held or one.marked > 0)

    def show_sheet(self, sheet: MonthSheet, facts: str) -> None:
        """A month."""
        self._head.set_title(self._words.tr("Attendance"), facts)
        self._show_sessions(sheet.sessions, sheet.session)
        self.view_only.setVisible(not sheet.may_edit)

    def _show_sessions(self, names: tuple[str, ...], chosen: int) -> None:
        if self._chips is None or names != self._sessions:
            if self._chips is not None:
                discard(self._chips)
            self._sessions = names
            choices = [(str(number), name) for number, name in enumerate(names, start=1)]
            self._chips = TabChips(choices, self._words.tr("Sessions"), name="attendance.session")
            self._chips.chosen.connect(lambda key: self.session_chosen.emit(int(key)))
            self._line.insertWidget(2, self._chips)
        if self._part == MONTH:
            for number, name in enumerate(names, start=1):
                self._chips.set_text(str(number), name)
                self._chips.button(str(number)).setEnabled(True)
        self._chips.set_value(str(chosen))

    def show_classes(self, classes: Sequence[ClassInfo], chosen: UUID) -> None:
        """Offer the classes."""
        self.school_class.set_choices([(str(one.id), one.name) for one in classes], str(chosen))

    def show_subjects(self, subjects: Sequence[ClassSubjectInfo], chosen: UUID | None) -> None:
        """Offer the register of the class and those of its subjects."""
        choices = [("", self._words.tr("class register"))]
        choices += [(str(one.subject_id), one.name) for one in subjects]
        self.subject.set_choices(choices, "" if chosen is None else str(chosen))

    def show_day(self, on: date, today: date) -> None:
        """The day, and those before it in the menu."""
        self._today = today
        last = max(on, today) if on > today else today
        days: list[date] = []
        day = last
        while len(days) < DAYS:
            if day.weekday() < 5 or day == on:
                days.append(day)
            day -= timedelta(days=1)
        if on not in days:
            days.append(on)
        choices = [(one.isoformat(), self._words.date(one, "weekday")) for one in days]
        self.day.set_choices([*choices, (_OTHER, self._words.tr("Another day…"))], on.isoformat())
        self.day.set_text(self._say.day(on))

    def show_month(self, on: date, today: date) -> None:
        """The month, and those before it in the menu."""
        self._today = today
        months: list[date] = []
        month = max(today, on).replace(day=1)
        while len(months) <= MONTHS:
            months.append(month)
            month = (month - timedelta(days=1)).replace(day=1)
        first = on.replace(day=1)
        if first not in months:
            months.append(first)
        choices = [(one.isoformat(), self._month(one)) for one in months]
        self.day.set_choices(choices, first.isoformat())
        self.day.set_text(self._month(first))

    def _month(self, on: date) -> str:
        return self._words.date(on, "long").split(" ", 1)[1]

    def set_rest(self, left: int, *, may: bool) -> None:
        """The primary button: how many are not marked yet."""
        words = self._words
        text = words.ntr("The other {n} is present", "The other {n} are present", left)
        self.rest.setText(text if left else words.tr("All are marked"))
        self.rest.setEnabled(may and left > 0)

    def set_ways(self, undo: str, redo: str) -> None:
        """What can be taken back and done again, in words; "" for nothing."""
        tr = self._words.tr
        for button, what, verb, keys in (
            (self.undo, undo, tr("Undo"), "Ctrl+Z"),
            (self.redo, redo, tr("Redo"), "Ctrl+Y"),
        ):
            button.setEnabled(bool(what))
            button.setToolTip(with_keys(f"{verb}: {what}" if what else verb, keys))

    # -- Choosing a day -----------------------------------------------------------------------------

    def _choose_day(self, key: str) -> None:
        if key != _OTHER:
            self.day_chosen.emit(date.fromisoformat(key))
            return
        tr = self._words.tr
        dialog = Dialog(tr("Which day?"), name="attendance.other_day", parent=self._page)
        field = DateField(
            tr("Day"),
            self._words,
            lambda text: parse_date(text, EARLIEST, self._today),
            name="attendance.other_day.field",
        )
        dialog.body.addWidget(field)
        dialog.add_verb("", tr("Stay here"), safe=True)
        dialog.add_verb("go", tr("Open the register"), "primary")

        def answered(answer: str) -> None:
            value = field.value()
            if answer == "go" and value is not None:
                self.day_chosen.emit(value)

        dialog.answered.connect(answered)
        dialog.ask()
        field.setFocus()
