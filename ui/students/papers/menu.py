"""The Print button: a menu of papers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.rules.papers import PaperKind
from resources.words import Words
from ui.widgets.base import add_key
from ui.widgets.button import MenuButton


class PaperMenu(MenuButton):
    """``asked(PaperKind)``: one of them was chosen."""

    asked = Signal(object)

    def __init__(
        self, words: Words, papers: Sequence[tuple[PaperKind, str]], *, name: str, keys: QWidget
    ) -> None:
        """``keys`` is the widget within which Ctrl+P opens the menu."""
        super().__init__(words.tr("Print"), words.tr("Print a paper"), kind="secondary", name=name)
        for kind, title in papers:
            action = self.choices.addAction(words.tr(title))
            action.setData(kind.value)
        self.choices.triggered.connect(lambda action: self.asked.emit(PaperKind(str(action.data()))))
        add_key(keys, "Ctrl+P", words.tr("Print a paper")).triggered.connect(self._open)
        if not papers:
            self.hide()

    def _open(self) -> None:
        if self.isVisible():
            self.showMenu()
