"""Fields that the ministry defines: without code, in order, filled in by schools, and in history."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from emis_desktop.errors import Refused
from emis_desktop.queries.custom_fields import CustomFieldQueries, custom_values
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.rules.rights import Role
from emis_desktop.services.custom_fields import NewField
from resources.words import Words
from tests.factories.offices import Office, opened_office
from tests.factories.people import Around

BUS = NewField("School bus", "choice", label_fr="Car scolaire", choices=(" North", "South", "North", ""))
SHOE = NewField("Shoe size", "number")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


@pytest.fixture
def ministry(office: Office) -> Office:
    return office.acting(Role.MINISTRY_OFFICER, everywhere=True)


@pytest.fixture
def pupil(office: Office) -> UUID:
    return office.admit()


def shown(office: Office, pupil: UUID) -> dict[str, str | None]:
    return {line.field.label("fr"): line.value for line in office.record(pupil).custom}


def test_defined_shown_filled_in_and_in_history(office: Office, ministry: Office, pupil: UUID) -> None:
    bus, shoe = Around(ministry).custom.define(BUS), Around(ministry).custom.define(SHOE)
    assert office.latest() == "Field Shoe size defined"
    assert shown(office, pupil) == {"Car scolaire": None, "Shoe size": None}
    assert office.record(pupil).custom[0].field.choices == ("North", "South")
    Around(office).custom.set_value(pupil, bus, "South")
    Around(office).custom.set_value(pupil, shoe, "34,5")
    assert shown(office, pupil) == {"Car scolaire": "South", "Shoe size": "34.5"}
    Around(office).custom.set_value(pupil, bus, "North")
    change = HistoryQueries(office.school.db, office.actor).person(pupil)[0]
    said = change.field.text(Words.load("fr"))
    assert (said, change.before, change.after) == ("Car scolaire", "South", "North")
    Around(ministry).custom.order([shoe, uuid4()])
    assert list(shown(office, pupil)) == ["Shoe size", "Car scolaire"]


def test_values_come_and_go(office: Office, ministry: Office, pupil: UUID) -> None:
    shoe = Around(ministry).custom.define(SHOE)
    custom, sitting = Around(office).custom, office.sitting()
    custom.set_value(pupil, shoe, "")
    assert sitting.can_undo() is None
    custom.set_value(pupil, shoe, "34")
    custom.set_value(pupil, shoe, None)
    assert shown(office, pupil) == {"Shoe size": None}
    sitting.undo()
    assert shown(office, pupil) == {"Shoe size": "34"}
    with office.school.db.read() as session:
        assert custom_values(session, [pupil]) == {pupil: {shoe: "34"}}
    uses = CustomFieldQueries(office.school.db, office.actor).used()
    assert [(one.field.name, one.used) for one in uses] == [("Shoe size", 1)]


def test_a_field_in_use_keeps_its_kind(office: Office, ministry: Office, pupil: UUID) -> None:
    defined, sitting = Around(ministry).custom, ministry.sitting()
    shoe = defined.define(SHOE)
    defined.change(shoe, replace(SHOE, kind="text"))
    Around(office).custom.set_value(pupil, shoe, "34")
    with pytest.raises(Refused, match="its kind stays"):
        defined.change(shoe, replace(SHOE, kind="number"))
    defined.change(shoe, replace(SHOE, kind="text", label="Size of shoes", required=True))
    with pytest.raises(Refused, match="The ministry asks"):
        Around(office).custom.set_value(pupil, shoe, " ")
    defined.remove(shoe)
    assert shown(office, pupil) == {}
    with pytest.raises(Refused, match="no longer there"):
        Around(office).custom.set_value(pupil, shoe, "35")
    with pytest.raises(Refused, match="no longer there"):
        defined.remove(shoe)
    sitting.undo()
    assert shown(office, pupil) == {"Size of shoes": "34"}


def test_codes_are_never_given_twice(ministry: Office) -> None:
    defined = Around(ministry).custom
    first = defined.define(SHOE)
    defined.remove(first)
    assert defined.define(SHOE) != first
    defined.define(NewField("Été à l’école " * 5, "text", label_es="Verano"))
    codes = [one.code for one in CustomFieldQueries(ministry.school.db, ministry.actor).fields()]
    assert codes[0] == "shoe_size_2"
    assert len(codes[1]) <= 32
    assert codes[1].isascii()


@pytest.mark.parametrize(
    ("field", "where"),
    [
        (NewField(" ", "text"), "label"),
        (NewField("x" * 81, "text"), "label"),
        (NewField("A", "text", label_fr="x" * 81), "label_fr"),
        (NewField("A", "picture"), "kind"),
        (NewField("A", "text", of_what="dog"), "of_what"),
        (NewField("A", "choice", choices=("one", " one ")), "choices"),
        (NewField("A", "choice", choices=tuple(map(str, range(61)))), "choices"),
    ],
)
def test_what_is_no_field(ministry: Office, field: NewField, where: str) -> None:
    with pytest.raises(Refused) as refused:
        Around(ministry).custom.define(field)
    assert refused.value.field == where


def test_in_the_right_hands(office: Office, ministry: Office, pupil: UUID) -> None:
    shoe = Around(ministry).custom.define(SHOE)
    custom = Around(office).custom
    for act in (
        lambda: custom.define(SHOE),
        lambda: custom.change(shoe, SHOE),
        lambda: custom.order([shoe]),
        lambda: custom.remove(shoe),
    ):
        with pytest.raises(Refused, match="by the ministry"):
            act()
    with pytest.raises(Refused):
        Around(office.acting(Role.TEACHER)).custom.set_value(pupil, shoe, "1")
    with pytest.raises(Refused):
        Around(office.acting(Role.PRINCIPAL, other=True)).custom.set_value(pupil, shoe, "1")
    assert office.acting(Role.AUDITOR).record(pupil).custom == ()


def test_fields_of_staff(office: Office, ministry: Office, pupil: UUID) -> None:
    room = Around(ministry).custom.define(NewField("Staff room", "yes_no", "staff"))
    teacher = Around(office).teacher()
    Around(office).custom.set_value(teacher, room, "yes")
    assert shown(office, pupil) == {}
    with office.school.db.read() as session:
        assert custom_values(session, [teacher]) == {teacher: {room: "yes"}}
    questions = CustomFieldQueries(office.school.db, office.actor)
    assert [(line.field.name, line.value) for line in questions.of_staff(teacher)] == [("Staff room", "yes")]
    assert questions.of_staff(pupil) == ()
    for blind in (office.acting(Role.AUDITOR), office.acting(Role.PRINCIPAL, other=True)):
        assert CustomFieldQueries(office.school.db, blind.actor).of_staff(teacher) == ()
    for wrong, person in ((office, pupil), (office.acting(Role.PRINCIPAL, other=True), teacher)):
        with pytest.raises(Refused, match="no such member of staff"):
            Around(wrong).custom.set_value(person, room, "yes")
