"""The letter to a guardian from the records: about one pupil alone, whole or not there."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from emis_desktop.errors import CannotSave, Refused
from emis_desktop.jobs.incident_letters import IncidentLetterJobs
from emis_desktop.rules.rights import Role
from emis_desktop.services.incidents import Involved, NewIncident
from emis_desktop.services.relations import NewGuardian
from tests.factories.offices import Office, opened_office
from tests.factories.people import Around
from tests.factories.schools import IN_TERM, demo_profile
from tests.helpers.pdfs import Paper

MEETING = date(2026, 11, 10)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


def letters(office: Office) -> IncidentLetterJobs:
    return IncidentLetterJobs(office.school.db, office.actor, demo_profile())


def reported(office: Office) -> tuple[UUID, UUID, UUID]:
    """An incident with who did it and who suffered it."""
    pupil, other = office.admit(), office.admit("Zoë", "Pupil 0005")
    office.relations.add_guardian(pupil, NewGuardian("MOTHER", "Ann", "Guardian 0007", "000 0142"))
    office.students.change(pupil, "address", "4 Bay Street")
    people = (Involved(pupil, "did", "DETEN", IN_TERM), Involved(other, "suffered"))
    new = NewIncident(IN_TERM, "LANG", "MODERATE", "Swore at another pupil", account="Secret", people=people)
    incidents = Around(office).incidents
    incident = incidents.report(office.school.id, new)
    incidents.add_step(incident, "meeting", MEETING)
    return incident, pupil, other


def text_of(content: bytes) -> str:
    with Paper(content) as paper:
        assert paper.pages == 1
        return " ".join(paper.text().split())


def test_it_says_what_the_guardian_must_know_and_no_more(office: Office, tmp_path: Path) -> None:
    incident, pupil, other = reported(office)
    target = tmp_path / "letter.pdf"
    letters(office).save(incident, pupil, "en", IN_TERM, target)
    text = text_of(target.read_bytes())
    for said in (
        "Ann Guardian 0007",
        "4 Bay Street",
        "Swore at another pupil",
        "Detention",
        "10 November 2026",
    ):
        assert said in text
    assert "Secret" not in text
    assert "Zoë" not in text
    about_other = text_of(letters(office).draw(incident, other, "fr", IN_TERM))
    assert "Zoë Pupil 0005" in about_other
    assert "Élodie-Ann" not in about_other


def test_who_may_not(office: Office) -> None:
    incident, pupil, _other = reported(office)
    for wrong in (office.acting(Role.AUDITOR), office.acting(Role.PRINCIPAL, other=True)):
        with pytest.raises(Refused):
            letters(wrong).draw(incident, pupil, "en", IN_TERM)
    stranger = office.admit("Abe")
    with pytest.raises(Refused, match="no longer part"):
        letters(office).draw(incident, stranger, "en", IN_TERM)
    with pytest.raises(Refused):
        letters(office).draw(uuid4(), pupil, "en", IN_TERM)


def test_what_cannot_be_written_leaves_nothing(office: Office, tmp_path: Path) -> None:
    incident, pupil, _other = reported(office)
    with pytest.raises(CannotSave):
        letters(office).save(incident, pupil, "en", IN_TERM, tmp_path / "not there" / "letter.pdf")
    assert not (tmp_path / "not there").exists()
