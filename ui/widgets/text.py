"""Words on a screen: one label class with size, weight and tone."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.theme.fonts import REGULAR, font
from ui.widgets.base import restyle

ELLIPSIS_WIDTH = 24


class Text(QLabel):
    """A label of plain text.

    ``tone`` is text, secondary, quiet, disabled, accent, ok, warn, bad, rail, rail_strong or toast. With
    ``wrap`` it breaks into lines; with ``elide`` it shortens to its room and shows all of itself in a
    tooltip.
    """

    def __init__(
        self,
        text: str = "",
        size: int = 13,
        weight: int = REGULAR,
        tone: str = "text",
        *,
        wrap: bool = False,
        elide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._elide = elide
        self._own_tip = ""
        self._wanted = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(size, weight))
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        self._align()
        if elide:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def set_tone(self, tone: str) -> None:
        """Change the colour by the name of its tone."""
        if self.property("tone") != tone:
            restyle(self, tone=tone)

    def setAlignment(self, alignment: Qt.AlignmentFlag) -> None:
        """Align to the left (the start), the right (the end) or the centre.

        A plain label aligns by the direction of its own text; here the direction of the layout decides, so
        that a Latin name stands at the start of a line that reads from right to left.
        """
        self._wanted = alignment
        self._align()

    def _align(self) -> None:
        flag = Qt.AlignmentFlag
        wanted = self._wanted
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft and wanted & (
            flag.AlignLeft | flag.AlignRight
        ):
            wanted ^= flag.AlignLeft | flag.AlignRight
        super().setAlignment(wanted | flag.AlignAbsolute)

    def changeEvent(self, event: QEvent) -> None:
        """Mirror with the layout."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._align()

    def setText(self, text: str) -> None:
        """Show ``text``; its mnemonics and markup stay plain characters."""
        super().setText(text)
        self._refresh_tip()

    def minimumSizeHint(self) -> QSize:
        """The room for a few letters when it may shorten, else that of the label."""
        hint = super().minimumSizeHint()
        if self._elide:
            hint.setWidth(min(hint.width(), ELLIPSIS_WIDTH))
        return hint

    def is_shortened(self) -> bool:
        """Whether a part of the text does not show for want of room."""
        return self._elide and self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the tooltip in step with the room."""
        super().resizeEvent(event)
        self._refresh_tip()

    def _refresh_tip(self) -> None:
        if self._elide:
            self.setToolTip(self.text() if self.is_shortened() else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the label, shortened at its end when it has to be."""
        if not self.is_shortened():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, int(self.alignment()), shown)
