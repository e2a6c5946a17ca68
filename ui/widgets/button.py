"""Buttons: the kind says what a press means, the sheet says how that looks."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QWidget

from ui.theme.active import colour
from ui.theme.fonts import MEDIUM, font
from ui.theme.icons import pixmap, set_icon, tint
from ui.widgets.base import identify, restyle, with_keys
from ui.widgets.menu import Menu
from ui.widgets.paint import alignment

_ICON_INK = {
    "primary": "on_accent",
    "danger": "surface",
    "on_bad": "surface",
    "link": "accent",
    "link_flush": "accent",
    "icon_quiet": "text2",
    "selector": "text2",
}


class Button(QPushButton):
    """A push button with a word.

    ``kind`` is secondary (bordered), primary (one a page), quiet (no border), link, link_flush (a link
    without padding, for left edges), danger (destroys something), chip or selector. ``keys`` is only shown
    in the tooltip; the page makes the shortcut.
    """

    def __init__(
        self,
        text: str,
        kind: str = "secondary",
        icon: str = "",
        *,
        name: str = "",
        keys: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", kind)
        self.setAutoDefault(False)
        self.setFont(font(12 if kind == "chip" else 13, MEDIUM))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        if icon:
            set_icon(self, icon, _ICON_INK.get(kind, "text"))
        if keys:
            self.setToolTip(with_keys(text, keys))
        identify(self, name)

    def set_kind(self, kind: str) -> None:
        """Turn it into a button of another kind."""
        restyle(self, kind=kind)
        if self.property("iconName"):
            set_icon(self, str(self.property("iconName")), _ICON_INK.get(kind, "text"))

    def changeEvent(self, event: QEvent) -> None:
        """Mirror the gap after the icon with the layout direction."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            tint(self)


class IconButton(Button):
    """A square button without a word, only for undo, redo, close and the like.

    ``spoken`` is its accessible name and, with the keys, its tooltip.
    """

    def __init__(
        self,
        icon: str,
        spoken: str,
        *,
        quiet: bool = False,
        name: str = "",
        keys: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", "icon_quiet" if quiet else "icon", icon, name=name, parent=parent)
        self.setAccessibleName(spoken)
        self.setToolTip(with_keys(spoken, keys))

    def sizeHint(self) -> QSize:
        """32 x 32."""
        return QSize(34, 32) if self.property("kind") == "icon" else QSize(32, 32)


class MenuButton(Button):
    """A quiet selector with a chevron that opens a menu: school, year, term.

    ``set_choices`` fills the menu; the chosen action's ``data()`` is the key.
    """

    def __init__(
        self, text: str, spoken: str, *, kind: str = "selector", name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__("", kind, name=name, parent=parent)
        self._spoken, self._shown = spoken, ""
        self.set_text(text)
        self._menu = Menu(self)
        self.setMenu(self._menu)

    @property
    def choices(self) -> Menu:
        """The menu; its ``triggered(QAction)`` tells the choice."""
        return self._menu

    def text(self) -> str:
        """What is chosen now. Qt's own text stays empty.

        Words and chevron are drawn in reading order here.
        """
        return self._shown

    def set_text(self, text: str) -> None:
        """Show ``text`` as what is chosen now."""
        self._shown = text
        self.setAccessibleName(f"{self._spoken}: {text}" if text else self._spoken)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The words and the chevron after them."""
        return QSize(self.fontMetrics().horizontalAdvance(self._shown) + 8 + 24 + 4, 32)

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters and the chevron."""
        return QSize(min(self.sizeHint().width(), 90), 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground as the sheet has it, then words and chevron in reading order."""
        super().paintEvent(event)
        painter = QPainter(self)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        picture = pixmap("chevron-down", "text2", 16, self.devicePixelRatioF())
        room = self.rect().adjusted(26, 0, -8, 0) if rtl else self.rect().adjusted(8, 0, -26, 0)
        shown = self.fontMetrics().elidedText(self._shown, Qt.TextElideMode.ElideRight, room.width())
        painter.setFont(self.font())
        painter.setPen(colour("text" if self.isEnabled() else "disabled"))
        painter.drawText(room, int(alignment("start", rtl) | Qt.AlignmentFlag.AlignVCenter), shown)
        width = self.fontMetrics().horizontalAdvance(shown)
        x = room.right() + 1 - width - 22 if rtl else room.left() + width + 6
        painter.drawPixmap(x, (self.height() - 16) // 2, picture)

    def set_choices(self, choices: list[tuple[str, str]], chosen: str) -> None:
        """Offer (key, words) pairs and tick the ``chosen`` key."""
        self._menu.clear()
        for key, words in choices:
            action = QAction(words, self._menu)
            action.setData(key)
            action.setCheckable(True)
            action.setChecked(key == chosen)
            self._menu.addAction(action)
            if key == chosen:
                self.set_text(words)
