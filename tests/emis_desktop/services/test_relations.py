"""Guardians, phones and notes: shared by siblings, in order, brought back, and in the right hands only."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused
from emis_desktop.models import Guardianship, Person, PersonContact
from emis_desktop.queries.student_lines import GuardianLine
from emis_desktop.rules.rights import Actor, Role, SensitivityClass
from emis_desktop.services.relations import NewGuardian, RelationService, phone_number
from emis_desktop.services.rows import delete
from tests.factories.offices import Office, opened_office

MOTHER = NewGuardian("MOTHER", "Ann", "Guardian 0007", "000 0142")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


@pytest.fixture
def pupil(office: Office) -> UUID:
    return office.admit()


def guardians(office: Office, student_id: UUID) -> tuple[GuardianLine, ...]:
    return office.record(student_id).guardians


def test_a_guardian_is_added_last_in_line(office: Office, pupil: UUID) -> None:
    office.relations.add_guardian(pupil, MOTHER)
    assert office.latest() == "Guardian of Élodie-Ann Pupil 0004 added"
    office.relations.add_guardian(
        pupil, NewGuardian("UNCLE", "Bo", "Guardian 0008", may_collect=False, court_order=True)
    )
    first, second = guardians(office, pupil)
    assert (first.given_names, first.relation, first.phone, first.priority) == (
        "Ann",
        "MOTHER",
        "000 0142",
        1,
    )
    assert (first.may_collect, first.court_order) == (True, False)
    assert (second.phone, second.priority, second.may_collect, second.court_order) == (None, 2, False, True)


def test_siblings_share_a_guardian(office: Office, pupil: UUID) -> None:
    sibling = office.admit("Zoë")
    mother = office.relations.add_guardian(pupil, MOTHER)
    assert office.relations.add_guardian(sibling, NewGuardian("MOTHER", person_id=mother)) == mother
    assert guardians(office, sibling)[0].siblings == ("Élodie-Ann Pupil 0004",)
    ministry = office.acting(Role.MINISTRY_OFFICER, everywhere=True)
    assert guardians(ministry, sibling)[0].siblings == ("Élodie-Ann Pupil 0004",)
    office.relations.set_phone(mother, "000 0199")
    link = guardians(office, sibling)[0]
    office.relations.name_guardian(link.id, "given_names", " Anne ")
    assert [(line.given_names, line.phone) for line in guardians(office, pupil)] == [("Anne", "000 0199")]
    office.relations.remove_guardian(link.id)
    assert guardians(office, sibling) == ()
    assert len(guardians(office, pupil)) == 1


def test_twice_the_same_is_refused(office: Office, pupil: UUID) -> None:
    mother = office.relations.add_guardian(pupil, MOTHER)
    with pytest.raises(Refused, match="a guardian of this pupil already"):
        office.relations.add_guardian(pupil, NewGuardian("AUNT", person_id=mother))
    with pytest.raises(Refused, match="their own guardian"):
        office.relations.add_guardian(pupil, NewGuardian("SELF", person_id=pupil))
    with pytest.raises(Refused, match="no longer on this laptop"):
        office.relations.add_guardian(pupil, NewGuardian("AUNT", person_id=uuid4()))
    with office.school.db.write(office.actor, "change_guardian") as session:
        delete(session, session.get_one(Person, mother))
    with pytest.raises(Refused, match="no longer on this laptop"):
        office.relations.add_guardian(office.admit("Zoë"), NewGuardian("AUNT", person_id=mother))


@pytest.mark.parametrize("relation", ["", "  ", "X" * 33])
def test_a_relation_is_chosen(office: Office, pupil: UUID, relation: str) -> None:
    with pytest.raises(Refused, match="what the guardian is") as refused:
        office.relations.add_guardian(pupil, NewGuardian(relation, "Ann", "Guardian"))
    assert refused.value.field == "relation"
    office.relations.add_guardian(pupil, MOTHER)
    with pytest.raises(Refused, match="what the guardian is"):
        office.relations.change_guardian(guardians(office, pupil)[0].id, relation=relation)


def test_who_was_taken_off_comes_back_as_the_same_row(office: Office, pupil: UUID) -> None:
    mother = office.relations.add_guardian(pupil, MOTHER)
    link = guardians(office, pupil)[0].id
    office.relations.add_guardian(pupil, NewGuardian("UNCLE", "Bo", "Guardian 0008"))
    sitting = office.sitting()
    office.relations.remove_guardian(link)
    acts: tuple[Callable[[], object], ...] = (
        lambda: office.relations.remove_guardian(link),
        lambda: office.relations.change_guardian(link, may_collect=False),
        lambda: office.relations.name_guardian(link, "given_names", "X"),
        lambda: office.relations.remove_guardian(uuid4()),
    )
    for act in acts:
        with pytest.raises(Refused, match="no longer on the record"):
            act()
    sitting.undo()
    assert guardians(office, pupil)[0].id == link
    office.relations.remove_guardian(link)
    office.relations.add_guardian(pupil, NewGuardian("STEPM", person_id=mother))
    again = guardians(office, pupil)[-1]
    assert (again.id, again.relation, again.priority) == (link, "STEPM", 3)
    with office.school.db.read() as session:
        assert len(session.scalars(select(Guardianship)).all()) == 2


def test_standing_is_changed_one_thing_at_a_time(office: Office, pupil: UUID) -> None:
    office.relations.add_guardian(pupil, MOTHER)
    link = guardians(office, pupil)[0].id
    office.relations.change_guardian(link, court_order=True)
    office.relations.change_guardian(link, may_collect=False)
    office.relations.change_guardian(link, relation="STEPM")
    line = guardians(office, pupil)[0]
    assert (line.relation, line.may_collect, line.court_order) == ("STEPM", False, True)
    assert office.latest() == "Guardian of Élodie-Ann Pupil 0004 changed"


def test_the_order_of_calls(office: Office, pupil: UUID) -> None:
    for number in range(3):
        office.relations.add_guardian(pupil, NewGuardian("AUNT", f"Given {number}", "Guardian"))
    one, two, three = (line.id for line in guardians(office, pupil))
    office.relations.order_guardians(pupil, [three, uuid4(), one])
    assert [(line.id, line.priority) for line in guardians(office, pupil)] == [
        (three, 1),
        (one, 2),
        (two, 3),
    ]


class TestPhones:
    """First phones of pupils and guardians."""

    def test_of_a_pupil(self, office: Office, pupil: UUID) -> None:
        sitting = office.sitting()
        office.relations.set_phone(pupil, "000  0142")
        office.relations.set_phone(pupil, "000 0143")
        assert [line.value for line in office.record(pupil).contacts] == ["000 0143"]
        office.relations.set_phone(pupil, " ")
        office.relations.set_phone(pupil, None)
        assert office.record(pupil).contacts == ()
        sitting.undo()
        assert [line.value for line in office.record(pupil).contacts] == ["000 0143"]

    def test_only_the_first_one(self, office: Office, pupil: UUID) -> None:
        with office.school.db.write(office.actor, "change_phone") as session:
            for priority in (2, 1):
                session.add(
                    PersonContact(
                        id=uuid4(),
                        person_id=pupil,
                        kind="phone",
                        value=f"000 000{priority}",
                        priority=priority,
                    )
                )
        office.relations.set_phone(pupil, "000 0009")
        assert [line.value for line in office.record(pupil).contacts] == ["000 0009", "000 0002"]

    @pytest.mark.parametrize("typed", ["12", "call Ann", "0" * 41, "000 0142 ext 5"])
    def test_no_phone(self, office: Office, pupil: UUID, typed: str) -> None:
        with pytest.raises(Refused, match="in digits") as refused:
            office.relations.set_phone(pupil, typed)
        assert refused.value.field == "phone"

    def test_how_it_is_kept(self) -> None:
        assert phone_number("+1 (473) 440-0101") == "+1 (473) 440-0101"
        assert phone_number(None) is None

    def test_of_a_pupil_or_guardian_of_ones_own_school_only(self, office: Office, pupil: UUID) -> None:
        mother = office.relations.add_guardian(pupil, MOTHER)
        elsewhere = office.acting(Role.PRINCIPAL, other=True)
        stranger = office.school.add_teacher("Teacher 01")
        for whose, by in ((pupil, elsewhere), (mother, elsewhere), (stranger, office)):
            with pytest.raises(Refused, match="no such pupil"):
                by.relations.set_phone(whose, "000 9999")
        child = elsewhere.admit("Bo", "Pupil 0009")
        elsewhere.relations.add_guardian(child, NewGuardian("MOTHER", person_id=mother))
        elsewhere.relations.set_phone(mother, "000 9999")
        assert guardians(office, pupil)[0].phone == "000 9999"

    def test_of_those_who_may_read_phones(self, office: Office, pupil: UUID) -> None:
        basic = Actor(
            uuid4(), "A", Role.PRINCIPAL, office.school.id, None, frozenset({SensitivityClass.BASIC})
        )
        service = RelationService(office.school.db, basic)
        with pytest.raises(Refused, match="not open to the role Principal"):
            service.set_phone(pupil, "000 9999")
        with pytest.raises(Refused, match="not open to the role Principal"):
            service.add_guardian(pupil, MOTHER)


class TestNotes:
    """Dated notes."""

    def test_written_and_taken_away_and_brought_back(self, office: Office, pupil: UUID) -> None:
        note = office.relations.add_note(pupil, "  Met the mother. ", date(2026, 11, 5))
        (line,) = office.record(pupil).notes
        assert (line.id, line.text, line.written_on) == (note, "Met the mother.", date(2026, 11, 5))
        sitting = office.sitting()
        office.relations.remove_note(note)
        assert office.latest() == "Note on Élodie-Ann Pupil 0004 removed"
        assert office.record(pupil).notes == ()
        for gone in (note, uuid4()):
            with pytest.raises(Refused, match="note is no longer there"):
                office.relations.remove_note(gone)
        sitting.undo()
        assert len(office.record(pupil).notes) == 1

    @pytest.mark.parametrize(
        ("text", "said"), [(" \n", "Write the note first"), ("x" * 2001, "longer than 2000")]
    )
    def test_what_cannot_be(self, office: Office, pupil: UUID, text: str, said: str) -> None:
        with pytest.raises(Refused, match=said) as refused:
            office.relations.add_note(pupil, text, date(2026, 11, 5))
        assert refused.value.field == "note"


@pytest.mark.parametrize("role", [Role.TEACHER, Role.AUDITOR])
def test_wrong_rights(office: Office, pupil: UUID, role: Role) -> None:
    office.relations.add_guardian(pupil, MOTHER)
    link = guardians(office, pupil)[0].id
    note = office.relations.add_note(pupil, "One", date(2026, 11, 5))
    service = office.acting(role).relations
    for act in (
        lambda: service.add_guardian(pupil, MOTHER),
        lambda: service.change_guardian(link, may_collect=False),
        lambda: service.order_guardians(pupil, [link]),
        lambda: service.name_guardian(link, "given_names", "X"),
        lambda: service.remove_guardian(link),
        lambda: service.set_phone(pupil, "000 0001"),
        lambda: service.add_note(pupil, "Two", date(2026, 11, 5)),
        lambda: service.remove_note(note),
    ):
        with pytest.raises(Refused, match="Add and change pupils"):
            act()


def test_another_school(office: Office, pupil: UUID) -> None:
    office.relations.add_guardian(pupil, MOTHER)
    link = guardians(office, pupil)[0].id
    note = office.relations.add_note(pupil, "One", date(2026, 11, 5))
    service = office.acting(Role.PRINCIPAL, other=True).relations
    for act in (
        lambda: service.add_guardian(pupil, MOTHER),
        lambda: service.change_guardian(link, may_collect=False),
        lambda: service.order_guardians(pupil, [link]),
        lambda: service.name_guardian(link, "given_names", "X"),
        lambda: service.remove_guardian(link),
        lambda: service.add_note(pupil, "Two", date(2026, 11, 5)),
        lambda: service.remove_note(note),
    ):
        with pytest.raises(Refused, match="not open to you"):
            act()
