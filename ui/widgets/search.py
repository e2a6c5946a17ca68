"""The search box of lists and of the top bar."""

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolButton, QWidget

from ui.theme.active import colour
from ui.theme.fonts import font, metrics
from ui.theme.icons import pixmap, set_icon
from ui.widgets.base import identify

_ICON_ROOM = 26
_CLEAR_ROOM = 24
_EDGES = 24


class SearchBox(QLineEdit):
    """One line to search with, a glass at its start and a cross to clear it.

    ``searched(text)`` comes after each change, at once when ``wait`` is 0 and otherwise ``wait``
    milliseconds after the last key. ``keys`` is shown at the end while the box is empty. Esc clears it;
    Down emits ``down`` so that the page can move into its list.
    """

    searched = Signal(str)
    down = Signal()

    def __init__(
        self,
        placeholder: str,
        clear_words: str,
        *,
        keys: str = "",
        wait: int = 0,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keys = keys
        self._clear = QToolButton(self)
        self._clear.setAccessibleName(clear_words)
        self._clear.setToolTip(clear_words)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.setFixedSize(_CLEAR_ROOM, _CLEAR_ROOM)
        self._clear.setAutoRaise(True)
        set_icon(self._clear, "x", "text2", 14)
        self._clear.clicked.connect(self.clear)
        self._clear.hide()
        self._timer = QTimer(self, singleShot=True, interval=wait)
        self._timer.timeout.connect(lambda: self.searched.emit(self.text()))
        self.setFont(font())
        self.setPlaceholderText(placeholder)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._changed)
        self._margins()
        identify(self, name, placeholder)

    def sizeHint(self) -> QSize:
        """236 wide, or as wide as the words in it need, unless the page fixes a width."""
        words = metrics(13).horizontalAdvance(self.placeholderText())
        return QSize(max(236, words + _ICON_ROOM + _CLEAR_ROOM + _EDGES), 32)

    def minimumSizeHint(self) -> QSize:
        """Room for a few letters."""
        return QSize(120, 32)

    def _changed(self) -> None:
        self._clear.setVisible(bool(self.text()))
        if self._timer.interval():
            self._timer.start()
        else:
            self.searched.emit(self.text())

    def _margins(self) -> None:
        self.setTextMargins(_ICON_ROOM, 0, _CLEAR_ROOM, 0)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            self.setTextMargins(_CLEAR_ROOM, 0, _ICON_ROOM, 0)

    def _place(self) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = 6 if rtl else self.width() - _CLEAR_ROOM - 6
        self._clear.move(x, (self.height() - _CLEAR_ROOM) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cross at the end."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Mirror with the layout direction."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._margins()
            self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc clears a text, Down goes into the list; all other keys type."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.down.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, the glass and, while empty, the keys."""
        super().paintEvent(event)
        painter = QPainter(self)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        glass = pixmap("search", "text2", 16, self.devicePixelRatioF())
        x = self.width() - 24 if rtl else 8
        painter.drawPixmap(x, (self.height() - 16) // 2, glass)
        if self._keys and not self.text():
            painter.setFont(font(11))
            painter.setPen(colour("text2"))
            room = self.rect().adjusted(12, 0, -12, 0)
            side = Qt.AlignmentFlag.AlignLeft if rtl else Qt.AlignmentFlag.AlignRight
            painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), self._keys)
