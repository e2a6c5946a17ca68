"""The head of a page: title, one line of facts, actions, one of them primary and last."""

from typing import TypeVar

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import column, identify, row
from ui.widgets.button import Button
from ui.widgets.text import Text

Shown = TypeVar("Shown", bound=QWidget)


class PageHead(QWidget):
    """Title 20/600 with facts 13 under it at the start, actions at the end.

    ``add`` puts an action (or any small widget) before the primary one; ``set_primary`` makes the last one.
    ``beside`` is a layout right of the title, for a state pill.
    """

    def __init__(self, title: str, facts: str = "", *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(46)
        self._title = Text(title, 20, SEMIBOLD, elide=True)
        self._facts = Text(facts, 13, tone="secondary", elide=True)
        self._primary: Button | None = None
        line = row(self, 16)
        words = column(None)
        top = row(None, 10)
        top.addWidget(self._title)
        self.beside: QHBoxLayout = row(None, 6)
        top.addLayout(self.beside)
        top.addStretch(1)
        words.addLayout(top)
        words.addWidget(self._facts)
        words.addStretch(1)
        line.addLayout(words, 1)
        self._actions: QHBoxLayout = row(None, 8)
        line.addLayout(self._actions)

    def title(self) -> str:
        """The title shown."""
        return self._title.text()

    def set_title(self, title: str, facts: str | None = None) -> None:
        """Change the title and, when given, the facts."""
        self._title.setText(title)
        if facts is not None:
            self._facts.setText(facts)

    def show_title(self, *, shown: bool) -> None:
        """Show the title as text, or leave its place to selectors ``beside`` it that say the same."""
        self._title.setVisible(shown)

    def set_facts(self, facts: str) -> None:
        """Change the line of facts."""
        self._facts.setText(facts)

    def add(self, widget: Shown) -> Shown:
        """Put a widget before the primary action and give it back."""
        place = self._actions.count() - (1 if self._primary else 0)
        self._actions.insertWidget(place, widget)
        return widget

    def set_primary(self, button: Button) -> Button:
        """Make ``button`` the one primary action, at the end, and give it back."""
        if self._primary is not None:
            self._primary.set_kind("secondary")
        button.set_kind("primary")
        self._actions.addWidget(button)
        self._primary = button
        return button
