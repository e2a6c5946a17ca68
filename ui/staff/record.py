"""One member of staff: details, posts, what is taught, qualifications and training."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import Signal

from emis_desktop.errors import EmisError
from emis_desktop.queries.custom_fields import CustomFieldInfo, CustomLine
from emis_desktop.queries.staff_records import StaffRecord
from emis_desktop.rules.dates import parse_birth_date
from emis_desktop.rules.rights import Right, offers
from ui.context import UiContext
from ui.settings_page.section import Section
from ui.staff.learning_cards import LearningCards
from ui.staff.posts_card import PostsCard
from ui.staff.saying import role_name
from ui.staff.teaching_card import TeachingCard
from ui.students.record.own_fields import OwnFieldsCard
from ui.widgets.fields import DateField, Field, PhoneField, SegmentField, TextField
from ui.widgets.form import FormCard
from ui.work_queue import WorkQueue


class StaffRecordView(Section):
    """Saves field by field. ``named(name, facts)`` when the record is shown; ``lost(words)`` when it cannot
    be.
    """

    named = Signal(str, str)
    lost = Signal(str)

    def __init__(self, context: UiContext, queue: WorkQueue, today: Callable[[], date]) -> None:
        super().__init__(context, queue, "record", screen="staff")
        self._today = today
        self.record: StaffRecord | None = None
        self._wanted: UUID | None = None
        self._texts: dict[str, TextField] = {}
        self.details = self._details_card()
        self.posts, self.teaching = PostsCard(self, today), TeachingCard(self, today)
        self.learning = LearningCards(self)
        edits = offers(context.actor, Right.EDIT_STUDENTS)
        self.own = OwnFieldsCard(self.words, self._keep_own, edits=edits, name="staff.own")
        for card in (
            self.details,
            self.own,
            self.posts,
            self.teaching,
            self.learning.awards,
            self.learning.courses,
        ):
            self.body.addWidget(card)
        self.body.addStretch(1)

    def _details_card(self) -> FormCard:
        tr = self.words.tr
        card = FormCard(tr("Name and contact"), name="staff.details")
        card.add(self._text("given_names", tr("Given names")))
        card.add(self._text("family_name", tr("Family name")))
        card.add(self._text("preferred_name", tr("Name usually used"), optional=True))
        self._sex = SegmentField(
            tr("Sex"), [("F", tr("Woman")), ("M", tr("Man"))], self.words, optional=True, name="staff.sex"
        )
        self._sex.chosen.connect(lambda key: self._keep("sex", key))
        card.add(self._sex)
        self._born = DateField(
            tr("Date of birth"),
            self.words,
            lambda text: parse_birth_date(text, self._today()),
            optional=True,
            name="staff.birth_date",
        )
        self._born.dated.connect(lambda day: self._keep("birth_date", day))
        card.add(self._born)
        card.add(self._text("nationality", tr("Nationality"), optional=True))
        self._phone = PhoneField(tr("Phone"), self.words, optional=True, name="staff.phone")
        self._phone.committed.connect(partial(self._keep_contact, "phone"))
        card.add(self._phone)
        self._email = TextField(tr("E-mail"), self.words, optional=True, name="staff.email")
        self._email.committed.connect(partial(self._keep_contact, "email"))
        card.add(self._email)
        card.add(self._text("address", tr("Address"), optional=True))
        return card

    def _text(self, name: str, label: str, *, optional: bool = False) -> TextField:
        field = TextField(label, self.words, optional=optional, name=f"staff.{name}")
        field.committed.connect(partial(self._keep, name))
        self._texts[name] = field
        return field

    def set_compact(self, compact: bool) -> None:
        """Two columns of fields instead of three."""
        self.details.set_compact(compact)
        self.own.set_compact(compact)

    # -- Reading --------------------------------------------------------------------------------------

    def open_record(self, person_id: UUID) -> None:
        """Show somebody; what was refused of somebody else goes."""
        if self._wanted != person_id:
            own = (one for one in self.own.inputs.values() if isinstance(one, TextField))
            for field in (*self._texts.values(), self._phone, self._email, self._born, *own):
                field.give_up()
        self._wanted = person_id
        self.refresh()

    def refresh(self) -> None:
        """Read the record again."""
        if self._wanted is not None:
            queries, language, wanted = self.context.queries.staff_records, self.words.language, self._wanted
            self._queue.run(lambda: queries.record(wanted, language), self._show, self._lost)
            custom = self.context.queries.custom_fields
            self._queue.run(lambda: (wanted, custom.of_staff(wanted)), self._show_own, self.tell)

    def _show_own(self, found: tuple[UUID, tuple[CustomLine, ...]]) -> None:
        person_id, lines = found
        if person_id == self._wanted:
            self.own.show_lines(lines)

    def _lost(self, refusal: EmisError) -> None:
        self._wanted = self.record = None
        self.lost.emit(refusal.text(self.words))

    def _show(self, record: StaffRecord) -> None:
        if record.person_id != self._wanted:
            return
        self.record = record
        for name, field in self._texts.items():
            if not field.pending():
                field.set_text(getattr(record, name))
        for contact, text in ((self._phone, record.phone), (self._email, record.email)):
            if not contact.pending():
                contact.set_text(text)
        self._sex.set_value(record.sex)
        if not self._born.pending():
            self._born.set_value(record.birth_date)
        for shown in (self.posts, self.teaching, self.learning):
            shown.show_record(record)
        now = [role_name(self.context, post.role) for post in record.posts if post.holds(self._today())]
        self.named.emit(record.name, ", ".join(dict.fromkeys(now)) or self.words.tr("No post now"))

    # -- Fields ---------------------------------------------------------------------------------------

    def _keep(self, name: str, value: str | date | None) -> None:
        record, staff = self.record, self.context.services.staff
        if record is None or getattr(record, name) == (value if value is not None else None):
            return
        field = self._texts.get(name) or (self._sex if name == "sex" else self._born)
        self.save(lambda: staff.set_field(record.person_id, name, value), field, self.refresh)

    def _keep_own(self, field: Field, info: CustomFieldInfo, typed: str) -> None:
        record, custom = self.record, self.context.services.custom_fields
        if record is not None:
            self.save(lambda: custom.set_value(record.person_id, info.id, typed), field, self.refresh)

    def _keep_contact(self, kind: str, typed: str) -> None:
        record, staff = self.record, self.context.services.staff
        if record is not None and typed.strip() != getattr(record, kind):
            field = self._phone if kind == "phone" else self._email
            self.save(lambda: staff.set_contact(record.person_id, kind, typed), field, self.refresh)
