"""Results of a class: the rules' numbers, positions and what a small class hides; the rows of the export."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from emis_desktop.errors import Refused
from emis_desktop.models import AssessmentScheme
from emis_desktop.queries.results import ResultQueries
from emis_desktop.rules.results import ResultState
from emis_desktop.rules.rights import Role
from emis_desktop.services.structure import StructureService
from tests.factories.schools import School, classroom, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


def test_positions_ties_and_who_is_not_ranked(school: School) -> None:
    room = classroom(school, pupils=6)
    test, exam = room.items
    marks = {1: ("45", "60"), 2: ("40", "90"), 3: ("45", "60"), 4: ("10", "20"), 5: ("50", "100")}
    school.enter(
        {
            (room.pupil(number), item): text
            for number, texts in marks.items()
            for item, text in zip((test, exam), texts, strict=True)
        }
    )
    school.enter({(room.pupil(6), test): "50"})
    found = ResultQueries(school.db, school.actor).class_results(room.class_id, room.term_id)
    assert found.on_roll == 6
    assert [line.position.text if line.position else "" for line in found.pupils] == [
        "3 =",
        "2",
        "3 =",
        "5",
        "1",
        "",
    ]
    assert [line.position.of for line in found.pupils if line.position] == [5] * 5
    assert [line.subject_positions[0].text if line.subject_positions[0] else "" for line in found.pupils] == [
        "3 =",
        "2",
        "3 =",
        "5",
        "1",
        "",
    ]
    (group,) = found.groups
    assert group.term.average == Decimal("70.0")
    assert group.subjects[room.subject_id].highest == 100
    last = found.pupils[5]
    assert last.term.pending
    assert (last.term.state, last.subjects[0].coverage_percent) == (ResultState.PROVISIONAL, 40)


def test_a_small_class_hides_comparisons(school: School) -> None:
    room = classroom(school, pupils=4)
    school.enter({(room.pupil(number), item): "45" for number in range(1, 5) for item in room.items})
    found = ResultQueries(school.db, school.actor).class_results(room.class_id, room.term_id)
    assert [line.position for line in found.pupils] == [None] * 4
    assert [line.subject_positions for line in found.pupils] == [(None,)] * 4
    assert not found.groups[0].term.shown


def test_each_grade_of_a_class_is_compared_by_itself(school: School) -> None:
    room = classroom(school, pupils=5)
    sixth = school.add_items([("PAPER", 100, "100")], grade="G6")
    mixed = school.add_class("Grades 5 and 6", ("G5", "G6"))
    for number in range(11, 21):
        school.add_pupil(f"Pupil {number:04}", "Grades 5 and 6", "G5" if number < 16 else "G6")
    school.enter({(room.pupil(number), item): str(number) for number in range(11, 16) for item in room.items})
    school.enter({(room.pupil(number), sixth[0]): str(number) for number in range(16, 21)})
    found = ResultQueries(school.db, school.actor).class_results(mixed, room.term_id)
    assert [line.position.text if line.position else "" for line in found.pupils] == [
        "5",
        "4",
        "3",
        "2",
        "1",
    ] * 2
    assert [group.term.highest for group in found.groups] == [Decimal("21.0"), Decimal("20.0")]


def test_a_subject_teacher_gets_the_own_subject(school: School) -> None:
    room = classroom(school, pupils=1)
    school.add_items([("TEST", 10, "1")], subject="P-SC")
    teacher, lead = school.add_teacher(), school.add_teacher("Teacher 02")
    plan = StructureService(school.db, school.actor)
    plan.set_subject_teacher(room.class_id, school.made.subjects["P-SC"], teacher)
    plan.set_class_teacher(room.class_id, lead)
    mine = ResultQueries(school.db, school.sign_in(Role.TEACHER, teacher))
    found = mine.class_results(room.class_id, room.term_id, "es")
    assert [result.plan.name for result in found.pupils[0].subjects] == ["Ciencias naturales"]
    leading = ResultQueries(school.db, school.sign_in(Role.TEACHER, lead))
    assert len(leading.class_results(room.class_id, room.term_id).pupils[0].subjects) == 2


def test_rows_of_the_export(school: School) -> None:
    room = classroom(school, pupils=5)
    test, exam = room.items
    science = school.add_items([("TEST", 10, "1")], subject="P-SC")
    StructureService(school.db, school.actor).set_subject_teacher(
        room.class_id, school.made.subjects["P-SC"], None
    )
    school.enter({(room.pupil(1), test): "45", (room.pupil(1), exam): "60", (room.pupil(2), test): "45"})
    school.enter({(room.pupil(3), test): "A", (room.pupil(3), exam): "A"})
    school.enter({(room.pupil(4), test): "E", (room.pupil(4), exam): "E"})
    school.enter({(room.pupil(1), science[0]): "7"})
    queries = ResultQueries(school.db, school.actor)
    rows = [row for row in queries.term_results(school.id, room.term_id) if row.subject_code == "P-MA"]
    assert [(row.student_name, row.mark, row.letter, row.state) for row in rows] == [
        ("0001, Pupil", Decimal(72), "B", "final"),
        ("0002, Pupil", Decimal(90), "", "provisional"),
        ("0003, Pupil", Decimal(0), "E", "absent"),
        ("0004, Pupil", None, "", "exempt"),
        ("0005, Pupil", None, "", "provisional"),
    ]
    assert {(row.class_name, row.year, row.term, row.subject, row.place, row.tied) for row in rows} == {
        ("Grade 5 Coral", "2026-27", 1, "Mathematics", None, False)
    }
    assert queries.term_results(None, room.term_id) == queries.term_results(school.id, room.term_id)
    office = ResultQueries(school.db, school.sign_in(Role.MINISTRY_OFFICER, everywhere=True))
    assert len(office.term_results(None, room.term_id)) == 10
    with pytest.raises(Refused, match="Write records to a file"):
        ResultQueries(school.db, school.sign_in(Role.TEACHER)).term_results(school.id, room.term_id)


def test_a_subject_that_counts_nothing_is_not_exported(school: School) -> None:
    room = classroom(school, pupils=1)
    with school.db.write(school.actor, "use_scheme") as session:
        for scheme in session.query(AssessmentScheme):
            scheme.missing_policy = "exclude"
    assert ResultQueries(school.db, school.actor).term_results(school.id, room.term_id) == []
