"""The rows of admissions, one or many at once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from emis_desktop.errors import Refused
from emis_desktop.models import PersonPhoto
from emis_desktop.queries.search import StudentSearch
from emis_desktop.rules.ids import natural_id
from emis_desktop.services.admission import admission, place_row, write_admissions, write_rows
from tests.factories.offices import Office, opened_office
from tests.factories.schools import IN_TERM


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


def test_rows_of_one_admission(office: Office) -> None:
    class_id = office.school.classes["Grade 5 Coral"]
    made = admission(
        office.new(class_id=class_id, fields={"nationality": "gd", "address": " Harbour  Road "}),
        IN_TERM,
        ("register", "31"),
    )
    assert made.person["nationality"] == "GD"
    assert made.person["address"] == "Harbour Road"
    assert made.identity is not None
    assert (made.identity["person_id"], made.identity["number"]) == (made.person_id, "31")
    assert made.place is not None
    assert (made.place["enrolment_id"], made.place["starts_on"]) == (
        made.enrolment["id"],
        date(2026, 9, 7),
    )
    assert place_row(made.enrolment, None) is None


def test_a_field_that_cannot_be(office: Office) -> None:
    with pytest.raises(Refused, match="country code"):
        admission(office.new(fields={"nationality": "Grenada!"}), IN_TERM, None)


def test_many_at_once_with_and_without_number_and_class(office: Office) -> None:
    class_id = office.school.classes["Grade 5 Coral"]
    made = [
        admission(
            office.new(f"Given {n}", class_id=class_id if n % 2 else None),
            IN_TERM,
            ("register", str(n)) if n % 3 else None,
        )
        for n in range(12)
    ]
    with office.school.db.write(office.actor, "import_students") as session:
        write_admissions(session, made)
        write_rows(session, PersonPhoto, [])
        photo = {"id": natural_id("person_photo", made[0].person_id), "person_id": made[0].person_id}
        write_rows(session, PersonPhoto, [{**photo, "image": b"1"}])
    assert StudentSearch(office.school.db, office.actor).count() == 12
    assert office.record(made[0].person_id).number is None
    assert office.record(made[1].person_id).number == "1"
    assert office.latest() == "12 pupils brought in from a file"
