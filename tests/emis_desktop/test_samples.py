"""The real sample as import files: what was measured comes through unchanged, what is invented says so."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from emis_desktop.errors import BadFile
from emis_desktop.profiles import CountryProfile, load_profile
from emis_desktop.rules.dates import age_on
from emis_desktop.rules.student_number import parse_student_number
from emis_desktop.samples import SCHOOLS, STUDENT_MAT, SampleFiles, TableRows, read_student_mat, sample_files


@pytest.fixture(scope="module")
def profile() -> CountryProfile:
    return load_profile("XD")


@pytest.fixture(scope="module")
def files(profile: CountryProfile) -> SampleFiles:
    return sample_files(profile, 2025)


@pytest.fixture(scope="module")
def source() -> list[dict[str, str]]:
    with STUDENT_MAT.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _records(table: TableRows) -> list[dict[str, str]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_the_sample_is_whole() -> None:
    sample = read_student_mat()
    assert len(sample) == 395
    assert Counter(pupil.school for pupil in sample) == {"GP": 349, "MS": 46}
    assert Counter(pupil.sex for pupil in sample) == {"F": 208, "M": 187}
    assert sum(pupil.absences for pupil in sample) == 2255
    assert [sum(pupil.grades[n] for pupil in sample) for n in range(3)] == [4309, 4232, 4114]


def test_marks_are_those_that_were_measured(files: SampleFiles, source: list[dict[str, str]]) -> None:
    marks = _records(files.marks)
    assert len(marks) == 3 * 395
    numbers = [row["number"] for row in _records(files.students)]
    by_key = {(row["number"], row["term"]): row["mark"] for row in marks}
    for number, pupil in zip(numbers, source, strict=True):
        assert [by_key[number, str(term)] for term in (1, 2, 3)] == [pupil["G1"], pupil["G2"], pupil["G3"]]
    assert {(row["maximum"], row["weight"], row["subject"], row["year"]) for row in marks} == {
        ("20", "100", "S-MA", "2025-26")
    }


def test_absences_stay_a_total_of_the_year(files: SampleFiles, source: list[dict[str, str]]) -> None:
    absences = _records(files.absences)
    assert [row["absent"] for row in absences] == [pupil["absences"] for pupil in source]
    assert {row["term"] for row in absences} == {""}
    assert [row["failures"] for row in _records(files.facts)] == [pupil["failures"] for pupil in source]


def test_pupils_keep_sex_age_school_and_guardian(
    files: SampleFiles, source: list[dict[str, str]], profile: CountryProfile
) -> None:
    relations = {"mother": "MOTHER", "father": "FATHER", "other": "OTHER"}
    listed = {entry.code for entry in profile.code_lists["guardian_relation"]}
    for row, pupil in zip(_records(files.students), source, strict=True):
        born = date.fromisoformat(row["birth_date"])
        assert age_on(born, profile.age_date(2025)) == int(pupil["age"])
        assert row["sex"] == pupil["sex"]
        assert row["institution"] == SCHOOLS[pupil["school"]]
        assert row["guardian_relation"] == relations[pupil["guardian"]]
        assert row["guardian_relation"] in listed
        assert row["synthetic"] == "yes"
        assert row["family_name"].endswith("-Demo")
        assert row["guardian_family_name"].endswith("-Demo")


def test_numbers_are_sound_and_names_are_different(files: SampleFiles) -> None:
    students = _records(files.students)
    assert len({parse_student_number(row["number"]) for row in students}) == 395
    assert len({(row["sex"], row["given_names"], row["family_name"]) for row in students}) == 395
    assert len({row["guardian_phone"] for row in students}) == 395


def test_classes_are_of_one_grade_and_about_thirty(files: SampleFiles, profile: CountryProfile) -> None:
    students = _records(files.students)
    rolls = Counter((row["institution"], row["class"]) for row in students)
    assert max(rolls.values()) <= 30
    assert all(row["class"].startswith(profile.grade(row["grade"]).label + " ") for row in students)
    by_grade = Counter((row["institution"], row["grade"]) for row in students)
    for (school, grade), roll in by_grade.items():
        label = profile.grade(grade).label
        sizes = [n for (where, name), n in rolls.items() if where == school and name.startswith(label)]
        assert sum(sizes) == roll
        assert max(sizes) - min(sizes) <= 1


def test_the_same_seed_gives_the_same_files(profile: CountryProfile, files: SampleFiles) -> None:
    assert sample_files(profile, 2025) == files
    other = sample_files(profile, 2025, seed=2)
    assert other.students != files.students
    assert other.marks == files.marks


def test_a_part_of_the_sample(profile: CountryProfile) -> None:
    few = sample_files(profile, 2026, pupils=read_student_mat()[:31])
    assert len(few.students.rows) == 31
    assert {row["year"] for row in _records(few.marks)} == {"2026-27"}


HEAD = "school,sex,age,guardian,failures,absences,G1,G2,G3\n"


@pytest.mark.parametrize(
    "text",
    [
        "school,sex\nGP,F\n",
        HEAD + "GP,F,17,mother,0,4,5,6,21\n",
        HEAD + "GP,F,17,mother,0,4,5,6,-1\n",
        HEAD + "XX,F,17,mother,0,4,5,6,7\n",
        HEAD + "GP,X,17,mother,0,4,5,6,7\n",
        HEAD + "GP,F,17,aunt,0,4,5,6,7\n",
        HEAD + "GP,F,old,mother,0,4,5,6,7\n",
        HEAD + "GP,F\n",
    ],
)
def test_a_file_that_is_not_the_sample_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "student-mat.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(BadFile, match=r"student-mat.csv is not the sample of pupils"):
        read_student_mat(path)
    with pytest.raises(BadFile):
        read_student_mat(tmp_path / "not there.csv")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "student-mat.csv"
    path.write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(BadFile):
        read_student_mat(path)
