"""The main window."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QCursor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMenu, QStackedWidget, QWidget

from resources.words import Words
from ui.shell.bars import Banners, FaultBar
from ui.shell.finder import Deed, DeedFinder, Finder, PalettePopup, ScreenFinder
from ui.shell.navigation import NavItem
from ui.shell.page import COMPACT_BELOW, Page
from ui.shell.rail import Rail
from ui.shell.statusbar import Fact, StatusBar
from ui.shell.topbar import Choices, TopBar
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.base import add_key, column, identify, row, styled
from ui.widgets.focus import FocusRing
from ui.widgets.toast import Toast

LEAST = (960, 540)
"""A window may be made as small as this, whatever its pages ask for: they change to compact on the way."""


class Canvas(QWidget):
    """The ground behind the cards; the toast floats over it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        styled(self)


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
    closing = Signal()

    def __init__(self, words: Words, theme: Theme, person: str, role: str) -> None:
        """``person`` is who is signed in, ``role`` their role in words."""
        super().__init__()
        styled(self)
        identify(self, "shell", words.tr("School records"))
        self.words, self.theme = words, theme
        self._person = (person, role)
        self._items: dict[str, NavItem] = {}
        self._pages: dict[str, Page] = {}
        self._current = ""
        self._compact = False
        self._deeds: list[Deed] = []
        self._finders: list[Finder] = []
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
        self._stack = QStackedWidget()
        column(self._canvas).addWidget(self._stack)
        self._status = StatusBar(self.words)
        right.addWidget(self._top)
        right.addWidget(self._fault)
        right.addWidget(self._banners)
        right.addWidget(self._canvas, 1)
        right.addWidget(self._status)
        self._frame.addLayout(right, 1)
        self._palette = PalettePopup(self, self._top.search, self.words)
        self._toast = Toast(self._canvas, self.words)
        self.ring = FocusRing(self)

    def _connect(self) -> None:
        self._top.selected.connect(self.selected)
        self._status.pressed.connect(self.status_pressed)
        self._fault.pressed.connect(self.fault_pressed)
        self._banners.pressed.connect(self.banner_pressed)
        tr = self.words.tr
        keys: dict[str, tuple[str, Callable[[], object]]] = {
            "Ctrl+K": (tr("Find anything"), self._palette.open_palette),
            "Ctrl+F": (tr("Search this list"), self._search_page),
            "F6": (tr("Next part of the window"), lambda: self._cycle(1)),
            "Shift+F6": (tr("Part of the window before"), lambda: self._cycle(-1)),
            "Ctrl+L": (tr("Lock now"), self.lock_asked.emit),
        }
        for sequence, (name, run) in keys.items():
            add_key(self, sequence, name, everywhere=True).triggered.connect(lambda _=False, run=run: run())
        for place in range(9):
            action = add_key(self, f"Alt+{place + 1}", tr("Screen {n}", n=place + 1), everywhere=True)
            action.triggered.connect(lambda _=False, place=place: self._open_place(place))

    # -- Screens ------------------------------------------------------------------------------------

    def set_screens(self, items: Sequence[NavItem], finders: Sequence[Finder] = ()) -> None:
        """Fill the rail; ``finders`` find pupils and classes in the search for everything."""
        self._items = {item.key: item for item in items}
        self._finders = list(finders)
        old = self._rail
        self._rail = Rail(list(items), *self._person, self.words)
        self._rail.chosen.connect(self.open)
        self._rail.person_pressed.connect(self._person_menu)
        self._rail.set_compact(self._compact)
        self._frame.replaceWidget(old, self._rail)
        old.deleteLater()
        self._refresh_finders()
        self.ring.raise_()

    def add_deeds(self, deeds: Sequence[Deed]) -> None:
        """More actions for the search for everything."""
        self._deeds.extend(deeds)
        self._refresh_finders()

    def _refresh_finders(self) -> None:
        tr = self.words.tr
        screens = [(item.key, item.title, item.icon) for item in self._items.values()]
        own = [
            Deed(tr("Lock now"), "lock", self.lock_asked.emit, "Ctrl+L"),
            Deed(tr("Sign out"), "log-out", self.sign_out_asked.emit),
        ]
        self._palette.set_finders(
            [
                *self._finders,
                ScreenFinder(screens, self.open, tr("Screen")),
                DeedFinder([*self._deeds, *own], tr("Action")),
            ]
        )

    def open(self, key: str, **arguments: object) -> bool:
        """Open a screen, with ``arguments`` for its ``open_with``.

        False when the open page does not let go.
        """
        if key not in self._items or not self._leave(key):
            return False
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = self._items[key].make()
            self._stack.addWidget(page)
        page.set_compact(self._compact)
        self._current = key
        self._rail.set_current(key)
        self._stack.setCurrentWidget(page)
        page.opened()
        if arguments:
            page.open_with(**arguments)
        self.opened.emit(key)
        return True

    def _leave(self, key: str) -> bool:
        page = self._pages.get(self._current)
        return page is None or key == self._current or page.leave()

    def current(self) -> str:
        """The key of the open screen."""
        return self._current

    def page(self, key: str = "") -> Page | None:
        """The page of a screen, the open one's without a key; None while it has not been made."""
        return self._pages.get(key or self._current)

    # -- What the application tells -----------------------------------------------------------------

    def set_choices(self, which: str, choices: Choices | None) -> None:
        """Fill the selector "school", "year" or "term" of the top bar."""
        self._top.set_choices(which, choices)

    def set_fact(self, which: str, fact: Fact) -> None:
        """Show a fact in the status bar: saved, waiting, contact or lock."""
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

    # -- Keys and sizes -----------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """The size of the commonest laptop."""
        return QSize(1366, 768)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change between the wide and the compact layout."""
        super().resizeEvent(event)
        compact = event.size().width() < COMPACT_BELOW
        if compact != self._compact:
            self._compact = compact
            self._rail.set_compact(compact)
            self._top.set_compact(compact)
            for page in self._pages.values():
                page.set_compact(compact)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, when nothing under the focus wanted it, closes the nearest thing."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
            return
        if self._toast.isVisible():
            self._toast.hide()
            return
        page = self.page()
        if page is not None:
            page.escape()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the open page finish what is being typed."""
        page = self.page()
        if page is not None and not page.leave():
            event.ignore()
            return
        self.closing.emit()
        super().closeEvent(event)

    def _search_page(self) -> None:
        page = self.page()
        if page is None or not page.focus_search():
            self._palette.open_palette()

    def _open_place(self, place: int) -> None:
        keys = self._rail.keys()
        if place < len(keys):
            self.open(keys[place])

    def _parts(self) -> list[QWidget]:
        page = self.page()
        side = page.side_panel() if page is not None else None
        found: list[QWidget | None] = [self._rail, page, side if side and side.isVisible() else None]
        return [part for part in found if part is not None]

    def _cycle(self, step: int) -> None:
        """F6: into the next of rail, page and side panel."""
        parts = self._parts()
        focused = QApplication.focusWidget()
        inside = [n for n, part in enumerate(parts) if focused is not None and part.isAncestorOf(focused)]
        at = inside[-1] if inside else -step
        target = parts[(at + step) % len(parts)]
        if target is self._rail:
            self._rail.focus_current()
            return
        first = target.nextInFocusChain()
        while first is not None and first is not target:
            can = first.focusPolicy() & Qt.FocusPolicy.TabFocus and first.isVisible() and first.isEnabled()
            if can and target.isAncestorOf(first):
                first.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return
            first = first.nextInFocusChain()

    def _person_menu(self) -> None:
        tr = self.words.tr
        menu = QMenu(self)
        menu.addAction(tr("Lock now")).triggered.connect(lambda _: self.lock_asked.emit())
        menu.addAction(tr("Sign out")).triggered.connect(lambda _: self.sign_out_asked.emit())
        menu.addSeparator()
        looks = {
            ThemeMode.LIGHT: tr("Light"),
            ThemeMode.DARK: tr("Dark"),
            ThemeMode.SYSTEM: tr("As the system has it"),
        }
        for mode, text in looks.items():
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(self.theme.mode is mode)
            action.triggered.connect(lambda _=False, mode=mode: self._set_look(mode))
        menu.popup(QCursor.pos())

    def _set_look(self, mode: ThemeMode) -> None:
        self.theme.set_mode(mode)
        self.theme_asked.emit(mode.value)
