"""A roster for other programs: the files that OneRoster 1.2 names, every reference answered, texts raw."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from emis_desktop.errors import BadFile
from emis_desktop.exchange.columns import Kind
from emis_desktop.exchange.oneroster import HEADINGS
from emis_desktop.exchange.writing import write_table
from emis_desktop.jobs.export_records import export_records
from emis_desktop.jobs.import_records import Source, import_records
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.services.staff import StaffService
from tests.factories.schools import IN_TERM, School, demo_profile, opened_school

Rows = dict[str, list[dict[str, str]]]
PUPILS = [
    ["number", "given_names", "family_name", "sex", "birth_date", "grade", "class", "guardian_name",
     "guardian_phone"],
    ["R-001", "-Ann", "=Example", "F", "2016-03-12", "G5", "Grade 5 Coral", "Eve Example", "473 440 0101"],
    ["R-002", "Élodie", "Example", "M", "", "G5", "Grade 5 Coral", "", ""],
]  # fmt: skip


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as made:
        write_table(tmp_path / "in.csv", PUPILS[0], PUPILS[1:])
        source = Source(Kind.STUDENTS, tmp_path / "in.csv")
        import_records(made.db, made.actor, source, dry_run=False, today=IN_TERM, profile=demo_profile())
        StaffService(made.db, made.actor).add(made.id, "Tom", "Teach", date(2026, 9, 1))
        yield made


def read(path: Path) -> Rows:
    with zipfile.ZipFile(path) as archive:
        texts = {name.removesuffix(".csv"): archive.read(name).decode() for name in archive.namelist()}
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


def written(school: School, path: Path) -> Rows:
    assert export_records(school.db, school.actor, Kind.ONEROSTER, path, today=IN_TERM) == 4
    return read(path)


def test_every_file_has_its_columns_and_stands_in_the_manifest(school: School, tmp_path: Path) -> None:
    found = written(school, tmp_path / "roster.zip")
    said = {row["propertyName"]: row["value"] for row in found.pop("manifest")}
    assert (said["manifest.version"], said["oneroster.version"]) == ("1.0", "1.2")
    assert {name for name, value in said.items() if value == "bulk"} == {f"file.{name}" for name in HEADINGS}
    assert found.keys() == HEADINGS.keys()
    for name, rows in found.items():
        assert rows, name
        assert tuple(rows[0]) == HEADINGS[name]
        assert len({row["sourcedId"] for row in rows}) == len(rows), name
        assert {(row["status"], row["dateLastModified"]) for row in rows} == {("", "")}, "bulk"


def test_every_reference_is_answered(school: School, tmp_path: Path) -> None:
    found = written(school, tmp_path / "roster.zip")
    ids = {name: {row["sourcedId"] for row in rows} for name, rows in found.items() if name != "manifest"}
    points = {
        ("users", "primaryOrgSourcedId"): "orgs",
        ("users", "agentSourcedIds"): "users",
        ("roles", "userSourcedId"): "users",
        ("roles", "orgSourcedId"): "orgs",
        ("classes", "courseSourcedId"): "courses",
        ("classes", "schoolSourcedId"): "orgs",
        ("classes", "termSourcedIds"): "academicSessions",
        ("courses", "orgSourcedId"): "orgs",
        ("courses", "schoolYearSourcedId"): "academicSessions",
        ("enrollments", "classSourcedId"): "classes",
        ("enrollments", "userSourcedId"): "users",
        ("enrollments", "schoolSourcedId"): "orgs",
        ("demographics", "sourcedId"): "users",
        ("orgs", "parentSourcedId"): "orgs",
        ("academicSessions", "parentSourcedId"): "academicSessions",
    }
    for (name, column), target in points.items():
        for row in found[name]:
            for one in filter(None, row[column].split(",")):
                assert one in ids[target], (name, column)


def test_texts_are_raw_and_a_roster_written_again_is_the_same(school: School, tmp_path: Path) -> None:
    found = written(school, tmp_path / "roster.zip")
    names = {(row["givenName"], row["familyName"]): row for row in found["users"]}
    ann = names["-Ann", "=Example"]
    assert (ann["identifier"], ann["grades"], ann["enabledUser"]) == ("R-001", "G5", "true")
    assert names["Eve", "Example"]["phone"] == "473 440 0101"
    roles = {row["userSourcedId"]: (row["role"], row["roleType"]) for row in found["roles"]}
    assert roles[ann["sourcedId"]] == ("student", "primary")
    assert roles[names["Tom", "Teach"]["sourcedId"]] == ("teacher", "primary")
    (year, *terms) = found["academicSessions"]
    assert (year["type"], year["schoolYear"], len(terms)) == ("schoolYear", "2027", 3)
    again = tmp_path / "again.zip"
    export_records(school.db, school.actor, Kind.ONEROSTER, again, today=IN_TERM)
    assert again.read_bytes() == (tmp_path / "roster.zip").read_bytes()


def test_who_may_not_read_phones_and_posts_gets_none(school: School, tmp_path: Path) -> None:
    officer = actor_of(new_id(), "Officer", Role.EXAMINATION_OFFICER)
    assert export_records(school.db, officer, Kind.ONEROSTER, tmp_path / "a.zip", today=IN_TERM) == 2
    assert all(row["phone"] == "" for row in read(tmp_path / "a.zip")["users"])
    stranger = actor_of(new_id(), "Office", Role.SCHOOL_ADMINISTRATOR, new_id())
    assert export_records(school.db, stranger, Kind.ONEROSTER, tmp_path / "b.zip", today=IN_TERM) == 0


def test_another_ending_is_refused(school: School, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"as \.zip"):
        export_records(school.db, school.actor, Kind.ONEROSTER, tmp_path / "a.csv", today=IN_TERM)
    assert not (tmp_path / "a.csv").exists()
