"""This laptop: language, look, lock, reminder, and the recovery code."""

from __future__ import annotations

from PySide6.QtCore import Signal

from emis_desktop.errors import CannotSave, EmisError, Refused
from emis_desktop.rules.rights import Right, offers
from resources.words import LANGUAGE_NAMES
from ui.context import UiContext
from ui.laptop_choices import backup_choices, lock_choices, theme_choices
from ui.recovery_code import RecoveryCodeBox
from ui.settings_page.section import Section
from ui.theme.theme import ThemeMode
from ui.widgets.base import discard, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.fields import ChoiceField, SegmentField
from ui.widgets.form import FormCard, PasswordField
from ui.widgets.text import Text
from ui.work_queue import WorkQueue


class LaptopSection(Section):
    """``language_asked(code)``: the window is shown again in that language."""

    language_asked = Signal(str)

    def __init__(self, context: UiContext, queue: WorkQueue) -> None:
        super().__init__(context, queue, "laptop")
        tr = self.words.tr
        self._card = FormCard(tr("This laptop"), name="settings.laptop.card")
        self._language = SegmentField(
            tr("Language"), list(LANGUAGE_NAMES.items()), self.words, name="settings.language"
        )
        self._look = SegmentField(tr("Look"), theme_choices(self.words), self.words, name="settings.look")
        self._lock = ChoiceField(
            tr("Locks itself after"), lock_choices(self.words), self.words, name="settings.lock"
        )
        self._backup = ChoiceField(
            tr("Reminds of a USB copy"), backup_choices(self.words), self.words, name="settings.backup"
        )
        for field in (self._language, self._look, self._lock, self._backup):
            self._card.add(field)
        self._card.set_compact(True)
        self.body.addWidget(self._card)
        if offers(context.actor, Right.MANAGE_USERS):
            self.body.addWidget(self._recovery_card())
        self.body.addStretch(1)
        self._language.chosen.connect(self._ask_language)
        self._look.chosen.connect(self._set_look)
        self._lock.chosen.connect(lambda key: self._change(self._lock, auto_lock_minutes=int(key)))
        self._backup.chosen.connect(lambda key: self._change(self._backup, backup_days=int(key)))
        context.settings.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show what holds now; a time that is not among the choices is added."""
        settings = self.context.settings
        self._language.set_value(self.words.language)
        self._look.set_value(self.context.theme.mode.value)
        self._lock.set_value(str(settings.auto_lock_minutes))
        self._backup.set_value(str(settings.backup_days))

    def _ask_language(self, code: str) -> None:
        """Another language is another window; this one goes on saying its own."""
        self._language.set_value(self.words.language)
        self.language_asked.emit(code)

    def _set_look(self, key: str) -> None:
        self.context.theme.set_mode(ThemeMode(key))
        self._change(self._look, theme=key)

    def _change(self, field: ChoiceField | SegmentField, **values: object) -> None:
        try:
            self.context.settings.change(**values)
        except CannotSave as refusal:
            field.set_refusal(refusal)
        else:
            field.set_fault("")
            self.saved.emit(self.words.tr("Saved"))

    # -- The recovery code ----------------------------------------------------------------------------

    def _recovery_card(self) -> Card:
        tr = self.words.tr
        card = Card(name="settings.recovery.card")
        card.add_head(tr("Recovery code"))
        what = tr(
            "It opens this laptop when every password is forgotten. A new code makes the old one useless: "
            "for a sheet that is lost or was used."
        )
        card.body.addWidget(Text(what, 12, tone="secondary", wrap=True))
        self._password = PasswordField(tr("Your password"), self.words, name="settings.recovery.password")
        self._password.setMaximumWidth(420)
        self._password.entered.connect(self.renew)
        card.body.addWidget(self._password)
        line = row(None, 8)
        self._renew = Button(tr("Make a new code"), icon="key-round", name="settings.recovery.renew")
        self._renew.clicked.connect(self.renew)
        line.addWidget(self._renew)
        line.addStretch(1)
        card.body.addLayout(line)
        self._code_holder = card
        self._code: RecoveryCodeBox | None = None
        return card

    def renew(self) -> None:
        """Make a new code after asking for the password: the code opens everything."""
        if not self._renew.isEnabled():
            return
        if not self._password.line.text():
            self._password.set_fault(self.words.tr("Type the password."))
            self._password.setFocus()
            return
        password = self._password.take()
        self._password.set_fault("")
        self._renew.setEnabled(False)
        users = self.context.services.users
        called = self.words.tr("The new code is still being made")
        task = self.context.tasks.run(lambda _control: users.renew_recovery(password), called, stops=False)
        task.succeeded.connect(self._renewed)
        task.refused.connect(self._not_renewed)

    def _renewed(self, code: str | None) -> None:
        self._renew.setEnabled(True)
        self._drop_code()
        if code is not None:
            name = self._whose()
            self._code = RecoveryCodeBox(self.words, name, code, self.context.tasks)
            self._code_holder.body.addWidget(self._code)

    def _not_renewed(self, refusal: EmisError) -> None:
        self._renew.setEnabled(True)
        if isinstance(refusal, Refused) and refusal.field == "password":
            self._password.set_refusal(refusal)
            self._password.setFocus()
        else:
            self.tell(refusal)

    def _whose(self) -> str:
        schools = self.context.queries.school.schools()
        if self.context.actor.institution_id is not None and schools:
            return schools[0].name
        return self.context.profile.identity.ministry if self.context.profile is not None else ""

    def _drop_code(self) -> None:
        if self._code is not None:
            discard(self._code)
            self._code = None

    def leave(self) -> bool:
        """The code is shown once: it goes with the page; one that is being made is waited for."""
        if not offers(self.context.actor, Right.MANAGE_USERS):
            return True
        if not self._renew.isEnabled():
            return False
        self._drop_code()
        self._password.line.clear()
        return True
