"""All sheets of the term: how much of each is entered, when it is due, and the way into it."""

from datetime import date
from uuid import UUID

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from emis_desktop.queries.sheet_list import SheetLine
from resources.words import Words
from ui.marks.draft import Drafts, SheetKey
from ui.marks.nothing import NoSheets
from ui.marks.overview_rows import VERB, OverviewRow, cells, columns, found, most_urgent
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.chips import TabChips
from ui.widgets.empty import EmptyState
from ui.widgets.search import SearchBox
from ui.widgets.table.cells import Cell
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

_OPEN, _ALL = "open", "all"


class Overview(QWidget):
    """The list. ``asked(SheetKey)``: somebody wants a sheet; ``here(SheetKey)``: its row is current."""

    asked = Signal(object)
    here = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._lines: tuple[SheetLine, ...] = ()
        self._shown: list[OverviewRow] = []
        self._term: UUID | None = None
        self._today = date.min
        self._unsaved: dict[SheetKey, int] = {}
        self._model: RowsModel[OverviewRow] = RowsModel(columns(words), self._cells)
        self.table = TableView(self._model, words.tr("Mark sheets"), name="marks.list")
        self._model.setParent(self.table)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._make_list())
        self._empty = EmptyState(
            "table",
            words.tr("No classes with subjects yet"),
            words.tr("The office sets up classes and their subjects in Settings."),
            name="marks.none",
        )
        card = Card()
        card.body.addWidget(self._empty)
        self._stack.addWidget(card)

    def _make_list(self) -> Card:
        tr = self._words.tr
        card = Card(flush=True)
        tools = row(None, 8, (13, 9, 13, 8))
        self.search = SearchBox(tr("Class, subject or teacher"), tr("Clear the search"), name="marks.search")
        self.search.setFixedWidth(self.search.sizeHint().width())
        self.search.searched.connect(lambda _text: self._fill())
        self.search.down.connect(self._into_list)
        self.search.returnPressed.connect(lambda: self._opened(max(0, self.table.current_row())))
        tools.addWidget(self.search)
        tools.addSpacing(6)
        self.filter = TabChips(
            [(_OPEN, tr("Still to enter")), (_ALL, tr("All"))], tr("Which sheets"), name="marks.filter"
        )
        self.filter.chosen.connect(lambda _key: self._fill())
        tools.addWidget(self.filter)
        tools.addStretch(1)
        card.body.addLayout(tools)
        card.body.addWidget(self.table, 1)
        self._nothing = NoSheets(self._words)
        self._nothing.all_asked.connect(self.show_all)
        self._nothing.hide()
        card.body.addWidget(self._nothing, 1)
        foot = CardFoot()
        self._count = Text("", 12, tone="secondary", elide=True)
        self._clear = Button(tr("Show all"), "link", name="marks.show_all")
        self._clear.clicked.connect(self.show_all)
        foot.line.addWidget(self._count)
        foot.line.addWidget(self._clear)
        foot.line.addStretch(1)
        card.body.addWidget(foot)
        self.table.opened.connect(self._opened)
        self.table.picked.connect(lambda place: self.here.emit(self._key_at(place)))
        self.table.clicked.connect(self._clicked)
        return card

    def _cells(self, shown: OverviewRow) -> tuple[Cell, ...]:
        return cells(shown, self._words, self._today)

    # -- What is shown ------------------------------------------------------------------------------

    def show_lines(self, lines: tuple[SheetLine, ...], term_id: UUID, today: date, drafts: Drafts) -> None:
        """Show the sheets of a term."""
        self._lines, self._term, self._today = lines, term_id, today
        self._unsaved = {sheet: len(found_) for sheet, found_ in drafts.by_sheet.items() if found_}
        self._stack.setCurrentIndex(0 if lines else 1)
        self._fill()

    def lines(self) -> tuple[SheetLine, ...]:
        """Every sheet of the term."""
        return self._lines

    def shown(self) -> list[SheetLine]:
        """The sheets in the list now."""
        return [shown.line for shown in self._shown]

    def show_all(self) -> None:
        """Take search and filter away."""
        self.search.clear()
        self.filter.set_value(_ALL)
        self._fill()

    def _fill(self) -> None:
        here = self._key_at(self.table.current_row())
        rows = [OverviewRow(line, self._unsaved.get(self._key(line), 0)) for line in self._lines]
        self._shown = found(rows, self.search.text(), open_only=self.filter.value() == _OPEN)
        self._model.set_rows(self._shown)
        words = self._words
        total = words.ntr("{n} sheet", "{n} sheets", len(self._lines))
        shown = words.ntr("{n} shown", "{n} shown", len(self._shown))
        hidden = len(self._shown) < len(self._lines)
        self._count.setText(f"{total}, {shown}" if hidden else total)
        self._clear.setVisible(hidden and bool(self._shown))
        self._nothing.say(
            searched=bool(self.search.text().strip()), entered=any(line.entered for line in self._lines)
        )
        self._nothing.setVisible(not self._shown)
        self.table.setVisible(bool(self._shown))
        self.pick(here)

    def pick(self, key: SheetKey | None) -> None:
        """Make a sheet's row current: this one, else the most urgent, else the first."""
        keys = [self._key(shown.line) for shown in self._shown]
        urgent = most_urgent(self.shown())
        if key not in keys:
            key = self._key(urgent) if urgent is not None else None
        self.table.pick(keys.index(key) if key in keys else 0 if keys else -1)

    def _key(self, line: SheetLine) -> SheetKey:
        return SheetKey(line.class_id, line.subject_id, self._term or UUID(int=0))

    def _key_at(self, place: int) -> SheetKey | None:
        return self._key(self._shown[place].line) if 0 <= place < len(self._shown) else None

    # -- What the user does -------------------------------------------------------------------------

    def _opened(self, place: int) -> None:
        key = self._key_at(place)
        if key is not None:
            self.asked.emit(key)

    def _clicked(self, index: QModelIndex) -> None:
        if self._model.columns[index.column()].key == VERB:
            self._opened(index.row())

    def _into_list(self) -> None:
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_compact(self, compact: bool) -> None:
        """Without the teachers in a small window."""
        self.table.set_hidden({"teacher"} if compact else set())
