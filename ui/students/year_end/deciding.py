"""Deciding by hand about one pupil, for a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from emis_desktop.queries.year_end import YearPupil
from emis_desktop.rules.year_end import OUTCOMES, Advice
from ui.context import UiContext
from ui.students.asking import AskDialog
from ui.students.year_end.rows import OUTCOME_WORDS, why
from ui.widgets.fields import ChoiceField, TextField

RULES: Final = "rules"


class DecideDialog(AskDialog):
    """The outcome and why; "as the rules say" takes a decision back."""

    def __init__(self, context: UiContext, pupil: YearPupil, parent: QWidget) -> None:
        tr = context.words.tr
        advice = tr(OUTCOME_WORDS[pupil.advised.advice])
        super().__init__(
            context,
            tr("What about {name}?", name=pupil.name),
            tr("The rules: {advice}. {why}", advice=advice, why=why(context.words, pupil)),
            name="year_end.decide",
            parent=parent,
        )
        self._pupil = pupil
        choices = [(one.value, tr(OUTCOME_WORDS[one])) for one in OUTCOMES]
        self.outcome = ChoiceField(
            tr("Outcome"),
            [(RULES, tr("As the rules say")), *choices],
            self.words,
            name="year_end.decide.outcome",
        )
        self.outcome.set_value(pupil.stored.value if pupil.stored is not None else RULES)
        self.because = TextField(
            tr("Reason"),
            self.words,
            help_text=tr("It stays with the enrolment and in the history."),
            name="year_end.decide.reason",
        )
        self.because.set_text(pupil.outcome_reason)
        self.put(self.outcome, "outcome")
        self.put(self.because, "reason")
        self.set_deed(tr("Decide"))

    def deed_of(self) -> Callable[[], object]:
        """Write it."""
        key, reason = self.outcome.value(), self.because.text()
        outcome = None if key == RULES else Advice(key)
        service, enrolment_id = self.context.services.year_end, self._pupil.enrolment_id
        return lambda: service.decide(enrolment_id, outcome, reason)
