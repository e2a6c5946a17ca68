"""Cards: the white boxes with a hairline that hold everything."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui.theme.fonts import SEMIBOLD
from ui.theme.tokens import Space
from ui.widgets.base import column, identify, row, styled
from ui.widgets.text import Text


class Card(QFrame):
    """A surface with a hairline and round corners.

    ``body`` is its vertical layout, 16 x 12 inside; ``flush`` leaves only the pixel that keeps the corners
    round, for a table that fills the card. ``tint`` is "", warn, bad, accent or sunken.
    """

    def __init__(
        self, *, flush: bool = False, tint: str = "", name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        if tint:
            self.setProperty("tint", tint)
        side, top = (1, 1) if flush else (Space.card_side, Space.card_top)
        self.body: QVBoxLayout = column(self, 0 if flush else 8, (side, top, side, top))
        identify(self, name)

    def add_head(self, title: str, facts: str = "") -> "CardHead":
        """Put a head on top of the card and give it back, for a button at its end."""
        head = CardHead(title, facts)
        self.body.addWidget(head)
        return head


class CardHead(QWidget):
    """Title 14/600, facts 12 under it and room for buttons at the end (``end`` is their layout)."""

    def __init__(self, title: str, facts: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = row(self, 8)
        words = column(None, 1)
        self.title = Text(title, 14, SEMIBOLD, elide=True)
        words.addWidget(self.title)
        self.facts = Text(facts, 12, tone="secondary", elide=True)
        words.addWidget(self.facts)
        line.addLayout(words, 1)
        self.facts.setVisible(bool(facts))
        self.end: QHBoxLayout = row(None, 4)
        line.addLayout(self.end)

    def set_facts(self, facts: str) -> None:
        """Show one line of facts, or none."""
        self.facts.setText(facts)
        self.facts.setVisible(bool(facts))


class CardFoot(QWidget):
    """The bar at the bottom of a flush card: counts at the left, what is selected at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        styled(self)
        self.setFixedHeight(40)
        self.line: QHBoxLayout = row(self, 8, (13, 0, 13, 0))


class Rule(QFrame):
    """A hairline across."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        styled(self)
        self.setFixedHeight(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """One pixel high."""
        return QSize(10, 1)


class FactRow(QWidget):
    """A label at the start and its value at the end of one line, as in a peek."""

    def __init__(self, label: str, value: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = row(self, 12)
        line.addWidget(Text(label, 12, tone="secondary"))
        self.value = Text(value, 13, elide=True)
        line.addStretch(1)
        line.addWidget(self.value, 0)
        self.setMinimumHeight(24)
