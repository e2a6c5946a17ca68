"""The changes to look at: a list that scrolls, or one at a time in a small window."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from emis_desktop.errors import EmisError
from emis_desktop.queries.sync_state import ConflictCard, Conflicts
from resources.words import Words
from ui.sync_page.conflict_block import ConflictBlock
from ui.sync_page.conflict_list import ConflictList
from ui.sync_page.conflicts_foot import ConflictsFoot
from ui.sync_page.reading import STEP
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import identify, row
from ui.widgets.button import Button
from ui.widgets.card import Card, Rule
from ui.widgets.empty import EmptyState
from ui.widgets.text import Text


class ConflictsCard(Card):
    """``decided(card, verb, value)``; ``opened(card)``; ``decided_asked`` for those that are decided;
    ``more_asked(count)`` when so many in all are wanted; ``export_asked``: what was not taken, to a file.
    """

    decided = Signal(object, object, str)
    opened = Signal(object)
    decided_asked = Signal()
    more_asked = Signal(int)
    export_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(flush=True, name="sync.conflicts")
        self.words = words
        self._found = Conflicts()
        self._compact, self._place = False, 0
        self.body.addWidget(self._head())
        self.body.addWidget(Rule())
        self.list = ConflictList(words)
        self.list.decided.connect(self._decide)
        self.list.opened.connect(self.opened)
        self._none = _nothing(words)
        self._stack = QStackedWidget()
        for part in (self.list, self._none):
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
        self._export = Button(self.words.tr("Export"), "link", "upload", name="sync.not_taken")
        self._export.setAccessibleName(self.words.tr("Export what was not taken"))
        self._export.setToolTip(self.words.tr("Writes what the Ministry’s server did not take to a table."))
        self._export.clicked.connect(self.export_asked)
        line.addWidget(self._export)
        self._decided = Button("", "link", "clock", name="sync.decided")
        self._decided.clicked.connect(self.decided_asked)
        line.addWidget(self._decided)
        return head

    # -- Showing --------------------------------------------------------------------------------------

    def show_conflicts(self, found: Conflicts, decided: int) -> None:
        """Show what was read; a block whose card is the same stays, with what is typed in it."""
        self._found = found
        self._place = min(self._place, max(0, len(found.cards) - 1))
        self._title.setText(
            self.words.ntr("{n} change to look at", "{n} changes to look at", found.total)
            if found.total
            else self.words.tr("Changes to look at")
        )
        self._hint.setVisible(bool(found.total))
        self._export.setVisible(bool(found.refused))
        self._decided.setText(self.words.tr("Decided, {n}", n=self.words.number(decided)))
        self._decided.setVisible(bool(decided))
        self.list.show_cards(found.cards, self._alone())
        self._lay_out()

    def _alone(self) -> int | None:
        return self._place if self._compact and self._found.cards else None

    def _lay_out(self) -> None:
        """All under each other, or in a small window the one at its place."""
        cards = self._found.cards
        self._stack.setCurrentWidget(self.list if cards else self._none)
        if self._compact:
            self.foot.show_one(self._place, self._found.total)
        else:
            self.foot.show_list(len(cards), self._found.total)

    def set_compact(self, compact: bool) -> None:
        """One at a time, without the line that explains."""
        if compact != self._compact:
            self._compact = compact
            self.list.show_place(self._alone())
            self._lay_out()

    def step(self, by: int) -> None:
        """Another one, in a small window; reads more when the last that is here was passed."""
        place = self._place + by
        if 0 <= place < len(self._found.cards):
            self._place = place
            self.list.show_place(self._alone())
            self._lay_out()
            self._focus(place)
        elif place >= len(self._found.cards) and place < self._found.total:
            self._place = place
            self.more_asked.emit(place + STEP)

    # -- Deciding -------------------------------------------------------------------------------------

    def block(self, key: UUID) -> ConflictBlock | None:
        """The block of a card."""
        return self.list.blocks.get(key)

    def after(self, key: UUID) -> UUID | None:
        """Which card has the focus once that of ``key`` is gone: the next, or the one before."""
        place, cards = self.list.place_of(key), self._found.cards
        if place < 0:
            return None
        return next((card.id for card in (*cards[place + 1 :], *cards[:place][::-1])), None)

    def focus_card(self, key: UUID | None) -> None:
        """Put the focus on a card's first verb; on the way to the decided ones when there is none."""
        place = self.list.place_of(key) if key is not None else -1
        if place >= 0:
            self._focus(self._place if self._compact else place)
        elif self._decided.isVisible():
            self._decided.setFocus()

    def focus_list(self) -> None:
        """The way to the decided ones, from where somebody comes back."""
        self._decided.setFocus()

    def focus_first(self) -> None:
        """The first card shown."""
        if self._found.cards:
            self._focus(self._place if self._compact else 0)

    def _focus(self, place: int) -> None:
        block = self.list.block_at(place)
        if block is not None:
            block.focus_first()
            self.list.ensureWidgetVisible(block, 0, 0)

    def escape(self) -> bool:
        """Close the field that is open."""
        return any(block.escape() for block in self.list.blocks.values())

    def _decide(self, card: ConflictCard, verb: object, value: str) -> None:
        self.list.blocks[card.id].set_busy(busy=True)
        self.decided.emit(card, verb, value)

    def refuse(self, key: UUID, refusal: EmisError) -> None:
        """Say at its card why nothing was stored."""
        block = self.list.blocks.get(key)
        if block is not None:
            block.refuse(refusal)

    def release(self, key: UUID) -> None:
        """It is stored: the card can be pressed again where it stays, and its field closes."""
        block = self.list.blocks.get(key)
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
