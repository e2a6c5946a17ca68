"""The changes to look at: a list that scrolls, or one at a time in a small window."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.sync_state import ConflictCard, Conflicts
from resources.words import Words
from ui.sync_page.conflict_block import ConflictBlock
from ui.sync_page.conflicts_foot import ConflictsFoot
from ui.sync_page.reading import STEP
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import discard, identify, row
from ui.widgets.button import Button
from ui.widgets.card import Card, Rule
from ui.widgets.empty import EmptyState
from ui.widgets.scroll import ScrollColumn
from ui.widgets.text import Text


class ConflictsCard(Card):
    """``decided(card, verb, value)``; ``opened(card)``; ``decided_asked`` for those that are decided;
    ``more_asked(count)`` when so many in all are wanted.
    """

    decided = Signal(object, object, str)
    opened = Signal(object)
    decided_asked = Signal()
    more_asked = Signal(int)

    def __init__(self, words: Words) -> None:
        super().__init__(flush=True, name="sync.conflicts")
        self.words = words
        self._found = Conflicts()
        self._blocks: dict[UUID, ConflictBlock] = {}
        self._rules: dict[UUID, Rule] = {}
        self._compact, self._place = False, 0
        self.body.addWidget(self._head())
        self.body.addWidget(Rule())
        self._scroll = ScrollColumn(0, name="sync.conflicts.list")
        self._scroll.body.addStretch(1)
        self._none = _nothing(words)
        self._stack = QStackedWidget()
        for part in (self._scroll, self._none):
            self._stack.addWidget(part)
        self.body.addWidget(self._stack, 1)
        self.foot = ConflictsFoot(words)
        self.foot.more_asked.connect(lambda: self.more_asked.emit(len(self._found.cards) + STEP))
        self.foot.stepped.connect(self.step)
        self.body.addWidget(self.foot)
        self.show_conflicts(Conflicts(), 0)

    def _head(self) -> QWidget:
        head = QWidget()
        head.setFixedHeight(46)
        line = row(head, 10, (16, 0, 8, 0))
        self._title = Text("", 14, SEMIBOLD)
        identify(self._title, "sync.conflicts.title")
        self._hint = Text(
            self.words.tr("Nothing is lost: both values are kept until you choose, and after"),
            12,
            tone="secondary",
            elide=True,
        )
        line.addWidget(self._title)
        line.addWidget(self._hint, 1)
        self._decided = Button("", "link", "clock", name="sync.decided")
        self._decided.clicked.connect(self.decided_asked)
        line.addWidget(self._decided)
        return head

    # -- Showing --------------------------------------------------------------------------------------

    def show_conflicts(self, found: Conflicts, decided: int) -> None:
        """Show what was read; a block whose card is the same stays, with what is typed in it."""
        now = datetime.now().astimezone()
        self._found = found
        wanted = {card.id: card for card in found.cards}
        for key in [key for key in self._blocks if key not in wanted]:
            self._drop(key)
        for place, card in enumerate(found.cards):
            self._put(place, card, now)
        self._place = min(self._place, max(0, len(found.cards) - 1))
        self._title.setText(
            self.words.ntr("{n} change to look at", "{n} changes to look at", found.total)
            if found.total
            else self.words.tr("Changes to look at")
        )
        self._hint.setVisible(bool(found.total))
        self._decided.setText(self.words.tr("Decided, {n}", n=self.words.number(decided)))
        self._decided.setVisible(bool(decided))
        self._lay_out()

    def _put(self, place: int, card: ConflictCard, now: datetime) -> None:
        before = self._blocks.get(card.id)
        if before is not None and (before.card == card or before.is_editing()):
            return
        if before is not None:
            self._drop(card.id)
        block = ConflictBlock(self.words, card, now)
        block.decided.connect(self._decide)
        block.opened.connect(self.opened)
        rule = Rule()
        self._blocks[card.id], self._rules[card.id] = block, rule
        self._scroll.body.insertWidget(2 * place, block)
        self._scroll.body.insertWidget(2 * place + 1, rule)

    def _drop(self, key: UUID) -> None:
        discard(self._blocks.pop(key))
        discard(self._rules.pop(key))

    def _lay_out(self) -> None:
        """All under each other, or in a small window the one at its place."""
        cards = self._found.cards
        self._stack.setCurrentWidget(self._scroll if cards else self._none)
        for place, card in enumerate(cards):
            shown = not self._compact or place == self._place
            self._blocks[card.id].setVisible(shown)
            self._rules[card.id].setVisible(not self._compact and place + 1 < self._found.total)
        if self._compact:
            self.foot.show_one(self._place, self._found.total)
        else:
            self.foot.show_list(len(cards), self._found.total)

    def set_compact(self, compact: bool) -> None:
        """One at a time, without the line that explains."""
        if compact != self._compact:
            self._compact = compact
            self._lay_out()

    def step(self, by: int) -> None:
        """Another one, in a small window; reads more when the last that is here was passed."""
        place = self._place + by
        if 0 <= place < len(self._found.cards):
            self._place = place
            self._lay_out()
            self._block_at(place).focus_first()
        elif place >= len(self._found.cards) and place < self._found.total:
            self._place = place
            self.more_asked.emit(place + STEP)

    # -- Deciding -------------------------------------------------------------------------------------

    def block(self, key: UUID) -> ConflictBlock | None:
        """The block of a card."""
        return self._blocks.get(key)

    def after(self, key: UUID) -> UUID | None:
        """Which card has the focus once that of ``key`` is gone: the next, or the one before."""
        keys = [card.id for card in self._found.cards]
        if key not in keys:
            return None
        place = keys.index(key)
        return next(iter([*keys[place + 1 :], *keys[:place][::-1]]), None)

    def focus_card(self, key: UUID | None) -> None:
        """Put the focus on a card's first verb; on the way to the decided ones when there is none."""
        block = self._blocks.get(key) if key is not None else None
        if block is not None:
            block.focus_first()
            self._scroll.ensureWidgetVisible(block, 0, 0)
        elif self._decided.isVisible():
            self._decided.setFocus()

    def focus_list(self) -> None:
        """The way to the decided ones, from where somebody comes back."""
        self._decided.setFocus()

    def focus_first(self) -> None:
        """The first card shown."""
        if self._found.cards:
            self._block_at(self._place if self._compact else 0).focus_first()

    def escape(self) -> bool:
        """Close the field that is open."""
        return any(block.escape() for block in self._blocks.values())

    def _block_at(self, place: int) -> ConflictBlock:
        return self._blocks[self._found.cards[place].id]

    def _decide(self, card: ConflictCard, verb: object, value: str) -> None:
        self._blocks[card.id].set_busy(busy=True)
        self.decided.emit(card, verb, value)

    def refuse(self, key: UUID, refusal: EmisError) -> None:
        """Say at its card why nothing was stored."""
        block = self._blocks.get(key)
        if block is not None:
            block.refuse(refusal)

    def release(self, key: UUID) -> None:
        """It is stored: the card can be pressed again where it stays, and its field closes."""
        block = self._blocks.get(key)
        if block is not None:
            block.set_busy(busy=False)
            block.escape()


def _nothing(words: Words) -> EmptyState:
    return EmptyState(
        "circle-check",
        words.tr("Nothing to look at"),
        words.tr("When two people change the same thing, both values stand here until somebody chooses."),
        name="sync.conflicts.none",
    )
