"""The mark sheet of a class and subject in a term: columns, rows, and every figure derived from them.

A sheet is a plain value. :func:`with_cells` gives the same sheet after edits without asking the store, so
that the grid stays live while somebody types.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.queries.gradebook import ClassHead, Gradebook, ItemRow, gradebook, term_of
from emis_desktop.queries.reach import require_class, require_subject
from emis_desktop.queries.school import ClassSubjectInfo, subjects_of
from emis_desktop.queries.sheet_list import SheetLine, sheet_list
from emis_desktop.queries.sheet_notes import SheetNotes, sheet_notes
from emis_desktop.rules.averages import averaged_value
from emis_desktop.rules.columns import column_values, entered, weight_percent
from emis_desktop.rules.figures import Bin, ClassFigures, class_figures, histogram
from emis_desktop.rules.marks import MISSING, MarkCodes, MarkColumn, MarkEntry, codes_for
from emis_desktop.rules.results import SubjectResult, subject_result
from emis_desktop.rules.rights import Actor, Right
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
    is None when the pupil's grade has no items in this subject.
    """

    number: int
    student_id: UUID
    name: str
    grade_id: UUID
    cells: tuple[MarkEntry | None, ...]
    result: SubjectResult | None


@dataclass(frozen=True, slots=True)
class MarkSheet:
    """A whole sheet. ``column_figures`` are in each column's own points, ``term_figures`` in per cent.

    ``term_figures`` count the marks that stand; ``so_far`` the provisional ones too, as the column shows
    them.

    ``expected`` marks can be entered, ``entered`` of them are. ``read_only``: the actor may only look.
    ``bars`` show the final term marks per ten. ``pass_mark`` is that of the first grade.
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

    @property
    def to_enter(self) -> int:
        """Marks still to enter."""
        return self.expected - self.entered

    def item_at(self, row: int, column: int) -> SheetItem | None:
        """The item a cell's mark belongs to; None for a cell that takes no mark."""
        return self.columns[column].items.get(self.rows[row].grade_id)


class MarkSheetQueries:
    """Opens mark sheets."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def sheet(self, class_id: UUID, subject_id: UUID, term_id: UUID, language: str = "en") -> MarkSheet:
        """The sheet; :class:`Refused` when the class or subject is not the actor's or is not there."""
        with self._db.read() as session:
            return read_sheet(session, self._actor, class_id, subject_id, term_id, language)

    def sheets(self, institution_id: UUID, term_id: UUID, language: str = "en") -> tuple[SheetLine, ...]:
        """The sheets of a school and term that the actor may see, with how much of each is entered.

        Counts the marks of the whole school: ask it away from the screen's thread.
        """
        with self._db.read() as session:
            return sheet_list(session, self._actor, institution_id, term_id, language)

    def notes(self, class_id: UUID, subject_id: UUID, term_id: UUID, language: str = "en") -> SheetNotes:
        """What stands beside the marks of a sheet: comments, effort, who joined late."""
        with self._db.read() as session:
            return sheet_notes(session, self._actor, class_id, subject_id, term_id, language)


def read_sheet(
    session: Session, actor: Actor, class_id: UUID, subject_id: UUID, term_id: UUID, language: str
) -> MarkSheet:
    """The sheet, inside a transaction; see :meth:`MarkSheetQueries.sheet`."""
    found = require_class(session, actor, Right.VIEW_MARKS, class_id)
    require_subject(session, actor, Right.VIEW_MARKS, class_id, subject_id)
    subject = _subject(subjects_of(session, actor, (class_id,), language), subject_id)
    head = ClassHead(found.id, found.institution_id, found.period_id, found.name)
    book = gradebook(session, head, term_of(session, term_id), language, (subject_id,))
    plans = {grade_id: plan for grade_id, plans in book.plans.items() for plan in plans}
    columns = _columns(book.items, plans)
    bare = MarkSheet(
        class_id=class_id,
        subject_id=subject_id,
        term_id=term_id,
        class_name=head.name,
        subject_name=subject.name,
        teacher=subject.teacher,
        columns=columns,
        rows=_rows(book, columns, plans),
        column_figures=(),
        term_figures=NO_FIGURES,
        so_far=NO_FIGURES,
        bars=(),
        pass_mark=_first(book.rules).pass_mark,
        codes=CODES,
        expected=0,
        entered=0,
        read_only=not subject.may_edit,
        plans=plans,
        rules=book.rules,
    )
    return _derived(bare, bare.rows)


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
        result = _result(row.grade_id, changed, sheet.columns, sheet.plans, sheet.rules)
        rows[number] = replace(row, cells=changed, result=result)
    return _derived(sheet, tuple(rows))


def _derived(sheet: MarkSheet, rows: tuple[SheetRow, ...]) -> MarkSheet:
    """The sheet with ``rows`` and the figures that follow from them."""
    rules = _first(sheet.rules)
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


def _subject(subjects: Iterable[ClassSubjectInfo], subject_id: UUID) -> ClassSubjectInfo:
    for subject in subjects:
        if subject.subject_id == subject_id:
            return subject
    raise Refused("That subject is not taught in this class. Choose another.")


def _first(rules: Mapping[UUID, SchemeRules]) -> SchemeRules:
    """The rules of the first grade: those of the class as a whole."""
    for found in rules.values():
        return found
    raise Refused("This class has no grade yet. Add one in Settings, Classes.")


def _columns(items: Sequence[ItemRow], plans: Mapping[UUID, SubjectPlan]) -> tuple[SheetColumn, ...]:
    by_code: dict[str, dict[UUID, SheetItem]] = {}
    for item in items:
        by_code.setdefault(item.code, {})[item.grade_id] = _sheet_item(item, plans[item.grade_id])
    return tuple(
        SheetColumn(
            code=code,
            name=next(iter(found.values())).name,
            items=found,
            uniform=len({(item.maximum, item.weight_percent) for item in found.values()}) == 1,
        )
        for code, found in by_code.items()
    )


def _sheet_item(item: ItemRow, plan: SubjectPlan) -> SheetItem:
    spec = next(spec for spec in plan.items if spec.key == item.id)
    return SheetItem(
        id=item.id,
        code=item.code,
        name=item.name,
        part=item.part,
        maximum=item.maximum,
        weight_percent=weight_percent(plan, spec),
        due_on=item.due_on,
        locked=item.state != OPEN,
    )


def _rows(
    book: Gradebook, columns: Sequence[SheetColumn], plans: Mapping[UUID, SubjectPlan]
) -> tuple[SheetRow, ...]:
    rows = []
    for number, pupil in enumerate(book.pupils, start=1):
        marks = book.marks[pupil.student_id]
        cells = tuple(
            marks.get(item.id, MISSING) if (item := column.items.get(pupil.grade_id)) is not None else None
            for column in columns
        )
        result = _result(pupil.grade_id, cells, columns, plans, book.rules)
        rows.append(SheetRow(number, pupil.student_id, pupil.listed, pupil.grade_id, cells, result))
    return tuple(rows)


def _result(
    grade_id: UUID,
    cells: Sequence[MarkEntry | None],
    columns: Sequence[SheetColumn],
    plans: Mapping[UUID, SubjectPlan],
    rules: Mapping[UUID, SchemeRules],
) -> SubjectResult | None:
    plan = plans.get(grade_id)
    if plan is None:
        return None
    entries = {
        column.items[grade_id].id: cell
        for column, cell in zip(columns, cells, strict=True)
        if cell is not None
    }
    return subject_result(plan, rules[grade_id], entries)
