"""Who sets a policy where, and what then holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emis_desktop.errors import Refused
from emis_desktop.queries.policies import Policies, PolicyQueries
from emis_desktop.rules import policies
from emis_desktop.rules.rights import Actor, Role, actor_of
from emis_desktop.services.policies import PolicyService
from tests.factories.offices import Office, opened_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


def ministry(office: Office) -> Actor:
    return actor_of(office.actor.user_id, "Officer", Role.MINISTRY_OFFICER)


def held(office: Office) -> Policies:
    return PolicyQueries(office.school.db, office.actor).policies(office.school.id)


def test_the_country_sets_and_a_school_sets_its_own(office: Office) -> None:
    db = office.school.db
    country, school = PolicyService(db, ministry(office)), PolicyService(db, office.actor)
    assert held(office).whole(policies.CAPACITY) == 35
    country.set_policy(policies.CAPACITY, "30")
    country.set_policy(policies.CAPACITY, "20", grade="K")
    assert [held(office).whole(policies.CAPACITY, grade) for grade in ("K", "G1")] == [20, 30]
    school.set_policy(policies.CAPACITY, "28", office.school.id)
    assert held(office).whole(policies.CAPACITY, "K") == 28
    school.set_policy(policies.SESSIONS, "Day", office.school.id)
    assert held(office).words(policies.SESSIONS) == ("Day",)
    school.clear_policy(policies.CAPACITY, office.school.id)
    assert held(office).whole(policies.CAPACITY, "K") == 20
    country.clear_policy(policies.CAPACITY, grade="K")
    assert held(office).whole(policies.CAPACITY, "K") == 30
    school.clear_policy(policies.CAPACITY, office.school.id)
    country.set_policy(policies.CAPACITY, "")
    assert held(office).whole(policies.CAPACITY) is None


def test_what_is_the_ministrys_is_not_the_schools(office: Office) -> None:
    school = PolicyService(office.school.db, office.actor)
    for deed in (
        lambda: school.set_policy(policies.CAPACITY, "30"),
        lambda: school.set_policy(policies.YOUNGER, "2", office.school.id),
        lambda: school.clear_policy(policies.YOUNGER, office.school.id),
        lambda: school.set_policy(policies.SESSIONS, "AM", office.school.id, "K"),
    ):
        with pytest.raises(Refused):
            deed()
    with pytest.raises(Refused):
        PolicyService(office.school.db, actor_of(office.actor.user_id, "T", Role.TEACHER)).set_policy(
            policies.SESSIONS, "AM", office.school.id
        )
    assert held(office) == Policies()
