"""Finding the heading line and the columns, by any name they go by."""

import json
from pathlib import Path

import pytest

from emis_desktop.errors import BadFile
from emis_desktop.exchange.columns import COLUMNS, Kind, headings_of, read_mapping, records
from emis_desktop.exchange.reading import read_table
from emis_desktop.exchange.table import Line, Table
from emis_desktop.samples import STUDENT_MAT


def table(*rows: str) -> Table:
    return Table("list.csv", tuple(Line(n, tuple(row.split(","))) for n, row in enumerate(rows, 1)))


def test_headings_in_three_languages_and_any_case() -> None:
    found = records(
        table("Prénom,NOM,Sexe,Date de naissance,Matricule", "Zoé,Núñez,F,12/3/2016,7"), Kind.STUDENTS
    )
    assert found.columns == {"given_names", "family_name", "sex", "birth_date", "number"}
    (row,) = found.rows
    assert (row.line, row.get("given_names"), row.get("number"), row.get("phone")) == (2, "Zoé", "7", "")


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        *((word, "number") for word in ("No.", "N°", "Nº", "Student No.", "N° d’élève", "N° de matrícula")),
        *((word, "mother_name") for word in ("Mother", "Mother's name", "Mère", "Nom de la mère", "MADRE")),
        *((word, "father_name") for word in ("Father", "Father’s Name", "Père", "Nombre del padre")),
        *((word, "phone") for word in ("Tel.", "Tel. No.", "Tél.", "Téléphone", "Teléfono", "Telf.")),
        *((word, "birth_date") for word in ("D.O.B.", "Né(e) le", "Fecha nac.")),
        *((word, "sex") for word in ("Sex (M/F)", "Género")),
        *((word, "guardian_name") for word in ("Parent/Guardian", "Responsable légal", "Acudiente")),
        *((word, "mother_phone") for word in ("Mother's Tel.", "Tél. de la mère", "Teléfono de la madre")),
    ],
)
def test_usual_headings_of_class_lists(heading: str, column: str) -> None:
    names = [name for name in ("given_names", "family_name", "sex") if name != column]
    found = records(
        table(",".join((*names, heading)), ",".join((*("A" for _ in names), "77"))), Kind.STUDENTS
    )
    assert (found.columns, found.unknown) == ({*names, column}, ())


def test_a_number_that_only_counts_the_rows_is_no_pupils_number() -> None:
    head = "No.,given_names,family_name,sex"
    counted = (head, "1,A,B,F", "2,C,D,M")
    found = records(table(*counted), Kind.STUDENTS)
    assert ("number" in found.columns, found.unknown) == (False, ("No.",))
    assert headings_of(table(*counted), Kind.STUDENTS).meanings[0] == ("No.", "")
    assert "number" in records(table(head, "7,A,B,F", "9,C,D,M"), Kind.STUDENTS).columns
    assert "number" in records(table(*counted), Kind.STUDENTS, {"No.": "number"}).columns
    both = records(table("No.,Matricule,subject,item,mark", "1,K-7,P-MA,T,9"), Kind.MARKS)
    assert both.rows[0].get("number") == "K-7"
    one = records(table("No.,subject,item,mark", "1,P-MA,T,9"), Kind.MARKS)
    assert one.rows[0].get("number") == "1"


def test_titles_above_the_heading_are_passed_over() -> None:
    rows = ("Ministry of Education,,", "Class list,,", "given_names,family_name,sex", "A,B,F")
    assert [row.line for row in records(table(*rows), Kind.STUDENTS).rows] == [4]


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (Kind.STUDENTS, "given_names, family_name"),
        (Kind.MARKS, "number, subject, item, mark"),
        (Kind.ATTENDANCE, "number"),
    ],
)
def test_measured_pupils_without_names_are_told_for_what_they_are(kind: Kind, missing: str) -> None:
    measured = read_table(STUDENT_MAT)
    assert headings_of(measured, kind).missing == tuple(missing.split(", "))
    assert headings_of(measured, kind).twice == ()
    assert [heading for heading, _ in headings_of(measured, kind).meanings][:3] == ["school", "sex", "age"]
    with pytest.raises(BadFile, match=rf"student-mat\.csv has no column {missing}\. "):
        records(measured, kind)


@pytest.mark.parametrize(
    "row",
    [
        "GP,F,no,mother",
        "GP,F,no,no",
        "no,no,mother,mother",
        "mother,father,no,no",
    ],
)
@pytest.mark.parametrize("head", ["pupil,sex,paid,cared by", "pupil,child,paid,cared by"])
def test_values_that_are_headings_elsewhere_stay_values(head: str, row: str) -> None:
    found = headings_of(table(head, row), Kind.STUDENTS)
    assert [heading for heading, _ in found.meanings] == head.split(",")


def test_titles_with_words_of_headings_are_passed_over() -> None:
    heading = "No.,given_names,family_name,sex,Tel.,Tel."
    for title in ("School,Demo School,Class,5B,,", "Class list,,,,,", "Class,5B,Term,1,Year,2026"):
        found = headings_of(table(title, heading, "7,A,B,F,1,2"), Kind.STUDENTS)
        assert (found.missing, found.twice) == ((), ("phone",))


def test_a_line_that_somebody_spoke_of_is_the_heading() -> None:
    rows = ("School,Grade,Class", "Child,Called,Kind,Form,House", "Ann,B,F,5,Red")
    assert headings_of(table(*rows), Kind.STUDENTS).meanings[0] == ("School", "institution")
    said = {"Child": "given_names", "Called": "family_name", "House": "", "Kind": ""}
    found = headings_of(table(*rows), Kind.STUDENTS, said)
    assert (found.meanings[0], found.missing) == (("Child", "given_names"), ("sex",))


def test_the_line_with_every_needed_column_beats_any_title() -> None:
    rows = ("Demo School,Coral,Totals", "number,absent", "7,3")
    assert headings_of(table(*rows), Kind.ATTENDANCE).missing == ()


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


@pytest.mark.parametrize(
    ("kind", "heading", "columns"),
    [
        (
            Kind.GUARDIANS,
            ("Matricule", "Prénom", "Nom de famille", "Lien de parenté", "Tél.", "Courriel", "Ordre d'appel"),
            ("number", "guardian_given_names", "guardian_family_name", "guardian_relation", "guardian_phone",
             "guardian_email", "priority"),
        ),
        (
            Kind.GUARDIANS,
            ("Matrícula", "Nombre", "Apellido", "Parentesco", "Teléfono", "Puede recoger", "Orden judicial"),
            ("number", "guardian_given_names", "guardian_family_name", "guardian_relation", "guardian_phone",
             "may_collect", "court_order"),
        ),
        (
            Kind.STAFF,
            ("Matricule", "Prénom", "Nom", "Sexe", "Poste", "Type d'emploi", "Date de fin"),
            ("staff_number", "given_names", "family_name", "sex", "post", "employment", "ends_on"),
        ),
        (
            Kind.STAFF,
            ("Número de empleado", "Nombre", "Apellido", "F. nacimiento", "Cargo", "Contrato", "Correo"),
            ("staff_number", "given_names", "family_name", "birth_date", "post", "employment", "email"),
        ),
        (
            Kind.ATTENDANCE,
            ("N° élève", "Date", "Demi-journée", "Présence"),
            ("number", "date", "session", "code"),
        ),
        (
            Kind.ATTENDANCE,
            ("Student ID", "Attendance date", "AM/PM", "Status"),
            ("number", "date", "session", "code"),
        ),
        (
            Kind.STUDENTS,
            ("Matrícula", "Nombres", "Apellidos", "Sexo", "Grado", "Año", "Promoción", "Motivo de baja"),
            ("number", "given_names", "family_name", "sex", "grade", "year", "outcome", "exit_reason"),
        ),
    ],
)  # fmt: skip
def test_headings_of_every_kind_are_guessed(
    kind: Kind, heading: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    table = Table("a.csv", (Line(1, heading), Line(2, tuple("abcdefgh"[: len(heading)]))))
    assert tuple(column for _, column in headings_of(table, kind).meanings) == columns
