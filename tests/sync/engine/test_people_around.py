"""Two laptops of a school add to the same pupil: all comes together as rows, nothing is written over."""

from datetime import date
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select

from emis_desktop.laptop import OpenLaptop
from emis_desktop.models import AcademicPeriod, EducationGrade, Enrolment, Person
from emis_desktop.queries.incidents import IncidentQueries
from emis_desktop.queries.students import StudentQueries
from emis_desktop.rules.health_entries import HealthEntry
from emis_desktop.rules.ids import new_id
from emis_desktop.services.contacts import ContactService, NewAddress
from emis_desktop.services.health_records import HealthRecordService
from emis_desktop.services.identities import IdentityService
from emis_desktop.services.incidents import LARGEST_FILE, IncidentService, Involved, NewIncident
from emis_desktop.services.textbooks import NewLoan, NewTextbook, TextbookService
from tests.sync.engine.real_world import World, opened, sync_open, world

__all__ = ["world"]
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
DAY = date(2026, 9, 7)
ACCOUNT = "Told in the office. " * 400
FILE = b"%PDF-" + Random("file").randbytes(LARGEST_FILE - 5)


def enrolled(laptop: OpenLaptop, *names: str) -> list[UUID]:
    """Pupils on the roll of the first year and grade that the country has."""
    with laptop.db.write(laptop.actor, "admit_student") as session:
        year, grade = (
            session.scalars(select(AcademicPeriod)).first(),
            session.scalars(select(EducationGrade)).first(),
        )
        assert year is not None
        assert grade is not None
        people = [Person(id=new_id(), given_names=name, family_name="Demo", synthetic=True) for name in names]
        session.add_all(people)
        session.add_all(
            Enrolment(
                person_id=person.id,
                institution_id=laptop.site.institution_id,
                period_id=year.id,
                grade_id=grade.id,
                starts_on=DAY,
            )
            for person in people
        )
        return [person.id for person in people]


def test_what_both_add_to_one_pupil_is_there_on_both(world: World) -> None:
    with opened(world.school()) as one, opened(world.school()) as other:
        pupil, friend = enrolled(one, "Pupil", "Friend")
        sync_open(one)
        sync_open(other)
        school = one.site.institution_id
        assert school is not None
        incident = IncidentService(one.db, one.actor).report(
            school,
            NewIncident(DAY, "FIGHT", "MAJOR", "Pushed", account=ACCOUNT, people=(Involved(pupil),)),
        )
        book = TextbookService(one.db, one.actor).add(school, NewTextbook("Sums 5", 2))
        sync_open(one)
        sync_open(other)
        for laptop, mark in ((one, "1"), (other, "2")):
            ContactService(laptop.db, laptop.actor).add_contact(pupil, "phone", f"000 010{mark}")
            ContactService(laptop.db, laptop.actor).add_address(
                pupil, NewAddress("home", f"{mark} Bay Street")
            )
            IdentityService(laptop.db, laptop.actor).add(pupil, "PASSPORT", f"R00{mark}", "LC")
            HealthRecordService(laptop.db, laptop.actor, laptop.box).add(
                pupil, HealthEntry("allergy", what=f"Allergy {mark}")
            )
            incidents = IncidentService(laptop.db, laptop.actor)
            incidents.set_part(incident, Involved(friend, "saw" if mark == "1" else "suffered"))
            incidents.add_step(incident, "call", DAY, f"Call {mark}")
            incidents.add_file(incident, f"{mark}.pdf", FILE)
            TextbookService(laptop.db, laptop.actor).lend(book, [NewLoan(pupil, mark)], DAY)
        for laptop in (one, other, one):
            sync_open(laptop)
        for laptop in (one, other):
            record = StudentQueries(laptop.db, laptop.actor).record(pupil)
            assert {line.value for line in record.contacts} == {"000 0101", "000 0102"}
            assert {line.lines for line in record.addresses} == {"1 Bay Street", "2 Bay Street"}
            assert {line.number for line in record.identities} == {"R001", "R002"}
            lines = HealthRecordService(laptop.db, laptop.actor, laptop.box).read(pupil)
            assert len(lines) == 2
            assert any(not line.shut for line in lines)
            found = IncidentQueries(laptop.db, laptop.actor).record(incident)
            assert found.account == ACCOUNT.strip()
            assert {one.part for one in found.line.people if one.person_id == friend} <= {"saw", "suffered"}
            assert {step.note for step in found.steps} == {"Call 1", "Call 2"}
            assert {file.name for file in found.files} == {"1.pdf", "2.pdf"}
            for file in found.files:
                assert IncidentQueries(laptop.db, laptop.actor).file(file.id) == FILE
            assert [one.person_id for one in found.line.people].count(friend) == 1
