"""Texts of cells laid out once and drawn many times: the same few hundred numbers fill every sheet."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QStaticText, QTransform

from ui.marks.faces import Look
from ui.theme.fonts import BOLD, REGULAR, SEMIBOLD, font, metrics

_WEIGHTS: Final = {
    Look.CODE: SEMIBOLD,
    Look.TERM: SEMIBOLD,
    Look.GRADE: SEMIBOLD,
    Look.REFUSED: BOLD,
}
INKS: Final = {
    Look.CODE: "text2",
    Look.CLOSED: "text3",
    Look.SO_FAR: "text3",
    Look.REFUSED: "bad",
}
"""The token of a look's ink where it is not ``text``."""
CENTRED: Final = frozenset({Look.CODE, Look.CLOSED, Look.GRADE, Look.LETTER})
_SIZE: Final = 13
_MOST: Final = 8192

Laid = tuple[QStaticText, int]
"""A text laid out, and its width in pixels."""


class Glyphs:
    """The texts that one sheet has drawn; they go with its window, since comments are among them."""

    def __init__(self) -> None:
        self._laid: dict[tuple[str, int], Laid] = {}

    def of(self, text: str, heavy: int) -> Laid:
        """``text`` in the cells' font of a weight."""
        found = self._laid.get((text, heavy))
        if found is None:
            if len(self._laid) >= _MOST:
                self._laid.clear()
            found = self._laid[text, heavy] = _lay(text, heavy)
        return found


def _lay(text: str, heavy: int) -> Laid:
    laid = QStaticText(text)
    laid.setTextFormat(Qt.TextFormat.PlainText)
    laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    laid.prepare(QTransform(), font(_SIZE, heavy))
    return laid, metrics(_SIZE, heavy).horizontalAdvance(text)


def weight(look: Look) -> int:
    """The weight of a look's letters."""
    return _WEIGHTS.get(look, REGULAR)


def shortened(text: str, heavy: int, room: int) -> str:
    """``text`` as far as it fits into ``room`` pixels."""
    return metrics(_SIZE, heavy).elidedText(text, Qt.TextElideMode.ElideRight, room)


def line_height() -> int:
    """How high a line of the cells' font is."""
    return metrics(_SIZE).height()
