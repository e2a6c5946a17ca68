"""A new pupil: typed like any record, stored as soon as enough is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.number_stock import NumberStock
from emis_desktop.rules.dates import parse_date
from emis_desktop.rules.names import display_name
from emis_desktop.services.admission import NewStudent
from emis_desktop.services.person_fields import checked
from emis_desktop.services.relations import phone_number
from emis_desktop.services.student_numbers import NATIONAL, kept_number
from emis_desktop.services.undo import Made
from ui.students.placing import class_choices
from ui.students.record.scope import RecordScope
from ui.widgets.fields import ChoiceField, DateField, Field, SegmentField, TextField
from ui.widgets.form import FormCard

NEEDED = ("given_names", "family_name", "birth_date", "sex", "institution", "grade", "starts_on")
_EXTRA = ("preferred_name", "birth_place", "nationality", "address", "transport")
YES, NO = "yes", "no"


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
        self.override = TextField(
            tr("Why all the same"),
            self.words,
            help_text=tr("The reason stays with the enrolment and in the history."),
            name="student.new.override",
        )
        for field in self.all_fields():
            self.add(field)
        self.override.hide()
        self.grade.chosen.connect(self._offer_classes)

    def _bounds(self) -> tuple[date, date]:
        year = self._scope.rolls.year()
        return (year.starts_on, year.ends_on) if year is not None else (date(1990, 1, 1), date(2100, 1, 1))

    def begin(self) -> None:
        """Fresh choices."""
        rolls = self._scope.rolls
        year = rolls.year()
        schools = self._scope.context.queries.school.schools()
        day = self._scope.today()
        self.school.set_choices([(str(one.id), one.name) for one in schools if one.open_on(day)])
        own = rolls.institution_id
        self.school.set_value(str(own) if own is not None else "")
        self.school.setVisible(own is None)
        self.grade.set_choices([(str(one.id), one.name) for one in rolls.grades()])
        self.school_class.set_choices([])
        self.day.set_value(rolls.first_day(year) if year is not None else None)
        self.repeats.set_value(NO)
        self.override.set_text("")
        self.override.hide()

    def ask_reason(self, refusal: EmisError) -> None:
        """Tell what stands against admitting the pupil, and let a reason be given."""
        self.override.show()
        self.override.set_refusal(refusal)
        self.override.setFocus()

    def reason(self) -> str | None:
        """Why the pupil is admitted all the same; None where nobody asked."""
        return None if self.override.isHidden() else self.override.text()

    def _offer_classes(self, grade: str) -> None:
        self.school_class.set_choices(class_choices(self._scope.rolls, self._scope.words, grade))
        self.school_class.set_value("")

    def all_fields(self) -> list[Field]:
        """The fields in reading order."""
        return [self.grade, self.school_class, self.day, self.repeats, self.school, self.override]


class Draft(QObject):
    """Collects what is typed of a new pupil. ``changed`` when something was typed.

    ``admitted(id, act)`` when it is stored, ``refused(EmisError)`` when it could not be;
    ``admitted_aside(name, act)`` when it is stored and something else is in the form by then.
    """

    changed = Signal()
    admitted = Signal(object, object)
    admitted_aside = Signal(str, object)
    refused = Signal(object)

    def __init__(self, scope: RecordScope, school: SchoolCard) -> None:
        super().__init__(scope)
        self._scope, self._school = scope, school
        self._values: dict[str, str | date | None] = {}
        self._numbers: dict[str, str] = {}
        self._sending = False
        self._late: list[str] = []

    def begin(self) -> None:
        """Nothing is known yet; of a pupil on the way to the store the form hears no more."""
        self._scope.saver.begin()
        self._school.setEnabled(True)
        self._values.clear()
        self._numbers.clear()
        self._sending = False
        self._late.clear()

    def put(self, name: str, value: str | date | None) -> None:
        """A field was left; raises :class:`Refused` for what cannot be, which is then forgotten."""
        self._note_late(name)
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
        kept = checked(name, value, self._scope.today())
        return str(kept) if isinstance(kept, Decimal) else kept

    def put_number(self, kind: str, text: str) -> None:
        """A number was typed; it is given when the pupil is stored. Raises :class:`Refused` for none."""
        self._note_late(f"number.{kind}")
        self._numbers.pop(kind, None)
        kept = kept_number(kind, text)
        if kept:
            self._numbers[kind] = kept

    def _note_late(self, name: str) -> None:
        if self._sending and name not in self._late:
            self._late.append(name)

    def late(self) -> tuple[str, ...]:
        """Fields that were left while the pupil was being stored: what they say is in no store yet."""
        return tuple(self._late)

    def missing(self) -> list[str]:
        """Names of what must be known before anything is stored."""
        school = self._school
        there = {
            "institution": bool(school.school.value()),
            "grade": bool(school.grade.value()),
            "starts_on": not school.day.fault and school.day.value() is not None,
        }
        return [name for name in NEEDED if not there.get(name, name in self._values)]

    def is_empty(self) -> bool:
        """Whether nothing has been typed that would be lost."""
        return not self._values and not self._numbers

    def admit(self) -> bool:
        """Store the pupil, once; whether it is under way now."""
        if self._sending or self.missing():
            return self._sending
        new = self._new_student()
        self._sending = True
        self._school.setEnabled(False)  # what is chosen there goes with the pupil, not after it
        name = display_name(new.given_names, new.family_name)
        services = self._scope.context.services
        self._scope.saver.run(
            lambda: services.undo.made_by(lambda: services.students.admit(new)),
            self._stored,
            self._failed,
            partial(self._stored_aside, name),
            name,
        )
        return True

    def _new_student(self) -> NewStudent:
        year, day = self._scope.rolls.year(), self._school.day.value()
        if year is None or day is None:
            raise LookupError("a pupil is stored in a year, from a day")
        chosen = self._school.school_class.value()
        born = self._values["birth_date"]
        return NewStudent(
            given_names=str(self._values["given_names"]),
            family_name=str(self._values["family_name"]),
            sex=str(self._values["sex"]),
            birth_date=born if isinstance(born, date) else None,
            institution_id=UUID(self._school.school.value()),
            period_id=year.id,
            grade_id=UUID(self._school.grade.value()),
            starts_on=day,
            class_id=UUID(chosen) if chosen else None,
            repeater=self._school.repeats.value() == YES,
            number=self._numbers.get(NATIONAL),
            fields={name: str(self._values[name]) for name in _EXTRA if self._values.get(name)},
            phone=str(self._values.get("phone") or "") or None,
            numbers={kind: text for kind, text in self._numbers.items() if kind != NATIONAL},
            override=self._school.reason(),
        )

    def _look_at_numbers(self) -> None:
        """Say it when the block of national numbers is used up: pupils get provisional ones now."""
        numbers = self._scope.context.queries.numbers
        task = self._scope.context.tasks.run(lambda _control: numbers.stock())
        task.succeeded.connect(self._say_numbers)

    def _say_numbers(self, stock: NumberStock) -> None:
        if stock.used_up:
            context = self._scope.context
            context.notify(
                context.words.tr(
                    "This laptop has no national number left: the pupil has a provisional one. Synchronise "
                    "to get more."
                )
            )

    def _stored(self, made: Made[UUID]) -> None:
        if NATIONAL not in self._numbers:
            self._look_at_numbers()
        self.admitted.emit(made.result, made.act)  # first: what is still being typed then counts as late

    def _stored_aside(self, name: str, made: Made[UUID]) -> None:
        self.admitted_aside.emit(name, made.act)

    def _failed(self, refusal: EmisError) -> None:
        self._sending = False
        self._late.clear()
        self._school.setEnabled(True)
        self.refused.emit(refusal)
