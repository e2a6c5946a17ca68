"""Step 3: how the laptop shall be, and the ministry's recovery key."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal

from emis_desktop.errors import EmisError
from emis_desktop.keyring.recovery import fingerprint, public_from_text
from resources.words import LANGUAGE_NAMES, Words
from ui.first_run.answers import Answers, Source
from ui.first_run.step import Step
from ui.laptop_choices import BACKUP_DAYS, LOCK_MINUTES, backup_choices, lock_choices, theme_choices
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.fields import ChoiceField, SegmentField, TextField
from ui.widgets.form import FormCard
from ui.widgets.text import Text

PRINT, PASTE = "print", "paste"


class MachineStep(Step):
    """Language, look, lock, copies; ``language_asked(code)``."""

    language_asked = Signal(str)

    def __init__(self, words: Words, theme: Theme) -> None:
        tr = words.tr
        self.verb = tr("Set up")
        super().__init__(
            words,
            tr("How shall the laptop be?"),
            tr("All of it can be changed later in Settings."),
            name="first.machine",
        )
        self._theme = theme
        card = FormCard(tr("The laptop"), name="first.machine.card")
        self._language = SegmentField(
            tr("Language"), list(LANGUAGE_NAMES.items()), words, name="first.language_choice"
        )
        self._look = SegmentField(tr("Look"), theme_choices(words), words, name="first.look")
        self._lock = ChoiceField(
            tr("Locks itself after"),
            lock_choices(words),
            words,
            name="first.lock",
            help_text=tr("Without key or mouse. The work is saved before."),
        )
        self._backup = ChoiceField(
            tr("Reminds of a USB copy"),
            backup_choices(words),
            words,
            name="first.backup",
            help_text=tr("A lost laptop loses what no copy has."),
        )
        for field in (self._language, self._look, self._lock, self._backup):
            card.add(field)
        card.grid.set_columns(2)
        self.body.addWidget(card)
        self._recovery = self._recovery_card()
        self.body.addWidget(self._recovery)
        self.body.addStretch(1)
        self._language.chosen.connect(self.language_asked)
        self._look.chosen.connect(lambda key: self._theme.set_mode(ThemeMode(key)))

    def _recovery_card(self) -> FormCard:
        tr = self.words.tr
        card = FormCard(tr("When every password is forgotten"), name="first.recovery.card")
        self._way = SegmentField(
            tr("Recovery"),
            [(PRINT, tr("Print a code")), (PASTE, tr("The ministry gave a key"))],
            self.words,
            name="first.recovery",
        )
        self._key = TextField(
            tr("The ministry’s public key"),
            self.words,
            help_text=tr("It begins with EMIS-KEY-1."),
            name="first.key",
        )
        self._key.committed.connect(lambda _text: self._read_key())
        card.add(self._way)
        card.add(self._key, span=2)
        card.grid.set_columns(2)
        self._what = Text("", 12, tone="secondary", wrap=True)
        card.body.addWidget(self._what)
        self._way.chosen.connect(self._show_way)
        return card

    def _show_way(self, way: str) -> None:
        """The field for a key, and what comes of this way."""
        tr = self.words.tr
        self._key.setVisible(way == PASTE)
        self._what.setText(
            tr("The ministry’s own code opens the laptop when nobody can sign in. No code is shown here.")
            if way == PASTE
            else tr(
                "The code opens the laptop when nobody can sign in. The next page shows it, once, and prints "
                "it; the ministry keeps it."
            )
        )

    def fill(self, answers: Answers) -> None:
        """Show what has been answered."""
        self._language.set_value(self.words.language)
        self._look.set_value(self._theme.mode.value)
        self._lock.set_value(str(answers.auto_lock_minutes))
        self._backup.set_value(str(answers.backup_days))
        way = PASTE if answers.ministry_key else PRINT
        self._way.set_value(way)
        self._show_way(way)
        self._key.set_text(answers.ministry_key)
        self._recovery.setVisible(answers.source is not Source.JOIN)  # the ministry's own code opens it then

    def answers(self, before: Answers) -> Answers:
        """Lock, copies, and the ministry's key when it gave one."""
        key = self._key.text().strip() if self._way.value() == PASTE else ""
        return replace(
            before,
            auto_lock_minutes=int(self._lock.value() or LOCK_MINUTES),
            backup_days=int(self._backup.value() or BACKUP_DAYS),
            ministry_key=key,
            public_key=public_from_text(key) if key and not self._key.fault else None,
        )

    def look(self) -> str:
        """Light, dark or as the system has it."""
        return self._look.value() or ThemeMode.SYSTEM.value

    def check(self) -> bool:
        """A pasted key has to be whole."""
        asked = not self._recovery.isHidden() and self._way.value() == PASTE
        if asked and not self._read_key():
            self.show_me(self._key)
            self._key.setFocus()
            return False
        return True

    def focus_first(self) -> None:
        """The language."""
        self._language.setFocus()

    def _read_key(self) -> bool:
        try:
            public = public_from_text(self._key.text())
        except EmisError as refusal:
            self._key.set_refusal(refusal)
            return False
        self._key.set_fault("")
        self._key.set_help(self.words.tr("Compare by telephone: {groups}", groups=fingerprint(public)))
        return True
