"""The page of attendance: a day's register, a month, the school's lists, the calendar."""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.services.moments import local_today
from ui.attendance.calendar_view import CalendarView
from ui.attendance.day_view import DayView
from ui.attendance.going import Going
from ui.attendance.head import AttendanceHead
from ui.attendance.month_view import MonthView
from ui.attendance.overview import AttendanceOverview
from ui.attendance.place import CALENDAR, DAY, MONTH, OVERVIEW, Here
from ui.attendance.saying import RegisterSaying
from ui.attendance.telling import Telling
from ui.context import UiContext, Unsaved
from ui.shell.page import Page
from ui.widgets.base import add_key
from ui.widgets.card import Card
from ui.widgets.empty import EmptyState
from ui.work_queue import WorkQueue

KEY = "attendance"
_TABLES = (
    "attendance_month calendar_day person enrolment class_pupil class_subject class_grade school_class "
    "subject term academic_period suspension setting institution"
)


class AttendancePage(Page):
    """``open_with(class_id=, on=, session=, subject_id=, part=)`` opens a register or another part."""

    tables = frozenset(_TABLES.split())

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, KEY, context.words.tr("Attendance"))
        tr = self.words.tr
        self.queue = WorkQueue(self)
        self.today = local_today
        saying = RegisterSaying(context.words, context.profile)
        self._reported = 0
        self.day = DayView(context, self.queue, saying)
        self.month = MonthView(context, self.queue, saying)
        self.overview = AttendanceOverview(context, self.queue, saying)
        self.calendar = CalendarView(context, self.queue, saying)
        self.bar = AttendanceHead(self.head, saying, self)
        self.going = Going(self)
        self._telling = Telling(self)
        self._stack = QStackedWidget()
        self._none = Card()
        self._none.body.addWidget(
            EmptyState(
                "calendar-check",
                tr("No register to show"),
                tr("The office sets up classes and their teachers in Settings."),
            )
        )
        for part in (self.day, self.month, self.overview, self.calendar, self._none):
            self._stack.addWidget(part)
        self.body.addWidget(self.bar.line)
        self.body.addWidget(self._stack, 1)
        self._connect()
        self._add_keys()
        self.bar.show_part(DAY)

    def _connect(self) -> None:
        bar, going = self.bar, self.going
        bar.part_chosen.connect(going.show_part)
        bar.class_chosen.connect(lambda key: going.to_class(UUID(key)))
        bar.subject_chosen.connect(lambda key: going.to_subject(UUID(key) if key else None))
        bar.day_chosen.connect(going.to_day)
        bar.session_chosen.connect(going.to_session)
        bar.step_asked.connect(going.step)
        bar.rest_asked.connect(self.day.mark_rest)
        bar.undo_asked.connect(partial(self._journal, True))
        bar.redo_asked.connect(partial(self._journal, False))
        for view in (self.day, self.month):
            view.changed.connect(self._changed)
            view.stored.connect(bar.status.saved)
            view.saver.ways.connect(bar.set_ways)
        self.day.day_asked.connect(
            lambda on, session: going.go(going.here and going.here.on_day(on).in_session(session))
        )
        self.overview.register_asked.connect(going.to_register)
        self.overview.month_asked.connect(going.to_month)
        self.overview.pupil_asked.connect(lambda who: self.leads.emit("students", {"student_id": who}))
        self.context.place.changed.connect(self._place_changed)

    def _add_keys(self) -> None:
        tr, going = self.words.tr, self.going
        for keys, name, run in (
            ("Ctrl+Z", tr("Undo"), partial(self._journal, True)),
            ("Ctrl+Y", tr("Redo"), partial(self._journal, False)),
            ("F8", tr("Next mark to fix"), self.next_problem),
            ("Alt+Left", tr("Day before"), partial(going.step, -1)),
            ("Alt+Right", tr("Day after"), partial(going.step, 1)),
            ("Alt+Down", tr("Next session"), going.next_session),
            ("Ctrl+PgDown", tr("Next class"), partial(going.next_class, 1)),
            ("Ctrl+PgUp", tr("Class before"), partial(going.next_class, -1)),
        ):
            add_key(self, keys, name).triggered.connect(lambda _=False, run=run: run())

    def _journal(self, back: bool) -> None:
        saver = self.table_view().saver
        (saver.take_back if back else saver.do_again)()

    # -- What shows ---------------------------------------------------------------------------------

    def show_view(self, view: QWidget | None) -> None:
        """Bring a part into sight; None where there is no register."""
        self._stack.setCurrentWidget(view or self._none)

    def table_view(self) -> DayView | MonthView:
        """The part that is typed into."""
        return self.month if self.going.part == MONTH else self.day

    def _place_changed(self) -> None:
        if self.going.place_changed() and self.isVisible():
            self.refresh()
        else:
            self._stale = True

    def _changed(self) -> None:
        """Tell the window what is not saved, and the head how many are not marked."""
        book = self.day.day
        if self.going.part == DAY and book is not None:
            self.bar.set_rest(len(book.unmarked()), may=book.register.barrier is None)
        count = len(self.day.drafts) + len(self.month.drafts)
        if count != self._reported:
            self._reported = count
            told = self.words.ntr(
                "{n} mark not saved, the rest is saved", "{n} marks not saved, the rest is saved", count
            )
            self.context.unsaved.report(KEY, Unsaved(count, told, self.next_problem) if count else None)

    def next_problem(self) -> None:
        """Go to the next cell in which something was refused, on the other table where this has none."""
        view = self.table_view()
        other = self.month if view is self.day else self.day
        if not view.next_problem() and other.drafts:
            self.going.show_part(MONTH if other is self.month else DAY)
            other.next_problem()

    def commit(self) -> None:
        """Take what is being typed."""
        self.month.grid.commit()

    # -- What the window asks -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again what shows."""
        self.going.refresh()

    def open_with(self, **arguments: object) -> None:
        """Open a register; ``part``: day, month, overview or calendar."""
        going, part, class_id = self.going, arguments.get("part"), arguments.get("class_id")
        going.part = str(part) if part in (DAY, MONTH, OVERVIEW, CALENDAR) else going.part
        if isinstance(class_id, UUID):
            on, session, subject = (arguments.get(name) for name in ("on", "session", "subject_id"))
            going.here = Here(
                class_id,
                on if isinstance(on, date) else going.usual_day(),
                session if isinstance(session, int) else going.usual_session(),
                subject if isinstance(subject, UUID) else None,
            )
        self.refresh()

    def bookmark(self) -> dict[str, object]:
        """The part and the register that are open."""
        here, found = self.going.here, {"part": self.going.part}
        if here is None:
            return dict(found)
        of = {"on": here.on, "session": here.session, "subject_id": here.subject_id}
        return {**found, "class_id": here.class_id, **of}

    def opened(self) -> None:
        """Come into sight with the keyboard on the register: a letter is the next key."""
        super().opened()
        if self.going.part in (DAY, MONTH):
            self.table_view().grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_first(self) -> None:
        """Back to the register of today."""
        self.going.part = DAY
        self.going.to_day(self.going.usual_day())

    def apply_compact(self, compact: bool) -> None:
        """Fewer things beside the register."""
        self.day.set_compact(compact)
        self.overview.set_compact(compact)

    def side_panel(self) -> QWidget | None:
        """The panel beside a day's register."""
        return self.day.side if self.going.part == DAY else None

    def foot(self) -> QWidget | None:
        """The rates under a day's register."""
        return self.day.foot if self.going.part == DAY else None

    def leave(self) -> bool:
        """Save what is being typed and wait until it is on the disk."""
        self.commit()
        self.queue.finish()
        return True
