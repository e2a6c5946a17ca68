"""The dark panel of the first run: the steps, and a promise."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from resources.words import Words
from ui.theme.fonts import MEDIUM, SEMIBOLD, font
from ui.widgets.avatar import Ring
from ui.widgets.base import column, row
from ui.widgets.crest import Crest, SidePanel
from ui.widgets.text import Text

WIDTH, NARROW = 320, 264


class StepsPanel(SidePanel):
    """Crest, the four steps with the present one filled, and what becomes of what is typed."""

    def __init__(self, words: Words, parent: QWidget | None = None) -> None:
        super().__init__(WIDTH, parent)
        tr = words.tr
        self._box = column(self, 12, (32, 36, 32, 32))
        brand = row(None, 18)
        brand.addWidget(Crest(40, 46))
        brand.addWidget(Text(tr("School records"), 20, SEMIBOLD, "rail_strong", wrap=True), 1)
        self._box.addLayout(brand)
        self._box.addSpacing(20)
        self._rings: list[Ring] = []
        self._titles: list[Text] = []
        for number, (title, text) in enumerate(
            (
                (tr("Who works here"), tr("and where the records come from")),
                (tr("You"), tr("name and password")),
                (tr("The laptop"), tr("USB copy, automatic lock")),
                (tr("Ready"), tr("about 5 minutes in all")),
            )
        ):
            self._add(number + 1, title, text)
        self._box.addStretch(1)
        self._promise = Text(
            tr(
                "Everything you type stays on this laptop, encrypted. It is sent only to the Ministry whose "
                "code you enter."
            ),
            12,
            tone="rail",
            wrap=True,
        )
        self._box.addWidget(self._promise)

    def _add(self, number: int, title: str, text: str) -> None:
        line = row(None, 12)
        ring, name = Ring(number), Text(title, 13, MEDIUM, "rail", wrap=True)
        both = column(None)
        both.addWidget(name)
        both.addWidget(Text(text, 12, tone="rail", wrap=True))
        line.addWidget(ring)
        line.addLayout(both, 1)
        self._box.addLayout(line)
        self._rings.append(ring)
        self._titles.append(name)

    def set_step(self, step: int) -> None:
        """The step one is at, from 0."""
        for place, (ring, title) in enumerate(zip(self._rings, self._titles, strict=True)):
            ring.set_state("now" if place == step else "done" if place < step else "later")
            title.setFont(font(13, SEMIBOLD if place == step else MEDIUM))
            title.set_tone("rail_strong" if place == step else "rail")

    def set_compact(self, *, narrow: bool, low: bool) -> None:
        """Narrower, with less air."""
        width = NARROW if narrow else WIDTH
        self.setFixedWidth(width)
        side = 20 if narrow else 32
        self._box.setContentsMargins(side, 20 if low else 36, side, 20 if low else 32)
        self._promise.setMinimumHeight(self._promise.heightForWidth(width - 2 * side))
