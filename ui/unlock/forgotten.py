"""A forgotten password: whom to ask, and the way with the ministry's recovery code."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from emis_desktop.errors import EmisError, Refused, StoreDamaged, StoreTooNew
from emis_desktop.front import load_front
from emis_desktop.keyring.recovery import check_code
from emis_desktop.keyring.ring_file import Person
from emis_desktop.rules.rights import ROLE_RIGHTS, Right, Role
from resources.words import Words
from ui.passwords import NewPassword
from ui.theme.fonts import SEMIBOLD
from ui.unlock.card_screen import CardScreen
from ui.unlock.opener import Opener
from ui.widgets.base import row
from ui.widgets.busy import BusyMark
from ui.widgets.button import Button
from ui.widgets.card import Rule
from ui.widgets.fields import ChoiceField, TextField
from ui.widgets.text import Text


@dataclass(frozen=True, slots=True, repr=False)
class Typed:
    """What stands in the fields: whose password, the code, and the new password twice. Never shown."""

    who: str
    code: str
    passwords: tuple[str, str]


class ForgottenScreen(CardScreen):
    """``left(text)`` when it is done with: the text says what was done, "" for nothing. ``broken(EmisError)``
    says that the records cannot be opened.
    """

    left = Signal(str)
    broken = Signal(object)

    def __init__(self, words: Words, opener: Opener, user_id: UUID, kept: object = None) -> None:
        """``user_id`` is who was chosen on the sign-in list; ``kept`` was ``typed`` before."""
        super().__init__(
            words, load_front(opener.home.front), words.tr("A forgotten password"), "", name="forgotten"
        )
        self._opener = opener
        self._people = {str(person.id): person for person in opener.people()}
        self.body.addWidget(Text(words.tr("Ask a colleague"), 14, SEMIBOLD))
        self.body.addWidget(Text(self._who_helps(user_id), tone="secondary", wrap=True))
        self.body.addWidget(Rule())
        self.body.addWidget(Text(words.tr("Or use the recovery code"), 14, SEMIBOLD))
        what = words.tr(
            "It was printed when this laptop was set up; the ministry keeps it. No line is needed."
        )
        self.body.addWidget(Text(what, 12, tone="secondary", wrap=True))
        choices = [(key, person.name) for key, person in self._people.items()]
        self._who = ChoiceField(words.tr("New password for"), choices, words, name="forgotten.who")
        self._who.set_value(str(user_id))
        self._code = TextField(
            words.tr("Recovery code"),
            words,
            name="forgotten.code",
            help_text=words.tr("Eight groups of five."),
        )
        self._code.line.setInputMethodHints(
            Qt.InputMethodHint.ImhNoPredictiveText | Qt.InputMethodHint.ImhSensitiveData
        )
        self._code.committed.connect(lambda _text: self._check_code())
        self._password = NewPassword(words, self._about, name="forgotten")
        for line in self._lines():
            line.returnPressed.connect(self._entered)
        for field in (self._who, self._code, self._password):
            self.body.addWidget(field)
        self._verbs()
        if isinstance(kept, Typed):
            self._who.set_value(kept.who)
            self._code.set_text(kept.code)
            self._password.show_typed(*kept.passwords)

    def typed(self) -> Typed:
        """What stands in the fields, for this screen in another language."""
        passwords = self._password.first.line.text(), self._password.second.line.text()
        return Typed(self._who.value(), self._code.text(), passwords)

    def _verbs(self) -> None:
        words = self.words
        verbs = row(None, 8)
        self._back = Button(words.tr("Back"), name="forgotten.back")
        self._back.clicked.connect(lambda: self.left.emit(""))
        verbs.addWidget(self._back)
        verbs.addStretch(1)
        self._mark = BusyMark(words.tr("Setting the password"), name="forgotten.busy")
        verbs.addWidget(self._mark)
        self._go = Button(words.tr("Set the new password"), "primary", name="forgotten.set")
        self._go.clicked.connect(self._set)
        verbs.addWidget(self._go)
        self.body.addLayout(verbs)

    def focus_first(self) -> None:
        """The code."""
        self._code.line.setFocus()

    def _who_helps(self, user_id: UUID) -> str:
        names = [one.name for one in self._people.values() if _helps(one) and one.id != user_id]
        tr = self.words.tr
        if not names:
            return tr("Nobody else on this laptop can set a new password.")
        return tr(
            "{names} can set a new one: sign in here, then Settings, People, Reset password.",
            names=self.words.listing(names),
        )

    def _about(self) -> tuple[str, ...]:
        person = self._people.get(self._who.value())
        return (person.name,) if person is not None else ()

    def _check_code(self) -> bool:
        """Tell a slip at once: the code has check letters."""
        try:
            check_code(self._code.text())
        except Refused as refusal:
            self._code.set_refusal(refusal)
            return False
        self._code.set_fault("")
        self._code.set_help(self.words.tr("The code is whole."))
        return True

    def _lines(self) -> tuple[QLineEdit, ...]:
        """What is typed into, from the top down."""
        return self._code.line, self._password.first.line, self._password.second.line

    def _entered(self) -> None:
        """Enter in a field: to the next empty one, and once all is filled in what the button does."""
        lines = self._lines()
        here = next(place for place, line in enumerate(lines) if line is self.sender())
        empty = next((line for line in (*lines[here:], *lines[:here]) if not line.text().strip()), None)
        if empty is None:
            self._set()
        else:
            empty.setFocus(Qt.FocusReason.TabFocusReason)

    def _set(self) -> None:
        if not self._check_code():
            self._code.line.setFocus()
            return
        if not self._password.check() or not self._go.isEnabled():
            return
        who = UUID(self._who.value())
        task = self._opener.recover(self._code.text(), who, self._password.text())
        task.succeeded.connect(self._done)
        task.refused.connect(self._refused)
        self._set_busy(busy=True)

    def _set_busy(self, *, busy: bool) -> None:
        """While the password is being set nothing leads away, so that what came of it is told."""
        for part in (self._go, self._back, self._who, self._code, self._password, self.tongues):
            part.setEnabled(not busy)
        if busy:
            self._mark.start()
        else:
            self._mark.stop()

    def _done(self, _nothing: object) -> None:
        person = self._people[self._who.value()]
        self._password.clear()
        self._code.set_text("")
        self.left.emit(self.words.tr("{name} has a new password. Sign in with it.", name=person.name))

    def _refused(self, refusal: EmisError) -> None:
        self._set_busy(busy=False)
        field = refusal.field if isinstance(refusal, Refused) else None
        if field == "password":
            self._password.first.set_refusal(refusal)
            self._password.first.line.setFocus()
        elif isinstance(refusal, (StoreDamaged, StoreTooNew)):
            self.broken.emit(refusal)
        elif field is None:
            self._code.set_refusal(refusal)
        else:
            self._code.set_refusal(refusal)
            self._code.line.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._back.isEnabled():
            self.left.emit("")


def _helps(person: Person) -> bool:
    return person.role in set(Role) and Right.MANAGE_USERS in ROLE_RIGHTS[Role(person.role)]
