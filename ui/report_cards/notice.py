"""The line over the paper: how the card stands, in full, and what can be done about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from emis_desktop.queries.report_cards import CardRow, IssuedCard
from emis_desktop.rules.readiness import CardState
from resources.words import Words
from ui.report_cards.rows import state_note, state_tone, state_word
from ui.widgets.base import identify, row
from ui.widgets.button import Button, MenuButton
from ui.widgets.chips import Pill
from ui.widgets.text import Text

NOW = ""
"""The key of the card as it would be issued now, among the issues."""


class CardNotice(QWidget):
    """Pill, sentence, the choice of issues, and one verb.

    ``issue_chosen(str)``: an issue's key, :data:`NOW` for the card as it would be now. ``verb(str)``: "marks"
    to the marks that are missing, "remarks" to the remarks, "issue" to issue this card alone.
    """

    issue_chosen = Signal(str)
    verb = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        identify(self, "report_cards.notice")
        self._words = words
        tr = words.tr
        self.pill = Pill("")
        self._text = Text("", 12, tone="secondary", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._text.setMinimumWidth(80)
        self.issues = MenuButton("", tr("Which issue is shown"), name="report_cards.issues")
        self.issues.choices.triggered.connect(lambda action: self.issue_chosen.emit(str(action.data())))
        self.button = Button("", "link", name="report_cards.notice.verb")
        self._verb = ""
        self._row: CardRow | None = None
        self._warnings: list[str] = []
        self.button.clicked.connect(self._press)
        line = row(self, 8, (16, 2, 8, 4))
        top = Qt.AlignmentFlag.AlignVCenter
        line.addWidget(self.pill, 0, top)
        line.addWidget(self._text, 1)
        line.addWidget(self.issues, 0, top)
        line.addWidget(self.button, 0, top)
        self.hide()

    def _press(self) -> None:
        self.verb.emit(self._verb)

    def text(self) -> str:
        """The sentence shown."""
        return self._text.text()

    def show_row(self, row_: CardRow | None, *, may_write: bool, may_issue: bool) -> None:
        """Say how a pupil's card stands; nothing at all for one that is ready and complete."""
        self._row, self._warnings = row_, []
        if row_ is not None:
            self.pill.set_state(state_word(row_.state, self._words), state_tone(row_.state))
            self._set_verb(row_, may_write=may_write, may_issue=may_issue)
        self._show()

    def show_warnings(self, warnings: list[str]) -> None:
        """Say too what the paper cannot show in full."""
        self._warnings = warnings
        self._show()

    def _show(self) -> None:
        row_ = self._row
        says = row_ is not None and (row_.state is not CardState.READY or bool(row_.notes))
        self.setVisible(says or bool(self._warnings))
        if row_ is not None:
            self._text.setText(" ".join(filter(None, (self._sentence(row_), *self._warnings))))

    def set_issues(self, issues: tuple[IssuedCard, ...], chosen: str, *, changed: bool) -> None:
        """Offer a pupil's issues; ``changed``: the card would be another one now."""
        tr = self._words.tr
        choices = [(NOW, tr("As it is now"))] if changed else []
        for card in issues:
            values = {"issue": card.issue, "day": self._words.date(card.issued_on, "day_month")}
            replaced = tr("Issue {issue}, {day}, replaced", **values)
            choices.append(
                (str(card.id), replaced if card.superseded else tr("Issue {issue}, {day}", **values))
            )
        self.issues.set_choices(choices, chosen)
        self.issues.setVisible(len(choices) > 1)

    def _sentence(self, row_: CardRow) -> str:
        """What stands after the pill, as in the list but in full."""
        words, note = self._words, state_note(row_, self._words)
        said = " ".join(f"{sentence.text(words)}." for sentence in row_.reasons)
        if row_.issued is None:
            return " ".join(filter(None, (said, *(f"{one.text(words)}." for one in row_.notes))))
        if row_.state is CardState.INCOMPLETE:
            day = words.date(row_.issued.issued_on, "day_month")
            stands = words.tr("Issue {issue}, {day}, stands until then.", issue=row_.issued.issue, day=day)
            return f"{said} {stands}"
        if row_.state is CardState.CHANGED:
            return words.tr(
                "{since}; issue {next} replaces issue {issue}",
                since=note,
                issue=row_.issued.issue,
                next=row_.issued.issue + 1,
            )
        return words.tr("{issue}, by {person}", issue=note, person=row_.issued.issued_by)

    def _set_verb(self, row_: CardRow, *, may_write: bool, may_issue: bool) -> None:
        tr = self._words.tr
        offers = [
            (row_.state is CardState.CHANGED and may_issue, "issue", tr("Issue this card")),
            (
                row_.state is CardState.INCOMPLETE and may_write,
                "marks",
                tr("Add tests") if row_.only_tests else tr("Enter marks"),
            ),
            (row_.issued is None and bool(row_.notes) and may_write, "remarks", tr("Write remarks")),
        ]
        offered = next(((key, text) for fits, key, text in offers if fits), ("", ""))
        self._verb = offered[0]
        self.button.setText(offered[1])
        self.button.setVisible(bool(offered[0]))
