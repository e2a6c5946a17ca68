"""Dialogs for a qualification and for a course in service."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.queries.staff_records import AwardLine, CourseLine
from emis_desktop.rules.numbers import parse_number, parse_whole, plain
from emis_desktop.services.staff_learning import FIRST_YEAR, Award, Course
from resources.words import N_
from ui.context import UiContext
from ui.staff.dialogs import day_field
from ui.staff.saying import KINDS, choices
from ui.students.asking import AskDialog
from ui.widgets.fields import ChoiceField, TextField


class EditAward(AskDialog):
    """A qualification, new or corrected."""

    def __init__(self, context: UiContext, person_id: UUID, award: AwardLine | None, parent: QWidget) -> None:
        tr = context.words.tr
        question = tr("Add a qualification") if award is None else tr("Change the qualification")
        super().__init__(context, question, name="staff.award", parent=parent)
        self._person_id, self._award = person_id, award
        self._kind = ChoiceField(tr("Kind"), choices(context, *KINDS), self.words, name="staff.award.kind")
        self._title = TextField(tr("Title"), self.words, name="staff.award.title")
        self._body = TextField(tr("Awarded by"), self.words, optional=True, name="staff.award.body")
        self._year = TextField(tr("Year"), self.words, optional=True, width=110, name="staff.award.year")
        for field, name in (
            (self._kind, "kind"),
            (self._title, "title"),
            (self._body, "body"),
            (self._year, "year"),
        ):
            self.put(field, name)
        if award is not None:
            self._kind.set_value(award.kind)
            self._title.set_text(award.title)
            self._body.set_text(award.body)
            self._year.set_text(str(award.year or ""))
        self.set_deed(tr("Add") if award is None else tr("Change"))

    def deed_of(self) -> Callable[[], object] | None:
        """Write it."""
        if not self._kind.value():
            raise Refused(N_("Choose the kind of qualification."), field="kind")
        award = Award(self._kind.value(), self._title.text(), self._body.text(), self._typed_year())
        learning, person_id, row = self.context.services.staff_learning, self._person_id, self._award
        if row is None:
            return lambda: learning.add_qualification(person_id, award)
        return lambda: learning.change_qualification(person_id, row.id, award)

    def _typed_year(self) -> int | None:
        text = self._year.text().strip()
        if not text:
            return None
        try:
            return parse_whole(text, FIRST_YEAR, 2100)
        except Refused as refusal:
            refusal.field = "year"
            raise


class EditCourse(AskDialog):
    """A course in service, new or corrected."""

    def __init__(
        self, context: UiContext, person_id: UUID, course: CourseLine | None, parent: QWidget
    ) -> None:
        tr = context.words.tr
        question = tr("Add training") if course is None else tr("Change the training")
        super().__init__(context, question, name="staff.course", parent=parent)
        self._person_id, self._course = person_id, course
        self._title = TextField(tr("Title"), self.words, name="staff.course.title")
        self._provider = TextField(tr("Given by"), self.words, optional=True, name="staff.course.provider")
        self._starts = day_field(self.words, tr("First day"), "staff.course.starts", optional=True)
        self._ends = day_field(self.words, tr("Last day"), "staff.course.ends", optional=True)
        self._hours = TextField(tr("Hours"), self.words, optional=True, width=110, name="staff.course.hours")
        for field, name in (
            (self._title, "title"),
            (self._provider, "provider"),
            (self._starts, "starts"),
            (self._ends, "ends"),
            (self._hours, "hours"),
        ):
            self.put(field, name)
        if course is not None:
            self._title.set_text(course.title)
            self._provider.set_text(course.provider)
            self._starts.set_value(course.starts_on)
            self._ends.set_value(course.ends_on)
            self._hours.set_text("" if course.hours is None else str(plain(course.hours)))
        self.set_deed(tr("Add") if course is None else tr("Change"))

    def deed_of(self) -> Callable[[], object] | None:
        """Write it."""
        course = Course(
            self._title.text(),
            self._provider.text(),
            self._starts.value(),
            self._ends.value(),
            self._typed_hours(),
        )
        learning, person_id, row = self.context.services.staff_learning, self._person_id, self._course
        if row is None:
            return lambda: learning.add_training(person_id, course)
        return lambda: learning.change_training(person_id, row.id, course)

    def _typed_hours(self) -> Decimal | None:
        text = self._hours.text().strip()
        if not text:
            return None
        try:
            return parse_number(text)
        except Refused as refusal:
            refusal.field = "hours"
            raise
