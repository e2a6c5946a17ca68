"""Dialogs about the schools of a country: one is added, closed, merged into another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.queries.schools import AreaLine, SchoolLine
from emis_desktop.rules.dates import parse_date
from emis_desktop.services.structure import NewSchool
from resources.words import N_, Words
from ui.context import UiContext
from ui.students.asking import AskDialog
from ui.widgets.fields import ChoiceField, DateField, TextField

EARLIEST, LATEST = date(1800, 1, 1), date(2100, 12, 31)


def school_day(words: Words, label: str, name: str, *, optional: bool = False) -> DateField:
    """A day in the life of a school."""
    return DateField(
        label, words, lambda text: parse_date(text, EARLIEST, LATEST), optional=optional, name=name
    )


class AddSchool(AskDialog):
    """A school that opens."""

    def __init__(self, context: UiContext, areas: tuple[AreaLine, ...], parent: QWidget) -> None:
        tr = context.words.tr
        super().__init__(context, tr("Add a school"), name="schools.new", parent=parent)
        self._code = TextField(tr("Code"), self.words, name="schools.new.code")
        self._name = TextField(tr("Name"), self.words, name="schools.new.name")
        listed = [(str(one.id), one.name) for one in areas]
        self._area = ChoiceField(tr("District"), listed, self.words, optional=True, name="schools.new.area")
        self.put(self._code, "code")
        self.put(self._name, "name")
        self.put(self._area, "area")
        self.set_deed(tr("Add"))

    def deed_of(self) -> Callable[[], object] | None:
        """Write the school; gives its id."""
        area = self._area.value()
        new = NewSchool(self._code.text(), self._name.text(), UUID(area) if area else None)
        structure = self.context.services.structure
        return lambda: structure.create_school(new)


class CloseSchool(AskDialog):
    """The last day of a school, and why it closes."""

    def __init__(self, context: UiContext, school: SchoolLine, today: date, parent: QWidget) -> None:
        tr = context.words.tr
        explained = tr(
            "After that day nobody can choose the school; its past years stay to be read. Pupils are placed "
            "at other schools first, posts end with it."
        )
        question = tr("Close {school}?", school=school.name)
        super().__init__(context, question, explained, name="schools.close", parent=parent)
        self._school = school
        self._day = school_day(self.words, tr("Last day"), "schools.close.day")
        self._day.set_value(today)
        self._reason = TextField(tr("Why"), self.words, name="schools.close.reason")
        self.put(self._day, "day")
        self.put(self._reason, "reason")
        self.set_deed(tr("Close the school"))

    def deed_of(self) -> Callable[[], object] | None:
        """Close it."""
        day, reason, life = self._day.value(), self._reason.text(), self.context.services.school_life
        if day is None:
            raise Refused(N_("Type the last day."), field="day")
        return lambda: life.close(self._school.id, day, reason)


class MergeSchools(AskDialog):
    """Into which school a school is merged, and its last day."""

    def __init__(
        self,
        context: UiContext,
        school: SchoolLine,
        others: tuple[SchoolLine, ...],
        today: date,
        parent: QWidget,
    ) -> None:
        tr = context.words.tr
        explained = tr(
            "Pupils, classes and staff go on at the other school from the next day. What was before stays "
            "with this one. It can be undone as long as nobody has gone on with them there."
        )
        question = tr("Merge {school} into another?", school=school.name)
        super().__init__(context, question, explained, name="schools.merge", parent=parent)
        self._school = school
        listed = [(str(one.id), f"{one.name}, {one.code}") for one in others]
        self._into = ChoiceField(tr("Into"), listed, self.words, name="schools.merge.into")
        self._day = school_day(self.words, tr("Last day"), "schools.merge.day")
        self._day.set_value(today)
        self.put(self._into, "school")
        self.put(self._day, "day")
        self.set_deed(tr("Merge the schools"))

    def deed_of(self) -> Callable[[], object] | None:
        """Merge them; gives what was moved."""
        into, day, life = self._into.value(), self._day.value(), self.context.services.school_life
        if not into:
            raise Refused(N_("Choose the school."), field="school")
        if day is None:
            raise Refused(N_("Type the last day."), field="day")
        return lambda: life.merge(self._school.id, UUID(into), day)
