"""Comments and effort letters of a whole class at once: one act, one undo, a reason for what is refused."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from emis_desktop.errors import Refused
from emis_desktop.models import Act, SubjectRemark
from emis_desktop.queries.mark_sheet import MarkSheetQueries
from emis_desktop.queries.sheet_notes import SubjectNote
from emis_desktop.rules.rights import Role
from emis_desktop.services.remarks import RemarkService, TypedRemark
from emis_desktop.services.structure import StructureService
from emis_desktop.services.undo import UndoService
from tests.factories.schools import Classroom, School, classroom, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def room(school: School) -> Classroom:
    return classroom(school, pupils=3)


def notes(room: Classroom) -> dict[int, SubjectNote]:
    queries = MarkSheetQueries(room.school.db, room.school.actor)
    found = queries.notes(room.class_id, room.subject_id, room.term_id).notes
    return {number: found[room.pupil(number)] for number in (1, 2, 3) if room.pupil(number) in found}


def acts(school: School) -> int:
    with school.db.read() as session:
        return session.scalar(select(func.count()).select_from(Act)) or 0


def test_a_block_is_one_act_and_one_undo(room: Classroom) -> None:
    school = room.school
    undo = UndoService(school.db, school.actor)
    before = acts(school)
    block = [
        TypedRemark(room.pupil(1), "effort", "a"),
        TypedRemark(room.pupil(1), "comment", "Reads  with care"),
        TypedRemark(room.pupil(2), "comment", "Asks good questions"),
    ]
    assert RemarkService(school.db, school.actor).set_for_subject(room.subject_id, room.term_id, block) == ()
    assert acts(school) == before + 1
    assert notes(room) == {
        1: SubjectNote("Reads with care", "A"),
        2: SubjectNote("Asks good questions", ""),
    }
    assert str(undo.can_undo() and undo.undo().tables) == "frozenset({'subject_remark'})"
    assert notes(room) == {}


def test_what_is_refused_is_told_and_the_rest_is_stored(room: Classroom) -> None:
    service = RemarkService(room.school.db, room.school.actor)
    stranger = room.school.add_teacher("Person 01")
    block = [
        TypedRemark(room.pupil(1), "effort", "Z"),
        TypedRemark(room.pupil(2), "comment", "x" * 301),
        TypedRemark(stranger, "comment", "Not in this class"),
        TypedRemark(room.pupil(3), "effort", "b"),
    ]
    refused = service.set_for_subject(room.subject_id, room.term_id, block)
    assert [remark.typed for remark in refused] == block[:3]
    assert [str(remark.reason) for remark in refused] == [
        "Effort is one of A, B, C, D.",
        "This is longer than 300 characters. Shorten it.",
        "This pupil is on no class’s roll in that term. Check the pupil’s record.",
    ]
    assert notes(room) == {3: SubjectNote("", "B")}


def test_another_teachers_subject_is_refused_cell_by_cell(room: Classroom) -> None:
    school = room.school
    owner, other = school.add_teacher("Teacher 01"), school.add_teacher("Teacher 02")
    structure = StructureService(school.db, school.actor)
    structure.set_subject_teacher(room.class_id, room.subject_id, owner)
    structure.set_class_teacher(room.class_id, other)
    service = RemarkService(school.db, school.sign_in(Role.TEACHER, other))
    refused = service.set_for_subject(
        room.subject_id, room.term_id, [TypedRemark(room.pupil(1), "comment", "Fine")]
    )
    assert "Another teacher" in str(refused[0].reason)
    with school.db.read() as session:
        assert session.scalars(select(SubjectRemark)).all() == []


def test_who_may_only_look_writes_nothing(room: Classroom) -> None:
    school = room.school
    service = RemarkService(school.db, school.sign_in(Role.AUDITOR))
    with pytest.raises(Refused, match="not open to the role"):
        service.set_for_subject(room.subject_id, room.term_id, [TypedRemark(room.pupil(1), "effort", "A")])


def test_remarks_on_the_term_ask_for_the_right_and_the_roll_too(room: Classroom) -> None:
    school = room.school
    with pytest.raises(Refused, match="not open to the role"):
        RemarkService(school.db, school.sign_in(Role.AUDITOR)).set_class_teacher_remark(
            room.pupil(1), room.term_id, "Fine"
        )
    with pytest.raises(Refused, match="on no class’s roll"):
        RemarkService(school.db, school.actor).set_class_teacher_remark(
            school.add_teacher("Person 01"), room.term_id, "Fine"
        )
