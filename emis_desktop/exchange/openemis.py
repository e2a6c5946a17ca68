"""Student import workbooks of OpenEMIS Core, as its schools have them: read as a file of pupils.

OpenEMIS brings pupils in by two workbooks: *Users* has the names, *Student Admission* the OpenEMIS ID with
year, grade, class and first day. Over the table stand a title and perhaps a line of advice; a heading is a
label with a hint in brackets ("Date Of Birth ( DD/MM/YYYY )") and perhaps a star.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from emis_desktop.exchange.heading_line import HEADING_WITHIN, plain_heading
from emis_desktop.exchange.kinds import Kind
from emis_desktop.exchange.table import Line, Table

_ID: Final = "openemis id"
_MARKS: Final = frozenset(
    {
        *("gender code", "account type code", "education grade code", "academic period code", "class code"),
        *("third name", "birthplace area code", "address area code", "start date", "student status code"),
    }
)
_GIVEN: Final = ("first name", "middle name", "third name")
_ACCOUNT: Final = "account type code"
_PUPILS: Final = frozenset({"", "stu", "student", "students"})
_COLUMNS: Final[Mapping[str, str]] = {
    _ID: "number",
    "last name": "family_name",
    "preferred name": "preferred_name",
    "gender code": "sex",
    "gender": "sex",
    "date of birth": "birth_date",
    "address": "address",
    "nationality": "nationality",
    "nationality code": "nationality",
    "contact": "phone",
    "contact number": "phone",
    "institution code": "institution",
    "academic period code": "year",
    "academic period": "year",
    "education grade code": "grade",
    "education grade": "grade",
    "class code": "class",
    "class": "class",
    "class name": "class",
    "start date": "starts_on",
    "end date": "ends_on",
}
_NAMES: Final = ("given_names", "family_name", "sex")


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where the cells of a row go. ``given``: the places of the given names, ``account`` of the kind of
    account, ``keeps`` the place of each column.
    """

    keeps: Mapping[str, int]
    given: Sequence[int]
    account: int | None


def translated(table: Table, kind: Kind) -> Table:
    """A workbook of OpenEMIS as a table with our headings; any other table, and of another kind, as it is.

    Accounts that are no pupil's are left out. Where names are missing their columns are added empty: the
    number says who it is.
    """
    if kind is not Kind.STUDENTS:
        return table
    for place, line in enumerate(table.lines[:HEADING_WITHIN]):
        words = [_bare(cell) for cell in line.cells]
        if _ID in words and len(_MARKS & set(words)) >= 1:
            return _table(table, place, words)
    return table


def _table(table: Table, place: int, words: Sequence[str]) -> Table:
    heading = table.lines[place]
    keeps: dict[str, int] = {}
    for at, word in enumerate(words):
        if word in _COLUMNS:
            keeps.setdefault(_COLUMNS[word], at)
    if "starts_on" in keeps:
        keeps.pop("year", None)  # the first day says it, and years have other names there
    given = [words.index(word) for word in _GIVEN if word in words]
    plan = _Plan(keeps, given, words.index(_ACCOUNT) if _ACCOUNT in words else None)
    taken = {*keeps.values(), *given}
    rest = [at for at, cell in enumerate(heading.cells) if cell and at not in taken]
    names = [*keeps, *(name for name in _NAMES if name not in keeps)]
    head = Line(heading.number, (*names, *(heading.cells[at] for at in rest)))
    return Table(table.name, (head, *_rows(table.lines[place + 1 :], plan, names, rest)))


def _rows(lines: Sequence[Line], plan: _Plan, names: Sequence[str], rest: Sequence[int]) -> Iterator[Line]:
    for line in lines:

        def cell(at: int | None, cells: tuple[str, ...] = line.cells) -> str:
            return cells[at] if at is not None and at < len(cells) else ""

        if plain_heading(cell(plan.account)) in _PUPILS:
            given = " ".join(filter(None, (cell(at) for at in plan.given)))
            values = (given if name == "given_names" else cell(plan.keeps.get(name)) for name in names)
            yield Line(line.number, (*values, *(cell(at) for at in rest)))


def _bare(heading: str) -> str:
    """A heading without its hint and its star."""
    return plain_heading(heading.partition("(")[0].replace("*", " "))
