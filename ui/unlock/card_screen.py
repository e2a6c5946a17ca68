"""A screen with the dark panel and one card: what the other sign-in screens have in common."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from emis_desktop.front import Front
from resources.words import Words
from ui.program import opening
from ui.program.ground import Ground
from ui.theme.fonts import SEMIBOLD
from ui.unlock.panel import FrontPanel
from ui.widgets.base import announce, column, identify, in_the_middle, row
from ui.widgets.card import Card
from ui.widgets.text import Text

WIDTH = 560


class CardScreen(Ground):
    """Fill ``body`` of the card under its title. ``lost``: see :func:`ui.unlock.panel.facts`."""

    def __init__(
        self,
        words: Words,
        front: Front,
        title: str,
        explanation: str,
        *,
        name: str,
        lost: int | None = 0,
    ) -> None:
        super().__init__(words)
        identify(self, name, title)
        self._panel = FrontPanel(words, front, opening.now(), lost)
        line = row(self)
        line.addWidget(self._panel)
        right = column(None, 10, (20, 20, 24, 16))
        self.tongues = self.languages()
        right.addWidget(self.tongues, 0, Qt.AlignmentFlag.AlignRight)
        right.addStretch(1)
        card = Card(name=f"{name}.card")
        card.setFixedWidth(WIDTH)
        card.body.setContentsMargins(24, 20, 24, 20)
        card.body.addWidget(Text(title, 20, SEMIBOLD, wrap=True))
        if explanation:
            card.body.addWidget(Text(explanation, tone="secondary", wrap=True))
        self.body: QVBoxLayout = column(None, 10)
        card.body.addLayout(self.body)
        right.addLayout(in_the_middle(card))
        self._said = Text("", tone="secondary", wrap=True)
        self._said.setFixedWidth(WIDTH)
        right.addWidget(self._said, 0, Qt.AlignmentFlag.AlignHCenter)
        self._said.hide()
        right.addStretch(2)
        line.addLayout(right, 1)
        self.ring.raise_()

    def say(self, text: str) -> None:
        """A sentence under the card, read aloud."""
        self._said.setText(text)
        self._said.setMinimumHeight(self._said.heightForWidth(WIDTH))
        self._said.show()
        announce(self._said, text)

    def apply_compact(self, *, narrow: bool, low: bool) -> None:
        """A narrower panel."""
        self._panel.set_compact(narrow=narrow, low=low)
