"""One guardian of the pupil as a section of the form."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal

from emis_desktop.queries.student_lines import GuardianLine
from emis_desktop.rules.names import display_name
from ui.students.record.contacts import ContactsCard
from ui.students.record.scope import RecordScope, only_when
from ui.widgets.button import Button
from ui.widgets.fields import ChoiceField, Field, PhoneField, SegmentField, TextField
from ui.widgets.form import FormCard

YES, NO = "yes", "no"


class GuardianCard(FormCard):
    """Names, relation, phone, and what the guardian may do; each field saves when left.

    ``moved(link, step)``: called earlier (-1) or later (1); ``removed(GuardianLine)``.
    """

    moved = Signal(object, int)
    removed = Signal(object)

    def __init__(self, scope: RecordScope, line: GuardianLine) -> None:
        super().__init__("", name=f"student.guardian.{line.id}")
        self._scope, self.words, self.line = scope, scope.words, line
        self.texts: dict[str, TextField] = {}
        tr = self.words.tr
        further = self._verb(tr("Add phone or e-mail"), "further", self._ask_contact)
        only_when(scope.reads_contact, further)
        self.up = self._verb(tr("Call earlier"), "up", lambda: self.moved.emit(self.line.id, -1))
        self.down = self._verb(tr("Call later"), "down", lambda: self.moved.emit(self.line.id, 1))
        self._verb(tr("Remove"), "remove", lambda: self.removed.emit(self.line))
        self.add(self._text("given_names", tr("Given names")))
        self.add(self._text("family_name", tr("Family name")))
        self.add(self._relation_field())
        self.phone = PhoneField(tr("Phone"), self.words, optional=True, name=self._name("phone"))
        self.phone.set_read_only(not scope.edits)
        self.phone.committed.connect(self._save_phone)
        if scope.reads_contact:
            self.add(self.phone)
        self.collect = self._yes_no(tr("May collect the pupil"), "may_collect")
        self.court = self._yes_no(tr("Court order"), "court_order")
        self.contacts = ContactsCard(
            scope, self.words.tr("Further phones and e-mails"), self._name("contacts")
        )
        self.contacts.rest_of(line.person_id)
        self.body.addWidget(self.contacts)
        scope.saver.watch(*self.fields())

    def _ask_contact(self) -> None:
        self.contacts.ask_add()

    def _name(self, part: str) -> str:
        return f"student.guardian.{part}"

    def _verb(self, text: str, name: str, act: object) -> Button:
        button = Button(text, "link", name=self._name(name))
        button.clicked.connect(act)
        only_when(self._scope.edits, button)
        self.head.end.addWidget(button)
        return button

    def _text(self, name: str, label: str) -> TextField:
        field = TextField(label, self.words, name=self._name(name))
        field.set_read_only(not self._scope.edits)
        field.committed.connect(partial(self._save_name, field, name))
        self.texts[name] = field
        return field

    def _relation_field(self) -> Field:
        tr = self.words.tr
        self.relation: ChoiceField | TextField
        if not self._scope.edits:
            self.relation = TextField(tr("Relation"), self.words, name=self._name("relation"))
            self.relation.set_read_only(True)
            return self.relation
        self.relation = ChoiceField(
            tr("Relation"),
            self._scope.say.listed("guardian_relation"),
            self.words,
            name=self._name("relation"),
        )
        self.relation.chosen.connect(lambda code: self._save(self.relation, relation=code))
        return self.relation

    def _yes_no(self, label: str, name: str) -> SegmentField | TextField:
        field: SegmentField | TextField
        if self._scope.edits:
            choices = [(YES, self.words.tr("Yes")), (NO, self.words.tr("No"))]
            field = SegmentField(label, choices, self.words, name=self._name(name))
            field.chosen.connect(lambda key: self._save(field, **{name: key == YES}))
        else:
            field = TextField(label, self.words, width=80, name=self._name(name))
            field.set_read_only(True)
        self.add(field)
        return field

    def fields(self) -> list[Field]:
        """The fields in reading order."""
        return [*self.texts.values(), self.relation, self.phone, self.collect, self.court]

    def show_line(self, line: GuardianLine, place: int, count: int) -> None:
        """Show the guardian as the one in ``place`` (from 1) of ``count``."""
        self.line = line
        keeps, tr = self._scope.saver.keeps, self.words.tr
        name = display_name(line.given_names, line.family_name)
        self.head.title.setText(tr("{place}. {name}", place=place, name=name))
        shared = self.words.listing(line.siblings)
        self.head.set_facts(tr("Also guardian of {pupils}", pupils=shared) if shared else "")
        for field_name, text in self.texts.items():
            if not keeps(text):
                text.set_text(getattr(line, field_name))
        if isinstance(self.relation, ChoiceField):
            self._offer(line.relation)
        else:
            self.relation.set_text(self._scope.say.relation(line.relation))
        if not keeps(self.phone):
            self.phone.set_text(line.phone or "")
        for field, value in ((self.collect, line.may_collect), (self.court, line.court_order)):
            if isinstance(field, SegmentField):
                field.set_value(YES if value else NO)
            else:
                field.set_text(tr("Yes") if value else tr("No"))
        self.contacts.show_lines(line.contacts)
        self.up.setEnabled(place > 1)
        self.down.setEnabled(place < count)

    def _offer(self, code: str) -> None:
        """Choose the relation; one that the list does not have is offered too."""
        field = self.relation
        if isinstance(field, ChoiceField):
            if field.combo.findData(code) < 0:
                field.combo.addItem(self._scope.say.relation(code), code)
            field.set_value(code)

    def _save(self, field: Field, **values: object) -> None:
        relations, link = self._scope.context.services.relations, self.line.id
        self._scope.saver.save(field, lambda: relations.change_guardian(link, **values))  # type: ignore[arg-type]

    def _save_name(self, field: Field, name: str, text: str) -> None:
        relations, link = self._scope.context.services.relations, self.line.id
        self._scope.saver.save(field, lambda: relations.name_guardian(link, name, text))

    def _save_phone(self, text: str) -> None:
        relations, person = self._scope.context.services.relations, self.line.person_id
        self._scope.saver.save(self.phone, lambda: relations.set_phone(person, text))
