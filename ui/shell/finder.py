"""The search for everything (Ctrl+K): pupils, classes, screens and actions under the box of the top bar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from resources.words import Words
from ui.theme.fonts import MEDIUM
from ui.widgets.base import column, identify, styled
from ui.widgets.search import SearchBox
from ui.widgets.table.cells import Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

MOST = 9
_WIDTH = 480
_ROW = 34


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found.

    What it is called, what more there is to say, its kind in words, what opens it.
    """

    title: str
    detail: str
    kind: str
    icon: str
    open: Callable[[], object]


class Finder(Protocol):
    """Something that finds.

    Answers within a few milliseconds, best first, nothing for what it does not know.
    """

    def find(self, text: str, most: int) -> Sequence[Found]:
        """Up to ``most`` finds for ``text``; with an empty text what is offered first."""
        ...


def _cells(found: Found) -> tuple[Cell, ...]:
    return (
        Cell(found.title, weight=MEDIUM, note=found.detail, icon=found.icon),
        Cell(found.kind, tone="text3"),
    )


class PalettePopup(QWidget):
    """The list under the search box. The focus stays in the box; the arrows and Enter act on the list."""

    closed = Signal()

    def __init__(self, host: QWidget, box: SearchBox, words: Words) -> None:
        super().__init__(host)
        styled(self)
        identify(self, "shell.palette", words.tr("Found"))
        self._host, self._box, self._finders = host, box, list[Finder]()
        columns = (Column("title", "", 300, stretch=1), Column("kind", "", 90, align="end"))
        self._model: RowsModel[Found] = RowsModel(columns, _cells)
        self._list = TableView(self._model, words.tr("Found"), row_height=_ROW, name="shell.palette.list")
        self._list.head.hide()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._none = Text(
            words.tr("Nothing found. Try a part of the name or a number."), 13, tone="secondary"
        )
        self._none.setContentsMargins(12, 8, 12, 8)
        layout = column(self, 0, (4, 4, 4, 4))
        layout.addWidget(self._list)
        layout.addWidget(self._none)
        self._list.clicked.connect(lambda index: self._take(index.row()))
        box.textEdited.connect(self._search)
        box.installEventFilter(self)
        host.installEventFilter(self)
        self.hide()

    def set_finders(self, finders: Sequence[Finder]) -> None:
        """Search in these, in this order."""
        self._finders = list(finders)

    def open_palette(self) -> None:
        """Go into the box and show what is offered first."""
        self._box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._box.selectAll()
        self._search(self._box.text())

    def close_palette(self) -> None:
        """Take the list away and empty the box."""
        if self.isVisible():
            self.hide()
            self._box.clear()
            self.closed.emit()

    def found(self) -> list[Found]:
        """What the list shows."""
        return [self._model.row(number) for number in range(self._model.count())]

    def _search(self, text: str) -> None:
        found: list[Found] = []
        for finder in self._finders:
            found.extend(finder.find(text.strip(), MOST - len(found)))
            if len(found) >= MOST:
                break
        self._model.set_rows(found[:MOST])
        self._list.setVisible(bool(found))
        self._none.setVisible(not found)
        if found:
            self._list.pick(0)
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        height = 8 + (_ROW * self._model.count() if self._model.count() else 36)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = self._box.mapTo(self._host, QPoint(0, self._box.height() + 4))
        x = corner.x() if rtl else corner.x() + self._box.width() - _WIDTH
        self.setGeometry(max(8, x), corner.y(), _WIDTH, height)

    def _take(self, row: int) -> None:
        if 0 <= row < self._model.count():
            chosen = self._model.row(row)
            self.close_palette()
            chosen.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of the box while the list shows; close when the focus goes elsewhere."""
        if not hasattr(self, "_box"):  # Python's half is gone before Qt's when a window is deleted
            return False
        kind = event.type()
        if watched is self._box and self.isVisible():
            if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
                return self._key(event)
            if kind == QEvent.Type.FocusOut:
                self.close_palette()
        elif watched is self._host and kind == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        row, count = self._list.current_row(), self._model.count()
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_palette()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take(row)
        elif key == Qt.Key.Key_Down and count:
            self._list.pick((row + 1) % count)
        elif key == Qt.Key.Key_Up and count:
            self._list.pick((row - 1) % count)
        else:
            return False
        return True


class ScreenFinder:
    """Finds the screens of the rail."""

    def __init__(
        self, screens: Sequence[tuple[str, str, str]], go: Callable[[str], object], kind: str
    ) -> None:
        """``screens`` are (key, title, icon); ``go(key)`` opens one.

        ``kind`` is "Screen" in the user's language.
        """
        self._screens, self._go, self._kind = list(screens), go, kind

    def find(self, text: str, most: int) -> list[Found]:
        """Screens whose title has the text in it; all for an empty text."""
        wanted = text.casefold()
        return [
            Found(title, "", self._kind, icon, partial(self._go, key))
            for key, title, icon in self._screens
            if wanted in title.casefold()
        ][:most]


@dataclass(frozen=True, slots=True)
class Deed:
    """An action that can be found by its words; ``keys`` are shown beside it."""

    title: str
    icon: str
    run: Callable[[], object]
    keys: str = ""


class DeedFinder:
    """Finds actions: "Lock now", "Back up to a USB stick"."""

    def __init__(self, deeds: Sequence[Deed], kind: str) -> None:
        """``kind`` is "Action" in the user's language."""
        self._deeds, self._kind = list(deeds), kind

    def find(self, text: str, most: int) -> list[Found]:
        """Actions whose words have the text in them; all for an empty text."""
        wanted = text.casefold()
        return [
            Found(deed.title, deed.keys, self._kind, deed.icon, deed.run)
            for deed in self._deeds
            if wanted in deed.title.casefold()
        ][:most]
