"""What every step of the first run is."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QVBoxLayout, QWidget

from emis_desktop.errors import Refused
from resources.words import Words
from ui.first_run.answers import Answers
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import column, identify
from ui.widgets.scroll import ScrollColumn
from ui.widgets.text import Text


class Step(QWidget):
    """Title, a line under it, and ``body``, which scrolls where the window is low."""

    verb = ""
    """The word on the button that goes on, when it is not Continue."""

    def __init__(self, words: Words, title: str, explanation: str, *, name: str) -> None:
        super().__init__()
        identify(self, name, title)
        self.words = words
        box = column(self, 2)
        box.addWidget(Text(title, 26, SEMIBOLD, wrap=True))
        self._explanation = Text(explanation, tone="secondary", wrap=True)
        box.addWidget(self._explanation)
        box.addSpacing(12)
        self._scroll = ScrollColumn(12)
        self._scroll.setMinimumSize(QSize(0, 0))
        self.body: QVBoxLayout = self._scroll.body
        box.addWidget(self._scroll, 1)

    def explain(self, text: str) -> None:
        """Say something else under the title."""
        self._explanation.setText(text)

    def foot_note(self) -> str:
        """A sentence beside the buttons."""
        return ""

    def answers(self, before: Answers) -> Answers:
        """``before`` with what is answered here."""
        return before

    def check(self) -> bool:
        """Whether one may go on; tells at the field what is to be answered, and puts the focus there."""
        return True

    def refuse(self, refusal: Refused) -> bool:
        """Show a refusal that belongs to a field of this step; False when it belongs to none."""
        return False

    def focus_first(self) -> None:
        """Put the focus where one begins."""
        self.setFocus()

    def show_me(self, widget: QWidget) -> None:
        """Scroll to ``widget``."""
        self._scroll.ensureWidgetVisible(widget, 0, 40)
