"""The grades of a class, and classes that nobody is in."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop.errors import Refused
from emis_desktop.queries.school import SchoolQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.classes import ClassService
from emis_desktop.services.undo import UndoService
from tests.factories.schools import IN_TERM, School, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        found.add_class("Coral")
        yield found


@pytest.fixture
def service(school: School) -> ClassService:
    return ClassService(school.db, school.actor)


def grades(school: School, name: str = "Coral") -> list[str]:
    for one in SchoolQueries(school.db, school.actor).classes(school.id, school.year, IN_TERM):
        if one.name == name:
            return [grade.code for grade in one.grades]
    return []


def ids(school: School, *codes: str) -> list[UUID]:
    return [school.made.grades[code] for code in codes]


def test_a_class_may_have_several_grades_and_come_back_to_one(school: School, service: ClassService) -> None:
    coral = school.classes["Coral"]
    service.set_grades(coral, ids(school, "G5", "G6", "G5"))
    assert grades(school) == ["G5", "G6"]
    service.set_grades(coral, ids(school, "G6"))
    assert grades(school) == ["G6"]
    service.set_grades(coral, ids(school, "G5", "G6"))
    assert grades(school) == ["G5", "G6"], "a grade that was taken away comes back"
    undo = UndoService(school.db, school.actor)
    service.set_grades(coral, ids(school, "G5"))
    undo.undo()
    assert grades(school) == ["G5", "G6"]


def test_a_grade_with_pupils_stays(school: School, service: ClassService) -> None:
    coral = school.classes["Coral"]
    school.add_pupil("Pupil 0001", "Coral")
    school.add_pupil("Pupil 0002", "Coral", ends_on=date(2026, 10, 1))
    with pytest.raises(Refused, match="There are pupils of Grade 5 in this class") as refused:
        service.set_grades(coral, ids(school, "G6"))
    assert refused.value.field == "grades"
    assert grades(school) == ["G5"]
    service.set_grades(coral, ids(school, "G5", "G4"))
    service.set_grades(coral, ids(school, "G5"))
    with pytest.raises(Refused, match="at least one grade"):
        service.set_grades(coral, [])


def test_an_empty_class_can_be_removed_and_comes_back_by_undo(school: School, service: ClassService) -> None:
    undo = UndoService(school.db, school.actor)
    school.add_class("Reef")
    service.remove(school.classes["Reef"])
    assert grades(school, "Reef") == []
    undo.undo()
    assert grades(school, "Reef") == ["G5"]


def test_a_class_that_anybody_was_in_stays(school: School, service: ClassService) -> None:
    school.add_pupil("Pupil 0001", "Coral", ends_on=date(2026, 10, 1))
    with pytest.raises(Refused, match="There are pupils in Coral"):
        service.remove(school.classes["Coral"])


def test_no_class_and_no_right(school: School, service: ClassService) -> None:
    with pytest.raises(Refused, match="no longer there"):
        service.remove(new_id())
    teacher = ClassService(school.db, school.sign_in(Role.TEACHER))
    with pytest.raises(Refused, match="not open to the role Teacher"):
        teacher.remove(school.classes["Coral"])
    with pytest.raises(Refused, match="not open to the role Teacher"):
        teacher.set_grades(school.classes["Coral"], ids(school, "G5"))
    service.remove(school.classes["Coral"])
    with pytest.raises(Refused, match="no longer there"):
        service.set_grades(school.classes["Coral"], ids(school, "G5"))


def test_a_class_has_room_and_a_shift(school: School, service: ClassService) -> None:
    coral = school.classes["Coral"]
    service.set_capacity(coral, 28)
    service.set_shift(coral, "  Afternoon ")
    (found,) = SchoolQueries(school.db, school.actor).classes(school.id, school.year, IN_TERM)
    assert (found.capacity, found.shift) == (28, "Afternoon")
    service.set_capacity(coral, None)
    service.set_shift(coral, "")
    (found,) = SchoolQueries(school.db, school.actor).classes(school.id, school.year, IN_TERM)
    assert (found.capacity, found.shift) == (None, "")
    with pytest.raises(Refused, match="at least 1"):
        service.set_capacity(coral, 0)
    with pytest.raises(Refused, match="longer than 24"):
        service.set_shift(coral, "x" * 25)
