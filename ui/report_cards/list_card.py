"""The list of a class's cards: tabs with counts, the table, and the strip of long work under it."""

from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal

from emis_desktop.queries.report_cards import CardList, CardRow
from resources.words import Words
from ui.report_cards.rows import (
    ALL,
    CHANGED,
    FILTERS,
    INCOMPLETE,
    ISSUED,
    READY,
    CardModel,
    columns_for,
    shown_rows,
    widest_pill,
)
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.chips import TabChips
from ui.widgets.progress import ProgressStrip
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

DIM_AFTER_MS = 300
WIDTH, WIDTH_COMPACT = 467, 446
_SCROLL_BAR = 15
_TABS_SIDE, _EDGE = 13, 2


class CardListCard(Card):
    """Tabs, table and strip.

    ``picked(CardRow or None)``: another pupil is current. ``opened``: Enter on a pupil. ``again_asked``: the
    issued cards, as they were given out, once more.
    """

    picked = Signal(object)
    opened = Signal()
    again_asked = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__(flush=True, name="report_cards.list")
        self._words = words
        self._cards: CardList | None = None
        self._filling = self._compact = False
        self._chosen: UUID | None = None
        self._awaited = False
        self.tabs = TabChips(
            [(key, self._tab(key, 0)) for key in FILTERS],
            words.tr("Which cards are shown"),
            name="report_cards.tabs",
        )
        self.tabs.chosen.connect(lambda _key: self._fill())
        self._model = CardModel(words, self)
        self.table = TableView(self._model, words.tr("Report cards of the class"), name="report_cards.table")
        self.table.marks_current = True
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.picked.connect(self._picked)
        self.table.opened.connect(lambda _row: self.opened.emit())
        self._nothing = Text("", 13, tone="secondary", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.foot = CardFoot()
        self._issued = Text("", 12, tone="secondary", elide=True)
        self.again = Button(words.tr("Save them again"), "link", "download", name="report_cards.again")
        self.again.clicked.connect(self.again_asked)
        self._offers_copies = False
        self.strip = ProgressStrip(words, name="report_cards.strip", narrow=True)
        self._slow = QTimer(self, singleShot=True, interval=DIM_AFTER_MS)
        self._slow.timeout.connect(lambda: self.table.set_dimmed(True))
        self._lay_out()

    def _lay_out(self) -> None:
        line = row(None, 0, (_TABS_SIDE, 10, _TABS_SIDE, 9))
        line.addWidget(self.tabs)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._nothing, 1)
        self._nothing.hide()
        self.foot.line.addWidget(self._issued, 1)
        self.foot.line.addWidget(self.again)
        self.body.addWidget(self.foot)
        self.foot.hide()
        self.body.addWidget(self.strip)
        self.setFixedWidth(WIDTH)

    def set_compact(self, compact: bool) -> None:
        """Narrower in a small window."""
        self._compact = compact
        self._fill()

    def offer_copies(self, offered: bool) -> None:
        """Whether this person may take issued cards along."""
        self._offers_copies = offered

    def _tab(self, key: str, count: int) -> str:
        tr, values = self._words.tr, {"count": self._words.number(count)}
        return {
            ALL: tr("All {count}", **values),
            READY: tr("Ready {count}", **values),
            INCOMPLETE: tr("Incomplete {count}", **values),
            ISSUED: tr("Issued {count}", **values),
            CHANGED: tr("Changed {count}", **values),
        }[key]

    # -- What is shown ------------------------------------------------------------------------------

    def cards(self) -> CardList | None:
        """The list shown, None before there is one."""
        return self._cards

    def reading(self) -> None:
        """A newer list is being read: should that take long, what stands is shown pale."""
        self._slow.start()

    def set_cards(self, cards: CardList | None) -> None:
        """Show a list. The current pupil stays while the class has that pupil, else it is the first."""
        self._slow.stop()
        self.table.set_dimmed(False)
        if cards is None or self._cards is None or cards.class_id != self._cards.class_id:
            self.tabs.set_value(ALL)
        self._cards = cards
        self._fill()

    def _show_tabs(self) -> None:
        """A tab for each state that there is, in a list that has room for them."""
        cards = self._cards
        for key, states in FILTERS.items():
            count = cards.count(*states) if cards is not None else 0
            self.tabs.button(key).ensurePolished()  # else it has no say yet in how wide it is
            self.tabs.set_text(key, self._tab(key, count))
            self.tabs.button(key).setVisible(bool(count) or key in (ALL, self.tabs.value()))
        least = WIDTH_COMPACT if self._compact else WIDTH
        self.setFixedWidth(max(least, self.tabs.sizeHint().width() + 2 * (_TABS_SIDE + _EDGE)))

    def show_tab(self, key: str) -> None:
        """Show the cards of one tab."""
        self.tabs.set_value(key)
        self._fill()

    def choose(self, student_id: UUID) -> None:
        """Make a pupil current, now or as soon as the list is there; all cards are shown."""
        self._chosen, self._awaited = student_id, True
        self.show_tab(ALL)

    def step(self, by: int) -> None:
        """The pupil before or after the current one."""
        here = self.table.current_row() + by
        if 0 <= here < self._model.count():
            self.table.pick(here)

    def current(self) -> CardRow | None:
        """The current pupil's row."""
        here = self.table.current_row()
        return self._model.row(here) if 0 <= here < self._model.count() else None

    def place_of(self, row_: CardRow) -> tuple[int, int]:
        """Which of how many the row is in the tab that is shown."""
        return self.table.current_row() + 1, self._model.count()

    def _fill(self) -> None:
        self._show_tabs()
        rows = shown_rows(self._cards, self.tabs.value()) if self._cards is not None else []
        places: dict[UUID | None, int] = {one.student_id: place for place, one in enumerate(rows)}
        if self._chosen in places:
            self._awaited = False
        elif rows and not self._awaited:
            self._chosen = rows[0].student_id
        self._filling = True
        self.table.pill_column = widest_pill(rows, self._words)
        self._model.set_columns(columns_for(rows, self._words, self.width() - _SCROLL_BAR))
        self._model.set_rows(rows)
        self.table.pick(places.get(self._chosen, 0 if rows else -1))
        self._filling = False
        given = sum(one.issued is not None for one in self._cards.rows) if self._cards is not None else 0
        self._nothing.setText(self._nothing_words(given))
        empty = (
            self._cards is not None and not rows
        )  # while a list is being read the table keeps the keyboard
        self._nothing.setVisible(empty)
        self.table.setVisible(not empty)
        self.foot.setVisible(self._offers_copies and bool(rows) and self.tabs.value() in (ISSUED, CHANGED))
        self._issued.setText(
            self._words.ntr("{n} card as it was given out", "{n} cards as they were given out", given)
        )
        self._tell()

    def _nothing_words(self, given: int) -> str:
        """Why a tab is empty, of a class that has ``given`` issued cards."""
        tr = self._words.tr
        return {
            ALL: "",
            READY: tr("No card is ready now."),
            INCOMPLETE: tr("No card is incomplete."),
            ISSUED: tr("Every issued card has changed since.") if given else tr("No card is issued yet."),
            CHANGED: tr("No card has changed since it was issued."),
        }[self.tabs.value()]

    def _picked(self, _row: int) -> None:
        if not self._filling:
            here = self.current()
            self._chosen, self._awaited = here.student_id if here is not None else None, False
            self._tell()

    def _tell(self) -> None:
        self.picked.emit(self.current())
