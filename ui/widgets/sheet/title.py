"""The title of a sheet as two choices: which subject, which class."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from ui.theme.active import colour
from ui.theme.fonts import SEMIBOLD, font
from ui.theme.icons import pixmap
from ui.widgets.button import MenuButton
from ui.widgets.paint import alignment

_CHEVRON = 20
_HEIGHT = 24


class TitleMenu(MenuButton):
    """A part of a page's title that opens a menu, without padding at its start: it lines up with the card."""

    def __init__(self, spoken: str, name: str, *, after: str = "") -> None:
        """``after`` stands behind the words: the comma between two parts."""
        super().__init__("", spoken, kind="title", name=name)
        self._after = after
        self.setFont(font(20, SEMIBOLD))
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setProperty("ringRadius", 4)

    def _words(self) -> str:
        return self.text() + self._after

    def sizeHint(self) -> QSize:
        """The words and the chevron after them."""
        return QSize(self.fontMetrics().horizontalAdvance(self._words()) + _CHEVRON + 3, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        return QSize(min(self.sizeHint().width(), 70), _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw words and chevron; the words are underlined under the mouse."""
        painter = QPainter(self)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        box = self.rect()
        room = box.adjusted(_CHEVRON, 0, 0, 0) if rtl else box.adjusted(0, 0, -_CHEVRON, 0)
        shown = self.fontMetrics().elidedText(self._words(), Qt.TextElideMode.ElideRight, room.width())
        wide = self.fontMetrics().horizontalAdvance(shown)
        painter.setPen(colour("text"))
        painter.drawText(room, int(alignment("start", rtl) | Qt.AlignmentFlag.AlignVCenter), shown)
        left = room.right() + 1 - wide if rtl else room.left()
        if self.underMouse():
            painter.fillRect(QRect(left, _HEIGHT - 1, wide, 1), colour("accent"))
        x = left - _CHEVRON + 2 if rtl else left + wide + 3
        painter.drawPixmap(
            x, (_HEIGHT - 16) // 2 + 2, pixmap("chevron-down", "text2", 16, self.devicePixelRatioF())
        )
