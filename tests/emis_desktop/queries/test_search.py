"""Students are found as one types, as a slow search through every record would find them."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from emis_desktop import search_index
from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import ClassPupil, Enrolment, Person
from emis_desktop.queries import search
from emis_desktop.queries.search import Roll, StudentFilter, StudentSearch
from emis_desktop.rules.rights import Actor, Role, actor_of
from tests.factories import roll as rolls
from tests.factories.stores import Somebody, new_store

PRINCIPAL = actor_of(uuid4(), "Principal", Role.PRINCIPAL)


@pytest.fixture
def school() -> rolls.Roll:
    return rolls.Roll()


@pytest.fixture
def db(tmp_path: Path, school: rolls.Roll) -> Iterator[Database]:
    db = new_store(tmp_path / "s.db")
    with db.write(Somebody(), "enrol") as session:
        school.make(session)
        school.student(session, "Baptiste", "Élodie-Ann", number="10-203 405", phone="(758) 456-1234")
        school.student(session, "Smith Jones", "Ann", number="10203406", place=1)
        school.student(session, "Smith", "Zoë", preferred="Zizi", left=True)
        school.student(session, "O'Neal", "José María", school=1)
        session.add(Person(family_name="Baptiste", given_names="Not a student"))
    yield db
    db.close()


def names(db: Database, text: str, actor: Actor = PRINCIPAL, **narrowed: object) -> list[str]:
    page = StudentSearch(db, actor).page(text, StudentFilter(**narrowed))  # type: ignore[arg-type]
    assert page.total == len(page.rows) == StudentSearch(db, actor).count(text, StudentFilter(**narrowed))  # type: ignore[arg-type]
    return [row.family_name for row in page.rows]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["Baptiste", "O'Neal", "Smith", "Smith Jones"]),
        ("z", ["Smith"]),
        ("É", ["Baptiste", "O'Neal", "Smith", "Smith Jones"]),
        ("di", ["Baptiste"]),
        ("mit", ["Smith", "Smith Jones"]),
        ("aptis", ["Baptiste"]),
        ("ANN baptiste", ["Baptiste"]),
        ("elodieann", ["Baptiste"]),
        ("zoe", ["Smith"]),
        ("zizi", ["Smith"]),
        ("oneal", ["O'Neal"]),
        ("O'Neal jose", ["O'Neal"]),
        ("maria", ["O'Neal"]),
        ("jones ann smith", ["Smith Jones"]),
        ("10203405", ["Baptiste"]),
        ("10-203", ["Baptiste", "Smith Jones"]),
        ("203", ["Baptiste", "Smith Jones"]),
        ("4561234", ["Baptiste"]),
        ("+758 456-1234", ["Baptiste"]),
        ("456", ["Baptiste"]),
        ("4561", ["Baptiste"]),
        ("4565", []),
        ("45612", ["Baptiste"]),
        ("45613", []),
        ("456123", ["Baptiste"]),
        ("456124", []),
        ("5612345", []),
        ("xyzzy", []),
        ("smitj", []),
        ("bapann", []),
        ("!?", ["Baptiste", "O'Neal", "Smith", "Smith Jones"]),
        ('" OR "', []),
        ("not a student", []),
    ],
)
def test_any_part_of_any_name_in_any_order(db: Database, text: str, found: list[str]) -> None:
    assert names(db, text) == found


def test_a_row_holds_what_a_list_shows(db: Database, school: rolls.Roll) -> None:
    (row,) = StudentSearch(db, PRINCIPAL).window("elodie")
    assert (row.given_names, row.number, row.sex, row.birth_date) == ("Élodie-Ann", "10-203 405", "F", None)
    assert (row.grade, row.class_name, row.on_roll) == ("Grade 0", "Class 0", True)
    assert (row.grade_id, row.class_id) == (school.grades[0], school.classes[0])
    (gone,) = StudentSearch(db, PRINCIPAL).window("zoe")
    assert (gone.class_id, gone.class_name, gone.on_roll, gone.number) == (None, None, False, None)


def test_filters_narrow(db: Database, school: rolls.Roll) -> None:
    assert names(db, "", roll=Roll.ON) == ["Baptiste", "O'Neal", "Smith Jones"]
    assert names(db, "", roll=Roll.LEFT) == ["Smith"]
    assert names(db, "m", roll=Roll.LEFT) == ["Smith"]
    assert names(db, "m", roll=Roll.ON) == ["O'Neal", "Smith Jones"]
    assert names(db, "smith", roll=Roll.ON) == ["Smith Jones"]
    assert names(db, "smith a", roll=Roll.ON, period_id=school.year) == ["Smith Jones"]
    assert names(db, "", grade_id=school.grades[1]) == ["Smith Jones"]
    assert names(db, "", class_id=school.classes[0]) == ["Baptiste"]
    assert names(db, "", institution_id=school.schools[1]) == ["O'Neal"]
    assert names(db, "", without_class=True) == ["O'Neal"]
    assert names(db, "mar", without_class=True, roll=Roll.ON) == ["O'Neal"]
    assert names(db, "", without_class=True, roll=Roll.LEFT) == []
    assert names(db, "", without_class=True) == ["O'Neal"]
    assert names(db, "a", institution_id=school.schools[1], class_id=school.classes[0]) == []


def test_no_name_holds_a_tag(db: Database, school: rolls.Roll) -> None:
    """As "Carroll" held that of those on roll while tags were as short as runs of names."""
    with db.write(Somebody(), "enrol") as session:
        school.student(session, "Carroll", "Classless", left=True)
        school.student(session, "Hasleft", "Allan", place=1)
    assert names(db, "carroll", roll=Roll.ON) == names(db, "a carroll", roll=Roll.ON) == []
    assert names(db, "carroll", roll=Roll.LEFT) == names(db, "roll", roll=Roll.LEFT) == ["Carroll"]
    assert names(db, "hasleft", roll=Roll.ON) == names(db, "left", roll=Roll.ON) == ["Hasleft"]
    assert names(db, "left", roll=Roll.LEFT) == names(db, "carroll", without_class=True) == []


def test_who_has_gone_on_is_on_the_roll_of_the_new_school_alone(db: Database, school: rolls.Roll) -> None:
    """The ministry sees both enrolments, and so may the former school."""
    with db.write(Somebody(), "enrol") as session:
        gone = school.student(session, "Quashie", "Ada", left=True)
        session.add(
            Enrolment(
                person_id=gone,
                institution_id=school.schools[1],
                period_id=school.year,
                grade_id=school.grades[1],
                starts_on=date(2026, 10, 2),
            )
        )
    old, new = school.schools
    for text in ("", "q", "quash", "quashie ada"):
        found = {
            (place, state): "Quashie" in names(db, text, roll=state, institution_id=place)
            for place in (old, new, None)
            for state in Roll
        }
        assert {where for where, there in found.items() if not there} == {
            (old, Roll.ON),
            (new, Roll.LEFT),
            (None, Roll.LEFT),
        }
    office = actor_of(uuid4(), "Office", Role.SCHOOL_ADMINISTRATOR, institution_id=old)
    assert names(db, "quashie", office, roll=Roll.ON) == []
    assert names(db, "quashie", office, roll=Roll.LEFT) == ["Quashie"]


def test_those_on_roll_with_a_run_are_counted_right(db: Database, school: rolls.Roll) -> None:
    with db.write(Somebody(), "enrol") as session:
        school.student(session, "Smithers", "Ann", left=True)
        school.student(session, "Aaron", "Smithson", place=1)
    for text in ("sm", "smi", "smit", "smith", "smiths", "smithso", "aaron"):
        for state in Roll:
            found = names(db, text, roll=state)  # compares its own count with its rows
            assert found == sorted(found)


def test_an_actor_finds_the_own_school_and_classes_only(db: Database, school: rolls.Roll) -> None:
    teacher = actor_of(uuid4(), "T", Role.TEACHER, school.schools[0], frozenset(school.classes))
    assert names(db, "", teacher) == ["Baptiste", "Smith Jones"]
    assert names(db, "smith", teacher) == ["Smith Jones"]
    assert names(db, "", actor_of(uuid4(), "T", Role.TEACHER, school.schools[0], frozenset())) == []
    assert names(db, "", actor_of(uuid4(), "A", Role.SCHOOL_ADMINISTRATOR, school.schools[1])) == ["O'Neal"]
    with pytest.raises(Refused):
        StudentSearch(db, actor_of(uuid4(), "S", Role.REGIONAL_STATISTICIAN)).count()


def test_a_phone_is_found_only_by_those_who_may_read_phones(db: Database) -> None:
    examiner = actor_of(uuid4(), "E", Role.EXAMINATION_OFFICER)
    assert names(db, "4561234", examiner) == []
    assert names(db, "456", examiner) == []
    assert names(db, "10203405", examiner) == ["Baptiste"]


def test_what_was_just_written_is_found_and_what_was_undone_is_not(db: Database) -> None:
    search = StudentSearch(db, PRINCIPAL)
    assert search.count("ventura") == 0
    with db.write(Somebody(), "edit_student") as session:
        session.scalars(select(Person).where(Person.family_name == "O'Neal")).one().family_name = "Ventura"
    assert [row.given_names for row in search.window("ventura")] == ["José María"]
    assert search.count("oneal") == 0
    with suppress(ZeroDivisionError), db.write(Somebody(), "edit_student") as session:
        session.scalars(select(Person).where(Person.family_name == "Ventura")).one().family_name = "Rollback"
        session.flush()
        raise ZeroDivisionError
    assert search.count("rollback") == 0
    assert search.count("ventura") == 1


def test_positions_and_ids_follow_name_order(db: Database) -> None:
    search = StudentSearch(db, PRINCIPAL)
    ids = search.ids("m")
    assert [row.id for row in search.window("m")] == list(ids)
    assert [search.position(one, "m") for one in ids] == [0, 1, 2]
    assert search.position(ids[-1]) == 3
    assert search.position(ids[0], "jones") is None
    assert search.position(uuid4()) is None


def test_far_down_a_long_list_the_same_rows_come(
    db: Database, school: rolls.Roll, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.write(Somebody(), "enrol") as session:
        for number in range(100):
            school.student(session, f"Family{number:03}", "Given")
    search_ = StudentSearch(db, PRINCIPAL)
    for text in ("given", ""):
        whole = [row.id for row in search_.window(text, limit=200)]
        monkeypatch.setattr(search, "_FAR", 10)
        for offset in (0, 9, 11, 40, 60, 90, 95, 99, 103, 104, 150):
            assert [row.id for row in search_.window(text, offset=offset, limit=7)] == whole[
                offset : offset + 7
            ]


def test_counts_are_forgotten_one_by_one(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_REMEMBERED", 2)
    search_ = StudentSearch(db, PRINCIPAL)
    assert [search_.count(text) for text in ("a", "smith", "zoe", "a")] == [3, 2, 1, 3]
    assert len(search_._counts) == 2


def test_moves_between_classes_show_at_once(db: Database, school: rolls.Roll) -> None:
    with db.write(Somebody(), "move") as session:
        place = session.scalars(select(ClassPupil).where(ClassPupil.class_id == school.classes[0])).one()
        place.ends_on = session.scalars(select(Enrolment)).first().starts_on  # type: ignore[union-attr]
        session.add(ClassPupil(id=uuid4(), class_id=school.classes[1], enrolment_id=place.enrolment_id))
    assert names(db, "", class_id=school.classes[0]) == []
    assert names(db, "", class_id=school.classes[1]) == ["Baptiste", "Smith Jones"]


def test_misspelt_words_are_guessed(db: Database, school: rolls.Roll) -> None:
    search_ = StudentSearch(db, PRINCIPAL)
    assert search_.did_you_mean("Batpiste") == ("baptiste",)
    assert search_.did_you_mean("smyth anm") == ("smith ann",)
    assert search_.did_you_mean("qqqqqqqq") == ()
    assert search_.did_you_mean("") == ()
    teacher = actor_of(uuid4(), "T", Role.TEACHER, school.schools[0], frozenset({school.classes[1]}))
    assert StudentSearch(db, teacher).did_you_mean("Batpiste") == ()


def test_the_index_says_what_the_records_say(db: Database) -> None:
    with db.read() as session:
        assert not search_index.differs(session.connection())
        assert isinstance(session.scalars(select(Person.id)).first(), UUID)
