"""The columns of each kind of file: their names in three languages, and how a heading line is found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from emis_desktop.errors import N_, BadFile
from emis_desktop.exchange.heading_line import heading_place, plain_heading
from emis_desktop.exchange.headings import ALSO, RUNNING
from emis_desktop.exchange.table import Line, Table


class Kind(StrEnum):
    """What a file holds."""

    STUDENTS = "students"
    MARKS = "marks"
    ATTENDANCE = "attendance"
    TERM_RESULTS = "term-results"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, whether a file must have it, its meaning, an example."""

    name: str
    meaning: str
    example: str
    needed: bool = False

    @property
    def also(self) -> tuple[str, ...]:
        """Other headings that mean it."""
        return ALSO.get(self.name, ())


_YEAR_MEANING = N_("Label of the school year; empty: the year of today.")
_NUMBER = Column(
    "number",
    N_("The pupil's number: national, provisional or the school's own. Text; zeros in front count."),
    "0000 0001-7",
)
STUDENTS = (
    _NUMBER,
    Column("given_names", N_("Given names as on the birth certificate."), "Élodie-Ann", needed=True),
    Column("family_name", N_("Family name."), "Example", needed=True),
    Column("preferred_name", N_("The name usually used, when it is another."), "Élodie"),
    Column("sex", N_("F or M."), "F", needed=True),
    Column("birth_date", N_("Date of birth, such as 2016-03-12 or 12/3/2016 (day first)."), "2016-03-12"),
    Column("birth_place", N_("Place of birth."), "Demo Bay"),
    Column("nationality", N_("Country code of two or three letters."), "GD"),
    Column("address", N_("Where the pupil lives."), "Harbour Road, Demo Bay"),
    Column("phone", N_("Phone at home."), "000 0142"),
    Column("institution", N_("Code or name of the school; empty: the school of this laptop."), "D-0107"),
    Column("grade", N_("Code or name of the grade; empty: the grade of the class."), "Grade 5"),
    Column("class", N_("Name of the class; it is made when it is not there yet and the grade is given."),
           "Grade 5 Coral"),
    Column("starts_on", N_("First day; empty: the first day of the school year."), "2026-09-07"),
    Column("repeater", N_("yes when the pupil repeats the grade."), "no"),
    Column("guardian_given_names", N_("Given names of a guardian; both names are needed."), "Ann"),
    Column("guardian_family_name", N_("Family name of the guardian; both names are needed."), "Example"),
    Column("guardian_name", N_("Or the guardian’s whole name in one column, the family name last."),
           "Ann Example"),
    Column("guardian_relation", N_("Mother, father, aunt ... as in the country’s list; it needs the name."),
           "MOTHER"),
    Column("guardian_phone", N_("Phone of the guardian; it needs the name."), "000 0143"),
    Column("mother_name", N_("The mother’s whole name, the family name last."), "Ann Example"),
    Column("mother_phone", N_("Phone of the mother; it needs the name."), "000 0143"),
    Column("father_name", N_("The father’s whole name, the family name last."), "Ben Example"),
    Column("father_phone", N_("Phone of the father; it needs the name."), "000 0144"),
    Column("synthetic", N_("yes for invented pupils of a demonstration."), "no"),
)  # fmt: skip
MARKS = (
    Column("number", _NUMBER.meaning, _NUMBER.example, needed=True),
    Column("subject", N_("Code or name of the subject."), "Mathematics", needed=True),
    Column("term", N_("Number or name of the term; empty: the term of today."), "1"),
    Column("item", N_("Code or name of the test or paper."), "Test 1", needed=True),
    Column("mark", N_("The mark, or the code for absent or exempt; empty: not entered."), "17.5",
           needed=True),
    Column("maximum", N_("Highest possible mark; with it an item that is not there yet is made."), "20"),
    Column("weight", N_("Weight of an item that is made; empty: the country’s for it, else 1."), "40"),
    Column("part", N_("coursework or exam, of an item that is made."), "coursework"),
    Column("year", _YEAR_MEANING, "2026-27"),
)  # fmt: skip
ATTENDANCE = (
    Column("number", _NUMBER.meaning, _NUMBER.example, needed=True),
    Column("term", N_("Number or name of the term; empty: totals of the whole year."), "1"),
    Column("possible", N_("Days that school was open."), "61"),
    Column("absent", N_("Days absent, excused ones among them."), "5"),
    Column("excused", N_("Of them, days excused."), "3"),
    Column("late", N_("Times late."), "4"),
    Column("year", N_("Label of the school year; empty: the year of today."), "2026-27"),
)
COLUMNS: Mapping[Kind, tuple[Column, ...]] = MappingProxyType(
    {Kind.STUDENTS: STUDENTS, Kind.MARKS: MARKS, Kind.ATTENDANCE: ATTENDANCE}
)


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
    """The rows of a file with their known columns, and the headings that mean nothing here."""

    kind: Kind
    columns: frozenset[str]
    unknown: tuple[str, ...]
    rows: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Headings:
    """The heading line of a file as it is understood: each heading with its column, "" for one not read.

    ``missing`` are needed columns that no heading means, ``twice`` those that several mean.
    """

    meanings: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    twice: tuple[str, ...]


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


def records(table: Table, kind: Kind, headings: Mapping[str, str] | None = None) -> Records:
    """Find the heading line of ``table`` and read the rows under it.

    ``headings`` gives a column for headings that are called otherwise, "" for one that is not to be read.
    Raises :class:`BadFile` when a needed column is missing, a column stands twice, or no heading is found.
    """
    place, found = _found(table, kind, headings or {})
    _check_heading(table, kind, found)
    head = table.lines[place]
    unknown = tuple(text for position, text in enumerate(head.cells) if text and position not in found)
    rows = tuple(_record(line, found) for line in table.lines[place + 1 :])
    return Records(kind, frozenset(found.values()), unknown, rows)


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


def _check_heading(table: Table, kind: Kind, found: Mapping[int, str]) -> None:
    names: Sequence[str] = list(found.values())
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadFile(
            "{file} has the column {column} twice. Take one away.", file=table.name, column=twice[0]
        )
    missing = [column.name for column in COLUMNS[kind] if column.needed and column.name not in names]
    if missing:
        raise BadFile(
            "{file} has no column {columns}. “emis template {kind} FILE” writes a file with all columns.",
            file=table.name,
            columns=", ".join(missing),
            kind=kind.value,
        )


def _record(line: Line, found: Mapping[int, str]) -> Record:
    cells = line.cells
    return Record(line.number, {name: cells[place] for place, name in found.items() if place < len(cells)})
