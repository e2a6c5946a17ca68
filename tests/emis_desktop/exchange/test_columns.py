"""Finding the heading line and the columns, by any name they go by."""

import json
from pathlib import Path

import pytest

from emis_desktop.errors import BadFile
from emis_desktop.exchange.columns import COLUMNS, Kind, read_mapping, records
from emis_desktop.exchange.table import Line, Table


def table(*rows: str) -> Table:
    return Table("list.csv", tuple(Line(n, tuple(row.split(","))) for n, row in enumerate(rows, 1)))


def test_headings_in_three_languages_and_any_case() -> None:
    found = records(
        table("Prénom,NOM,Sexe,Date de naissance,Matricule", "Zoé,Núñez,F,12/3/2016,7"), Kind.STUDENTS
    )
    assert found.columns == {"given_names", "family_name", "sex", "birth_date", "number"}
    (row,) = found.rows
    assert (row.line, row.get("given_names"), row.get("number"), row.get("phone")) == (2, "Zoé", "7", "")


def test_titles_above_the_heading_are_passed_over() -> None:
    rows = ("Ministry of Education,,", "Class list,,", "given_names,family_name,sex", "A,B,F")
    assert [row.line for row in records(table(*rows), Kind.STUDENTS).rows] == [4]


def test_unknown_headings_are_told_and_can_be_mapped() -> None:
    rows = ("Child,family_name,sex,Shoe size", "Ann,B,F,33")
    mapped = records(table(*rows), Kind.STUDENTS, {"Child": "given_names"})
    assert mapped.unknown == ("Shoe size",)
    assert mapped.rows[0].get("given_names") == "Ann"
    with pytest.raises(BadFile, match="no column given_names"):
        records(table(*rows), Kind.STUDENTS)
    with pytest.raises(BadFile, match="no column shoe in a file of students"):
        records(table(*rows), Kind.STUDENTS, {"Shoe size": "shoe"})


def test_a_column_that_stands_twice_is_told() -> None:
    with pytest.raises(BadFile, match="has the column sex twice"):
        records(table("given_names,family_name,sex,Gender", "A,B,F,F"), Kind.STUDENTS)


def test_short_rows_are_whole() -> None:
    found = records(table("given_names,family_name,sex,phone", "A,B"), Kind.STUDENTS)
    assert found.rows[0].get("sex") == ""


@pytest.mark.parametrize("kind", list(COLUMNS))
def test_no_two_columns_go_by_the_same_name(kind: Kind) -> None:
    headings = [heading for column in COLUMNS[kind] for heading in (column.name, *column.also)]
    assert len(headings) == len(set(headings))


def test_a_map_file(tmp_path: Path) -> None:
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"Child": "given_names"}), "utf-8")
    assert read_mapping(path) == {"Child": "given_names"}
    for wrong, said in (
        ("[1]", "is no map of columns. Write"),
        ('{"a": 1}', "is no map"),
        ("{", "must be JSON"),
    ):
        path.write_text(wrong, "utf-8")
        with pytest.raises(BadFile, match=said):
            read_mapping(path)
    with pytest.raises(BadFile, match="There is no file"):
        read_mapping(tmp_path / "none.json")
