"""Attendance of the school: registers nobody marked, who is absent and whom to call, runs, rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.register_school import Absentee, AbsentRun, SchoolRates, UnmarkedRegister
from ui.attendance.day_paint import rate_text
from ui.attendance.overview_rows import (
    absent_cells,
    absent_columns,
    rate_cells,
    rate_columns,
    run_cells,
    run_columns,
    unmarked_cells,
    unmarked_columns,
)
from ui.attendance.saying import RegisterSaying
from ui.context import UiContext
from ui.students.saying import Sayer
from ui.theme.tokens import Space
from ui.widgets.base import column, row
from ui.widgets.card import Card
from ui.widgets.chips import TabChips
from ui.widgets.empty import EmptyState
from ui.widgets.figures import HeadlineFigure
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.work_queue import WorkQueue

UNMARKED, ABSENT, RUNS, RATES = "unmarked", "absent", "runs", "rates"


@dataclass(frozen=True, slots=True)
class SchoolDay:
    """What the part shows, read at once for a day."""

    on: date
    unmarked: tuple[UnmarkedRegister, ...]
    absent: tuple[Absentee, ...]
    runs: tuple[AbsentRun, ...]
    rates: SchoolRates | None


class AttendanceOverview(QWidget):
    """``register_asked(class, day, session)``, ``month_asked(class)``, ``pupil_asked(id)``: go there."""

    register_asked = Signal(object, object, int)
    month_asked = Signal(object)
    pupil_asked = Signal(object)
    shown = Signal(object)

    def __init__(self, context: UiContext, queue: WorkQueue, saying: RegisterSaying) -> None:
        super().__init__()
        self._context, self._queue, self._say = context, queue, saying
        self._codes = Sayer(context.words, context.profile)
        self._wanted: tuple[UUID, date] | None = None
        tr = context.words.tr
        box = column(self, Space.gap)
        figures = row(None, Space.gap)
        self.figures = {
            UNMARKED: HeadlineFigure(tr("Registers not marked"), name="attendance.figure.unmarked"),
            ABSENT: HeadlineFigure(tr("Absent"), name="attendance.figure.absent"),
            RUNS: HeadlineFigure(tr("Absent for days in a row"), name="attendance.figure.runs"),
            RATES: HeadlineFigure(tr("Attendance rate of the term"), name="attendance.figure.rate"),
        }
        for figure in self.figures.values():
            figures.addWidget(figure, 1)
        box.addLayout(figures)
        self.tabs = TabChips(
            [
                (UNMARKED, tr("Not marked")),
                (ABSENT, tr("Absent")),
                (RUNS, tr("In a row")),
                (RATES, tr("Rates")),
            ],
            tr("Which list"),
            name="attendance.list",
        )
        card = Card(flush=True)
        line = row(None, 8, (13, 9, 13, 8))
        line.addWidget(self.tabs)
        line.addStretch(1)
        card.body.addLayout(line)
        self._stack = QStackedWidget()
        card.body.addWidget(self._stack, 1)
        box.addWidget(card, 1)
        self._make_tables()
        self.tabs.chosen.connect(self.show_list)
        self.show_list(UNMARKED)

    def _make_tables(self) -> None:
        words, say, codes = self._context.words, self._say, self._codes
        tr = words.tr
        self.unmarked: RowsModel[UnmarkedRegister] = RowsModel(
            unmarked_columns(words), partial(unmarked_cells, say)
        )
        self.absent: RowsModel[Absentee] = RowsModel(absent_columns(words), partial(absent_cells, say, codes))
        self.runs: RowsModel[AbsentRun] = RowsModel(run_columns(words), partial(run_cells, say, codes))
        self.rates: RowsModel[Any] = RowsModel(rate_columns(words), partial(rate_cells, say))
        none = {
            UNMARKED: tr("Every register of the last ten school days is marked"),
            ABSENT: tr("Nobody is marked absent on this day"),
            RUNS: tr("Nobody is absent for that many days in a row"),
            RATES: tr("No school year holds on this day"),
        }
        self.tables: dict[str, TableView] = {}
        self._faces: dict[str, QStackedWidget] = {}
        opened: dict[str, tuple[RowsModel[Any], Callable[[int], None]]] = {
            UNMARKED: (self.unmarked, self._open_register),
            ABSENT: (self.absent, partial(self._open_pupil, self.absent)),
            RUNS: (self.runs, partial(self._open_pupil, self.runs)),
            RATES: (self.rates, self._open_month),
        }
        for key, (model, run) in opened.items():
            table = TableView(model, none[key], name=f"attendance.{key}.table")
            model.setParent(table)
            table.opened.connect(run)
            table.clicked.connect(partial(self._clicked, model, run))
            face = QStackedWidget()
            face.addWidget(table)
            face.addWidget(EmptyState("circle-check", none[key]))
            self.tables[key], self._faces[key] = table, face
            self._stack.addWidget(face)

    # -- What is shown ------------------------------------------------------------------------------

    def open(self, institution_id: UUID, on: date, today: date) -> None:
        """Read the lists of a school for a day."""
        wanted = (institution_id, min(on, today))
        self._wanted = wanted
        queries = self._context.queries.registers

        def read() -> SchoolDay:
            school, day = wanted
            return SchoolDay(
                day,
                queries.chased(school, day),
                queries.absentees(school, day),
                queries.runs(school, day),
                queries.rates(school, None, day),
            )

        self._queue.run(read, partial(self._show, wanted), self._fail)

    def show_list(self, key: str) -> None:
        """Show one of the lists."""
        self.tabs.set_value(key)
        self._stack.setCurrentWidget(self._faces[key])

    def _show(self, wanted: tuple[UUID, date], found: SchoolDay) -> None:
        if wanted != self._wanted:
            return
        words, tr = self._context.words, self._context.words.tr
        self.unmarked.set_rows(found.unmarked)
        self.absent.set_rows(found.absent)
        self.runs.set_rows(found.runs)
        rates = found.rates
        self.rates.set_rows(rates.classes if rates is not None else ())
        counts = {
            UNMARKED: len(found.unmarked),
            ABSENT: len(found.absent),
            RUNS: len(found.runs),
            RATES: len(rates.classes) if rates is not None else 0,
        }
        names = {UNMARKED: tr("Not marked"), ABSENT: tr("Absent"), RUNS: tr("In a row"), RATES: tr("Rates")}
        for key, count in counts.items():
            self._faces[key].setCurrentIndex(0 if count else 1)
            self.tabs.set_text(key, f"{names[key]} {words.number(count)}" if key != RATES else names[key])
        today = [one for one in found.unmarked if one.on == found.on]
        self.figures[UNMARKED].set_figure(
            words.number(len(today)), "", tr("{n} in the last ten school days", n=counts[UNMARKED])
        )
        excused = sum(
            all(e is None or e.presence.attended or e.presence == "E" for e in one.entries)
            for one in found.absent
        )
        self.figures[ABSENT].set_figure(
            words.number(counts[ABSENT]), "", words.ntr("{n} excused", "{n} excused", excused)
        )
        self.figures[RUNS].set_figure(words.number(counts[RUNS]), "", tr("and not back yet"))
        rate = rates.rate if rates is not None else None
        marked = rates.sessions if rates is not None else None
        note = "" if marked is None else tr("{n} late", n=words.number(marked.late))
        share = float(rate) / 100 if rate is not None else None
        self.figures[RATES].set_figure(rate_text(words, rate), "%", note, share)
        self.shown.emit(found)

    def _fail(self, _reason: EmisError) -> None:
        self._wanted = None

    def set_compact(self, compact: bool) -> None:
        """Lower figures in a small window."""
        for figure in self.figures.values():
            figure.set_compact(compact)

    # -- What the user does -------------------------------------------------------------------------

    def focus_list(self) -> None:
        """The keyboard into the list."""
        key = self.tabs.value() or UNMARKED
        self.tables[key].setFocus(Qt.FocusReason.OtherFocusReason)

    def _clicked(self, model: RowsModel[Any], run: Callable[[int], None], index: QModelIndex) -> None:
        if model.columns[index.column()].key == "verb":
            run(index.row())

    def _open_register(self, place: int) -> None:
        line = self.unmarked.row(place)
        self.register_asked.emit(line.class_id, line.on, line.session)

    def _open_pupil(self, model: RowsModel[Any], place: int) -> None:
        self.pupil_asked.emit(model.row(place).student_id)

    def _open_month(self, place: int) -> None:
        self.month_asked.emit(self.rates.row(place).class_id)
