"""The first tab: names and birth, home, numbers, and, for a new pupil, the school."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QHBoxLayout

from emis_desktop.errors import Refused
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.dates import parse_birth_date
from resources.words import N_, Words
from ui.students.model import sex_words
from ui.students.record.numbers import NumbersCard
from ui.students.record.scope import Part, RecordScope
from ui.widgets.button import Button
from ui.widgets.fields import DateField, Field, PhoneField, SegmentField, TextField
from ui.widgets.form import FormCard

TEXTS = ("given_names", "family_name", "preferred_name", "birth_place", "nationality", "address", "transport")
_SHORT = 110


class BirthField(DateField):
    """A date of birth with "Not known" beside it: an answer, not an empty field."""

    def __init__(self, words: Words, today: Callable[[], date]) -> None:
        self.unknown = Button(words.tr("Not known"), "link", name="student.birth_date.unknown")
        super().__init__(words.tr("Date of birth"), words, self._parse, name="student.birth_date")
        self._today = today

    def _parse(self, text: str) -> date:
        if not text.strip():
            raise Refused(N_("Enter the date of birth, or press “Not known”."), field="birth_date")
        return parse_birth_date(text, self._today())

    def _middle(self, width: int) -> QHBoxLayout:
        line = super()._middle(width)
        line.insertWidget(1, self.unknown)
        return line


class Details(Part):
    """Fields of the person.

    ``changed(name, value)`` is called when a field of a new pupil is left, ``typing`` at each key in a name,
    date or phone.
    """

    def __init__(self, scope: RecordScope) -> None:
        super().__init__(scope, "student.details")
        self.changed: Callable[[str, str | date | None], None] = lambda _name, _value: None
        self.typing: Callable[[], None] = lambda: None
        self.texts: dict[str, TextField] = {}
        self.person = self._person_card()
        self.home = self._home_card()
        self.numbers = NumbersCard(scope)
        for card in self.cards():
            self.body.addWidget(card)
        self.body.addStretch(1)
        scope.saver.watch(*self.fields())

    def cards(self) -> list[FormCard]:
        """The sections, in reading order."""
        return [self.person, self.home, self.numbers]

    # -- Parts --------------------------------------------------------------------------------------

    def _person_card(self) -> FormCard:
        tr = self.words.tr
        card = FormCard(tr("Name and birth"), name="student.person")
        card.add(self._text("given_names", tr("Given names")))
        card.add(self._text("family_name", tr("Family name")))
        card.add(self._text("preferred_name", tr("Name usually used"), optional=True))
        self.born = BirthField(self.words, self.scope.today)
        self.born.set_read_only(not self.scope.edits)
        self.born.dated.connect(partial(self._save, self.born, "birth_date"))
        self.born.edited.connect(lambda _text: self.typing())
        self.born.unknown.clicked.connect(self._not_known)
        self.born.faulted.connect(self._offer_unknown)
        self.born.unknown.hide()
        card.add(self.born)
        card.add(self._sex_field())
        card.add(self._text("birth_place", tr("Place of birth"), optional=True))
        return card

    def _sex_field(self) -> Field:
        tr = self.words.tr
        self.sex: SegmentField | TextField
        if not self.scope.edits:
            self.sex = TextField(tr("Sex"), self.words, width=_SHORT, name="student.sex")
            self.sex.set_read_only(True)
            return self.sex
        self.sex = SegmentField(
            tr("Sex"), [("F", tr("Girl")), ("M", tr("Boy"))], self.words, name="student.sex"
        )
        self.sex.chosen.connect(partial(self._save, self.sex, "sex"))
        return self.sex

    def _home_card(self) -> FormCard:
        tr = self.words.tr
        card = FormCard(tr("At home"), name="student.home")
        if self.scope.reads_contact:
            card.add(self._text("address", tr("Address"), optional=True))
            self.phone: PhoneField | None = PhoneField(
                tr("Phone at home"), self.words, optional=True, name="student.phone"
            )
            self.phone.set_read_only(not self.scope.edits)
            self.phone.committed.connect(self._save_phone)
            self.phone.edited.connect(lambda _text: self.typing())
            card.add(self.phone)
        else:
            self.phone = None
        card.add(self._text("transport", tr("Transport"), optional=True))
        card.add(
            self._text(
                "nationality",
                tr("Nationality"),
                optional=True,
                width=_SHORT,
                help_text=tr("Two or three letters, such as GD"),
            )
        )
        return card

    def _text(
        self, name: str, label: str, *, optional: bool = False, width: int = 0, help_text: str = ""
    ) -> TextField:
        field = TextField(
            label, self.words, optional=optional, width=width, help_text=help_text, name=f"student.{name}"
        )
        field.set_read_only(not self.scope.edits)
        field.committed.connect(partial(self._save, field, name))
        if name in {"given_names", "family_name"}:
            field.edited.connect(lambda _text: self.typing())
        self.texts[name] = field
        return field

    # -- Showing ------------------------------------------------------------------------------------

    def show_record(self, record: StudentRecord) -> None:
        """Show what is stored, but for fields that hold something else."""
        keeps = self.scope.saver.keeps
        for name, field in self.texts.items():
            if not keeps(field):
                field.set_text(getattr(record, name) or "")
        if not keeps(self.born):
            self.born.set_value(record.birth_date)
            self.born.set_help("" if record.birth_date else self.words.tr("Not known"))
        self._offer_unknown()
        if isinstance(self.sex, SegmentField):
            self.sex.set_value(record.sex or "")
        else:
            self.sex.set_text(sex_words(self.words, record.sex))
        if self.phone is not None and not keeps(self.phone):
            self.phone.set_text(record.contacts[0].value if record.contacts else "")
        self.numbers.show_record(record)

    def _offer_unknown(self, _fault: str = "") -> None:
        """Offer "Not known" where no date is known, or the one typed is refused."""
        record = self.scope.record
        dated = record is not None and record.birth_date is not None
        self.born.unknown.setVisible(self.scope.edits and (bool(self.born.fault) or not dated))

    def clear(self) -> None:
        """Empty fields, for a new pupil."""
        for field in [*self.texts.values(), *self.numbers.kinds.values()]:
            field.set_text("")
        self.numbers.kinds["national"].set_help("")  # the number that the last pupil had for the time being
        self.born.set_value(None)
        if isinstance(self.sex, SegmentField):
            self.sex.set_value("")
        if self.phone is not None:
            self.phone.set_text("")
        self._offer_unknown()

    def fields(self) -> list[Field]:
        """Every field but those of numbers, which come and go."""
        phone = [self.phone] if self.phone is not None else []
        return [*self.texts.values(), self.born, self.sex, *phone]

    def set_compact(self, compact: bool) -> None:
        """Two columns."""
        super().set_compact(compact)
        for card in self.cards():
            card.set_compact(compact)

    # -- Saving -------------------------------------------------------------------------------------

    def _save(self, field: Field, name: str, value: str | date | None) -> None:
        scope = self.scope
        if scope.record is None:
            self.changed(name, value)
            return
        students, student_id = scope.context.services.students, scope.student_id
        scope.saver.save(field, lambda: students.change(student_id, name, value))

    def _save_phone(self, text: str) -> None:
        scope = self.scope
        if scope.record is None or self.phone is None:
            self.changed("phone", text)
            return
        relations, student_id = scope.context.services.relations, scope.student_id
        scope.saver.save(self.phone, lambda: relations.set_phone(student_id, text))

    def _not_known(self) -> None:
        """The date of birth is not known: an answer, not an empty field."""
        self.born.set_value(None)
        self.born.set_help(self.words.tr("Not known"))
        self._save(self.born, "birth_date", None)
