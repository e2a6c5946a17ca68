"""Step 1: who works on this laptop, and where the records come from."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from emis_desktop.errors import Refused
from emis_desktop.laptop import StoreKind
from emis_desktop.settings import Home
from resources.words import Words
from ui.backup.copies import Copy
from ui.first_run.answers import Answers, Source
from ui.first_run.sources import Sources
from ui.first_run.step import Step
from ui.sync_page.doors import JoinWish
from ui.tasks import Tasks
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import row
from ui.widgets.choices import ChoiceCard
from ui.widgets.fields import Field
from ui.widgets.text import Text


class WhoStep(Step):
    """Cards for the kind of office, rows for the source."""

    def __init__(self, words: Words, home: Home, tasks: Tasks) -> None:
        tr = words.tr
        super().__init__(
            words,
            tr("Who works on this laptop?"),
            tr("This decides what it keeps and what it shows. A second laptop can be something else."),
            name="first.who",
        )
        self._cards: dict[StoreKind, ChoiceCard] = {}
        group = QWidget()
        line = row(group, 12)
        for kind, icon, title, text in (
            (
                StoreKind.SCHOOL,
                "school",
                tr("School"),
                tr("One school. Pupils, marks and report cards; works for weeks without a line."),
            ),
            (
                StoreKind.MINISTRY,
                "building-2",
                tr("Ministry"),
                tr("All schools of the country, with their pupils, marks and report cards."),
            ),
            (
                StoreKind.REGION,
                "globe",
                tr("Regional"),
                tr("Totals of nine territories. No pupil’s record ever comes here."),
            ),
        ):
            card = ChoiceCard(icon, title, text, name=f"first.kind.{kind.value}")
            card.clicked.connect(self._kind_chosen)
            self._cards[kind] = card
            line.addWidget(card, 1)
        self.body.addWidget(group)
        self.body.addWidget(Text(tr("Where do the records come from?"), 14, SEMIBOLD))
        self.sources = Sources(words, home, tasks)
        self.body.addWidget(self.sources)
        self.body.addStretch(1)
        self.sources.chosen.connect(lambda _source: self.sources.copies.tell(""))
        self.sources.copies.chosen.connect(lambda _copy: self.sources.copies.tell(""))

    def foot_note(self) -> str:
        """What needs no line."""
        return self.words.tr("No line now? Everything but joining works without one.")

    def kind(self) -> StoreKind:
        """The chosen kind of office."""
        return next(kind for kind, card in self._cards.items() if card.isChecked())

    def fill(self, answers: Answers) -> None:
        """Show what has been answered."""
        self._cards[answers.kind].setChecked(True)
        self.sources.new.fill(answers)
        self.sources.join.fill(JoinWish(answers.address, answers.code, answers.laptop))
        self.sources.choose(answers.source)
        if answers.copy is not None:
            self.sources.copies.take_file(answers.copy)

    def answers(self, before: Answers) -> Answers:
        """The kind, the source and what belongs to it."""
        new, copy = self.sources.new, self.sources.copies.current()
        wish = self.sources.join.wish()
        return replace(
            before,
            kind=self.kind(),
            source=self.sources.value(),
            address=wish.address,
            code=wish.code,
            laptop=wish.laptop,
            country=new.chosen_country(),
            school=" ".join(new.school.text().split()),
            school_code=new.code.text().strip(),
            start_year=new.start_year(),
            copy=copy.path if copy is not None else before.copy,
        )

    def check(self) -> bool:
        """Joining needs code and address, new records a country and a school, a restore a copy."""
        if self.sources.value() is Source.JOIN:
            return self._check_with(self.sources.join.check())
        if self.sources.value() is Source.NEW:
            return self._check_with(self.sources.new.check(self.kind()))
        copy: Copy | None = self.sources.copies.current()
        if self.sources.value() is Source.RESTORE and copy is None:
            self.sources.copies.tell(self.words.tr("Choose the copy to restore."))
            self.sources.copies.focus_first()
            self.show_me(self.sources.copies)
            return False
        return True

    def _check_with(self, field: Field | None) -> bool:
        """Lead to a field that is still to be answered."""
        if field is not None:
            self.show_me(field)
            field.setFocus()
        return field is None

    def refuse(self, refusal: Refused) -> bool:
        """A name or a code that cannot be."""
        if self.sources.value() is Source.JOIN:
            asked = self.sources.join.refuse(refusal)
            self._check_with(asked)
            return asked is not None
        field = {
            "name": self.sources.new.school,
            "school": self.sources.new.school,
            "code": self.sources.new.code,
        }.get(refusal.field or "")
        if field is None:
            return False
        field.set_refusal(refusal)
        self.show_me(field)
        field.setFocus()
        return True

    def focus_first(self) -> None:
        """The chosen card."""
        self._cards[self.kind()].setFocus()

    def _kind_chosen(self) -> None:
        self.sources.new.show_kind(self.kind())
