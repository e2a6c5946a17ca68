"""A workbook that would fill the memory is refused before it is opened."""

import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import BadFile
from emis_desktop.exchange import extent
from emis_desktop.exchange.extent import check_extent
from emis_desktop.exchange.reading import read_table
from emis_desktop.exchange.writing import write_table

NAME = "xl/worksheets/sheet1.xml"


def workbook(path: Path, *cells: str, name: str = NAME, filling: int = 0) -> Path:
    """A real workbook whose only sheet is replaced by one with these cells."""
    write_table(path, ["number"], [["1"]])
    with zipfile.ZipFile(path) as book:
        parts = {part: book.read(part) for part in book.namelist()}
    rows = "".join(f'<row><c r="{cell}"><v>1</v></c></row>' for cell in cells)
    parts[name] = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{' ' * filling}{rows}</sheetData></worksheet>"
    ).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for part, content in parts.items():
            book.writestr(part, content)
    return path


@pytest.mark.parametrize(
    "cells", [("A1", "XFD1048576"), ("A1", "ZZZZZZ99999999999"), ("A20000001",), ("A1048576", "T1")]
)
def test_a_cell_far_away_is_refused_in_words(tmp_path: Path, cells: tuple[str, ...]) -> None:
    path = workbook(tmp_path / "far.xlsx", *cells)
    with pytest.raises(BadFile, match="too large to open"):
        read_table(path)


def test_a_large_register_is_not(tmp_path: Path) -> None:
    check_extent(workbook(tmp_path / "long.xlsx", "A1", "S1048576"))
    assert read_table(workbook(tmp_path / "near.xlsx", "A1", "B2")).lines[0].cells[0] == "1"


@given(filling=st.integers(extent._BLOCK - 40, extent._BLOCK + 10))
def test_a_cell_between_two_blocks_is_seen(tmp_path_factory: pytest.TempPathFactory, filling: int) -> None:
    before = len("<sheetData>") + 100
    path = workbook(tmp_path_factory.getbasetemp() / "cut.xlsx", "XFD1048576", filling=filling - before)
    with pytest.raises(BadFile, match="too large"):
        check_extent(path)


def test_parts_that_unpack_to_too_much_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "bomb.xlsx", "A1", filling=50_000)
    monkeypatch.setattr(extent, "LARGEST_UNPACKED", 50_000)
    assert path.stat().st_size < 20_000
    with pytest.raises(BadFile, match="too large"):
        check_extent(path)


def test_what_is_no_archive_or_a_broken_one_is_left_to_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "none.xlsx"
    path.write_bytes(b"PK\x03\x04" + os.urandom(500))
    check_extent(path)
    whole = bytearray(workbook(path, "A1", filling=20_000).read_bytes())
    place = whole.index(NAME.encode()) + len(NAME)
    whole[place : place + 20] = os.urandom(20)
    path.write_bytes(whole)
    check_extent(path)
    with pytest.raises(BadFile, match="damaged"):
        read_table(path)
