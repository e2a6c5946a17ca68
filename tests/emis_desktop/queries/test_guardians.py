"""Guardians of siblings are found by name or phone."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from emis_desktop.errors import Cancelled, Refused
from emis_desktop.queries.guardians import GuardianQueries
from emis_desktop.rules.rights import Actor, Role
from emis_desktop.services.relations import NewGuardian
from tests.factories.offices import Office, opened_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


@pytest.fixture
def mother(office: Office) -> UUID:
    one, two = office.admit("Zoë"), office.admit("Ann", birth_date=None)
    found = office.relations.add_guardian(
        one, NewGuardian("MOTHER", "Renée", "Guardian 0007", "000 440-1234")
    )
    office.relations.add_guardian(two, NewGuardian("MOTHER", person_id=found))
    office.relations.add_guardian(one, NewGuardian("FATHER", "Bo", "Guardian 0008"))
    return found


def find(office: Office, text: str, actor: Actor | None = None, without: UUID | None = None) -> list[str]:
    queries = GuardianQueries(office.school.db, actor or office.actor)
    return [one.given_names for one in queries.find(text, without)]


@pytest.mark.parametrize("text", ["renee", "Guardian 0007", "ren gua", "440 1234", "4401", "0004401234"])
def test_by_name_or_phone(office: Office, mother: UUID, text: str) -> None:
    (one,) = GuardianQueries(office.school.db, office.actor).find(text)
    assert (one.person_id, one.family_name, one.phone) == (mother, "Guardian 0007", "000 440-1234")
    assert one.pupils == ("Ann Pupil 0004", "Zoë Pupil 0004")


def test_several_in_name_order_and_one_without_a_phone(office: Office, mother: UUID) -> None:
    found = GuardianQueries(office.school.db, office.actor).find("guardian")
    assert [(one.given_names, one.phone) for one in found] == [("Renée", "000 440-1234"), ("Bo", "")]


@pytest.mark.parametrize("text", ["", "re", "44", "nobody", "9999999", "née"])
def test_nobody(office: Office, mother: UUID, text: str) -> None:
    assert find(office, text) == []


def test_guardians_of_the_pupil_are_left_out(office: Office, mother: UUID) -> None:
    new = office.admit("Bea")
    assert find(office, "guardian", without=new) == ["Renée", "Bo"]
    office.relations.add_guardian(new, NewGuardian("MOTHER", person_id=mother))
    assert find(office, "guardian", without=new) == ["Bo"]


def test_no_more_than_six(office: Office) -> None:
    pupil = office.admit()
    for number in range(8):
        office.relations.add_guardian(pupil, NewGuardian("AUNT", f"Given {number}", "Guardian"))
    assert len(find(office, "guardian")) == 6


def test_other_schools_and_other_hands(office: Office, mother: UUID) -> None:
    assert find(office, "renee", office.acting(Role.PRINCIPAL, other=True).actor) == []
    assert find(office, "renee", office.acting(Role.MINISTRY_OFFICER, everywhere=True).actor) == ["Renée"]
    there = office.acting(Role.PRINCIPAL, other=True)
    there.relations.add_guardian(there.admit("Cy"), NewGuardian("MOTHER", person_id=mother))
    for actor, pupils in (
        (there.actor, ["Cy Pupil 0004"]),
        (office.actor, ["Ann Pupil 0004", "Zoë Pupil 0004"]),
    ):
        (found,) = GuardianQueries(office.school.db, actor).find("renee")
        assert sorted(found.pupils) == pupils
    with pytest.raises(Refused, match="Add and change pupils"):
        find(office, "renee", office.acting(Role.TEACHER).actor)
    blind = Actor(uuid4(), "A", Role.PRINCIPAL, None, None, frozenset())
    with pytest.raises(Refused, match="not open to the role"):
        find(office, "renee", blind)


def test_it_can_be_stopped(office: Office, mother: UUID) -> None:
    def stop() -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        GuardianQueries(office.school.db, office.actor).find("renee", None, stop)
