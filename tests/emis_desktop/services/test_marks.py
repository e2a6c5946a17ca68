"""The one door for marks: what gets in, what does not and why, and what the journal keeps."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from emis_desktop.errors import Refused
from emis_desktop.journal import Changed
from emis_desktop.models import Act, Mark
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.marks import ABSENT, MISSING, MarkEntry, MarkState
from emis_desktop.rules.rights import Role
from emis_desktop.services.items import ItemService
from emis_desktop.services.marks import MarkService, TypedMark
from emis_desktop.services.structure import StructureService
from tests.factories.schools import Classroom, School, classroom, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def room(school: School) -> Classroom:
    return classroom(school, pupils=3)


def service(room: Classroom) -> MarkService:
    return MarkService(room.school.db, room.school.actor)


def stored(room: Classroom, student: UUID, item: UUID) -> tuple[str, Decimal | None, bool] | None:
    with room.school.db.read() as session:
        row = session.get(Mark, natural_id("mark", student, item))
        return None if row is None else (row.state, row.value, row.deleted_at is not None)


def acts(school: School) -> int:
    with school.db.read() as session:
        return session.scalar(select(func.count()).select_from(Act)) or 0


def test_what_is_typed_is_stored_as_typed(room: Classroom) -> None:
    one, test = room.pupil(1), room.items[0]
    assert service(room).record(one, test, " 45,5 ").entry == MarkEntry(MarkState.SCORED, Decimal("45.5"))
    assert stored(room, one, test) == ("scored", Decimal("45.5"), False)
    assert service(room).record(one, test, "a").entry == ABSENT
    assert stored(room, one, test) == ("absent", None, False)


def test_clearing_keeps_a_tombstone_that_a_new_mark_takes_up(room: Classroom) -> None:
    one, test = room.pupil(1), room.items[0]
    service(room).record(one, test, "45")
    assert service(room).record(one, test, "").entry == MISSING
    assert stored(room, one, test) == ("scored", Decimal(45), True)
    service(room).record(one, test, "30")
    assert stored(room, one, test) == ("scored", Decimal(30), False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("51", "More than 50. Type 0–50, A or E."),
        ("-1", "Less than 0. Type 0–50, A or E."),
        ("1.234", "Too many decimals. Type at most 2 after the point."),
        ("B", "Not a mark. Type 0–50, A or E."),
        ("1e1", "Not a mark. Type 0–50, A or E."),
    ],
)
def test_a_mark_outside_its_range_never_gets_in(room: Classroom, text: str, said: str) -> None:
    before = acts(room.school)
    with pytest.raises(Refused) as refusal:
        service(room).record(room.pupil(1), room.items[0], text)
    assert str(refusal.value) == said
    assert stored(room, room.pupil(1), room.items[0]) is None
    assert acts(room.school) == before


def test_a_block_is_one_act_that_stores_what_it_can(room: Classroom) -> None:
    heard: list[Changed] = []
    room.school.db.subscribe(heard.append)
    test, exam = room.items
    typed = [
        TypedMark(room.pupil(1), test, "45"),
        TypedMark(room.pupil(1), exam, "60"),
        TypedMark(room.pupil(2), test, "120"),
        TypedMark(room.pupil(3), exam, "E"),
        TypedMark(room.pupil(3), exam, "77"),
    ]
    result = service(room).record_block(typed)
    assert [(mark.student_id, mark.item_id) for mark in result.accepted] == [
        (room.pupil(1), test),
        (room.pupil(1), exam),
        (room.pupil(3), exam),
    ]
    assert [refused.typed for refused in result.refused] == [typed[2]]
    assert "More than 50" in str(result.refused[0].reason)
    assert stored(room, room.pupil(3), exam) == ("scored", Decimal(77), False)
    assert [changed.tables for changed in heard] == [frozenset({"mark"})]


def test_the_same_marks_again_leave_no_act(room: Classroom) -> None:
    typed = [TypedMark(room.pupil(1), item, "45") for item in room.items]
    service(room).record_block(typed)
    before = acts(room.school)
    assert len(service(room).record_block(typed).accepted) == 2
    assert service(room).clear([(room.pupil(2), room.items[0])]).accepted[0].entry == MISSING
    assert acts(room.school) == before


def test_a_block_longer_than_a_question_may_be(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    def two_at_once(values: Iterable[Any]) -> Iterator[list[Any]]:
        return pieces(values, 2)

    monkeypatch.setattr("emis_desktop.services.marks.pieces", two_at_once)
    monkeypatch.setattr("emis_desktop.services.mark_checks.pieces", two_at_once)
    typed = [TypedMark(room.pupil(number), item, "45") for number in (1, 2, 3) for item in room.items]
    assert len(service(room).record_block(typed).accepted) == 6
    assert len(service(room).clear([(mark.student_id, mark.item_id) for mark in typed[:3]]).accepted) == 3


def test_what_stands_against_a_mark_is_told(room: Classroom) -> None:
    school, marks = room.school, service(room)
    school.add_class("Grade 4 Reef", ("G4",))
    elsewhere = school.add_pupil("Pupil 0404", "Grade 4 Reef", "G4")
    gone = school.add_pupil("Pupil 0505", "Grade 5 Coral", ends_on=date(2026, 10, 2))
    with pytest.raises(Refused, match="Pupil 0404 is not on the roll for TEST"):
        marks.record(elsewhere, room.items[0], "10")
    with pytest.raises(Refused, match="Pupil 0505 is not on the roll"):
        marks.record(gone, room.items[0], "10")
    with pytest.raises(Refused, match="item is no longer there"):
        marks.record(room.pupil(1), new_id(), "10")
    with pytest.raises(Refused, match="– is not on the roll"):
        marks.record(new_id(), room.items[0], "10")
    ItemService(school.db, school.actor).lock(room.items[0], locked=True)
    with pytest.raises(Refused, match="TEST is locked"):
        marks.record(room.pupil(1), room.items[0], "10")
    StructureService(school.db, school.actor).remove_subject(room.class_id, room.subject_id)
    with pytest.raises(Refused, match="not taught in this class"):
        marks.record(room.pupil(1), room.items[1], "10")


def test_a_teacher_enters_the_own_subjects_of_the_own_classes(room: Classroom) -> None:
    school = room.school
    teacher, other = school.add_teacher(), school.add_teacher("Teacher 02")
    plan = StructureService(school.db, school.actor)
    plan.set_subject_teacher(room.class_id, room.subject_id, teacher)
    plan.set_class_teacher(room.class_id, other)
    mine = MarkService(school.db, school.sign_in(Role.TEACHER, teacher))
    mine.record(room.pupil(1), room.items[0], "41")
    lead = MarkService(school.db, school.sign_in(Role.TEACHER, other))
    with pytest.raises(Refused, match="Another teacher has that subject"):
        lead.record(room.pupil(1), room.items[0], "50")
    stranger = MarkService(school.db, school.sign_in(Role.TEACHER, school.add_teacher("Teacher 03")))
    with pytest.raises(Refused, match="own classes only"):
        stranger.record(room.pupil(1), room.items[0], "50")
    assert stored(room, room.pupil(1), room.items[0]) == ("scored", Decimal(41), False)


def test_who_may_only_look_enters_nothing(room: Classroom) -> None:
    auditor = MarkService(room.school.db, room.school.sign_in(Role.AUDITOR))
    with pytest.raises(Refused, match="not open to the role Auditor"):
        auditor.record(room.pupil(1), room.items[0], "50")
