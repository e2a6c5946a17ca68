"""The latest acts on this laptop as sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from emis_desktop.queries.history import ActLine
from resources.words import Words
from ui.widgets.base import column, row
from ui.widgets.card import Card
from ui.widgets.text import Text

SHOWN = 4
TIME_WIDTH = 56


class LatestCard(Card):
    """A time and a sentence for each of the latest acts."""

    def __init__(self, words: Words) -> None:
        super().__init__(name="home.latest")
        self._words = words
        self.add_head(words.tr("Latest on this laptop"))
        self._rows: list[tuple[Text, Text]] = []
        box = column(None, 8)
        for _ in range(SHOWN):
            line = row(None, 8)
            when = Text("", 12, tone="secondary")
            when.setFixedWidth(TIME_WIDTH)
            what = Text("", elide=True)
            line.addWidget(when)
            line.addWidget(what, 1)
            box.addLayout(line)
            self._rows.append((when, what))
        self.body.addLayout(box)
        self.set_lines(())

    def set_lines(self, lines: Sequence[ActLine]) -> None:
        """Show the newest few; who did it stands behind when it was somebody else."""
        shown = [line for line in lines if not line.undone][:SHOWN]
        for (when, what), line in zip(self._rows, [*shown, *([None] * SHOWN)], strict=False):
            when.setText(self._when(line.at) if line else "")
            what.setText(line.sentence.text(self._words) if line else "")
            when.setVisible(line is not None)
            what.setVisible(line is not None)
        if not shown:
            what = self._rows[0][1]
            what.setText(self._words.tr("Nothing has been changed yet."))
            what.setVisible(True)

    def _when(self, at: datetime) -> str:
        local = at.astimezone()
        if local.date() == datetime.now().astimezone().date():
            return self._words.time(local)
        return self._words.date(local.date(), "day_month")
