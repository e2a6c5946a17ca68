"""A menu that reads as the window does."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QWidget


class Menu(QMenu):
    """A menu is a window of its own, which takes no direction from where it opens; this one does."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.aboutToShow.connect(lambda: self.setLayoutDirection(parent.layoutDirection()))

    def part(self, title: str) -> Menu:
        """A menu in the menu."""
        inner = Menu(self)
        inner.setTitle(title)
        self.addMenu(inner)
        return inner
