"""Any number of numbers: typed by kind, with the country that gave them."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from emis_desktop.errors import Refused
from emis_desktop.rules.rights import Role
from tests.factories.offices import Office, opened_office
from tests.factories.people import Around


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


@pytest.fixture
def pupil(office: Office) -> UUID:
    return office.admit()


def numbers(office: Office, pupil: UUID) -> set[tuple[str, str, str | None]]:
    return {
        (line.kind, line.number, line.country)
        for line in office.record(pupil).identities
        if line.kind != "provisional"
    }


def test_two_passports_of_two_countries(office: Office, pupil: UUID) -> None:
    identities, sitting = Around(office).identities, office.sitting()
    first = identities.add(pupil, "PASSPORT", "AB 123456", "gd")
    identities.add(pupil, "PASSPORT", "R001", "LCA")
    assert office.latest() == "Number of Élodie-Ann Pupil 0004 added"
    assert numbers(office, pupil) == {("PASSPORT", "AB 123456", "GD"), ("PASSPORT", "R001", "LCA")}
    identities.change(first, "AB 654321", "")
    identities.remove(first)
    assert numbers(office, pupil) == {("PASSPORT", "R001", "LCA")}
    for act in (lambda: identities.remove(first), lambda: identities.change(first, "X")):
        with pytest.raises(Refused, match="no longer there"):
            act()
    sitting.undo()
    sitting.undo()
    assert ("PASSPORT", "AB 123456", "GD") in numbers(office, pupil)


def test_candidate_numbers_are_text(office: Office, pupil: UUID) -> None:
    identities = Around(office).identities
    identities.add(pupil, "CXC_CAND", "0100250001")
    identities.add(pupil, "CXC_CAND", "0100260001")
    assert {number for _kind, number, _country in numbers(office, pupil)} == {"0100250001", "0100260001"}
    with pytest.raises(Refused, match="in digits"):
        identities.add(pupil, "CXC_CAND", "01A")


@pytest.mark.parametrize(
    ("kind", "number", "country", "field"),
    [
        ("PASSPORT", " ", None, "number"),
        ("PASSPORT", "=1+1", None, "number"),
        ("PASSPORT", "A1", "Grenada", "country"),
        ("provisional", "K7QD-0001", None, "kind"),
        ("no kind", "A1", None, "kind"),
        ("national", "1234567", None, "number"),
    ],
)
def test_what_is_no_number(
    office: Office, pupil: UUID, kind: str, number: str, country: str | None, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        Around(office).identities.add(pupil, kind, number, country)
    assert refused.value.field == field


def test_a_number_that_is_there(office: Office, pupil: UUID) -> None:
    identities, other = Around(office).identities, office.admit("Zoë")
    identities.add(pupil, "PASSPORT", "R001", "LC")
    with pytest.raises(Refused, match="there already"):
        identities.add(pupil, "PASSPORT", "R001", "LC")
    with pytest.raises(Refused, match="already the number of"):
        identities.add(other, "PASSPORT", "R001", "LC")
    identities.add(pupil, "register", "77")
    with pytest.raises(Refused, match="of this kind already"):
        identities.add(pupil, "register", "78")


def test_in_the_right_hands(office: Office, pupil: UUID) -> None:
    number = Around(office).identities.add(pupil, "PASSPORT", "R001")
    for wrong in (office.acting(Role.TEACHER), office.acting(Role.PRINCIPAL, other=True)):
        identities = Around(wrong).identities
        with pytest.raises(Refused):
            identities.add(pupil, "PASSPORT", "R002")
        with pytest.raises(Refused):
            identities.change(number, "R003")
        with pytest.raises(Refused):
            identities.remove(number)
    with pytest.raises(Refused):
        Around(office).identities.add(uuid4(), "PASSPORT", "R004")
