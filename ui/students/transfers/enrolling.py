"""Putting a pupil of another school on the roll: grade, class and first day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.queries.transfers import Newcomer
from emis_desktop.rules.dates import parse_date
from emis_desktop.services.transfers import Arrival
from resources.words import N_, Words
from ui.context import UiContext
from ui.students.asking import AskDialog
from ui.students.moving import EARLIEST
from ui.students.record.leaving import class_choices
from ui.students.rolls import Rolls
from ui.widgets.fields import ChoiceField, DateField


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
        year = rolls.year()
        self._year = year.id if year is not None else None
        self.grade = ChoiceField(
            tr("Grade"),
            [(str(one.id), one.name) for one in rolls.grades()],
            self.words,
            name="students.enrol.grade",
        )
        self.grade.set_value(str(pupil.grade_id))
        self.grade.chosen.connect(self._offer_classes)
        self.school_class = ChoiceField(
            tr("Class"), [], self.words, optional=True, name="students.enrol.class"
        )
        self._offer_classes(str(pupil.grade_id))
        latest = max(today, year.ends_on) if year is not None else today
        self.day = DateField(
            tr("First day"),
            self.words,
            lambda text: parse_date(text, EARLIEST, latest),
            name="students.enrol.day",
        )
        self.day.set_value(rolls.first_day(year) if year is not None else today)
        self.put(self.grade, "grade")
        self.put(self.school_class, "class")
        self.put(self.day, "starts_on", "date")
        self.set_deed(tr("Enrol"))

    def _offer_classes(self, grade: str) -> None:
        self.school_class.set_choices(class_choices(self._rolls, self.words, grade))

    def deed_of(self) -> Callable[[], object]:
        """Put the pupil on the roll."""
        day, grade, school = self.day.value(), self.grade.value(), self._rolls.institution_id
        if school is None:
            raise Refused(N_("Choose the school at the top first."))
        if self._year is None:
            raise Refused(N_("There is no school year on this laptop yet. Set one up first."))
        if not grade:
            raise Refused(N_("Choose the grade."), field="grade")
        if day is None:
            raise Refused(N_("Type the first day."), field="starts_on")
        chosen = self.school_class.value()
        arrival = Arrival(school, self._year, UUID(grade), day, UUID(chosen) if chosen else None)
        transfers, student_id = self.context.services.transfers, self._pupil.person_id
        return lambda: transfers.transfer_in(student_id, arrival)


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
