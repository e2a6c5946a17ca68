"""Where somebody is on a sheet: cells, areas, and the ways of the keys. Rows and columns count from 0."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Cell(NamedTuple):
    """A place on the sheet."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, all four ends inside it."""

    top: int
    left: int
    bottom: int
    right: int

    @staticmethod
    def between(one: Cell, other: Cell) -> "Area":
        """The area with these two corners."""
        rows, columns = sorted((one.row, other.row)), sorted((one.column, other.column))
        return Area(rows[0], columns[0], rows[1], columns[1])

    @property
    def height(self) -> int:
        """How many rows."""
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        """How many columns."""
        return self.right - self.left + 1

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return self.height == 1 and self.width == 1

    def __contains__(self, cell: object) -> bool:
        if not isinstance(cell, Cell):
            return False
        return self.top <= cell.row <= self.bottom and self.left <= cell.column <= self.right

    def cells(self) -> Iterator[Cell]:
        """Its cells, row by row."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield Cell(row, column)

    def stretched_to(self, cell: Cell) -> "Area":
        """What a drag of the fill handle to ``cell`` covers: this area, longer on the farthest side."""
        below, above = cell.row - self.bottom, self.top - cell.row
        after, before = cell.column - self.right, self.left - cell.column
        farthest = max(below, above, after, before)
        if farthest <= 0:
            return self
        if farthest in (below, above):
            return Area(min(self.top, cell.row), self.left, max(self.bottom, cell.row), self.right)
        return Area(self.top, min(self.left, cell.column), self.bottom, max(self.right, cell.column))


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a sheet is, and the steps within it."""

    rows: int
    columns: int

    def clip(self, row: int, column: int) -> Cell:
        """The nearest cell of the sheet."""
        return Cell(max(0, min(row, self.rows - 1)), max(0, min(column, self.columns - 1)))

    def step(self, cell: Cell, down: int, right: int) -> Cell:
        """So many cells on, but not over the edge."""
        return self.clip(cell.row + down, cell.column + right)

    def jump(self, cell: Cell, down: int, right: int, filled: Callable[[Cell], bool]) -> Cell:
        """Ctrl and an arrow: to the end of what is filled, or over the gap to the next that is, or the edge.

        ``down`` and ``right`` are -1, 0 or 1, one of them 0.
        """
        here = cell
        following = self.step(here, down, right)
        if following == here:
            return here
        run = filled(here) and filled(following)
        while True:
            following = self.step(here, down, right)
            if following == here or (run and not filled(following)):
                return here
            here = following
            if not run and filled(here):
                return here

    def next_open(self, cell: Cell, down: int, right: int, takes: Callable[[Cell], bool]) -> Cell:
        """The next cell that way which takes an entry; ``cell`` itself when there is none."""
        here = cell
        while (following := self.step(here, down, right)) != here:
            here = following
            if takes(here):
                return here
        return cell

    def next_along(self, cell: Cell, way: int, takes: Callable[[Cell], bool]) -> Cell:
        """The cell after (1) or before (-1) that takes an entry, from the end of a row into the next one."""
        at = cell.row * self.columns + cell.column + way
        while 0 <= at < self.rows * self.columns:
            here = Cell(*divmod(at, self.columns))
            if takes(here):
                return here
            at += way
        return cell

    def after(self, cell: Cell, wanted: Callable[[Cell], bool], *, by_column: bool) -> Cell | None:
        """The first wanted cell after ``cell``, down the columns or along the rows, then from the start.

        ``cell`` itself comes last; None when no cell is wanted.
        """
        total = self.rows * self.columns
        if not total:
            return None
        if by_column:
            start = cell.column * self.rows + cell.row
            cells = (Cell(at % self.rows, at // self.rows) for at in _round(start, total))
        else:
            start = cell.row * self.columns + cell.column
            cells = (Cell(at // self.columns, at % self.columns) for at in _round(start, total))
        return next(filter(wanted, cells), None)


def _round(start: int, total: int) -> Iterator[int]:
    return ((start + offset) % total for offset in range(1, total + 1))
