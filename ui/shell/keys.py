"""The keys that work in the whole window, and the menu of the person."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from resources.words import Words
from ui.shell.page import Page
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.base import add_key


class WindowKeys(QObject):
    """F6 and Shift+F6 through the parts, Ctrl+K, Ctrl+F, Ctrl+L and Alt+1 to Alt+9.

    ``find_asked``, ``lock_asked`` and ``place_asked(place)``, the first screen being 0.
    """

    find_asked = Signal()
    lock_asked = Signal()
    place_asked = Signal(int)

    def __init__(self, window: QWidget, words: Words, page: Callable[[], Page | None]) -> None:
        super().__init__(window)
        self._page = page
        self.rail: QWidget = window
        tr = words.tr
        keys: dict[str, tuple[str, Callable[[], object]]] = {
            "Ctrl+K": (tr("Find anything"), self.find_asked.emit),
            "Ctrl+F": (tr("Search this list"), self._search_page),
            "F6": (tr("Next part of the window"), lambda: self._cycle(1)),
            "Shift+F6": (tr("Part of the window before"), lambda: self._cycle(-1)),
            "Ctrl+L": (tr("Lock now"), self.lock_asked.emit),
        }
        for sequence, (name, run) in keys.items():
            add_key(window, sequence, name, everywhere=True).triggered.connect(lambda _=False, run=run: run())
        for place in range(9):
            action = add_key(window, f"Alt+{place + 1}", tr("Screen {n}", n=place + 1), everywhere=True)
            action.triggered.connect(lambda _=False, place=place: self.place_asked.emit(place))

    def _search_page(self) -> None:
        page = self._page()
        if page is None or not page.focus_search():
            self.find_asked.emit()

    def _parts(self) -> list[QWidget]:
        page = self._page()
        side = page.side_panel() if page is not None else None
        found: list[QWidget | None] = [self.rail, page, side if side and side.isVisible() else None]
        return [part for part in found if part is not None]

    def _cycle(self, step: int) -> None:
        parts = self._parts()
        focused = QApplication.focusWidget()
        inside = [n for n, part in enumerate(parts) if focused is not None and part.isAncestorOf(focused)]
        at = inside[-1] if inside else -step
        for offset in range(1, len(parts) + 1):
            if focus_first(parts[(at + step * offset) % len(parts)], parts):
                return


def focus_first(part: QWidget, parts: list[QWidget]) -> bool:
    """Put the focus on the first control of ``part`` that is in no smaller part; False when it has none."""
    inner = [other for other in parts if other is not part and part.isAncestorOf(other)]
    for child in [part.focusProxy(), *_chain(part)]:
        if child is None or any(other is child or other.isAncestorOf(child) for other in inner):
            continue
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible() and child.isEnabled():
            child.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
    return False


def _chain(part: QWidget) -> list[QWidget]:
    """The widgets inside ``part`` in the order of the focus."""
    found: list[QWidget] = []
    child = part.nextInFocusChain()
    while child is not None and child is not part:
        if part.isAncestorOf(child):
            found.append(child)
        child = child.nextInFocusChain()
    return found


class PersonMenu(QMenu):
    """Lock, sign out, and light or dark. ``lock_asked``, ``sign_out_asked``, ``look_asked(mode)``."""

    lock_asked = Signal()
    sign_out_asked = Signal()
    look_asked = Signal(str)

    def __init__(self, words: Words, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setLayoutDirection(parent.layoutDirection())
        self._theme = theme
        self.setObjectName("shell.person")
        tr = words.tr
        self.addAction(tr("Lock now")).triggered.connect(lambda _: self.lock_asked.emit())
        self.addAction(tr("Sign out")).triggered.connect(lambda _: self.sign_out_asked.emit())
        self.addSeparator()
        looks = {
            ThemeMode.LIGHT: tr("Light"),
            ThemeMode.DARK: tr("Dark"),
            ThemeMode.SYSTEM: tr("As the system has it"),
        }
        for mode, text in looks.items():
            action = self.addAction(text)
            action.setCheckable(True)
            action.setChecked(theme.mode is mode)
            action.triggered.connect(lambda _=False, mode=mode: self._set_look(mode))

    def open_over(self, place: QWidget) -> None:
        """Show the menu over what was pressed, its start edge at that of ``place``."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        size = self.sizeHint()
        rtl = place.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.popup(place.mapToGlobal(QPoint(place.width() - size.width() if rtl else 0, -size.height())))

    def _set_look(self, mode: ThemeMode) -> None:
        self._theme.set_mode(mode)
        self.look_asked.emit(mode.value)
