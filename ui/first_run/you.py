"""Step 2: your name and password."""

from __future__ import annotations

from dataclasses import replace

from emis_desktop.errors import Refused
from emis_desktop.laptop import FIRST_ROLE
from emis_desktop.rules.rights import ROLE_NAMES
from resources.words import Words
from ui.first_run.answers import Answers
from ui.first_run.step import Step
from ui.passwords import NewPassword
from ui.widgets.card import Card
from ui.widgets.fields import TextField
from ui.widgets.text import Text


class YouStep(Step):
    """The first person of the laptop: who may add the others."""

    def __init__(self, words: Words) -> None:
        tr = words.tr
        super().__init__(
            words,
            tr("Who are you?"),
            tr("You are the first on this laptop and can add the others afterwards."),
            name="first.you",
        )
        card = Card(name="first.you.card")
        card.body.setSpacing(14)
        self._name = TextField(
            tr("Your name"),
            words,
            help_text=tr("As colleagues see it on the sign-in list."),
            width=360,
            name="first.name",
        )
        self._name.edited.connect(lambda _text: self._name.set_fault(""))
        self._password = NewPassword(
            words, lambda: (self._name.text(), self._school), name="first", label=tr("Password")
        )
        self._role = Text("", tone="secondary", wrap=True)
        self._school = ""
        card.body.addWidget(self._name)
        card.body.addWidget(self._password)
        card.body.addWidget(self._role)
        self.body.addWidget(card)
        only = tr(
            "Only you know the password. It is kept nowhere; forgotten, it is set anew by a colleague or "
            "with the recovery code."
        )
        self.body.addWidget(Text(only, 12, tone="secondary", wrap=True))
        self.body.addStretch(1)

    def fill(self, answers: Answers) -> None:
        """Show what has been answered, and the role that goes with the office."""
        self._school = answers.school
        self._name.set_text(answers.name)
        self._password.show_typed(answers.password, answers.again)
        role = self.words.tr(ROLE_NAMES[FIRST_ROLE[answers.kind]])
        self._role.setText(
            self.words.tr("Your role is {role}: it may do everything on this laptop.", role=role)
        )

    def answers(self, before: Answers) -> Answers:
        """Name and password, as typed both times."""
        return replace(
            before,
            name=" ".join(self._name.text().split()),
            password=self._password.text(),
            again=self._password.second.line.text(),
        )

    def check(self) -> bool:
        """A name and a good password, typed twice."""
        missing = not self._name.text().strip()
        self._name.set_fault(self.words.tr("Type your name.") if missing else "")
        if missing:
            self._name.setFocus()
            return False
        return self._password.check()

    def refuse(self, refusal: Refused) -> bool:
        """A password that is refused."""
        if refusal.field != "password":
            return False
        self._password.first.set_refusal(refusal)
        self._password.setFocus()
        return True

    def focus_first(self) -> None:
        """The name."""
        self._name.setFocus()
