"""Home: figures that add up, tasks that need somebody, charts with real data."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop.errors import Cancelled, Refused
from emis_desktop.models import AssessmentScheme, ClassPupil, JoinedServer, Person, SchoolClass, Term
from emis_desktop.queries.assessed import Sheet
from emis_desktop.queries.home import Home, HomeQueries, PyramidRow, TaskKind
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Role
from emis_desktop.services.items import ItemService, NewItem
from emis_desktop.services.marks import TypedMark, enter_marks
from emis_desktop.services.report_cards import IssueOrder, Prepared, ReportCardService
from emis_desktop.services.structure import NewSchool, StructureService
from emis_desktop.services.students import StudentService
from resources.words import Words
from tests.factories.schools import IN_TERM, Classroom, School, classroom, opened_school

ENGLISH = Words.load("en")
FRESH = datetime(2026, 11, 4, 12, tzinfo=UTC)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


def home(
    school: School,
    actor: Actor | None = None,
    *,
    today: date = IN_TERM,
    last_backup: datetime | None = FRESH,
) -> Home:
    queries = HomeQueries(school.db, actor or school.actor)
    return queries.home(school.id, school.term(), today, last_backup=last_backup, backup_days=7)


def lines(found: Home) -> list[tuple[TaskKind, str, str]]:
    return [(task.kind, task.title.text(ENGLISH), task.detail.text(ENGLISH)) for task in found.tasks]


def half_entered(school: School) -> Classroom:
    """Six pupils: three complete, one half way, two empty."""
    room = classroom(school, pupils=6)
    test, exam = room.items
    school.enter({(room.pupil(number), item): str(20 * number) for number in (1, 2) for item in room.items})
    school.enter({(room.pupil(3), test): "A", (room.pupil(3), exam): "30", (room.pupil(4), test): "10"})
    return room


def issue(room: Classroom) -> None:
    service = ReportCardService(room.school.db, room.school.actor)
    order = IssueOrder((room.class_id,), room.term_id, IN_TERM)
    service.commit([found.frozen for found in service.preparing(order) if isinstance(found, Prepared)])


def test_an_empty_school_is_told_what_to_do_first(school: School) -> None:
    found = home(school, last_backup=None)
    assert lines(found) == [
        (
            TaskKind.NO_CLASSES,
            "Add the classes of this year",
            "Pupils, marks and report cards belong to classes",
        ),
        (
            TaskKind.NO_PUPILS,
            "Bring in the class list",
            "From a CSV or Excel file, or type the pupils one by one",
        ),
    ]
    assert (found.figures.on_roll, found.figures.cards_total, found.pyramid, found.spreads) == (0, 0, (), ())
    assert found.averages.grades == ()


def test_an_empty_school_is_no_task_of_a_ministry_that_has_joined(school: School) -> None:
    ministry = replace(school.actor, role=Role.MINISTRY_OFFICER, institution_id=None)
    assert [task.kind for task in home(school, ministry).tasks] == [TaskKind.NO_CLASSES, TaskKind.NO_PUPILS]
    joined = JoinedServer(
        server_id=UUID(int=1), server_key=b"k", server_name="Ministry", url="https://a.example",
        node=UUID(int=2), node_kind="nation", role="ministry_officer", classes="[]", laptop="Office 1",
        joined_at=0,
    )  # fmt: skip
    with school.db.replicate() as session:
        session.add(joined)
    assert home(school, ministry).tasks == ()
    assert [task.kind for task in home(school).tasks] == [TaskKind.NO_CLASSES, TaskKind.NO_PUPILS]


def test_figures_add_up(school: School) -> None:
    half_entered(school)
    school.add_pupil("Pupil 0099", "Grade 5 Coral", sex=None, ends_on=date(2026, 10, 1))
    figures = home(school).figures
    assert (figures.on_roll, figures.girls, figures.boys, figures.unstated) == (6, 3, 3, 0)
    assert (figures.marks_entered, figures.marks_expected) == (7, 12)
    assert figures.marks_due_on == date(2026, 12, 11)
    assert (figures.cards_ready, figures.cards_issued, figures.cards_incomplete, figures.cards_total) == (
        3,
        0,
        3,
        6,
    )


def test_whoever_locks_ends_the_reading(school: School) -> None:
    half_entered(school)

    def stop() -> None:
        raise Cancelled("Stopped. Nothing was left half done.")

    queries = HomeQueries(school.db, school.actor)
    with pytest.raises(Cancelled):
        queries.home(school.id, school.term(), IN_TERM, backup_days=7, go_on=stop)
    assert home(school).figures.on_roll > 0


def test_what_needs_the_office(school: School) -> None:
    room = half_entered(school)
    ItemService(school.db, school.actor).change(
        room.items[1], NewItem("EXAM", Decimal(100), Decimal(60), "exam", date(2026, 11, 4))
    )
    found = home(school, last_backup=datetime(2026, 10, 20, 12, tzinfo=UTC))
    assert lines(found) == [
        (TaskKind.MARKS_MISSING, "Enter 5 marks in Grade 5 Coral, Mathematics", "EXAM, was due 4 Nov 2026"),
        (TaskKind.CARDS_READY, "Issue 3 report cards", "Complete and checked; 3 others say what is missing"),
        (TaskKind.BACKUP_OLD, "Copy the records to a USB stick", "The last copy is of 20 Oct 2026"),
    ]
    marks, cards, _backup = found.tasks
    assert (marks.class_id, marks.subject_id, marks.count) == (room.class_id, room.subject_id, 5)
    assert (marks.due_on, marks.overdue) == (date(2026, 11, 4), True)
    assert (cards.class_id, cards.count) == (room.class_id, 3)
    before = home(school, today=date(2026, 11, 3))
    assert lines(before)[0][2] == "EXAM, due 4 Nov 2026"
    assert [kind for kind, _, _ in lines(home(school, today=date(2026, 9, 1)))] == [TaskKind.CARDS_READY]


def test_marks_without_a_due_date_are_told_as_open(school: School) -> None:
    half_entered(school)
    with school.db.write(school.actor, "change_term") as session:
        session.get_one(Term, school.term()).marks_due_on = None
    assert lines(home(school))[0][2] == "TEST is open"


def test_the_list_is_for_today(school: School) -> None:
    codes = ("P-MA", "P-SC", "P-LA", "P-SS", "P-PE", "P-MU", "P-AG", "P-HF", "P-IC")
    school.add_class("Grade 5 Coral", subjects=codes)
    for code in codes:
        school.add_items([("TEST", 10, "1")], subject=code)
    school.add_pupil("Pupil 0001", "Grade 5 Coral")
    kinds = [task.kind for task in home(school).tasks]
    assert kinds.count(TaskKind.MARKS_MISSING) == 8


def test_complete_cards_and_none_missing(school: School) -> None:
    room = classroom(school, pupils=1)
    school.enter({(room.pupil(1), item): "40" for item in room.items})
    assert lines(home(school)) == [(TaskKind.CARDS_READY, "Issue 1 report card", "Complete and checked")]


def test_issued_cards_are_told_when_something_on_them_changed(school: School) -> None:
    room = half_entered(school)
    issue(room)
    found = home(school)
    assert (found.figures.cards_issued, found.figures.cards_ready, found.figures.cards_incomplete) == (
        3,
        0,
        3,
    )
    assert TaskKind.CARDS_CHANGED not in [task.kind for task in found.tasks]
    school.enter({(room.pupil(1), room.items[0]): "41"})
    changed = home(school).tasks[0]
    assert changed.title.text(ENGLISH) == "Issue 1 report card of Grade 5 Coral again"
    assert (changed.kind, changed.count, changed.class_id) == (TaskKind.CARDS_CHANGED, 1, room.class_id)
    school.enter({(room.pupil(1), room.items[0]): "20"})
    assert TaskKind.CARDS_CHANGED not in [task.kind for task in home(school).tasks]


def test_a_card_with_a_class_teacher_is_as_issued_until_a_name_on_it_changes(school: School) -> None:
    room = half_entered(school)
    with school.db.write(school.actor, "change_class") as session:
        teacher = Person(id=new_id(), given_names="Teacher", family_name="One")
        session.add(teacher)
        session.flush()
        session.get_one(SchoolClass, room.class_id).teacher_id = teacher.id
    issue(room)
    school.enter({(room.pupil(4), room.items[1]): "10"})
    kinds = [task.kind for task in home(school).tasks]
    StudentService(school.db, school.actor).change(room.pupil(1), "given_names", "Renamed")
    after = [task.kind for task in home(school).tasks]
    assert (TaskKind.CARDS_CHANGED in kinds, TaskKind.CARDS_CHANGED in after) == (False, True)


def test_incomplete_cards_matter_at_the_end_of_the_term(school: School) -> None:
    room = half_entered(school)
    issue(room)
    assert TaskKind.CARDS_INCOMPLETE not in [task.kind for task in home(school).tasks]
    late = [
        task for task in home(school, today=date(2026, 12, 1)).tasks if task.kind is TaskKind.CARDS_INCOMPLETE
    ]
    assert [(task.title.text(ENGLISH), task.detail.text(ENGLISH), task.overdue) for task in late] == [
        ("3 report cards are incomplete", "The term ends 11 Dec 2026", False)
    ]
    after = home(school, today=date(2026, 12, 12)).tasks
    assert [task.overdue for task in after if task.kind is TaskKind.CARDS_INCOMPLETE] == [True]


def test_pupils_without_a_class_are_told(school: School) -> None:
    classroom(school, pupils=2)
    with school.db.write(school.actor, "move_class") as session:
        for stay in session.query(ClassPupil):
            stay.ends_on = date(2026, 10, 1)
    found = home(school)
    assert lines(found)[0] == (
        TaskKind.PUPILS_WITHOUT_CLASS,
        "Place 2 pupils in a class",
        "On the roll of the school, in no class yet",
    )
    assert (found.figures.on_roll, found.figures.cards_total) == (2, 0)
    assert found.averages.grades == ("G5",)


def test_a_copy_is_due_after_a_week_or_when_there_is_none(school: School) -> None:
    classroom(school, pupils=1)
    assert lines(home(school, last_backup=None))[-1][2] == "There is no USB copy yet"
    six_days = datetime(2026, 11, 5, 12, tzinfo=UTC) - timedelta(days=6)
    assert TaskKind.BACKUP_OLD not in [task.kind for task in home(school, last_backup=six_days).tasks]
    sooner = HomeQueries(school.db, school.actor).home(
        school.id, school.term(), IN_TERM, last_backup=six_days, backup_days=6
    )
    assert TaskKind.BACKUP_OLD in [task.kind for task in sooner.tasks]


def test_charts_have_the_schools_data(school: School) -> None:
    room = half_entered(school)
    school.add_class("Grade 6 Heron", ("G6",), ("P-MA", "P-MU"))
    school.add_pupil("Pupil 0011", "Grade 6 Heron", "G6", sex="M")
    school.add_pupil("Pupil 0012", "Grade 6 Heron", "G6", sex=None)
    sixth = school.add_items([("PAPER", 100, "1")], grade="G6", subject="P-MU")
    school.enter({(room.pupil(11), sixth[0]): "95"})
    found = home(school)
    assert found.pyramid == (PyramidRow("Grade 6", "G6", 0, 1, 1), PyramidRow("Grade 5", "G5", 3, 3, 0))
    assert found.averages.grades == ("G6", "G5")
    assert [name for _, name in found.averages.subjects] == ["Mathematics", "Music"]
    assert found.averages.values == ((None, Decimal(95)), (Decimal(34), None))
    maths, music = found.spreads
    assert (maths.name, maths.count, maths.average, maths.passed_percent) == (
        "Mathematics",
        3,
        Decimal("34.0"),
        Decimal("33.3"),
    )
    assert sum(bar.count for bar in maths.bars) == 3
    assert (music.count, music.average, music.bars[9].count) == (1, Decimal("95.0"), 1)


def test_a_subject_without_final_marks_has_no_average(school: School) -> None:
    classroom(school, pupils=1)
    (maths,) = home(school).spreads
    assert (maths.count, maths.average, maths.passed_percent) == (0, None, None)


def test_a_teacher_sees_the_own_classes_and_subjects(school: School) -> None:
    room = half_entered(school)
    school.add_class("Grade 5 Reef")
    school.add_pupil("Pupil 0021", "Grade 5 Reef")
    lead, music = school.add_teacher(), school.add_teacher("Teacher 02")
    plan = StructureService(school.db, school.actor)
    plan.set_class_teacher(room.class_id, lead)
    plan.set_subject_teacher(room.class_id, school.made.subjects["P-MU"], music)
    school.add_items([("PLAY", 10, "1")], subject="P-MU")
    leading = home(school, school.sign_in(Role.TEACHER, lead))
    assert (leading.figures.on_roll, leading.figures.cards_total, leading.figures.marks_expected) == (
        6,
        6,
        18,
    )
    assert [task.kind for task in leading.tasks] == [TaskKind.MARKS_MISSING] * 2
    teaching = home(school, school.sign_in(Role.TEACHER, music))
    assert (teaching.figures.cards_total, teaching.figures.marks_expected) == (0, 6)
    assert [task.title.text(ENGLISH) for task in teaching.tasks] == ["Enter 6 marks in Grade 5 Coral, Music"]


def test_who_may_only_look_has_nothing_to_do(school: School) -> None:
    half_entered(school)
    auditor = home(school, school.sign_in(Role.AUDITOR), last_backup=None)
    assert auditor.tasks == ()
    assert auditor.figures.on_roll == 6


def test_another_schools_page_is_not_shown(school: School) -> None:
    other = StructureService(school.db, school.actor).create_school(
        NewSchool("D-0108", "Leeward Demo School")
    )
    with pytest.raises(Refused, match="another school"):
        HomeQueries(school.db, school.actor).home(other, school.term(), IN_TERM, backup_days=7)


def test_marks_that_count_as_they_are_make_every_card_ready(school: School) -> None:
    half_entered(school)
    with school.db.write(school.actor, "use_scheme") as session:
        for scheme in session.query(AssessmentScheme):
            scheme.missing_policy = "exclude"
    figures = home(school).figures
    assert (figures.cards_ready, figures.cards_incomplete) == (4, 2)


def test_a_subject_without_tests_is_told_and_leaves_no_card_ready(school: School) -> None:
    room = half_entered(school)
    subject = school.made.subjects["P-SC"]
    StructureService(school.db, school.actor).set_subject_teacher(room.class_id, subject, None)
    found = home(school)
    figures = found.figures
    assert (figures.cards_ready, figures.cards_incomplete, figures.without_tests) == (0, 6, 1)
    (task,) = (task for task in found.tasks if task.kind is TaskKind.TESTS_MISSING)
    assert task.title.text(ENGLISH) == "Add tests in Grade 5 Coral, Science"
    assert (task.class_id, task.subject_id) == (room.class_id, subject)
    assert [name for _key, name in found.averages.subjects] == ["Mathematics"]
    school.add_class("Grade 5 Reef", subjects=("P-SC",))
    school.add_pupil("Pupil 0099", "Grade 5 Reef")
    (task,) = (task for task in home(school).tasks if task.kind is TaskKind.TESTS_MISSING)
    assert task.title.text(ENGLISH) == "2 mark sheets have no tests yet"
    assert task.class_id is None
    ItemService(school.db, school.actor).set_assessed(
        Sheet(room.class_id, subject, room.term_id), assessed=False
    )
    assert (home(school).figures.cards_ready, home(school).figures.without_tests) == (3, 1)


def test_issued_cards_that_lack_a_mark_now_are_incomplete(school: School) -> None:
    room = half_entered(school)
    issue(room)
    assert home(school).figures.cards_issued == 3
    with school.db.write(school.actor, "clear_marks") as session:
        enter_marks(session, school.actor, [TypedMark(room.pupil(1), room.items[0], "")])
    figures = home(school).figures
    assert (figures.cards_ready, figures.cards_issued, figures.cards_incomplete) == (0, 2, 4)
    assert TaskKind.CARDS_CHANGED not in {task.kind for task in home(school).tasks}
