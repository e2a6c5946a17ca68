"""A workbook that would fill the memory is refused before it is opened."""

import os
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import BadFile
from emis_desktop.exchange import archives, extent
from emis_desktop.exchange.extent import check_extent
from emis_desktop.exchange.reading import read_table
from tests.factories.workbooks import SHEET, TEXTS, sheet, texts, xlsx

TOO_LARGE = "too large to open"


def workbook(path: Path, *cells: str, name: str = SHEET, filling: int = 0) -> Path:
    """A real workbook whose only sheet is replaced by one with these cells."""
    rows = "".join(f'<row><c r="{cell}"><v>1</v></c></row>' for cell in cells)
    return xlsx(path, {name: sheet(" " * filling + rows)})


@pytest.mark.parametrize(
    "cells", [("A1", "XFD1048576"), ("A1", "ZZZZZZ99999999999"), ("A20000001",), ("A1048576", "T1")]
)
def test_a_cell_far_away_is_refused_in_words(tmp_path: Path, cells: tuple[str, ...]) -> None:
    path = workbook(tmp_path / "far.xlsx", *cells)
    with pytest.raises(BadFile, match=TOO_LARGE):
        read_table(path)


def test_a_large_register_is_not(tmp_path: Path) -> None:
    check_extent(workbook(tmp_path / "long.xlsx", "A1", "AD100000"))
    assert read_table(workbook(tmp_path / "near.xlsx", "A1", "B2")).lines[0].cells[0] == "1"


def test_cells_that_do_not_say_their_place_are_counted(tmp_path: Path) -> None:
    bare = '<row r="1048576"><c><v>1</v></c><c/><c/><c><v>2</v></c></row>'
    with pytest.raises(BadFile, match=TOO_LARGE):
        check_extent(xlsx(tmp_path / "bare.xlsx", {SHEET: sheet(bare)}))
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row>" * 3
    found = read_table(xlsx(tmp_path / "short.xlsx", {SHEET: sheet(rows)}))
    assert [line.cells for line in found.lines] == [("1", "2")] * 3


def test_an_empty_row_far_down_that_is_only_formatted_is_nothing(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="E1"><v>5</v></c></row><row r="1048576" ht="20"/>'
    assert read_table(xlsx(tmp_path / "list.xlsx", {SHEET: sheet(rows)})).lines[0].cells == (
        "1", "", "", "", "5",
    )  # fmt: skip


def test_what_a_sheet_says_of_its_size_decides_nothing(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    lying = sheet(rows).replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    assert read_table(xlsx(tmp_path / "list.xlsx", {SHEET: lying})).lines[0].cells == ("1",)


def test_a_sheet_under_another_name_is_looked_at(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=TOO_LARGE):
        check_extent(workbook(tmp_path / "far.xlsx", "XFD1048576", name="xl/media/picture.xml"))


@given(filling=st.integers(archives._BLOCK - 40, archives._BLOCK + 10))
def test_a_cell_between_two_blocks_is_seen(tmp_path_factory: pytest.TempPathFactory, filling: int) -> None:
    before = len("<sheetData>") + 100
    path = workbook(tmp_path_factory.getbasetemp() / "cut.xlsx", "XFD1048576", filling=filling - before)
    with pytest.raises(BadFile, match=TOO_LARGE):
        check_extent(path)


def test_parts_that_unpack_to_too_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "bomb.xlsx", "A1", filling=50_000)
    monkeypatch.setattr(extent, "LARGEST_UNPACKED", 50_000)
    assert path.stat().st_size < 20_000
    with pytest.raises(BadFile, match=TOO_LARGE):
        check_extent(path)


def test_words_that_stand_for_others_are_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    for part in ({TEXTS: texts("&b;", before=bomb)}, {SHEET: sheet("", before=bomb)}):
        with pytest.raises(BadFile, match=TOO_LARGE):
            check_extent(xlsx(tmp_path / "list.xlsx", part))


def test_one_long_text_in_many_cells_is_refused(tmp_path: Path) -> None:
    """100 kB of file would become 200 MB of texts."""
    rows = '<row><c r="A1" t="s"><v>0</v></c></row>' * 10_000
    path = xlsx(tmp_path / "list.xlsx", {SHEET: sheet(rows), TEXTS: texts("x" * 20_000, "y")})
    with pytest.raises(BadFile, match=TOO_LARGE):
        check_extent(path)
    odd = rows.replace("<v>0<", "<v><!-- -->0<")
    with pytest.raises(BadFile, match=TOO_LARGE):
        check_extent(xlsx(path, {SHEET: sheet(odd), TEXTS: texts("x" * 20_000, "y")}))
    check_extent(xlsx(path, {SHEET: sheet(rows.replace("<v>0<", "<v>1<")), TEXTS: texts("x" * 20_000, "y")}))


def test_cells_merged_over_and_over_are_refused(tmp_path: Path) -> None:
    merged = '<mergeCell ref="A1:A1048576"/>' * 4
    path = xlsx(tmp_path / "list.xlsx", {SHEET: sheet("", after=f"<mergeCells>{merged}</mergeCells>")})
    with pytest.raises(BadFile, match=TOO_LARGE):
        check_extent(path)


def test_what_is_no_archive_or_a_broken_one_is_said(tmp_path: Path) -> None:
    path = tmp_path / "none.xlsx"
    path.write_bytes(b"PK\x03\x04" + os.urandom(500))
    with pytest.raises(BadFile, match="damaged"):
        check_extent(path)
    whole = bytearray(workbook(path, "A1", filling=20_000).read_bytes())
    place = whole.index(SHEET.encode()) + len(SHEET)
    whole[place : place + 20] = os.urandom(20)
    path.write_bytes(whole)
    with pytest.raises(BadFile, match="damaged"):
        read_table(path)


def test_an_ordinary_workbook_of_many_texts_passes(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        rows = book.add_worksheet()
        for row in range(2000):
            rows.write_row(row, 0, [f"Élodie {row}", "x" * 300, row, "Grade 5"])
    assert len(read_table(path).lines) == 2000
    with zipfile.ZipFile(path) as archive:
        assert TEXTS in archive.namelist()
