"""A new pupil: typed like any record, stored as soon as enough is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError, Refused
from emis_desktop.rules.dates import parse_date
from emis_desktop.services.admission import NewStudent
from emis_desktop.services.person_fields import checked
from emis_desktop.services.relations import phone_number
from ui.students.record.leaving import class_choices
from ui.students.record.scope import RecordScope
from ui.widgets.fields import ChoiceField, DateField, Field, SegmentField
from ui.widgets.form import FormCard

NEEDED = ("given_names", "family_name", "birth_date", "sex", "grade")
_EXTRA = ("preferred_name", "birth_place", "nationality", "address", "transport")
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Admitted:
    """The new pupil, and what could not be kept of what was typed besides: refusals by name of the field."""

    student_id: UUID
    refused: Mapping[str, tuple[str, EmisError]]


class SchoolCard(FormCard):
    """Where a new pupil goes: school (for who works with several), grade, class, first day."""

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope.words.tr("School"), name="student.school")
        self._scope, self.words = scope, scope.words
        tr = self.words.tr
        self.school = ChoiceField(tr("School"), [], self.words, name="student.new.school")
        self.grade = ChoiceField(tr("Grade"), [], self.words, name="student.new.grade")
        self.school_class = ChoiceField(tr("Class"), [], self.words, optional=True, name="student.new.class")
        self.day = DateField(
            tr("First day"),
            self.words,
            lambda text: parse_date(text, *self._bounds()),
            name="student.new.first_day",
        )
        self.repeats = SegmentField(
            tr("Repeats the grade"),
            [(NO, tr("No")), (YES, tr("Yes"))],
            self.words,
            name="student.new.repeats",
        )
        for field in self.all_fields():
            self.add(field)
        self.grade.chosen.connect(self._offer_classes)

    def _bounds(self) -> tuple[date, date]:
        year = self._scope.rolls.year()
        return (year.starts_on, year.ends_on) if year is not None else (date(1990, 1, 1), date(2100, 1, 1))

    def begin(self) -> None:
        """Fresh choices."""
        rolls = self._scope.rolls
        year = rolls.year()
        schools = self._scope.context.queries.school.schools()
        self.school.set_choices([(str(one.id), one.name) for one in schools])
        own = rolls.institution_id
        self.school.set_value(str(own) if own is not None else "")
        self.school.setVisible(own is None)
        self.grade.set_choices([(str(one.id), one.name) for one in rolls.grades()])
        self.school_class.set_choices([])
        self.day.set_value(rolls.first_day(year) if year is not None else None)
        self.repeats.set_value(NO)

    def _offer_classes(self, grade: str) -> None:
        self.school_class.set_choices(class_choices(self._scope, grade))
        self.school_class.set_value("")

    def all_fields(self) -> list[Field]:
        """The fields in reading order."""
        return [self.grade, self.school_class, self.day, self.repeats, self.school]


class Draft(QObject):
    """Collects what is typed of a new pupil. ``admitted(Admitted)``; ``changed`` when something was typed."""

    changed = Signal()
    admitted = Signal(object)
    refused = Signal(object)

    def __init__(self, scope: RecordScope, school: SchoolCard) -> None:
        super().__init__(scope)
        self._scope, self._school = scope, school
        self._values: dict[str, str | date | None] = {}
        self._numbers: dict[str, str] = {}
        self._sending = False

    def begin(self) -> None:
        """Nothing is known yet."""
        self._values.clear()
        self._numbers.clear()
        self._sending = False

    def put(self, name: str, value: str | date | None) -> None:
        """A field was left; raises :class:`Refused` for what cannot be, which is then forgotten."""
        self._values.pop(name, None)
        try:
            kept = phone_number(str(value or "")) if name == "phone" else self._checked(name, value)
        finally:
            self.changed.emit()
        if kept is not None or name == "birth_date":
            self._values[name] = kept
            self.changed.emit()

    def _checked(self, name: str, value: str | date | None) -> str | date | None:
        if isinstance(value, str) and not value.strip():
            return None
        return checked(name, value, self._scope.today())

    def put_number(self, kind: str, text: str) -> None:
        """A number was typed; it is given when the pupil is stored."""
        self._numbers[kind] = text

    def missing(self) -> list[str]:
        """Names of what must be known before anything is stored."""
        found = [name for name in NEEDED if name != "grade" and name not in self._values]
        return found if self._school.grade.value() else [*found, "grade"]

    def is_empty(self) -> bool:
        """Whether nothing has been typed that would be lost."""
        return not self._values and not self._numbers

    def admit(self) -> None:
        """Store the pupil; once."""
        if self._sending or self.missing():
            return
        try:
            new = self._new_student()
        except Refused as refusal:
            self.refused.emit(refusal)
            return
        self._sending = True
        phone = str(self._values.get("phone") or "")
        numbers = dict(self._numbers)
        self._scope.saver.queue.run(lambda: self._store(new, phone, numbers), self._stored, self._failed)

    def _new_student(self) -> NewStudent:
        school, year = self._school.school.value(), self._scope.rolls.year()
        if not school:
            raise Refused("Choose the school.", field="institution")
        if year is None:
            raise Refused("There is no school year on this laptop yet. Set one up first.")
        day = self._school.day.value()
        if self._school.day.fault or day is None:
            raise Refused("Type the first day.", field="starts_on")
        chosen = self._school.school_class.value()
        born = self._values["birth_date"]
        return NewStudent(
            given_names=str(self._values["given_names"]),
            family_name=str(self._values["family_name"]),
            sex=str(self._values["sex"]),
            birth_date=born if isinstance(born, date) else None,
            institution_id=UUID(school),
            period_id=year.id,
            grade_id=UUID(self._school.grade.value()),
            starts_on=day,
            class_id=UUID(chosen) if chosen else None,
            repeater=self._school.repeats.value() == YES,
            fields={name: str(self._values[name]) for name in _EXTRA if self._values.get(name)},
        )

    def _store(self, new: NewStudent, phone: str, numbers: Mapping[str, str]) -> Admitted:
        """Runs away from the screen: the pupil, then what is stored beside."""
        services = self._scope.context.services
        student_id = services.students.admit(new)
        refused: dict[str, tuple[str, EmisError]] = {}
        if phone:
            services.relations.set_phone(student_id, phone)
        for kind, text in numbers.items():
            try:
                services.students.set_number(student_id, kind, text)
            except Refused as refusal:
                refused[f"number.{kind}"] = (text, refusal)
        return Admitted(student_id, refused)

    def _stored(self, admitted: Admitted) -> None:
        self.begin()
        self.admitted.emit(admitted)

    def _failed(self, refusal: EmisError) -> None:
        self._sending = False
        self.refused.emit(refusal)
