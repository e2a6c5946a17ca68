"""Dialogs about staff: somebody joins, a post begins, changes or ends, classes are handed over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.queries.staff import StaffLine
from emis_desktop.queries.staff_records import PostLine, StaffRecord
from emis_desktop.rules.dates import parse_birth_date, parse_date
from emis_desktop.rules.staff_words import EMPLOYMENTS, END_REASONS
from emis_desktop.services.handing_over import HandOver
from emis_desktop.services.staff import TEACHER, NewMember, Post
from resources.words import N_, Words
from ui.context import UiContext
from ui.staff.saying import ROLES, choices, role_name
from ui.students.asking import AskDialog
from ui.widgets.fields import ChoiceField, DateField, SegmentField, TextField

EARLIEST, LATEST = date(1940, 1, 1), date(2100, 12, 31)
NONE = "-"


def day_field(words: Words, label: str, name: str, *, optional: bool = False) -> DateField:
    """A day of a post or course."""
    return DateField(
        label, words, lambda text: parse_date(text, EARLIEST, LATEST), optional=optional, name=name
    )


class _PostFields:
    """Role, employment and first day, and the school where several are open to the actor."""

    def __init__(self, dialog: AskDialog, schools: list[tuple[str, str]], name: str) -> None:
        tr, words = dialog.words.tr, dialog.words
        self.school = ChoiceField(tr("School"), schools, words, name=f"{name}.school")
        self.role = ChoiceField(tr("Post"), choices(dialog.context, ROLES), words, name=f"{name}.role")
        unsaid = [(NONE, tr("not said")), *((key, tr(text)) for key, text in EMPLOYMENTS.items())]
        self.employment = ChoiceField(
            tr("Employment"), unsaid, words, optional=True, name=f"{name}.employment"
        )
        self.starts = day_field(words, tr("First day"), f"{name}.starts")
        dialog.put(self.school, "school")
        dialog.put(self.role, "role")
        dialog.put(self.employment, "employment")
        dialog.put(self.starts, "starts")
        self.employment.set_value(NONE)
        self.role.set_value(TEACHER)
        self.school.setVisible(len(schools) > 1)
        if schools:
            self.school.set_value(schools[0][0])

    def post(self) -> Post:
        """What is typed; raises :class:`Refused` for what is missing."""
        school, starts = self.school.value(), self.starts.value()
        if not school:
            raise Refused(N_("Choose the school."), field="school")
        if starts is None:
            raise Refused(N_("Type the first day."), field="starts")
        employment = self.employment.value()
        return Post(UUID(school), self.role.value(), starts, None if employment in {"", NONE} else employment)


class AddMember(AskDialog):
    """Somebody joins the staff."""

    def __init__(
        self, context: UiContext, schools: list[tuple[str, str]], today: date, parent: QWidget
    ) -> None:
        tr = context.words.tr
        explained = tr("Whoever shall sign in is added in Settings, People.")
        super().__init__(context, tr("Add to the staff"), explained, name="staff.add", parent=parent)
        self._given = TextField(tr("Given names"), self.words, name="staff.add.given")
        self._family = TextField(tr("Family name"), self.words, name="staff.add.family")
        self._sex = SegmentField(
            tr("Sex"),
            [("F", tr("Woman")), ("M", tr("Man"))],
            self.words,
            optional=True,
            name="staff.add.sex",
        )
        self._born = DateField(
            tr("Date of birth"),
            self.words,
            lambda text: parse_birth_date(text, today),
            optional=True,
            name="staff.add.born",
        )
        self.put(self._given, "given_names")
        self.put(self._family, "family_name")
        self.put(self._sex, "sex")
        self.put(self._born, "birth_date")
        self._post = _PostFields(self, schools, "staff.add")
        self._post.starts.set_value(today)
        self.set_deed(tr("Add"))

    def deed_of(self) -> Callable[[], object] | None:
        """Write the person; gives the id."""
        member = NewMember(
            self._given.text(), self._family.text(), self._sex.value() or None, self._born.value()
        )
        post, staff = self._post.post(), self.context.services.staff
        return lambda: staff.add_member(member, post)


class EditPost(AskDialog):
    """A further post, or what is said of one that there is."""

    def __init__(
        self,
        context: UiContext,
        record: StaffRecord,
        post: PostLine | None,
        schools: list[tuple[str, str]],
        parent: QWidget,
    ) -> None:
        tr = context.words.tr
        question = (
            tr("A further post of {name}", name=record.name)
            if post is None
            else tr("Change the post {role}", role=role_name(context, post.role))
        )
        super().__init__(context, question, name="staff.post", parent=parent)
        self._record, self._changed = record, post
        shown = schools if post is None else [(str(post.institution_id), post.school)]
        self._fields_of_post = _PostFields(self, shown, "staff.post")
        if post is not None:
            self._fields_of_post.role.set_value(post.role)
            self._fields_of_post.employment.set_value(post.employment or NONE)
            self._fields_of_post.starts.set_value(post.starts_on)
        self.set_deed(tr("Add") if post is None else tr("Change"))

    def deed_of(self) -> Callable[[], object] | None:
        """Write the post."""
        typed, staff = self._fields_of_post.post(), self.context.services.staff
        changed, person_id = self._changed, self._record.person_id
        if changed is None:
            return lambda: staff.add_post(person_id, typed)
        return lambda: staff.change_post(changed.id, typed)


class EndPost(AskDialog):
    """The last day of a post, and why it ends."""

    def __init__(self, context: UiContext, post: PostLine, today: date, parent: QWidget) -> None:
        tr = context.words.tr
        question = tr(
            "End the post {role} at {school}?", role=role_name(context, post.role), school=post.school
        )
        explained = tr("The record stays, with what was taught. Hand over the classes beside.")
        super().__init__(context, question, explained, name="staff.end", parent=parent)
        self._post = post
        self._day = day_field(self.words, tr("Last day"), "staff.end.day")
        self._day.set_value(today)
        self._reason = ChoiceField(
            tr("Reason"),
            [(key, tr(text)) for key, text in END_REASONS.items()],
            self.words,
            name="staff.end.reason",
        )
        self.put(self._day, "day")
        self.put(self._reason, "reason")
        self.set_deed(tr("End the post"))

    def deed_of(self) -> Callable[[], object] | None:
        """End it."""
        day, reason, staff = self._day.value(), self._reason.value(), self.context.services.staff
        if day is None:
            raise Refused(N_("Type the last day."), field="day")
        if not reason:
            raise Refused(N_("Choose the reason."), field="reason")
        return lambda: staff.end_post(self._post.id, day, reason)


class HandOverDialog(AskDialog):
    """Who takes over what somebody teaches, and from when."""

    def __init__(
        self,
        context: UiContext,
        record: StaffRecord,
        institution_id: UUID,
        staff: tuple[StaffLine, ...],
        today: date,
        parent: QWidget,
    ) -> None:
        tr = context.words.tr
        explained = tr(
            "All classes, subjects and groups of years that go on. Marks and remarks stay as they are; who "
            "taught before is in the history."
        )
        question = tr("Hand over the classes of {name}?", name=record.name)
        super().__init__(context, question, explained, name="staff.hand_over", parent=parent)
        self._record, self._institution_id = record, institution_id
        others = [(str(one.person_id), one.name) for one in staff if one.person_id != record.person_id]
        self._to = ChoiceField(tr("Who takes over"), others, self.words, name="staff.hand_over.to")
        self._day = day_field(self.words, tr("From"), "staff.hand_over.day")
        self._day.set_value(today)
        self.put(self._to, "to")
        self.put(self._day, "day")
        self.set_deed(tr("Hand over"))

    def deed_of(self) -> Callable[[], object] | None:
        """Hand over; gives how much."""
        to, day = self._to.value(), self._day.value()
        if not to:
            raise Refused(N_("Choose who takes over."), field="to")
        if day is None:
            raise Refused(N_("Type the first day."), field="day")
        order = HandOver(self._record.person_id, UUID(to), self._institution_id, day)
        service = self.context.services.hand_over
        return lambda: service.hand_over(order)
