"""What became of the rows of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, NoReturn, TypeVar

from emis_desktop.errors import EmisError, Refused
from emis_desktop.exchange.columns import Record
from emis_desktop.services.importing.made import MadeItem

T = TypeVar("T")
CREATED: Final = "created"
UPDATED: Final = "updated"
UNCHANGED: Final = "unchanged"


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was not brought in: its line in the file, the column, what stands there, and the reason."""

    row: int
    column: str
    value: str
    reason: EmisError


class RowRefused(Exception):
    """Ends the reading of a row whose faults are noted."""


class Faults:
    """Everything that is wrong with one row, so that it is told at once and not one fault a try."""

    def __init__(self) -> None:
        self.found: list[EmisError] = []

    def read(self, work: Callable[[], T]) -> T | None:
        """What ``work`` gives; None when it refuses, which is noted."""
        try:
            return work()
        except EmisError as reason:
            self.add(reason)
            return None

    def add(self, reason: EmisError) -> None:
        """Note a fault; the same of the same column is noted once."""
        if not any(_same_place(reason, one) for one in self.found):
            self.found.append(reason)

    def end(self) -> None:
        """Go no further with a row that has faults: what follows in the block is for sound rows."""
        if self.found:
            self.stop()

    def stop(self) -> NoReturn:
        """Go no further: a fault that is noted keeps the rest of the row from being read."""
        raise RowRefused


def _same_place(one: EmisError, other: EmisError) -> bool:
    return one.message == other.message and getattr(one, "field", None) == getattr(other, "field", None)


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
    def row(self, record: Record) -> Iterator[Faults]:
        """Count a row; what is refused inside the block is noted and the next row goes on."""
        self.rows += 1
        faults = Faults()
        try:
            yield faults
            faults.end()
        except RowRefused:
            pass
        except EmisError as reason:
            faults.add(reason)
        for fault in faults.found:
            self.refuse(record, fault)

    def count(self, did: str) -> None:
        """Count what a sound row does."""
        setattr(self, did, getattr(self, did) + 1)

    def refuse(self, record: Record, fault: EmisError) -> None:
        """Note why a row that was counted is not brought in."""
        column = getattr(fault, "field", None) or ""
        self.errors.append(RowError(record.line, column, record.get(column), fault))


@contextmanager
def in_column(name: str) -> Iterator[None]:
    """What is refused inside the block belongs to the column ``name``."""
    try:
        yield
    except Refused as refused:
        refused.field = name
        raise
