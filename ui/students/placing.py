"""Asking where a pupil sits from which day: grade, class, first day; for whoever comes to the school."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from emis_desktop.errors import Refused
from emis_desktop.rules.dates import parse_date
from resources.words import N_, Words
from ui.students.asking import AskDialog
from ui.students.moving import EARLIEST
from ui.students.rolls import Rolls
from ui.widgets.fields import ChoiceField, DateField

NO_CLASS = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The year of today, a grade of it, the first day and, perhaps, a class."""

    period_id: UUID
    grade_id: UUID
    starts_on: date
    class_id: UUID | None


class PlaceFields:
    """The three fields at the end of a dialog; their names begin with the dialog's own ``name``."""

    def __init__(self, dialog: AskDialog, rolls: Rolls, today: date, grade_id: UUID, name: str) -> None:
        """``grade_id``: where the pupil was last, which is offered first."""
        words = dialog.words
        self._rolls, self._words = rolls, words
        year = rolls.year()
        self._year = year.id if year is not None else None
        grades = [(str(one.id), one.name) for one in rolls.grades()]
        self.grade = ChoiceField(words.tr("Grade"), grades, words, name=f"{name}.grade")
        self.grade.set_value(str(grade_id))
        self.grade.chosen.connect(self._offer_classes)
        self.school_class = ChoiceField(words.tr("Class"), [], words, optional=True, name=f"{name}.class")
        self._offer_classes(self.grade.value())
        latest = max(today, year.ends_on) if year is not None else today
        self.day = DateField(
            words.tr("First day"),
            words,
            lambda text: parse_date(text, EARLIEST, latest),
            name=f"{name}.day",
        )
        self.day.set_value(rolls.first_day(year) if year is not None else today)
        dialog.put(self.grade, "grade")
        dialog.put(self.school_class, "class")
        dialog.put(self.day, "starts_on", "date")

    def _offer_classes(self, grade: str) -> None:
        self.school_class.set_choices(class_choices(self._rolls, self._words, grade))

    def place(self) -> Place:
        """What is chosen; raises :class:`Refused` for what is missing."""
        day, grade, chosen = self.day.value(), self.grade.value(), self.school_class.value()
        if self._year is None:
            raise Refused(N_("There is no school year on this laptop yet. Set one up first."))
        if not grade:
            raise Refused(N_("Choose the grade."), field="grade")
        if day is None:
            raise Refused(N_("Type the first day."), field="starts_on")
        return Place(self._year, UUID(grade), day, UUID(chosen) if chosen else None)


def class_choices(rolls: Rolls, words: Words, grade: str) -> list[tuple[str, str]]:
    """The classes of a grade, "later" first."""
    found = [one for one in rolls.classes() if grade in {str(each.id) for each in one.grades}]
    return [(NO_CLASS, words.tr("Choose later")), *((str(one.id), one.name) for one in found)]
