"""What was decided: by whom, when, and which value is in force since."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal

from emis_desktop.queries.sync_state import Decided, DecidedList, Verb
from resources.words import N_, Words
from ui.sync_page import words as said
from ui.sync_page.past_table import ViewHead
from ui.theme.fonts import MEDIUM
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.table.cells import Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

_DONE = {
    Verb.KEEP: N_("Kept"),
    Verb.USE: N_("The other used"),
    Verb.EDIT: N_("Typed anew"),
    Verb.REMIND: N_("Reminded"),
    Verb.SAME: N_("Same pupil"),
    Verb.NOT_SAME: N_("Not the same"),
    Verb.AGAIN: N_("Sent again"),
    Verb.DROP: N_("Given up"),
}


class DecidedView(Card):
    """The whole list; ``back_asked``, ``more_asked`` when there are older ones to read."""

    back_asked = Signal()
    more_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(flush=True, name="sync.decided.card")
        self.words = words
        tr = words.tr
        head = ViewHead(words, tr("Decided"), "sync.decided.back")
        head.back.clicked.connect(self.back_asked)
        self.body.addWidget(head)
        columns = (
            Column("what", tr("What"), 300, stretch=4),
            Column("value", tr("In force since"), 180, stretch=2),
            Column("verb", tr("How"), 120, stretch=1),
            Column("by", tr("By"), 140, stretch=1),
            Column("at", tr("When"), 130, stretch=1),
        )
        self._model: RowsModel[Decided] = RowsModel(columns, self._cells)
        self.table = TableView(self._model, tr("Decided"), name="sync.decided.table")
        self.body.addWidget(self.table, 1)
        self.foot = foot = CardFoot()
        self._count = Text("", 12, tone="secondary", elide=True)
        foot.line.addWidget(self._count, 1)
        self.more = Button(tr("Show older"), "link", name="sync.decided.more")
        self.more.clicked.connect(self.more_asked)
        foot.line.addWidget(self.more)
        self.body.addWidget(foot)

    def _cells(self, row: Decided) -> tuple[Cell, ...]:
        words, now = self.words, datetime.now().astimezone()
        return (
            Cell(row.title.text(words), weight=MEDIUM),
            Cell(said.value_words(words, row.value)),
            Cell(words.tr(_DONE[row.verb]), "text2"),
            Cell(row.by, "text2"),
            Cell(said.when_words(words, row.at, now), "text2", spoken=said.exact_words(words, row.at)),
        )

    def show_decided(self, found: DecidedList) -> None:
        """Show as many as were read."""
        self._model.set_rows(found.rows)
        self._count.setText(self.words.ntr("{n} change was decided", "{n} changes were decided", found.total))
        self.more.setVisible(len(found.rows) < found.total)
