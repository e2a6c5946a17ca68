"""Texts of cells laid out once and drawn many times: the same few hundred numbers fill every sheet."""

from functools import lru_cache
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


def weight(look: Look) -> int:
    """The weight of a look's letters."""
    return _WEIGHTS.get(look, REGULAR)


@lru_cache(maxsize=8192)
def glyphs(text: str, heavy: int) -> tuple[QStaticText, int]:
    """``text`` laid out in the cells' font of a weight, and its width in pixels."""
    laid = QStaticText(text)
    laid.setTextFormat(Qt.TextFormat.PlainText)
    laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    laid.prepare(QTransform(), font(_SIZE, heavy))
    return laid, metrics(_SIZE, heavy).horizontalAdvance(text)


@lru_cache(maxsize=2048)
def shortened(text: str, heavy: int, room: int) -> str:
    """``text`` as far as it fits into ``room`` pixels."""
    return metrics(_SIZE, heavy).elidedText(text, Qt.TextElideMode.ElideRight, room)


def line_height() -> int:
    """How high a line of the cells' font is."""
    return metrics(_SIZE).height()
