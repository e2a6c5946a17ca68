"""Report cards issued from the command line, and what is said of those left out."""

from pathlib import Path

import pytest

from emis_desktop.exchange.sheets import open_sheets
from emis_desktop.rules.rights import Role
from tests.emis_desktop.cli.conftest import sign_in_as
from tests.factories.laptops import SetUp, password_of
from tests.helpers.commands import emis

TERM = ("--term", "1", "--year", "2026-27")


def sheets(path: object) -> int:
    """How many sheets a PDF has."""
    with open_sheets(Path(str(path))) as found:
        return len(found)


def test_a_class_is_issued_as_one_pdf_or_one_a_pupil(school: Path, tmp_path: Path) -> None:
    listed = emis("report-cards", *TERM, "--out", tmp_path / "all", "--merged", "--provisional", "--json")
    assert listed.code == 0
    assert listed.document.keys() == {"issued", "files", "skipped"}
    assert listed.document["issued"] == 12
    assert sum(map(sheets, listed.document["files"])) == 12
    each = emis("report-cards", *TERM, "--out", tmp_path / "each", "--provisional", "--again", "--json")
    assert each.document["issued"] == len(each.document["files"]) == 12
    assert all(Path(path).is_file() for path in each.document["files"])


def test_cards_that_did_not_change_are_left_out_and_told(school: Path, tmp_path: Path) -> None:
    order = ("report-cards", *TERM, "--out", tmp_path, "--merged", "--provisional")
    first = emis(*order)
    assert "12 cards issued." in first.out
    again = emis(*order, "--json")
    assert again.code == 1
    assert (again.document["issued"], len(again.document["skipped"])) == (0, 12)
    assert again.document["skipped"][0].keys() == {"pupil", "reasons"}
    told = emis(*order)
    assert "0 cards issued." in told.out
    assert told.out.count("Left out:") == 12


def test_one_class_one_school_one_language(school: Path, tmp_path: Path) -> None:
    name = "grade 6 PELICAN"
    listed = emis("export", "students", tmp_path / "a.csv")
    assert listed.code == 0
    made = emis(
        *("report-cards", *TERM, "--class", name, "--school", "d-0101", "--language", "fr", "--merged"),
        *("--out", tmp_path / "cartes", "--provisional", "--json"),
    )
    assert made.code == 0, made.out
    (file,) = made.document["files"]
    with open_sheets(Path(file)) as found:
        assert "Bulletin" in found.text(0)


@pytest.mark.parametrize("term", ["1", "t1", "TERM 1", "Trimestre 1", "premier trimestre"])
def test_a_term_is_found_by_number_or_name(school: Path, tmp_path: Path, term: str) -> None:
    made = emis("report-cards", "--term", term, "--out", tmp_path, "--merged", "--provisional", "--json")
    assert made.document["issued"] == 12


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--term", "9"), "9"),
        (("--term", "1", "--year", "1875-76"), "1875-76"),
        ((*TERM, "--class", "Grade 99"), "Grade 99"),
        ((*TERM, "--school", "X-1"), "X-1"),
        (("--term", "1", "--year", "2025-26", "--class", "Grade 6 Pelican"), "Grade 6 Pelican"),
    ],
)
def test_what_is_not_there_is_told(
    school: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    refused = emis("report-cards", *arguments, "--out", tmp_path / "cards", "--json")
    assert refused.code == 1
    assert said in refused.refused
    assert not (tmp_path / "cards").exists()


def test_a_school_without_classes_is_told(laptop: SetUp, tmp_path: Path) -> None:
    assert "no classes" in emis("report-cards", *TERM, "--out", tmp_path / "c", "--json").refused


def test_a_class_of_others_is_not_theirs(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll = tmp_path / "roll.csv"
    roll.write_text("given_names,family_name,sex,grade,class\nAna,Pupil,F,G5,Grade 5 Coral\n", "utf-8")
    assert emis("import", "students", roll).code == 0
    there = emis("report-cards", *TERM, "--class", "Grade 9", "--out", tmp_path / "c", "--json").refused
    assert there == "There is no class Grade 9. The classes are: Grade 5 Coral."
    laptop.add("Teacher 01", Role.TEACHER)
    sign_in_as(monkeypatch, tmp_path, "Teacher 01", password_of("Teacher 01"))
    order = ("report-cards", *TERM, "--out", tmp_path / "c", "--json")
    assert emis(*order, "--class", "grade 5 coral").refused == (
        "Grade 5 Coral is not one of your classes. Yours are: –."
    )
    assert emis(*order).refused.startswith("None of the classes of that year is yours.")


def test_a_file_in_the_place_of_the_folder_is_told(school: Path, tmp_path: Path) -> None:
    file = tmp_path / "cards"
    file.write_text("mine")
    assert "is a file" in emis("report-cards", *TERM, "--out", file, "--json").refused
    assert "cannot be made" in emis("report-cards", *TERM, "--out", file / "below", "--json").refused
    assert file.read_text() == "mine"


def test_many_files_are_cut_short_on_the_screen(school: Path, tmp_path: Path) -> None:
    shown = emis("report-cards", *TERM, "--out", tmp_path, "--provisional")
    assert shown.out.count(".pdf") == 12
    assert "more files" not in shown.out
