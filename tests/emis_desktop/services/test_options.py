"""Options in blocks: limits, full subjects and clashes are told; and groups with their members."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop.errors import Refused
from emis_desktop.models import AcademicPeriod
from emis_desktop.queries.groups import GroupQueries
from emis_desktop.queries.options import BlockInfo, OptionGrid, OptionQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.groups import GroupDetails, GroupService
from emis_desktop.services.options import BlockRules, OptionService, Pick
from emis_desktop.services.undo import UndoService
from tests.factories.schools import IN_TERM, Classroom, School, classroom, opened_school


@dataclass
class Choosing:
    """A class of three; block A of two subjects (Music has one place), block B of one."""

    room: Classroom
    first: UUID
    second: UUID

    @property
    def school(self) -> School:
        return self.room.school

    @property
    def service(self) -> OptionService:
        return OptionService(self.school.db, self.school.actor)

    def subject(self, code: str) -> UUID:
        return self.school.made.subjects[code]

    def grid(self, grade: str = "G5") -> OptionGrid:
        school = self.school
        queries = OptionQueries(school.db, school.actor)
        return queries.grid(school.id, school.year, school.made.grades[grade], IN_TERM)

    def pick(self, number: int, block: UUID, *codes: str) -> str:
        enrolment = self.school.enrolments[f"Pupil {number:04}"]
        refused = self.service.choose([Pick(enrolment, block, tuple(self.subject(code) for code in codes))])
        return refused[0].reason.message if refused else ""

    def blocks(self) -> tuple[BlockInfo, ...]:
        return self.grid().blocks


@pytest.fixture
def choosing(tmp_path: Path) -> Iterator[Choosing]:
    with opened_school(tmp_path) as school:
        room = classroom(school, pupils=3)
        service = OptionService(school.db, school.actor)
        grade, subjects = school.made.grades["G5"], school.made.subjects
        first = service.add_block(school.id, school.year, grade, BlockRules(" Block  A ", 1, 2))
        second = service.add_block(school.id, school.year, grade, BlockRules("Block B"))
        for block, code, places in (
            *((first, "P-MU", 1), (first, "P-SC", None), (first, "P-AG", None)),
            *((second, "P-MU", None), (second, "P-SC", 5)),
        ):
            service.put_subject(block, subjects[code], places)
        yield Choosing(room, first, second)


def test_pupils_choose_within_limits_places_and_blocks(choosing: Choosing) -> None:
    assert choosing.grid().to_choose == 3
    assert choosing.pick(1, choosing.first, "P-MU", "P-SC") == ""
    assert "full" in choosing.pick(2, choosing.first, "P-MU")
    assert "taken in another block" in choosing.pick(1, choosing.second, "P-MU")
    assert "At most {most}" in choosing.pick(2, choosing.first, "P-SC", "P-AG", "P-MU")
    assert "is not in" in choosing.pick(2, choosing.second, "P-AG")
    assert choosing.pick(2, choosing.second, "P-MU") == ""
    grid = choosing.grid()
    assert grid.to_choose == 3
    first, second = grid.blocks
    assert {one.code: (one.places, one.taken, one.full) for one in first.subjects} == {
        "P-SC": (None, 1, False),
        "P-AG": (None, 0, False),
        "P-MU": (1, 1, True),
    }
    assert grid.pupils[0].lacks(first) == 0
    assert grid.pupils[1].lacks(first) == 1
    assert [one.name for one in grid.takers(second.id, choosing.subject("P-MU"))] == ["0002, Pupil"]
    assert grid.pupils[0].class_name == "Grade 5 Coral"
    assert choosing.pick(1, choosing.first) == ""
    assert choosing.pick(2, choosing.first, "P-AG") == ""
    assert choosing.grid().to_choose == 2


def test_a_choice_is_one_act_and_undone(choosing: Choosing) -> None:
    school = choosing.school
    undo = UndoService(school.db, school.actor)
    picks = [
        Pick(school.enrolments[f"Pupil {number:04}"], choosing.first, (choosing.subject("P-MU"),))
        for number in (1, 2, 3)
    ]
    refused = choosing.service.choose(picks)
    assert len(refused) == 2, "there is one place"
    assert len(choosing.grid().takers(choosing.first, choosing.subject("P-MU"))) == 1
    undo.undo()
    assert choosing.grid().takers(choosing.first, choosing.subject("P-MU")) == ()


def test_blocks_are_changed_and_taken_away_with_care(choosing: Choosing) -> None:
    service, school = choosing.service, choosing.school
    choosing.pick(1, choosing.first, "P-MU", "P-SC")
    grade = school.made.grades["G5"]
    for deed, said in (
        (lambda: service.change_block(choosing.first, BlockRules("Block A", 1, 1)), "takes 2|takes {most}"),
        (lambda: service.change_block(choosing.first, BlockRules("block b", 1, 2)), "already"),
        (lambda: service.change_block(choosing.first, BlockRules("", 1, 2)), "1 to 80"),
        (lambda: service.change_block(choosing.first, BlockRules("Block A", 3, 2)), "not more than"),
        (lambda: service.remove_block(choosing.first), "take subjects of"),
        (lambda: service.drop_subject(choosing.first, choosing.subject("P-SC")), "take it"),
        (lambda: service.put_subject(choosing.first, choosing.subject("P-SC"), 0), "whole number"),
        (lambda: service.add_block(school.id, school.year, new_id(), BlockRules("C")), "no longer there"),
        (lambda: service.add_block(school.id, school.year, grade, BlockRules("BLOCK A")), "already"),
        (lambda: service.remove_block(new_id()), "no longer there"),
    ):
        with pytest.raises(Refused, match=said):
            deed()
    choosing.pick(1, choosing.first)
    service.drop_subject(choosing.first, choosing.subject("P-SC"))
    service.change_block(choosing.first, BlockRules("Block A", 0, 1))
    assert [(one.name, one.choose_min, len(one.subjects)) for one in choosing.blocks()] == [
        *(("Block A", 0, 2), ("Block B", 1, 2))
    ]
    service.remove_block(choosing.second)
    assert len(choosing.blocks()) == 1
    assert len(OptionQueries(school.db, school.actor).blocks(school.id, school.year)) == 1


def test_other_grades_closed_years_and_other_people_are_refused(choosing: Choosing) -> None:
    school = choosing.school
    school.add_class("Grade 4", ("G4",))
    school.add_pupil("Pupil 0009", "Grade 4", "G4")
    enrolment = school.enrolments["Pupil 0009"]
    picks = [Pick(enrolment, choosing.first, ()), Pick(new_id(), choosing.first, ())]
    assert len(choosing.service.choose(picks)) == 2
    teacher = school.sign_in(Role.TEACHER, school.add_teacher())
    with pytest.raises(Refused, match="not open to the role"):
        OptionService(school.db, teacher).choose(picks)
    with school.db.write(school.actor, "close_year") as session:
        session.get_one(AcademicPeriod, school.year).state = "closed"
    assert "closed" in choosing.pick(1, choosing.first, "P-SC")


def test_groups_have_members_of_any_class(choosing: Choosing) -> None:
    school = choosing.school
    service, queries = GroupService(school.db, school.actor), GroupQueries(school.db, school.actor)
    undo = UndoService(school.db, school.actor)
    teacher = school.add_teacher()
    group = service.add(
        school.id, school.year, GroupDetails(" School  choir ", choosing.subject("P-MU"), teacher)
    )
    one, two = school.enrolments["Pupil 0001"], school.enrolments["Pupil 0002"]
    assert service.add_members(group, [one, two, one, new_id()]) == 2
    assert service.add_members(group, [one]) == 0
    (found,) = queries.groups(school.id, school.year)
    assert (found.name, found.subject, found.teacher, found.members) == (
        *("School choir", "Music", "Teacher 01"),
        2,
    )
    service.drop_members(group, [two, new_id()])
    assert [(pupil.name, pupil.inside) for pupil in queries.pupils(group, IN_TERM)] == [
        *(("0001, Pupil", True), ("0002, Pupil", False)),
        ("0003, Pupil", False),
    ]
    assert queries.pupils(group, date(2026, 9, 1)) == (), "nobody was on roll that day"
    service.change(group, GroupDetails("Choir"))
    for deed, said in (
        (lambda: service.add(school.id, school.year, GroupDetails("CHOIR")), "already"),
        (lambda: service.add(school.id, school.year, GroupDetails(" ")), "1 to 80"),
        (lambda: service.change(new_id(), GroupDetails("x")), "no longer there"),
        (lambda: queries.pupils(new_id(), IN_TERM), "no longer there"),
    ):
        with pytest.raises(Refused, match=said):
            deed()
    service.remove(group)
    assert queries.groups(school.id, school.year) == ()
    undo.undo()
    assert queries.groups(school.id, school.year)[0].members == 1
