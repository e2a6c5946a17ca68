"""The dialogs for a new class and a new member of staff."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from emis_desktop.queries.school import GradeInfo
from emis_desktop.queries.staff import StaffLine
from emis_desktop.services.structure import NewClass
from ui.context import UiContext
from ui.program.sitting import today
from ui.settings_page.grade_chips import GradeChips
from ui.settings_page.people_dialogs import chosen_staff
from ui.students.asking import AskDialog
from ui.widgets.fields import ChoiceField, TextField
from ui.widgets.text import Text

NOBODY = "-"


def teacher_choices(nobody: str, staff: tuple[StaffLine, ...]) -> list[tuple[str, str]]:
    """The staff, and nobody for now."""
    return [(NOBODY, nobody), *((str(line.person_id), line.name) for line in staff)]


class AddClass(AskDialog):
    """Name, grades, class teacher; the subjects are the country's for its grades."""

    def __init__(
        self, context: UiContext, grades: tuple[GradeInfo, ...], staff: tuple[StaffLine, ...], parent: QWidget
    ) -> None:
        tr = context.words.tr
        super().__init__(context, tr("Add a class"), name="settings.class", parent=parent)
        self.setMinimumWidth(560)
        self._name = TextField(tr("Name of the class"), self.words, name="settings.class.name")
        self._grades = GradeChips(context.words, grades, name="settings.class.grade")
        self._teacher = ChoiceField(
            tr("Class teacher"),
            teacher_choices(tr("nobody for now"), staff),
            self.words,
            optional=True,
            name="settings.class.teacher",
        )
        self._teacher.set_value(NOBODY)
        self.put(self._name, "name")
        self.body.addWidget(self._grades)
        self.put(self._teacher, "teacher")
        note = tr("Subjects come from the country’s list for the grade; they can be changed afterwards.")
        self.body.addWidget(Text(note, 12, tone="secondary", wrap=True))
        self.set_deed(tr("Add"))

    def deed_of(self) -> Callable[[], object] | None:
        """Write the class; gives its id."""
        place = self.context.place
        chosen = self._grades.value()
        if not self._name.text().strip():
            self._name.set_fault(self.words.tr("Type the name of the class."))
            self._name.setFocus()
            return None
        if not chosen:
            self._grades.set_fault(self.words.tr("Choose at least one grade."))
            return None
        if place.institution_id is None or place.year is None:
            return None
        new = NewClass(
            place.institution_id,
            place.year.id,
            self._name.text(),
            chosen,
            chosen_staff(self._teacher),
        )
        structure = self.context.services.structure
        return lambda: structure.create_class(new)


class AddStaff(AskDialog):
    """Given and family name of somebody who teaches."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        tr = context.words.tr
        super().__init__(
            context,
            tr("Add a teacher"),
            tr("To be chosen as class teacher or for a subject. Whoever shall sign in is added in People."),
            name="settings.staff",
            parent=parent,
        )
        self._given = TextField(tr("Given names"), self.words, name="settings.staff.given")
        self._family = TextField(tr("Family name"), self.words, name="settings.staff.family")
        self.put(self._given, "given_names")
        self.put(self._family, "family_name")
        self.set_deed(tr("Add"))

    def deed_of(self) -> Callable[[], object] | None:
        """Write the person; gives the name."""
        school_id, staff = self.context.place.institution_id, self.context.services.staff
        given, family = self._given.text(), self._family.text()
        if school_id is None:
            return None

        def add() -> str:
            staff.add(school_id, given, family, today())
            return " ".join(f"{given} {family}".split())

        return add
