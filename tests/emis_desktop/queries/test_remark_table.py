"""What is written beside the marks of a class: who may read it, who may write it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emis_desktop.errors import Refused
from emis_desktop.queries.remark_table import TermDays
from emis_desktop.queries.report_cards import ReportCardQueries
from emis_desktop.rules.rights import Role
from emis_desktop.services.remarks import AttendanceFigures, RemarkService
from emis_desktop.services.structure import StructureService
from tests.factories.schools import Classroom, School, classroom, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def room(school: School) -> Classroom:
    return classroom(school, pupils=3)


def test_a_table_of_what_is_written(room: Classroom) -> None:
    school, one = room.school, room.pupil(1)
    writing = RemarkService(school.db, school.actor)
    writing.set_class_teacher_remark(one, room.term_id, "Steady.")
    writing.set_principal_remark(room.pupil(2), room.term_id, "Well done.")
    table = ReportCardQueries(school.db, school.actor).remarks(room.class_id, room.term_id)
    trait, other = list(table.traits)[:2]
    writing.rate_conduct(one, room.term_id, trait, 3)
    writing.rate_conduct(one, room.term_id, other, 4)
    writing.set_attendance(one, room.term_id, AttendanceFigures(61, 5, 3, 4))
    table = ReportCardQueries(school.db, school.actor).remarks(room.class_id, room.term_id)
    assert (table.class_name, table.class_id, table.term_id) == ("Grade 5 Coral", room.class_id, room.term_id)
    assert [(row.number, row.name) for row in table.rows] == [
        (1, "0001, Pupil"),
        (2, "0002, Pupil"),
        (3, "0003, Pupil"),
    ]
    first, second, third = table.rows
    assert (first.class_teacher, first.principal) == ("Steady.", "")
    assert (second.class_teacher, second.principal) == ("", "Well done.")
    assert first.conduct == {trait: 3, other: 4}
    assert first.days == TermDays(61, 5, 3, 4)
    assert (third.class_teacher, third.conduct, third.days) == ("", {}, TermDays())
    assert sorted(table.levels, reverse=True) == list(table.levels) == [4, 3, 2, 1]
    french = ReportCardQueries(school.db, school.actor).remarks(room.class_id, room.term_id, "fr")
    assert list(french.traits) == list(table.traits)
    assert list(french.traits.values()) != list(table.traits.values())


def test_what_was_removed_is_empty_again(room: Classroom) -> None:
    school, one = room.school, room.pupil(1)
    writing = RemarkService(school.db, school.actor)
    trait = next(iter(ReportCardQueries(school.db, school.actor).remarks(room.class_id, room.term_id).traits))
    writing.set_class_teacher_remark(one, room.term_id, "Steady.")
    writing.rate_conduct(one, room.term_id, trait, 3)
    writing.set_attendance(one, room.term_id, AttendanceFigures(61))
    writing.set_class_teacher_remark(one, room.term_id, "")
    writing.rate_conduct(one, room.term_id, trait, None)
    writing.set_attendance(one, room.term_id, AttendanceFigures())
    (row, *_others) = ReportCardQueries(school.db, school.actor).remarks(room.class_id, room.term_id).rows
    assert (row.class_teacher, row.conduct, row.days) == ("", {}, TermDays())


def test_who_may_write(room: Classroom) -> None:
    school = room.school
    lead, other = school.add_teacher(), school.add_teacher("Teacher 02")
    plan = StructureService(school.db, school.actor)
    plan.set_class_teacher(room.class_id, lead)
    plan.set_subject_teacher(room.class_id, room.subject_id, other)
    leading = ReportCardQueries(school.db, school.sign_in(Role.TEACHER, lead))
    teaching = ReportCardQueries(school.db, school.sign_in(Role.TEACHER, other))
    looking = ReportCardQueries(school.db, school.sign_in(Role.COUNSELLOR))
    office = ReportCardQueries(school.db, school.actor).remarks(room.class_id, room.term_id)
    assert (office.may_edit, office.may_sign) == (True, True)
    mine = leading.remarks(room.class_id, room.term_id)
    assert (mine.may_edit, mine.may_sign) == (True, False)
    seen = looking.remarks(room.class_id, room.term_id)
    assert (seen.may_edit, seen.may_sign) == (False, False)
    with pytest.raises(Refused, match="open to its class teacher and the office"):
        teaching.remarks(room.class_id, room.term_id)
