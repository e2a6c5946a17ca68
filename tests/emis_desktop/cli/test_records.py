"""Files of records in and out: counts, row errors with their place, nothing half written, back equal."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from emis_desktop.exchange.columns import COLUMNS, Kind
from emis_desktop.exchange.reading import read_table
from tests.factories.laptops import SetUp
from tests.helpers.commands import emis

HEAD = ("number", "given_names", "family_name", "sex", "birth_date", "grade", "class", "synthetic")
TOLD = {
    *("rows", "created", "updated", "unchanged", "errors", "unknown_columns", "tests_made", "dry_run"),
    *("written", "remembered_columns"),
}


def write(path: Path, rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> Path:
    """A CSV file."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([head, *rows])
    return path


def pupil(number: str, given: str, birth: str = "2016-03-12") -> list[str]:
    """A row for Grade 5 Coral."""
    return [number, given, "Pupil", "F", birth, "Grade 5", "Grade 5 Coral", "yes"]


ROWS = [pupil("000000017", "Élodie"), pupil("000000028", "Ana"), pupil("", "Ben")]


def test_pupils_are_tried_then_brought_in_then_are_as_before(laptop: SetUp, tmp_path: Path) -> None:
    file = write(tmp_path / "élèves.csv", ROWS)
    tried = emis("import", "students", file, "--dry-run", "--json")
    assert tried.document.keys() == TOLD
    assert tried.document["dry_run"] is True
    done = emis("import", "students", file, "--json")
    assert (done.code, done.document["rows"], done.document["created"]) == (0, 3, 3), done.out
    again = emis("import", "students", file, "--json")
    assert (again.document["created"], again.document["rows"]) == (0, 3)
    assert "3 rows:" in emis("import", "students", file).out
    one = write(tmp_path / "one.csv", ROWS[:1])
    assert "1 row: 0 new" in emis("import", "students", one).out


def test_a_phone_that_nobody_is_named_for_is_told(laptop: SetUp, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [[*ROWS[0], "473 440 0101"]], [*HEAD, "Parent phone"])
    tried = emis("import", "students", file, "--dry-run")
    assert tried.code == 1
    assert "Row 2, guardian_phone “473 440 0101”: No name goes with this." in tried.out


def test_rows_that_cannot_be_are_told_with_their_place(laptop: SetUp, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [*ROWS, pupil("", "Zoë", "31/31/2016"), pupil("", "Old", "1816-03-12")])
    tried = emis("import", "students", file, "--dry-run", "--json")
    assert tried.code == 1
    assert [error.keys() for error in tried.document["errors"]] == [{"row", "column", "value", "message"}] * 2
    assert [(error["row"], error["column"], error["value"]) for error in tried.document["errors"]] == [
        (5, "birth_date", "31/31/2016"),
        (6, "birth_date", "1816-03-12"),
    ]
    done = emis("import", "students", file)
    assert done.code == 1
    assert "Row 5, birth_date “31/31/2016”:" in done.out
    assert "Nothing was written." in done.out
    refused = emis("import", "students", file, "--json").document
    assert (refused["created"], refused["written"]) == (0, False)
    assert emis("imports", "--json").document == []


def test_the_others_come_in_when_that_is_asked_for(laptop: SetUp, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [*ROWS, pupil("", "=Zoë", "31/31/2016")])
    failed = tmp_path / "failed.csv"
    done = emis("import", "students", file, "--skip-failed", "--failed", failed, "--json")
    assert (done.code, done.document["created"], done.document["written"]) == (1, 3, True)
    heading, row = (line.cells for line in read_table(failed).lines)
    assert heading == (*HEAD, "Row in the file", "What to do")
    assert row[: len(HEAD)] == tuple(pupil("", "=Zoë", "31/31/2016"))
    assert row[-2] == "5"
    assert row[-1].startswith("birth_date: ")
    assert "'=Zoë" in failed.read_text("utf-8-sig")
    mended = [[*row[:-2], "", ""]]
    mended[0][HEAD.index("birth_date")] = "2016-03-12"
    again = emis("import", "students", write(failed, mended, list(heading)), "--json")
    assert (again.code, again.document["created"]) == (0, 1)


def test_past_imports_are_listed_and_reversed(laptop: SetUp, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", ROWS)
    assert emis("import", "students", file).code == 0
    assert emis("import", "students", file, "--json").document["unchanged"] == 3
    (one,) = emis("imports", "--json").document
    assert (one["kind"], one["file"], one["created"], one["reversible"]) == ("students", "a.csv", 3, True)
    assert "a.csv" in emis("imports").out
    assert "Say which" in emis("imports", "reverse", "--json").refused
    assert "no import number 99" in emis("imports", "reverse", "99", "--json").refused
    number = str(one["number"])
    assert emis("imports", "reverse", number, "--json").document == {"reversed": one["number"]}
    assert "reversed already" in emis("imports", "reverse", number, "--json").refused
    (one,) = emis("imports", "--json").document
    assert (one["reversed"], one["reversible"]) == (True, False)
    assert emis("import", "students", file, "--json").document["created"] == 3


def test_a_column_can_be_said_for_all_rows(laptop: SetUp, tmp_path: Path) -> None:
    head = [name for name in HEAD if name != "sex"]
    rows = [[cell for name, cell in zip(HEAD, row, strict=True) if name != "sex"] for row in ROWS]
    file = write(tmp_path / "a.csv", rows, head)
    assert "sex" in emis("import", "students", file, "--json").refused
    assert emis("import", "students", file, "--set", "sex=F", "--json").document["created"] == 3
    assert "shoe" in emis("import", "students", file, "--set", "shoe=38", "--json").refused
    assert "COLUMN=VALUE" in emis("import", "students", file, "--set", "sex", "--json").refused


def test_many_row_errors_are_cut_short_on_the_screen_only(laptop: SetUp, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [pupil("", f"N{number}", "never") for number in range(60)])
    assert len(emis("import", "students", file, "--dry-run", "--json").document["errors"]) == 60
    shown = emis("import", "students", file, "--dry-run").out
    assert "And 10 more" in shown
    assert "Tried only, nothing was written." in shown


def test_headings_called_otherwise_are_mapped(laptop: SetUp, tmp_path: Path) -> None:
    head = ["Ref", "Prénom usuel", *HEAD[2:], "Shoe size"]
    file = write(tmp_path / "a.csv", [[*row, "38"] for row in ROWS], head)
    refused = emis("import", "students", file, "--json")
    assert "given_names" in refused.refused
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps({"Ref": "number", "Prénom usuel": "given_names"}), "utf-8")
    done = emis("import", "students", file, "--map", mapping, "--json")
    assert done.document["created"] == 3
    assert done.document["unknown_columns"] == ["Shoe size"]
    again = emis("import", "students", file, "--json").document
    assert (again["unchanged"], again["remembered_columns"]) == (3, True), "such headings are known now"
    assert "Columns not read: Shoe size." in emis("import", "students", file, "--map", mapping).out


@pytest.mark.parametrize("content", ["not json", '["a"]', '{"a": 1}', '{"a": "no such column"}'])
def test_a_map_that_is_none_is_told(laptop: SetUp, tmp_path: Path, content: str) -> None:
    mapping = tmp_path / "map.json"
    mapping.write_text(content)
    file = write(tmp_path / "a.csv", ROWS)
    assert emis("import", "students", file, "--map", mapping, "--json").code == 1
    assert emis("import", "students", file, "--map", tmp_path / "none.json", "--json").code == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"number,given_names"),
        ("a.csv", b"PK\x03\x04 zipped"),
        ("a.csv", b""),
        ("a.csv", b"only,strange,headings\n1,2,3\n"),
        ("a.txt", b"\x00\x01\x02\x03"),
        ("a.doc", b"word"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_told(
    laptop: SetUp, tmp_path: Path, name: str, content: bytes
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    for kind in COLUMNS:
        assert name in emis("import", kind.value, file, "--json").refused


def test_a_sheet_can_be_chosen(school: Path, tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    assert emis("export", "students", book).code == 0
    assert emis("import", "students", book, "--sheet", "Data", "--dry-run").code == 0
    assert "About" not in emis("import", "students", book, "--sheet", "Other", "--json").refused


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("kind", [kind.value for kind in COLUMNS])
def test_what_leaves_comes_back_equal(school: Path, tmp_path: Path, kind: str, ending: str) -> None:
    file = tmp_path / f"{kind}{ending}"
    left = emis("export", kind, file, "--year", "2026-27", "--json")
    assert left.code == 0
    assert left.document == {"rows": left.document["rows"], "file": str(file)}
    back = emis("import", kind, file, "--json").document
    assert (back["rows"], back["unchanged"], back["errors"]) == (left.document["rows"], back["rows"], [])


def test_term_results_leave_with_their_columns(school: Path, tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    left = emis("export", "term-results", file, "--year", "2026-27", "--term", "1", "--json")
    assert left.document["rows"] > 100
    head = read_table(file).lines[0].cells
    assert {"number", "subject", "term", "mark", "letter", "state", "position", "tied"} <= set(head)
    rows = [dict(zip(head, line.cells, strict=True)) for line in read_table(file).lines[1:]]
    assert {row["year"] for row in rows} == {"2026-27"}, "the year as in every file"
    assert {row["tied"] for row in rows if row["position"]} <= {"yes", "no"}
    assert all(row["position"].isdigit() or not row["position"] for row in rows)
    assert "rows written to" in emis("export", "term-results", file, "--year", "2026-27", "--replace").out


def test_a_file_that_is_there_is_not_written_over_unasked(school: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("mine", "utf-8")
    for command in (("export", "students"), ("template", "marks")):
        refused = emis(*command, file, "--json")
        assert (refused.code, "a.csv is there already" in refused.refused) == (1, True)
        assert file.read_text("utf-8") == "mine"
    assert emis("export", "students", file, "--replace").code == 0
    assert "given_names" in file.read_text("utf-8")


@pytest.mark.parametrize("term", ["1", "T1", "Trimestre 1", "1er trimestre", "primer trimestre", "Term 1"])
def test_a_term_is_known_by_its_names(school: Path, tmp_path: Path, term: str) -> None:
    left = emis("export", "term-results", tmp_path / "a.csv", "--term", term, "--json")
    assert left.document["rows"] > 100


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--term", "7"),
            "There is no term called 7 in 2026-27. Its terms are: 1 (Term 1), 2 (Term 2), 3 (Term 3).",
        ),
        (("--year", "1999"), "There is no school year called 1999. The years are: 2025-26, 2026-27."),
        (("--year", "2025-26"), "There are no pupils in 2025-26. Years with pupils are: 2026-27."),
    ],
)
def test_a_year_or_term_that_is_not_there_leaves_no_file(
    laptop: SetUp, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    emis("import", "students", write(tmp_path / "in.csv", ROWS))
    refused = emis("export", "marks", tmp_path / "a.csv", *arguments, "--json")
    assert (refused.code, refused.refused) == (1, said)
    assert not (tmp_path / "a.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["students", "a.pdf"], "a.pdf"),
        (["students", "no/such/folder/a.csv"], "no/such/folder"),
        (["marks", "a.csv", "--year", "1875-76"], "1875-76"),
    ],
)
def test_a_file_that_cannot_be_written_is_told(
    school: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in emis("export", *arguments, "--json").refused
    assert not list(tmp_path.glob("a.*"))


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("kind", COLUMNS)
def test_a_template_has_every_column_and_needs_nobody(
    emis_home: Path, tmp_path: Path, kind: Kind, ending: str
) -> None:
    file = tmp_path / f"t{ending}"
    made = emis("template", kind.value, file, "--json")
    assert (made.code, made.document) == (0, {"file": str(file)})
    head = read_table(file, "Data" if ending == ".xlsx" else None).lines[0].cells
    assert head == tuple(column.name for column in COLUMNS[kind])
    if ending == ".xlsx":
        about = " ".join(cell for line in read_table(file, "About").lines for cell in line.cells)
        assert all(column.name in about for column in COLUMNS[kind])
    assert "An empty file is in" in emis("template", kind.value, file, "--replace").out
