"""One pupil's record: tabs of fields, the photo and what changed today at the side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.student_lines import StudentRecord
from ui.context import UiContext
from ui.students.record.alerts import AlertStrip
from ui.students.record.attendance import AttendancePart
from ui.students.record.books import Books
from ui.students.record.conduct import Conduct
from ui.students.record.details import Details
from ui.students.record.doubles import Doubles
from ui.students.record.draft import SchoolCard
from ui.students.record.enrolment import EnrolmentPart
from ui.students.record.guardians import Guardians
from ui.students.record.head import RecordHead
from ui.students.record.health import Health
from ui.students.record.history import History
from ui.students.record.keys import UndoKeys, field_of
from ui.students.record.newcomer import Newcomer
from ui.students.record.not_saved import NotSaved
from ui.students.record.notes import Notes
from ui.students.record.photo_card import PhotoCard
from ui.students.record.reading import RecordReader
from ui.students.record.scope import Part, RecordScope
from ui.students.record.today_card import TodayCard
from ui.students.rolls import Rolls
from ui.students.saying import full_name
from ui.theme.tokens import Space
from ui.widgets.base import column, row
from ui.widgets.chips import TabChips


class RecordView(QWidget):
    """A record, or an empty form for a new pupil.

    ``back_asked``: to the list. ``lost(words)``: the record is not there any more. ``other_asked(id)``: open
    another record.
    """

    back_asked = Signal()
    lost = Signal(str)
    other_asked = Signal(object)

    def __init__(self, context: UiContext, rolls: Rolls, today: Callable[[], date]) -> None:
        super().__init__()
        self.context, self.words = context, context.words
        self.scope = RecordScope(context, rolls, today, self)
        self._reader = RecordReader(context, self)
        self.head = RecordHead(self.scope, self)
        box = column(self, 8)
        box.addWidget(self.head)
        self.alerts = AlertStrip(self.scope)
        box.addWidget(self.alerts)
        line = row(None, 12)
        parts = self._make_parts()
        box.addWidget(self.tabs)  # over the side, too: in a long language they need its room
        line.addLayout(parts, 1)
        self.side = self._make_side()
        line.addWidget(self.side)
        box.addLayout(line, 1)
        self.newcomer = Newcomer(self.scope, self.details, self.school, self.doubles)
        self.not_saved = NotSaved(self.scope, self.head, self.newcomer, self.parts, self.open_part)
        self._keys = UndoKeys(self)
        self._connect()

    # -- Parts --------------------------------------------------------------------------------------

    def _make_parts(self) -> QVBoxLayout:
        tr = self.words.tr
        self.details = Details(self.scope)
        self.school = SchoolCard(self.scope)
        self.school.hide()
        self.details.body.insertWidget(1, self.school)
        self.enrolment = EnrolmentPart(self.scope)
        self.parts: dict[str, Part] = {
            "details": self.details,
            "guardians": Guardians(self.scope),
            "enrolment": self.enrolment,
            "attendance": AttendancePart(self.scope),
            "health": Health(self.scope),
            "behaviour": Conduct(self.scope),
            "books": Books(self.scope),
            "notes": Notes(self.scope),
            "history": History(self.scope),
        }
        self._names = {
            "details": tr("Details"),
            "guardians": tr("Guardians"),
            "enrolment": tr("Enrolment"),
            "attendance": tr("Attendance"),
            "health": tr("Health"),
            "behaviour": tr("Behaviour"),
            "books": tr("Textbooks"),
            "notes": tr("Notes"),
            "history": tr("History"),
        }
        self.tabs = TabChips(list(self._names.items()), tr("Parts of the record"), name="student.tabs")
        self.tabs.chosen.connect(self.open_part)
        self._stack = QStackedWidget()
        for part in self.parts.values():
            self._stack.addWidget(part)
        box = column(None, 12)
        box.addWidget(self._stack, 1)
        return box

    def _make_side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(Space.peek)
        self._side_box = column(side, 12)
        self.doubles = Doubles(self.scope)
        self.photo = PhotoCard(self.scope)
        self.today_card = TodayCard(self.scope)
        for card in (self.doubles, self.photo, self.today_card):
            self._side_box.addWidget(card)
        self._side_box.setStretchFactor(self.today_card, 1)
        self._side_box.addStretch()
        return side

    def _connect(self) -> None:
        scope, saver = self.scope, self.scope.saver
        self.head.back_asked.connect(self.back_asked)
        scope.reload_asked.connect(self._written)
        self._reader.read.connect(self._show)
        self._reader.lost.connect(self._lost)
        scope.said.connect(self.head.status.refused)
        saver.stored.connect(self._stored)
        saver.missed.connect(self._missed)
        self.doubles.use_asked.connect(self.other_asked)
        self.newcomer.facts.connect(self._say_new)
        self.newcomer.stored.connect(self._admitted)
        self.newcomer.draft.admitted_aside.connect(self._say_admitted)
        self._reader.renewed.connect(self.newcomer.look_for_doubles)

    # -- Opening ------------------------------------------------------------------------------------

    def open_record(self, student_id: UUID, part: str = "details") -> bool:
        """Show a pupil's record; False (and ``lost``) when it is not there for this user."""
        self.close_record()
        try:
            record = self.context.queries.students.record(student_id)
        except EmisError as refusal:
            self.lost.emit(refusal.text(self.words))
            return False
        self.not_saved.give_up()
        self.newcomer.end()
        self._reader.forget()
        self.scope.saver.begin(full_name(record))
        self.doubles.begin(record.id)
        self.head.status.clear()
        self._show_tabs(stored=True)
        self._show(record)
        self.open_part(part)
        self.newcomer.look_for_doubles()
        self.not_saved.report()
        return True

    def begin_new(self) -> None:
        """An empty form; one that was begun and not stored comes back as it was."""
        if not self.newcomer.holds_something():
            self.close_record()
            self.not_saved.give_up()
            self._reader.forget()
            self.scope.record = None
            self.head.status.clear()
            self.newcomer.begin()
            self.photo.show_record(None)
            self.alerts.forget()
            self._show_tabs(stored=False)
            self.open_part("details")
            self.head.look()
        self.details.texts["given_names"].setFocus(Qt.FocusReason.OtherFocusReason)

    def close_record(self) -> None:
        """Save what is being typed and forget what is secret; before another record or the list comes."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            focus.clearFocus()
        for part in self.parts.values():
            part.closed()
        self.alerts.forget()

    def _show_tabs(self, *, stored: bool) -> None:
        """A new pupil has details only."""
        for key in self.parts:
            self.tabs.button(key).setVisible(stored or key == "details")
        today = stored and self.today_card.reads
        self.today_card.setVisible(today)
        self._side_box.setStretch(self._side_box.count() - 1, 0 if today else 1)

    def open_part(self, key: str) -> None:
        """Show one tab."""
        part, current = self.parts[key], self._stack.currentWidget()
        if part is not current and isinstance(current, Part):
            current.closed()
        self.tabs.set_value(key)
        self._stack.setCurrentWidget(part)
        part.opened()

    # -- Showing ------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the record again; what is being typed stays."""
        if self.scope.record is not None:
            self._reader.ask(self.scope.record.id, written=False)

    def _written(self) -> None:
        if self.scope.record is not None:
            self._reader.ask(self.scope.record.id, written=True)

    def _lost(self, refusal: EmisError) -> None:
        self.scope.record = None
        self.not_saved.give_up()
        self.lost.emit(refusal.text(self.words))

    def _show(self, record: StudentRecord) -> None:
        self.scope.record = record
        self.head.set_title(full_name(record), self.scope.say.facts(record))
        for part in self.parts.values():
            part.show_record(record)
        self.photo.show_record(record)
        self.alerts.show_record(record)
        self.today_card.refresh()
        self.head.look()
        counts = {"guardians": len(record.guardians), "notes": len(record.notes)}
        for key, count in counts.items():
            self.tabs.set_text(key, f"{self._names[key]} {count}" if count else self._names[key])

    def set_compact(self, compact: bool) -> None:
        """Two columns; the side goes, but for the warning and the photo, which move into the form."""
        self.side.setVisible(not compact)
        for part in self.parts.values():
            part.set_compact(compact)
        self.school.set_compact(compact)
        if compact:
            self.details.body.insertWidget(0, self.doubles)
            self.details.body.insertWidget(self.details.body.count() - 1, self.photo)
        else:
            self._side_box.insertWidget(0, self.doubles)
            self._side_box.insertWidget(1, self.photo)

    # -- Saving -------------------------------------------------------------------------------------

    def _stored(self) -> None:
        if not self.scope.saver.refused():
            now = self.words.time(datetime.now().astimezone())
            self.head.status.saved(self.words.tr("Saved {time}", time=now))
        self._written()

    def _missed(self, whose: str, refusal: EmisError) -> None:
        """What was typed in a record that has been left was not stored."""
        said = self.words.tr("{name}: what was typed there is not stored.", name=whose)
        self.context.notify(f"{said} {refusal.text(self.words)}")

    def drop_typed(self) -> bool:
        """Esc in a field that is being typed or is refused: show what is stored instead."""
        field = field_of(QApplication.focusWidget(), self)
        give_up = getattr(field, "give_up", None)
        if field is None or give_up is None or not self.scope.saver.keeps(field):
            return False
        give_up()
        if self.scope.record is None:
            field.set_text("")  # type: ignore[attr-defined]
        else:
            self._show(self.scope.record)
        return True

    # -- A new pupil --------------------------------------------------------------------------------

    def _say_new(self, facts: str) -> None:
        self.head.set_title(self.words.tr("New pupil"), facts)
        self.not_saved.report()

    def _admitted(self, student_id: UUID, act: int | None) -> None:
        """The record comes into the form; what was typed while it was being stored goes into it."""
        self.doubles.became(student_id)
        focus = QApplication.focusWidget()
        self.close_record()
        late = self.newcomer.take_late()
        if not self.open_record(student_id):
            self.newcomer.draft.begin()
            return
        self.newcomer.store_late(late)
        if focus is not None and self.isAncestorOf(focus) and focus.isVisible():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)  # whoever is typing goes on
        record = self.scope.record
        if record is not None:
            self._say_admitted(full_name(record), act)

    def _say_admitted(self, name: str, act: int | None) -> None:
        self.scope.told(self.words.tr("{name} is on the roll", name=name), act)
