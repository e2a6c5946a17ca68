"""Files as people have them: any separator, encoding or spreadsheet, and those that are something else."""

import unicodedata
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import BadFile
from emis_desktop.exchange import reading
from emis_desktop.exchange.reading import read_table
from emis_desktop.exchange.table import guarded, marked_only, unguarded
from emis_desktop.exchange.writing import write_table

ACCENTS = "Élodie-Ann O’Neal, Zoë Núñez"


def cells(path: Path, sheet: str | None = None) -> list[tuple[str, ...]]:
    return [line.cells for line in read_table(path, sheet).lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_encoding_and_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        separator.join(["name", "number"]) + "\r\n" + separator.join(['"Zoë, Núñez"', "0012"]) + "\r\n",
        encoding,
    )
    assert cells(path) == [("name", "number"), ("Zoë, Núñez", "0012")]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_two_bytes_a_letter_without_a_mark_in_front(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"number,name\r\n1,{ACCENTS.replace(',', '')}\r\n", encoding)
    assert cells(path)[0] == ("number", "name")
    assert cells(path)[1][1].startswith("Élodie-Ann O’Neal")


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r", "\n\n"])
def test_quoted_lines_and_any_end_of_the_file(tmp_path: Path, end: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f'name,note\nAnn,"Harbour ""Road""\nDemo Bay"\nBen,"b"{end}', "utf-8", newline="")
    found = read_table(path).lines
    assert [line.cells for line in found] == [
        ("name", "note"),
        ("Ann", 'Harbour "Road"\nDemo Bay'),
        ("Ben", "b"),
    ]
    assert [line.number for line in found] == [1, 2, 3]


def test_cells_merged_down_a_column_belong_to_every_row(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 1, "Class list")
        sheet.write_row(1, 0, ["name", "class"])
        sheet.write_column(2, 0, ["Ann", "Ben", "Cy"])
        sheet.merge_range(2, 1, 3, 1, "Grade 5 Coral")
    assert cells(path) == [
        ("Class list", ""),
        ("name", "class"),
        ("Ann", "Grade 5 Coral"),
        ("Ben", "Grade 5 Coral"),
        ("Cy", ""),
    ]


@pytest.mark.parametrize(
    ("top", "left", "bottom", "right"), [(1, 5, 2, 5), (5, 0, 9, 0), (2, 1, 9, 1), (7, 7, 8, 8)]
)
def test_empty_cells_merged_beside_or_below_the_list_are_nothing(
    tmp_path: Path, top: int, left: int, bottom: int, right: int
) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "class"])
        sheet.write_row(1, 0, ["Ann", "Grade 5"])
        sheet.write_column(2, 0, ["Ben", "Cy"])
        sheet.merge_range(top, left, bottom, right, "", book.add_format({"border": 1}))
    assert [tuple(row[:2]) for row in cells(path)] == [
        ("name", "class"),
        ("Ann", "Grade 5"),
        ("Ben", ""),
        ("Cy", ""),
    ]


def test_a_formula_is_read_as_what_it_gave(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "day"])
        sheet.write_formula(1, 0, '="Be"&"n"', None, "Ben")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_formula(1, 1, "=DATE(2016,3,12)", day, 42441)
    assert cells(path)[1] == ("Ben", "2016-03-12")


def test_accents_in_two_code_points_become_one(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("name,x\nE\u0301lodie,1\n", "utf-8")
    assert cells(path)[1] == ("Élodie", "1")


def test_a_line_is_known_by_its_place_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("a,b\n\n,\n1,2\n", "utf-8")
    assert [(line.number, line.cells) for line in read_table(path).lines] == [
        (1, ("a", "b")),
        (4, ("1", "2")),
    ]


def test_a_spreadsheets_cells_read_as_a_person_sees_them(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Empty")
        sheet = book.add_worksheet("Marks")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["text", "whole", "decimal", "date", "yes"])
        sheet.write_row(1, 0, ["007", 17, 17.5])
        sheet.write_datetime(1, 3, datetime(2016, 3, 12), day)  # noqa: DTZ001
        sheet.write_boolean(1, 4, True)
    assert cells(path) == [
        ("text", "whole", "decimal", "date", "yes"),
        ("007", "17", "17.5", "2016-03-12", "1"),
    ]
    assert cells(path, "Marks") == cells(path)
    with pytest.raises(BadFile, match=r"no sheet Term 4\. It has: Empty, Marks"):
        read_table(path, "Term 4")
    with pytest.raises(BadFile, match="is empty"):
        read_table(path, "Empty")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.xlsx", b"number,name\n1,A\n", "named as a spreadsheet but is none"),
        ("list.csv", b"PK\x03\x04rest", "named as CSV but is a spreadsheet. Rename it to end in .xlsx"),
        ("list.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a spreadsheet. Rename it to end in .xls"),
        ("list.csv", b"%PDF-1.7\n1 0 obj\n", "not a table of text"),
        ("list.csv", b"\n<!DOCTYPE html>\n<html>", "not a table of text"),
        ("list.csv", b"a\x00b\x00c", "not a table of text"),
        ("list.csv", b"ab\x00c" * 9, "not a table of text"),
        ("list.pdf", b"%PDF-1.7", "neither CSV, XLSX"),
        ("list.csv", b"", "is empty"),
        ("list.csv", b"\n\n , \n", "is empty"),
        ("list.csv", b"GIF89a\x00\x01\x02", "not a table of text"),
        ("list.csv", b"\xff\xfea\x00b", "letters in list.csv cannot be read"),
        ("list.xlsx", b"PK\x03\x04garbage that is no archive", "is damaged"),
        ("list.csv", b'a,b\n"' + b"x" * 200_000, "in row 2 a quotation mark is never closed"),
        ("list.csv", b'a,b\n1,2\n3,"4\n5,6\n', "in row 3 a quotation mark is never closed"),
        ("list.csv", b'a,b\n1,"2', "in row 2 a quotation mark is never closed"),
    ],
)
def test_what_is_not_what_its_name_says_is_told(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadFile, match=said):
        read_table(path)


def test_an_archive_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(BadFile, match="is damaged"):
        read_table(path)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"There is no file list\.csv"):
        read_table(tmp_path / "list.csv")
    folder = tmp_path / "folder.csv"
    folder.mkdir()
    with pytest.raises(BadFile, match="cannot be read"):
        read_table(folder)


def test_too_large_and_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.csv"
    path.write_text("a\n1\n2\n3\n", "utf-8")
    monkeypatch.setattr(reading, "MOST_LINES", 3)
    with pytest.raises(BadFile, match="more than 500,000 rows"):
        read_table(path)
    monkeypatch.setattr(reading, "LARGEST_TABLE", 4)
    with pytest.raises(BadFile, match="larger than 100 MB"):
        read_table(path)


CELL = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\x00"), max_size=12
).map(lambda text: " ".join(text.split()))


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
def test_what_is_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("files")
    wanted = [tuple(unicodedata.normalize("NFC", cell) for cell in row) for row in rows if any(row)]
    for ending in (".csv", ".xlsx"):
        path = folder / f"list{ending}"
        write_table(path, ["first", "second"], rows)
        assert [(*line, "")[:2] for line in cells(path)[1:]] == wanted


@pytest.mark.parametrize(
    "text", ["=1+1", "+44", "@x", "-2+3|cmd!A1", "=", "'=1", "-Ann", "-5", " =1", "\t=1", "＝1", "''-Ann"]
)
def test_a_formula_is_never_run_and_comes_back(text: str) -> None:
    assert guarded(text).startswith("'")
    assert unguarded(guarded(text)) == text
    assert unguarded(marked_only(text)) == text


@pytest.mark.parametrize("text", ["'Tis", "", "D'Arcy", "5", "''", "'", "Ann-Marie", "é", "\xa0"])
def test_a_name_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


@given(
    st.text(st.characters(blacklist_categories=("Cs",))), st.sampled_from(["", "=", "+", "-", "@", "'", "'-"])
)
def test_every_text_comes_back_and_none_begins_like_a_formula(text: str, start: str) -> None:
    whole = start + text
    assert unguarded(guarded(whole)) == whole
    assert unguarded(marked_only(whole)) == whole
    assert guarded(whole).lstrip()[:1] not in set("=+-@")


def test_a_workbook_marks_such_a_cell_as_text(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write_table(path, ["name"], [["-Ann"], ["'-Ann"], ["Ann"]])
    with zipfile.ZipFile(path) as book:
        sheet, styles = (book.read(f"xl/{part}.xml").decode() for part in ("worksheets/sheet1", "styles"))
    assert "<f>" not in sheet
    assert styles.count('quotePrefix="1"') == 1
    assert [row[0] for row in cells(path)[1:]] == ["-Ann", "'-Ann", "Ann"]


def test_numbers_and_dates_are_written_as_such(tmp_path: Path) -> None:
    row = (Decimal("17.50"), 3, date(2016, 3, 12), None, "007")
    for ending in (".csv", ".xlsx"):
        path = tmp_path / f"list{ending}"
        assert write_table(path, ["a", "b", "c", "d", "e"], [row], notes=["a: what it is"]) == 1
        assert cells(path)[1] in {
            ("17.50", "3", "2016-03-12", "", "007"),
            ("17.5", "3", "2016-03-12", "", "007"),
        }


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"as \.csv or \.xlsx"):
        write_table(tmp_path / "list.ods", ["a"], [])
    assert list(tmp_path.glob("list*")) == []
