"""One value of a change: large, with who typed it where and when; the one in force has a thick frame."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from emis_desktop.queries.sync_state import Side
from resources.words import Words
from ui.sync_page import words as said
from ui.theme.active import colour
from ui.theme.fonts import SEMIBOLD
from ui.theme.tokens import Space
from ui.widgets.base import column, identify, row
from ui.widgets.chips import Pill
from ui.widgets.text import Text

LEAST = 66
HEAD = 24
"""A pill is as high as this, so that boxes with and without one line up."""


class ValueBox(QWidget):
    """Shows a :class:`Side`; ``none_words`` say what an empty value means where it is no empty field."""

    def __init__(
        self, words: Words, side: Side, now: datetime, *, none_words: str = "", name: str = ""
    ) -> None:
        super().__init__()
        self.words, self.side = words, side
        self.setMinimumHeight(LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        box = column(self, 4, (14, 8, 12, 10))
        head = row(None, 8)
        shown = none_words if none_words and side.value is None else said.value_words(words, side.value)
        self.value = Text(shown, 16, SEMIBOLD, elide=True)
        self.value.setFixedHeight(HEAD)
        head.addWidget(self.value, 1)
        state = self._state()
        if state is not None:
            head.addWidget(state)
        box.addLayout(head)
        who = Text(by_words(words, side, now), 12, tone="secondary", wrap=True)
        if side.at is not None:
            who.setToolTip(said.exact_words(words, side.at))
        box.addWidget(who)
        for fact in side.facts:
            box.addWidget(Text(fact.text(words), 12, tone="secondary", wrap=True))
        box.addStretch(1)
        told = (state.text() if state is not None else "", shown, who.text())
        identify(self, name, ", ".join(filter(None, told)))

    def _state(self) -> Pill | None:
        if self.side.in_force:
            return Pill(self.words.tr("In force"), "accent")
        if self.side.proposed:
            return Pill(self.words.tr("Proposed"), "neutral")
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame: two pixels of accent around the value in force."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = 2.0 if self.side.in_force else 1.0
        painter.setPen(QPen(colour("accent" if self.side.in_force else "line"), wide))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = wide / 2
        room = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(room, Space.radius_control, Space.radius_control)


def by_words(words: Words, side: Side, now: datetime) -> str:
    """Such as "User 01, Office laptop, today 09:14"; what is not known is left out."""
    when = said.typed_words(words, side.at, now) if side.at is not None else ""
    return ", ".join(filter(None, (side.who, side.laptop, when)))
