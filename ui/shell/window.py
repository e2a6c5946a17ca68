"""The main window."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from resources.words import Words
from ui.shell.bars import Banners, FaultBar
from ui.shell.finder import Deed, DeedFinder, Finder, PalettePopup, ScreenFinder
from ui.shell.keys import PersonMenu, WindowKeys
from ui.shell.navigation import NavItem
from ui.shell.page import COMPACT_BELOW, Page
from ui.shell.rail import Rail
from ui.shell.screens import Canvas
from ui.shell.statusbar import Fact, StatusBar
from ui.shell.topbar import Choices, TopBar
from ui.theme.theme import Theme
from ui.widgets.base import column, identify, row, styled
from ui.widgets.focus import FocusRing
from ui.widgets.tab_order import focus_next
from ui.widgets.toast import Toast

LEAST = (960, 540)
"""A window may be made as small as this, whatever its pages ask for: they change to compact on the way."""


class MainWindow(QWidget):
    """Rail, top bar, pages, status bar. Give it the screens with ``set_screens``; pages are made when first
    opened.

    ``selected(which, key)``: another school, year or term. ``status_pressed(which)``, ``fault_pressed``,
    ``banner_pressed(key)``. ``lock_asked`` and ``sign_out_asked`` come from the menu of the person and from
    Ctrl+L; ``opened(key)`` after a screen has been opened; ``theme_asked(mode)`` so that the choice can be
    kept.
    """

    selected = Signal(str, str)
    status_pressed = Signal(str)
    fault_pressed = Signal()
    banner_pressed = Signal(str)
    lock_asked = Signal()
    sign_out_asked = Signal()
    opened = Signal(str)
    theme_asked = Signal(str)

    def __init__(self, words: Words, theme: Theme, person: str, role: str) -> None:
        """``person`` is who is signed in, ``role`` their role in words."""
        super().__init__()
        styled(self)
        identify(self, "shell", words.tr("School records"))
        self.words, self.theme = words, theme
        self._person = (person, role)
        self._items: list[NavItem] = []
        self._deeds: list[Deed] = []
        self._finders: list[Finder] = []
        self._compact = False
        self.setWindowTitle(words.tr("School records"))
        if words.right_to_left:
            self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self._build()
        self._connect()
        self.setMinimumSize(*LEAST)
        self.resize(1366, 768)

    def _build(self) -> None:
        self._frame = row(self)
        self._rail = Rail([], *self._person, self.words)
        self._frame.addWidget(self._rail)
        right = column(None)
        self._top = TopBar(self.words)
        self._fault = FaultBar()
        self._banners = Banners()
        self._canvas = Canvas()
        self._status = StatusBar(self.words)
        right.addWidget(self._top)
        right.addWidget(self._fault)
        right.addWidget(self._banners)
        right.addWidget(self._canvas, 1)
        right.addWidget(self._status)
        self._frame.addLayout(right, 1)
        self._palette = PalettePopup(self, self._top.search, self.words)
        self._toast = Toast(self._canvas, self.words, lambda: _foot_of(self.page()))
        self._keys = WindowKeys(self, self.words, self._canvas.page)
        self.ring = FocusRing(self)

    def _connect(self) -> None:
        self._top.selected.connect(self.selected)
        self._status.pressed.connect(self.status_pressed)
        self._fault.pressed.connect(self.fault_pressed)
        self._banners.pressed.connect(self.banner_pressed)
        self._canvas.opened.connect(self.opened)
        self._canvas.leads.connect(lambda key, arguments: self.open(key, **arguments))
        self._keys.find_asked.connect(self._palette.open_palette)
        self._keys.lock_asked.connect(self.lock_asked)
        self._keys.place_asked.connect(lambda place: self.go_to(self._rail.key_at(place)))

    def set_screens(self, items: Sequence[NavItem], finders: Sequence[Finder] = ()) -> None:
        """Fill the rail; ``finders`` find pupils and classes in the search for everything."""
        self._items, self._finders = list(items), list(finders)
        self._canvas.set_items(items)
        old = self._rail
        self._rail = Rail(self._items, *self._person, self.words)
        self._rail.chosen.connect(self.go_to)
        self._rail.person_pressed.connect(partial(_person_menu, self))
        self._rail.set_compact(self._compact)
        self._keys.rail = self._rail
        self._frame.replaceWidget(old, self._rail)
        old.deleteLater()
        self.add_deeds(())
        self.ring.raise_()

    def add_deeds(self, deeds: Sequence[Deed]) -> None:
        """More actions for the search for everything."""
        self._deeds.extend(deeds)
        tr = self.words.tr
        screens = [(item.key, item.title, item.icon) for item in self._items]
        own = [
            Deed(tr("Lock now"), "lock", self.lock_asked.emit, "Ctrl+L"),
            Deed(tr("Sign out"), "log-out", self.sign_out_asked.emit),
        ]
        screen_finder = ScreenFinder(screens, self.go_to, tr("Screen"))
        deed_finder = DeedFinder([*self._deeds, *own], tr("Action"))
        self._palette.set_finders([*self._finders, screen_finder, deed_finder])

    def open(self, key: str, **arguments: object) -> bool:
        """Open a screen, with ``arguments`` for its ``open_with``.

        False when the open page does not let go.
        """
        opened = self._canvas.open(key, arguments)
        self._rail.set_current(self._canvas.current())
        return opened

    def go_to(self, key: str) -> None:
        """What the rail does: open a screen as it was left; the open one goes back to its first view."""
        page = self.page() if key == self.current() else None
        if page is None:
            self.open(key)
        else:
            self._rail.set_current(key)
            page.show_first()

    def current(self) -> str:
        """The key of the open screen."""
        return self._canvas.current()

    def page(self, key: str = "") -> Page | None:
        """The page of a screen, the open one's without a key; None while it has not been made."""
        return self._canvas.page(key)

    def set_choices(self, which: str, choices: Choices | None) -> None:
        """Fill the selector "school", "year" or "term" of the top bar."""
        self._top.set_choices(which, choices)

    def set_fact(self, which: str, fact: Fact) -> None:
        """Show a fact in the status bar: saved, waiting, contact, backup or lock."""
        self._status.set_fact(which, fact)

    def set_count(self, key: str, count: int, spoken: str = "") -> None:
        """Show how much open work a screen has."""
        self._rail.set_count(key, count, spoken)

    def show_fault(self, text: str, verb: str = "") -> None:
        """The red bar: storing does not work. It stays until ``clear_fault``."""
        self._fault.show_fault(text, verb)

    def clear_fault(self) -> None:
        """Storing works again."""
        self._fault.hide()

    def show_banner(self, key: str, text: str, verb: str = "", tint: str = "warn") -> None:
        """A band over the page; ``hide_banner`` takes it away."""
        self._banners.put(key, text, verb, tint)

    def hide_banner(self, key: str) -> None:
        """Take a band away."""
        self._banners.take(key)

    def notify(self, text: str, undo: Callable[[], None] | None = None, verb: str = "") -> None:
        """A toast; this is the ``notify`` of the pages' context."""
        self._toast.show_message(text, undo, verb)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change between the wide and the compact layout."""
        super().resizeEvent(event)
        compact = event.size().width() < COMPACT_BELOW
        if compact != self._compact:
            self._compact = compact
            for part in (self._rail, self._top, self._canvas):
                part.set_compact(compact)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab and Shift+Tab: as one reads, also where a page or a part of it was made later."""
        return focus_next(self, forward=forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, when nothing under the focus wanted it, closes the nearest thing."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._toast.isVisible():
            self._toast.hide()
        elif (page := self.page()) is not None:
            page.escape()


def _person_menu(window: MainWindow, place: QWidget) -> None:
    """Open the menu of the person over what was pressed."""
    menu = PersonMenu(window.words, window.theme, window)
    menu.lock_asked.connect(window.lock_asked)
    menu.sign_out_asked.connect(window.sign_out_asked)
    menu.look_asked.connect(window.theme_asked)
    menu.open_over(place)


def _foot_of(page: Page | None) -> QWidget | None:
    """What a toast does not cover."""
    return page.foot() if page is not None else None
