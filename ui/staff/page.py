"""The Staff screen: who works at the school, and one record in the place of the list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.staff_records import StaffRow
from emis_desktop.services.undo import Made
from ui.context import UiContext
from ui.shell.page import Page
from ui.staff.dialogs import AddMember
from ui.staff.list_card import StaffList
from ui.staff.record import StaffRecordView
from ui.widgets.avatar import TickStatus
from ui.widgets.base import add_key
from ui.widgets.button import Button
from ui.work_queue import WorkQueue


def local_day() -> date:
    """Today where the laptop stands."""
    return datetime.now().astimezone().date()


class StaffPage(Page):
    """The list or a record. Opens with ``person_id`` for a record, ``add`` for somebody new."""

    tables = frozenset(
        {
            *("person", "person_contact", "staff_position", "qualification", "training"),
            *("school_class", "class_subject", "institution"),
        }
    )

    def __init__(self, context: UiContext, today: Callable[[], date] = local_day) -> None:
        super().__init__(context, "staff", context.words.tr("Staff"))
        self._today = today
        self.queue = WorkQueue(self)
        self._wanted: UUID | None = None
        tr = self.words.tr
        self._status = self.head.add(TickStatus(name="staff.status"))
        self._back = self.head.add(Button(tr("Back to list"), name="staff.back", keys="Esc"))
        self._back.clicked.connect(self.show_list)
        self._add = Button(tr("Add to the staff"), icon="plus", name="staff.add", keys="Ctrl+N")
        self._add.clicked.connect(self.add)
        add_key(self, "Ctrl+N", tr("Add to the staff")).triggered.connect(self.add)
        self.head.set_primary(self._add)
        self._stack = QStackedWidget()
        self.list = StaffList(context, today)
        self.list.opened.connect(self.open_record)
        self.list.add_asked.connect(self.add)
        self._stack.addWidget(self.list)
        self.record = StaffRecordView(context, self.queue, today)
        self.record.named.connect(self._named)
        self.record.lost.connect(self._lost)
        self.record.saved.connect(self._status.saved)
        self.record.refused.connect(self._status.refused)
        self._stack.addWidget(self.record)
        self.body.addWidget(self._stack, 1)
        self._back.hide()
        context.place.changed.connect(self._place_changed)

    # -- What the window calls ------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read again what shows."""
        if self._stack.currentIndex() == 1:
            self.record.refresh()
        place, queries = self.context.place, self.context.queries.staff_records
        school, year = place.institution_id, place.year.id if place.year is not None else None
        self.queue.run(lambda: queries.people(school, year), self._show, self._refused)

    def open_with(self, **arguments: object) -> None:
        """Show a record, or begin somebody new."""
        person_id = arguments.get("person_id")
        if isinstance(person_id, UUID):
            self.open_record(person_id)
        elif arguments.get("add"):
            self.add()

    def show_first(self) -> None:
        """Back from a record to the list."""
        self.show_list()

    def apply_compact(self, compact: bool) -> None:
        """A record has two columns."""
        self.record.set_compact(compact)

    def focus_search(self) -> bool:
        """Ctrl+F: into the search of the list, also from a record."""
        self.show_list()
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()
        return True

    def escape(self) -> bool:
        """Esc: from a record back to the list."""
        if self._stack.currentIndex() == 1:
            self.show_list()
            return True
        return False

    def bookmark(self) -> dict[str, object]:
        """The record that is open."""
        record = self.record.record
        return {"person_id": record.person_id} if self._stack.currentIndex() == 1 and record else {}

    def leave(self) -> bool:
        """Finish what is being typed."""
        self.setFocus()
        return True

    # -- The list -------------------------------------------------------------------------------------

    def show_list(self) -> None:
        """The list, with the row of the record that was open."""
        if self._stack.currentIndex() == 0:
            return
        self.setFocus()  # what is typed is stored
        record = self.record.record
        self._wanted = record.person_id if record is not None else None
        self._stack.setCurrentIndex(0)
        self._back.hide()
        self._add.show()
        self._status.clear()
        self.head.set_title(self.words.tr("Staff"))
        self.refresh()
        self.list.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, people: tuple[StaffRow, ...]) -> None:
        self.list.show_people(people, self._wanted)
        self._wanted = None
        if self._stack.currentIndex() == 0:
            serving = self.list.serving()
            self.head.set_facts(self.words.ntr("{n} at work", "{n} at work", serving))

    def _refused(self, refusal: EmisError) -> None:
        self.list.show_people(())
        self._add.setEnabled(False)
        self.head.set_facts(refusal.text(self.words))

    def _place_changed(self) -> None:
        self._stale = True
        if self.isVisible():
            self._stale = False
            self.show_list()
            self.refresh()

    # -- A record -------------------------------------------------------------------------------------

    def open_record(self, person_id: UUID) -> None:
        """Show somebody in the place of the list."""
        self._stack.setCurrentIndex(1)
        self._back.show()
        self._add.hide()
        self._status.clear()
        self.record.set_compact(self.compact)
        self.record.open_record(person_id)

    def _named(self, name: str, facts: str) -> None:
        if self._stack.currentIndex() == 1:
            self.head.set_title(name)
            self.head.set_facts(facts)

    def _lost(self, words: str) -> None:
        self.show_list()
        self.context.notify(words)

    def add(self) -> None:
        """Somebody new."""
        self.queue.run(self._schools, self._ask_new, self._refused)

    def _schools(self) -> list[tuple[str, str]]:
        chosen = self.context.place.institution_id
        schools = sorted(self.context.queries.school.schools(), key=lambda one: one.id != chosen)
        return [(str(one.id), one.name) for one in schools if one.open_on(self._today())]

    def _ask_new(self, schools: list[tuple[str, str]]) -> None:
        dialog = AddMember(self.context, schools, self._today(), self.window())
        dialog.done_well.connect(self._added)
        dialog.ask()

    def _added(self, made: Made[UUID]) -> None:
        undo, act = self.context.services.undo, made.act

        def take_back() -> None:
            if act is not None:
                self.queue.run(lambda: undo.undo_act(act), lambda _undone: self.show_list(), self._refused)

        self.context.notify(self.words.tr("Added to the staff"), None if act is None else take_back)
        self.open_record(made.result)
