"""The real sample data as files that the importer takes: names, numbers, birth dates and classes are
invented.

Measured and kept: school, sex, age, guardian, three grades out of 20, absences of the year, past
failures. A grade period becomes a term; the absences stay a total of the year, because nobody counted
them by term.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Final

from emis_desktop.demo_words import SAMPLES, demo_words
from emis_desktop.errors import BadFile
from emis_desktop.profiles import CountryProfile, Grade, SchoolYear, school_year
from emis_desktop.profiles.synthetic import SyntheticPerson, synthetic_people
from emis_desktop.rules.student_number import number_text, student_number
from resources.words import N_

STUDENT_MAT: Final = SAMPLES / "student-mat.csv"
SUBJECT: Final = "S-MA"
"""The subject of the sample, mathematics, as the demo country codes it."""

SCHOOLS: Final = {"GP": "D-0201", "MS": "D-0202"}
"""The sample's schools and the codes of the invented schools that stand for them."""

FIRST_SERIAL: Final = 200_001
"""The first student number of the sample, clear of those of the demo school."""

CLASS_SIZE: Final = 30
_GUARDIANS: Final = {"mother": "MOTHER", "father": "FATHER", "other": "OTHER"}
_PERIODS: Final = ("G1", "G2", "G3")


@dataclass(frozen=True, slots=True)
class Measured:
    """A pupil as measured: ``grades`` of the three periods out of 20, absences of the year, past failures."""

    school: str
    sex: str
    age: int
    guardian: str
    failures: int
    absences: int
    grades: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class TableRows:
    """A table to write: names of its columns and rows of text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SampleFiles:
    """The sample as import files. ``facts`` are measured values the importer has no column for, by number."""

    students: TableRows
    marks: TableRows
    absences: TableRows
    facts: TableRows


@dataclass(frozen=True, slots=True)
class _Pupil:
    number: str
    person: SyntheticPerson
    guardian: SyntheticPerson
    grade: Grade
    class_name: str
    measured: Measured


def read_student_mat(path: Path = STUDENT_MAT) -> tuple[Measured, ...]:
    """The pupils in ``path``. Raises :class:`BadFile` when it is not the sample."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return tuple(_measured(row) for row in csv.DictReader(stream))
    except (OSError, KeyError, TypeError, ValueError, csv.Error):
        raise BadFile(
            N_("{file} is not the sample of pupils that it should be. Put the original file back."),
            file=path.name,
        ) from None


def sample_files(
    profile: CountryProfile, start_year: int, seed: int = 1, pupils: Iterable[Measured] | None = None
) -> SampleFiles:
    """The sample in the school year of ``profile`` that begins in ``start_year``.

    The same seed gives the same names. Ages are those measured, in completed years on the profile's day.
    """
    year = school_year(profile, start_year)
    people = _pupils(profile, year, seed, tuple(read_student_mat() if pupils is None else pupils))
    return SampleFiles(_students(people, year), _marks(people, year), _absences(people, year), _facts(people))


def _measured(row: dict[str, str]) -> Measured:
    grades = [int(row[period]) for period in _PERIODS]
    if not all(0 <= grade <= 20 for grade in grades):
        raise ValueError("a grade lies between 0 and 20")
    if row["school"] not in SCHOOLS or row["sex"] not in {"F", "M"} or row["guardian"] not in _GUARDIANS:
        raise ValueError("an unknown code")
    return Measured(
        school=row["school"],
        sex=row["sex"],
        age=int(row["age"]),
        guardian=row["guardian"],
        failures=int(row["failures"]),
        absences=int(row["absences"]),
        grades=(grades[0], grades[1], grades[2]),
    )


def _pupils(
    profile: CountryProfile, year: SchoolYear, seed: int, sample: tuple[Measured, ...]
) -> tuple[_Pupil, ...]:
    rng = Random(f"sample/{seed}")  # noqa: S311 - invented dates are no secret
    named = {sex: synthetic_people(len(sample), f"{seed}/pupils/{sex}", sexes=(sex,)) for sex in ("F", "M")}
    guardians = _guardians(sample, seed)
    grades = [_grade(profile, pupil.age) for pupil in sample]
    classes = _classes(sample, grades)
    age_date = profile.age_date(year.start_year)
    pupils = []
    for place, (measured, grade, class_name) in enumerate(zip(sample, grades, classes, strict=True)):
        born = _birth_date(age_date, measured.age, rng)
        person = replace(named[measured.sex][place], birth_date=born)
        number = number_text(student_number(FIRST_SERIAL + place))
        pupils.append(_Pupil(number, person, guardians[place], grade, class_name, measured))
    return tuple(pupils)


def _guardians(sample: tuple[Measured, ...], seed: int) -> list[SyntheticPerson]:
    """A guardian for each pupil: a mother has a woman's name, a father a man's, others in turn."""
    women, men = (
        synthetic_people(
            len(sample), f"{seed}/{sex}", born_from=date(1965, 1, 1), born_to=date(1988, 12, 31), sexes=(sex,)
        )
        for sex in ("F", "M")
    )
    return [
        men[place]
        if pupil.guardian == "father" or (pupil.guardian == "other" and place % 2)
        else women[place]
        for place, pupil in enumerate(sample)
    ]


def _grade(profile: CountryProfile, age: int) -> Grade:
    """The grade whose official age is ``age``; the last one for who is older."""
    return next((grade for grade in profile.grades if grade.official_age >= age), profile.grades[-1])


def _classes(sample: tuple[Measured, ...], grades: list[Grade]) -> list[str]:
    """A class for each pupil, about thirty a class, by school and grade, dealt out in turn."""
    rolls: dict[tuple[str, str], int] = {}
    for pupil, grade in zip(sample, grades, strict=True):
        rolls[pupil.school, grade.code] = rolls.get((pupil.school, grade.code), 0) + 1
    dealt: dict[tuple[str, str], int] = {}
    names = []
    for pupil, grade in zip(sample, grades, strict=True):
        key = pupil.school, grade.code
        count = -(-rolls[key] // CLASS_SIZE)
        names.append(f"{grade.label} {demo_words().class_names[dealt.get(key, 0) % count]}")
        dealt[key] = dealt.get(key, 0) + 1
    return names


def _birth_date(age_date: date, age: int, rng: Random) -> date:
    """A day of birth of which ``age`` completed years have passed on ``age_date``."""
    latest = age_date.replace(year=age_date.year - age)
    return latest - timedelta(days=rng.randrange(365))


def _students(pupils: tuple[_Pupil, ...], year: SchoolYear) -> TableRows:
    columns = (
        *("number", "given_names", "family_name", "sex", "birth_date", "institution", "grade", "class"),
        *("starts_on", "guardian_given_names", "guardian_family_name", "guardian_relation", "guardian_phone"),
        "synthetic",
    )
    rows = (
        (
            pupil.number,
            pupil.person.given_names,
            pupil.person.family_name,
            pupil.person.sex,
            pupil.person.birth_date.isoformat(),
            SCHOOLS[pupil.measured.school],
            pupil.grade.code,
            pupil.class_name,
            year.starts_on.isoformat(),
            pupil.guardian.given_names,
            pupil.guardian.family_name,
            _GUARDIANS[pupil.measured.guardian],
            f"003 {serial:04d}",
            "yes",
        )
        for serial, pupil in enumerate(pupils, start=1)
    )
    return TableRows(columns, tuple(rows))


def _marks(pupils: tuple[_Pupil, ...], year: SchoolYear) -> TableRows:
    columns = ("number", "subject", "term", "item", "mark", "maximum", "weight", "part", "year")
    rows = (
        (pupil.number, SUBJECT, str(term.number), "Period grade", str(grade), "20", "100", "exam", year.code)
        for pupil in pupils
        for term, grade in zip(year.terms, pupil.measured.grades, strict=True)
    )
    return TableRows(columns, tuple(rows))


def _absences(pupils: tuple[_Pupil, ...], year: SchoolYear) -> TableRows:
    """Days absent in the whole year: the term stays empty."""
    rows = ((pupil.number, "", str(pupil.measured.absences), year.code) for pupil in pupils)
    return TableRows(("number", "term", "absent", "year"), tuple(rows))


def _facts(pupils: tuple[_Pupil, ...]) -> TableRows:
    columns = ("number", "school", "age", "failures", "absences")
    rows = (
        (
            pupil.number,
            pupil.measured.school,
            str(pupil.measured.age),
            str(pupil.measured.failures),
            str(pupil.measured.absences),
        )
        for pupil in pupils
    )
    return TableRows(columns, tuple(rows))
