"""Putting a pupil of another school on the roll: grade, class and first day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.queries.transfers import Newcomer
from emis_desktop.services.transfers import Arrival
from resources.words import N_, Words
from ui.context import UiContext
from ui.students.asking import AskDialog
from ui.students.placing import PlaceFields
from ui.students.rolls import Rolls


class EnrolDialog(AskDialog):
    """Where the pupil sits from which day; the record comes along whole."""

    def __init__(
        self, context: UiContext, rolls: Rolls, today: date, pupil: Newcomer, parent: QWidget
    ) -> None:
        tr = context.words.tr
        super().__init__(
            context,
            tr("Enrol {name} here?", name=pupil.name),
            came_words(context.words, pupil),
            name="students.enrol",
            parent=parent,
        )
        self._rolls, self._pupil = rolls, pupil
        self.where = PlaceFields(self, rolls, today, pupil.grade_id, "students.enrol")
        self.set_deed(tr("Enrol"))

    def deed_of(self) -> Callable[[], object]:
        """Put the pupil on the roll."""
        school = self._rolls.institution_id
        if school is None:
            raise Refused(N_("Choose the school at the top first."))
        place = self.where.place()
        arrival = Arrival(
            school,
            place.period_id,
            place.grade_id,
            place.starts_on,
            place.class_id,
            override=self.why(),
        )
        transfers, student_id = self.context.services.transfers, self._pupil.person_id
        return lambda: transfers.transfer_in(student_id, arrival)


class EnrolAllDialog(AskDialog):
    """All who were sent here in one grade, such as a whole class, into one class from one day."""

    def __init__(
        self,
        context: UiContext,
        rolls: Rolls,
        today: date,
        pupils: Sequence[Newcomer],
        parent: QWidget,
    ) -> None:
        tr = context.words.tr
        super().__init__(
            context,
            tr("Enrol all of a grade?"),
            tr("Everybody who was sent here from that grade. When one cannot come, nobody does."),
            name="students.enrol_all",
            parent=parent,
        )
        self._rolls, self._pupils = rolls, pupils
        self.where = PlaceFields(self, rolls, today, pupils[0].grade_id, "students.enrol_all")
        self.set_deed(tr("Enrol"))

    def deed_of(self) -> Callable[[], int]:
        """Put them on the roll; gives how many."""
        school = self._rolls.institution_id
        if school is None:
            raise Refused(N_("Choose the school at the top first."))
        place = self.where.place()
        ids = [one.person_id for one in self._pupils if one.grade_id == place.grade_id]
        if not ids:
            raise Refused(N_("Nobody of that grade was sent here. Choose another grade."), field="grade")
        arrival = Arrival(
            school, place.period_id, place.grade_id, place.starts_on, place.class_id, override=self.why()
        )
        transfers = self.context.services.transfers
        return lambda: len(transfers.take_in_all(ids, arrival))


def came_words(words: Words, pupil: Newcomer) -> str:
    """Where a pupil comes from: "From Reef Primary School, Grade 4, left 9 November 2026"."""
    if pupil.left_on is None:
        return words.tr("On the roll of {school}, {grade}", school=pupil.school, grade=pupil.grade)
    return words.tr(
        "From {school}, {grade}, left {day}",
        school=pupil.school,
        grade=pupil.grade,
        day=words.date(pupil.left_on),
    )
