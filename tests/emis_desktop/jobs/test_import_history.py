"""Past years as closed history, and the student workbooks of OpenEMIS."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import select

from emis_desktop.exchange.columns import Kind
from emis_desktop.exchange.writing import write_table
from emis_desktop.jobs.export_records import export_records
from emis_desktop.jobs.import_records import ImportReport, Source, import_records
from emis_desktop.models import AcademicPeriod, ClassPupil, EducationGrade, Enrolment, Person
from tests.factories.schools import IN_TERM, School, demo_profile, opened_school

HEADING = ("number", "given_names", "family_name", "sex", "grade", "class", "year", "outcome", "exit_reason")
ANN = ("R-001", "Ann", "Example", "F")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as made:
        yield made


def take(school: School, path: Path, kind: Kind = Kind.STUDENTS, **fixed: str) -> ImportReport:
    source = Source(kind, path, fixed=fixed)
    return import_records(
        school.db, school.actor, source, dry_run=False, today=IN_TERM, profile=demo_profile()
    )


def bring(
    school: School, path: Path, rows: Sequence[Sequence[str]], heading: Sequence[str] = HEADING
) -> ImportReport:
    write_table(path, heading, rows)
    return take(school, path)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.errors)


def said(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, str(error.reason)) for error in report.errors]


def enrolments(school: School) -> list[tuple[str, str, date, date | None, str | None, str | None]]:
    question = (
        select(
            AcademicPeriod.code,
            EducationGrade.code,
            Enrolment.starts_on,
            Enrolment.ends_on,
            Enrolment.outcome,
            Enrolment.exit,
        )
        .join(AcademicPeriod, AcademicPeriod.id == Enrolment.period_id)
        .join(EducationGrade, EducationGrade.id == Enrolment.grade_id)
        .where(Enrolment.deleted_at.is_(None))
        .order_by(Enrolment.starts_on)
    )
    with school.db.read() as session:
        return [tuple(row) for row in session.execute(question)]  # type: ignore[misc]


def test_a_file_of_years_makes_closed_history_and_one_open_enrolment(school: School, tmp_path: Path) -> None:
    rows = [
        (*ANN, "G5", "Grade 5 Coral", "2026-27", "", ""),
        (*ANN, "G4", "Grade 4 Reef", "2025-26", "Promoted", ""),
    ]
    assert counts(bring(school, tmp_path / "a.csv", rows)) == (2, 0, 0, 0)
    found = enrolments(school)
    assert [row[:2] for row in found] == [("2025-26", "G4"), ("2026-27", "G5")]
    assert found[0][3] is not None
    assert (found[0][4], found[1][3]) == ("promoted", None)
    with school.db.read() as session:
        stays = session.scalars(select(ClassPupil.ends_on)).all()
        assert len(session.scalars(select(Person)).all()) == 1
    assert sorted(stay is None for stay in stays) == [False, True]
    assert counts(bring(school, tmp_path / "a.csv", rows)) == (0, 0, 2, 0)


def test_a_past_year_of_a_pupil_who_is_here_comes_before_it(school: School, tmp_path: Path) -> None:
    bring(school, tmp_path / "a.csv", [(*ANN, "G5", "", "", "", "")])
    past = [("R-001", "Anne-Old-Spelling", "Example", "F", "G4", "", "2025-26", "repeated", "")]
    assert counts(bring(school, tmp_path / "b.csv", past)) == (1, 0, 0, 0)
    with school.db.read() as session:
        names = session.scalars(select(Person.given_names)).all()
        (past_id,) = session.scalars(select(Enrolment.id).where(Enrolment.ends_on.is_not(None)))
    assert names == ["Ann"], "the record is newer than the file"
    assert past_id is not None
    mended = [(*ANN, "G4", "", "2025-26", "promoted", "")]
    assert counts(bring(school, tmp_path / "b.csv", mended)) == (0, 1, 0, 0)
    assert enrolments(school)[0][4] == "promoted"


def test_who_left_leaves_with_a_coded_reason(school: School, tmp_path: Path) -> None:
    heading = (*HEADING, "ends_on")
    rows = [(*ANN, "G5", "", "", "", "EMI_CAR", "2026-10-02")]
    assert counts(bring(school, tmp_path / "a.csv", rows, heading)) == (1, 0, 0, 0)
    assert enrolments(school)[0][3:] == (date(2026, 10, 2), None, "emigrated")
    out = tmp_path / "out.xlsx"
    assert export_records(school.db, school.actor, Kind.STUDENTS, out, term=1, today=IN_TERM) == 0
    on_roll = [("R-002", "Ben", "Example", "M", "G5", "", "", "", "", "")]
    bring(school, tmp_path / "b.csv", on_roll, heading)
    leaving = [("R-002", "Ben", "Example", "M", "G5", "", "2026-27", "", "DRO_WORK", "2026-10-30")]
    assert counts(bring(school, tmp_path / "b.csv", leaving, heading)) == (0, 1, 0, 0)
    assert counts(bring(school, tmp_path / "b.csv", leaving, heading)) == (0, 0, 1, 0)
    assert enrolments(school)[1][3:] == (date(2026, 10, 30), None, "dropped_out")


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"year": "1999"}, "year", "There is no school year called 1999"),
        ({"outcome": "happy"}, "outcome", "Type promoted"),
        ({"exit_reason": "bored"}, "exit_reason", "bored is not in the list"),
        ({"ends_on": "2027-01-01"}, "ends_on", "not after today"),
        ({"ends_on": "2026-08-01"}, "ends_on", "before the first"),
    ],
)
def test_what_cannot_be_is_told(
    school: School, tmp_path: Path, change: dict[str, str], column: str, reason: str
) -> None:
    heading = (*HEADING, "ends_on")
    row = dict(zip(heading, (*ANN, "G5", "", "", "", "", ""), strict=True)) | change
    ((line, where, why),) = said(bring(school, tmp_path / "a.csv", [tuple(row.values())], heading))
    assert (line, where) == (2, column)
    assert reason in why


def test_two_enrolments_at_the_same_time_are_refused(school: School, tmp_path: Path) -> None:
    rows = [
        (*ANN, "G5", "", "2026-27", "", ""),
        (*ANN, "G4", "", "", "", ""),
    ]
    assert said(bring(school, tmp_path / "a.csv", rows))[0][:2] == (3, "starts_on")


# -- OpenEMIS -------------------------------------------------------------------------------------

USERS = (
    *("OpenEMIS ID (Leave as blank for new entries)", "First Name *", "Middle Name", "Third Name"),
    *("Last Name *", "Preferred Name", "Gender Code (M/F) *", "Date Of Birth ( DD/MM/YYYY ) *", "Address"),
    *("Postal Code", "Address Area Code", "Birthplace Area Code", "Account Type Code *"),
)
ADMISSION = (
    *("Academic Period Code", "Education Grade Code", "Class Code (Optional)"),
    *("Start Date ( DD/MM/YYYY )", "OpenEMIS ID"),
)


def openemis(path: Path, title: str, heading: Sequence[str], *rows: Sequence[str | date]) -> Path:
    """A workbook as OpenEMIS writes one: title, headings, rows, and a sheet of references."""
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet = book.add_worksheet("Data")
        sheet.merge_range(0, 2, 0, len(heading) - 1, title)
        sheet.write_row(1, 0, heading)
        for number, row in enumerate(rows, 2):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, column, cell, day)
                else:
                    sheet.write_string(number, column, cell)
        book.add_worksheet("References").write_row(0, 0, ["Gender Code", "M", "F"])
    return path


def test_both_student_workbooks_of_openemis_are_read(school: School, tmp_path: Path) -> None:
    users = openemis(
        tmp_path / "OpenEMIS_Core_Import_Users_Template.xlsx",
        "Import Users Data",
        USERS,
        ("1523001", "Ann", "Marie", "", "Example", "", "F", date(2016, 3, 12), "", "", "", "", "STU"),
        ("1523002", "Tom", "", "", "Teach", "", "M", date(1980, 1, 1), "", "", "", "", "STA"),
    )
    assert "Give the grade or the class." in said(take(school, users))[0][2]
    report = take(school, users, grade="G4")
    assert counts(report) == (1, 0, 0, 0), said(report)
    assert counts(take(school, users, grade="G4")) == (0, 0, 1, 0)
    with school.db.read() as session:
        person = session.scalars(select(Person)).one()
    assert (person.given_names, person.family_name, person.birth_date) == (
        *("Ann Marie", "Example"),
        date(2016, 3, 12),
    )
    admission = openemis(
        tmp_path / "admission.xlsx",
        "Import Student Admission Data",
        ADMISSION,
        ("2026", "G4", "Grade 4 Reef", date(2026, 9, 7), "1523001"),
        ("2026", "G4", "Grade 4 Reef", date(2026, 9, 7), "1523009"),
    )
    report = take(school, admission)
    assert said(report) == [(4, "number", "No pupil has the number 1523009. Bring in the pupils first.")]
    admission = openemis(
        admission, "Data", ADMISSION, ("2026", "G4", "Grade 4 Reef", date(2026, 9, 7), "1523001")
    )
    assert counts(take(school, admission)) == (0, 1, 0, 0)
    assert counts(take(school, admission)) == (0, 0, 1, 0)
