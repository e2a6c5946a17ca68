"""How the heading line of a file is found and what its headings mean, in three languages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emis_desktop.errors import BadFile
from emis_desktop.exchange.heading_line import heading_place, plain_heading
from emis_desktop.exchange.headings import RUNNING
from emis_desktop.exchange.kinds import COLUMNS, Column, Kind
from emis_desktop.exchange.table import Line, Table

__all__ = [
    "COLUMNS",
    "Column",
    "Headings",
    "Kind",
    "Record",
    "Records",
    "headings_of",
    "read_mapping",
    "records",
]


NO_LINE = Line(1, ())


@dataclass(frozen=True, slots=True)
class Record:
    """One row under the heading: its line in the file and the text of each known column that is there."""

    line: int
    values: Mapping[str, str]

    def get(self, column: str) -> str:
        """The text of a column, "" when the file has no such column."""
        return self.values.get(column, "")


@dataclass(frozen=True, slots=True)
class Records:
    """The rows of a file with their known columns, and the headings that mean nothing here.

    ``heading`` is the line over the table, ``lines`` those below it, as they stand in the file.
    """

    kind: Kind
    columns: frozenset[str]
    unknown: tuple[str, ...]
    rows: tuple[Record, ...]
    heading: Line = NO_LINE
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Headings:
    """The heading line of a file as it is understood: each heading with its column, "" for one not read.

    ``missing`` are needed columns that no heading means, ``twice`` those that several mean. ``remembered``:
    somebody said what such headings mean when a file was brought in before.
    """

    meanings: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    remembered: bool = False


def headings_of(table: Table, kind: Kind, headings: Mapping[str, str] | None = None) -> Headings:
    """What the headings of ``table`` mean; ``headings`` as in :func:`records`."""
    place, found = _found(table, kind, headings or {})
    names = list(found.values())
    cells = table.lines[place].cells
    return Headings(
        tuple((text, found.get(position, "")) for position, text in enumerate(cells) if text),
        tuple(column.name for column in COLUMNS[kind] if column.needed and column.name not in names),
        tuple(sorted({name for name in names if names.count(name) > 1})),
    )


def records(
    table: Table,
    kind: Kind,
    headings: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
) -> Records:
    """Find the heading line of ``table`` and read the rows under it.

    ``headings`` gives a column for headings that are called otherwise, "" for one that is not to be read;
    ``fixed`` what a column says in every row in which the file says nothing. Raises :class:`BadFile` when a
    needed column is missing, a column stands twice, or no heading is found.
    """
    place, found = _found(table, kind, headings or {})
    said = fixed or {}
    _check_names(kind, said)
    _check_heading(table, kind, found, said)
    head = table.lines[place]
    unknown = tuple(text for position, text in enumerate(head.cells) if text and position not in found)
    rows = tuple(_record(line, found, said) for line in table.lines[place + 1 :])
    return Records(
        kind, frozenset(found.values()) | frozenset(said), unknown, rows, head, table.lines[place + 1 :]
    )


def read_mapping(path: Path) -> dict[str, str]:
    """A map file: JSON, the file's own heading to the column's name here. Raises :class:`BadFile`."""
    try:
        loaded = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BadFile("There is no file {file}. Check its name and folder.", file=path.name) from None
    except (OSError, ValueError):
        raise BadFile("{file} is no map of columns. It must be JSON.", file=path.name) from None
    if not isinstance(loaded, dict) or not all(isinstance(name, str) for name in loaded.values()):
        raise BadFile('{file} is no map of columns. Write {{"their heading": "our column"}}.', file=path.name)
    return loaded


def _known(kind: Kind, headings: Mapping[str, str]) -> dict[str, str]:
    known: dict[str, str] = {}
    names = {column.name for column in COLUMNS[kind]}
    for column in COLUMNS[kind]:
        for heading in (column.name, *column.also):
            known.setdefault(plain_heading(heading), column.name)
    for heading, name in headings.items():
        if not name:
            known.pop(plain_heading(heading), None)
            continue
        if name not in names:
            raise BadFile("There is no column {column} in a file of {kind}.", column=name, kind=kind.value)
        known[plain_heading(heading)] = name
    return known


def _meanings(line: Line, known: Mapping[str, str]) -> dict[int, str]:
    return {
        place: known[plain_heading(cell)]
        for place, cell in enumerate(line.cells)
        if plain_heading(cell) in known
    }


def _found(table: Table, kind: Kind, headings: Mapping[str, str]) -> tuple[int, dict[int, str]]:
    """The heading line and its columns, without one that only counts the rows of a list: 12 in the next list
    is another pupil. What somebody said in ``headings`` holds.
    """
    known = _known(kind, headings)
    said = frozenset(plain_heading(heading) for heading in headings)
    needed = frozenset(column.name for column in COLUMNS[kind] if column.needed)
    place = heading_place(table.lines, known, said, needed)
    found = _meanings(table.lines[place], known)
    others = [at for at, name in found.items() if name == "number"]
    for at in others:
        word = plain_heading(table.lines[place].cells[at])
        spare = kind is Kind.STUDENTS or len(others) > 1
        if word in RUNNING - said and spare and _counts(table.lines[place + 1 :], at):
            del found[at]
            break
    return place, found


def _counts(lines: Sequence[Line], at: int) -> bool:
    """Whether a column holds 1, 2, 3 ... and nothing else."""
    held = [line.cells[at] if at < len(line.cells) else "" for line in lines]
    return held == [str(each) for each in range(1, len(held) + 1)]


def _check_names(kind: Kind, said: Mapping[str, str]) -> None:
    names = {column.name for column in COLUMNS[kind]}
    for name in said:
        if name not in names:
            raise BadFile("There is no column {column} in a file of {kind}.", column=name, kind=kind.value)


def _check_heading(table: Table, kind: Kind, found: Mapping[int, str], said: Mapping[str, str]) -> None:
    names: Sequence[str] = list(found.values())
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadFile(
            "{file} has the column {column} twice. Take one away.", file=table.name, column=twice[0]
        )
    there = {*names, *said}
    missing = [column.name for column in COLUMNS[kind] if column.needed and column.name not in there]
    if missing:
        raise BadFile(
            "{file} has no column {columns}. “emis template {kind} FILE” writes a file with all columns.",
            file=table.name,
            columns=", ".join(missing),
            kind=kind.value,
        )


def _record(line: Line, found: Mapping[int, str], said: Mapping[str, str]) -> Record:
    cells = line.cells
    values = {name: cells[place] for place, name in found.items() if place < len(cells)}
    for name, value in said.items():
        if not values.get(name):
            values[name] = value
    return Record(line.number, values)
