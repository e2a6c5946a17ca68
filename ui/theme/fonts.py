"""The one type family and the one way to get a font: by its size in pixels and its weight.

Sizes in use: 26 headline figure, 20 page title, 16 name in a panel, 14 card title, 13 everything, 12 labels
and secondary, 11 axes and key hints; never less. Digits are tabular, so that columns stand.
"""

from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics

FAMILY: Final = "Inter"
REGULAR: Final = 400
MEDIUM: Final = 500
SEMIBOLD: Final = 600
BOLD: Final = 700
SMALLEST: Final = 11
_CUTS = ("Regular", "Medium", "SemiBold", "Bold", "Italic")
_FOLDER = Path(__file__).resolve().parent.parent.parent / "resources" / "fonts"


@cache
def register_fonts() -> tuple[str, ...]:
    """Make the shipped cuts known to Qt, once; gives the families found (none when the files are missing)."""
    families: set[str] = set()
    for cut in _CUTS:
        number = QFontDatabase.addApplicationFont(str(_FOLDER / f"{FAMILY}-{cut}.ttf"))
        if number >= 0:
            families.update(QFontDatabase.applicationFontFamilies(number))
    return tuple(sorted(families))


def letter_spacing(size: int) -> float:
    """Tracking in pixels for a font of ``size`` pixels: tighter as letters grow."""
    if size >= 26:
        return -0.4
    if size >= 20:
        return -0.25
    return -0.1 if size >= 13 else 0.0


@cache
def font(size: int = 13, weight: int = REGULAR, italic: bool = False) -> QFont:
    """The font of ``size`` logical pixels; treat the result as read-only, it is shared.

    Raises ``ValueError`` under 11 pixels.
    """
    if size < SMALLEST:
        raise ValueError(f"{size} px is under the smallest size, {SMALLEST} px")
    made = QFont(FAMILY)
    made.setPixelSize(size)
    made.setWeight(QFont.Weight(weight))
    made.setItalic(italic)
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, letter_spacing(size))
    return made


@cache
def metrics(size: int = 13, weight: int = REGULAR, italic: bool = False) -> QFontMetrics:
    """The metrics of :func:`font` with the same arguments."""
    return QFontMetrics(font(size, weight, italic))
