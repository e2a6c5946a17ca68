"""Further phones, e-mails and addresses of a person, as cards of a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from emis_desktop.queries.student_lines import AddressLine, ContactLine
from emis_desktop.rules.code_words import ADDRESS_KINDS, CONTACT_KINDS
from emis_desktop.services.contacts import NewAddress
from ui.students.asking import FieldsDialog
from ui.students.record.days import day_field
from ui.students.record.scope import RecordScope
from ui.widgets.entries import Entry, EntryCard
from ui.widgets.fields import ChoiceField, SegmentField, TextField

CHANGE, REMOVE, FIRST = "change", "remove", "first"


class ContactsCard(EntryCard):
    """Every phone and e-mail in the order in which they are tried."""

    def __init__(self, scope: RecordScope, title: str, name: str) -> None:
        tr = scope.words.tr
        super().__init__(
            title,
            tr("Add phone or e-mail") if scope.edits else "",
            tr("No phone or e-mail yet."),
            name=name,
        )
        self._scope, self.words, self._name = scope, scope.words, name
        self._lines: dict[str, ContactLine] = {}
        self._person: Callable[[], UUID] = lambda: scope.student_id
        self._rest = False
        self.add_asked.connect(self.ask_add)
        self.asked.connect(self._do)

    def rest_of(self, person_id: UUID) -> None:
        """Show a guardian's instead of the pupil's, without the first phone, which has a field of its own."""
        self._person, self._rest = lambda: person_id, True
        self.add_button.hide()

    def show_lines(self, lines: Sequence[ContactLine]) -> None:
        """Show what is stored."""
        tr = self.words.tr
        if self._rest:
            first_phone = next((line for line in lines if line.kind == "phone"), None)
            lines = [line for line in lines if line is not first_phone]
            self.setVisible(bool(lines))
        self._lines = {str(line.id): line for line in lines}
        verbs = ((CHANGE, tr("Change")), (REMOVE, tr("Remove"))) if self._scope.edits else ()
        entries = []
        for place, (key, line) in enumerate(self._lines.items()):
            first = ((FIRST, tr("Try first")),) if (place or self._rest) and self._scope.edits else ()
            entries.append(Entry(key, line.value, self._scope.say.contact(line), verbs=(*first, *verbs)))
        self.show_entries(entries)

    def ask_add(self) -> FieldsDialog:
        """A new one."""
        tr, contacts, person_id = self.words.tr, self._scope.context.services.contacts, self._person()
        kinds = [(key, tr(text)) for key, text in CONTACT_KINDS.items()]
        kind = SegmentField(tr("Kind"), kinds, self.words, name=f"{self._name}.kind")
        kind.set_value("phone")
        value, label = self._fields("", "")

        def act() -> Callable[[], object]:
            chosen, typed, named = kind.value(), value.text(), label.text()
            return lambda: contacts.add_contact(person_id, chosen, typed, named)

        return self._scope.ask(
            tr("Add phone or e-mail"),
            ((kind, "kind"), (value, "value,phone"), (label, "label")),
            act,
            deed=tr("Add"),
            name=f"{self._name}.dialog",
            parent=self,
        )

    def _ask_change(self, line: ContactLine) -> None:
        tr, contacts = self.words.tr, self._scope.context.services.contacts
        value, label = self._fields(line.value, line.label or "")

        def act() -> Callable[[], object]:
            typed, named = value.text(), label.text()
            return lambda: contacts.change_contact(line.id, typed, named)

        self._scope.ask(
            tr("Change phone or e-mail"),
            ((value, "value,phone"), (label, "label")),
            act,
            deed=tr("Save"),
            name=f"{self._name}.dialog",
            parent=self,
        )

    def _fields(self, value: str, label: str) -> tuple[TextField, TextField]:
        tr = self.words.tr
        first = TextField(tr("Phone or e-mail"), self.words, name=f"{self._name}.value")
        second = TextField(
            tr("What it is"),
            self.words,
            optional=True,
            help_text=tr("Such as work, evenings, neighbour"),
            name=f"{self._name}.label",
        )
        first.set_text(value)
        second.set_text(label)
        return first, second

    def _do(self, key: str, verb: str) -> None:
        line, contacts = self._lines[key], self._scope.context.services.contacts
        if verb == CHANGE:
            self._ask_change(line)
        elif verb == REMOVE:
            told = self.words.tr("{what} removed", what=line.value)
            self._scope.do(partial(contacts.remove_contact, line.id), told)
        else:
            order = [line.id, *(one.id for one in self._lines.values() if one.id != line.id)]
            self._scope.do(partial(contacts.order_contacts, self._person(), order))


class AddressesCard(EntryCard):
    """Addresses beside that of the record."""

    def __init__(self, scope: RecordScope) -> None:
        tr = scope.words.tr
        super().__init__(
            tr("Further addresses"),
            tr("Add address") if scope.edits else "",
            tr("None: a second home, a postal address, where the pupil lives in term time."),
            name="student.addresses",
        )
        self._scope, self.words = scope, scope.words
        self._lines: dict[str, AddressLine] = {}
        self.add_asked.connect(lambda: self._ask(None))
        self.asked.connect(self._do)

    def show_lines(self, lines: Sequence[AddressLine]) -> None:
        """Show what is stored."""
        tr, say = self.words.tr, self._scope.say
        self._lines = {str(line.id): line for line in lines}
        verbs = ((CHANGE, tr("Change")), (REMOVE, tr("Remove"))) if self._scope.edits else ()
        entries = []
        for key, line in self._lines.items():
            kind = tr(ADDRESS_KINDS.get(line.kind, line.kind))
            facts = ", ".join(filter(None, (kind, say.span(line.starts_on, line.ends_on))))
            entries.append(Entry(key, line.lines, facts, verbs=verbs))
        self.show_entries(entries)

    def _ask(self, line: AddressLine | None) -> None:
        tr, words, contacts = self.words.tr, self.words, self._scope.context.services.contacts
        kinds = [(key, tr(text)) for key, text in ADDRESS_KINDS.items()]
        kind = ChoiceField(tr("Kind"), kinds, words, name="student.address.kind")
        kind.set_value(line.kind if line else "home")
        lines = TextField(tr("Address"), words, name="student.address.lines")
        lines.set_text(line.lines if line else "")
        first = day_field(words, tr("From"), "student.address.from", line.starts_on if line else None)
        last = day_field(words, tr("Until"), "student.address.until", line.ends_on if line else None)
        student_id = self._scope.student_id

        def act() -> Callable[[], object]:
            typed = NewAddress(kind.value(), lines.text(), first.value(), last.value())
            if line is None:
                return lambda: contacts.add_address(student_id, typed)
            return lambda: contacts.change_address(line.id, typed)

        self._scope.ask(
            tr("Add address") if line is None else tr("Change address"),
            ((kind, "kind"), (lines, "lines"), (first, "starts_on"), (last, "ends_on")),
            act,
            deed=tr("Add") if line is None else tr("Save"),
            name="student.address",
            parent=self,
        )

    def _do(self, key: str, verb: str) -> None:
        line, contacts = self._lines[key], self._scope.context.services.contacts
        if verb == CHANGE:
            self._ask(line)
        else:
            self._scope.do(partial(contacts.remove_address, line.id), self.words.tr("Address removed"))
