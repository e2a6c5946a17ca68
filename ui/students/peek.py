"""The peek beside the list: what one wants to know of a pupil without opening the record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.history import FieldChange
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.card import CardPoint
from emis_desktop.rules.rights import Right, SensitivityClass, may, may_read, offers
from emis_desktop.rules.student_number import number_text
from ui.charts.lines import LineChart, Series
from ui.context import UiContext
from ui.students.picture import PictureDisc
from ui.students.saying import Sayer, full_name, when_words
from ui.tasks import TaskControl
from ui.theme.fonts import SEMIBOLD
from ui.theme.tokens import Space
from ui.widgets.base import column, row
from ui.widgets.button import Button, IconButton
from ui.widgets.card import Card, FactRow, Rule
from ui.widgets.chips import Pill
from ui.widgets.text import Text

GUARDIANS = 2
"""Guardians named in the peek; more are counted."""
MORE_MS = 180
"""The slower facts are read when a row stays current for so long."""
CHART_HEIGHT = 112


@dataclass(frozen=True, slots=True)
class More:
    """What takes longer to read: averages by term, and the last change."""

    points: tuple[CardPoint, ...]
    last: FieldChange | None


class Peek(Card):
    """The panel. ``show_pupil(id)``; ``closed``, ``open_asked(id)`` and ``history_asked(id)``."""

    closed = Signal()
    open_asked = Signal(object)
    history_asked = Signal(object)

    def __init__(self, context: UiContext, today: Callable[[], date]) -> None:
        super().__init__(name="students.peek")
        self.setAccessibleName(context.words.tr("About the pupil"))
        self.setFixedWidth(Space.peek)
        self._context, self.words, self._today = context, context.words, today
        self._say = Sayer(context.words, context.profile)
        self._id: UUID | None = None
        self._asked = 0
        self.body.addLayout(self._make_head())
        self.body.addLayout(self._make_pills())
        self._facts = column(None)
        self.body.addLayout(self._facts)
        self._guardians = _Section(self.words.tr("Guardians"))
        self._marks = _Section(self.words.tr("Average mark by term"))
        self.chart = LineChart(self.words, self.words.tr("Term"), name="students.peek.chart")
        self.chart.setFixedHeight(CHART_HEIGHT)
        self._marks.body.addWidget(self.chart)
        self._last = _Section(self.words.tr("Last change"))
        self._change = Text("", 12, tone="secondary", wrap=True)
        self._last.body.addWidget(self._change)
        for section in (self._guardians, self._marks, self._last):
            self.body.addWidget(section)
        self.body.addStretch(1)
        self.body.addLayout(self._make_verbs())
        self._wait = QTimer(self, singleShot=True, interval=MORE_MS)
        self._wait.timeout.connect(self._read_more)

    # -- Parts --------------------------------------------------------------------------------------

    def _make_head(self) -> QHBoxLayout:
        line = row(None, 12)
        self._picture = PictureDisc(44)
        line.addWidget(self._picture)
        names = column(None, 2)
        self._name = Text("", 16, SEMIBOLD, elide=True)
        self._number = Text("", 12, tone="secondary", elide=True)
        names.addWidget(self._name)
        names.addWidget(self._number)
        line.addLayout(names, 1)
        close = IconButton("x", self.words.tr("Close"), quiet=True, name="students.peek.close", keys="Esc")
        close.clicked.connect(self.closed)
        line.addWidget(close)
        return line

    def _make_pills(self) -> QHBoxLayout:
        line = row(None, 8)
        self._state = Pill("", "ok", name="students.peek.state")
        self._health = Pill(self.words.tr("Health note"), "warn", name="students.peek.health")
        line.addWidget(self._state)
        line.addWidget(self._health)
        line.addStretch(1)
        return line

    def _make_verbs(self) -> QHBoxLayout:
        verbs = row(None, 8)
        self.open_button = Button(self.words.tr("Open record"), "primary", name="students.peek.open")
        self.open_button.clicked.connect(lambda: self.open_asked.emit(self._id))
        verbs.addWidget(self.open_button, 1)
        if offers(self._context.actor, Right.VIEW_HISTORY):
            history = Button(self.words.tr("History"), icon="clock", name="students.peek.history")
            history.clicked.connect(lambda: self.history_asked.emit(self._id))
            verbs.addWidget(history, 1)
        return verbs

    # -- Showing ------------------------------------------------------------------------------------

    def pupil_id(self) -> UUID | None:
        """Who is shown."""
        return self._id

    def show_pupil(self, student_id: UUID) -> bool:
        """Show a pupil; False when the record is not there for this user."""
        try:
            record = self._context.queries.students.record(student_id)
        except EmisError:
            return False
        other = student_id != self._id
        self._id = student_id
        self._show(record)
        if other:
            self._marks.hide()
            self._last.hide()
        self._asked += 1
        self._wait.start()
        return True

    def _show(self, record: StudentRecord) -> None:
        tr, say = self.words.tr, self._say
        self._picture.show_person(full_name(record), record.photo)
        self._name.setText(full_name(record))
        self._number.setText(number_text(record.number) if record.number else tr("No number yet"))
        current = record.current
        self._state.set_state(tr("Enrolled") if current else tr("Left"), "ok" if current else "neutral")
        reads = may_read(self._context.actor, SensitivityClass.HEALTH)
        self._health.setVisible(record.has_health and reads)
        line = current or (record.enrolments[0] if record.enrolments else None)
        facts = [(tr("Class"), (line.class_name or line.grade) if line else "")]
        facts.append((tr("Born"), say.born(record.birth_date, self._today())))
        if not current and line is not None:
            facts.append((tr("Left"), say.ending(line)))
        if record.address:
            facts.append((tr("Address"), record.address))
        _fill(self._facts, [FactRow(label, value) for label, value in facts if value])
        self._show_guardians(record)

    def _show_guardians(self, record: StudentRecord) -> None:
        rows: list[QWidget] = []
        for guardian in record.guardians[:GUARDIANS]:
            name = f"{guardian.given_names} {guardian.family_name}".strip()
            who = self.words.tr(
                "{name}, {relation}", name=name, relation=self._say.relation(guardian.relation).lower()
            )
            rows.append(PersonLine(who, guardian.phone or ""))
        left = len(record.guardians) - GUARDIANS
        if left > 0:
            rows.append(Text(self.words.ntr("and {n} more", "and {n} more", left), 12, tone="secondary"))
        _fill(self._guardians.body, rows)
        self._guardians.setVisible(bool(rows))

    # -- What takes longer --------------------------------------------------------------------------

    def _read_more(self) -> None:
        if self._id is None or not self.isVisible():
            return
        ticket, student_id = self._asked, self._id
        task = self._context.tasks.run(lambda _control: self._ask(_control, ticket, student_id))
        task.succeeded.connect(self._show_more)

    def _ask(self, control: TaskControl, ticket: int, student_id: UUID) -> tuple[int, More]:
        context = self._context
        last = None
        if offers(context.actor, Right.VIEW_HISTORY):
            last = next(iter(context.queries.history.person(student_id)), None)
        control.check()
        return ticket, More(self._points(student_id), last)

    def _points(self, student_id: UUID) -> tuple[CardPoint, ...]:
        context, term = self._context, self._context.place.term
        current = context.queries.students.record(student_id).current
        if term is None or current is None or current.class_id is None or current.period_id != term.year_id:
            return ()
        if not may(context.actor, Right.VIEW_MARKS, class_id=current.class_id):
            return ()
        cards = context.queries.report_cards.card_values(
            current.class_id, term.id, self.words.language, {student_id}
        )
        return cards[0].progress if cards else ()

    def _show_more(self, answer: tuple[int, More]) -> None:
        ticket, more = answer
        if ticket != self._asked:
            return
        tr = self.words.tr
        lines = len(more.points) > 1
        self._marks.setVisible(lines)
        if lines:
            self.chart.set_series(
                tuple(point.label.split()[0] for point in more.points),
                (
                    Series(tr("Pupil"), tuple(point.pupil for point in more.points)),
                    Series(tr("Class"), tuple(point.class_average for point in more.points)),
                ),
            )
        self._last.setVisible(more.last is not None)
        if more.last is not None:
            self._change.setText(
                tr(
                    "{change}. {user}, {when}",
                    change=self._say.change(more.last),
                    user=more.last.user,
                    when=when_words(self.words, more.last.at),
                )
            )


class _Section(QWidget):
    """A rule, a small title and what stands under it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        box = column(self, 8)
        box.addWidget(Rule())
        box.addWidget(Text(title, 12, SEMIBOLD, "secondary"))
        self.body: QVBoxLayout = column(None)
        box.addLayout(self.body)


class PersonLine(QWidget):
    """A guardian at the start and the phone at the end; the name shortens, never the phone."""

    def __init__(self, who: str, phone: str) -> None:
        super().__init__()
        line = row(self, 12)
        line.addWidget(Text(who, 12, tone="secondary", elide=True), 1)
        line.addWidget(Text(phone, 13))
        self.setMinimumHeight(24)


def _fill(box: QVBoxLayout, widgets: list[QWidget]) -> None:
    """Put other widgets into a layout."""
    while (item := box.takeAt(0)) is not None:
        old = item.widget()
        if old is not None:
            old.hide()
            old.deleteLater()
    for widget in widgets:
        box.addWidget(widget)
