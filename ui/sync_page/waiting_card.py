"""What waits to be sent: by kind and class, each with its oldest moment."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from emis_desktop.queries.sync_state import SyncState, WaitingGroup, WaitingList
from resources.words import Words
from ui.sync_page import words as said
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import column, discard, identify, row
from ui.widgets.card import Card
from ui.widgets.text import Text

ROWS, ROWS_COMPACT = 5, 3
LINE = 23
COUNT = 30


class _Line(QWidget):
    """How many, of what, since when."""

    def __init__(self, words: Words, group: WaitingGroup, now: datetime) -> None:
        super().__init__()
        self.setFixedHeight(LINE)
        line = row(self, 8)
        number = Text(words.number(group.count), 13, SEMIBOLD)
        number.setMinimumWidth(COUNT)
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        what, since = group.what.text(words), said.since_words(words, group.since, now)
        line.addWidget(number)
        line.addWidget(Text(what, 13, elide=True), 1)
        when = Text(since, 12, tone="secondary")
        when.setToolTip(said.exact_words(words, group.since))
        line.addWidget(when)
        self.setAccessibleName(f"{words.number(group.count)} {what}, {since}")


class WaitingCard(Card):
    """Shows a :class:`WaitingList`; the kinds that have no room are counted in the last line."""

    def __init__(self, words: Words) -> None:
        super().__init__(name="sync.waiting")
        self.words = words
        self._found, self._state, self._compact = WaitingList(), SyncState(), False
        self.body.setSpacing(0)
        head = row(None, 8)
        head.addWidget(Text(words.tr("Waiting to be sent"), 14, SEMIBOLD, elide=True), 1)
        self._amount = Text("", 12, tone="secondary")
        identify(self._amount, "sync.waiting.amount")
        head.addWidget(self._amount)
        self.body.addLayout(head)
        self._holder = QWidget()
        self._lines = column(self._holder, 0, (0, 3, 0, 0))
        self.body.addWidget(self._holder)
        self._note = Text("", 12, tone="secondary", wrap=True)
        identify(self._note, "sync.waiting.note")
        self.body.addSpacing(4)
        self.body.addWidget(self._note)
        self._shown: list[_Line] = []

    def set_compact(self, compact: bool) -> None:
        """Fewer lines."""
        if compact != self._compact:
            self._compact = compact
            self._show_lines(datetime.now().astimezone())

    def show_waiting(self, found: WaitingList, state: SyncState, now: datetime) -> None:
        """Show what waits; ``state`` says when it goes."""
        changed = found != self._found or not self._shown
        self._found, self._state = found, state
        if changed:
            self._show_lines(now)
        self.show_state(state, now)

    def show_state(self, state: SyncState, now: datetime) -> None:
        """Only say anew when it goes."""
        self._state = state
        self._amount.setText(self._amount_words())
        self._note.setText(self._note_words(now))

    def _show_lines(self, now: datetime) -> None:
        for line in self._shown:
            discard(line)
        most = ROWS_COMPACT if self._compact else ROWS
        groups = self._found.groups
        fit = groups if len(groups) <= most else groups[: most - 1]
        self._shown = [_Line(self.words, group, now) for group in fit]
        for line in self._shown:
            self._lines.addWidget(line)
        self._rest = sum(group.count for group in groups[len(fit) :])
        self._holder.setVisible(bool(fit))

    def _amount_words(self) -> str:
        if not self._found.changes:
            return ""
        changes = self.words.ntr("{n} change", "{n} changes", self._found.changes)
        return f"{changes}, {said.size_words(self.words, self._found.bytes)}"

    def _note_words(self, now: datetime) -> str:
        ntr, tr, state = self.words.ntr, self.words.tr, self._state
        if not self._found.changes:
            return tr("Nothing waiting. What you type goes with the next sync.")
        rest = ntr("And {n} more.", "And {n} more.", self._rest) if self._rest else ""
        return f"{rest} {self._goes(state, now)}".strip()

    def _goes(self, state: SyncState, now: datetime) -> str:
        ntr, tr = self.words.ntr, self.words.tr
        if state.next_at is None:
            return (
                tr("They go when you press Sync now.")
                if not state.running
                else tr("They go with the next sync.")
            )
        minutes = max(1, round((state.next_at - now).total_seconds() / 60))
        if state.running:
            return ntr(
                "Typed since this sync began; they go with the next, in {n} min.",
                "Typed since this sync began; they go with the next, in {n} min.",
                minutes,
            )
        return ntr(
            "They go with the next sync, in {n} min.", "They go with the next sync, in {n} min.", minutes
        )
