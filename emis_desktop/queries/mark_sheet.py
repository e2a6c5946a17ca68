"""The mark sheet of a class and subject in a term: columns, rows, and every figure derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.rules.marks import MarkCodes, MarkEntry
from emis_desktop.rules.results import SubjectResult
from emis_desktop.rules.rights import Actor


@dataclass(frozen=True, slots=True)
class SheetItem:
    """An assessment item. ``weight_percent`` is its share of the term mark in its grade. ``locked``: takes no change."""

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
    """A column: items of the same code, one a grade (``items`` by grade id). ``item`` is the first, for the head.

    ``uniform``: maximum and weight are the same in every grade, so that the head may show them.
    """

    code: str
    name: str
    items: Mapping[UUID, SheetItem]
    uniform: bool

    @property
    def item(self) -> SheetItem:
        """The item whose maximum and weight the head shows."""
        return next(iter(self.items.values()))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A pupil: ``number`` counts from 1 in register order, ``cells`` lie under the columns (None takes no mark).

    ``result`` is the rules' term mark: ``mark`` as printed, ``band.letter``, ``state``, ``coverage_percent``.
    """

    number: int
    student_id: UUID
    name: str
    grade_id: UUID
    cells: tuple[MarkEntry | None, ...]
    result: SubjectResult


@dataclass(frozen=True, slots=True)
class Figures:
    """Average and population spread of a column (in its own marks) or of the term marks; None without any mark."""

    average: Decimal | None
    spread: Decimal | None
    entered: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the distribution: pupils with ``lower`` <= term mark < ``upper`` (the last one includes 100)."""

    lower: int
    upper: int
    count: int
    passing: bool


@dataclass(frozen=True, slots=True)
class MarkSheet:
    """A whole sheet; a pure value. :func:`with_cells` gives the same sheet after edits, without the store.

    ``expected`` marks can be entered, ``entered`` are (scored, absent or exempt). ``read_only``: the actor may look
    only. ``bars`` are ten, of ten marks each.
    """

    class_id: UUID
    subject_id: UUID
    term_id: UUID
    class_name: str
    subject_name: str
    teacher: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    column_figures: tuple[Figures, ...]
    term_figures: Figures
    bars: tuple[Bar, ...]
    pass_mark: Decimal
    codes: MarkCodes
    expected: int
    entered: int
    read_only: bool

    @property
    def to_enter(self) -> int:
        """Marks still to enter."""
        return self.expected - self.entered

    def item_at(self, row: int, column: int) -> SheetItem | None:
        """The item a cell's mark belongs to; None for an unused cell."""
        return self.columns[column].items.get(self.rows[row].grade_id)


def with_cells(sheet: MarkSheet, cells: Mapping[tuple[int, int], MarkEntry]) -> MarkSheet:
    """``sheet`` with the cells at (row, column) replaced and every derived figure computed anew. Pure."""
    raise NotImplementedError


class MarkSheetQueries:
    """Opens mark sheets."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def sheet(self, class_id: UUID, subject_id: UUID, term_id: UUID, language: str = "en") -> MarkSheet:
        """The sheet; :class:`emis_desktop.errors.Refused` when the class or subject is not the actor's."""
        raise NotImplementedError
