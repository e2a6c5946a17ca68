"""The list of staff: search, who is at work and who left, table and foot in one card."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget

from emis_desktop.queries.staff_records import StaffRow
from ui.context import UiContext
from ui.staff.saying import role_name, span
from ui.widgets.base import row
from ui.widgets.button import Button
from ui.widgets.card import Card, CardFoot
from ui.widgets.chips import TabChips
from ui.widgets.empty import EmptyState
from ui.widgets.search import SearchBox
from ui.widgets.table.cells import MISSING, Cell, Column
from ui.widgets.table.model import RowsModel
from ui.widgets.table.view import TableView
from ui.widgets.text import Text

SEARCH_WIDTH = 236
SERVING, LEFT = "serving", "left"


class StaffList(Card):
    """``opened(person_id)`` for a record; ``add_asked`` from the empty list."""

    opened = Signal(object)
    add_asked = Signal()

    def __init__(self, context: UiContext, today: Callable[[], date]) -> None:
        super().__init__(flush=True, name="staff.list")
        self.context, self.words, self._today = context, context.words, today
        self._people: tuple[StaffRow, ...] = ()
        self._wanted: UUID | None = None
        self._make_tools()
        self._make_table()

    def _make_tools(self) -> None:
        tr = self.words.tr
        line = row(None, 8, (13, 9, 13, 8))
        self.search = SearchBox(tr("Name"), tr("Clear the search"), name="staff.search")
        self.search.setFixedWidth(SEARCH_WIDTH)
        self.search.searched.connect(lambda _text: self._narrow())
        self.search.down.connect(lambda: self.table.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.which = TabChips(
            [(SERVING, tr("At work")), (LEFT, tr("Left"))], tr("Which staff"), name="staff.which"
        )
        self.which.chosen.connect(lambda _key: self._narrow())
        line.addWidget(self.search)
        line.addWidget(self.which)
        line.addStretch(1)
        self.body.addLayout(line)

    def _make_table(self) -> None:
        tr = self.words.tr
        columns = (
            Column("name", tr("Name"), 200, stretch=2),
            Column("post", tr("Post"), 160, stretch=2),
            Column("leads", tr("Class teacher of"), 140, stretch=1),
            Column("subjects", tr("Subjects"), 80, align="end"),
            Column("since", tr("Days"), 170, stretch=1),
        )
        self._model: RowsModel[StaffRow] = RowsModel(columns, self._cells)
        self.table = TableView(self._model, tr("Staff"), name="staff.table")
        self.table.opened.connect(lambda place: self.opened.emit(self._model.row(place).person_id))
        self.table.left_at_top.connect(lambda: self.search.setFocus(Qt.FocusReason.TabFocusReason))
        self._shown = QStackedWidget()
        self._shown.addWidget(self.table)
        self._empty = EmptyState(
            "users",
            tr("Nobody on the staff yet"),
            tr("Whoever teaches or works here: posts, qualifications, and what is taught."),
            name="staff.empty",
        )
        first = self._empty.add(Button(tr("Add to the staff"), "primary", "plus", name="staff.first"))
        first.clicked.connect(self.add_asked)
        self._shown.addWidget(self._empty)
        self.body.addWidget(self._shown, 1)
        foot = CardFoot()
        self._says = Text("", 12, tone="secondary", elide=True)
        foot.line.addWidget(self._says, 1)
        self.body.addWidget(foot)

    def show_people(self, people: tuple[StaffRow, ...], wanted: UUID | None = None) -> None:
        """Show these; ``wanted`` becomes the current row."""
        self._people, self._wanted = people, wanted or self._wanted
        self._narrow()

    def serving(self) -> int:
        """How many are at work."""
        return sum(one.serves(self._today()) for one in self._people)

    def _narrow(self) -> None:
        left = self.which.value() == LEFT
        words, day = self.search.text().casefold().split(), self._today()
        current = self.table.current_row()
        keep = self._wanted or (
            self._model.row(current).person_id if 0 <= current < self._model.count() else None
        )
        rows = [
            one
            for one in self._people
            if one.serves(day) != left and all(word in one.name.casefold() for word in words)
        ]
        self._wanted = None
        self._model.set_rows(rows)
        place = next((at for at, one in enumerate(rows) if one.person_id == keep), 0)
        if rows:
            self.table.pick(place)
        self._shown.setCurrentIndex(0 if self._people else 1)
        self._says.setText(self.words.ntr("{n} person", "{n} people", len(rows)))

    def _cells(self, one: StaffRow) -> tuple[Cell, ...]:
        day = self._today()
        now = [post for post in one.posts if post.holds(day)] or list(one.posts[:1])
        roles = list(dict.fromkeys(role_name(self.context, post.role) for post in now))
        schools = len({post.institution_id for post in now})
        note = self.words.ntr("{n} school", "{n} schools", schools) if schools > 1 else ""
        first = min((post.starts_on for post in now if post.starts_on is not None), default=None)
        last = now[0].ends_on if now else None
        return (
            Cell(one.name),
            Cell(", ".join(roles) or MISSING, note=note),
            Cell(", ".join(one.leads) or MISSING, "text2"),
            Cell(str(one.teaches) if one.teaches else MISSING, "text2"),
            Cell(span(self.words, first, last) or MISSING, "text2"),
        )
