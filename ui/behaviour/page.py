"""The Behaviour screen: incidents of the school, and one of them in the list's place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.rights import Right, offers
from emis_desktop.services.undo import Made
from ui.behaviour.list_view import IncidentList
from ui.behaviour.people_field import Known
from ui.behaviour.report import ReportDialog
from ui.behaviour.view import IncidentView
from ui.context import UiContext
from ui.shell.page import Page
from ui.students.page import local_day
from ui.students.saying import full_name
from ui.widgets.base import add_key
from ui.widgets.button import Button
from ui.work_queue import WorkQueue


class BehaviourPage(Page):
    """Opens with ``incident_id`` for one incident, ``report`` for a new one, ``student_id`` for one about a
    pupil.
    """

    tables = frozenset({"incident", "incident_person", "incident_step", "incident_file", "person"})

    def __init__(self, context: UiContext, today: Callable[[], date] = local_day) -> None:
        super().__init__(context, "behaviour", context.words.tr("Behaviour"))
        tr = self.words.tr
        self._today = today
        self.queue = WorkQueue(self)
        self.list = IncidentList(context, self.queue, today)
        self.view = IncidentView(context, self.queue, today)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.view)
        self.body.addWidget(self._stack, 1)
        if offers(context.actor, Right.EDIT_BEHAVIOUR):
            report = Button(tr("Report an incident"), icon="plus", name="behaviour.report", keys="Ctrl+N")
            report.clicked.connect(self._begin)
            add_key(self, "Ctrl+N", tr("Report an incident")).triggered.connect(self._begin)
            self.head.set_primary(report)
        self.list.opened.connect(self.open_incident)
        self.list.report_asked.connect(self._begin)
        self.list.counted.connect(self._say_facts)
        self.view.back_asked.connect(self.show_first)
        self.view.lost.connect(self._lost)
        self.view.record_asked.connect(
            lambda student_id: self.leads.emit("students", {"student_id": student_id, "part": "behaviour"})
        )
        context.place.changed.connect(self._place_changed)

    def refresh(self) -> None:
        """Read again what shows; rows and what is being typed stay."""
        self.list.refresh()
        if self._showing_one():
            self.view.reload()

    def open_with(self, **arguments: object) -> None:
        """Show an incident, or begin a report."""
        incident_id, student_id = arguments.get("incident_id"), arguments.get("student_id")
        if isinstance(incident_id, UUID):
            self.open_incident(incident_id)
        elif isinstance(student_id, UUID):
            self.show_first()
            students = self.context.queries.students
            self.queue.run(lambda: students.record(student_id), self._report_about, self._refused)
        elif arguments.get("report"):
            self.report()

    def open_incident(self, incident_id: UUID) -> None:
        """Show one in the list's place."""
        self.view.open_incident(incident_id)
        self.head.hide()
        self._stack.setCurrentWidget(self.view)
        self.view.head.setFocus(Qt.FocusReason.OtherFocusReason)

    def _showing_one(self) -> bool:
        return self._stack.currentWidget() is self.view

    def show_first(self) -> None:
        """Back to the list; row and filters are as they were."""
        if not self._showing_one():
            return
        self.view.finish()
        shown = self.view.scope.record
        self.view.scope.record = None
        self.head.show()
        self._stack.setCurrentWidget(self.list)
        self.list.refresh()
        if shown is not None:
            self.list.show_incident(shown.line.id)
        self.list.go_into_list()

    def focus_search(self) -> bool:
        """Ctrl+F: into the search of the list."""
        self.show_first()
        self.list.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.list.search.selectAll()
        return True

    def escape(self) -> bool:
        """Esc: back to the list."""
        if not self._showing_one():
            return False
        self.show_first()
        return True

    def bookmark(self) -> dict[str, object]:
        """The incident that is open."""
        record = self.view.scope.record
        return {"incident_id": record.line.id} if self._showing_one() and record is not None else {}

    def leave(self) -> bool:
        """What is being typed is stored."""
        self.view.finish()
        return True

    # -- Reporting ----------------------------------------------------------------------------------

    def report(self, first: Known | None = None) -> ReportDialog | None:
        """Ask what happened; the new incident opens."""
        school = self.context.place.institution_id or self.context.actor.institution_id
        if school is None or not offers(self.context.actor, Right.EDIT_BEHAVIOUR):
            return None
        dialog = ReportDialog(self.context, self._today, school, self.window(), first)
        dialog.done_well.connect(self._reported)
        dialog.ask()
        return dialog

    def _begin(self, _checked: bool = False) -> None:
        self.report()

    def _report_about(self, record: StudentRecord) -> None:
        where = record.current.class_name or record.current.grade if record.current is not None else ""
        self.report(Known(record.id, full_name(record), where))

    def _reported(self, made: Made[UUID]) -> None:
        undo, act = self.context.services.undo, made.act
        back = None
        if act is not None:
            back = partial(
                self.queue.run, lambda: undo.undo_act(act), lambda _done: self.refresh(), self._refused
            )
        self.context.notify(self.words.tr("Incident reported"), back)
        self.open_incident(made.result)

    def _refused(self, refusal: EmisError) -> None:
        self.context.notify(refusal.text(self.words))

    def _lost(self, words: str) -> None:
        self.show_first()
        if self.isVisible():
            self.context.notify(words)

    def _say_facts(self, count: int) -> None:
        self.head.set_facts(self.words.ntr("{n} incident", "{n} incidents", count))

    def _place_changed(self) -> None:
        if self.isVisible():
            self.list.refresh()
        else:
            self._stale = True
