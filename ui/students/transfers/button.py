"""The way to the transfers, with how many wait for somebody here."""

from __future__ import annotations

from emis_desktop.queries.transfers import Moves
from resources.words import Words
from ui.students.transfers.reading import MovesReader
from ui.widgets.button import Button


class TransfersButton(Button):
    """Reads Transfers, or Transfers 2."""

    def __init__(self, words: Words, reader: MovesReader) -> None:
        super().__init__(words.tr("Transfers"), name="students.transfers")
        self._words = words
        reader.read.connect(self._say)

    def _say(self, moves: Moves) -> None:
        tr, count = self._words.tr, moves.to_do
        number = self._words.number(count)
        self.setText(tr("Transfers {n}", n=number) if count else tr("Transfers"))
