"""Answers as cards and rows: who works here, who is at the laptop, where the records come from."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme.active import colour
from ui.theme.fonts import SEMIBOLD, font, metrics
from ui.theme.icons import pixmap
from ui.widgets.avatar import initials
from ui.widgets.base import identify
from ui.widgets.paint import alignment

_WRAP = int(Qt.TextFlag.TextWordWrap)


class _Choice(QAbstractButton):
    """Checkable, exclusive among its siblings, drawn by the subclass."""

    def __init__(self, title: str, text: str, name: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._text = text
        self.setText(title)
        identify(self, name, f"{title}. {text}" if text else title)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def is_rtl(self) -> bool:
        """Whether it is mirrored."""
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def start_room(self, rect: QRect, start: int, end: int) -> QRect:
        """``rect`` without ``start`` pixels at its start and ``end`` at its end."""
        if self.is_rtl():
            return rect.adjusted(end, 0, -start, 0)
        return rect.adjusted(start, 0, -end, 0)

    def words(self, painter: QPainter, room: QRect, text: str, look: tuple[int, int, str]) -> None:
        """Write ``text`` from the top start of ``room``, in as many lines as it takes.

        Look: size, weight, token.
        """
        size, weight, ink = look
        painter.setFont(font(size, weight))
        painter.setPen(colour(ink))
        side = alignment("start", self.is_rtl())
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignTop) | _WRAP, text)

    def line(self, painter: QPainter, room: QRect, text: str, look: tuple[int, int, str]) -> None:
        """The same on one line, shortened at its end where it is too long."""
        shown = metrics(look[0], look[1]).elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        self.words(painter, room, shown, look)


class ChoiceCard(_Choice):
    """An answer as a card of 136: icon, title, two lines; the chosen one is tinted, framed and ticked."""

    def __init__(
        self, icon: str, title: str, text: str, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(title, text, name, parent)
        self._icon = icon
        self.setFixedHeight(136)
        self.setMinimumWidth(200)
        self.setProperty("ringRadius", 8)

    def sizeHint(self) -> QSize:
        """A third of a page."""
        return QSize(300, 136)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        painter.setBrush(colour("accent_tint" if chosen else "hover" if self.underMouse() else "surface"))
        painter.setPen(QPen(colour("accent" if chosen else "line_btn"), 2 if chosen else 1))
        inset = 1.0 if chosen else 0.5
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 8, 8)
        ratio = self.devicePixelRatioF()
        rtl = self.is_rtl()
        first = pixmap(self._icon, "accent" if chosen else "text2", 24, ratio)
        painter.drawPixmap(self.width() - 44 if rtl else 20, 19, first)
        if chosen:
            tick = pixmap("check", "accent", 18, ratio)
            painter.drawPixmap(20 if rtl else self.width() - 38, 22, tick)
        room = self.start_room(self.rect(), 20, 20)
        self.words(painter, room.adjusted(0, 54, 0, 0), self.text(), (16, SEMIBOLD, "text"))
        self.words(painter, room.adjusted(0, 79, 0, -8), self._text, (12, 400, "text" if chosen else "text2"))


class ChoiceRow(_Choice):
    """An answer as a radio row: circle, icon, title and a line of explanation."""

    def __init__(
        self, icon: str, title: str, text: str, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(title, text, name, parent)
        self._icon = icon
        self.setFixedHeight(52)
        self.setProperty("ringInside", True)

    def sizeHint(self) -> QSize:
        """As wide as the longer of its lines."""
        wide = max(
            metrics(13, SEMIBOLD).horizontalAdvance(self.text()), metrics(12).horizontalAdvance(self._text)
        )
        return QSize(85 + wide + 16, 52)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() and not self.isChecked():
            painter.fillRect(self.rect(), colour("hover"))
        rtl = self.is_rtl()
        self._circle(painter, QPointF(self.width() - 28 if rtl else 28, 26))
        ink = "accent" if self.isChecked() else "text2"
        picture = pixmap(self._icon, ink, 18, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - 70 if rtl else 52, 17, picture)
        room = self.start_room(self.rect(), 85, 12)
        self.words(painter, room.adjusted(0, 9, 0, 0), self.text(), (13, SEMIBOLD, "text"))
        self.words(painter, room.adjusted(0, 27, 0, 0), self._text, (12, 400, "text2"))

    def _circle(self, painter: QPainter, centre: QPointF) -> None:
        chosen = self.isChecked()
        painter.setPen(QPen(colour("accent" if chosen else "line_strong"), 2 if chosen else 1.3))
        painter.setBrush(colour("surface"))
        painter.drawEllipse(centre, 8, 8)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("accent"))
            painter.drawEllipse(centre, 4.5, 4.5)


class PersonRow(_Choice):
    """One person of this laptop: initials, name, role, and when they were last here."""

    def __init__(
        self, person: str, role: str, seen: str, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(person, role, name, parent)
        self.set_seen(seen)
        self.setFixedHeight(50)

    def set_seen(self, seen: str) -> None:
        """Say anew when they were last here: time goes on."""
        self._seen = seen
        self.setAccessibleName(", ".join(filter(None, (self.text(), self._text, seen))))
        self.update()

    def sizeHint(self) -> QSize:
        """Name and when."""
        wide = metrics(13, SEMIBOLD).horizontalAdvance(self.text())
        return QSize(58 + wide + 24 + metrics(12).horizontalAdvance(self._seen) + 13, 50)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, rtl = self.isChecked(), self.is_rtl()
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or self.underMouse():
            painter.setBrush(colour("selected" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        disc = QRect(self.width() - 46 if rtl else 10, 7, 36, 36)
        painter.setBrush(colour("accent" if chosen else "line" if self.underMouse() else "hover"))
        painter.drawEllipse(QRectF(disc))
        painter.setFont(font(13, SEMIBOLD))
        painter.setPen(colour("on_accent" if chosen else "text2"))
        painter.drawText(disc, int(Qt.AlignmentFlag.AlignCenter), initials(self.text()))
        seen = metrics(12).horizontalAdvance(self._seen)
        room = self.start_room(self.rect(), 58, seen + 25)
        self.line(painter, room.adjusted(0, 8, 0, 0), self.text(), (13, SEMIBOLD, "text"))
        self.line(painter, room.adjusted(0, 26, 0, 0), self._text, (12, 400, "text2"))
        painter.setFont(font(12))
        painter.setPen(colour("text2"))
        end = self.start_room(self.rect(), 0, 13)
        side = alignment("end", rtl) | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(end, int(side), self._seen)
