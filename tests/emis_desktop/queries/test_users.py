"""Users as the settings list them, what waits to be sent, and who acts after signing in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import ClassSubject, SchoolClass, Site, User
from emis_desktop.queries.users import UserQueries, actor_of_user, site_info
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.rights import ROLE_READS, Role
from tests.factories.schools import School, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


def end(school: School, user: User, *, deleted: bool = False) -> None:
    with school.db.write(school.actor, "end_access") as session:
        row = session.get_one(User, user.id)
        moment = session.info["act"].moment
        if deleted:
            row.deleted_at = moment
        else:
            row.ended_at = moment


def add(school: School, name: str, role: Role = Role.TEACHER) -> User:
    user = User(id=new_id(), name=name, role=role.value, institution_id=school.id)
    with school.db.write(school.actor, "add_user") as session:
        session.add(user)
    return user


def test_users_with_access_come_first_by_name(school: School) -> None:
    for name in ("User 03", "User 02"):
        add(school, name)
    end(school, add(school, "User 00"))
    end(school, add(school, "User 09"), deleted=True)
    lines = UserQueries(school.db).users()
    assert [(line.name, line.ended_at is None) for line in lines] == [
        ("User 01", True),
        ("User 02", True),
        ("User 03", True),
        ("User 00", False),
    ]
    assert (lines[1].role, lines[1].institution_id, lines[1].person_id) == (Role.TEACHER, school.id, None)


def test_what_waits_is_counted_from_what_was_sent_last(school: School) -> None:
    before = UserQueries(school.db).waiting()
    assert before.sent_at is None
    add(school, "User 02")
    after = UserQueries(school.db).waiting()
    assert after.changes == before.changes + 1
    sent = datetime(2026, 11, 5, 8, 30, tzinfo=UTC)
    with school.db.replicate() as session:
        site = session.scalars(select(Site)).one()
        site.sent_change, site.sent_at = after.changes, int(sent.timestamp() * 1000)
    now = UserQueries(school.db).waiting()
    assert (now.changes, now.sent_at) == (0, sent)


def test_the_store_says_what_it_is(school: School) -> None:
    with school.db.read() as session:
        info = site_info(session)
    assert (info.kind, info.code, info.profile) == ("school", "T1", "LC")
    assert info.institution_id is None


def test_an_actor_has_the_role_of_the_store_and_a_teacher_the_own_classes(school: School) -> None:
    person = school.add_teacher()
    led = school.add_class("Coral", subjects=("P-MA",), teacher_id=person)
    taught = school.add_class("Reef", subjects=("P-MA", "P-SC"))
    school.add_class("Sand")
    teacher = school.sign_in(Role.TEACHER, person)
    assert teacher.class_ids == frozenset({led})
    with school.db.write(school.actor, "change_class_subject") as session:
        link = session.get_one(
            ClassSubject, natural_id("class_subject", taught, school.made.subjects["P-SC"])
        )
        link.teacher_id = person
    with school.db.read() as session:
        assert actor_of_user(session, teacher.user_id).class_ids == frozenset({led, taught})
    with school.db.write(school.actor, "change_class") as session:
        session.get_one(SchoolClass, led).deleted_at = session.info["act"].moment
    with school.db.read() as session:
        again = actor_of_user(session, teacher.user_id)
    assert (again.class_ids, again.sensitive) == (frozenset({taught}), ROLE_READS[Role.TEACHER])
    assert school.sign_in(Role.TEACHER).class_ids == frozenset()
    assert school.sign_in(Role.COUNSELLOR).class_ids is None


def test_an_unknown_an_ended_and_a_deleted_user_are_nobody(school: School) -> None:
    ended, deleted = add(school, "User 02"), add(school, "User 03")
    end(school, ended)
    end(school, deleted, deleted=True)
    with school.db.read() as session:
        for user_id in (new_id(), ended.id, deleted.id):
            with pytest.raises(Refused, match="Your access on this laptop has ended"):
                actor_of_user(session, user_id)
