"""Health entries: sealed one by one, read in an act, in the right hands only."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from emis_desktop.errors import Refused, StoreDamaged
from emis_desktop.keyring import SealedBox
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.models import Act, Change, HealthRecord
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.rules.health_entries import HealthEntry
from emis_desktop.rules.rights import Role
from emis_desktop.services.health_records import HealthRecordService
from tests.factories.offices import Office, opened_office
from tests.factories.people import Around

BEES = HealthEntry("allergy", what="Bee stings", degree="severe", detail="EpiPen in the office")
ASTHMA = HealthEntry("condition", what="Asthma", starts_on=date(2020, 1, 2))
CALM = HealthEntry("alert", what="Faints")


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


def test_added_read_in_order_and_logged(office: Office, pupil: UUID) -> None:
    health = Around(office).health
    before = acts(office)
    assert health.read(pupil) == ()
    assert acts(office) == before
    for entry in (ASTHMA, BEES, CALM):
        health.add(pupil, entry)
    assert office.latest() == "Health record of Élodie-Ann Pupil 0004 added"
    before = acts(office)
    assert [line.entry for line in health.read(pupil)] == [CALM, BEES, ASTHMA]
    assert acts(office) == before + 1
    assert office.latest() == "Health records of Élodie-Ann Pupil 0004 read"
    assert office.record(pupil).alerts == 2


def test_nothing_stands_in_clear(office: Office, pupil: UUID) -> None:
    health = Around(office).health
    record = health.add(pupil, BEES)
    health.change(record, HealthEntry("allergy", what="Wasps"))
    health.remove(record)
    with office.school.db.read() as session:
        sealed = session.get_one(HealthRecord, record).sealed
        kept = session.execute(select(Change.before, Change.after)).all()
    assert sealed is not None
    assert b"Wasps" not in sealed
    assert not any(word in repr(row) for row in kept for word in ("Bee", "EpiPen", "Wasps"))
    changes = HistoryQueries(office.school.db, office.actor).person(pupil)
    told = [line for line in changes if line.key.startswith("health_record")]
    assert len(told) == 3
    assert all(line.hidden and line.before is None and line.after is None for line in told)


def test_changed_removed_and_undone(office: Office, pupil: UUID) -> None:
    health, sitting = Around(office).health, office.sitting()
    record = health.add(pupil, BEES)
    health.change(record, HealthEntry("allergy", what="Wasps"))
    before = acts(office)
    health.change(record, HealthEntry("allergy", what=" Wasps "))
    assert acts(office) == before
    with pytest.raises(Refused, match="kind of an entry stays"):
        health.change(record, CALM)
    health.remove(record)
    assert health.read(pupil) == ()
    for act in (lambda: health.remove(record), lambda: health.change(record, BEES)):
        with pytest.raises(Refused, match="no longer there"):
            act()
    sitting.undo()
    assert [line.entry.what for line in health.read(pupil)] == ["Wasps"]
    sitting.undo()
    assert [line.entry for line in health.read(pupil)] == [BEES]
    sitting.undo()
    assert health.read(pupil) == ()


def test_alerts_of_several_in_one_act(office: Office, pupil: UUID) -> None:
    health, other, well = Around(office).health, office.admit("Zoë"), office.admit("Abe")
    health.add(pupil, BEES)
    health.add(pupil, CALM)
    health.add(pupil, ASTHMA)
    health.add(other, CALM)
    before = acts(office)
    assert health.alerts([pupil, other, well]) == {pupil: (CALM, BEES), other: (CALM,)}
    assert acts(office) == before + 1
    assert health.alerts([well]) == {}
    assert acts(office) == before + 1
    elsewhere = Around(office.acting(Role.PRINCIPAL, other=True)).health
    assert elsewhere.alerts([pupil]) == {}


@pytest.mark.parametrize("role", [Role.TEACHER, Role.DISTRICT_OFFICER, Role.MINISTRY_OFFICER, Role.AUDITOR])
def test_who_may_not(office: Office, pupil: UUID, role: Role) -> None:
    record = Around(office).health.add(pupil, BEES)
    before, wrong = acts(office), Around(office.acting(role)).health
    for act in (
        lambda: wrong.read(pupil),
        lambda: wrong.alerts([pupil]),
        lambda: wrong.add(pupil, CALM),
        lambda: wrong.change(record, CALM),
        lambda: wrong.remove(record),
    ):
        with pytest.raises(Refused):
            act()
    assert acts(office) == before
    assert office.acting(role).record(pupil).alerts == 0


def test_a_counsellor_reads_and_does_not_write(office: Office, pupil: UUID) -> None:
    Around(office).health.add(pupil, BEES)
    counsellor = Around(office.acting(Role.COUNSELLOR)).health
    assert [line.entry for line in counsellor.read(pupil)] == [BEES]
    with pytest.raises(Refused, match="Add and change pupils"):
        counsellor.add(pupil, CALM)


def test_another_school_and_nobody(office: Office, pupil: UUID) -> None:
    record = Around(office).health.add(pupil, BEES)
    elsewhere = Around(office.acting(Role.PRINCIPAL, other=True)).health
    before = acts(office)
    with pytest.raises(Refused, match="not open to you"):
        elsewhere.read(pupil)
    with pytest.raises(Refused, match="not open to you"):
        elsewhere.remove(record)
    with pytest.raises(Refused, match="not open to you"):
        elsewhere.add(uuid4(), CALM)
    assert acts(office) == before


def test_without_the_key(office: Office, pupil: UUID) -> None:
    Around(office).health.add(pupil, BEES)
    without = HealthRecordService(office.school.db, office.actor, SealedBox(OpenKeys(uuid4()), "s"))
    with pytest.raises(Refused, match="may not read"):
        without.read(pupil)


def test_a_box_moved_to_another_row_does_not_open(office: Office, pupil: UUID) -> None:
    health = Around(office).health
    one, two = health.add(pupil, BEES), health.add(office.admit("Zoë"), CALM)
    with office.school.db.write(office.actor, "change_health_record") as session:
        session.get_one(HealthRecord, two).sealed = session.get_one(HealthRecord, one).sealed
    with pytest.raises(StoreDamaged):
        health.change(two, CALM)
