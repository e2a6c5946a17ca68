"""The Students screen: the register with its peek, and one pupil's record in its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from emis_desktop.queries.student_rows import StudentRow
from emis_desktop.rules.rights import Right, SensitivityClass, may_read, offers
from ui.context import UiContext
from ui.shell.page import Page
from ui.students.bulk_move import BulkMove
from ui.students.bulk_transfer import BulkTransfer
from ui.students.export import ListExport
from ui.students.filters import Narrowing, asked_narrowing, first_narrowing
from ui.students.list_view import ListView
from ui.students.papers.offering import ListPapers
from ui.students.peek import Peek
from ui.students.rolls import Rolls
from ui.students.transfers.button import TransfersButton
from ui.students.views import ABOUT, Views
from ui.widgets.base import add_key, column, row
from ui.widgets.button import Button, MenuButton


def local_day() -> date:
    """Today where the laptop stands."""
    return datetime.now().astimezone().date()


class StudentsPage(Page):
    """The list or a record.

    Opens with ``student_id`` (and ``part``, a tab) for a record, ``class_id``, ``grade_id``,
    ``without_class`` for a narrowed list, ``add`` for a new pupil, ``bring_in`` for the import dialog,
    ``transfers`` for who comes from another school and goes to one, ``duplicates`` for who may be on record
    twice, ``proposals`` for what parents and forms propose.
    """

    tables = frozenset(
        {
            *("person", "person_identity", "person_contact", "person_photo", "person_note", "guardianship"),
            *("health_note", "enrolment", "class_pupil", "school_class", "class_grade", "institution"),
            *("person_address", "health_record", "custom_field", "custom_value", "textbook", "textbook_loan"),
            *("incident", "incident_person", "incident_step", "conflict"),
        }
    )

    def __init__(self, context: UiContext, today: Callable[[], date] = local_day) -> None:
        super().__init__(context, "students", context.words.tr("Students"))
        self._today = today
        self.rolls = Rolls(context, today)
        self._list_waits = True
        self.list = ListView(context, self.rolls, today)
        self.peek = Peek(context, today)
        self.peek.hide()
        self.export = ListExport(context, self.list)
        whole = QWidget()
        box = column(whole, 8)
        line = row(None, 12)
        line.addWidget(self.list, 1)
        line.addWidget(self.peek)
        box.addLayout(line, 1)
        box.addWidget(self.export)
        self.views = Views(context, self.rolls, today, whole)
        self.mover = BulkMove(context, self.rolls, today, self)
        self.carrier = BulkTransfer(context, self.rolls, today, self)
        self.body.addWidget(self.views, 1)
        self._make_head()
        self._connect()

    def _make_head(self) -> None:
        tr = self.words.tr
        if self.views.moves.offered:
            moves = self.head.add(TransfersButton(self.words, self.views.moves))
            moves.clicked.connect(self.views.show_transfers)
        more = self.head.add(MenuButton(tr("More"), tr("More about pupils"), name="students.more"))
        entries = [("textbooks", tr("Textbooks")), ("approvals", tr("Approvals"))]
        if offers(self.context.actor, Right.EDIT_STUDENTS):
            entries = [("year_end", tr("End of year")), ("duplicates", tr("Possible doubles")), *entries]
        if may_read(self.context.actor, SensitivityClass.CONTACT):
            entries.append(("proposals", tr("Proposed changes")))
        for key, words in entries:
            action = more.choices.addAction(words)
            action.setData(key)
        more.set_text(tr("More"))
        more.choices.triggered.connect(lambda action: self.views.show_beside(action.data()))
        self.list.emptied.connect(more.setHidden)
        self.head.add(ListPapers(self.context, self.rolls, self._today, self.list))
        if offers(self.context.actor, Right.IMPORT_RECORDS):
            bring = self.head.add(Button(tr("Import"), name="students.import"))
            bring.clicked.connect(self.ask_import)
            self.list.emptied.connect(bring.setHidden)
        if offers(self.context.actor, Right.EDIT_STUDENTS):
            add = Button(tr("Add pupil"), icon="plus", name="students.add", keys="Ctrl+N")
            add.clicked.connect(self.views.add_pupil)
            add_key(self, "Ctrl+N", tr("Add pupil")).triggered.connect(self.views.add_pupil)
            self.head.set_primary(add)
            self.list.emptied.connect(add.setHidden)  # the empty list offers both itself

    def _connect(self) -> None:
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda pupil: self.views.open_record(pupil.id))
        self.list.counted.connect(lambda _count: self._say_facts())
        self.list.move_asked.connect(self.mover.ask)
        self.list.transfer_asked.connect(self.carrier.ask)
        self.carrier.moved.connect(self.list.ticks.clear)
        self.carrier.refused.connect(lambda refusal: self.head.set_facts(refusal.text(self.words)))
        self.list.export_asked.connect(self.export.ask)
        self.list.add_asked.connect(self.views.add_pupil)
        self.list.import_asked.connect(self.ask_import)
        self.peek.closed.connect(self._close_peek)
        self.peek.open_asked.connect(self.views.open_record)
        self.peek.history_asked.connect(lambda student_id: self.views.open_record(student_id, "history"))
        self.mover.moved.connect(self.list.ticks.clear)
        self.mover.refused.connect(lambda refusal: self.head.set_facts(refusal.text(self.words)))
        self.views.record_shown.connect(self.head.hide)
        self.views.back_asked.connect(self.show_list)
        self.views.lost.connect(self._lost)
        self.views.lead_asked.connect(self.leads)
        self.views.sync_asked.connect(lambda: self.leads.emit("sync", {"conflicts": True}))
        self.context.place.changed.connect(self._place_changed)

    # -- What the window calls ----------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again what shows; row, place, search and what is being typed stay."""
        self.views.moves.soon()
        if self.views.showing_beside():
            self._list_waits = True
            self.views.refresh_about()
            return
        record = self.views.shown_record()
        if record is not None:
            self._list_waits = True
            record.reload()
            return
        if self._list_waits and not self.list.question()[0] and self.list.model.count() == 0:
            self.list.start(first_narrowing(self.rolls))
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
            self.views.open_record(student_id, str(arguments.get("part", "details")))
            return
        narrowing = asked_narrowing(self.rolls, arguments)
        beside = next((key for key in ("transfers", *ABOUT) if arguments.get(key)), "")
        if narrowing is not None:
            self.show_list()
            self.list.start(narrowing)
        if arguments.get("add"):
            self.views.add_pupil()
        elif beside:
            self.show_list()
            self.views.show_beside(beside)
        elif arguments.get("bring_in"):
            self.ask_import()

    def show_first(self) -> None:
        """Back from a record to the list."""
        self.show_list()

    def apply_compact(self, compact: bool) -> None:
        """The peek goes; a record has two columns."""
        self._show_peek()
        self.views.set_compact(compact)

    def focus_search(self) -> bool:
        """Ctrl+F: into the search of the list, also from a record."""
        self.show_list()
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()
        return True

    def escape(self) -> bool:
        """Esc: give up what is being typed, else back to the list; in the list close the peek."""
        record = self.views.shown_record()
        if record is not None:
            if not record.drop_typed():
                self.show_list()
            return True
        if self.views.showing_beside():
            self.show_list()
            return True
        if self.list.model.checked:
            self.list.ticks.clear()
            return True
        if not self.peek.isHidden():
            self._close_peek()
            return True
        return False

    def side_panel(self) -> QWidget | None:
        """The peek, or what stands beside a record."""
        record = self.views.shown_record()
        if record is not None:
            return record.side if not self.compact else None
        return None if self.peek.isHidden() else self.peek

    def bookmark(self) -> dict[str, object]:
        """The record that is open and its tab."""
        beside = self.views.beside()
        if beside:
            return {beside: True}
        view = self.views.shown_record()
        if view is None or view.scope.record is None:
            return {}
        return {"student_id": view.scope.record.id, "part": view.tabs.value()}

    def leave(self) -> bool:
        """What is being typed is saved; what is secret goes."""
        record = self.views.shown_record()
        if record is not None:
            record.close_record()
        return True

    def _place_changed(self) -> None:
        """Another school or year was chosen in the top bar."""
        if not self.isVisible():
            self._stale = True
        if self.views.showing_record() or self.views.showing_beside():
            self._list_waits = True
            self.views.moves.soon()
            return
        self.list.start(first_narrowing(self.rolls))

    # -- The list -----------------------------------------------------------------------------------

    def show_list(self) -> None:
        """Back from a record: row, search and scroll are as they were."""
        record = self.views.shown_record()
        if record is None and not self.views.showing_beside():
            return
        student_id = None
        if record is not None:
            student_id = record.scope.record.id if record.scope.record is not None else None
            record.close_record()
        self.head.show()
        self.views.setCurrentIndex(0)
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
        self.list.table.pick(-1)
        self.list.table.setFocus(Qt.FocusReason.OtherFocusReason)  # the keyboard alone makes a row current

    # -- Records ------------------------------------------------------------------------------------

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
