"""People as initials, keys as caps, and the tick that says saved."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.active import colour
from ui.theme.fonts import MEDIUM, SEMIBOLD, font, metrics
from ui.theme.icons import pixmap
from ui.widgets.base import row
from ui.widgets.text import Text


def initials(name: str) -> str:
    """Up to two letters for a person.

    First letters of the first and the last word, or the digits' last one.
    """
    words = [word for word in name.split() if word[0].isalnum()]
    if not words:
        return ""
    first = words[0][0].upper()
    if len(words) == 1:
        return first
    last = words[-1].lstrip("0") or "0"
    return first + last[0].upper()


class Avatar(QWidget):
    """A disc with initials; ``strong`` fills it with the accent for whoever is chosen."""

    def __init__(
        self, name: str, size: int = 36, *, strong: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._initials, self._strong = initials(name), strong
        self._size = size
        self.setFixedSize(size, size)
        self.setAccessibleName(name)

    def set_name(self, name: str) -> None:
        """Show another person."""
        self._initials = initials(name)
        self.setAccessibleName(name)
        self.update()

    def set_strong(self, strong: bool) -> None:
        """Fill or empty the disc."""
        self._strong = strong
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw disc and letters."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tinted = "accent_tint" if self._size >= 40 else "hover"
        painter.setBrush(colour("accent" if self._strong else tinted))
        painter.drawEllipse(QRectF(self.rect()))
        ink = "on_accent" if self._strong else "accent" if self._size >= 40 else "text2"
        painter.setPen(colour(ink))
        painter.setFont(font(16 if self._size >= 40 else 13, SEMIBOLD))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._initials)


class KeyCap(QWidget):
    """One key or key combination as a cap."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(keys)

    def sizeHint(self) -> QSize:
        """The word with 8 pixels on each side, 17 high."""
        return QSize(metrics(11, SEMIBOLD).horizontalAdvance(self._keys) + 16, 17)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cap."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("hover"))
        painter.drawRoundedRect(QRectF(self.rect()), 3, 3)
        painter.setPen(colour("text"))
        painter.setFont(font(11, SEMIBOLD))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), self._keys)


class KeyLine(QWidget):
    """A key cap and what it does."""

    def __init__(self, keys: str, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = row(self, 6)
        line.addWidget(KeyCap(keys))
        line.addWidget(Text(what, 12, tone="secondary", elide=True), 1)


class TickStatus(QWidget):
    """What just became of the work, in a page head: "Saved 09:41" or "1 mark not saved".

    ``saved`` shows a tick for two seconds, then plain words; ``refused`` shows the words in red and bold.
    """

    def __init__(self, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._ticked = False
        self._text = Text("", 12, MEDIUM, "secondary")
        line = row(self, 0, (18, 0, 0, 0))
        line.addWidget(self._text)
        self._timer = QTimer(self, singleShot=True, interval=2000)
        self._timer.timeout.connect(self._untick)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def text(self) -> str:
        """The words shown."""
        return self._text.text()

    def saved(self, text: str) -> None:
        """Say that it is stored: "Saved 09:41"."""
        self._text.setFont(font(12, MEDIUM))
        self._text.set_tone("secondary")
        self._text.setText(text)
        self._ticked = True
        self._timer.start()
        self.update()

    def refused(self, text: str) -> None:
        """Say what is not stored: "1 field not saved"."""
        self._text.setFont(font(12, SEMIBOLD))
        self._text.set_tone("bad")
        self._text.setText(text)
        self._untick()

    def clear(self) -> None:
        """Say nothing."""
        self._text.setText("")
        self._untick()

    def _untick(self) -> None:
        self._ticked = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tick before the words."""
        if self._ticked:
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            x = self.width() - 16 if rtl else 2
            QPainter(self).drawPixmap(
                x, (self.height() - 14) // 2, pixmap("check", "ok", 14, self.devicePixelRatioF())
            )


class Ring(QWidget):
    """A numbered circle, filled when ``state`` is "now", ticked when "done": the steps of the first run."""

    def __init__(self, number: int, state: str = "later", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number, self._state = number, state
        self.setFixedSize(26, 26)

    def set_state(self, state: str) -> None:
        """One of now, done, later."""
        self._state = state
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the circle on the rail."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        now = self._state == "now"
        painter.setPen(Qt.PenStyle.NoPen if now else QPen(colour("rail_text"), 1.2))
        painter.setBrush(colour("rail_mark") if now else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        if self._state == "done":
            painter.drawPixmap(6, 6, pixmap("check", "rail_mark", 14, self.devicePixelRatioF()))
            return
        painter.setPen(colour("rail" if now else "rail_text"))
        painter.setFont(font(13, SEMIBOLD))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), str(self._number))
