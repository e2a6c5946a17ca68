"""Items of a term: added once, never below a mark that stands, removed only when empty."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import AssessmentItem
from emis_desktop.queries.assessed import Sheet, not_assessed
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.items import ItemPlace, ItemService, NewItem
from emis_desktop.services.undo import UndoService
from tests.factories.schools import Classroom, School, classroom, demo_profile, opened_school

PROJECT = NewItem("Project", Decimal(50), Decimal(15))


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def room(school: School) -> Classroom:
    return classroom(school, pupils=2)


@pytest.fixture
def items(school: School) -> ItemService:
    return ItemService(school.db, school.actor)


def place(room: Classroom) -> ItemPlace:
    return ItemPlace(room.school.id, room.school.made.grades["G5"], room.subject_id, room.term_id)


def rows(school: School) -> list[tuple[str, str, Decimal, int]]:
    with school.db.read() as session:
        found = session.scalars(
            select(AssessmentItem)
            .where(AssessmentItem.deleted_at.is_(None))
            .order_by(AssessmentItem.position)
        )
        return [(row.code, row.part, row.maximum, row.position) for row in found]


def test_items_come_after_those_that_are_there(room: Classroom, items: ItemService) -> None:
    items.add(place(room), [PROJECT, NewItem("Quiz 1", Decimal(20), Decimal(5), "exam")])
    assert rows(room.school)[2:] == [
        ("PROJECT", "coursework", Decimal(50), 3),
        ("QUIZ1", "exam", Decimal(20), 4),
    ]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (replace(PROJECT, name=" test "), "an item TEST already"),
        (replace(PROJECT, name=""), "1 to 60 characters"),
        (replace(PROJECT, name="x" * 61), "1 to 60 characters"),
        (replace(PROJECT, maximum=Decimal(0)), "number above 0"),
        (replace(PROJECT, weight=Decimal(-1)), "number above 0"),
    ],
)
def test_items_that_cannot_be_are_refused(
    room: Classroom, items: ItemService, item: NewItem, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        items.add(place(room), [replace(PROJECT, name="Report"), item])
    assert len(rows(room.school)) == 2


def test_a_maximum_never_falls_under_a_mark(room: Classroom, items: ItemService) -> None:
    room.school.enter({(room.pupil(1), room.items[0]): "45"})
    with pytest.raises(Refused, match="A mark of 45 is entered"):
        items.change(room.items[0], NewItem("Test", Decimal("44.5"), Decimal(40)))
    items.change(room.items[0], NewItem("Test", Decimal(45), Decimal(30)))
    items.change(room.items[1], NewItem("Exam", Decimal(10), Decimal(70), "exam"))
    assert [row[2] for row in rows(room.school)] == [Decimal(45), Decimal(10)]


def test_an_item_with_marks_stays(room: Classroom, items: ItemService) -> None:
    room.school.enter({(room.pupil(1), room.items[0]): "45", (room.pupil(2), room.items[0]): "A"})
    with pytest.raises(Refused, match="TEST has marks of 2 pupils"):
        items.remove(room.items[0])
    items.remove(room.items[1])
    assert [row[0] for row in rows(room.school)] == ["TEST"]
    with pytest.raises(Refused, match="item is no longer there"):
        items.remove(room.items[1])
    with pytest.raises(Refused, match="item is no longer there"):
        items.lock(new_id(), locked=True)


def test_an_item_comes_back_as_itself(room: Classroom, items: ItemService) -> None:
    items.remove(room.items[1])
    again = items.add(place(room), [NewItem("Exam", Decimal(80), Decimal(50), "exam", code="EXAM")])
    assert again == (room.items[1],)
    assert rows(room.school)[1] == ("EXAM", "exam", Decimal(80), 2)


def test_templates_fill_what_is_empty_and_only_once(school: School, items: ItemService) -> None:
    school.add_class("Grade 5 Coral", subjects=("P-MA", "P-SC"))
    school.add_items([("OWN", 10, "1")], subject="P-MA")
    terms = [school.term(1), school.term(2)]
    assert items.add_from_templates(school.id, terms, demo_profile()) == 8 + 16
    assert items.add_from_templates(school.id, terms, demo_profile()) == 0
    with school.db.read() as session:
        science = session.scalars(
            select(AssessmentItem)
            .where(
                AssessmentItem.subject_id == school.made.subjects["P-SC"],
                AssessmentItem.term_id == school.term(1),
            )
            .order_by(AssessmentItem.position)
        ).all()
    assert [row.name for row in science][:3] == ["Quiz 1", "Quiz 2", "Quiz 3"]
    assert sum(row.weight for row in science) == 100


def test_items_are_the_offices(room: Classroom) -> None:
    teacher = room.school.sign_in(Role.TEACHER, room.school.add_teacher())
    with pytest.raises(Refused, match="Change years, classes and grading"):
        ItemService(room.school.db, teacher).add(place(room), [PROJECT])


def test_only_a_subject_without_tests_can_be_set_as_not_assessed(
    room: Classroom, items: ItemService, school: School
) -> None:
    undo = UndoService(school.db, school.actor)
    sheet = Sheet(room.class_id, room.subject_id, room.term_id)
    with pytest.raises(Refused, match="There are tests in this subject"):
        items.set_assessed(sheet, assessed=False)
    other = sheet._replace(subject_id=school.made.subjects["P-SC"])
    with school.db.read() as session:
        assert not not_assessed(session, school.id, [sheet, other])
    items.set_assessed(other, assessed=False)
    with school.db.read() as session:
        assert not_assessed(session, school.id, [sheet, other]) == {other}
    undo.undo()
    with school.db.read() as session:
        assert not not_assessed(session, school.id, [sheet, other])


def test_what_is_assessed_is_for_the_office_to_say(room: Classroom, school: School) -> None:
    teacher = ItemService(school.db, school.sign_in(Role.TEACHER))
    with pytest.raises(Refused):
        teacher.set_assessed(Sheet(room.class_id, room.subject_id, room.term_id), assessed=False)
