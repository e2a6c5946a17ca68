"""The first tab: names and birth, home, numbers, and, for a new pupil, the school."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from PySide6.QtWidgets import QHBoxLayout

from emis_desktop.errors import Refused
from emis_desktop.queries.custom_fields import CustomFieldInfo
from emis_desktop.queries.student_lines import StudentRecord
from emis_desktop.rules.code_words import MEALS
from emis_desktop.rules.dates import parse_birth_date
from resources.words import N_, Words
from ui.students.model import sex_words
from ui.students.record.contacts import AddressesCard, ContactsCard
from ui.students.record.numbers import NumbersCard
from ui.students.record.own_fields import OwnFieldsCard
from ui.students.record.scope import Part, RecordScope, only_when
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.fields import ChoiceField, DateField, Field, PhoneField, SegmentField, TextField
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
        self.contacts = ContactsCard(scope, self.words.tr("Phones and e-mails"), "student.contacts")
        self.addresses = AddressesCard(scope)
        self.numbers = NumbersCard(scope)
        self.own = OwnFieldsCard(self.words, self._save_own, edits=scope.edits, name="student.own")
        self.own.keeps = scope.saver.keeps
        self.own.came, self.own.gone = scope.saver.watch, scope.saver.unwatch
        for card in (self.person, self.home, self.numbers, self.own):
            self.body.addWidget(card)
        self.more = row(None, 12)
        for more in (self.contacts, self.addresses):
            only_when(scope.reads_contact, more)
            self.more.addWidget(more, 1)
        self.body.addLayout(self.more)
        self.body.addStretch(1)
        scope.saver.watch(*self.fields())

    def cards(self) -> list[FormCard]:
        """The sections, in reading order."""
        return [self.person, self.home, self.numbers, self.own]

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
        self.far = self._text("distance_km", tr("Kilometres to school"), optional=True, width=_SHORT)
        card.add(self.far)
        self.meals = self._meals_field()
        if self.scope.reads_contact:
            card.add(self.meals)
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

    def _meals_field(self) -> ChoiceField | TextField:
        tr = self.words.tr
        if not self.scope.edits:
            shown = TextField(tr("Meals"), self.words, name="student.meals")
            shown.set_read_only(True)
            return shown
        choices = [("", tr("Not known")), *((key, tr(text)) for key, text in MEALS.items())]
        field = ChoiceField(tr("Meals"), choices, self.words, optional=True, name="student.meals")
        field.chosen.connect(partial(self._save, field, "meals"))
        return field

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
                field.set_text(self._shown(getattr(record, name)))
        if not keeps(self.born):
            self.born.set_value(record.birth_date)
            self.born.set_help("" if record.birth_date else self.words.tr("Not known"))
        self._offer_unknown()
        if isinstance(self.sex, SegmentField):
            self.sex.set_value(record.sex or "")
        else:
            self.sex.set_text(sex_words(self.words, record.sex))
        if self.phone is not None and not keeps(self.phone):
            phones = (line.value for line in record.contacts if line.kind == "phone")
            self.phone.set_text(next(phones, ""))
        self.numbers.show_record(record)
        self._show_more(record)

    def _shown(self, value: str | Decimal | None) -> str:
        return self.words.number(value.normalize()) if isinstance(value, Decimal) else value or ""

    def _show_more(self, record: StudentRecord) -> None:
        """What is there once the pupil is stored."""
        if isinstance(self.meals, ChoiceField):
            self.meals.set_value(record.meals or "")
        else:
            known = MEALS.get(record.meals or "")
            self.meals.set_text(self.words.tr(known) if known is not None else "")
        self.own.show_lines(record.custom)
        self.contacts.show_lines(record.contacts)
        self.addresses.show_lines(record.addresses)
        self._show_stored(stored=True)

    def _show_stored(self, *, stored: bool) -> None:
        """A new pupil's meals, way to school and further addresses are typed once the pupil is stored."""
        self.far.setVisible(stored)
        self.meals.setVisible(stored and self.scope.reads_contact)
        for card in (self.contacts, self.addresses):
            card.setVisible(stored and self.scope.reads_contact)
        self.own.setVisible(stored and bool(self.own.inputs))

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
        self._show_stored(stored=False)
        self._offer_unknown()

    def fields(self) -> list[Field]:
        """Every field but those of numbers, which come and go."""
        phone = [self.phone] if self.phone is not None else []
        return [*self.texts.values(), self.born, self.sex, self.meals, *phone]

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

    def _save_own(self, field: Field, info: CustomFieldInfo, typed: str) -> None:
        scope = self.scope
        if scope.record is not None:
            custom, student_id = scope.context.services.custom_fields, scope.student_id
            scope.saver.save(field, lambda: custom.set_value(student_id, info.id, typed))

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
