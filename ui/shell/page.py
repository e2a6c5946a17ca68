"""What every screen is: a head, a body, and answers to the keys of the window."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.context import UiContext
from ui.theme.tokens import Space
from ui.widgets.base import column, identify
from ui.widgets.head import PageHead

COMPACT_BELOW = 1180


class Page(QWidget):
    """One screen. Subclasses fill ``body`` under ``head`` and override what they need.

    ``tables`` names the tables a page shows: when one changes while the page is open, ``refresh`` is
    called; when it is not open, on its next opening. ``leads(key, arguments)`` asks the window to open
    another screen for a certain thing.
    """

    tables: frozenset[str] = frozenset()
    leads = Signal(str, object)

    def __init__(self, context: UiContext, name: str, title: str, facts: str = "") -> None:
        super().__init__()
        identify(self, name, title)
        self.context = context
        self.words = context.words
        self.compact = False
        self._stale = True
        self.head = PageHead(title, facts, name=f"{name}.head")
        self._frame = column(self, 8, self._margins())
        self._frame.addWidget(self.head)
        self.body: QVBoxLayout = column(None, Space.gap)
        self._frame.addLayout(self.body, 1)
        context.changes.changed.connect(self._tables_changed)

    def _margins(self) -> tuple[int, int, int, int]:
        return (12, 8, 12, 10) if self.compact else (Space.page_side, 14, Space.page_side, 14)

    # -- What subclasses override -------------------------------------------------------------------

    def refresh(self) -> None:
        """Read what is shown again; called on the first opening and when ``tables`` have changed."""

    def open_with(self, **arguments: object) -> None:
        """Show a certain thing (a pupil, a class).

        Called after ``refresh`` when the screen is opened for it.
        """

    def show_first(self) -> None:
        """Back to the list or the first view.

        Called when the entry of the open screen is pressed in the rail. What is typed is stored first.
        """

    def apply_compact(self, compact: bool) -> None:
        """Take away or bring back what a small window has no room for."""

    def focus_search(self) -> bool:
        """Ctrl+F: put the focus into the list's search box; False when the page has none."""
        return False

    def escape(self) -> bool:
        """Esc: close the nearest thing; False when there is nothing to close."""
        return False

    def side_panel(self) -> QWidget | None:
        """The panel at the side that F6 visits, when one shows."""
        return None

    def foot(self) -> QWidget | None:
        """What stands at the bottom and is read while one works: a toast does not cover it."""
        return None

    def bookmark(self) -> dict[str, object]:
        """What ``open_with`` needs to show the same thing after locking: ids and numbers, never a name."""
        return {}

    def leave(self) -> bool:
        """Called before another screen opens.

        False keeps the user here (only while a cell is being refused).
        """
        return True

    # -- What the window calls ----------------------------------------------------------------------

    def opened(self) -> None:
        """The page has come into sight: read what has changed meanwhile."""
        if self._stale:
            self._stale = False
            self.refresh()

    def set_compact(self, compact: bool) -> None:
        """The window has become small (under 1180 wide) or large."""
        if compact != self.compact:
            self.compact = compact
            self._frame.setContentsMargins(*self._margins())
            self.apply_compact(compact)

    def _tables_changed(self, tables: frozenset[str]) -> None:
        if not self.tables & tables:
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
