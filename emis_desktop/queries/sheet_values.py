"""A mark sheet as a plain value, and every figure derived from its cells without the store.

:func:`with_cells` gives the same sheet after edits, so that the grid stays live while somebody types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from emis_desktop.errors import Refused
from emis_desktop.rules.averages import averaged_value
from emis_desktop.rules.columns import column_values, entered
from emis_desktop.rules.figures import Bin, ClassFigures, class_figures, histogram
from emis_desktop.rules.marks import MarkCodes, MarkColumn, MarkEntry, codes_for
from emis_desktop.rules.results import SubjectResult, subject_result
from emis_desktop.rules.scheme import SchemeRules, SubjectPlan

OPEN = "open"
"""The state of an item that takes marks."""
ENTRY_PLACES = 2
"""Decimals that a mark may be typed with."""
NO_FIGURES = ClassFigures(0, None, None, None, None, shown=False)
"""Those of nobody."""
CODES = codes_for(frozenset())
"""What is typed for absent and exempt: no item takes letters, so no letter grade can clash."""


@dataclass(frozen=True, slots=True)
class SheetItem:
    """An assessment item. ``weight_percent`` is its share of the term mark; ``locked``: it takes no
    change.
    """

    id: UUID
    code: str
    name: str
    part: str
    maximum: Decimal
    weight_percent: Decimal
    due_on: date | None
    locked: bool


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: items of the same code, one a grade (``items`` by id of the grade).

    ``uniform``: maximum and weight are the same in every grade, so that the head may show them.
    """

    code: str
    name: str
    items: Mapping[UUID, SheetItem]
    uniform: bool

    @property
    def item(self) -> SheetItem:
        """The first item, whose maximum and weight the head shows."""
        return next(iter(self.items.values()))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A pupil: ``number`` counts from 1 in register order, ``cells`` lie under the columns (None: takes no
    mark).

    ``result`` is the term mark: ``mark`` as printed, ``band.letter``, ``state``, ``coverage_percent``. It
    is None when the pupil's grade has no items in this subject. ``left_on``: the last day, of one who left
    before the term ended.
    """

    number: int
    student_id: UUID
    name: str
    grade_id: UUID
    cells: tuple[MarkEntry | None, ...]
    result: SubjectResult | None
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class MarkSheet:
    """A whole sheet. ``column_figures`` are in each column's own points, ``term_figures`` in per cent.

    ``term_figures`` count the marks that stand; ``so_far`` the provisional ones too, as the column shows
    them.

    ``expected`` marks can be entered, ``entered`` of them are. ``read_only``: the actor may only look;
    ``closed`` names the term or year that is closed then.
    ``bars`` show the final term marks per ten. ``pass_mark`` is that of the first grade. ``not_assessed``:
    there are no tests, and none are to come in the term. ``awaiting``: the grades without tests that are to
    have some.
    """

    class_id: UUID
    subject_id: UUID
    term_id: UUID
    class_name: str
    subject_name: str
    teacher: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    column_figures: tuple[ClassFigures, ...]
    term_figures: ClassFigures
    so_far: ClassFigures
    bars: tuple[Bin, ...]
    pass_mark: Decimal
    codes: MarkCodes
    expected: int
    entered: int
    read_only: bool
    plans: Mapping[UUID, SubjectPlan]
    rules: Mapping[UUID, SchemeRules]
    not_assessed: bool = False
    awaiting: frozenset[UUID] = frozenset()
    closed: str = ""

    @property
    def awaits_tests(self) -> bool:
        """Whether pupils on it have no test, although they are to be assessed."""
        return any(row.grade_id in self.awaiting for row in self.rows)

    @property
    def to_enter(self) -> int:
        """Marks still to enter."""
        return self.expected - self.entered

    def item_at(self, row: int, column: int) -> SheetItem | None:
        """The item a cell's mark belongs to; None for a cell that takes no mark."""
        return self.columns[column].items.get(self.rows[row].grade_id)


def column_of(maximum: Decimal) -> MarkColumn:
    """What an item with this maximum takes; for checking a cell while it is typed."""
    return MarkColumn(maximum, ENTRY_PLACES, CODES)


def with_cells(sheet: MarkSheet, cells: Mapping[tuple[int, int], MarkEntry]) -> MarkSheet:
    """``sheet`` with the cells at (row, column) replaced and every derived figure computed anew."""
    rows = list(sheet.rows)
    for number in {row for row, _column in cells}:
        row = rows[number]
        changed = tuple(
            entry if entry is None else cells.get((number, column), entry)
            for column, entry in enumerate(row.cells)
        )
        result = row_result(row.grade_id, changed, sheet.columns, sheet.plans, sheet.rules)
        rows[number] = replace(row, cells=changed, result=result)
    return derived(sheet, tuple(rows))


def derived(sheet: MarkSheet, rows: tuple[SheetRow, ...]) -> MarkSheet:
    """The sheet with ``rows`` and the figures that follow from them."""
    rules = first_rules(sheet.rules)
    results = [row.result for row in rows if row.result is not None]
    so_far = [
        (value, result.pending)
        for result in results
        if (value := averaged_value(result.exact, result.mark, result.rules)) is not None
    ]
    finals = [value for value, pending in so_far if not pending]
    term_figures = class_figures(finals, rules, rules.mark_places)
    cells = [[cell for cell in column if cell is not None] for column in _by_column(rows, len(sheet.columns))]
    return replace(
        sheet,
        rows=rows,
        column_figures=tuple(
            class_figures(column_values(column, rules), rules, rules.average_places) for column in cells
        ),
        term_figures=term_figures,
        so_far=term_figures
        if len(finals) == len(so_far)
        else class_figures([value for value, _pending in so_far], rules, rules.mark_places),
        bars=histogram((result.mark for result in results if result.mark is not None), sheet.pass_mark),
        expected=sum(map(len, cells)),
        entered=sum(map(entered, cells)),
    )


def _by_column(rows: Sequence[SheetRow], count: int) -> Iterable[tuple[MarkEntry | None, ...]]:
    return zip(*(row.cells for row in rows), strict=True) if rows else [()] * count


def first_rules(rules: Mapping[UUID, SchemeRules]) -> SchemeRules:
    """The rules of the first grade: those of the class as a whole."""
    for found in rules.values():
        return found
    raise Refused("This class has no grade yet. Add one in Settings, Classes.")


def row_result(
    grade_id: UUID,
    cells: Sequence[MarkEntry | None],
    columns: Sequence[SheetColumn],
    plans: Mapping[UUID, SubjectPlan],
    rules: Mapping[UUID, SchemeRules],
) -> SubjectResult | None:
    """The term mark of a row of cells; None in a grade without items."""
    plan = plans.get(grade_id)
    if plan is None:
        return None
    entries = {
        column.items[grade_id].id: cell
        for column, cell in zip(columns, cells, strict=True)
        if cell is not None
    }
    return subject_result(plan, rules[grade_id], entries)
