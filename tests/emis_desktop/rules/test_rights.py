"""Who may do what."""

from uuid import UUID

import pytest

from emis_desktop.errors import Refused
from emis_desktop.rules.rights import (
    CLASS_RIGHTS,
    RIGHT_NAMES,
    ROLE_NAMES,
    ROLE_READS,
    ROLE_RIGHTS,
    Actor,
    Right,
    Role,
    SensitivityClass,
    actor_of,
    may,
    may_read,
    offers,
    require,
    require_read,
)
from tests.emis_desktop.rules.builders import uid

SCHOOL, OTHER_SCHOOL, MINE, THEIRS = uid(1), uid(2), uid(11), uid(12)


def someone(role: Role, class_ids: frozenset[UUID] | None = None, school: UUID | None = SCHOOL) -> Actor:
    return actor_of(uid(99), "Person 01", role, school, class_ids)


TEACHER = someone(Role.TEACHER, frozenset({MINE}))
OFFICE = someone(Role.SCHOOL_ADMINISTRATOR)


@pytest.mark.parametrize("table", [ROLE_RIGHTS, ROLE_READS, ROLE_NAMES])
def test_every_role_is_in_every_table(table: dict[Role, object]) -> None:
    assert set(table) == set(Role)


def test_every_right_has_a_name_and_somebody_who_has_it() -> None:
    assert set(RIGHT_NAMES) == set(Right)
    assert frozenset().union(*ROLE_RIGHTS.values()) == set(Right)
    assert set(Right) >= CLASS_RIGHTS


def test_a_teacher_marks_own_classes_only() -> None:
    require(TEACHER, Right.EDIT_MARKS, class_id=MINE)
    with pytest.raises(Refused, match="for your own classes only"):
        require(TEACHER, Right.EDIT_MARKS, class_id=THEIRS)


def test_a_forgotten_class_opens_nothing() -> None:
    assert not may(TEACHER, Right.EDIT_MARKS)
    assert offers(TEACHER, Right.EDIT_MARKS)
    assert may(someone(Role.TEACHER), Right.EDIT_MARKS)


def test_a_right_that_is_not_about_classes_needs_none() -> None:
    assert may(TEACHER, Right.VIEW_STUDENTS)


def test_a_role_without_the_right_hears_which_and_what_to_do() -> None:
    with pytest.raises(Refused) as refusal:
        require(TEACHER, Right.MANAGE_USERS)
    assert str(refusal.value) == (
        "“Add, change and remove users” is not open to the role Teacher. The principal can give another role."
    )


def test_another_school_is_out_of_reach() -> None:
    assert may(OFFICE, Right.EDIT_STUDENTS, institution_id=SCHOOL)
    with pytest.raises(Refused, match="another school"):
        require(OFFICE, Right.EDIT_STUDENTS, institution_id=OTHER_SCHOOL)
    assert may(someone(Role.MINISTRY_OFFICER, school=None), Right.VIEW_MARKS, institution_id=OTHER_SCHOOL)


@pytest.mark.parametrize(
    ("role", "right", "allowed"),
    [
        (Role.SCHOOL_ADMINISTRATOR, Right.EDIT_MARKS, True),
        (Role.SCHOOL_ADMINISTRATOR, Right.ISSUE_CARDS, True),
        (Role.SCHOOL_ADMINISTRATOR, Right.MANAGE_USERS, False),
        (Role.PRINCIPAL, Right.MANAGE_USERS, True),
        (Role.PRINCIPAL, Right.RESTORE, True),
        (Role.TEACHER, Right.ISSUE_CARDS, False),
        (Role.TEACHER, Right.EXPORT_RECORDS, False),
        (Role.MINISTRY_OFFICER, Right.EDIT_MARKS, True),
        (Role.DISTRICT_OFFICER, Right.EDIT_MARKS, False),
        (Role.REGIONAL_STATISTICIAN, Right.VIEW_STUDENTS, False),
        (Role.REGIONAL_STATISTICIAN, Right.VIEW_AGGREGATES, True),
        (Role.SYSTEM_ADMINISTRATOR, Right.VIEW_MARKS, False),
        (Role.SYSTEM_ADMINISTRATOR, Right.RUN_DOCTOR, True),
        (Role.AUDITOR, Right.VIEW_HISTORY, True),
        (Role.AUDITOR, Right.EDIT_STUDENTS, False),
    ],
)
def test_the_table(role: Role, right: Right, allowed: bool) -> None:
    assert may(someone(role), right) is allowed


def test_nobody_who_only_looks_changes_anything() -> None:
    changes = {
        Right.EDIT_STUDENTS,
        Right.EDIT_MARKS,
        Right.ISSUE_CARDS,
        Right.IMPORT_RECORDS,
        Right.UNDO_OTHERS,
    }
    for role in (Role.AUDITOR, Role.COUNSELLOR, Role.DISTRICT_OFFICER, Role.REGIONAL_STATISTICIAN):
        assert not ROLE_RIGHTS[role] & changes


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.COUNSELLOR, True),
        (Role.PRINCIPAL, True),
        (Role.TEACHER, False),
        (Role.SYSTEM_ADMINISTRATOR, False),
    ],
)
def test_case_notes_are_for_few(role: Role, allowed: bool) -> None:
    assert may_read(someone(role), SensitivityClass.CASE) is allowed


def test_closed_details_say_who_opens_them() -> None:
    require_read(someone(Role.PRINCIPAL), SensitivityClass.HEALTH)
    with pytest.raises(Refused, match="not open to the role Teacher"):
        require_read(TEACHER, SensitivityClass.HEALTH)


def test_the_region_reads_no_record_at_all() -> None:
    assert ROLE_READS[Role.REGIONAL_STATISTICIAN] == frozenset()
