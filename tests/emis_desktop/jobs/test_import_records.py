"""Bringing files in: dry runs leave nothing, row errors say what to do, twice is once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, func, select

from emis_desktop.errors import BadFile, Cancelled, Refused
from emis_desktop.exchange.columns import Kind
from emis_desktop.exchange.reading import read_table
from emis_desktop.exchange.writing import write_table
from emis_desktop.jobs.export_records import export_records, write_template
from emis_desktop.jobs.import_records import FileChanged, ImportReport, Source, import_records
from emis_desktop.models import (
    AcademicPeriod,
    Act,
    AssessmentItem,
    AttendanceTotal,
    ClassPupil,
    ClassSubject,
    EducationGrade,
    Enrolment,
    Guardianship,
    Mark,
    Person,
    PersonContact,
    PersonIdentity,
    SchoolClass,
    Subject,
)
from emis_desktop.profiles import load_profile
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.school import SchoolQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.samples import sample_files
from emis_desktop.services.enrolments import leave
from emis_desktop.services.importing.made import sentences
from emis_desktop.services.importing.subjects import SubjectNames
from emis_desktop.services.mark_checks import Seat
from emis_desktop.services.structure import NewClass, NewSchool, StructureService, create_school
from emis_desktop.services.students import StudentService
from emis_desktop.services.undo import UndoService
from resources.words import Words
from tests.factories.schools import IN_TERM, School, demo_profile, opened_school

HEADING = ["number", "given_names", "family_name", "sex", "birth_date", "grade", "class"]
ANN = ["0000 0001-7", "Ann", "Pupil 0001", "F", "2016-03-12", "G5", "Grade 5 Coral"]
GRADES = (
    "Pre-school (age 3), Pre-school (age 4), Kindergarten, Grade 1, Grade 2, Grade 3, Grade 4, Grade 5, "
    "Grade 6, Form 1, Form 2, Form 3, Form 4, Form 5, Lower Form 6, Upper Form 6"
)
BEN = ["", "Ben", "Pupil 0002", "M", "12/3/2016", "Grade 5", "Grade 5 Coral"]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as made:
        yield made


def bring(
    school: School, folder: Path, kind: Kind, *rows: list[str], dry_run: bool = False, ending: str = ".csv"
) -> ImportReport:
    """Bring in the sound rows of a file."""
    path = folder / f"in{ending}"
    write_table(path, rows[0], rows[1:])
    return import_records(
        school.db,
        school.actor,
        Source(kind, path),
        dry_run=dry_run,
        sound_only=True,
        today=IN_TERM,
        profile=demo_profile(),
    )


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.errors)


def told(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, str(error.reason)) for error in report.errors]


def number_of_rows(school: School, *models: type) -> list[int]:
    with school.db.read() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def test_a_dry_run_says_all_and_leaves_nothing(school: School, tmp_path: Path) -> None:
    before = number_of_rows(school, Person, Enrolment, SchoolClass, Act)
    report = bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN, BEN, dry_run=True)
    assert (report.dry_run, counts(report)) == (True, (2, 0, 0, 0))
    assert number_of_rows(school, Person, Enrolment, SchoolClass, Act) == before


def test_a_file_that_changed_after_its_try_is_not_written(school: School, tmp_path: Path) -> None:
    report = bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN, dry_run=True)
    source = Source(Kind.STUDENTS, tmp_path / "in.csv", tried=report.content)
    write_table(source.path, HEADING, [[*ANN[:1], "Eve", *ANN[2:]]])
    with pytest.raises(FileChanged, match=r"in\.csv has changed since it was tried"):
        import_records(school.db, school.actor, source, dry_run=False, today=IN_TERM)
    assert number_of_rows(school, Person) == [0]
    write_table(source.path, HEADING, [ANN])
    assert import_records(school.db, school.actor, source, dry_run=False, today=IN_TERM).created == 1


def test_pupils_come_in_with_class_number_and_one_act(school: School, tmp_path: Path) -> None:
    (acts,) = number_of_rows(school, Act)
    assert counts(bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN, BEN)) == (2, 0, 0, 0)
    assert number_of_rows(school, Act) == [acts + 1]
    with school.db.read() as session:
        numbers = dict(session.execute(select(PersonIdentity.kind, PersonIdentity.number)).all())
        (coral,) = session.scalars(select(SchoolClass.name)).all()
        born = session.scalars(select(Person.birth_date).where(Person.given_names == "Ben")).one()
        starts = set(session.scalars(select(Enrolment.starts_on)))
    assert numbers["national"] == "000000017"
    assert numbers["provisional"].endswith("-0001")
    assert (coral, born, starts) == ("Grade 5 Coral", date(2016, 3, 12), {date(2026, 9, 7)})


def test_a_class_that_is_made_is_taught_what_settings_would_give_it(school: School, tmp_path: Path) -> None:
    long = ["", "Cy", "Pupil 0003", "M", "", "G5", "C" * 81]
    report = bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN, long)
    assert told(report) == [(3, "class", "A class has a name of 1 to 80 characters. Type one.")]
    structure = StructureService(school.db, school.actor, demo_profile())
    other = structure.create_class(
        NewClass(school.id, school.year, "Grade 5 Reef", (school.made.grades["G5"],))
    )
    queries = SchoolQueries(school.db, school.actor)
    (coral,) = [
        one.id for one in queries.classes(school.id, school.year, IN_TERM) if one.name == "Grade 5 Coral"
    ]
    taught = [subject.code for subject in queries.subjects_of(coral)]
    assert taught == [subject.code for subject in demo_profile().subjects_of("G5")] != []
    assert taught == [subject.code for subject in queries.subjects_of(other)]


def test_twice_is_once_with_and_without_a_number(school: School, tmp_path: Path) -> None:
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN, BEN)
    (acts,) = number_of_rows(school, Act)
    assert counts(bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN, BEN)) == (0, 0, 2, 0)
    assert number_of_rows(school, Act) == [acts]


def test_a_changed_row_changes_the_record(school: School, tmp_path: Path) -> None:
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)
    heading = [*HEADING, "phone", "guardian_name", "guardian_relation", "guardian_phone"]
    changed = [
        ANN[0],
        "Ann Marie",
        *ANN[2:6],
        "Grade 5 Reef",
        "473 440 0101",
        "Eve Guardian",
        "aunt",
        "473 440 0102",
    ]
    assert counts(bring(school, tmp_path, Kind.STUDENTS, heading, changed)) == (0, 1, 0, 0)
    assert counts(bring(school, tmp_path, Kind.STUDENTS, heading, changed)) == (0, 0, 1, 0)
    with school.db.read() as session:
        assert session.scalars(select(Person.given_names).where(Person.sex == "F")).one() == "Ann Marie"
        stays = session.execute(select(ClassPupil.ends_on, SchoolClass.name).join(SchoolClass)).all()
        assert sorted(stays, key=str) == [(None, "Grade 5 Reef"), (IN_TERM, "Grade 5 Coral")]
        assert session.scalars(select(Guardianship.relation)).one() == "AUNT"
        assert set(session.scalars(select(PersonContact.value))) == {"473 440 0101", "473 440 0102"}
    again = [*changed[:8], "Eve Guardian", "MOTHER", "473 440 0109"]
    assert counts(bring(school, tmp_path, Kind.STUDENTS, heading, again)) == (0, 1, 0, 0)
    with school.db.read() as session:
        assert session.scalars(select(Guardianship.relation)).one() == "MOTHER"
        assert "473 440 0109" in set(session.scalars(select(PersonContact.value)))


def test_mother_and_father_are_both_kept(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "Mother", "Mother's tel.", "Father", "Parent/Guardian", "Relationship"]
    row = [*ANN, "Eve Guardian", "473 440 0102", "Bob Guardian", "Eve Guardian", "Mère"]
    assert counts(bring(school, tmp_path, Kind.STUDENTS, heading, row)) == (1, 0, 0, 0)
    assert counts(bring(school, tmp_path, Kind.STUDENTS, heading, row)) == (0, 0, 1, 0)
    with school.db.read() as session:
        links = session.execute(select(Guardianship.relation, Guardianship.priority)).all()
    assert sorted(links) == [("FATHER", 2), ("MOTHER", 1)]
    more = [*row[:7], "Eve Guardian", "", "Tom Guardian", "Aunty Guardian", "aunt"]
    assert counts(bring(school, tmp_path, Kind.STUDENTS, heading, more)) == (0, 1, 0, 0)
    with school.db.read() as session:
        links = session.execute(select(Guardianship.relation, Guardianship.priority)).all()
    assert sorted(links) == [("AUNT", 3), ("FATHER", 2), ("FATHER", 4), ("MOTHER", 1)]


@pytest.mark.parametrize(
    ("guardian", "mother_phone", "expected"),
    [
        (("", ""), "473 440 0109", ("MOTHER", "473 440 0109")),
        (("aunt", ""), "473 440 0109", ("AUNT", "473 440 0109")),
        (("", "473 440 0102"), "473 440 0109", ("MOTHER", "473 440 0102")),
        (("", "473 440 0102"), "", ("MOTHER", "473 440 0102")),
    ],
)
def test_a_guardian_named_in_two_places_has_what_either_says(
    school: School,
    tmp_path: Path,
    guardian: tuple[str, str],
    mother_phone: str,
    expected: tuple[str, str],
) -> None:
    heading = [
        *HEADING,
        "guardian_name",
        "guardian_relation",
        "guardian_phone",
        "mother_name",
        "mother_phone",
    ]
    row = [*ANN, "Eve Guardian", *guardian, "EVE  Guardian", mother_phone]
    assert counts(bring(school, tmp_path, Kind.STUDENTS, heading, row)) == (1, 0, 0, 0)
    with school.db.read() as session:
        relation = session.scalars(select(Guardianship.relation)).one()
        phone = session.scalars(select(PersonContact.value)).one()
    assert (relation, phone) == expected
    assert counts(bring(school, tmp_path, Kind.STUDENTS, heading, row)) == (0, 0, 1, 0)


NAMELESS = "No name goes with this. Add the name, or leave this column out."
WHOLE = "Write given names and family name, such as Ann Example."


@pytest.mark.parametrize(
    ("said", "column", "reason"),
    [
        ({"Parent phone": "473 440 0102"}, "guardian_phone", NAMELESS),
        ({"guardian_relation": "aunt"}, "guardian_relation", NAMELESS),
        ({"mother_phone": "473 440 0102"}, "mother_phone", NAMELESS),
        ({"father_phone": "473 440 0102", "mother_name": "Eve Guardian"}, "father_phone", NAMELESS),
        ({"guardian_given_names": "Jane"}, "guardian_family_name", "Enter the family name."),
        ({"guardian_family_name": "Guardian"}, "guardian_given_names", "Enter the given names."),
        ({"guardian_name": "Jane"}, "guardian_name", WHOLE),
        ({"mother_name": "Jane"}, "mother_name", WHOLE),
        ({"father_name": "Jim", "father_phone": "473 440 0102"}, "father_name", WHOLE),
        (
            {"guardian_name": "Jane Guardian", "guardian_given_names": "Eve", "guardian_family_name": "Else"},
            "guardian_name",
            "The guardian’s name is another one in the other columns. Leave one of them out.",
        ),
    ],
)
def test_nothing_said_of_a_guardian_vanishes_or_is_invented(
    school: School, tmp_path: Path, said: dict[str, str], column: str, reason: str
) -> None:
    report = bring(school, tmp_path, Kind.STUDENTS, [*HEADING, *said], [*ANN, *said.values()])
    assert told(report) == [(2, column, reason)]
    assert number_of_rows(school, Person, PersonContact) == [0, 0]


def test_every_guardian_of_a_row_that_cannot_be_is_told(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "guardian_phone", "mother_phone", "father_name"]
    report = bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, "473 440 0102", "473 440 0103", "Jim"])
    assert [column for _, column, _ in told(report)] == ["guardian_phone", "mother_phone", "father_name"]


def test_a_guardian_named_whole_and_in_parts_is_one(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "guardian_name", "guardian_given_names", "guardian_family_name"]
    bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, "GUARDIAN Eve Ann", "Eve Ann", "Guardian"])
    with school.db.read() as session:
        names = session.execute(select(Person.given_names, Person.family_name)).all()
    assert ("Eve Ann", "Guardian") in names


def test_a_file_without_a_column_changes_nothing_of_it(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "repeater", "guardian_name", "guardian_relation"]
    bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, "yes", "Eve Guardian", "MOTHER"])
    again = bring(school, tmp_path, Kind.STUDENTS, [*HEADING, "guardian_name"], [*ANN, "Eve Guardian"])
    assert counts(again) == (0, 0, 1, 0)
    said = bring(school, tmp_path, Kind.STUDENTS, [*HEADING, "repeater"], [*ANN, ""])
    assert counts(said) == (0, 1, 0, 0)
    with school.db.read() as session:
        assert session.scalars(select(Guardianship.relation)).one() == "MOTHER"
        assert session.scalars(select(Enrolment.repeater)).one() is False


def test_another_first_day_of_who_is_on_roll_is_told(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "starts_on"]
    bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, "2026-09-14"])
    assert counts(bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)) == (0, 0, 1, 0)
    assert told(bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, "2026-09-21"])) == [
        (
            2,
            "starts_on",
            "This pupil is on roll since 14 September 2026. Correct the day, or leave this column out.",
        )
    ]


def test_a_guardian_whose_relation_is_not_said_has_the_other_one(school: School, tmp_path: Path) -> None:
    bring(school, tmp_path, Kind.STUDENTS, [*HEADING, "guardian_name"], [*ANN, "Eve Guardian"])
    with school.db.read() as session:
        assert session.scalars(select(Guardianship.relation)).one() == "OTHER"


def test_a_number_does_not_turn_one_pupil_into_another(school: School, tmp_path: Path) -> None:
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)
    other = [ANN[0], "Zed", "Pupil 0099", "M", "2015-01-01", *ANN[5:]]
    assert told(bring(school, tmp_path, Kind.STUDENTS, HEADING, other)) == [
        (2, "number", "This number is another pupil’s: names and date of birth differ. Check the number.")
    ]


def latest(school: School) -> str:
    (line,) = HistoryQueries(school.db, school.actor).latest(1)
    return line.sentence.text(Words.load("en"))


def test_history_counts_the_pupils_of_a_file_and_not_their_guardians(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "phone", "guardian_name", "guardian_phone"]
    cy, di = ["", "Cy", *BEN[2:]], ["", "Di", *BEN[2:]]
    guarded, alone = ["", "Eve Guardian", "473 440 0102"], ["", "", ""]
    rows = [[*ANN, *guarded], [*BEN, *guarded], [*cy, *alone], [*di, *alone]]
    undo = UndoService(school.db, school.actor)
    bring(school, tmp_path, Kind.STUDENTS, heading, *rows)
    assert latest(school) == "4 pupils brought in from a file"
    undo.undo()
    assert latest(school) == "Undone: 4 pupils brought in from a file"
    undo.redo()
    bring(school, tmp_path, Kind.STUDENTS, heading, rows[2], [*di, "473 440 0101", *alone[1:]])
    assert latest(school) == "Di Pupil 0002 brought in from a file"
    moved = [[*each[:6], "Grade 5 Reef"] for each in (cy, di)]
    bring(school, tmp_path, Kind.STUDENTS, HEADING, *moved)
    assert latest(school) == "2 pupils brought in from a file"
    bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, *guarded[:2], "473 440 0109"])
    assert latest(school) == "2 pupils brought in from a file", "the phone stands on both records"
    bring(school, tmp_path, Kind.STUDENTS, heading, [*BEN, "", "Bob Guardian", "473 440 0110"])
    assert latest(school) == "Ben Pupil 0002 brought in from a file"
    bring(school, tmp_path, Kind.STUDENTS, [*HEADING, "address"], [*cy[:6], "Grade 5 Reef", "Harbour Road"])
    assert latest(school) == "Cy Pupil 0002 brought in from a file"


def test_siblings_share_their_guardian(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "guardian_given_names", "guardian_family_name", "guardian_phone"]
    guardian = ["Eve", "Guardian", "473 440 0102"]
    bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, *guardian], [*BEN, *guardian])
    assert number_of_rows(school, Person, Guardianship) == [3, 2]


def test_each_bad_row_says_why_and_the_rest_comes_in(school: School, tmp_path: Path) -> None:
    rows = [
        ANN,
        ["0000 0001-7", "Copy", "Of Ann", "F", "", "G5", ""],
        ["", "", "No Given", "F", "", "G5", ""],
        ["", "Ann", "Wrong Sex", "X", "", "G5", ""],
        ["", "Ann", "Wrong Day", "F", "31/02/2016", "G5", ""],
        ["", "Ann", "Not Born", "F", "2030-01-01", "G5", ""],
        ["", "Ann", "No Grade", "F", "", "Grade 99", ""],
        ["", "Ann", "No Class", "F", "", "", "Grade 5 Nowhere"],
        ["", "Ann", "Nothing", "F", "", "", ""],
    ]
    report = bring(school, tmp_path, Kind.STUDENTS, HEADING, *rows)
    assert told(report) == [
        (3, "number", "Row 2 is the same pupil. Take one of them away."),
        (4, "given_names", "Enter the given names."),
        (5, "sex", "Type F or M."),
        (6, "birth_date", "February 2016 has 29 days. Type a day from 1 to 29."),
        (7, "birth_date", "1 January 2030 is still to come. Check the year."),
        (8, "grade", f"There is no grade called Grade 99 in that year. The grades are: {GRADES}."),
        (9, "class", "There is no class called Grade 5 Nowhere. Give its grade as well, to make it."),
        (10, "grade", "Give the grade or the class."),
    ]
    assert counts(report) == (1, 0, 0, 8)
    assert number_of_rows(school, SchoolClass) == [1]


def test_all_faults_of_a_row_are_told_at_once(coral: School, tmp_path: Path) -> None:
    heading = [*HEADING, "phone", "guardian_name", "starts_on"]
    wrong = ["12", "", "Nobody", "X", "31/02/2016", "Grade 99", "New", "call us", "G" * 121, "tomorrow"]
    report = bring(coral, tmp_path, Kind.STUDENTS, heading, wrong)
    assert {error.column for error in report.errors} == {
        *("given_names", "sex", "birth_date", "grade", "phone", "guardian_name", "starts_on")
    }
    assert (report.left_out, report.rows, {error.row for error in report.errors}) == (1, 1, {2})
    row = ["9", "P-MA", "7", "TEST", "95", "x", "y", "party"]
    assert [(each[1]) for each in told(bring(coral, tmp_path, Kind.MARKS, FULLER, row))] == [
        *("maximum", "weight", "part", "term", "number")
    ]
    row = [ANN[0], "P-MA", "1", "Quiz", "95", "20", "", ""]
    assert [each[1] for each in told(bring(coral, tmp_path, Kind.MARKS, FULLER, row))] == ["mark", "weight"]


def test_nothing_of_a_refused_row_stays(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "guardian_name"]
    report = bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, "G" * 121])
    assert (counts(report), number_of_rows(school, Person)) == ((0, 0, 0, 1), [0])
    bring(school, tmp_path, Kind.STUDENTS, [*HEADING, "starts_on"], [*ANN, "2026-09-07"])
    with school.db.write(school.actor, "create_school") as session:
        create_school(session, NewSchool("D-0202", "Demo School Two"))
    school.actor = school.sign_in(Role.MINISTRY_OFFICER, everywhere=True)
    elsewhere = [ANN[0], "Annabel", *ANN[2:], "D-0202"]
    report = bring(school, tmp_path, Kind.STUDENTS, [*HEADING, "institution"], elsewhere)
    assert counts(report) == (0, 0, 0, 1)
    with school.db.read() as session:
        assert session.scalars(select(Person.given_names)).all() == ["Ann"]


def test_a_name_that_passed_to_another_grade_means_that_of_the_year(school: School, tmp_path: Path) -> None:
    with school.db.write(school.actor, "set_up") as session:
        old = session.get_one(EducationGrade, school.made.grades["G5"])
        old.valid_to = date(2026, 8, 31)
        session.get_one(EducationGrade, school.made.grades["G6"]).name = old.name
    row = ["", "Ben", "Pupil 0002", "M", "12/3/2016", "Grade 5", ""]
    before = ["", "Cy", "Pupil 0003", "M", "12/3/2016", "Grade 5", "", "2025-09-08"]
    report = bring(school, tmp_path, Kind.STUDENTS, [*HEADING, "starts_on"], [*row, ""], before)
    assert counts(report) == (2, 0, 0, 0)
    with school.db.read() as session:
        found = session.execute(select(Enrolment.period_id, Enrolment.grade_id)).all()
        grades = {row.period_id: row.grade_id for row in found}
    assert grades == {
        school.year: school.made.grades["G6"],
        school.made.years["2025-26"]: school.made.grades["G5"],
    }
    again = ["", "Di", "Pupil 0004", "F", "12/3/2016", "G5", ""]
    report = bring(school, tmp_path, Kind.STUDENTS, HEADING, again)
    ((row_number, column, said),) = told(report)
    assert (row_number, column) == (2, "grade")
    assert said.startswith("There is no grade called G5 in that year. The grades are: Pre-school")


def test_a_day_without_its_format_is_still_a_day(school: School, tmp_path: Path) -> None:
    row = ["", "Ben", "Pupil 0002", "M", "42441", "G5", "", "46272"]
    assert counts(bring(school, tmp_path, Kind.STUDENTS, [*HEADING, "starts_on"], row)) == (1, 0, 0, 0)
    with school.db.read() as session:
        assert session.scalars(select(Person.birth_date)).one() == date(2016, 3, 12)
        assert session.scalars(select(Enrolment.starts_on)).one() == date(2026, 9, 7)


def test_another_school_is_refused_here_and_taken_by_the_ministry(school: School, tmp_path: Path) -> None:
    with school.db.write(school.actor, "create_school") as session:
        create_school(session, NewSchool("D-0202", "Demo School Two"))
    row = [*ANN[:5], "D-0202", *ANN[5:]]
    heading = [*HEADING[:5], "institution", *HEADING[5:]]
    report = bring(school, tmp_path, Kind.STUDENTS, heading, row)
    assert told(report) == [
        (2, "institution", "Demo School Two is another school. Its own laptop brings it in.")
    ]
    report = bring(school, tmp_path, Kind.STUDENTS, heading, [*row[:5], "D-9999", *row[6:]])
    assert told(report)[0][2] == "There is no school D-9999 on this laptop. Check its code."
    school.actor = school.sign_in(Role.MINISTRY_OFFICER, everywhere=True)
    assert counts(bring(school, tmp_path, Kind.STUDENTS, heading, row)) == (1, 0, 0, 0)
    elsewhere = bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN[:5], "D-0107", *ANN[5:]])
    assert told(elsewhere)[0][2] == "This pupil is on the roll of another school. Ask it for a transfer."


def test_a_pupil_of_last_year_is_enrolled_again(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "starts_on"]
    bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN[:5], "G4", "Grade 4 Breeze", "2025-09-08"])
    assert counts(bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, ""])) == (0, 1, 0, 0)
    with school.db.read() as session:
        old, new = session.scalars(select(Enrolment).order_by(Enrolment.starts_on)).all()
        stay = session.scalars(select(ClassPupil).where(ClassPupil.enrolment_id == old.id)).one()
        year = session.get_one(AcademicPeriod, old.period_id)
    assert (new.previous_id, new.ends_on) == (old.id, None)
    assert (old.ends_on, stay.ends_on) == (year.ends_on, year.ends_on)
    assert year.ends_on < new.starts_on


def test_a_year_that_is_not_over_ends_the_day_before_the_next_begins(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "starts_on"]
    bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN[:5], "G4", "", "2025-09-08"])
    with school.db.write(school.actor, "change_year") as session:
        (old,) = session.scalars(select(Enrolment)).all()
        session.get_one(AcademicPeriod, old.period_id).ends_on = date(2026, 9, 30)
    bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, "2026-09-07"])
    with school.db.read() as session:
        old, new = session.scalars(select(Enrolment).order_by(Enrolment.starts_on)).all()
    assert (old.ends_on, new.starts_on) == (date(2026, 9, 6), date(2026, 9, 7))


def test_last_years_file_does_not_undo_what_came_after_it(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "starts_on"]
    last_year = [*ANN[:5], "G4", "Grade 4 Breeze", "2025-09-08"]
    bring(school, tmp_path, Kind.STUDENTS, heading, last_year)
    bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, "2026-09-07"])
    report = bring(school, tmp_path, Kind.STUDENTS, heading, last_year)
    assert told(report) == [(2, "starts_on", "This pupil is on roll already.")]
    assert number_of_rows(school, Enrolment) == [2]


def test_a_refused_row_makes_no_class(school: School, tmp_path: Path) -> None:
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)
    heading = [*HEADING, "starts_on"]
    ghost = [*ANN[:6], "Grade 5 Ghost", "2025-10-07"]
    report = bring(school, tmp_path, Kind.STUDENTS, heading, ghost)
    assert told(report) == [(2, "starts_on", "This pupil is on roll already.")]
    assert number_of_rows(school, SchoolClass) == [1]
    sound = ["", "Cy", "Pupil 0003", "M", "2016-05-12", *ghost[5:]]
    twin = ["", "Di", "Pupil 0004", "F", "2016-05-13", "", *ghost[6:]]
    assert counts(bring(school, tmp_path, Kind.STUDENTS, heading, ghost, sound, twin)) == (2, 0, 0, 1)
    assert number_of_rows(school, SchoolClass) == [2], "a sound row after it makes the class, once"


def test_who_left_comes_back_from_that_day_on_and_not_before(school: School, tmp_path: Path) -> None:
    heading = [*HEADING, "starts_on"]
    bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, "2026-09-07"])
    with school.db.read() as session:
        student = session.scalars(select(Enrolment.person_id)).one()
    service = StudentService(school.db, school.actor, today=lambda: IN_TERM)
    service.withdraw(student, date(2026, 10, 2), "transferred", None)
    report = bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, "2026-09-07"])
    assert told(report) == [
        (2, "starts_on", "The pupil left on 2 October 2026. Choose that day or a later one.")
    ]
    assert counts(bring(school, tmp_path, Kind.STUDENTS, heading, [*ANN, "2026-10-05"])) == (0, 1, 0, 0)


def test_an_import_is_one_step_back(school: School, tmp_path: Path) -> None:
    undo = UndoService(school.db, school.actor)
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN, BEN)
    undo.undo()
    with school.db.read() as session:
        live = session.scalar(select(func.count()).select_from(Person).where(Person.deleted_at.is_(None)))
    assert live == 0


def test_stopping_leaves_nothing(school: School, tmp_path: Path) -> None:
    rows = [["", f"Pupil {n}", "Many", "F", "", "G5", ""] for n in range(400)]
    path = tmp_path / "in.csv"
    write_table(path, HEADING, rows)

    def stop(done: int, _total: int) -> None:
        if done >= 200:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        import_records(
            school.db, school.actor, Source(Kind.STUDENTS, path), dry_run=False, progress=stop, today=IN_TERM
        )
    assert number_of_rows(school, Person) == [0]


def test_who_may_bring_in(school: School, tmp_path: Path) -> None:
    school.actor = school.sign_in(Role.AUDITOR)
    with pytest.raises(Refused, match="not open to the role Auditor"):
        bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)


def test_a_file_of_another_kind(school: School, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no column number, subject, item, mark"):
        bring(school, tmp_path, Kind.MARKS, ["colour", "shape"], ["red", "round"])
    path = tmp_path / "in.csv"
    with pytest.raises(Refused, match="cannot be brought in"):
        import_records(school.db, school.actor, Source(Kind.TERM_RESULTS, path), dry_run=False)


MARKS = ["number", "subject", "term", "item", "mark"]


@pytest.fixture
def coral(school: School, tmp_path: Path) -> School:
    """Ann and Ben in Grade 5 Coral, which is taught Mathematics with a test of 50."""
    school.add_class("Grade 5 Coral")
    school.add_items([("TEST", 50, "40")])
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN, BEN)
    return school


def marks_of(school: School) -> set[tuple[str, Decimal | None]]:
    with school.db.read() as session:
        rows = session.execute(select(Mark.state, Mark.value).where(Mark.deleted_at.is_(None)))
        return {(state, value) for state, value in rows}


def test_marks_go_through_the_same_door_as_typed_ones(coral: School, tmp_path: Path) -> None:
    row = [ANN[0], "Mathematics", "1", "Test", "45"]
    assert counts(bring(coral, tmp_path, Kind.MARKS, MARKS, row)) == (1, 0, 0, 0)
    assert counts(bring(coral, tmp_path, Kind.MARKS, MARKS, row, ending=".xlsx")) == (0, 0, 1, 0)
    assert counts(bring(coral, tmp_path, Kind.MARKS, MARKS, [*row[:4], "A"])) == (0, 1, 0, 0)
    assert marks_of(coral) == {("absent", None)}
    report = bring(coral, tmp_path, Kind.MARKS, MARKS, [*row[:4], "51"])
    assert told(report) == [(2, "mark", "More than 50. Type 0–50, A or E.")]
    assert marks_of(coral) == {("absent", None)}


def test_each_bad_mark_says_why(coral: School, tmp_path: Path) -> None:
    good = [ANN[0], "P-MA", "T1", "TEST", "40"]
    rows = [
        good,
        good,
        ["0000 9999-9", "P-MA", "1", "TEST", "40"],
        [ANN[0], "Alchemy", "1", "TEST", "40"],
        [ANN[0], "P-MU", "1", "TEST", "40"],
        [ANN[0], "P-MA", "9", "TEST", "40"],
        [ANN[0], "P-MA", "1", "PAPER 9", "40"],
    ]
    report = bring(coral, tmp_path, Kind.MARKS, MARKS, *rows)
    assert counts(report) == (1, 0, 0, 6)
    assert told(report) == [
        (3, "item", "Row 2 has a mark for the same pupil and test. Take one away."),
        (4, "number", "No pupil has the number 0000 9999-9. Bring in the pupils first."),
        (5, "subject", "There is no subject called Alchemy in this class. Its subjects are: Mathematics."),
        (6, "subject", "That subject is not taught in this pupil’s class. Add it to the class first."),
        (
            7,
            "term",
            "There is no term called 9 in 2026-27. Its terms are: 1 (Term 1), 2 (Term 2), 3 (Term 3).",
        ),
        (
            8,
            "item",
            "There is no test called PAPER 9 in this subject and term, but there are: TEST. Use one of these "
            "names, or give its maximum.",
        ),
    ]


@pytest.mark.parametrize("name", ["Mathematics", "MATHÉMATIQUES", "matematicas", "P-MA"])
def test_a_subject_is_that_of_the_pupils_grade(school: School, tmp_path: Path, name: str) -> None:
    school.add_class("Grade 5 Coral", subjects=())
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)
    row = [ANN[0], name, "1", "Test", "18", "20"]
    assert counts(bring(school, tmp_path, Kind.MARKS, [*MARKS, "maximum"], row)) == (1, 0, 0, 0)
    with school.db.read() as session:
        (subject,) = session.scalars(select(AssessmentItem.subject_id))
    assert subject == school.made.subjects["P-MA"]


def test_what_is_taught_in_the_class_goes_before_the_list_of_the_grade(
    school: School, tmp_path: Path
) -> None:
    school.add_class("Grade 5 Coral", subjects=("S-MA",))
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)
    row = [ANN[0], "Mathematics", "1", "Test", "18", "20"]
    assert counts(bring(school, tmp_path, Kind.MARKS, [*MARKS, "maximum"], row)) == (1, 0, 0, 0)
    with school.db.read() as session:
        assert session.scalars(select(AssessmentItem.subject_id)).all() == [school.made.subjects["S-MA"]]


def test_a_subject_of_another_level_or_of_two_is_not_guessed(school: School, tmp_path: Path) -> None:
    school.add_class("Grade 5 Coral", subjects=("P-MA", "P-SC"))
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)
    with school.db.write(school.actor, "set_up") as session:
        for code in ("P-GR", "P-CL"):
            session.get_one(Subject, school.made.subjects[code]).name = "English"
    heading = [*MARKS, "maximum"]
    rows = [[ANN[0], name, "1", "Test", "18", "20"] for name in ("Physics", "English", "CSEC-MATH", "p-gr")]
    report = bring(school, tmp_path, Kind.MARKS, heading, *rows)
    other = "in this class. Its subjects are: Mathematics, Science."
    assert told(report) == [
        (2, "subject", f"There is no subject called Physics {other}"),
        (3, "subject", "English can be P-GR (English), P-CL (English). Write the code."),
        (4, "subject", f"There is no subject called CSEC-MATH {other}"),
    ]
    assert counts(report)[0] == 1


def test_an_item_with_its_maximum_is_made_on_the_way(coral: School, tmp_path: Path) -> None:
    heading = [*MARKS, "maximum", "weight", "part"]
    row = [ANN[0], "Music", "1", "Recital", "18", "20", "60", "exam"]
    assert counts(bring(coral, tmp_path, Kind.MARKS, heading, row, dry_run=True)) == (1, 0, 0, 0)
    assert number_of_rows(coral, AssessmentItem) == [1]
    assert counts(bring(coral, tmp_path, Kind.MARKS, heading, row)) == (1, 0, 0, 0)
    with coral.db.read() as session:
        item = session.scalars(select(AssessmentItem).where(AssessmentItem.name == "Recital")).one()
    assert (item.maximum, item.weight, item.part) == (Decimal(20), Decimal(60), "exam")
    bad = bring(coral, tmp_path, Kind.MARKS, heading, [*row[:3], "Duet", "21", "20", "1", "exam"])
    assert number_of_rows(coral, AssessmentItem) == [2], "a row that is refused makes no test"
    bad = bring(coral, tmp_path, Kind.MARKS, heading, [*row[:3], "Duet", "1", "many", "1", "exam"])
    assert told(bad)[0][1] == "maximum"
    bad = bring(coral, tmp_path, Kind.MARKS, heading, [*row[:3], "Duet", "1", "20", "1", "party"])
    assert told(bad) == [(2, "part", "Type coursework or exam.")]


FULLER = [*MARKS, "maximum", "weight", "part"]


@pytest.mark.parametrize(
    ("mark", "maximum", "weight", "column"),
    [
        ("10.123", "20", "5", "mark"),
        ("many", "20", "5", "mark"),
        ("10", "20", "-5", "weight"),
        ("10", "20", "0", "weight"),
        ("0", "0", "5", "maximum"),
        ("10", "20", "0.0001", "weight"),
    ],
)
def test_a_refused_mark_leaves_no_test_and_no_subject(
    coral: School, tmp_path: Path, mark: str, maximum: str, weight: str, column: str
) -> None:
    row = [ANN[0], "P-MU", "1", "Recital", mark, maximum, weight, ""]
    before = number_of_rows(coral, AssessmentItem, ClassSubject)
    report = bring(coral, tmp_path, Kind.MARKS, FULLER, row)
    assert ([each[1] for each in told(report)], report.made) == ([column], ())
    assert number_of_rows(coral, AssessmentItem, ClassSubject) == before


def shares(report: ImportReport) -> list[tuple[object, ...]]:
    return [
        (
            made.name,
            made.part,
            made.maximum,
            made.weight,
            made.share,
            [(one.before, one.after) for one in made.others],
        )
        for made in report.made
    ]


def test_the_try_and_the_result_say_which_tests_are_made_and_what_they_count(
    coral: School, tmp_path: Path
) -> None:
    row = [ANN[0], "P-MA", "1", "Quiz", "18", "20", "10", ""]
    expected = [("Quiz", "coursework", Decimal(20), Decimal(10), Decimal(20), [(Decimal(100), Decimal(80))])]
    for dry_run in (True, False):
        report = bring(coral, tmp_path, Kind.MARKS, FULLER, row, dry_run=dry_run)
        assert shares(report) == expected
    said = [one.text(Words.load("en")) for one in sentences(report.made[0], "en")]
    assert said == [
        "Mathematics, Grade 5, term 1: Quiz, coursework, out of 20, weight 10: 20 % of the term mark.",
        "TEST counts 80 % instead of 100 %.",
    ]
    assert bring(coral, tmp_path, Kind.MARKS, FULLER, row).made == ()


def test_a_test_that_is_called_as_its_part_names_it_once(coral: School, tmp_path: Path) -> None:
    rows = [[ANN[0], "P-MA", "1", name, "18", "20", "10", "exam"] for name in ("Exam", "Oral")]
    report = bring(coral, tmp_path, Kind.MARKS, FULLER, *rows)
    said = [sentences(made, "en")[0].text(Words.load("en")).split(": ")[1] for made in report.made]
    assert said == [
        "Exam, out of 20, weight 10",
        "Oral, exam, out of 20, weight 10",
    ]


def test_no_file_changes_unasked_how_earlier_marks_count(coral: School, tmp_path: Path) -> None:
    unasked = [ANN[0], "P-MA", "1", "Quiz", "18", "20", "", ""]
    assert told(bring(coral, tmp_path, Kind.MARKS, FULLER, unasked)) == [
        (
            2,
            "weight",
            "Quiz would change how these count: TEST. Use one of these names, or give Quiz a weight.",
        )
    ]
    coral.add_items([("EX2", 100, "60")])
    asked = [*unasked[:6], "1", ""]
    assert told(bring(coral, tmp_path, Kind.MARKS, FULLER, asked)) == [
        (
            2,
            "item",
            "The weights of this subject and term are given out already: TEST, EX2. Use one of these names, "
            "or make room on the mark sheet first.",
        )
    ]
    assert number_of_rows(coral, AssessmentItem) == [2]


@pytest.mark.parametrize("name", ["Exam", "Examen", "EXAMINATION"])
def test_an_examination_is_the_one_that_is_there(coral: School, tmp_path: Path, name: str) -> None:
    coral.add_items([("EX2", 100, "60")])
    report = bring(coral, tmp_path, Kind.MARKS, FULLER, [ANN[0], "P-MA", "1", name, "81", "100", "", ""])
    assert (counts(report), report.made) == ((1, 0, 0, 0), ())
    other = bring(coral, tmp_path, Kind.MARKS, FULLER, [ANN[0], "P-MA", "1", name, "41", "50", "", ""])
    assert told(other) == [
        (2, "maximum", "EX2 is out of 100 here, and out of 50 in the file. Correct one of them.")
    ]


def test_a_test_that_is_made_takes_its_part_and_weight_from_the_country(
    school: School, tmp_path: Path
) -> None:
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)
    usual = replace(demo_profile(), assessment={"primary": "C60E40"})
    rows = [
        [ANN[0], "P-MA", "1", "Contrôle continu", "81", "100", "", ""],
        [ANN[0], "P-MA", "1", "Exam", "71", "100", "", ""],
        [ANN[0], "P-MA", "1", "Quiz", "7", "10", "", ""],
        [ANN[0], "P-SC", "1", "Oral exam", "71", "100", "", ""],
        [ANN[0], "P-SC", "1", "Coursework", "71", "100", "", ""],
    ]
    path = tmp_path / "marks.csv"
    write_table(path, FULLER, rows)
    source = Source(Kind.MARKS, path)
    report = import_records(
        school.db, school.actor, source, dry_run=False, sound_only=True, today=IN_TERM, profile=usual
    )
    assert [each[:5] for each in shares(report)] == [
        ("Contrôle continu", "coursework", 100, 60, 60),
        ("Exam", "exam", 100, 40, 40),
        ("Oral exam", "exam", 100, 1, 50),
        ("Coursework", "coursework", 100, 1, 50),
    ]
    said = "Quiz would change how these count: Contrôle continu, Exam."
    assert [(row, column, text.startswith(said)) for row, column, text in told(report)] == [
        (4, "weight", True)
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_test_without_a_weight_is_not_put_beside_weighed_ones(
    school: School, tmp_path: Path, order: tuple[int, ...]
) -> None:
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)
    rows = [
        [ANN[0], "P-MA", "1", "Paper A", "81", "100", "40", ""],
        [ANN[0], "P-MA", "1", "Paper B", "71", "100", "", ""],
        [ANN[0], "P-MA", "1", "Paper C", "71", "100", "60", ""],
    ]
    report = bring(school, tmp_path, Kind.MARKS, FULLER, *(rows[each] for each in order))
    assert {(made.name, made.share) for made in report.made} == {("Paper A", 40), ("Paper C", 60)}
    assert [each[:2] for each in told(report)] == [(2 + order.index(1), "weight")]


def test_a_weight_in_one_row_is_that_of_the_test(school: School, tmp_path: Path) -> None:
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN, ["A-2", *BEN[1:]])
    rows = [
        [ANN[0], "P-MA", "1", "Quiz", "18", "20", "", ""],
        ["A-2", "P-MA", "1", "QUIZ", "17", "20", "40", ""],
        ["A-2", "P-MA", "1", "Paper", "71", "100", "60", ""],
    ]
    report = bring(school, tmp_path, Kind.MARKS, FULLER, *rows)
    assert counts(report) == (3, 0, 0, 0)
    assert [(made.name, made.weight, made.share) for made in report.made] == [
        ("Quiz", 40, 40),
        ("Paper", 60, 60),
    ]


def test_rows_with_weights_are_looked_up_once_and_the_stop_is_heard_among_them(
    school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)
    rows = [[ANN[0], "P-MA", "1", f"Quiz {n}", "18", "20", "40", ""] for n in range(500)]
    path = tmp_path / "marks.csv"
    write_table(path, FULLER, rows)
    looked_up: list[str] = []
    subject = SubjectNames.subject

    def counted(self: SubjectNames, text: str, seat: Seat) -> Subject:
        looked_up.append(text)
        return subject(self, text, seat)

    monkeypatch.setattr(SubjectNames, "subject", counted)
    steps: list[tuple[int, int]] = []

    def told_of(done: int, total: int) -> None:
        steps.append((done, total))
        if len(steps) == stop_at:
            raise Cancelled("Stopped.")

    def go() -> ImportReport:
        source = Source(Kind.MARKS, path)
        return import_records(
            school.db,
            school.actor,
            source,
            dry_run=False,
            progress=told_of,
            today=IN_TERM,
            profile=demo_profile(),
        )

    stop_at = 1
    with pytest.raises(Cancelled):
        go()
    assert (len(looked_up), steps) == (200, [(100, 500)])
    assert number_of_rows(school, AssessmentItem, Mark) == [0, 0]
    stop_at = 0
    looked_up.clear()
    steps.clear()
    assert counts(go()) == (500, 0, 0, 0)
    assert len(looked_up) == 500
    assert steps == [(done, 500) for done in (100, 200, 300, 400, 500, 500)]


def test_a_refused_row_gives_no_weight(school: School, tmp_path: Path) -> None:
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)
    rows = [
        [ANN[0], "P-MA", "1", "Quiz A", "18", "20", "", ""],
        [ANN[0], "P-MA", "1", "Quiz B", "21", "20", "60", ""],
        [ANN[0], "P-MA", "1", "Quiz C", "11", "20", "0", ""],
    ]
    report = bring(school, tmp_path, Kind.MARKS, FULLER, *rows)
    assert [(made.name, made.share) for made in report.made] == [("Quiz A", 100)]
    assert [each[:2] for each in told(report)] == [(3, "mark"), (4, "weight")]


def test_a_name_that_is_too_long_for_a_test_is_told_and_not_cut(school: School, tmp_path: Path) -> None:
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)
    row = [ANN[0], "P-SC", "1", "Q" * 61, "10", "20", "", ""]
    report = bring(school, tmp_path, Kind.MARKS, FULLER, row)
    assert told(report) == [(2, "item", "An item has a name of 1 to 60 characters. Type one.")]
    assert number_of_rows(school, AssessmentItem) == [0]
    row[3] = " ".join(["Quiz"] * 12)
    assert len(row[3]) == 59
    assert counts(bring(school, tmp_path, Kind.MARKS, FULLER, row)) == (1, 0, 0, 0)
    assert counts(bring(school, tmp_path, Kind.MARKS, FULLER, row)) == (0, 0, 1, 0)


def test_names_that_begin_alike_are_told_beside_the_name(school: School, tmp_path: Path) -> None:
    bring(school, tmp_path, Kind.STUDENTS, HEADING, ANN)
    alike = "Quiz on all the chapters of the book, part"
    rows = [[ANN[0], "P-SC", "1", f"{alike} {part}", "10", "20", "", ""] for part in (1, 2)]
    report = bring(school, tmp_path, Kind.MARKS, FULLER, *rows)
    assert [(error.row, error.column, error.value) for error in report.errors] == [(3, "item", f"{alike} 2")]


def test_a_teacher_brings_in_nothing_but_an_examiner_may(coral: School, tmp_path: Path) -> None:
    coral.actor = coral.sign_in(Role.EXAMINATION_OFFICER)
    report = bring(coral, tmp_path, Kind.MARKS, MARKS, [ANN[0], "P-MA", "1", "TEST", "40"])
    assert "not open to the role Examination officer" in told(report)[0][2]


ABSENCES = ["number", "term", "possible", "absent", "excused", "late"]


def test_attendance_of_a_term_and_of_the_year(coral: School, tmp_path: Path) -> None:
    term, year = [ANN[0], "1", "61", "5", "3", "4"], [ANN[0], "", "", "7", "", ""]
    assert counts(bring(coral, tmp_path, Kind.ATTENDANCE, ABSENCES, term, year)) == (2, 0, 0, 0)
    assert counts(bring(coral, tmp_path, Kind.ATTENDANCE, ABSENCES, term, year)) == (0, 0, 2, 0)
    assert counts(bring(coral, tmp_path, Kind.ATTENDANCE, ABSENCES, [*term[:3], "6", "3", "4"])) == (
        0,
        1,
        0,
        0,
    )
    with coral.db.read() as session:
        rows = session.execute(
            select(AttendanceTotal.term_id.is_(None), AttendanceTotal.possible, AttendanceTotal.absent)
        )
        assert sorted(rows.all(), key=str) == [(False, 61, 6), (True, None, 7)]


def test_attendance_comes_goes_and_comes_back(coral: School, tmp_path: Path) -> None:
    full, empty = [ANN[0], "1", "61", "5", "3", "4"], [ANN[0], "1", "", "", "", ""]
    assert counts(bring(coral, tmp_path, Kind.ATTENDANCE, ABSENCES, empty)) == (0, 0, 1, 0)
    assert number_of_rows(coral, AttendanceTotal) == [0]
    for row, expected in (
        (full, (1, 0, 0, 0)),
        (empty, (0, 1, 0, 0)),
        (empty, (0, 0, 1, 0)),
        (full, (1, 0, 0, 0)),
    ):
        assert counts(bring(coral, tmp_path, Kind.ATTENDANCE, ABSENCES, row, dry_run=True)) == expected
        assert counts(bring(coral, tmp_path, Kind.ATTENDANCE, ABSENCES, row)) == expected
    with coral.db.read() as session:
        (total,) = session.scalars(select(AttendanceTotal))
    assert (total.deleted_at, total.possible, total.late) == (None, 61, 4)


@pytest.mark.parametrize("kind", [Kind.STUDENTS, Kind.MARKS, Kind.ATTENDANCE])
def test_more_rows_do_not_ask_more_questions(coral: School, tmp_path: Path, kind: Kind) -> None:
    numbers = [f"X{n:04}" for n in range(60)]
    pupils = [[number, "Given", f"Pupil {number}", "F", "", "G5", "Grade 5 Coral"] for number in numbers]
    if kind is Kind.STUDENTS:
        heading, rows = HEADING, pupils
    else:
        bring(coral, tmp_path, Kind.STUDENTS, HEADING, *pupils)
        heading = MARKS if kind is Kind.MARKS else ABSENCES
        tail = ["P-MA", "1", "TEST", "17.5"] if kind is Kind.MARKS else ["1", "61", "5", "3", "4"]
        rows = [[number, *tail] for number in numbers]
    asked: list[int] = []

    def count(*_what: object) -> None:
        asked[-1] += 1

    event.listen(Engine, "before_cursor_execute", count)
    try:
        for some in (rows[:2], rows):
            asked.append(0)
            bring(coral, tmp_path, kind, heading, *some, dry_run=True)
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert asked[0] == asked[1]


def test_days_that_cannot_be_are_told(coral: School, tmp_path: Path) -> None:
    rows = [
        [ANN[0], "1", "61", "5", "6", "0"],
        [ANN[0], "1", "61", "many", "", ""],
        ["9", "1", "61", "1", "", ""],
        [ANN[0], "2", "61", "1", "", ""],
        [ANN[0], "2", "61", "1", "", ""],
    ]
    assert told(bring(coral, tmp_path, Kind.ATTENDANCE, ABSENCES, *rows)) == [
        (2, "excused", "More days excused than days absent. Correct one of the two."),
        (3, "absent", "“many” is not a number. Type digits, such as 12 or 7.5."),
        (4, "number", "No pupil has the number 9. Bring in the pupils first."),
        (6, "number", "Row 5 has the same pupil and term. Take one away."),
    ]


def test_what_leaves_comes_back_equal(coral: School, tmp_path: Path) -> None:
    heading = [*HEADING, "phone", "guardian_name", "guardian_phone", "address", "nationality"]
    zoe = [
        "",
        "Zoë",
        "O’Núñez-Ann",
        "F",
        "29/2/2016",
        "G5",
        "",
        "473 440 0101",
        "Eve Guardian",
        "",
        "-Ann Road",
        "gd",
    ]
    bring(coral, tmp_path, Kind.STUDENTS, heading, zoe)
    bring(coral, tmp_path, Kind.MARKS, MARKS, [ANN[0], "P-MA", "1", "TEST", "17.5"])
    bring(coral, tmp_path, Kind.ATTENDANCE, ABSENCES, [ANN[0], "1", "61", "5", "3", "4"])
    for kind, rows in ((Kind.STUDENTS, 3), (Kind.MARKS, 1), (Kind.ATTENDANCE, 1)):
        for ending in (".csv", ".xlsx"):
            path = tmp_path / f"out-{kind.value}{ending}"
            assert export_records(coral.db, coral.actor, kind, path, year="2026-27") == rows
            report = import_records(coral.db, coral.actor, Source(kind, path), dry_run=False, today=IN_TERM)
            assert (counts(report), told(report)) == ((0, 0, rows, 0), [])


def test_a_year_that_is_over_leaves_with_its_pupils_and_classes(coral: School, tmp_path: Path) -> None:
    heading = [*HEADING, "starts_on"]
    early = ["", "Di", "Pupil 0008", "F", "", "G5", "Grade 5 Coral", "2026-09-07"]
    bring(coral, tmp_path, Kind.STUDENTS, heading, early)
    bring(coral, tmp_path, Kind.MARKS, MARKS, [ANN[0], "P-MA", "1", "TEST", "17.5"])
    with coral.db.read() as session:
        people = {one.given_names: one.id for one in session.scalars(select(Person))}
    service = StudentService(coral.db, coral.actor, today=lambda: date(2027, 2, 1))
    service.withdraw(people["Ann"], date(2026, 10, 2), "transferred", None)  # with a mark in the first term
    service.withdraw(people["Di"], date(2026, 10, 2), "transferred", None)
    with coral.db.write(coral.actor, "change_year") as session:
        for one in session.scalars(select(Enrolment).where(Enrolment.ends_on.is_(None))):
            leave(session, one, session.get_one(AcademicPeriod, one.period_id).ends_on)

    def names(**asked: int | date) -> list[tuple[str, str]]:
        path = tmp_path / "out.csv"
        export_records(coral.db, coral.actor, Kind.STUDENTS, path, year="2026-27", **asked)
        lines = read_table(path).lines
        given, its_class = (lines[0].cells.index(name) for name in ("given_names", "class"))
        return [(line.cells[given], line.cells[its_class]) for line in lines[1:]]

    after, coral5 = date(2027, 8, 1), "Grade 5 Coral"
    assert names(today=after) == [("Ben", coral5)]
    assert names(today=after, term=1) == [("Ann", coral5), ("Ben", coral5)]
    assert names(today=after, term=2) == [("Ben", coral5)]
    assert names(today=IN_TERM) == [], "nobody is on roll while it runs"
    with pytest.raises(Refused, match="There is no term called 7 in 2026-27"):
        names(today=after, term=7)


def test_one_term_of_marks_and_days(coral: School, tmp_path: Path) -> None:
    bring(coral, tmp_path, Kind.MARKS, MARKS, [ANN[0], "P-MA", "1", "TEST", "17.5"])
    bring(coral, tmp_path, Kind.ATTENDANCE, ABSENCES, [ANN[0], "2", "61", "5", "3", "4"])
    for kind, term, rows in ((Kind.MARKS, 1, 1), (Kind.MARKS, 2, 0), (Kind.ATTENDANCE, 2, 1)):
        path = tmp_path / f"{kind.value}.csv"
        assert export_records(coral.db, coral.actor, kind, path, year="2026-27", term=term) == rows


def test_marks_of_another_school_stay_there(coral: School, tmp_path: Path) -> None:
    bring(coral, tmp_path, Kind.MARKS, MARKS, [ANN[0], "P-MA", "1", "TEST", "17.5"])
    path = tmp_path / "marks.csv"
    elsewhere = replace(coral.actor, institution_id=new_id())
    assert export_records(coral.db, elsewhere, Kind.MARKS, path, today=IN_TERM) == 0
    everywhere = replace(coral.actor, institution_id=None)
    assert export_records(coral.db, everywhere, Kind.MARKS, path, year="2026-27") == 1


def test_term_results_leave_only(coral: School, tmp_path: Path) -> None:
    bring(coral, tmp_path, Kind.MARKS, MARKS, [ANN[0], "P-MA", "1", "TEST", "45"])
    path = tmp_path / "results.csv"
    assert export_records(coral.db, coral.actor, Kind.TERM_RESULTS, path, year="2026-27", term=1) == 2
    first = path.read_text("utf-8-sig").splitlines()[1]
    assert "Mathematics,90,A,final" in first
    with pytest.raises(Refused, match="There is no file to fill in"):
        write_template(Kind.TERM_RESULTS, tmp_path / "t.csv", Words.load("en"))
    with pytest.raises(Refused, match="There is no school year called 1999-00"):
        export_records(coral.db, coral.actor, Kind.MARKS, path, year="1999-00")


@pytest.mark.parametrize("kind", [Kind.STUDENTS, Kind.MARKS, Kind.ATTENDANCE])
@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_template_is_read_as_its_kind(school: School, tmp_path: Path, kind: Kind, language: str) -> None:
    path = tmp_path / "template.xlsx"
    write_template(kind, path, Words.load(language))
    report = import_records(school.db, school.actor, Source(kind, path), dry_run=True, today=IN_TERM)
    assert (report.rows, report.unknown) == (0, ())


def test_the_measured_marks_of_395_pupils(school: School, tmp_path: Path) -> None:
    """The real input: two schools, three terms, marks out of 20, absences of the year."""
    with school.db.write(school.actor, "create_school") as session:
        schools: list[UUID] = [
            create_school(session, NewSchool(code, f"Demo School {code}")) for code in ("D-0201", "D-0202")
        ]
    school.actor = school.sign_in(Role.MINISTRY_OFFICER, everywhere=True)
    sample = sample_files(load_profile("XD"), 2026)
    for kind, rows in (
        (Kind.STUDENTS, sample.students),
        (Kind.MARKS, sample.marks),
        (Kind.ATTENDANCE, sample.absences),
    ):
        assert counts(bring(school, tmp_path, kind, list(rows.columns), *map(list, rows.rows)))[1:] == (
            0,
            0,
            0,
        )
    with school.db.read() as session:
        per_school = [
            session.scalar(
                select(func.count()).select_from(Enrolment).where(Enrolment.institution_id == each)
            )
            for each in schools
        ]
        total = session.scalar(select(func.sum(AttendanceTotal.absent)))
        mean = session.scalars(select(Mark.value)).all()
    assert per_school == [349, 46]
    assert total == sum(int(row[2]) for row in sample.absences.rows)
    assert (len(mean), sum(value for value in mean if value)) == (
        1185,
        sum(Decimal(row[4]) for row in sample.marks.rows),
    )
