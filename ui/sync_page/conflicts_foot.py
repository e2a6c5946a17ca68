"""The foot of the changes to look at: how many show, and the way to the others."""

from __future__ import annotations

from PySide6.QtCore import Signal

from resources.words import Words
from ui.sync_page.reading import STEP
from ui.widgets.base import identify
from ui.widgets.button import Button
from ui.widgets.card import CardFoot
from ui.widgets.text import Text


class ConflictsFoot(CardFoot):
    """``more_asked`` for the next ten; ``stepped(by)`` in a small window, which shows one at a time."""

    more_asked = Signal()
    stepped = Signal(int)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self.words, tr = words, words.tr
        self._at = Text("", 12, tone="secondary", elide=True)
        identify(self._at, "sync.conflicts.place")
        self.line.addWidget(self._at, 1)
        self.more = Button("", "link", name="sync.conflicts.more")
        self.more.clicked.connect(self.more_asked)
        self.back = Button(tr("Previous"), "link", "chevron-left", name="sync.conflicts.previous")
        self.back.clicked.connect(lambda: self.stepped.emit(-1))
        self.next = Button(tr("Next"), "link", "chevron-right", name="sync.conflicts.next")
        self.next.clicked.connect(lambda: self.stepped.emit(1))
        for button in (self.more, self.back, self.next):
            self.line.addWidget(button)

    def show_list(self, shown: int, total: int) -> None:
        """So many of all show under each other."""
        left, number = total - shown, self.words.number
        self._show(compact=False)
        self.more.setText(self.words.tr("Show {n} more", n=min(STEP, left)))
        told = self.words.tr("{n} of {total} shown, the oldest first", n=number(shown), total=number(total))
        self._at.setText(told)
        self.setVisible(0 < shown < total)

    def show_one(self, place: int, total: int) -> None:
        """The one at ``place``, from 0, shows alone."""
        number = self.words.number
        self._show(compact=True)
        self.back.setEnabled(place > 0)
        self.next.setEnabled(place + 1 < total)
        self._at.setText(self.words.tr("{n} of {total}", n=number(place + 1), total=number(total)))
        self.setVisible(total > 1)

    def _show(self, *, compact: bool) -> None:
        self.more.setVisible(not compact)
        self.back.setVisible(compact)
        self.next.setVisible(compact)
