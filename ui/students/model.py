"""The rows of the register: read in blocks as they come into sight, whatever the list's length."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from PySide6.QtCore import QObject

from emis_desktop.queries.search import StudentFilter, StudentSearch
from emis_desktop.queries.student_rows import StudentRow
from emis_desktop.rules.dates import age_on
from emis_desktop.rules.names import listed_name
from emis_desktop.rules.student_number import number_text
from resources.words import Words
from ui.theme.fonts import MEDIUM
from ui.widgets.table.cells import CHECK_KEY, EMPTY, MISSING, Cell, Column
from ui.widgets.table.model import TableModel

BLOCK = 40
"""Rows read in one go: about two screens."""
_KEPT_BLOCKS = 60


@dataclass(frozen=True, slots=True)
class _Line:
    """A row and its cells, made once."""

    row: StudentRow
    cells: dict[str, Cell]


class PupilModel(TableModel):
    """The pupils of a search, in name order or the other way round.

    ``show`` asks another question; ``checked`` are the ids of the ticked pupils, whatever is shown.
    """

    def __init__(
        self,
        search: StudentSearch,
        words: Words,
        today: Callable[[], date],
        *,
        checks: bool,
        parent: QObject | None = None,
    ) -> None:
        """``checks``: with a column of check boxes."""
        super().__init__(_columns(words, checks=checks), parent)
        self._search, self._words, self._today = search, words, today
        self._blocks: OrderedDict[int, tuple[_Line, ...]] = OrderedDict()
        self._total = 0
        self.text, self.filters = "", StudentFilter()
        self.descending = False
        self.checked: set[UUID] = set()

    # -- Asking -------------------------------------------------------------------------------------

    def show(self, text: str, filters: StudentFilter, *, descending: bool = False) -> None:
        """Show the answer to another question, or the same one as things stand now."""
        self.beginResetModel()
        self.text, self.filters, self.descending = text, filters, descending
        self._blocks.clear()
        if descending:
            self._total = self._search.count(text, filters)
        else:
            page = self._search.page(text, filters, 0, BLOCK)
            self._total = page.total
            self._blocks[0] = tuple(map(self._line, page.rows))
        self.endResetModel()

    def place_of(self, student_id: UUID) -> int | None:
        """The row of a pupil, None when not in the list."""
        found = self._search.position(student_id, self.text, self.filters)
        return self._total - 1 - found if found is not None and self.descending else found

    def pupil(self, row: int) -> StudentRow | None:
        """The pupil in a row; None when the list has become shorter meanwhile."""
        line = self._at(row)
        return line.row if line is not None else None

    def _at(self, row: int) -> _Line | None:
        number, place = divmod(row, BLOCK)
        block = self._blocks.get(number)
        if block is None:
            block = self._blocks[number] = self._read(number)
            if len(self._blocks) > _KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        return block[place] if 0 <= place < len(block) else None

    def _read(self, number: int) -> tuple[_Line, ...]:
        first = number * BLOCK
        size = min(BLOCK, self._total - first)
        if size <= 0:
            return ()
        offset = self._total - first - size if self.descending else first
        rows = self._search.window(self.text, self.filters, offset, size)
        return tuple(map(self._line, reversed(rows) if self.descending else rows))

    # -- Ticking ------------------------------------------------------------------------------------

    def toggle(self, row: int) -> None:
        """Tick a pupil, or take the tick away."""
        pupil = self.pupil(row)
        if pupil is not None:
            self.checked ^= {pupil.id}
            self.changed_rows(row, row)

    def set_checked(self, ids: set[UUID]) -> None:
        """Tick exactly these."""
        self.checked = ids
        if self._total:
            self.changed_rows(0, self._total - 1)

    # -- What the table asks ------------------------------------------------------------------------

    def count(self) -> int:
        """How many pupils the list has."""
        return self._total

    def row_words(self, row: int) -> str:
        """The pupil's name."""
        line = self._at(row)
        return line.cells["name"].text if line is not None else ""

    def cell(self, row: int, column: Column) -> Cell:
        """What stands in a cell."""
        line = self._at(row)
        if line is None:
            return EMPTY
        if column.key == CHECK_KEY:
            ticked = line.row.id in self.checked
            spoken = self._words.tr("chosen") if ticked else self._words.tr("not chosen")
            return Cell(checked=ticked, spoken=spoken)
        return line.cells[column.key]

    def _line(self, row: StudentRow) -> _Line:
        tr = self._words.tr
        used = row.preferred_name
        known = f" ({used})" if used and used.casefold() not in row.given_names.casefold().split() else ""
        born, today = row.birth_date, self._today()
        age = str(age_on(born, today)) if born is not None and born <= today else MISSING
        status = Cell(tr("Enrolled"), tone="text2") if row.on_roll else Cell(tr("Left"), pill="neutral")
        return _Line(
            row,
            {
                "name": Cell(listed_name(row.given_names, row.family_name) + known, weight=MEDIUM),
                "number": Cell(number_text(row.number) if row.number else MISSING, tone="text2"),
                "class": Cell(row.class_name) if row.class_name else Cell(row.grade, tone="text2"),
                "sex": Cell(sex_words(self._words, row.sex)),
                "age": Cell(age),
                "status": status,
            },
        )


def sex_words(words: Words, sex: str | None) -> str:
    """Girl or boy; a dash where it is not known."""
    return {"F": words.tr("Girl"), "M": words.tr("Boy")}.get(sex or "", MISSING)


def _columns(words: Words, *, checks: bool) -> tuple[Column, ...]:
    tr = words.tr
    ticks = (Column(CHECK_KEY, "", 36),) if checks else ()
    return (
        *ticks,
        Column("name", tr("Name"), 150, stretch=3, sortable=True),
        Column("number", tr("Number"), 116, optional=True),
        Column("class", tr("Class"), 120, stretch=1, optional=True),
        Column("sex", tr("Sex"), 60, optional=True),
        Column("age", tr("Age"), 54, "end", optional=True),
        Column("status", tr("Status"), 112, optional=True),
    )
