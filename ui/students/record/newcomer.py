"""A new pupil in the form: what is still needed, the look for doubles, and the moment all of it is stored."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QObject, Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.duplicates import phones_of
from emis_desktop.rules.admission import AgainstPolicy
from emis_desktop.rules.likeness import Features
from ui.students.record.details import Details
from ui.students.record.doubles import Doubles
from ui.students.record.draft import Draft, SchoolCard
from ui.students.record.scope import RecordScope
from ui.widgets.fields import Field, SegmentField, TextField


class Newcomer(QObject):
    """``facts(text)``: the line under the title; ``stored(id, act)``: the pupil is on the roll.

    Who is like somebody on this laptop is stored when the user has said that it is not the same pupil.
    """

    facts = Signal(str)
    stored = Signal(object, object)

    def __init__(self, scope: RecordScope, details: Details, school: SchoolCard, doubles: Doubles) -> None:
        super().__init__(scope)
        self._scope, self.words = scope, scope.words
        self._details, self._school, self._doubles = details, school, doubles
        self.draft = Draft(scope, school)
        doubles.settled.connect(self._try)
        doubles.warned.connect(self._say)
        details.changed = self._changed
        details.typing = self.look_for_doubles
        if isinstance(details.sex, SegmentField):
            doubles.typed_sex = details.sex.value
        details.numbers.changed = self._number
        self.draft.changed.connect(self._say)
        self.draft.admitted.connect(self.stored)
        self.draft.refused.connect(self._refused)
        school.grade.chosen.connect(self._try)
        school.school.chosen.connect(self._try)
        school.day.dated.connect(self._try)
        school.override.committed.connect(self._try)

    def is_open(self) -> bool:
        """Whether a new pupil is being typed."""
        return self._scope.record is None and not self._school.isHidden()

    def holds_something(self) -> bool:
        """Whether something was typed that is in no store."""
        return self.is_open() and not self.draft.is_empty()

    def first(self) -> Field:
        """Where one begins to type."""
        return self._details.texts["given_names"]

    def begin(self) -> None:
        """Empty fields."""
        self.draft.begin()
        self._doubles.begin(None)
        self._details.clear()
        self._school.begin()
        self._school.show()
        self._say()

    def end(self) -> None:
        """A record that is stored comes into the form."""
        self.draft.begin()
        self._school.hide()

    def take_late(self) -> dict[str, str]:
        """What the pupil was stored without, by the names of the fields: left meanwhile, or refused."""
        fields = self._fields()
        refused = [name for name, field in fields.items() if field.fault]
        return {name: _typed(fields[name]) for name in dict.fromkeys((*self.draft.late(), *refused))}

    def store_late(self, late: dict[str, str]) -> None:
        """Store it in the record that is open now, as if each field were left again."""
        for name, text in late.items():
            kind = name.removeprefix("number.")
            field = self._details.numbers.offer(kind) if kind != name else self._fields()[name]
            if isinstance(field, SegmentField):
                field.set_value(text)
                field.chosen.emit(text)
            elif isinstance(field, TextField):
                field.line.setText(text)
                field.commit()

    def look_for_doubles(self) -> None:
        """Compare what stands in the fields with everybody here."""
        details, record = self._details, self._scope.record
        phone = details.phone.text() if details.phone is not None else ""
        of_guardians = [one.phone or "" for one in record.guardians] if record is not None else []
        self._doubles.ask(
            Features(
                details.texts["given_names"].text(),
                details.texts["family_name"].text(),
                details.born.value(),
                phones_of(phone, *of_guardians),
            )
        )

    def _fields(self) -> dict[str, Field]:
        details, school = self._details, self._school
        found: dict[str, Field] = {
            **details.texts,
            "birth_date": details.born,
            "sex": details.sex,
            "institution": school.school,
            "grade": school.grade,
            "class": school.school_class,
            "starts_on": school.day,
        }
        if details.phone is not None:
            found["phone"] = details.phone
        found.update({f"number.{kind}": one for kind, one in details.numbers.kinds.items()})
        return found

    def _changed(self, name: str, value: str | date | None) -> None:
        try:
            self.draft.put(name, value)
        except EmisError as refusal:
            self._fields()[name].set_refusal(refusal)
        self.look_for_doubles()
        self._try()

    def _number(self, kind: str, text: str) -> None:
        try:
            self.draft.put_number(kind, text)
        except EmisError as refusal:
            self._details.numbers.kinds[kind].set_refusal(refusal)
        self._try()

    def _try(self, _what: object = None) -> None:
        """Store the pupil when enough is known and nobody like it stands in the way."""
        if not self.is_open():
            return
        if self._doubles.is_settled() and self.draft.admit():
            self.facts.emit(self.words.tr("Being stored"))
        else:
            self._say()

    def _say(self) -> None:
        """What is still needed before anything is stored."""
        if not self.is_open():
            return
        tr = self.words.tr
        names = {
            "given_names": tr("given names"),
            "family_name": tr("family name"),
            "birth_date": tr("date of birth"),
            "sex": tr("sex"),
            "institution": tr("school"),
            "grade": tr("grade"),
            "starts_on": tr("first day"),
        }
        missing = [names[name] for name in self.draft.missing()]
        if missing:
            said = tr("Nothing is stored yet. Still needed: {fields}", fields=self.words.listing(missing))
        elif not self._doubles.isHidden():
            said = tr("Nothing is stored yet. Say first whether this is the same pupil.")
        else:
            said = tr("Being stored")
        self.facts.emit(said)

    def _refused(self, refusal: EmisError) -> None:
        if isinstance(refusal, AgainstPolicy):
            self._school.ask_reason(refusal)
            self.facts.emit(
                self.words.tr("Nothing is stored yet. A policy of the ministry stands against it.")
            )
            return
        field = self._fields().get(getattr(refusal, "field", None) or "")
        if field is not None:
            field.set_refusal(refusal)
        self.facts.emit(refusal.text(self.words))


def _typed(field: Field) -> str:
    """What stands in a field."""
    if isinstance(field, TextField):
        return field.text()
    return field.value() if isinstance(field, SegmentField) else ""
