"""What the list of sheets says when it shows none: nothing is left to do, or nothing matches."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from resources.words import Words
from ui.widgets.button import Button
from ui.widgets.empty import EmptyState


class NoSheets(QStackedWidget):
    """Two empty states; ``all_asked`` where somebody wants to see every sheet."""

    all_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._done = EmptyState("circle-check", "", name="marks.done")
        self._none = EmptyState("search", words.tr("No sheet matches"), name="marks.no_match")
        for state in (self._done, self._none):
            way = state.add(Button(words.tr("Show all sheets"), name=f"{state.objectName()}.show_all"))
            way.clicked.connect(self.all_asked)
            self.addWidget(state)

    def say(self, *, searched: bool, entered: bool) -> None:
        """Nothing matches what is ``searched`` for; else all is done, with marks ``entered`` or none."""
        tr = self._words.tr
        fact = tr("Every mark is entered") if entered else tr("Nothing is to be entered now")
        self._done.set_words(fact)
        self.setCurrentWidget(self._none if searched else self._done)
