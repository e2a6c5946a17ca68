"""The facts about sending, for the status bar and the sign-in window: what waits, the last contact, what is
to be decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QObject

from emis_desktop.queries.sync_state import Barred, Joined, SyncState
from resources.words import Words
from ui.shell.statusbar import Fact
from ui.shell.window import MainWindow
from ui.sync_page.watch import SyncWatch
from ui.sync_page.words import (
    barred_help,
    barred_words,
    exact_words,
    under_way_words,
)
from ui.unlock.panel import decision_words, waiting_words

SOON = timedelta(days=7)
"""So long before the last day without a contact it is said."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the three facts are told from. ``waiting`` counts changes not sent yet."""

    state: SyncState
    joined: Joined
    waiting: int
    to_decide: int


def waiting_fact(words: Words, told: Told) -> Fact:
    """What is under way, else how much waits."""
    text = under_way_words(words, told.state) or waiting_words(words, told.waiting)
    return Fact(text, leads=True)


def contact_fact(words: Words, told: Told, now: datetime) -> Fact:
    """When the Ministry was last reached; a missing line is normal, a refusal is not."""
    state, tr = told.state, words.tr
    if state.barred is not Barred.NONE:
        return Fact(barred_words(words, state.barred), "bad", barred_help(words, state.barred), leads=True)
    if state.running:
        return Fact("")
    until = told.joined.until
    if until is not None and until - now < SOON:
        day = words.date(until.astimezone().date(), "day_month")
        return Fact(tr("Sync by {day} to go on signing in", day=day), "warn", leads=True)
    contact = state.contact_at or told.joined.contact_at
    if contact is None:
        return Fact(tr("Not synced yet"), leads=True)
    when = words.relative(contact.astimezone(), now.astimezone())
    tip = exact_words(words, contact)
    if state.no_line:
        return Fact(tr("Last sent {when}, no connection now", when=when), tip=tip, leads=True)
    return Fact(tr("Last sent {when}", when=when), tip=tip, leads=True)


def decision_fact(words: Words, told: Told) -> Fact:
    """What only a person can decide."""
    if not told.to_decide:
        return Fact("")
    return Fact(decision_words(words, told.to_decide), "warn", leads=True)


class SyncCounts(QObject):
    """Shows in the rail how many changes are to be decided, and has the facts told anew as they change."""

    def __init__(self, window: MainWindow, watch: SyncWatch) -> None:
        super().__init__(window)
        self._window, self._watch = window, watch
        watch.counted.connect(self._show)
        watch.count()

    def _show(self, count: int) -> None:
        said = decision_words(self._window.words, count)
        self._window.set_count("sync", count, said)
