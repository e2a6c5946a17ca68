"""Undo and redo over the journal: any act of this sitting, never over somebody else's change."""

import threading
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import Act, Enrolment, Mark, Person, SchoolClass
from emis_desktop.queries.gradebook import term_of
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.mark_sheet import MarkSheetQueries
from emis_desktop.queries.users import actor_of_user
from emis_desktop.rules.marks import MarkEntry
from emis_desktop.rules.rights import Role
from emis_desktop.services.admission import NewStudent
from emis_desktop.services.enrolments import leave
from emis_desktop.services.items import ItemService
from emis_desktop.services.marks import MarkService, TypedMark
from emis_desktop.services.remarks import RemarkService
from emis_desktop.services.structure import NewClass, StructureService, TermDates
from emis_desktop.services.students import StudentService
from emis_desktop.services.undo import UndoService
from resources.words import Words
from tests.factories.schools import Classroom, School, classroom, opened_school

ENGLISH = Words.load("en")


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def room(school: School) -> Classroom:
    return classroom(school, pupils=3)


@pytest.fixture
def undo(room: Classroom) -> UndoService:
    """A sitting that begins after the class was set up."""
    return UndoService(room.school.db, room.school.actor)


@pytest.fixture
def marks(room: Classroom) -> MarkService:
    return MarkService(room.school.db, room.school.actor)


def cells(room: Classroom) -> list[tuple[MarkEntry | None, ...]]:
    sheet = MarkSheetQueries(room.school.db, room.school.actor).sheet(
        room.class_id, room.subject_id, room.term_id
    )
    return [row.cells for row in sheet.rows]


def values(room: Classroom) -> list[Decimal | None]:
    return [None if cell is None else cell.value for row in cells(room) for cell in row]


def test_a_mark_goes_and_comes_back(room: Classroom, undo: UndoService, marks: MarkService) -> None:
    assert (undo.can_undo(), undo.can_redo()) == (None, None)
    marks.record(room.pupil(1), room.items[0], "45")
    marks.record(room.pupil(1), room.items[0], "40")
    said = undo.can_undo()
    assert said is not None
    assert said.text(ENGLISH) == "Mark of Pupil 0001, Mathematics TEST changed from 45 to 40"
    undone = undo.undo()
    assert undone.tables == {"mark"}
    assert values(room)[0] == 45
    undo.undo()
    assert values(room)[0] is None
    assert undo.can_undo() is None
    again = undo.can_redo()
    assert again is not None
    assert again.text(ENGLISH) == "Mark of Pupil 0001, Mathematics TEST entered: 45"
    undo.redo()
    undo.redo()
    assert values(room)[0] == 40
    with pytest.raises(Refused, match="nothing to do again"):
        undo.redo()
    undo.undo()
    undo.undo()
    with pytest.raises(Refused, match="nothing to undo"):
        undo.undo()
    assert values(room)[0] is None


def test_the_only_mark_of_who_left_early_comes_back_after_it_was_cleared(
    school: School, room: Classroom, undo: UndoService
) -> None:
    pupil, item = room.pupil(1), room.items[0]
    school.enter({(pupil, item): "40"})
    with school.db.write(school.actor, "leave") as session:
        starts_on = term_of(session, room.term_id).starts_on
        enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == pupil)).one()
        leave(session, enrolment, starts_on + timedelta(days=5))
    school.enter({(pupil, item): ""})
    undo.undo()
    with school.db.read() as session:
        given = session.scalars(select(Mark).where(Mark.student_id == pupil, Mark.deleted_at.is_(None))).one()
        assert given.value is not None


def test_a_paste_is_one_step(room: Classroom, undo: UndoService, marks: MarkService) -> None:
    marks.record(room.pupil(1), room.items[0], "7")
    marks.record_block(
        [TypedMark(room.pupil(number), item, "30") for number in (1, 2, 3) for item in room.items]
    )
    said = undo.can_undo()
    assert said is not None
    assert said.text(ENGLISH) == "6 marks of Mathematics entered"
    undo.undo()
    assert values(room) == [Decimal(7), None, None, None, None, None]
    undo.redo()
    assert values(room) == [Decimal(30)] * 6


def test_a_toast_names_the_act_it_takes_back(room: Classroom, undo: UndoService, marks: MarkService) -> None:
    act = undo.made_by(lambda: marks.record(room.pupil(1), room.items[0], "45")).act
    assert act is not None
    marks.record(room.pupil(2), room.items[0], "20")
    undo.undo_act(act)
    assert values(room)[:3] == [None, None, Decimal(20)]


def test_a_new_act_ends_what_could_be_done_again(
    room: Classroom, undo: UndoService, marks: MarkService
) -> None:
    marks.record(room.pupil(1), room.items[0], "45")
    undo.undo()
    marks.record(room.pupil(2), room.items[0], "20")
    assert undo.can_redo() is None


def test_what_was_changed_since_is_left(room: Classroom, undo: UndoService, marks: MarkService) -> None:
    school = room.school
    other = school.sign_in(Role.SCHOOL_ADMINISTRATOR)
    marks.record(room.pupil(1), room.items[0], "45")
    MarkService(school.db, other).record(room.pupil(1), room.items[0], "44")
    with pytest.raises(Refused, match="changed again since then"):
        undo.undo()
    MarkService(school.db, other).record(room.pupil(1), room.items[0], "45")
    undo.undo()
    assert values(room)[0] is None


def test_a_changed_field_is_left_too(room: Classroom, undo: UndoService) -> None:
    students = StudentService(room.school.db, room.school.actor)
    students.change(room.pupil(1), "birth_place", "Demo Bay")
    students.change(room.pupil(1), "birth_place", "Harbour")
    with room.school.db.read() as session:
        first = session.scalars(select(Act.seq).where(Act.verb == "change_student").order_by(Act.seq)).first()
    assert first is not None
    with pytest.raises(Refused, match="changed again since then"):
        undo.undo_act(first)
    undo.undo()
    undo.undo()
    with room.school.db.read() as session:
        assert session.get_one(Person, room.pupil(1)).birth_place is None


def test_a_locked_item_keeps_its_marks(room: Classroom, undo: UndoService, marks: MarkService) -> None:
    marks.record(room.pupil(1), room.items[0], "45")
    with room.school.db.read() as session:
        act = session.scalars(select(Act.seq).order_by(Act.seq.desc())).first()
    assert act is not None
    ItemService(room.school.db, room.school.actor).lock(room.items[0], locked=True)
    with pytest.raises(Refused, match="TEST is locked"):
        undo.undo_act(act)
    undo.undo()
    undo.undo_act(act)
    assert values(room)[0] is None
    with pytest.raises(Refused, match="undone already"):
        undo.undo_act(act)


def test_what_is_in_use_stays(room: Classroom, undo: UndoService) -> None:
    school = room.school
    plan = StructureService(school.db, school.actor)
    class_id = plan.create_class(
        NewClass(school.id, school.year, "Grade 5 Reef", (school.made.grades["G5"],))
    )
    students = StudentService(school.db, school.actor)
    students.admit(
        NewStudent(
            "Pupil",
            "0900",
            "F",
            date(2016, 3, 12),
            school.id,
            school.year,
            school.made.grades["G5"],
            date(2026, 9, 7),
            class_id=class_id,
        )
    )
    with school.db.read() as session:
        act = session.scalars(
            select(Act.seq).where(Act.verb == "create_class").order_by(Act.seq.desc())
        ).first()
    assert act is not None
    with pytest.raises(Refused, match="in use by later entries"):
        undo.undo_act(act)
    undo.undo()
    undo.undo()
    with school.db.read() as session:
        assert session.get_one(SchoolClass, class_id).deleted_at is not None


def test_other_verbs_go_the_same_way(room: Classroom, undo: UndoService) -> None:
    school = room.school
    StructureService(school.db, school.actor).set_term_dates(
        room.term_id, TermDates(date(2026, 9, 8), date(2026, 12, 10))
    )
    RemarkService(school.db, school.actor).set_class_teacher_remark(room.pupil(1), room.term_id, "Steady.")
    said = [undo.undo().sentence.text(ENGLISH) for _ in range(2)]
    assert said == ["Remark on Pupil 0001 written", "Dates of Term 1 changed"]
    assert len(cells(room)) == 3


def test_some_acts_are_never_undone(room: Classroom, undo: UndoService) -> None:
    room.school.sign_in(Role.TEACHER)
    assert undo.can_undo() is None
    with pytest.raises(Refused, match="cannot be undone"):
        undo.undo()


def test_only_own_acts_of_this_sitting(room: Classroom, marks: MarkService) -> None:
    school = room.school
    marks.record(room.pupil(1), room.items[0], "45")
    later = UndoService(school.db, school.actor)
    assert later.can_undo() is None
    with school.db.read() as session:
        act = session.scalars(select(Act.seq).order_by(Act.seq.desc())).first()
    assert act is not None
    office = UndoService(school.db, school.sign_in(Role.SCHOOL_ADMINISTRATOR))
    with pytest.raises(Refused, match="Undo what another person did"):
        office.undo_act(act)
    with pytest.raises(Refused, match="nothing to undo"):
        office.undo_act(99_999)
    second = school.sign_in(Role.SCHOOL_ADMINISTRATOR)
    MarkService(school.db, second).record(room.pupil(2), room.items[0], "20")
    with school.db.read() as session:
        act = session.scalars(select(Act.seq).order_by(Act.seq.desc())).first()
    assert act is not None
    later.undo_act(act)
    assert values(room)[2] is None


def test_an_earlier_act_undone_by_its_number_is_no_step_of_this_sitting(
    room: Classroom, marks: MarkService
) -> None:
    marks.record(room.pupil(1), room.items[0], "45")
    with room.school.db.read() as session:
        act = session.scalars(select(Act.seq).order_by(Act.seq.desc())).first()
    assert act is not None
    later = UndoService(room.school.db, room.school.actor)
    later.undo_act(act)
    assert (later.can_undo(), later.can_redo()) == (None, None)


def test_an_undo_is_told_in_history(room: Classroom, undo: UndoService, marks: MarkService) -> None:
    marks.record(room.pupil(1), room.items[0], "A")
    undo.undo()
    undo.redo()
    latest = HistoryQueries(room.school.db, room.school.actor).latest(3)
    assert [line.sentence.text(ENGLISH) for line in latest] == [
        "Done again: Mark of Pupil 0001, Mathematics TEST entered: absent",
        "Undone: Mark of Pupil 0001, Mathematics TEST entered: absent",
        "Mark of Pupil 0001, Mathematics TEST entered: absent",
    ]
    assert not latest[2].undone
    undo.undo()
    assert HistoryQueries(room.school.db, room.school.actor).latest(4)[3].undone


class Typing(RuleBasedStateMachine):
    """Whatever is typed, undone and redone: the sheet is what a list of states says."""

    folder: Path

    @initialize()
    def begin(self) -> None:
        self.room = _ROOM[0]
        marks = MarkService(self.room.school.db, self.room.school.actor)
        pairs = [(self.room.pupil(number), item) for number in (1, 2, 3) for item in self.room.items]
        marks.clear(pairs)
        self.pairs = pairs
        self.undo = UndoService(self.room.school.db, self.room.school.actor)
        self.marks = marks
        self.done: list[list[Decimal | None]] = [[None] * 6]
        self.undone: list[list[Decimal | None]] = []

    @rule(block=st.dictionaries(st.integers(0, 5), st.sampled_from(["", "1", "2.5", "50"]), min_size=1))
    def enter(self, block: dict[int, str]) -> None:
        self.marks.record_block([TypedMark(*self.pairs[cell], text) for cell, text in block.items()])
        now = list(self.done[-1])
        for cell, text in block.items():
            now[cell] = Decimal(text) if text else None
        if now != self.done[-1]:
            self.done.append(now)
            self.undone.clear()

    @precondition(lambda self: len(self.done) > 1)
    @rule()
    def take_back(self) -> None:
        self.undo.undo()
        self.undone.append(self.done.pop())

    @precondition(lambda self: bool(self.undone))
    @rule()
    def again(self) -> None:
        self.undo.redo()
        self.done.append(self.undone.pop())

    def teardown(self) -> None:
        if hasattr(self, "room"):
            assert values(self.room) == self.done[-1]


_ROOM: list[Classroom] = []


def test_any_sequence_of_typing_undo_and_redo(tmp_path: Path) -> None:
    with opened_school(tmp_path) as found:
        _ROOM[:] = [classroom(found, pupils=3)]
        machine = Typing.TestCase
        machine.settings = settings(max_examples=15, stateful_step_count=12)
        machine("runTest").runTest()


def test_a_teacher_who_lost_the_class_takes_no_remark_back_there(room: Classroom) -> None:
    school = room.school
    structure = StructureService(school.db, school.actor)
    person = school.add_teacher()
    structure.set_class_teacher(room.class_id, person)
    lead = school.sign_in(Role.TEACHER, person)
    undo = UndoService(school.db, lead)
    remarks = RemarkService(school.db, lead)
    pupil, term = room.pupil(1), room.term_id
    remarks.set_comment(pupil, room.subject_id, term, "Careful work.")
    remarks.set_class_teacher_remark(pupil, term, "Steady.")
    assert undo.undo().sentence.text(ENGLISH) == "Remark on Pupil 0001 written"
    undo.redo()

    reef = school.add_class("Grade 5 Reef", teacher_id=person)
    structure.set_class_teacher(room.class_id, None)
    with school.db.read() as session:
        moved = actor_of_user(session, lead.user_id)
        acts = session.scalars(select(Act.seq).where(Act.user_id == lead.user_id, Act.undoes.is_(None))).all()
    assert moved.class_ids == {reef}
    for act in acts[:1]:
        with pytest.raises(Refused, match="own classes only"):
            UndoService(school.db, moved).undo_act(act)


def test_a_class_teacher_no_more_keeps_the_own_subject_and_not_the_remark(room: Classroom) -> None:
    school = room.school
    structure = StructureService(school.db, school.actor)
    person = school.add_teacher()
    structure.set_class_teacher(room.class_id, person)
    lead = school.sign_in(Role.TEACHER, person)
    structure.set_subject_teacher(room.class_id, room.subject_id, person)
    remarks = RemarkService(school.db, lead)
    pupil, term = room.pupil(1), room.term_id
    undo = UndoService(school.db, lead)
    written = undo.made_by(lambda: remarks.set_class_teacher_remark(pupil, term, "Steady.")).act
    remarks.set_comment(pupil, room.subject_id, term, "Careful work.")
    assert written is not None
    structure.set_class_teacher(room.class_id, None)
    undo.undo()
    with pytest.raises(Refused, match="class teacher or the office"):
        undo.undo_act(written)
    StudentService(school.db, school.actor).withdraw(pupil, date(2026, 10, 1), "transferred", None)
    with pytest.raises(Refused, match="no class’s roll"):
        undo.undo_act(written)


def test_a_deed_is_told_by_its_own_act_whatever_is_written_meanwhile(
    room: Classroom, undo: UndoService, marks: MarkService
) -> None:
    def deed() -> str:
        marks.record(room.pupil(1), room.items[0], "45")
        other = threading.Thread(target=marks.record, args=(room.pupil(2), room.items[0], "20"))
        other.start()
        other.join()
        return "done"

    made = undo.made_by(deed)
    assert made.result == "done"
    assert made.act is not None
    undo.undo_act(made.act)
    assert values(room)[:3] == [None, None, Decimal(20)], "the other one came later"


def test_a_deed_that_changes_nothing_has_no_act(
    room: Classroom, undo: UndoService, marks: MarkService
) -> None:
    assert undo.made_by(lambda: None).act is None
    with pytest.raises(Refused):
        undo.made_by(lambda: marks.record(room.pupil(1), room.items[0], "not a mark"))
    marks.record(room.pupil(1), room.items[0], "45")
    assert undo.made_by(lambda: None).act is None, "what a deed noted ends with it"


def test_an_act_that_was_done_again_is_taken_back_by_its_own_number_whatever_came_later(
    room: Classroom, undo: UndoService, marks: MarkService
) -> None:
    act = undo.made_by(lambda: marks.record(room.pupil(1), room.items[0], "45")).act
    assert act is not None
    for _ in range(2):
        assert undo.undo().act == act
        with pytest.raises(Refused, match="undone already"):
            undo.undo_act(act)
        assert undo.redo().act == act
    marks.record(room.pupil(2), room.items[0], "20")
    assert undo.undo_act(act).act == act
    assert values(room)[:3] == [None, None, Decimal(20)]
    with pytest.raises(Refused, match="undone already"):
        undo.undo_act(act)
    undo.redo()
    assert values(room)[:3] == [Decimal(45), None, Decimal(20)]
