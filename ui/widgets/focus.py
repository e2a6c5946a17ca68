"""The focus ring.

One overlay a window that paints it around whatever has the focus, for the keyboard only.
"""

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from ui.theme.active import colour

_GAP = 2
_WIDTH = 2
_OWN_FOCUS = (QLineEdit, QComboBox, QAbstractSpinBox, QTextEdit, QPlainTextEdit, QAbstractItemView)
_RADII = {"chip": 13, "link_flush": 3}
_KEYS = (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride)
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.LayoutRequest)


class FocusRing(QWidget):
    """A transparent sheet over ``window`` that follows the focus.

    Inputs and tables show the focus themselves. A widget may set the property ``ringRadius`` for its own
    corners or ``ringInside`` to have the ring within its edges, where something would cut it off.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("focus.ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._by_keyboard = False
        self._watched: QWidget | None = None
        self._drawn: QRect | None = None
        self._chain: list[QWidget] = []
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)
        window.installEventFilter(self)
        self.resize(window.size())
        self.raise_()
        self.show()

    def by_keyboard(self) -> bool:
        """Whether the last thing the user did was on the keyboard."""
        return self._by_keyboard

    def ring(self) -> QRect | None:
        """Where the ring is now, in the window's pixels; None while none shows."""
        target = self._watched
        if not self._by_keyboard or target is None or not target.isVisible():
            return None
        if isinstance(target, _OWN_FOCUS) or target.property("ringNone"):
            return None
        corner = target.mapTo(self._window, QPoint(0, 0))
        grow = -_WIDTH if target.property("ringInside") else _GAP + 1
        return QRect(corner, target.size()).adjusted(-grow, -grow, grow, grow)

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        window = self._window
        if not isValid(window):  # the focus leaves a window that is being deleted
            return
        inside = now is not None and now is not window and window.isAncestorOf(now)
        self._watched = now if inside else None
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._by_keyboard = False
        self._watch()
        self._come_to_top()
        self._follow()

    def _come_to_top(self) -> None:
        """Lie over everything; Qt draws the whole window again for it, so only when something lies above."""
        siblings = self._window.children()
        above = siblings[siblings.index(self) + 1 :]
        if any(isinstance(sibling, QWidget) for sibling in above):
            self.raise_()

    def _follow(self) -> None:
        """Draw where the ring was and where it is now; the rest of the window stays as it is."""
        now = self.ring()
        for place in (self._drawn, now):
            if place is not None:
                self.update(place.adjusted(-_WIDTH, -_WIDTH, _WIDTH, _WIDTH))
        self._drawn = now

    def _watch(self) -> None:
        """Listen to the focused widget and those it stands in; a filter on everything would be slow."""
        for old in self._chain:
            if isValid(old):
                old.removeEventFilter(self)
        self._chain = []
        widget = self._watched
        while widget is not None and widget is not self._window:
            widget.installEventFilter(self)
            self._chain.append(widget)
            widget = widget.parentWidget()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Remember whether keys or the mouse were used last; follow what moves."""
        window: QWidget | None = getattr(self, "_window", None)
        if window is None or not isValid(window):  # the halves of a window that is deleted go one by one
            return False
        kind = event.type()
        if kind in _KEYS:
            self._set_keyboard(True)
        elif kind == QEvent.Type.MouseButtonPress:
            self._set_keyboard(False)
        elif watched is window and kind == QEvent.Type.Resize:
            self.resize(window.size())
            self.raise_()
        elif kind in _MOVES:
            self._follow()
        return False

    def _set_keyboard(self, by_keyboard: bool) -> None:
        if by_keyboard != self._by_keyboard:
            self._by_keyboard = by_keyboard
            self._follow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring."""
        ring = self.ring()
        target = self._watched
        if ring is None or target is None:
            return
        own = target.property("ringRadius")
        radius = _RADII.get(str(target.property("kind") or ""), 6) if own is None else int(own)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rail = bool(target.property("onRail"))
        painter.setPen(QPen(colour("rail_mark" if rail else "focus"), _WIDTH))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(ring).adjusted(1, 1, -1, -1), radius + _GAP, radius + _GAP)
