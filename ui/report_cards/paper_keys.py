"""The keys over paper: scroll, zoom, and on to the next card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ui.report_cards.zoom import Zoom

if TYPE_CHECKING:
    from ui.report_cards.paper import PaperView

LINE: Final = 48
_KEY = Qt.Key


class PaperKeys:
    """What keys do to ``paper``."""

    def __init__(self, paper: PaperView) -> None:
        self._paper = paper

    def press(self, event: QKeyEvent) -> bool:
        """Scroll, zoom with Ctrl and + - 0, go on to the next card; False for any other key."""
        key = event.key()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return self._zoom(key)
        bar = self._paper.verticalScrollBar()
        if key in (_KEY.Key_Right, _KEY.Key_Left):
            ahead = (key == _KEY.Key_Right) != self._paper.isRightToLeft()
            self._paper.step.emit(1 if ahead else -1)
        elif key in (_KEY.Key_PageDown, _KEY.Key_PageUp, _KEY.Key_Space):
            self._page(-1 if key == _KEY.Key_PageUp else 1)
        elif key in (_KEY.Key_Home, _KEY.Key_End):
            bar.setValue(0 if key == _KEY.Key_Home else bar.maximum())
        elif key in (_KEY.Key_Up, _KEY.Key_Down):
            bar.setValue(bar.value() + (LINE if key == _KEY.Key_Down else -LINE))
        else:
            return False
        return True

    def _zoom(self, key: int) -> bool:
        if key in (_KEY.Key_Plus, _KEY.Key_Equal):
            self._paper.zoom_by(1)
        elif key == _KEY.Key_Minus:
            self._paper.zoom_by(-1)
        elif key == _KEY.Key_0:
            self._paper.set_zoom(Zoom())
        else:
            return False
        return True

    def _page(self, direction: int) -> None:
        """One screenful on; at the end the next card."""
        bar = self._paper.verticalScrollBar()
        if bar.value() == (bar.maximum() if direction > 0 else 0):
            self._paper.step.emit(direction)
        else:
            bar.setValue(bar.value() + direction * max(LINE, bar.pageStep() - LINE))
