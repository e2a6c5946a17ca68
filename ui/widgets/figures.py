"""Headline figures and their meters."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import column, identify, row
from ui.widgets.card import Card
from ui.widgets.paint import paint_meter
from ui.widgets.text import Text


class Meter(QWidget):
    """A thin bar filled to a share between 0 and 1; ``spoken`` says the same in words."""

    def __init__(
        self,
        share: float = 0.0,
        spoken: str = "",
        *,
        ink: str = "accent",
        height: int = 4,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._share, self._ink, self._height = share, ink, height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        identify(self, name, spoken)

    def set_share(self, share: float, spoken: str = "", ink: str = "") -> None:
        """Fill to ``share``; ``ink`` is the token of the colour when it changes."""
        self._share = share
        self._ink = ink or self._ink
        if spoken:
            self.setAccessibleName(spoken)
        self.update()

    def share(self) -> float:
        """How full it is."""
        return self._share

    def sizeHint(self) -> QSize:
        """As high as it was made."""
        return QSize(60, self._height)

    def minimumSizeHint(self) -> QSize:
        """A little of it."""
        return QSize(20, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        top = (self.height() - self._height) / 2
        paint_meter(
            QPainter(self), QRectF(0, top, self.width(), self._height), self._share, self._ink, rtl=rtl
        )


class HeadlineFigure(Card):
    """A card with one figure: label, figure 26/600 with its unit, a meter and a note.

    ``set_compact`` takes the note away at small windows.
    """

    def __init__(self, label: str, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(name=name, parent=parent)
        self.body.setSpacing(0)
        self.body.setContentsMargins(16, 10, 16, 9)
        self.setFixedHeight(97)
        self._label = Text(label, 12, tone="secondary", elide=True)
        self._figure = Text("–", 26, SEMIBOLD)
        self._unit = Text("", 13, tone="secondary", elide=True)
        self._meter = Meter()
        self._note = Text("", 12, tone="secondary", elide=True)
        line = row(None, 8)
        line.addWidget(self._figure, 0)
        line.addWidget(self._unit, 1)
        meter_box = column(None, 0, (0, 2, 0, 2))
        meter_box.addWidget(self._meter)
        self.body.addWidget(self._label)
        self.body.addLayout(line)
        self.body.addLayout(meter_box)
        self.body.addStretch(1)
        self.body.addWidget(self._note)
        keep = self._meter.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self._meter.setSizePolicy(keep)
        self._meter.hide()
        self.setMinimumWidth(120)

    def set_figure(self, figure: str, unit: str = "", note: str = "", share: float | None = None) -> None:
        """Show ``figure`` ("93.4"), ``unit`` ("%", "of 61"), ``note`` and, when ``share`` (0-1) is given.

        A meter.
        """
        self._figure.setText(figure)
        self._unit.setText(unit)
        self._note.setText(note)
        self._meter.setVisible(share is not None)
        if share is not None:
            self._meter.set_share(share, f"{figure} {unit}".strip())
        self.setAccessibleName(
            ", ".join(filter(None, (self._label.text(), f"{figure} {unit}".strip(), note)))
        )

    def set_compact(self, compact: bool) -> None:
        """Without the note when the window is small."""
        self._note.setVisible(not compact)
        self.setFixedHeight(78 if compact else 97)


class SmallFigure(QWidget):
    """A label with a figure 20/600 under it, for side panels."""

    def __init__(self, label: str, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        identify(self, name)
        box = column(self, 0)
        self._label = Text(label, 12, 500, "secondary", elide=True)
        self._figure = Text("–", 20, SEMIBOLD)
        self._unit = Text("", 12, tone="secondary", elide=True)
        line = row(None, 6)
        line.addWidget(self._figure)
        line.addWidget(self._unit, 1, Qt.AlignmentFlag.AlignVCenter)
        box.addWidget(self._label)
        box.addLayout(line)

    def set_label(self, label: str) -> None:
        """Say what the next figure is."""
        self._label.setText(label)

    def set_figure(self, figure: str, unit: str = "") -> None:
        """Show ``figure`` and ``unit`` ("of 100")."""
        self._figure.setText(figure)
        self._unit.setText(unit)
        self.setAccessibleName(f"{self._label.text()}: {figure} {unit}".strip())
