"""Outline icons (Lucide), tinted from the tokens and cached by name, colour, size and pixel ratio."""

from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from ui.theme.active import colour

FOLDER: Final = Path(__file__).resolve().parent.parent.parent / "resources" / "icons"
NAV_SIZE: Final = 18
BUTTON_SIZE: Final = 16
_NAME, _TOKEN, _SIZE, _GAP = "iconName", "iconToken", "iconSize_", "iconGap"


@cache
def _source(name: str) -> str:
    """The SVG text of an icon; raises ``FileNotFoundError`` for one that is not shipped."""
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _rendered(name: str, hexadecimal: str, size: int, ratio: float, gap: int) -> QPixmap:
    """The icon as a pixmap; ``gap`` is empty room at its right (left when negative), in logical pixels."""
    picture = QPixmap(QSize(round((size + abs(gap)) * ratio), round(size * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    document = QByteArray(_source(name).replace("currentColor", hexadecimal).encode())
    QSvgRenderer(document).render(painter, QRectF(max(0, -gap) * ratio, 0, size * ratio, size * ratio))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def _ratio() -> float:
    screens = QApplication.screens()
    return max(screen.devicePixelRatio() for screen in screens) if screens else 1.0


def pixmap(name: str, ink: str = "text2", size: int = NAV_SIZE, ratio: float | None = None) -> QPixmap:
    """The icon ``name`` in the colour of ``ink``, ``size`` logical pixels square."""
    return _rendered(name, colour(ink).name(), size, ratio or _ratio(), 0)


def icon(name: str, ink: str = "text2", size: int = BUTTON_SIZE, gap: int = 0) -> QIcon:
    """The icon as a ``QIcon`` with a normal and a disabled picture; ``gap`` adds empty room after it."""
    made = QIcon(_rendered(name, colour(ink).name(), size, _ratio(), gap))
    made.addPixmap(_rendered(name, colour("disabled").name(), size, _ratio(), gap), QIcon.Mode.Disabled)
    return made


def set_icon(button: QAbstractButton, name: str, ink: str = "text", size: int = BUTTON_SIZE) -> None:
    """Give ``button`` an icon that follows the theme; an empty ``name`` takes it away."""
    button.setProperty(_NAME, name)
    button.setProperty(_TOKEN, ink)
    button.setProperty(_SIZE, size)
    tint(button)


def tint(button: QAbstractButton) -> None:
    """Draw the icon of ``button`` again in the colours in force; nothing for a button without one of ours."""
    name = button.property(_NAME)
    if name is None:
        return
    if not name:
        button.setIcon(QIcon())
        return
    size = int(button.property(_SIZE))
    gap = 0
    if button.text():
        gap = 2 if button.layoutDirection() == Qt.LayoutDirection.LeftToRight else -2
    button.setIcon(icon(str(name), str(button.property(_TOKEN)), size, gap))
    button.setIconSize(QSize(size + abs(gap), size))


def clear_cache() -> None:
    """Forget every drawn picture; the next paint draws it in the colours in force."""
    _rendered.cache_clear()


def retint_all() -> None:
    """Draw the icons of every button of the program again."""
    for widget in QApplication.allWidgets():
        if isinstance(widget, QAbstractButton):
            tint(widget)
