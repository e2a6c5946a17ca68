"""A pupil's attendance: the rates, every school day of the year as a strip, and who marked what when."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from emis_desktop.queries.history import FieldChange
from emis_desktop.queries.pupil_attendance import AttendanceDay, PupilAttendance
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.open_days import SchoolDay
from emis_desktop.rules.registers import Attendance
from resources.words import Words
from ui.attendance.day_paint import rate_text
from ui.attendance.saying import RegisterSaying
from ui.attendance.strips import paint_strip, width
from ui.students.record.scope import Part, RecordScope
from ui.students.saying import when_words
from ui.tasks import TaskControl, told
from ui.theme.active import colour
from ui.theme.fonts import font
from ui.widgets.base import identify, row
from ui.widgets.card import Card
from ui.widgets.figures import HeadlineFigure
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

_LINE, _NAME = 26, 104
_MIDDLE = Qt.AlignmentFlag.AlignVCenter
Found = tuple[int, tuple[PupilAttendance, ...], tuple[FieldChange, ...]]


class MonthStrips(QWidget):
    """A line a month: its school days with a mark a session."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        identify(self, "student.attendance.strips", words.tr("School days of the year"))
        self._words = words
        self._months: list[tuple[str, list[AttendanceDay]]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_days(self, days: tuple[AttendanceDay, ...]) -> None:
        """Show these days."""
        months: dict[tuple[int, int], list[AttendanceDay]] = {}
        for day in days:
            months.setdefault((day.on.year, day.on.month), []).append(day)
        self._months = [
            (self._words.date(found[0].on, "long").split(" ", 1)[1], found) for found in months.values()
        ]
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line a month, as wide as the longest."""
        wide = max((width(_school(days)) for _name, days in self._months), default=0)
        return QSize(_NAME + wide, max(1, len(self._months)) * _LINE)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the months under each other."""
        painter = QPainter(self)
        rtl = self.isRightToLeft()
        for place, (name, days) in enumerate(self._months):
            line = QRect(0, place * _LINE, self.width(), _LINE)
            painter.setFont(font(12))
            painter.setPen(colour("text2"))
            side = line.adjusted(self.width() - _NAME, 0, 0, 0) if rtl else QRect(0, line.top(), _NAME, _LINE)
            painter.drawText(side, int(_MIDDLE), name)
            room = line.adjusted(0, 0, -_NAME, 0) if rtl else line.adjusted(_NAME, 0, 0, 0)
            cells = [tuple(None if one is None else one.presence for one in day.entries) for day in days]
            paint_strip(painter, room, _school(days), cells, rtl=rtl)


class AttendancePart(Part):
    """Read when the tab is opened or the record changes under it."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope, "student.attendance")
        tr = self.words.tr
        self._open, self._asked = False, 0
        self._saying = RegisterSaying(scope.context.words, scope.context.profile)
        figures = row(None, 12)
        self.term = HeadlineFigure(tr("Attendance rate of the term"), name="student.attendance.term")
        self.year = HeadlineFigure(tr("Attendance rate of the year"), name="student.attendance.year")
        self.run = HeadlineFigure(tr("Absent for days in a row"), name="student.attendance.run")
        for figure in (self.term, self.year, self.run):
            figures.addWidget(figure, 1)
        self.body.addLayout(figures)
        card = Card()
        card.add_head(tr("School days of the year"))
        self.facts = Text("", 12, tone="secondary", wrap=True)
        self.strips = MonthStrips(self.words)
        card.body.addWidget(self.facts)
        card.body.addWidget(self.strips)
        self.body.addWidget(card)
        columns = (
            Column("when", tr("When"), 130),
            Column("who", tr("Who"), 110, stretch=1),
            Column("field", tr("What"), 180, stretch=2),
            Column("before", tr("Before"), 130, stretch=2),
            Column("after", tr("After"), 130, stretch=2),
        )
        self.model: RowsModel[FieldChange] = RowsModel(columns, self._cells)
        self.table = TableView(
            self.model, tr("What was marked"), row_height=32, name="student.attendance.table"
        )
        self.model.setParent(self.table)
        self.table.setMinimumHeight(200)
        history = Card(flush=True)
        history.body.addWidget(self.table, 1)
        self.body.addWidget(history, 1)

    def opened(self) -> None:
        """Read it."""
        self._open = True
        self._read()

    def closed(self) -> None:
        """It is read again next time."""
        self._open = False

    def show_record(self, record: StudentRecord) -> None:
        """Something has changed."""
        if self._open:
            self._read()

    def _read(self) -> None:
        record, year = self.scope.record, self.scope.context.place.year
        if record is None or year is None:
            return
        self._asked += 1
        job = partial(self._ask, self._asked, record.id, year.id)
        task = self.scope.context.tasks.run(job)
        task.succeeded.connect(self._show)
        task.refused.connect(told(self, task, lambda refusal: self.facts.setText(refusal.text(self.words))))

    def _ask(self, ticket: int, student_id: UUID, year_id: UUID, _control: TaskControl) -> Found:
        queries = self.scope.context.queries
        found = queries.registers.pupil(student_id, year_id, self.scope.today())
        return ticket, found, queries.history.registers(student_id)

    def _show(self, answer: Found) -> None:
        ticket, found, changes = answer
        if ticket != self._asked or not self._open:
            return
        self.model.set_rows(changes)
        if not found:
            for figure in (self.term, self.year, self.run):
                figure.set_figure("–")
            self.strips.set_days(())
            self.facts.setText(self.words.tr("No register of this year has this pupil."))
            return
        last = found[0]
        words, tr = self.words, self.words.tr
        for figure, rate, of in (
            (self.term, last.term_rate, last.term),
            (self.year, last.year_rate, last.year),
        ):
            share = float(rate) / 100 if rate is not None else None
            figure.set_figure(rate_text(words, rate), "%", _missed(words, of), share)
        days = last.run.days if last.run is not None else 0
        since = tr("since {day}", day=words.date(last.run.first, "medium")) if last.run is not None else ""
        self.run.set_figure(words.number(days), "", since)
        self.facts.setText(_counted(words, last.year))
        self.strips.set_days(last.days)

    def _cells(self, change: FieldChange) -> tuple[Cell, ...]:
        say = self.scope.say
        return (
            Cell(when_words(self.words, change.at), tone="text2"),
            Cell(f"{change.user}, {change.laptop}" if change.laptop else change.user),
            Cell(change.field.text(self.words), weight=500),
            Cell(say.value(change, change.before) or MISSING, tone="text2"),
            Cell(say.value(change, change.after) or MISSING),
        )


def _school(days: list[AttendanceDay]) -> list[SchoolDay]:
    return [SchoolDay(day.on, day.sessions, day.label) for day in days]


def _missed(words: Words, of: Attendance) -> str:
    return words.ntr("{n} day absent", "{n} days absent", of.days.absent)


def _counted(words: Words, of: Attendance) -> str:
    return words.tr(
        "{marked} of {possible} sessions marked: {attended} attended ({late} late), {excused} excused, "
        "{unexcused} without excuse",
        marked=of.sessions.marked,
        possible=of.sessions.possible,
        attended=of.sessions.attended,
        late=of.sessions.late,
        excused=of.sessions.excused,
        unexcused=of.sessions.unexcused,
    )
