"""Leaving the roll and coming back to it: the two dialogs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.queries.transfers import TRANSFERRED
from emis_desktop.rules.dates import parse_date
from emis_desktop.services.students import Readmission
from emis_desktop.services.transfers import Departure
from resources.words import N_
from ui.students.asking import AskDialog
from ui.students.moving import EARLIEST
from ui.students.placing import PlaceFields
from ui.students.record.scope import RecordScope
from ui.students.saying import full_name
from ui.students.transfers.school_field import SchoolField
from ui.widgets.fields import ChoiceField, DateField


class WithdrawDialog(AskDialog):
    """The last day and why, from the country's list; of a pupil who goes to another school also which one.

    ``sent_to`` is the name of that school, "" for none.
    """

    def __init__(
        self, scope: RecordScope, record: StudentRecord, parent: QWidget, destination_id: UUID | None = None
    ) -> None:
        """``destination_id``: the school that has asked for the pupil."""
        tr = scope.words.tr
        super().__init__(
            scope.context,
            tr("Take {name} off the roll?", name=full_name(record)),
            tr("The record stays, with marks and history. The pupil can be admitted again."),
            name="student.withdraw",
            parent=parent,
        )
        self._scope, self._id, self.sent_to = scope, record.id, ""
        self.day = DateField(
            tr("Last day"),
            self.words,
            lambda text: parse_date(text, EARLIEST, scope.today()),
            name="student.withdraw.day",
        )
        self.day.set_value(scope.today())
        self.reason = ChoiceField(
            tr("Reason"), scope.say.listed("exit_reason"), self.words, name="student.withdraw.reason"
        )
        self.reason.chosen.connect(lambda _code: self._show_school())
        self.put(self.day, "ends_on", "date")
        self.put(self.reason, "exit")
        self.school = school_field(scope, "student.withdraw.school")
        self.put(self.school, "destination")
        self.set_deed(tr("Withdraw"), "danger")
        if destination_id is not None:
            self.reason.set_value(self._first_transfer())
            self.school.set_school(destination_id)
        self._show_school()

    def _first_transfer(self) -> str:
        codes = (code for code, _words in self._scope.say.listed("exit_reason"))
        return next((code for code in codes if self._kind(code) == TRANSFERRED), "")

    def _kind(self, code: str) -> str:
        return self._scope.say.maps_to("exit_reason", code) if code else ""

    def _show_school(self) -> None:
        self.school.setVisible(self._kind(self.reason.value()) == TRANSFERRED)

    def deed_of(self) -> Callable[[], object]:
        """Take the pupil off the roll."""
        day, code = self.day.value(), self.reason.value()
        if day is None:
            raise Refused(N_("Type the last day."), field="ends_on")
        kind, services, student_id = self._kind(code), self.context.services, self._id
        if kind == TRANSFERRED:
            departure = Departure(day, self.school.school_id(), code)
            self.sent_to = self.school.school_name()
            return lambda: services.transfers.transfer_out(student_id, departure)
        return lambda: services.students.withdraw(student_id, day, kind, code or None)


class DestinationDialog(AskDialog):
    """To which school a pupil went who was transferred, said later or differently."""

    def __init__(self, scope: RecordScope, record: StudentRecord, parent: QWidget) -> None:
        tr = scope.words.tr
        super().__init__(
            scope.context,
            tr("Where did {name} go?", name=full_name(record)),
            tr("The school that you name receives the record with its next sync and can enrol the pupil."),
            name="student.destination",
            parent=parent,
        )
        self._id = record.id
        self.school = school_field(scope, "student.destination.school")
        self.school.set_school(record.enrolments[0].destination_id)
        self.put(self.school, "destination")
        self.set_deed(tr("Save"))

    def deed_of(self) -> Callable[[], object]:
        """Say it."""
        school_id, transfers, student_id = self.school.school_id(), self.context.services.transfers, self._id
        return lambda: transfers.change_destination(student_id, school_id)


def school_field(scope: RecordScope, name: str) -> SchoolField:
    """Asks for a school of the country."""
    schools = scope.context.queries.transfers.destinations()
    help_text = scope.words.tr("Leave this empty when it lies abroad or is not known yet. Say it later.")
    return SchoolField(scope.words, schools, help_text=help_text, name=name)


class ReadmitDialog(AskDialog):
    """Into which grade and class, from which day."""

    def __init__(self, scope: RecordScope, record: StudentRecord, parent: QWidget) -> None:
        tr = scope.words.tr
        super().__init__(
            scope.context,
            tr("Admit {name} again?", name=full_name(record)),
            name="student.readmit",
            parent=parent,
        )
        self._id = record.id
        last = record.enrolments[0]
        self.where = PlaceFields(self, scope.rolls, scope.today(), last.grade_id, "student.readmit")
        self.set_deed(tr("Admit again"))

    def deed_of(self) -> Callable[[], object]:
        """Put the pupil on the roll again."""
        place = self.where.place()
        back = Readmission(
            place.period_id, place.grade_id, place.starts_on, place.class_id, override=self.why()
        )
        students, student_id = self.context.services.students, self._id
        return lambda: students.readmit(student_id, back)


def day_words(scope: RecordScope, day: date | None) -> str:
    """A day as a table has it, "" for none."""
    return scope.words.date(day, "medium") if day is not None else ""
