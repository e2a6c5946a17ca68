"""The question before cards are issued: as one PDF or one a pupil, where to, in which language."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from emis_desktop.jobs.card_jobs import free_path
from resources.words import LANGUAGE_NAMES, Words
from ui.report_cards.plan import Chosen, IssuePlan
from ui.theme.fonts import MEDIUM, SEMIBOLD, font
from ui.widgets.base import column, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.dialog import Dialog
from ui.widgets.fields import SegmentField, Sign
from ui.widgets.system_windows import PDF, choose_folder, choose_target
from ui.widgets.text import Text

ISSUE, KEEP = "issue", "keep"
_ONE, _EACH = "one", "each"


class IssueDialog(Dialog):
    """Asks; ``answered(ISSUE)`` when the cards are to be issued, then ``chosen`` has the answers."""

    def __init__(
        self,
        words: Words,
        plan: IssuePlan,
        folder: Path,
        language: str,
        unsaved: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        """``folder`` is where the files are proposed to go; it need not be there yet. ``unsaved``: so many
        entries are refused and in no record.
        """
        super().__init__(
            words.tr("Issue the report cards of {name}?", name=plan.title),
            name="report_cards.issue",
            parent=parent,
        )
        self._words, self._plan, self._folder = words, plan, folder
        self._target: Path | None = None
        tr = words.tr
        self.setMinimumWidth(520)
        self._says = Text("", 13, tone="secondary", wrap=True)
        self._unsaved = _unsaved_card(words, unsaved) if unsaved else None
        self.files = SegmentField(
            tr("Save as"),
            [(_ONE, tr("One PDF")), (_EACH, tr("One PDF a pupil"))],
            words,
            name="report_cards.issue.files",
        )
        self.language = SegmentField(
            tr("Language of the cards"),
            list(LANGUAGE_NAMES.items()),
            words,
            name="report_cards.issue.language",
        )
        self.provisional = QCheckBox(self._provisional_words())
        self.provisional.setObjectName("report_cards.issue.provisional")
        self.provisional.setFont(font())
        self._name = Text("", 13, MEDIUM, elide=True)
        self._where = Text("", 12, tone="secondary", elide=True)
        self.choose = Button(tr("Choose…"), name="report_cards.issue.choose")
        self._lay_out()
        self.add_verb(KEEP, tr("Keep editing"), safe=True)
        self._issue = self.add_verb(ISSUE, "", "primary")
        self.files.set_value(_ONE)
        self.language.set_value(language)
        self.files.chosen.connect(lambda _key: self._files_chosen())
        self.choose.clicked.connect(self._ask_where)
        self.provisional.toggled.connect(lambda _on: self._show())
        self._show()

    def _lay_out(self) -> None:
        if self._unsaved is not None:
            self.body.addWidget(self._unsaved)
        self.body.addWidget(self._says)
        self.body.addWidget(self.provisional)
        self.body.addWidget(self.files)
        place = column(None, 4)
        place.addWidget(Text(self._words.tr("Where to"), 12, SEMIBOLD))
        line = row(None, 8)
        path = column(None, 1)
        path.addWidget(self._name)
        path.addWidget(self._where)
        line.addLayout(path, 1)
        line.addWidget(self.choose)
        place.addLayout(line)
        self.body.addLayout(place)
        self.body.addWidget(self.language)
        self.provisional.setVisible(bool(self._plan.provisional))

    def _provisional_words(self) -> str:
        return self._words.ntr(
            "Also the {n} card with marks missing, as provisional",
            "Also the {n} cards with marks missing, as provisional",
            len(self._plan.provisional),
        )

    # -- The answers --------------------------------------------------------------------------------

    def chosen(self) -> Chosen:
        """The answers as they stand."""
        return Chosen(self.target(), self._merged(), self.language.value(), self.provisional.isChecked())

    def target(self) -> Path:
        """The file, or with one PDF a pupil the folder."""
        if self._target is not None:
            return self._target
        return free_path(self._folder, (self._plan.title,), ".pdf" if self._merged() else "")

    def set_target(self, target: Path) -> None:
        """Save there instead of where it was proposed."""
        self._target = target
        self._show()

    def _merged(self) -> bool:
        return self.files.value() == _ONE

    def _files_chosen(self) -> None:
        """A file is no folder: propose anew, beside what was chosen."""
        if self._target is not None:
            self._folder, self._target = self._target.parent, None
        self._show()

    def _ask_where(self) -> None:
        tr = self._words.tr
        if self._merged():
            choose_target(self, tr("Save the report cards"), self.target(), self.set_target, PDF)
        else:
            choose_folder(self, tr("Folder for the report cards"), self.set_target, self.target())

    def _show(self) -> None:
        provisional = self.provisional.isChecked()
        count = self._plan.count(provisional=provisional)
        self._says.setText(" ".join(self._plan.sentences(self._words, provisional=provisional)))
        issue = self._words.ntr("Issue {n} card", "Issue {n} cards", count)
        self._issue.setText(issue if count else self._words.tr("Issue cards"))
        self._issue.setEnabled(count > 0)
        target = self.target()
        self._name.setText(target.name)
        self._where.setText(self._words.tr("in {folder}", folder=str(target.parent)))


def _unsaved_card(words: Words, count: int) -> Card:
    """Whoever issues now gives out what is stored, not what they see in a cell."""
    card = Card(tint="warn", name="report_cards.issue.unsaved")
    card.body.setContentsMargins(13, 11, 13, 11)
    line = row(None, 8)
    line.addWidget(Sign("circle-alert", "warn", 16), 0, Qt.AlignmentFlag.AlignTop)
    said = words.ntr(
        "{n} entry was refused and is not saved. The cards show what is saved.",
        "{n} entries were refused and are not saved. The cards show what is saved.",
        count,
    )
    line.addWidget(Text(said, 13, tone="warn", wrap=True), 1)
    card.body.addLayout(line)
    return card
