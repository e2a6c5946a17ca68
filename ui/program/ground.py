"""The ground of a screen that fills the window: the colour behind the cards, and a focus ring of its own."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from resources.words import LANGUAGE_NAMES, Words
from ui.widgets.base import styled
from ui.widgets.chips import TabChips
from ui.widgets.focus import FocusRing

COMPACT_BELOW = 1180
"""A window narrower than this has the narrow layout."""
LOW_BELOW = 680
"""A window lower than this has the low layout."""


class Ground(QWidget):
    """A screen without the shell. ``language_asked(code)`` when another language is chosen on it.

    Subclasses override ``apply_compact`` and ``say``.
    """

    language_asked = Signal(str)

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        styled(self)
        self.words = words
        self.narrow = self.low = False
        self._measured = False
        if words.right_to_left:
            self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.ring = FocusRing(self)

    def languages(self) -> TabChips:
        """The languages as chips, this one's down."""
        chips = TabChips(
            list(LANGUAGE_NAMES.items()), self.words.tr("Language"), name=f"{self.objectName()}.language"
        )
        chips.set_value(self.words.language)
        chips.chosen.connect(self.language_asked)
        return chips

    def apply_compact(self, *, narrow: bool, low: bool) -> None:
        """Take away or bring back what a small window has no room for."""

    def say(self, text: str) -> None:
        """Show a sentence that belongs to no field, and read it aloud."""
        raise NotImplementedError

    def focus_first(self) -> None:
        """Put the focus where the person begins; called when the screen has come into the window."""
        self.focusNextChild()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change between the layouts."""
        super().resizeEvent(event)
        narrow, low = event.size().width() < COMPACT_BELOW, event.size().height() < LOW_BELOW
        if not self._measured or (narrow, low) != (self.narrow, self.low):
            self._measured, self.narrow, self.low = True, narrow, low
            self.apply_compact(narrow=narrow, low=low)
