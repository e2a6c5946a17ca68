"""Names of people where there is little room: the given name stays readable, it tells a family apart."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

_BETWEEN: Final = ", "
_GIVEN: Final = 0.45
"""What a given name may take of the room when both names are too long."""


def name_lines(name: str, room: int, metrics: QFontMetrics, *, lines: int = 1) -> tuple[str, ...]:
    """``name`` ("family, given") in ``room`` pixels, on ``lines`` lines at most; each part from its start."""
    if metrics.horizontalAdvance(name) <= room:
        return (name,)
    family, comma, given = name.partition(_BETWEEN)
    if not comma:
        return (_shortened(name, room, metrics),)
    if lines > 1:
        return _shortened(family + ",", room, metrics), _shortened(given, room, metrics)
    left = room - metrics.horizontalAdvance(family + _BETWEEN)
    given = _shortened(given, max(left, round(room * _GIVEN)), metrics)
    family = _shortened(family, room - metrics.horizontalAdvance(_BETWEEN + given), metrics)
    return (family + _BETWEEN + given,)


def _shortened(text: str, room: int, metrics: QFontMetrics) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
