"""Keying in what a parent said: which detail, what it should be, who said it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtWidgets import QWidget

from emis_desktop.queries.proposals import FIELDS
from emis_desktop.rules.dates import parse_date
from resources.words import N_
from ui.context import UiContext
from ui.students.asking import AskDialog
from ui.students.moving import EARLIEST
from ui.students.proposals.model import FIELD_WORDS
from ui.widgets.fields import ChoiceField, DateField, SegmentField, TextField

_SEXES = (("F", N_("Girl")), ("M", N_("Boy")))


class ProposeDialog(AskDialog):
    """``done_well(Made)`` when the value waits for the office."""

    def __init__(
        self, context: UiContext, student_id: UUID, name: str, today: Callable[[], date], parent: QWidget
    ) -> None:
        tr = context.words.tr
        super().__init__(
            context,
            tr("What should change in the record of {name}?", name=name),
            tr("The office sees it beside what stands now, and accepts or declines it."),
            name="proposals.ask",
            parent=parent,
        )
        self._student_id = student_id
        self.which = ChoiceField(
            tr("Detail"),
            [(name, tr(FIELD_WORDS[name])) for name in FIELDS],
            self.words,
            name="proposals.ask.which",
        )
        self.put(self.which, "field")
        self.text = TextField(tr("Should be"), self.words, name="proposals.ask.text")
        self.put(self.text, *(name for name in FIELDS if name not in {"birth_date", "sex"}))
        self.born = DateField(
            tr("Should be"),
            self.words,
            lambda text: parse_date(text, EARLIEST, today()),
            name="proposals.ask.born",
        )
        self.put(self.born, "birth_date")
        self.sex = SegmentField(
            tr("Should be"), [(key, tr(said)) for key, said in _SEXES], self.words, name="proposals.ask.sex"
        )
        self.put(self.sex, "sex")
        self.who = TextField(
            tr("Who said it"),
            self.words,
            help_text=tr("Such as the guardian’s name"),
            optional=True,
            name="proposals.ask.who",
        )
        self.put(self.who, "said_by")
        self.set_deed(tr("Let the office decide"))
        self.which.chosen.connect(self._turn)
        self.which.set_value("address")
        self._turn("address")

    def _turn(self, field: str) -> None:
        """Show the field that takes such a value."""
        self.born.setVisible(field == "birth_date")
        self.sex.setVisible(field == "sex")
        self.text.setVisible(field not in {"birth_date", "sex"})

    def deed_of(self) -> Callable[[], object] | None:
        """Let what is typed wait."""
        field, proposals = self.which.value(), self.context.services.proposals
        if field == "birth_date":
            day = self.born.value()
            value = day.isoformat() if day is not None else ""
        else:
            value = self.sex.value() if field == "sex" else self.text.text()
        said_by = self.who.text()
        return lambda: proposals.propose(self._student_id, {field: value}, said_by)
