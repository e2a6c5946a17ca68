"""An OpenDocument spreadsheet whose rows and cells stand for many."""

from pathlib import Path

import pytest

from emis_desktop.errors import BadFile
from emis_desktop.exchange.reading import read_table
from tests.factories.workbooks import ods, ods_cell, ods_row

HEAD = ods_row(ods_cell("number") + ods_cell("name"))


def cells(path: Path) -> list[tuple[str, ...]]:
    return [line.cells for line in read_table(path).lines]


def test_repeated_cells_are_read(tmp_path: Path) -> None:
    path = ods(tmp_path / "list.ods", HEAD + ods_row(ods_cell("1", 2), 3))
    assert cells(path) == [("number", "name"), *[("1", "1")] * 3]


def test_the_empty_rest_of_a_sheet_is_nothing(tmp_path: Path) -> None:
    rest = ods_row(ods_cell("1") + ods_cell("", 16_383)) + ods_row(ods_cell("", 16_384), 1_048_574)
    assert cells(ods(tmp_path / "list.ods", HEAD + rest)) == [("number", "name"), ("1", "")]


@pytest.mark.parametrize(
    "rows",
    [
        ods_row(ods_cell("1", 16_384), 1_048_576),
        ods_row(ods_cell("", 16_383) + ods_cell("1")) + ods_row(ods_cell("1"), 1_000_000),
        ods_row(ods_cell("", 9), 1_000_000) + ods_row(ods_cell("1") + ods_cell("", 9) + ods_cell("2")),
        ods_row(ods_cell("x" * 30_000, 9), 1_000),
    ],
)
def test_what_stands_for_too_much_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(BadFile, match="too large to open"):
        read_table(ods(tmp_path / "list.ods", HEAD + rows))


def test_words_that_stand_for_others_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    with pytest.raises(BadFile, match="too large to open"):
        read_table(ods(tmp_path / "list.ods", ods_row(ods_cell("&b;")), before=bomb))
