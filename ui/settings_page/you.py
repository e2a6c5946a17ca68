"""One's own sign-in: name, role and another password."""

from __future__ import annotations

from emis_desktop.errors import EmisError
from emis_desktop.rules.rights import ROLE_NAMES
from ui.context import UiContext
from ui.passwords import NewPassword
from ui.settings_page.section import FACTS, Section
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.card import Card, FactRow
from ui.widgets.form import PasswordField
from ui.work_queue import WorkQueue


class YouSection(Section):
    """Who is signed in, and Change password."""

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "you")
        tr = self.words.tr
        card = Card(name="settings.you.card")
        card.add_head(tr("You on this laptop"))
        for label, value in (
            (tr("Name"), context.actor.name),
            (tr("Role"), tr(ROLE_NAMES[context.actor.role])),
        ):
            fact = FactRow(label, value)
            fact.setMaximumWidth(FACTS)
            card.body.addWidget(fact)
        self.body.addWidget(card)
        self.body.addWidget(self._password_card())
        self.body.addStretch(1)

    def _password_card(self) -> Card:
        tr = self.words.tr
        card = Card(name="settings.password.card")
        card.add_head(tr("Another password"))
        self._old = PasswordField(tr("Password until now"), self.words, name="settings.old_password")
        self._old.setMaximumWidth(420)
        self._new = NewPassword(self.words, lambda: (self.context.actor.name,), name="settings.new")
        self._new.entered.connect(self.change)
        card.body.addWidget(self._old)
        card.body.addWidget(self._new)
        line = row(None, 8)
        self._change = Button(tr("Change password"), name="settings.change_password")
        self._change.clicked.connect(self.change)
        line.addWidget(self._change)
        line.addStretch(1)
        card.body.addLayout(line)
        return card

    def change(self) -> None:
        """Store the new password; the old one is asked for, so that nobody else can."""
        if not self._change.isEnabled():
            return
        if not self._old.line.text():
            self._old.set_fault(self.words.tr("Type the password."))
            self._old.setFocus()
            return
        self._old.set_fault("")
        if not self._new.check():
            return
        old, new = self._old.line.text(), self._new.text()
        self._change.setEnabled(False)
        users = self.context.services.users
        self._queue.run(lambda: users.change_own_password(old, new), self._changed, self._not_changed)

    def leave(self) -> bool:
        """A password that was typed and not stored does not stay on the screen."""
        self._old.line.clear()
        self._new.clear()
        return True

    def _changed(self, _nothing: object) -> None:
        self._change.setEnabled(True)
        self._old.line.clear()
        self._new.clear()
        self.context.notify(self.words.tr("Your password is changed"))

    def _not_changed(self, refusal: EmisError) -> None:
        self._change.setEnabled(True)
        self._old.set_refusal(refusal)
        self._old.setFocus()
