"""A column that scrolls, on whatever ground it stands."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ui.widgets.base import column


class ScrollBody(QWidget):
    """What scrolls; the sheet keeps it transparent."""


class ScrollColumn(QScrollArea):
    """``body`` is the layout of what scrolls up and down; it never scrolls sideways."""

    def __init__(self, spacing: int = 0, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content = ScrollBody()
        self.body: QVBoxLayout = column(content, spacing)
        self.setWidget(content)
        content.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
