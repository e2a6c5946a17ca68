"""The blocks of the changes to look at: made one after the other, so that typing and painting go on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QTimer, Signal

from emis_desktop.queries.sync_state import ConflictCard
from resources.words import Words
from ui.sync_page.conflict_block import ConflictBlock
from ui.widgets.base import discard
from ui.widgets.card import Rule
from ui.widgets.scroll import ScrollColumn

AT_ONCE = 1
"""A block takes 5 to 10 ms to make and to lay out, so each of the others has a turn of its own."""


class ConflictList(ScrollColumn):
    """``decided(card, verb, value)``; ``opened(card)``. With ``alone`` set, one place shows and no other."""

    decided = Signal(object, object, str)
    opened = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__(0, name="sync.conflicts.list")
        self.words = words
        self.body.addStretch(1)
        self.blocks: dict[UUID, ConflictBlock] = {}
        self._rules: dict[UUID, Rule] = {}
        self._cards: tuple[ConflictCard, ...] = ()
        self._alone: int | None = None
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._grow)

    def show_cards(self, cards: tuple[ConflictCard, ...], alone: int | None) -> None:
        """Show these, or the one at ``alone``; a block stays while its card is the same, or is typed into."""
        wanted = {card.id: card for card in cards}
        for key, block in list(self.blocks.items()):
            if key not in wanted or (block.card != wanted[key] and not block.is_editing()):
                discard(self.blocks.pop(key))
                discard(self._rules.pop(key))
        self._cards = cards
        self.show_place(alone)

    def show_place(self, alone: int | None) -> None:
        """Show the one at ``alone``, or with None all of them."""
        self._alone = alone
        for place in range(min(AT_ONCE, len(self._cards))) if alone is None else (alone,):
            self.block_at(place)
        self._show()
        self._turn.start()

    def is_growing(self) -> bool:
        """Whether blocks are still to be made."""
        return self._turn.isActive()

    def block_at(self, place: int) -> ConflictBlock | None:
        """The block of a place, made when there is none yet; None beyond the last."""
        if not 0 <= place < len(self._cards):
            return None
        card = self._cards[place]
        if card.id not in self.blocks:
            self._make(place, card)
        return self.blocks[card.id]

    def place_of(self, key: UUID) -> int:
        """Where a card stands, -1 when it does not."""
        return next((place for place, card in enumerate(self._cards) if card.id == key), -1)

    def _make(self, place: int, card: ConflictCard) -> None:
        block, rule = ConflictBlock(self.words, card, datetime.now().astimezone()), Rule()
        block.decided.connect(self.decided)
        block.opened.connect(self.opened)
        at = 2 * sum(before.id in self.blocks for before in self._cards[:place])
        self.blocks[card.id], self._rules[card.id] = block, rule
        self.body.insertWidget(at, block)
        self.body.insertWidget(at + 1, rule)

    def _grow(self) -> None:
        """Make the next block, where all are to be seen."""
        missing = [place for place, card in enumerate(self._cards) if card.id not in self.blocks]
        if self._alone is None and missing:
            self.block_at(missing[0])
            self._show()
            self._turn.start()

    def _show(self) -> None:
        last = len(self._cards) - 1
        for place, card in enumerate(self._cards):
            if card.id in self.blocks:
                self.blocks[card.id].setVisible(self._alone in (None, place))
                self._rules[card.id].setVisible(self._alone is None and place < last)
