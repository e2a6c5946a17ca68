"""Further addresses, phones and e-mails: in order, of pupils and guardians, in the right hands only."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from emis_desktop.errors import Refused
from emis_desktop.rules.rights import Role
from emis_desktop.services.contacts import NewAddress
from emis_desktop.services.relations import NewGuardian
from tests.factories.offices import Office, opened_office
from tests.factories.people import Around

HOME = NewAddress("home", " 4  Bay Street ", date(2026, 9, 1), None)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


@pytest.fixture
def pupil(office: Office) -> UUID:
    return office.admit()


def values(office: Office, pupil: UUID) -> list[str]:
    return [line.value for line in office.record(pupil).contacts]


def test_phones_and_mails_in_the_order_tried(office: Office, pupil: UUID) -> None:
    contacts, sitting = Around(office).contacts, office.sitting()
    one = contacts.add_contact(pupil, "phone", " 473 440 0101 ", "Work")
    two = contacts.add_contact(pupil, "email", "home@mail.example")
    three = contacts.add_contact(pupil, "phone", "473 440 0102")
    assert office.latest() == "Phone or e-mail of Élodie-Ann Pupil 0004 added"
    assert values(office, pupil) == ["473 440 0101", "home@mail.example", "473 440 0102"]
    contacts.order_contacts(pupil, [three, uuid4(), three, one])
    assert values(office, pupil) == ["473 440 0102", "473 440 0101", "home@mail.example"]
    contacts.change_contact(one, "473 440 0199", "")
    line = office.record(pupil).contacts[1]
    assert (line.value, line.label) == ("473 440 0199", None)
    contacts.remove_contact(two)
    assert len(values(office, pupil)) == 2
    with pytest.raises(Refused, match="no longer there"):
        contacts.remove_contact(two)
    sitting.undo()
    assert len(values(office, pupil)) == 3


@pytest.mark.parametrize(
    ("kind", "value", "label", "field"),
    [
        ("phone", "none", None, "phone"),
        ("phone", " ", None, "value"),
        ("email", "home", None, "value"),
        ("email", "a b@c.de", None, "value"),
        ("email", "", None, "value"),
        ("email", f"{'x' * 120}@c.de", None, "value"),
        ("pigeon", "1", None, "kind"),
        ("phone", "473 440 0101", "x" * 41, "label"),
    ],
)
def test_what_is_no_contact(
    office: Office, pupil: UUID, kind: str, value: str, label: str | None, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        Around(office).contacts.add_contact(pupil, kind, value, label)
    assert refused.value.field == field


def test_twice_the_same(office: Office, pupil: UUID) -> None:
    contacts = Around(office).contacts
    contacts.add_contact(pupil, "email", "home@mail.example")
    with pytest.raises(Refused, match="there already"):
        contacts.add_contact(pupil, "email", " home@mail.example")


def test_a_guardian_has_several_too(office: Office, pupil: UUID) -> None:
    mother = office.relations.add_guardian(pupil, NewGuardian("MOTHER", "Ann", "Guardian 0007", "000 0142"))
    contacts = Around(office).contacts
    work = contacts.add_contact(mother, "phone", "000 0143", "Work")
    guardian = office.record(pupil).guardians[0]
    assert [(line.value, line.label) for line in guardian.contacts] == [
        ("000 0142", None),
        ("000 0143", "Work"),
    ]
    contacts.order_contacts(mother, [work])
    assert office.record(pupil).guardians[0].phone == "000 0143"
    elsewhere = Around(office.acting(Role.PRINCIPAL, other=True)).contacts
    with pytest.raises(Refused):
        elsewhere.change_contact(work, "000 0144")
    with pytest.raises(Refused):
        elsewhere.add_contact(mother, "phone", "000 0144")


def test_addresses(office: Office, pupil: UUID) -> None:
    contacts, sitting = Around(office).contacts, office.sitting()
    one = contacts.add_address(pupil, HOME)
    line = office.record(pupil).addresses[0]
    assert (line.kind, line.lines, line.starts_on, line.ends_on) == (
        "home",
        "4 Bay Street",
        date(2026, 9, 1),
        None,
    )
    contacts.change_address(one, NewAddress("postal", "PO Box 7"))
    assert office.record(pupil).addresses[0].lines == "PO Box 7"
    contacts.remove_address(one)
    assert office.record(pupil).addresses == ()
    with pytest.raises(Refused, match="no longer there"):
        contacts.change_address(one, HOME)
    sitting.undo()
    sitting.undo()
    assert office.record(pupil).addresses == (line,)


@pytest.mark.parametrize(
    ("address", "field"),
    [
        (NewAddress("moon", "x"), "kind"),
        (NewAddress("home", "  "), "lines"),
        (NewAddress("home", "x" * 201), "lines"),
        (NewAddress("home", "x", date(2026, 9, 2), date(2026, 9, 1)), "ends_on"),
        (NewAddress("home", "x", area_id=uuid4()), "area"),
    ],
)
def test_what_is_no_address(office: Office, pupil: UUID, address: NewAddress, field: str) -> None:
    with pytest.raises(Refused) as refused:
        Around(office).contacts.add_address(pupil, address)
    assert refused.value.field == field
    assert office.record(pupil).addresses == ()


@pytest.mark.parametrize("role", [Role.TEACHER, Role.COUNSELLOR, Role.AUDITOR])
def test_who_may_not_write(office: Office, pupil: UUID, role: Role) -> None:
    contacts = Around(office.acting(role)).contacts
    with pytest.raises(Refused):
        contacts.add_contact(pupil, "phone", "473 440 0101")
    with pytest.raises(Refused):
        contacts.add_address(pupil, HOME)


def test_who_may_not_see(office: Office, pupil: UUID) -> None:
    Around(office).contacts.add_address(pupil, HOME)
    auditor = office.acting(Role.AUDITOR).record(pupil)
    assert (auditor.addresses, auditor.contacts, auditor.meals) == ((), (), None)
