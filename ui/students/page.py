"""The Students screen: the register with its peek, and one pupil's record in its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.school import ClassInfo
from emis_desktop.queries.search import Roll, StudentRow
from emis_desktop.rules.rights import Right, offers
from ui.context import UiContext
from ui.shell.page import Page
from ui.students.export import ListExport
from ui.students.filters import Narrowing
from ui.students.list_view import ListView
from ui.students.moving import MoveDialog, fitting
from ui.students.peek import Peek
from ui.students.record.view import RecordView
from ui.students.rolls import Rolls
from ui.widgets.base import add_key, column, row
from ui.widgets.button import Button
from ui.widgets.dialog import Dialog


def local_day() -> date:
    """Today where the laptop stands."""
    return datetime.now().astimezone().date()


class StudentsPage(Page):
    """The list or a record.

    Opens with ``student_id`` (and ``part``, a tab) for a record, ``class_id``, ``grade_id``,
    ``without_class`` for a narrowed list, ``add`` for a new pupil, ``bring_in`` for the import dialog.
    """

    tables = frozenset(
        {
            *("person", "person_identity", "person_contact", "person_photo", "person_note", "guardianship"),
            *("health_note", "enrolment", "class_pupil", "school_class", "class_grade", "institution"),
        }
    )

    def __init__(self, context: UiContext, today: Callable[[], date] = local_day) -> None:
        super().__init__(context, "students", context.words.tr("Students"))
        self._today = today
        self.rolls = Rolls(context, today)
        self._edits = offers(context.actor, Right.EDIT_STUDENTS)
        self._list_waits = True
        self._make_head()
        self.list = ListView(context, self.rolls, today)
        self.peek = Peek(context, today)
        self.peek.hide()
        self.export = ListExport(context, self.list)
        self._record: RecordView | None = None
        self._views = _Views()
        whole = QWidget()
        box = column(whole, 8)
        line = row(None, 12)
        line.addWidget(self.list, 1)
        line.addWidget(self.peek)
        box.addLayout(line, 1)
        box.addWidget(self.export)
        self._views.addWidget(whole)
        self.body.addWidget(self._views, 1)
        self._connect()

    def _make_head(self) -> None:
        tr = self.words.tr
        if offers(self.context.actor, Right.IMPORT_RECORDS):
            bring = self.head.add(Button(tr("Import"), name="students.import"))
            bring.clicked.connect(self.ask_import)
        if self._edits:
            add = Button(tr("Add pupil"), icon="plus", name="students.add", keys="Ctrl+N")
            add.clicked.connect(self.add_pupil)
            add_key(self, "Ctrl+N", tr("Add pupil")).triggered.connect(self.add_pupil)
            self.head.set_primary(add)

    def _connect(self) -> None:
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda pupil: self.open_record(pupil.id))
        self.list.counted.connect(lambda _count: self._say_facts())
        self.list.move_asked.connect(self.ask_move)
        self.list.export_asked.connect(self.export.ask)
        self.list.add_asked.connect(self.add_pupil)
        self.list.import_asked.connect(self.ask_import)
        self.peek.closed.connect(self._close_peek)
        self.peek.open_asked.connect(self.open_record)
        self.peek.history_asked.connect(lambda student_id: self.open_record(student_id, "history"))
        self.context.place.changed.connect(self._place_changed)

    # -- What the window calls ----------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again what shows; row, place, search and what is being typed stay."""
        if self.showing_record():
            self._list_waits = True
            self.record().reload()
            return
        if self._list_waits and not self.list.question()[0] and self.list.model.count() == 0:
            self.list.start(self._first_narrowing())
        else:
            self.list.refresh()
        self._list_waits = False
        shown = self.peek.pupil_id()
        if shown is not None and not self.peek.isHidden():
            self.peek.show_pupil(shown)

    def open_with(self, **arguments: object) -> None:
        """Show a record, a narrowed list, or begin something."""
        student_id = arguments.get("student_id")
        if isinstance(student_id, UUID):
            self.open_record(student_id, str(arguments.get("part", "details")))
            return
        narrowing = self._asked_for(arguments)
        if narrowing is not None:
            self.show_list()
            self.list.start(narrowing)
        if arguments.get("add"):
            self.add_pupil()
        elif arguments.get("bring_in"):
            self.ask_import()

    def _asked_for(self, arguments: dict[str, object]) -> Narrowing | None:
        classes = {one.id: one for one in self.rolls.classes()}
        grades = {one.id: one for one in self.rolls.all_grades()}
        school_class = classes.get(arguments.get("class_id"))  # type: ignore[call-overload]
        grade = grades.get(arguments.get("grade_id"))  # type: ignore[call-overload]
        if arguments.get("without_class"):
            return Narrowing(without_class=True)
        if school_class is not None:
            return Narrowing(school_class=school_class)
        return Narrowing(grade=grade) if grade is not None else None

    def apply_compact(self, compact: bool) -> None:
        """The peek goes; a record has two columns."""
        self._show_peek()
        if self._record is not None:
            self._record.set_compact(compact)

    def focus_search(self) -> bool:
        """Ctrl+F: into the search of the list, also from a record."""
        self.show_list()
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()
        return True

    def escape(self) -> bool:
        """Esc: give up what is being typed, else back to the list; in the list close the peek."""
        if self.showing_record():
            if not self.record().drop_typed():
                self.show_list()
            return True
        if self.list.model.checked:
            self.list.bulk.cleared.emit()
            return True
        if not self.peek.isHidden():
            self._close_peek()
            return True
        return False

    def side_panel(self) -> QWidget | None:
        """The peek, or what stands beside a record."""
        if self.showing_record():
            return self.record().side if not self.compact else None
        return None if self.peek.isHidden() else self.peek

    def bookmark(self) -> dict[str, object]:
        """The record that is open and its tab."""
        record = self._record.scope.record if self._record is not None and self.showing_record() else None
        if self._record is None or record is None:
            return {}
        return {"student_id": record.id, "part": self._record.tabs.value()}

    def leave(self) -> bool:
        """What is being typed is saved; what is secret goes."""
        if self._record is not None and self.showing_record():
            self._record.close_record()
        return True

    def _place_changed(self) -> None:
        """Another school or year was chosen in the top bar."""
        if not self.isVisible():
            self._stale = True
        if self.showing_record():
            self._list_waits = True
            return
        self.list.start(self._first_narrowing())

    def _first_narrowing(self) -> Narrowing:
        past = self.rolls.chosen_past()
        return Narrowing(roll=Roll.ANY, year=(past.id, past.label)) if past is not None else Narrowing()

    # -- The list -----------------------------------------------------------------------------------

    def show_list(self) -> None:
        """Back from a record: row, search and scroll are as they were."""
        if not self.showing_record():
            return
        record = self.record()
        student_id = record.scope.record.id if record.scope.record is not None else None
        record.close_record()
        self.head.show()
        self._views.setCurrentIndex(0)
        if self._list_waits:
            self.refresh()
        if student_id is not None:
            self.list.show_pupil(student_id)
            self._show_peek()
        self.list.go_into_list()

    def _say_facts(self) -> None:
        tr = self.words.tr
        search, school = self.context.queries.search, self.rolls.school
        filters = Narrowing().filter(self.rolls.institution_id)
        on_roll = self.words.ntr("{n} on roll", "{n} on roll", search.count("", filters))
        self.head.set_facts(tr("{school}, {on_roll}", school=school, on_roll=on_roll) if school else on_roll)

    def _picked(self, pupil: StudentRow | None) -> None:
        if pupil is None or self.compact or not self.peek.show_pupil(pupil.id):
            self.peek.hide()
            return
        self.peek.show()

    def _show_peek(self) -> None:
        self._picked(self.list.current())

    def _close_peek(self) -> None:
        self.peek.hide()
        self.list.unpick()
        self.list.table.setFocus(Qt.FocusReason.OtherFocusReason)  # the keyboard alone makes a row current

    def ask_move(self, ids: frozenset[UUID]) -> MoveDialog | None:
        """Ask for another class for the ticked pupils."""
        if not ids:
            return None
        words = self.words
        grades = self.context.queries.students.grades(ids)
        classes = [(one, "") for one in fitting(self.rolls.classes(), grades)]
        students, chosen_ids = self.context.services.students, sorted(ids)

        def move(chosen: ClassInfo, day: date) -> None:
            students.move_all(chosen_ids, chosen.id, day)

        count = len(ids)
        several = words.tr("They are of several grades. Choose pupils of one grade.")
        dialog = MoveDialog(
            self.context,
            words.ntr("Move {n} pupil to another class?", "Move {n} pupils to another class?", count),
            classes,
            move,
            today=self._today(),
            verb=words.ntr("Move {n} pupil", "Move {n} pupils", count),
            parent=self.window(),
            nothing=several if len(grades) > 1 else "",
        )
        dialog.done_well.connect(lambda chosen: self._moved(chosen, count))
        dialog.ask()
        return dialog

    def _moved(self, chosen: ClassInfo, count: int) -> None:
        undo = self.context.services.undo
        act = undo.last_act()
        self.list.bulk.cleared.emit()
        said = self.words.ntr(
            "{n} pupil moved to {class_name}",
            "{n} pupils moved to {class_name}",
            count,
            class_name=chosen.name,
        )
        take_back = None if act is None else lambda: self._take_back(act)
        self.context.notify(said, take_back)

    def _take_back(self, act: int) -> None:
        undo = self.context.services.undo
        task = self.context.tasks.run(lambda _control: undo.undo_act(act))
        task.refused.connect(self._not_taken_back)

    def _not_taken_back(self, refusal: EmisError) -> None:
        self.head.set_facts(refusal.text(self.words))

    # -- Records ------------------------------------------------------------------------------------

    def showing_record(self) -> bool:
        """Whether a record stands in the list's place."""
        return self._views.currentIndex() == 1

    def record(self) -> RecordView:
        """The view of a record, made when it is first needed."""
        if self._record is None:
            self._record = RecordView(self.context, self.rolls, self._today)
            self._record.set_compact(self.compact)
            self._record.back_asked.connect(self.show_list)
            self._record.lost.connect(self._lost)
            self._record.other_asked.connect(self.open_record)
            self._views.addWidget(self._record)
        return self._record

    def open_record(self, student_id: UUID, part: str = "details") -> bool:
        """Show a pupil's record; False when it is not there, or the user is asked first."""
        record = self.record()
        shown = record.scope.record
        if record.holds_something() and (shown is None or shown.id != student_id):
            self._ask_first(student_id, part)
            return False
        kept = record.holds_something()  # then it is the one asked for, and stays as it is
        if not kept and not record.open_record(student_id, part):
            return False
        self._show_record(record)
        record.tabs.button(record.tabs.value()).setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _show_record(self, record: RecordView) -> None:
        self.head.hide()
        self._views.setCurrentWidget(record)

    def _ask_first(self, student_id: UUID, part: str) -> None:
        """Something typed would be lost: back to it, or leave it."""
        tr, record = self.words.tr, self.record()
        dialog = Dialog(
            tr("Leave what is not saved?"),
            tr("{name}: what was typed there is not stored.", name=record.head.title()),
            name="students.unsaved",
            parent=self.window(),
        )
        dialog.add_verb("leave", tr("Leave it"), "danger")
        dialog.add_verb("back", tr("Back to it"), safe=True)

        def answered(answer: str) -> None:
            if answer == "leave":
                record.drop_all()
                self.open_record(student_id, part)
            else:
                self._show_record(record)
                record.lead()

        dialog.answered.connect(answered)
        dialog.ask()

    def add_pupil(self) -> None:
        """An empty form."""
        if not self._edits:
            return
        record = self.record()
        self._show_record(record)
        record.begin_new()

    def _lost(self, words: str) -> None:
        """The record went under the user's hands (undone elsewhere, or no right any more)."""
        self._list_waits = True
        self.show_list()
        self.context.notify(words)

    def ask_import(self) -> QWidget:
        """Bring in a class list."""
        from ui.students.import_dialog import ImportDialog  # noqa: PLC0415 - 60 ms that few need

        dialog = ImportDialog(self.context, self.window())
        dialog.ask()
        return dialog


class _Views(QStackedWidget):
    """List and record; the smaller of the two sets no limit to the window."""

    def minimumSizeHint(self) -> QSize:
        """Of the view that shows."""
        shown = self.currentWidget()
        return shown.minimumSizeHint() if shown is not None else super().minimumSizeHint()
