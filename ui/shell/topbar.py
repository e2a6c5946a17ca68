"""The bar over the pages: school, year and term at the start, the search for everything at the end."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from resources.words import Words
from ui.theme.tokens import Space
from ui.widgets.base import identify, row, styled
from ui.widgets.button import MenuButton
from ui.widgets.search import SearchBox


@dataclass(frozen=True, slots=True)
class Choices:
    """What a selector offers: (key, words) pairs and the key that is chosen."""

    options: tuple[tuple[str, str], ...]
    chosen: str


class TopBar(QWidget):
    """``selected(which, key)`` when the user picks another school, year or term.

    ``search_asked`` comes when the user goes into the search box; the window then opens the palette over it.
    """

    selected = Signal(str, str)
    search_asked = Signal()

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        styled(self)
        identify(self, "shell.top")
        spoken = {"school": words.tr("School"), "year": words.tr("School year"), "term": words.tr("Term")}
        self._selectors: dict[str, MenuButton] = {}
        line = row(self, 8, (12, 0, 16, 0))
        for which, said in spoken.items():
            button = MenuButton("", said, name=f"shell.top.{which}")
            button.choices.triggered.connect(lambda action, name=which: self._picked(name, action))
            button.hide()
            self._selectors[which] = button
            line.addWidget(button)
        line.addStretch(1)
        self.search = SearchBox(
            words.tr("Find a pupil, class, screen or action"),
            words.tr("Clear the search"),
            keys="Ctrl+K",
            name="shell.top.search",
        )
        self.search.setProperty("place", "top")
        self.search.setReadOnly(False)
        self.search.setFixedWidth(340)
        self.search.textEdited.connect(lambda _text: self.search_asked.emit())
        line.addWidget(self.search)
        self.set_compact(False)

    def set_choices(self, which: str, choices: Choices | None) -> None:
        """Fill the selector "school", "year" or "term"; None takes it away."""
        button = self._selectors[which]
        button.setVisible(choices is not None)
        if choices is not None:
            button.set_choices(list(choices.options), choices.chosen)

    def set_compact(self, compact: bool) -> None:
        """46 high instead of 52."""
        self.setFixedHeight(Space.top_bar_compact if compact else Space.top_bar)
        left = 4 if compact else 12
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(left, 0, 16, 0)

    def _picked(self, which: str, action: QAction) -> None:
        self.selected.emit(which, str(action.data()))
