"""What became of the rows of a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from emis_desktop.errors import EmisError, Refused
from emis_desktop.exchange.columns import Record
from emis_desktop.services.importing.made import MadeItem


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was not brought in: its line in the file, the column, what stands there, and the reason."""

    row: int
    column: str
    value: str
    reason: EmisError


@dataclass(slots=True)
class Outcome:
    """Counts of rows by what they do, the faults of rows that are refused, and the tests that are made."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    made: list[MadeItem] = field(default_factory=list)

    @contextmanager
    def row(self, record: Record) -> Iterator[None]:
        """Count a row; what is refused inside the block is noted and the next row goes on."""
        self.rows += 1
        try:
            yield
        except EmisError as reason:
            column = getattr(reason, "field", None) or ""
            self.errors.append(RowError(record.line, column, record.get(column), reason))


@contextmanager
def in_column(name: str) -> Iterator[None]:
    """What is refused inside the block belongs to the column ``name``."""
    try:
        yield
    except Refused as refused:
        refused.field = name
        raise
