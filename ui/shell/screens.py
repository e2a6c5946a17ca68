"""The pages of the window, each made when it is first opened."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.shell.navigation import NavItem
from ui.shell.page import Page
from ui.widgets.base import column, styled


class Canvas(QWidget):
    """The ground behind the cards.

    With the open page on it. ``opened(key)`` after a screen has been opened; ``leads(key, arguments)`` when a
    page asks for another.
    """

    opened = Signal(str)
    leads = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        styled(self)
        self._items: dict[str, NavItem] = {}
        self._pages: dict[str, Page] = {}
        self._current = ""
        self._compact = False
        self._stack = QStackedWidget()
        column(self).addWidget(self._stack)

    def set_items(self, items: Sequence[NavItem]) -> None:
        """Offer these screens; pages of screens that are no longer offered are closed."""
        self._items = {item.key: item for item in items}
        for key in [key for key in self._pages if key not in self._items]:
            page = self._pages.pop(key)
            self._stack.removeWidget(page)
            page.deleteLater()
            self._current = "" if self._current == key else self._current

    def open(self, key: str, arguments: dict[str, object]) -> bool:
        """Open a screen; False when there is none of that key or the open page does not let go."""
        here = self._pages.get(self._current)
        if key not in self._items or (here is not None and key != self._current and not here.leave()):
            return False
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = self._items[key].make()
            self._stack.addWidget(page)
            page.leads.connect(self.leads)
        page.set_compact(self._compact)
        self._current = key
        self._stack.setCurrentWidget(page)
        page.opened()
        if arguments:
            page.open_with(**arguments)
        self.opened.emit(key)
        return True

    def current(self) -> str:
        """The key of the open screen."""
        return self._current

    def page(self, key: str = "") -> Page | None:
        """The page of a screen, the open one's without a key; None while it has not been made."""
        return self._pages.get(key or self._current)

    def set_compact(self, compact: bool) -> None:
        """Tell every page that the window has become small or large."""
        self._compact = compact
        for page in self._pages.values():
            page.set_compact(compact)
