"""A time in which a pupil may not come to school."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from emis_desktop.errors import Refused
from emis_desktop.queries.suspensions import SuspensionQueries, suspended
from emis_desktop.rules.rights import Role
from emis_desktop.services.suspensions import NewSuspension, SuspensionService
from tests.factories.offices import FIRST_DAY, Office, opened_office

MON, FRI = date(2026, 11, 2), date(2026, 11, 6)
NEXT = date(2026, 11, 9)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


def service(office: Office) -> SuspensionService:
    return SuspensionService(office.school.db, office.actor)


def questions(office: Office) -> SuspensionQueries:
    return SuspensionQueries(office.school.db, office.actor)


def on(office: Office, pupil: UUID, day: date) -> bool:
    with office.school.db.read() as session:
        return suspended(session, [pupil, uuid4()], day) == {pupil}


def test_the_standing_follows_from_the_days(office: Office) -> None:
    pupil = office.admit()
    service(office).suspend(pupil, NewSuspension(MON, FRI, "FIGHT", "In the yard"))
    days = [date(2026, 11, 1), MON, FRI, date(2026, 11, 7)]
    assert [on(office, pupil, day) for day in days] == [False, True, True, False]
    (line,) = questions(office).of(pupil)
    assert (line.reason, line.note, line.holds(MON), line.holds(NEXT)) == (
        "FIGHT",
        "In the yard",
        True,
        False,
    )
    assert [one.student_id for one in questions(office).on(office.school.id, MON)] == [pupil]
    assert questions(office).on(office.school.id, NEXT) == ()
    assert office.latest() == "Élodie-Ann Pupil 0004 suspended"


def test_who_reads_no_case_notes_sees_the_days_and_writes_no_note(office: Office) -> None:
    pupil = office.admit()
    service(office).suspend(pupil, NewSuspension(MON, FRI, "FIGHT", "In the yard"))
    clerk = office.acting(Role.SCHOOL_ADMINISTRATOR)
    assert [line.note for line in questions(clerk).of(pupil)] == [None]
    with pytest.raises(Refused, match="case notes"):
        service(clerk).suspend(pupil, NewSuspension(NEXT, None, "OTHER", "x"))
    service(clerk).suspend(pupil, NewSuspension(NEXT, None, "OTHER"))
    other = office.acting(Role.PRINCIPAL, other=True)
    with pytest.raises(Refused, match="no such pupil"):
        questions(other).of(pupil)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (NewSuspension(FRI, MON, "FIGHT"), "before the first day"),
        (NewSuspension(date(2026, 9, 1), MON, "FIGHT"), "came on"),
        (NewSuspension(MON, FRI, "NONE"), "Choose why"),
        (NewSuspension(date(2026, 11, 12), None, "FIGHT"), "suspended from"),
    ],
)
def test_days_that_cannot_be_are_refused(office: Office, wrong: NewSuspension, said: str) -> None:
    pupil = office.admit()
    service(office).suspend(pupil, NewSuspension(NEXT, date(2026, 11, 13), "DEFY"))
    with pytest.raises(Refused, match=said):
        service(office).suspend(pupil, wrong)
    assert len(questions(office).of(pupil)) == 1


def test_it_ends_with_the_stay_and_can_be_changed_removed_and_undone(office: Office) -> None:
    pupil = office.admit()
    sitting = office.sitting()
    which = service(office).suspend(pupil, NewSuspension(MON, None, "DRUGS"))
    service(office).change(which, MON, FRI)
    assert not on(office, pupil, NEXT)
    sitting.undo()
    assert on(office, pupil, NEXT)
    service(office).remove(which)
    assert questions(office).of(pupil) == ()
    sitting.undo()
    office.students.withdraw(pupil, FRI.replace(day=4), "dropped_out", None)
    assert on(office, pupil, date(2026, 11, 4))
    assert not on(office, pupil, FRI)
    with pytest.raises(Refused, match="left on"):
        service(office).change(which, MON, FRI)
    with pytest.raises(Refused, match="not on roll"):
        service(office).suspend(pupil, NewSuspension(NEXT, None, "FIGHT"))
    service(office).change(which, FIRST_DAY, MON)


def test_another_school_and_a_stranger_are_refused(office: Office) -> None:
    pupil = office.admit()
    which = service(office).suspend(pupil, NewSuspension(MON, FRI, "FIGHT"))
    other = office.acting(Role.PRINCIPAL, other=True)
    with pytest.raises(Refused):
        service(other).remove(which)
    with pytest.raises(Refused, match="no longer there"):
        service(office).remove(uuid4())
