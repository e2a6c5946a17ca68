"""The head of the page: which class, which language, cards or remarks, and the one primary action."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from emis_desktop.queries.school import ClassInfo
from resources.words import LANGUAGE_NAMES, Words
from ui.widgets.button import Button, MenuButton
from ui.widgets.chips import Segmented
from ui.widgets.head import PageHead
from ui.widgets.sheet.title import TitleMenu

CARDS, REMARKS = "cards", "remarks"


class CardsHead(QObject):
    """Fills ``head``; ``class_chosen``, ``language_chosen`` and ``view_chosen`` come with a key."""

    class_chosen = Signal(str)
    language_chosen = Signal(str)
    view_chosen = Signal(str)
    issue_asked = Signal()

    def __init__(self, head: PageHead, words: Words, parent: QObject) -> None:
        super().__init__(parent)
        self._head, self._words = head, words
        tr = words.tr
        self.school_class = TitleMenu(tr("Class"), "report_cards.class")
        self.school_class.choices.triggered.connect(lambda action: self.class_chosen.emit(_key(action)))
        head.beside.addWidget(self.school_class)
        self.language = MenuButton("", tr("Language of the cards"), name="report_cards.language")
        self.language.choices.triggered.connect(lambda action: self.language_chosen.emit(_key(action)))
        self.view = Segmented(
            [(CARDS, tr("Cards")), (REMARKS, tr("Remarks"))], tr("What is shown"), name="report_cards.view"
        )
        self.view.set_value(CARDS)
        self.view.chosen.connect(self.view_chosen)
        head.add(self.language)
        head.add(self.view)
        self.issue = head.set_primary(Button("", icon="check", name="report_cards.issue_cards"))
        self.issue.clicked.connect(self.issue_asked)
        self.set_classes((), "")
        self.set_to_issue(0, offered=False)

    def set_classes(self, classes: Sequence[ClassInfo], chosen: str) -> None:
        """Offer these classes; without any the title stands alone."""
        tr = self._words.tr
        self._head.set_title(tr("Report cards"))
        self._head.show_title(shown=not classes)
        self.school_class.setVisible(bool(classes))
        self.language.setVisible(bool(classes))
        self.view.setVisible(bool(classes))
        self.school_class.set_choices([(str(one.id), one.name) for one in classes], chosen)
        name = next((one.name for one in classes if str(one.id) == chosen), "")
        self.school_class.set_text(tr("Report cards, {name}", name=name))

    def set_language(self, language: str) -> None:
        """Show the language of the cards."""
        self.language.set_choices(list(LANGUAGE_NAMES.items()), language)

    def set_to_issue(
        self, count: int, *, offered: bool, provisional: bool = False, busy: bool = False
    ) -> None:
        """How many cards the primary button would issue; not shown to those who may not.

        ``provisional``: there are incomplete ones that can be issued as they are, when asked for.
        """
        self.issue.setVisible(offered)
        self.issue.setEnabled((count > 0 or provisional) and not busy)
        words = self._words
        self.issue.setText(
            words.ntr("Issue {n} card", "Issue {n} cards", count) if count else words.tr("Issue cards")
        )


def _key(action: QAction) -> str:
    return str(action.data())
