"""Health notes: sealed in the file, read by those who may, and every reading stands in the journal."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from emis_desktop import cipher
from emis_desktop.errors import Refused, StoreDamaged
from emis_desktop.keyring import SealedBox
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.models import Act, Change, HealthNote
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.health import HealthService
from emis_desktop.services.rows import delete
from tests.factories.offices import Office, opened_office
from tests.factories.stores import key

SAID = "Allergy: peanuts. Inhaler in the blue bag."


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


@pytest.fixture
def pupil(office: Office) -> UUID:
    return office.admit()


def acts(office: Office) -> int:
    with office.school.db.read() as session:
        return len(session.scalars(select(Act.seq)).all())


def test_written_read_and_logged(office: Office, pupil: UUID) -> None:
    assert office.record(pupil).has_health is False
    assert office.health.read(pupil) == ""
    office.health.write(pupil, f"  {SAID} ")
    assert office.latest() == "Health note of Élodie-Ann Pupil 0004 changed"
    assert office.record(pupil).has_health is True
    before = acts(office)
    assert office.health.read(pupil) == SAID
    assert acts(office) == before + 1
    assert office.latest() == "Health note of Élodie-Ann Pupil 0004 read"


def test_nothing_of_it_stands_in_clear_in_the_store(office: Office, pupil: UUID) -> None:
    office.health.write(pupil, SAID)
    office.health.write(pupil, f"{SAID} Again.")
    with office.school.db.read() as session:
        sealed = session.get_one(HealthNote, natural_id("health_note", pupil)).sealed
        kept = session.execute(select(Change.before, Change.after)).all()
    assert sealed is not None
    assert b"peanuts" not in sealed
    assert not any("peanuts" in str(value) or "peanuts" in repr(value) for row in kept for value in row)
    changes = HistoryQueries(office.school.db, office.actor).person(pupil)
    assert "peanuts" not in repr(changes)
    path = office.school.db.path
    office.school.db.close()
    connection = cipher.connect(path, key())
    named = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    tables = [name for (name,) in named if not name.startswith("student_gram")]
    dump = b"".join(
        str(value).encode() if not isinstance(value, bytes) else value
        for table in tables
        for row in connection.execute(f'SELECT * FROM "{table}"')
        for value in row
    )
    connection.close()
    assert "Élodie-Ann".encode() in dump
    assert b"peanuts" not in dump
    assert not any(b"peanuts" in found.read_bytes() for found in path.parent.rglob("*") if found.is_file())


def test_the_same_text_is_no_act(office: Office, pupil: UUID) -> None:
    office.health.write(pupil, "")
    with office.school.db.read() as session:
        assert session.get(HealthNote, natural_id("health_note", pupil)) is None
    office.health.write(pupil, "Asthma, sévère")
    before = acts(office)
    office.health.write(pupil, "Asthma, se\u0301ve\u0300re")
    assert acts(office) == before


def test_taken_away_undone_and_brought_back(office: Office, pupil: UUID) -> None:
    sitting = office.sitting()
    office.health.write(pupil, SAID)
    office.health.write(pupil, "")
    assert office.record(pupil).has_health is False
    assert office.health.read(pupil) == ""
    sitting.undo()
    assert office.health.read(pupil) == SAID
    sitting.undo()
    assert (office.record(pupil).has_health, office.health.read(pupil)) == (False, "")
    office.health.write(pupil, "Well")
    assert office.health.read(pupil) == "Well"
    with office.school.db.write(office.actor, "write_health") as session:
        delete(session, session.get_one(HealthNote, natural_id("health_note", pupil)))
    assert office.record(pupil).has_health is False
    office.health.write(pupil, "Well")
    assert office.health.read(pupil) == "Well"


def test_too_long(office: Office, pupil: UUID) -> None:
    office.health.write(pupil, "x" * 2000)
    with pytest.raises(Refused, match="longer than 2000") as refused:
        office.health.write(pupil, "x" * 2001)
    assert refused.value.field == "health"


@pytest.mark.parametrize("role", [Role.TEACHER, Role.DISTRICT_OFFICER, Role.MINISTRY_OFFICER, Role.AUDITOR])
def test_who_may_not_read(office: Office, pupil: UUID, role: Role) -> None:
    office.health.write(pupil, SAID)
    before = acts(office)
    with pytest.raises(Refused, match="not open to the role"):
        office.acting(role).health.read(pupil)
    with pytest.raises(Refused):
        office.acting(role).health.write(pupil, "x")
    assert acts(office) == before


def test_a_counsellor_reads_and_does_not_write(office: Office, pupil: UUID) -> None:
    office.health.write(pupil, SAID)
    counsellor = office.acting(Role.COUNSELLOR)
    assert counsellor.health.read(pupil) == SAID
    with pytest.raises(Refused, match="Add and change pupils"):
        counsellor.health.write(pupil, "x")


def test_another_school_and_nobody(office: Office, pupil: UUID) -> None:
    office.health.write(pupil, SAID)
    elsewhere = office.acting(Role.PRINCIPAL, other=True)
    before = acts(office)
    for wrong in (pupil, uuid4()):
        with pytest.raises(Refused, match="not open to you"):
            elsewhere.health.read(wrong)
        with pytest.raises(Refused, match="not open to you"):
            elsewhere.health.write(wrong, "x")
    assert acts(office) == before


def test_without_the_key_nothing_opens(office: Office, pupil: UUID) -> None:
    office.health.write(pupil, SAID)
    without = HealthService(office.school.db, office.actor, SealedBox(OpenKeys(uuid4()), "s"))
    before = acts(office)
    with pytest.raises(Refused, match="may not read"):
        without.read(pupil)
    with pytest.raises(Refused, match="may not read"):
        without.write(pupil, "x")
    assert acts(office) == before


def test_a_box_moved_to_another_pupil_does_not_open(office: Office, pupil: UUID) -> None:
    office.health.write(pupil, SAID)
    other = office.admit("Zoë")
    office.health.write(other, "Well")
    with office.school.db.write(office.actor, "write_health") as session:
        note = session.get_one(HealthNote, natural_id("health_note", pupil))
        session.get_one(HealthNote, natural_id("health_note", other)).sealed = note.sealed
    with pytest.raises(StoreDamaged):
        office.health.read(other)
