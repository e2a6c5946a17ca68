"""The dialogs for people: add, another role, who on the staff, another password."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QWidget

from emis_desktop.queries.staff import StaffLine
from emis_desktop.queries.users import UserLine
from emis_desktop.rules.rights import (
    READ_NAMES,
    RIGHT_NAMES,
    ROLE_NAMES,
    ROLE_READS,
    ROLE_RIGHTS,
    Right,
    Role,
)
from emis_desktop.services.users import NewUser, roles_to_give
from resources.words import Words
from ui.context import UiContext
from ui.passwords import NewPassword
from ui.students.asking import AskDialog
from ui.widgets.card import Card
from ui.widgets.fields import ChoiceField, TextField
from ui.widgets.text import Text

NOBODY = "-"


class AddPerson(AskDialog):
    """Name, role, member of staff, password."""

    def __init__(self, context: UiContext, staff: tuple[StaffLine, ...], parent: QWidget) -> None:
        tr = context.words.tr
        super().__init__(context, tr("Add a person"), name="settings.add", parent=parent)
        self.setMinimumWidth(560)
        self._name = TextField(
            tr("Name"),
            self.words,
            help_text=tr("As colleagues see it on the sign-in list."),
            name="settings.add.name",
        )
        self._role = RoleField(context, name="settings.add.role")
        self._staff = staff_field(self.words, staff, "settings.add.staff")
        self._password = NewPassword(
            self.words, lambda: (self._name.text(),), name="settings.add", label=tr("First password")
        )
        self.put(self._name, "name")
        self.put(self._role, "role")
        self.body.addWidget(self._role.told)
        self.put(self._staff, "person")
        self.body.addWidget(self._password)
        self._fields["password"] = self._password.first
        change = tr("Tell it to them; they can change it in Settings, You.")
        self.body.addWidget(Text(change, 12, tone="secondary", wrap=True))
        self.set_deed(tr("Add"))

    def deed_of(self) -> Callable[[], object] | None:
        """Add the person; gives the name."""
        name = " ".join(self._name.text().split())
        if not name:
            self._name.set_fault(self.words.tr("Type the name."))
            self._name.setFocus()
            return None
        role = self._role.role()
        if role is None:
            self._role.set_fault(self.words.tr("Choose a role."))
            self._role.setFocus()
            return None
        if not self._password.check():
            return None
        new = NewUser(name, role, self._password.text(), chosen_staff(self._staff))
        users = self.context.services.users

        def add() -> str:
            users.add(new)
            return name

        return add


class ChangeRole(AskDialog):
    """Another role, with what it may do."""

    def __init__(self, context: UiContext, user: UserLine, parent: QWidget) -> None:
        tr = context.words.tr
        super().__init__(
            context,
            tr("Which role has {name}?", name=user.name),
            tr(
                "Rights follow at the next sign-in of {name}; notes that the role does not read are closed "
                "at once.",
                name=user.name,
            ),
            name="settings.role",
            parent=parent,
        )
        self._user = user
        self._role = RoleField(context, name="settings.role.role")
        if user.role is None:
            self._role.explain(tr("The role that stands there is not valid here. Choose it again."))
        else:
            self._role.set_role(user.role)
        self.put(self._role, "role")
        self.body.addWidget(self._role.told)
        self.set_deed(tr("Change role"))

    def deed_of(self) -> Callable[[], object] | None:
        """Change it; gives the kinds of notes that stay closed."""
        role, user_id, users = self._role.role(), self._user.id, self.context.services.users
        if role is None:
            self._role.set_fault(self.words.tr("Choose a role."))
            self._role.setFocus()
            return None
        return lambda: users.change_role(user_id, role)


class LinkStaff(AskDialog):
    """Which member of staff a user is."""

    def __init__(
        self, context: UiContext, user: UserLine, staff: tuple[StaffLine, ...], parent: QWidget
    ) -> None:
        tr = context.words.tr
        super().__init__(
            context,
            tr("Who on the staff is {name}?", name=user.name),
            tr("A teacher sees the classes and subjects of that member of staff, and no others."),
            name="settings.link",
            parent=parent,
        )
        self._user = user
        self._staff = staff_field(self.words, staff, "settings.link.staff")
        self._staff.set_value(str(user.person_id) if user.person_id else NOBODY)
        self.put(self._staff, "person")
        self.set_deed(tr("Save"))

    def deed_of(self) -> Callable[[], object] | None:
        """Store it."""
        person_id, user_id, users = chosen_staff(self._staff), self._user.id, self.context.services.users
        return lambda: users.link(user_id, person_id)


class ResetPassword(AskDialog):
    """Another password for somebody who forgot it."""

    def __init__(self, context: UiContext, user: UserLine, parent: QWidget) -> None:
        tr = context.words.tr
        super().__init__(
            context,
            tr("A new password for {name}", name=user.name),
            tr("The one until now opens nothing any more. It stands in the history that you reset it."),
            name="settings.reset",
            parent=parent,
        )
        self.setMinimumWidth(560)
        self._user = user
        self._password = NewPassword(self.words, lambda: (user.name,), name="settings.reset")
        self.body.addWidget(self._password)
        self._fields["password"] = self._password.first
        self.set_deed(tr("Reset password"))

    def deed_of(self) -> Callable[[], object] | None:
        """Store it; gives the kinds of notes that stay closed."""
        if not self._password.check():
            return None
        password, user_id, users = self._password.text(), self._user.id, self.context.services.users
        return lambda: users.reset_password(user_id, password)


class RoleField(ChoiceField):
    """The roles that may be given; ``told`` is a card that says what the chosen one may do."""

    def __init__(self, context: UiContext, *, name: str) -> None:
        words = context.words
        choices = [(role.value, words.tr(ROLE_NAMES[role])) for role in roles_to_give(context.actor)]
        super().__init__(words.tr("Role"), choices, words, name=name)
        self.explained = RoomyText([rights_words(words, role) for role in roles_to_give(context.actor)])
        self.told = Card(tint="sunken")
        self.told.body.setContentsMargins(12, 7, 12, 7)
        self.told.body.addWidget(self.explained)
        self.explain(words.tr("Choose a role: what it may do and read is told here."))
        self.chosen.connect(lambda _key: self._explain())

    def explain(self, text: str) -> None:
        """Say something under the field."""
        self.explained.setText(text)

    def role(self) -> Role | None:
        """The chosen role."""
        return Role(self.value()) if self.value() else None

    def set_role(self, role: Role) -> None:
        """Choose one."""
        self.set_value(role.value)
        self._explain()

    def _explain(self) -> None:
        role = self.role()
        self.set_fault("")
        if role is not None:
            self.explain(rights_words(self.words, role))


class RoomyText(Text):
    """Small words under a field, with room for the longest of ``texts``: what stands below stays there."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__("", 12, tone="secondary", wrap=True)
        self._texts = tuple(texts)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def heightForWidth(self, width: int) -> int:
        """As high as the highest of the texts is at that width."""
        room = QRect(0, 0, width, 10_000)
        wrap = int(Qt.TextFlag.TextWordWrap)
        heights = [self.fontMetrics().boundingRect(room, wrap, text).height() for text in self._texts]
        return max([super().heightForWidth(width), *heights])


def rights_words(words: Words, role: Role) -> str:
    """What a role may do, and which sensitive records of a pupil it reads."""
    rights = _listed(words, [RIGHT_NAMES[right] for right in RIGHT_NAMES if right in ROLE_RIGHTS[role]])
    reads = [READ_NAMES[kind] for kind in READ_NAMES if kind in ROLE_READS[role]]
    if not reads or Right.VIEW_STUDENTS not in ROLE_RIGHTS[role]:
        return words.tr("May: {rights}.", rights=rights)
    return words.tr("May: {rights}. Reads also: {records}.", rights=rights, records=_listed(words, reads))


def _listed(words: Words, names: Sequence[str]) -> str:
    said = [words.tr(name) for name in names]
    return ", ".join(one[:1].lower() + one[1:] for one in said)


def staff_field(words: Words, staff: tuple[StaffLine, ...], name: str) -> ChoiceField:
    """The staff to choose from, and nobody."""
    choices = [(NOBODY, words.tr("nobody on the staff list"))]
    choices += [(str(line.person_id), line.name) for line in staff]
    field = ChoiceField(
        words.tr("On the staff as"),
        choices,
        words,
        optional=True,
        help_text=words.tr("A teacher needs it: the classes follow from it."),
        name=name,
    )
    field.set_value(NOBODY)
    return field


def chosen_staff(field: ChoiceField) -> UUID | None:
    """The person that was chosen."""
    return UUID(field.value()) if field.value() not in ("", NOBODY) else None
