"""A store filled with an invented country is one that the services could have written."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from emis_desktop import doctor, search_index, store
from emis_desktop.database import Database
from emis_desktop.jobs.demo.country import CountryMade, CountryWish, fill_country
from emis_desktop.profiles import DEMO, load_profile, school_year, school_year_on
from emis_desktop.queries.duplicates import DuplicateQueries, phones_of
from emis_desktop.queries.search import Roll, StudentFilter, StudentSearch
from emis_desktop.rules.likeness import Features
from emis_desktop.rules.registers import read_entry
from emis_desktop.rules.rights import Actor, Role, actor_of
from emis_desktop.rules.student_number import is_sound
from emis_desktop.services.beginnings import Beginning, begin
from emis_desktop.settings import Home
from tests.factories.stores import key

PROFILE = load_profile(DEMO)
PUPILS, TODAY = 240, date(2026, 11, 23)
OFFICER = actor_of(uuid4(), "Officer 01", Role.MINISTRY_OFFICER)


def ministry(path: Path, today: date = TODAY) -> Database:
    """A ministry's store with nothing but the country's structure."""
    store.create(path, key(), store.NewSite(uuid4(), "B1", "ministry", DEMO))
    db = store.open_store(path, key())
    start = school_year_on(PROFILE, today).start_year
    begin(db, Beginning(OFFICER.user_id, OFFICER.name, OFFICER.role, None, None, PROFILE, start))
    return db


def filled(path: Path, seed: int = 1, pupils: int = PUPILS) -> tuple[Database, CountryMade]:
    """The same with a country in it."""
    db = ministry(path)
    return db, fill_country(db, OFFICER, PROFILE, CountryWish(pupils, seed, TODAY))


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, CountryMade]]:
    db, made = filled(tmp_path_factory.mktemp("country") / "country.db")
    yield db, made
    db.close()


@pytest.fixture
def db(country: tuple[Database, CountryMade]) -> Database:
    return country[0]


@pytest.fixture
def made(country: tuple[Database, CountryMade]) -> CountryMade:
    return country[1]


def asked(db: Database, question: str, *values: object) -> list[Any]:
    with db.read() as session:
        return list(session.connection().exec_driver_sql(question, values).all())


def one(db: Database, question: str, *values: object) -> Any:  # noqa: ANN401 - what SQL says
    return asked(db, question, *values)[0][0]


def test_as_many_are_on_roll_as_were_asked_for(db: Database, made: CountryMade) -> None:
    assert made.on_roll == PUPILS < made.children
    assert one(db, "SELECT count(*) FROM enrolment WHERE ends_on IS NULL AND exit IS NULL") == PUPILS
    assert StudentSearch(db, OFFICER).count("", StudentFilter(roll=Roll.ON)) == PUPILS
    assert StudentSearch(db, OFFICER).count() == made.children


def test_the_doctor_finds_nothing(db: Database) -> None:
    found = doctor.diagnose(db, Home(db.path.parent), OFFICER)
    assert found.sound, found


def test_the_search_index_says_what_the_records_say(db: Database) -> None:
    with db.read() as session:
        assert not search_index.differs(session.connection())


def test_everybody_on_roll_is_on_one_roll(db: Database) -> None:
    twice = "SELECT person_id FROM enrolment WHERE ends_on IS NULL GROUP BY person_id HAVING count(*) > 1"
    assert asked(db, twice) == []


def test_no_two_stays_of_a_pupil_overlap(db: Database) -> None:
    over = (
        "SELECT 1 FROM enrolment one JOIN enrolment other ON other.person_id = one.person_id "
        "AND other.id <> one.id AND other.starts_on BETWEEN one.starts_on AND coalesce(one.ends_on, '9999')"
    )
    assert asked(db, over) == []


def test_every_class_place_lies_inside_its_enrolment_and_fits_it(db: Database) -> None:
    joined = (
        "FROM class_pupil JOIN enrolment ON enrolment.id = enrolment_id "
        "JOIN school_class ON school_class.id = class_id "
    )
    outside = (
        f"SELECT 1 {joined} WHERE class_pupil.starts_on < enrolment.starts_on "
        "OR coalesce(class_pupil.ends_on, '9999') > coalesce(enrolment.ends_on, '9999') "
        "OR school_class.institution_id <> enrolment.institution_id "
        "OR school_class.period_id <> enrolment.period_id OR NOT EXISTS (SELECT 1 FROM class_grade "
        "WHERE class_grade.class_id = school_class.id AND class_grade.grade_id = enrolment.grade_id)"
    )
    assert asked(db, outside) == []
    open_places = f"SELECT enrolment.id {joined} WHERE class_pupil.ends_on IS NULL"
    found = asked(db, open_places)
    assert len(found) == len(set(found)) == PUPILS
    full = "SELECT count(*) AS pupils FROM class_pupil WHERE ends_on IS NULL GROUP BY class_id"
    assert max(row.pupils for row in asked(db, full)) <= one(db, "SELECT min(capacity) FROM school_class")


def test_every_number_has_its_check_digit_and_is_given_once(db: Database) -> None:
    numbers = asked(db, "SELECT kind, number FROM person_identity")
    assert len(set(numbers)) == len(numbers)
    national = [row.number for row in numbers if row.kind == "national"]
    assert all(map(is_sound, national))


def test_everybody_says_to_be_invented(db: Database) -> None:
    assert (
        one(
            db,
            "SELECT count(*) FROM person WHERE synthetic = 0 OR instr(family_name, 'Demo') = 0 "
            "AND instr(given_names, 'Demo') = 0",
        )
        == 0
    )


def test_children_of_a_house_share_the_records_of_their_guardians(db: Database) -> None:
    shared = "SELECT count(*) AS n FROM guardianship GROUP BY guardian_id HAVING n > 1"
    assert len(asked(db, shared)) > 20
    assert one(db, "SELECT count(*) FROM guardianship WHERE student_id = guardian_id") == 0


def test_no_one_stands_in_a_register_outside_the_own_stay(db: Database) -> None:
    strangers = (
        "SELECT 1 FROM attendance_month WHERE NOT EXISTS (SELECT 1 FROM enrolment "
        "WHERE person_id = student_id AND enrolment.institution_id = attendance_month.institution_id "
        "AND substr(starts_on, 1, 7) <= month AND coalesce(substr(ends_on, 1, 7), '9999') >= month)"
    )
    assert asked(db, strangers) == []


def test_registers_are_of_the_last_term_and_of_this_one(db: Database, made: CountryMade) -> None:
    months = Counter(row.month for row in asked(db, "SELECT month FROM attendance_month"))
    assert sorted(months) == [f"2026-{month:02}" for month in (4, 5, 6, 7, 9, 10, 11)]
    assert months.total() == made.registers
    assert {row.session for row in asked(db, "SELECT DISTINCT session FROM attendance_month")} == {1, 2}
    day_columns = ", ".join(f"d{day:02}" for day in range(1, 32))
    cells = {c for row in asked(db, f"SELECT {day_columns} FROM attendance_month") for c in row if c}
    assert all(read_entry(cell) for cell in cells)


def test_the_storm_and_the_holidays_are_in_the_country_s_calendar(db: Database) -> None:
    days = asked(db, "SELECT kind, starts_on, ends_on, institution_id FROM calendar_day")
    storm = [row for row in days if row.kind == "closure"]
    assert len(storm) == 2
    assert all(row.institution_id is None for row in days)
    first = date.fromisoformat(max(row.starts_on for row in storm))
    column = f"d{first.day:02}"
    month = f"{first:%Y-%m}"
    assert one(db, f"SELECT count({column}) FROM attendance_month WHERE month = ?", month) == 0


def test_marks_are_those_of_the_highest_grades(db: Database, made: CountryMade) -> None:
    grades = asked(
        db,
        "SELECT DISTINCT education_grade.code FROM mark JOIN assessment_item ON assessment_item.id = item_id "
        "JOIN education_grade ON education_grade.id = grade_id",
    )
    assert {row.code for row in grades} == {"G6", "F5"}
    assert one(db, "SELECT count(*) FROM mark") == made.marks > 100


def test_history_says_what_was_done(db: Database) -> None:
    verbs = Counter(row.verb for row in asked(db, "SELECT verb FROM act"))
    assert verbs == {"begin": 1, "fill_country": 2}


def test_doubles_are_found_and_named_with_both_numbers(tmp_path: Path) -> None:
    db, made = filled(tmp_path / "doubles.db", seed=2, pupils=1_500)
    try:
        assert len(made.doubles) >= 4
        for number, second, _way in made.doubles:
            person = person_with(db, second)
            found = DuplicateQueries(db, OFFICER).possible(features_of(db, person), person)
            assert person_with(db, number) in {possible.row.id for possible in found}
    finally:
        db.close()


def person_with(db: Database, number: str) -> UUID:
    return UUID(bytes=one(db, "SELECT person_id FROM person_identity WHERE number = ?", number))


def features_of(db: Database, person: UUID) -> Features:
    ((given, family, born),) = asked(
        db, "SELECT given_names, family_name, birth_date FROM person WHERE id = ?", person.bytes
    )
    phones = asked(
        db,
        "SELECT value FROM person_contact JOIN guardianship ON guardian_id = person_id WHERE student_id = ?",
        person.bytes,
    )
    return Features(given, family, date.fromisoformat(born), phones_of(*(row.value for row in phones)))


def contents(db: Database) -> list[list[Any]]:
    """What does not depend on ids and times."""
    people = "SELECT given_names, family_name, sex, birth_date, address FROM person ORDER BY 1, 2, 4, 5"
    stays = (
        "SELECT number, code, starts_on, ends_on, exit, exit_reason, outcome FROM enrolment "
        "JOIN person_identity USING (person_id) JOIN institution ON institution.id = institution_id "
        "ORDER BY 1, 3"
    )
    marks = "SELECT number, value FROM mark JOIN person_identity ON person_id = student_id ORDER BY 1, 2"
    cells = (
        "SELECT number, month, session, d01, d07, d15, d23, d30 FROM attendance_month "
        "JOIN person_identity ON person_id = student_id ORDER BY 1, 2, 3"
    )
    return [asked(db, question) for question in (people, stays, marks, cells)]


def test_the_same_seed_gives_the_same_country(db: Database, tmp_path: Path) -> None:
    for seed, same in ((1, True), (2, False)):
        other, _made = filled(tmp_path / f"{seed}.db", seed)
        try:
            assert (contents(other) == contents(db)) is same
        finally:
            other.close()


@pytest.mark.parametrize("pupils", [0, 1, 2, 9])
def test_the_smallest_countries_can_be_made(tmp_path: Path, pupils: int) -> None:
    db, made = filled(tmp_path / "small.db", pupils=pupils)
    try:
        assert made.on_roll == pupils
        assert doctor.diagnose(db, Home(tmp_path), OFFICER).sound
    finally:
        db.close()


@pytest.mark.parametrize("today", [date(2026, 8, 15), date(2026, 9, 7), date(2027, 1, 5), date(2027, 7, 20)])
def test_it_can_be_made_on_any_day(tmp_path: Path, today: date) -> None:
    db = ministry(tmp_path / "any.db", today)
    try:
        made = fill_country(db, OFFICER, PROFILE, CountryWish(120, 1, today))
        assert made.on_roll == 120
        assert doctor.diagnose(db, Home(tmp_path), OFFICER).sound
        latest = one(db, "SELECT max(ends_on) FROM enrolment WHERE exit IS NOT NULL")
        assert latest <= today.isoformat()
    finally:
        db.close()


def test_teachers_hold_posts_and_each_class_has_one(db: Database) -> None:
    assert one(db, "SELECT count(*) FROM school_class WHERE teacher_id IS NULL") == 0
    posted = "SELECT count(DISTINCT person_id) FROM staff_position"
    assert one(db, f"{posted} WHERE person_id IN (SELECT teacher_id FROM class_subject)") > 5
    strangers = (
        "SELECT 1 FROM class_subject JOIN school_class ON school_class.id = class_id WHERE NOT EXISTS "
        "(SELECT 1 FROM staff_position WHERE staff_position.person_id = class_subject.teacher_id "
        "AND staff_position.institution_id = school_class.institution_id)"
    )
    assert asked(db, strangers) == []
    assert school_year(PROFILE, 2025).code in {
        row.code for row in asked(db, "SELECT code FROM academic_period")
    }


def test_the_actor_of_the_filling_is_the_one_who_was_given(db: Database) -> None:
    actor: Actor = OFFICER
    authors = {row.user_id for row in asked(db, "SELECT user_id FROM act WHERE verb = 'fill_country'")}
    assert authors == {actor.user_id.bytes}
