"""A card of lines: what each is, facts under it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme.fonts import MEDIUM
from ui.widgets.base import column, discard, row
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.text import Text


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done with a line; ``spoken`` names the line, too."""

    key: str
    text: str
    spoken: str
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``quiet``: it is over."""

    key: str
    title: str
    facts: str = ""
    verbs: Sequence[Verb] = ()
    quiet: bool = False


class LinesCard(Card):
    """Lines under a title, and ``add`` at its end; a sentence where there are none."""

    def __init__(self, title: str, nothing: str, name: str) -> None:
        super().__init__(name=name)
        self._name, self._nothing = name, nothing
        self.head = self.add_head(title)
        self._lines: QVBoxLayout = column(None, 6)
        self.body.addLayout(self._lines)

    def add_verb(self, text: str, icon: str, run: Callable[[], object], key: str = "add") -> Button:
        """A button at the end of the head; ``run`` does not hear whether it is down."""
        button = Button(text, icon=icon, name=f"{self._name}.{key}")
        button.clicked.connect(lambda _checked=False: run())
        self.head.end.addWidget(button)
        return button

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show these in place of what there was."""
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                discard(widget)
        if not lines:
            self._lines.addWidget(Text(self._nothing, 13, tone="quiet", wrap=True))
        for line in lines:
            self._lines.addWidget(self._line(line))

    def _line(self, line: Line) -> QWidget:
        whole = QWidget()
        whole.setMinimumHeight(44 if line.facts else 28)
        across = row(whole, 8)
        words = column(None, 0)
        words.addWidget(Text(line.title, 13, MEDIUM, "secondary" if line.quiet else "text", elide=True))
        if line.facts:
            words.addWidget(Text(line.facts, 12, tone="secondary", elide=True))
        across.addLayout(words, 1)
        for verb in line.verbs:
            button = Button(verb.text, "link", name=f"{self._name}.{verb.key}.{line.key}")
            button.setAccessibleName(verb.spoken)
            button.clicked.connect(lambda _checked=False, run=verb.run: run())
            across.addWidget(button)
        return whole
