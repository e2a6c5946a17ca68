"""The page itself: at the left what is under way, what waits and past syncs; at the right what to look at."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QWidget

from emis_desktop.queries.sync_state import PastSyncs, SyncState
from resources.words import Words
from ui.sync_page.conflicts_card import ConflictsCard
from ui.sync_page.now_card import NowCard
from ui.sync_page.past_table import PastCard
from ui.sync_page.reading import SHORT, Found
from ui.sync_page.waiting_card import WaitingCard
from ui.theme.tokens import Space
from ui.widgets.base import column, row

LEFT, LEFT_COMPACT = 416, 372


class Overview(QWidget):
    """Its four cards are ``now``, ``waiting``, ``past`` and ``conflicts``."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.now, self.waiting = NowCard(words), WaitingCard(words)
        self.past, self.conflicts = PastCard(words), ConflictsCard(words)
        line = row(self, Space.gap)
        self._side = QWidget()
        self._side.setFixedWidth(LEFT)
        self._box = column(self._side, Space.gap)
        self._slack = row(None)
        for card in (self.now, self.waiting, self.past):
            self._box.addWidget(card)
        self._box.addLayout(self._slack)
        line.addWidget(self._side)
        line.addWidget(self.conflicts, 1)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """One change at a time; the history is one line."""
        self._side.setFixedWidth(LEFT_COMPACT if compact else LEFT)
        for card in (self.waiting, self.past, self.conflicts):
            card.set_compact(compact)
        self._box.setStretchFactor(self.past, 0 if compact else 1)
        self._box.setStretchFactor(self._slack, 1 if compact else 0)

    def show_found(self, found: Found, state: SyncState) -> None:
        """Show what was read."""
        now = datetime.now().astimezone()
        self.waiting.show_waiting(found.waiting, state, now)
        self.past.show_past(PastSyncs(found.past.rows[:SHORT], found.past.total))
        self.conflicts.show_conflicts(found.conflicts, found.decided.total)

    def show_state(self, state: SyncState) -> None:
        """Show what the engine is at."""
        now = datetime.now().astimezone()
        self.now.show_state(state, now)
        self.waiting.show_state(state, now)
