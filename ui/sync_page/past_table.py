"""Past syncs as a table: short in the page, whole in a view of its own."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from emis_desktop.queries.sync_state import End, PastSync, PastSyncs
from resources.words import Words
from ui.sync_page import words as said
from ui.theme.fonts import SEMIBOLD
from ui.widgets.base import row, styled
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.fields import Sign
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

ROW, HEAD, LEAST = 30, 46, 60
_SIGNS = {
    End.DONE: ("check", "ok"),
    End.NOTHING: ("check", "ok"),
    End.RESUMED: ("check", "ok"),
    End.NO_LINE: ("clock", "text2"),
    End.CUT: ("clock", "text2"),
    End.STOPPED: ("pause", "text2"),
    End.REFUSED: ("circle-alert", "warn"),
}


def end_words(words: Words, past: PastSync) -> str:
    """How it ended: "Done in 6 s", "Resumed at 61 %"."""
    tr = words.tr
    if past.by_file and past.end is End.DONE:
        return tr("By USB file")
    lasted = said.lasted_words(words, past.seconds)
    at = words.percent(past.at_percent)
    return {
        End.DONE: tr("Done in {time}", time=lasted),
        End.NOTHING: tr("Nothing to do"),
        End.RESUMED: tr("Resumed at {share}", share=at),
        End.NO_LINE: tr("No connection"),
        End.CUT: tr("Line lost at {share}", share=at),
        End.STOPPED: tr("Paused at {share}", share=at) if past.at_percent else tr("Stopped"),
        End.REFUSED: tr("Not taken"),
    }[past.end]


class PastModel(RowsModel[PastSync]):
    """The rows with their words."""

    def __init__(self, words: Words, *, wide: bool) -> None:
        tr, self._words = words.tr, words
        columns = (
            Column("when", tr("When"), 190 if wide else 100, stretch=2 if wide else 0),
            Column("sent", tr("Sent"), 90 if wide else 64, align="end"),
            Column("received", tr("Received"), 110 if wide else 70, align="end"),
            Column("size", tr("kB"), 90 if wide else 54, align="end"),
            Column("end", tr("End"), 240 if wide else 110, stretch=3),
        )
        super().__init__(columns, self._line)
        self.now = datetime.now().astimezone()

    def _line(self, past: PastSync) -> tuple[Cell, ...]:
        icon, ink = _SIGNS[past.end]
        number = self._words.number
        when = said.when_words(self._words, past.at, self.now, short=True)
        return (
            Cell(when, spoken=said.exact_words(self._words, past.at)),
            Cell(MISSING if past.sent is None else number(past.sent)),
            Cell(MISSING if past.received is None else number(past.received)),
            Cell(said.size_in(self._words, past.bytes, 0)),
            Cell("", icon=icon, icon_ink=ink, note=end_words(self._words, past)),
        )


class PastCard(Card):
    """The newest few; ``all_asked`` for the whole list. Folded it is one line."""

    all_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(flush=True, name="sync.past.card")
        self.words = words
        head = QWidget()
        head.setFixedHeight(HEAD)
        line = row(head, 8, (16, 0, 8, 0))
        line.addWidget(Text(words.tr("Past syncs"), 14, SEMIBOLD))
        self._sign = Sign("check", "ok")
        self._last = Text("", 12, tone="secondary", elide=True)
        line.addWidget(self._sign)
        line.addWidget(self._last)
        line.addStretch(1)
        self._all = Button("", "link", name="sync.past.all")
        self._all.clicked.connect(self.all_asked)
        line.addWidget(self._all)
        self.body.addWidget(head)
        self._model = PastModel(words, wide=False)
        self.table = TableView(self._model, words.tr("Past syncs"), row_height=ROW, name="sync.past")
        self.table.setMinimumHeight(LEAST)
        self.body.addWidget(self.table, 1)
        self._none = Text(words.tr("None yet."), 12, tone="secondary")
        self._none.setContentsMargins(16, 0, 16, 12)
        self._none.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self._none, 1)
        self._compact = False
        self.show_past(PastSyncs())

    def show_past(self, past: PastSyncs) -> None:
        """Show the newest."""
        self._model.now = datetime.now().astimezone()
        self._model.set_rows(past.rows)
        self._all.setText(self.words.tr("Show all {n}", n=self.words.number(past.total)))
        self._all.setVisible(bool(past.rows))
        newest = past.rows[0] if past.rows else None
        if newest is not None:
            when = said.when_words(self.words, newest.at, self._model.now)
            self._last.setText(end_words(self.words, newest))
            self._last.setAccessibleName(f"{when}, {end_words(self.words, newest)}")
            self._sign.set_sign(*_SIGNS[newest.end])
        self._fold()

    def focus_list(self) -> None:
        """The way to all of them, from where somebody comes back."""
        self._all.setFocus()

    def set_compact(self, compact: bool) -> None:
        """Fold to one line with the newest."""
        self._compact = compact
        self._fold()

    def _fold(self) -> None:
        some = self._model.count() > 0
        self.table.setVisible(some and not self._compact)
        self._none.setVisible(not some and not self._compact)
        self._sign.setVisible(self._compact and some)
        self._last.setVisible(self._compact and some)


class PastView(Card):
    """The whole list; ``back_asked``, ``more_asked`` when there are older ones to read."""

    back_asked = Signal()
    more_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(flush=True, name="sync.history.card")
        self.words = words
        head = ViewHead(words, words.tr("Past syncs"), "sync.history.back")
        head.back.clicked.connect(self.back_asked)
        self.body.addWidget(head)
        self._model = PastModel(words, wide=True)
        self.table = TableView(self._model, words.tr("Past syncs"), name="sync.history")
        self.body.addWidget(self.table, 1)
        self.foot = CardFoot()
        self._count = Text("", 12, tone="secondary", elide=True)
        self.foot.line.addWidget(self._count, 1)
        self.more = Button(words.tr("Show older"), "link", name="sync.history.more")
        self.more.clicked.connect(self.more_asked)
        self.foot.line.addWidget(self.more)
        self.body.addWidget(self.foot)

    def show_past(self, past: PastSyncs) -> None:
        """Show as many as were read."""
        self._model.now = datetime.now().astimezone()
        self._model.set_rows(past.rows)
        self._count.setText(self.words.ntr("{n} sync", "{n} syncs", past.total))
        self.more.setVisible(len(past.rows) < past.total)


class ViewHead(QWidget):
    """The head of a view that takes the place of the page: a way back and a title."""

    def __init__(self, words: Words, title: str, name: str) -> None:
        super().__init__()
        styled(self)
        line = row(self, 4, (8, 7, 16, 7))
        self.back = Button(words.tr("Back to Sync"), "link", "arrow-left", name=name)
        line.addWidget(self.back)
        line.addWidget(Text(title, 14, SEMIBOLD, elide=True), 1)
