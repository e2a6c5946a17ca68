"""What the office does to a pupil: admit, correct, move, withdraw, take back; and what it is refused."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import Act, ClassGrade, EducationGrade, Enrolment, Person
from emis_desktop.queries.search import Roll, StudentFilter, StudentSearch
from emis_desktop.rules.rights import Actor, Role, SensitivityClass
from emis_desktop.services.rows import delete
from emis_desktop.services.students import Readmission, StudentService
from tests.factories.offices import FIRST_DAY, Office, opened_office
from tests.factories.schools import IN_TERM

CORAL, REEF = "Grade 5 Coral", "Grade 5 Reef"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


def stays(office: Office, student_id: object) -> list[tuple[str, date | None, date | None]]:
    lines = office.record(student_id).enrolments[0].stays  # type: ignore[arg-type]
    return [(line.class_name, line.starts_on, line.ends_on) for line in lines]


class TestAdmitting:
    """A new pupil."""

    def test_one_act_writes_everything(self, office: Office) -> None:
        pupil = office.admit(class_id=office.school.classes[CORAL], fields={"preferred_name": "Élodie"})
        record = office.record(pupil)
        assert (record.given_names, record.family_name, record.preferred_name, record.sex) == (
            "Élodie-Ann",
            "Pupil 0004",
            "Élodie",
            "F",
        )
        assert (record.birth_date, record.number) == (date(2016, 3, 12), "T1-0001")
        current = record.current
        assert current is not None
        assert (current.class_name, current.grade, current.starts_on) == (CORAL, "Grade 5", FIRST_DAY)
        assert (current.standing, current.repeater, current.institution_id) == (
            "enrolled",
            False,
            office.school.id,
        )
        assert office.latest() == "Élodie-Ann Pupil 0004 admitted"
        office.sitting()

    def test_a_class_may_be_chosen_later_and_the_date_of_birth_be_unknown(self, office: Office) -> None:
        pupil = office.admit(birth_date=None)
        assert (office.record(pupil).birth_date, stays(office, pupil)) == (None, [])

    def test_who_is_born_on_29_february(self, office: Office) -> None:
        assert office.record(office.admit(birth_date=date(2016, 2, 29))).birth_date == date(2016, 2, 29)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"given": "  "}, "Enter the given names"),
            ({"family": "\u200b"}, "at least one letter"),
            ({"sex": ""}, "girl or boy"),
            ({"birth_date": IN_TERM}, "must be before 5 November 2026"),
            ({"institution_id": uuid4()}, "another school"),
            ({"period_id": uuid4()}, "school year is no longer there"),
            ({"grade_id": uuid4()}, "grade is no longer there"),
            ({"class_id": uuid4()}, "class is no longer there"),
            ({"starts_on": date(2026, 8, 1)}, "outside the school year"),
            ({"starts_on": date(2027, 8, 20)}, "outside the school year"),
        ],
    )
    def test_what_cannot_be_leaves_nothing(self, office: Office, wrong: dict[str, object], said: str) -> None:
        with pytest.raises(Refused, match=said):
            office.admit(**wrong)  # type: ignore[arg-type]
        assert StudentSearch(office.school.db, office.actor).count() == 0
        assert office.record(office.admit()).number == "T1-0001"

    def test_a_class_must_have_the_grade(self, office: Office) -> None:
        with pytest.raises(Refused, match="Grade 4 Coral has no pupils of Grade 5"):
            office.admit(class_id=office.school.classes["Grade 4 Coral"])
        pupil = office.admit(class_id=office.school.classes["Upper"])
        assert stays(office, pupil) == [("Upper", FIRST_DAY, None)]

    def test_a_class_of_another_school(self, office: Office) -> None:
        elsewhere = office.acting(Role.PRINCIPAL, other=True)
        with pytest.raises(Refused, match="another school or year"):
            elsewhere.admit(class_id=office.school.classes[CORAL])

    def test_a_school_that_is_gone(self, office: Office) -> None:
        ministry = office.acting(Role.MINISTRY_OFFICER, everywhere=True)
        with pytest.raises(Refused, match="school is no longer there"):
            ministry.admit(institution_id=uuid4())

    def test_namesakes_are_two_pupils(self, office: Office) -> None:
        one, two = office.admit(), office.admit()
        assert one != two
        assert [office.record(pupil).number for pupil in (one, two)] == ["T1-0001", "T1-0002"]

    def test_phone_and_further_numbers_are_one_act(self, office: Office) -> None:
        sitting = office.sitting()
        pupil = office.admit(phone="000 0142", numbers={"BIRTH": "482/2016", "register": "31"})
        record = office.record(pupil)
        assert record.contacts[0].value == "000 0142"
        assert {line.number for line in record.identities} == {"T1-0001", "482/2016", "31"}
        sitting.undo()
        assert StudentSearch(office.school.db, office.actor).count() == 0
        office.admit(numbers={"register": "31"})
        with pytest.raises(Refused, match="31 is already the number of") as refused:
            office.admit("Zoë", numbers={"register": "31"})
        assert refused.value.field == "number.register"
        assert StudentSearch(office.school.db, office.actor).count() == 1

    @pytest.mark.parametrize("role", [Role.TEACHER, Role.COUNSELLOR, Role.AUDITOR, Role.DISTRICT_OFFICER])
    def test_who_may_not(self, office: Office, role: Role) -> None:
        with pytest.raises(Refused, match="Add and change pupils"):
            office.acting(role).admit()


class TestFields:
    """Fields of the person."""

    def test_a_field_is_changed_and_stands_in_history(self, office: Office) -> None:
        pupil = office.admit()
        office.students.change(pupil, "birth_date", date(2016, 2, 29))
        office.students.change(pupil, "transport", " Walks ")
        assert (office.record(pupil).birth_date, office.record(pupil).transport) == (
            date(2016, 2, 29),
            "Walks",
        )
        assert office.latest() == "Record of Élodie-Ann Pupil 0004 changed"
        office.students.change(pupil, "birth_date", None)
        assert office.record(pupil).birth_date is None

    def test_the_same_value_is_no_act(self, office: Office) -> None:
        pupil = office.admit()
        with office.school.db.read() as session:
            before = len(session.scalars(select(Act.seq)).all())
        office.students.change(pupil, "family_name", " Pupil  0004 ")
        with office.school.db.read() as session:
            assert len(session.scalars(select(Act.seq)).all()) == before

    def test_wrong_hands(self, office: Office) -> None:
        pupil = office.admit()
        with pytest.raises(Refused, match="not open to you"):
            office.acting(Role.PRINCIPAL, other=True).students.change(pupil, "sex", "M")
        with pytest.raises(Refused, match="Add and change pupils"):
            office.acting(Role.TEACHER).students.change(pupil, "sex", "M")
        office.acting(Role.MINISTRY_OFFICER, everywhere=True).students.change(pupil, "sex", "M")
        assert office.record(pupil).sex == "M"

    def test_nobody_and_somebody_who_is_no_pupil(self, office: Office) -> None:
        ministry = office.acting(Role.MINISTRY_OFFICER, everywhere=True)
        guardian = office.school.add_teacher("Guardian 0001")
        for wrong in (uuid4(), guardian):
            with pytest.raises(Refused, match="no such pupil"):
                ministry.students.change(wrong, "sex", "M")

    def test_a_deleted_record_and_a_deleted_enrolment(self, office: Office) -> None:
        pupil, other = office.admit(), office.admit("Zoë", "Pupil 0001")
        with office.school.db.write(office.actor, "change_student") as session:
            delete(session, session.get_one(Person, pupil))
            enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == other)).one()
            delete(session, enrolment)
        for gone in (pupil, other):
            with pytest.raises(Refused, match="no such pupil"):
                office.students.change(gone, "sex", "M")

    def test_a_pupil_who_went_to_another_school_belongs_to_it(self, office: Office) -> None:
        pupil = office.admit()
        office.students.withdraw(pupil, IN_TERM, "transferred", "MOVE")
        with office.school.db.write(office.actor, "admit_student") as session:
            session.add(
                Enrolment(
                    id=uuid4(),
                    person_id=pupil,
                    institution_id=office.other_id,
                    period_id=office.school.year,
                    grade_id=office.school.made.grades["G5"],
                    starts_on=IN_TERM,
                )
            )
        with pytest.raises(Refused, match="is at another school now"):
            office.students.change(pupil, "sex", "M")
        office.acting(Role.PRINCIPAL, other=True).students.change(pupil, "sex", "M")

    def test_an_actor_held_to_own_classes(self, office: Office) -> None:
        inside = office.admit(class_id=office.school.classes[CORAL])
        outside = office.admit("Zoë", "Pupil 0001", class_id=office.school.classes[REEF])
        own = frozenset({office.school.classes[CORAL]})
        actor = Actor(uuid4(), "A", Role.PRINCIPAL, office.school.id, own, frozenset(SensitivityClass))
        service = StudentService(office.school.db, actor, lambda: IN_TERM)
        service.change(inside, "transport", "Bus")
        with pytest.raises(Refused, match="not open to you"):
            service.change(outside, "transport", "Bus")


class TestClasses:
    """Moves between classes."""

    def test_a_move_ends_one_stay_and_begins_another(self, office: Office) -> None:
        pupil = office.admit(class_id=office.school.classes[CORAL])
        office.students.move_to_class(pupil, office.school.classes[REEF], IN_TERM)
        assert stays(office, pupil) == [(CORAL, FIRST_DAY, IN_TERM), (REEF, IN_TERM, None)]
        assert office.latest() == f"Élodie-Ann Pupil 0004 moved to {REEF}"
        sitting = office.sitting()
        office.students.move_to_class(pupil, office.school.classes[REEF], IN_TERM)
        assert sitting.can_undo() is None

    def test_a_move_is_undone(self, office: Office) -> None:
        pupil = office.admit(class_id=office.school.classes[CORAL])
        sitting = office.sitting()
        office.students.move_to_class(pupil, office.school.classes[REEF], IN_TERM)
        sitting.undo()
        assert stays(office, pupil) == [(CORAL, FIRST_DAY, None)]
        sitting.redo()
        assert stays(office, pupil)[-1] == (REEF, IN_TERM, None)

    def test_a_first_class(self, office: Office) -> None:
        pupil = office.admit()
        office.students.move_to_class(pupil, office.school.classes[REEF], IN_TERM)
        assert stays(office, pupil) == [(REEF, IN_TERM, None)]

    def test_a_wrong_class_of_the_same_day_never_was(self, office: Office) -> None:
        pupil = office.admit()
        for name in (REEF, CORAL):
            office.students.move_to_class(pupil, office.school.classes[name], IN_TERM)
        assert stays(office, pupil) == [(CORAL, IN_TERM, None)]
        assert office.latest().endswith(f"moved to {CORAL}")

    def test_days_that_cannot_be(self, office: Office) -> None:
        pupil = office.admit(class_id=office.school.classes[CORAL], starts_on=date(2026, 10, 1))
        reef = office.school.classes[REEF]
        with pytest.raises(Refused, match="came on 1 October 2026"):
            office.students.move_to_class(pupil, reef, date(2026, 9, 30))
        with pytest.raises(Refused, match="6 November 2026 is still to come"):
            office.students.move_to_class(pupil, reef, IN_TERM + timedelta(days=1))
        office.students.move_to_class(pupil, reef, date(2026, 11, 2))
        with pytest.raises(Refused, match="came on 2 November 2026"):
            office.students.move_to_class(pupil, office.school.classes["Upper"], date(2026, 10, 20))

    def test_another_grade_is_said(self, office: Office) -> None:
        pupil = office.admit(class_id=office.school.classes[CORAL])
        lower = office.school.classes["Grade 4 Coral"]
        with pytest.raises(Refused, match="has no pupils of Grade 5") as refused:
            office.students.move_to_class(pupil, lower, IN_TERM)
        assert refused.value.field == "class"
        office.students.move_to_class(pupil, lower, IN_TERM, office.school.made.grades["G4"])
        current = office.record(pupil).current
        assert current is not None
        assert (current.grade, current.class_name) == ("Grade 4", "Grade 4 Coral")

    def test_a_class_without_stated_grades_takes_anybody(self, office: Office) -> None:
        anybody = office.school.add_class("Homework club")
        pupil = office.admit()
        with office.school.db.write(office.actor, "change_class") as session:
            delete(session, session.scalars(select(ClassGrade).where(ClassGrade.class_id == anybody)).one())
        office.students.move_to_class(pupil, anybody, IN_TERM)
        assert stays(office, pupil) == [("Homework club", IN_TERM, None)]

    def test_a_whole_group_moves_or_nobody(self, office: Office) -> None:
        pupils = [office.admit(f"Given {n}", class_id=office.school.classes[CORAL]) for n in range(3)]
        sitting = office.sitting()
        office.students.move_all(pupils, office.school.classes[REEF], IN_TERM)
        assert [stays(office, pupil)[-1][0] for pupil in pupils] == [REEF] * 3
        assert office.latest() == f"3 pupils moved to {REEF}"
        sitting.undo()
        assert [stays(office, pupil) for pupil in pupils] == [[(CORAL, FIRST_DAY, None)]] * 3
        office.students.withdraw(pupils[2], IN_TERM, "emigrated", "EMI_UK")
        with pytest.raises(Refused, match="not on roll"):
            office.students.move_all(pupils, office.school.classes[REEF], IN_TERM)
        assert stays(office, pupils[0]) == [(CORAL, FIRST_DAY, None)]
        office.students.move_all(pupils[:1], office.school.classes[REEF], IN_TERM)
        assert office.latest() == f"Given 0 Pupil 0004 moved to {REEF}"
        with pytest.raises(Refused, match="still to come"):
            office.students.move_all(pupils, office.school.classes[REEF], date(2027, 1, 1))


class TestLeavingAndComingBack:
    """Withdrawals and re-admissions."""

    def test_nothing_of_the_record_is_lost(self, office: Office) -> None:
        pupil = office.admit(class_id=office.school.classes[CORAL])
        office.students.withdraw(pupil, IN_TERM, "emigrated", "EMI_UK")
        record = office.record(pupil)
        (line,) = record.enrolments
        assert (line.ends_on, line.exit, line.exit_reason) == (IN_TERM, "emigrated", "EMI_UK")
        assert (record.current, record.number) == (None, "T1-0001")
        assert stays(office, pupil) == [(CORAL, FIRST_DAY, IN_TERM)]
        assert office.latest() == "Élodie-Ann Pupil 0004 withdrawn"
        search = StudentSearch(office.school.db, office.actor)
        assert search.count("", StudentFilter(Roll.ON)) == 0
        assert search.count("elodie", StudentFilter(Roll.LEFT)) == 1

    def test_stays_end_with_the_enrolment(self, office: Office) -> None:
        pupil = office.admit(class_id=office.school.classes[CORAL])
        office.students.move_to_class(pupil, office.school.classes[REEF], date(2026, 10, 1))
        office.students.move_to_class(pupil, office.school.classes["Upper"], date(2026, 11, 2))
        office.students.withdraw(pupil, date(2026, 10, 15), "dropped_out", None)
        assert stays(office, pupil) == [
            (CORAL, FIRST_DAY, date(2026, 10, 1)),
            (REEF, date(2026, 10, 1), date(2026, 10, 15)),
        ]

    @pytest.mark.parametrize(
        ("on", "kind", "said"),
        [
            (date(2026, 9, 6), "expelled", "before the first day, 7 September 2026"),
            (date(2026, 11, 6), "expelled", "still to come"),
            (IN_TERM, "gone", "Choose why the pupil leaves"),
            (IN_TERM, "", "Choose why the pupil leaves"),
        ],
    )
    def test_what_cannot_be(self, office: Office, on: date, kind: str, said: str) -> None:
        pupil = office.admit()
        with pytest.raises(Refused, match=said):
            office.students.withdraw(pupil, on, kind, None)
        assert office.record(pupil).current is not None

    def test_who_left_cannot_leave_again_or_move(self, office: Office) -> None:
        pupil = office.admit()
        office.students.withdraw(pupil, IN_TERM, "deceased", "DEC")
        with pytest.raises(Refused, match="not on roll"):
            office.students.withdraw(pupil, IN_TERM, "deceased", "DEC")
        with pytest.raises(Refused, match="not on roll"):
            office.students.move_to_class(pupil, office.school.classes[CORAL], IN_TERM)

    def test_back_again(self, office: Office) -> None:
        pupil = office.admit(class_id=office.school.classes[CORAL])
        office.students.withdraw(pupil, date(2026, 10, 1), "transferred", "MOVE")
        g5, reef = office.school.made.grades["G5"], office.school.classes[REEF]
        office.students.readmit(pupil, Readmission(office.school.year, g5, IN_TERM, reef, repeater=True))
        record = office.record(pupil)
        assert [line.ends_on for line in record.enrolments] == [None, date(2026, 10, 1)]
        current = record.current
        assert current is not None
        assert (current.class_name, current.repeater, current.starts_on) == (REEF, True, IN_TERM)
        assert office.latest() == "Élodie-Ann Pupil 0004 admitted again"
        with office.school.db.read() as session:
            assert session.get_one(Enrolment, current.id).previous_id == record.enrolments[1].id
        with pytest.raises(Refused, match="on roll already"):
            office.students.readmit(pupil, Readmission(office.school.year, g5, IN_TERM))

    def test_back_without_a_class_and_undone(self, office: Office) -> None:
        pupil = office.admit()
        office.students.withdraw(pupil, date(2026, 10, 1), "transferred", None)
        sitting = office.sitting()
        office.students.readmit(
            pupil, Readmission(office.school.year, office.school.made.grades["G6"], IN_TERM)
        )
        assert office.record(pupil).current is not None
        sitting.undo()
        assert office.record(pupil).current is None

    def test_back_on_a_day_or_into_a_class_that_cannot_be(self, office: Office) -> None:
        pupil = office.admit()
        office.students.withdraw(pupil, date(2026, 10, 1), "transferred", None)
        g5, year = office.school.made.grades["G5"], office.school.year
        for back, said in (
            (Readmission(year, g5, date(2026, 9, 30)), "left on 1 October 2026"),
            (Readmission(year, g5, date(2028, 1, 1)), "outside the school year"),
            (Readmission(year, g5, IN_TERM, office.school.classes["Grade 4 Coral"]), "has no pupils"),
        ):
            with pytest.raises(Refused, match=said):
                office.students.readmit(pupil, back)
        assert office.record(pupil).current is None


def test_nobody_is_admitted_to_a_grade_the_country_no_longer_has(office: Office) -> None:
    school = office.school
    pupil = office.admit()
    office.students.withdraw(pupil, IN_TERM, "transferred", None)
    with school.db.write(school.actor, "set_up") as session:
        session.get_one(EducationGrade, school.made.grades["G6"]).valid_to = date(2026, 8, 31)
    with pytest.raises(Refused, match="There is no Grade 6 in 2026–27 any more") as refused:
        office.students.readmit(pupil, Readmission(school.year, school.made.grades["G6"], IN_TERM))
    assert refused.value.field == "grade"


def test_the_clock_of_the_laptop_is_used_by_default(office: Office) -> None:
    service = StudentService(office.school.db, office.actor)
    with pytest.raises(Refused, match="must be before"):
        service.change(office.admit(), "birth_date", date(2999, 1, 1))
