"""Staff: added once, listed by name, seen by their own school."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import StaffPosition
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.staff import StaffQueries
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.staff import StaffService
from resources.words import Words
from tests.factories.schools import IN_TERM, School, opened_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with opened_school(tmp_path) as found:
        yield found


@pytest.fixture
def service(school: School) -> StaffService:
    return StaffService(school.db, school.actor)


def names(school: School, day: date = IN_TERM) -> list[str]:
    return [line.name for line in StaffQueries(school.db, school.actor).staff(school.id, day)]


def test_who_is_added_is_listed_by_name(school: School, service: StaffService) -> None:
    service.add(school.id, "Zoë", "Alpha", IN_TERM)
    service.add(school.id, " Ana  Maria ", "Beta", IN_TERM)
    assert sorted(names(school)) == names(school)
    assert any("Ana Maria" in name for name in names(school))
    act = HistoryQueries(school.db, school.actor).latest(1)[0]
    assert act.sentence.text(Words.load("en")).endswith("added to the staff")


def test_the_same_name_twice_asks_for_a_second_name(school: School, service: StaffService) -> None:
    service.add(school.id, "Ana", "Alpha", IN_TERM)
    with pytest.raises(Refused, match="Ana Alpha is on the staff already") as refused:
        service.add(school.id, "Ana", "Alpha", IN_TERM)
    assert refused.value.field == "family_name"
    service.add(school.id, "Ana B.", "Alpha", IN_TERM)
    with pytest.raises(Refused) as empty:
        service.add(school.id, " ", "Alpha", IN_TERM)
    assert empty.value.field == "given_names"


def test_who_has_left_and_who_works_elsewhere_is_not_listed(school: School, service: StaffService) -> None:
    person_id = service.add(school.id, "Ana", "Alpha", date(2026, 9, 1))
    with school.db.write(school.actor, "add_staff") as session:
        for post in session.scalars(select(StaffPosition).where(StaffPosition.person_id == person_id)):
            post.ends_on = date(2026, 10, 1)
    assert names(school) == []
    assert len(names(school, date(2026, 9, 15))) == 1
    assert StaffQueries(school.db, school.actor).staff(new_id(), IN_TERM) == ()


def test_a_second_post_counts_once(school: School, service: StaffService) -> None:
    person_id = service.add(school.id, "Ana", "Alpha", IN_TERM)
    with school.db.write(school.actor, "add_staff") as session:
        session.add(StaffPosition(id=new_id(), person_id=person_id, institution_id=school.id, role="LIB"))
    assert len(names(school)) == 1


def test_only_who_plans_adds(school: School) -> None:
    with pytest.raises(Refused, match="not open to the role Teacher"):
        StaffService(school.db, school.sign_in(Role.TEACHER)).add(school.id, "Ana", "Alpha", IN_TERM)
