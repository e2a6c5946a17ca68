"""Home remembers what it read of a class, and never longer than it is true."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from emis_desktop.models import ClassPupil, Institution, Person, PersonIdentity, Setting
from emis_desktop.queries import home as home_page
from emis_desktop.queries.home import Home, HomeQueries
from emis_desktop.queries.home_marks import ClassMarks, class_marks
from emis_desktop.queries.home_memory import MOST_CHANGES
from emis_desktop.rules.ids import new_id
from emis_desktop.services.marks import MarkService
from emis_desktop.services.remarks import AttendanceFigures, RemarkService
from emis_desktop.services.report_cards import IssueOrder, Prepared, ReportCardService
from emis_desktop.services.structure import StructureService
from emis_desktop.services.undo import UndoService
from tests.factories.schools import IN_TERM, Classroom, School, classroom, opened_school

OTHER = "Grade 5 Reef"


@dataclass
class Desk:
    """A school of two classes with issued cards, the page that remembers, and what it reads anew."""

    room: Classroom
    remembering: HomeQueries
    read: list[str] = field(default_factory=list)

    @property
    def school(self) -> School:
        """The school."""
        return self.room.school

    def page(self, queries: HomeQueries | None = None, term: int = 1) -> Home:
        """The page; ``read`` are then the classes that were read for it."""
        self.read.clear()
        term_id = self.school.term(term)
        return (queries or self.remembering).home(self.school.id, term_id, IN_TERM, backup_days=7)

    def fresh(self) -> Home:
        """The page of somebody who remembers nothing."""
        return self.page(HomeQueries(self.school.db, self.school.actor))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with opened_school(tmp_path) as school:
        room = classroom(school, pupils=3)
        school.add_class(OTHER)
        school.add_pupil("Pupil 0009", OTHER)
        pupils = [room.pupil(1), room.pupil(2), school.pupils["Pupil 0009"]]
        school.enter({(pupil, item): "40" for pupil in pupils for item in room.items})
        service = ReportCardService(school.db, school.actor)
        order = IssueOrder((room.class_id, school.classes[OTHER]), room.term_id, IN_TERM)
        service.commit([found.frozen for found in service.preparing(order) if isinstance(found, Prepared)])
        made = Desk(room, HomeQueries(school.db, school.actor))

        def counted(*asked: object) -> ClassMarks:
            made.read.append(asked[2].name)  # type: ignore[attr-defined]
            return class_marks(*asked)  # type: ignore[arg-type]

        monkeypatch.setattr(home_page, "class_marks", counted)
        made.page()
        assert made.read == ["Grade 5 Coral", OTHER]
        yield made


def test_a_second_look_reads_nothing(desk: Desk) -> None:
    first = desk.page()
    assert desk.read == []
    assert first == desk.fresh()


def test_one_mark_reads_one_class(desk: Desk) -> None:
    marks = MarkService(desk.school.db, desk.school.actor)
    marks.record(desk.room.pupil(1), desk.room.items[0], "33")
    found = desk.page()
    assert desk.read == ["Grade 5 Coral"]
    assert found == desk.fresh()
    assert found.tasks != (), "its issued card says something else now"


def test_another_term_or_language_is_another_page(desk: Desk) -> None:
    desk.page(term=2)
    assert len(desk.read) == 2
    desk.page()
    assert len(desk.read) == 2


def _remark(desk: Desk) -> None:
    remarks = RemarkService(desk.school.db, desk.school.actor)
    remarks.set_class_teacher_remark(desk.room.pupil(2), desk.room.term_id, "Steady.")


def _days(desk: Desk) -> None:
    remarks = RemarkService(desk.school.db, desk.school.actor)
    remarks.set_attendance(desk.room.pupil(2), desk.room.term_id, AttendanceFigures(61, 1, 1, 0))


def _name(desk: Desk) -> None:
    with desk.school.db.write(desk.school.actor, "change_student") as session:
        session.get_one(Person, desk.room.pupil(1)).family_name = "Changed"


def _number(desk: Desk) -> None:
    row = PersonIdentity(id=new_id(), person_id=desk.room.pupil(1), kind="national", number="0000 0001-7")
    with desk.school.db.write(desk.school.actor, "change_student") as session:
        session.add(row)


def _move(desk: Desk) -> None:
    with desk.school.db.write(desk.school.actor, "move_student") as session:
        stay = session.query(ClassPupil).filter_by(enrolment_id=desk.school.enrolments["Pupil 0002"]).one()
        stay.ends_on = date(2026, 10, 1)
        session.add(
            ClassPupil(
                id=new_id(),
                class_id=desk.school.classes[OTHER],
                enrolment_id=stay.enrolment_id,
                starts_on=date(2026, 10, 1),
            )
        )


def _teacher(desk: Desk) -> None:
    plan = StructureService(desk.school.db, desk.school.actor)
    plan.set_class_teacher(desk.room.class_id, desk.school.add_teacher())


def _setting(desk: Desk) -> None:
    row = Setting(id=new_id(), institution_id=desk.school.id, name="card.levels", value='{"1": "Low"}')
    with desk.school.db.write(desk.school.actor, "change_setting") as session:
        session.add(row)


def _undo(desk: Desk) -> None:
    undo = UndoService(desk.school.db, desk.school.actor)
    MarkService(desk.school.db, desk.school.actor).record(desk.room.pupil(3), desk.room.items[0], "12")
    desk.page()
    undo.undo()


def _earlier_term(desk: Desk) -> None:
    (item,) = desk.school.add_items([("T3", 20, "100")], term=3)
    desk.page()
    desk.school.enter({(desk.room.pupil(1), item): "10"})


def _many(desk: Desk) -> None:
    with desk.school.db.write(desk.school.actor, "change_student") as session:
        session.add_all(
            Person(id=new_id(), given_names="Given", family_name=str(n)) for n in range(MOST_CHANGES + 1)
        )


@pytest.mark.parametrize(
    ("change", "classes"),
    [
        (_remark, 1),
        (_days, 1),
        (_name, 1),
        (_number, 1),
        (_undo, 1),
        (_move, 2),
        (_teacher, 2),
        (_setting, 2),
        (_earlier_term, 2),
        (_many, 2),
    ],
)
def test_what_is_remembered_is_what_is_read_anew(
    desk: Desk, change: Callable[[Desk], None], classes: int
) -> None:
    change(desk)
    found = desk.page()
    assert len(desk.read) == classes
    assert found == desk.fresh()


def test_what_home_shows_nothing_of_makes_nobody_read(desk: Desk) -> None:
    with desk.school.db.write(desk.school.actor, "add_user"):
        pass
    desk.school.sign_in(desk.school.actor.role)
    desk.page()
    assert desk.read == []
    with desk.school.db.write(desk.school.actor, "change_school") as session:
        session.get_one(Institution, desk.school.id).motto = "Another"
    desk.page()
    assert len(desk.read) == 2
