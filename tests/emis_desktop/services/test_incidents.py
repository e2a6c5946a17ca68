"""Incidents: reported with who was part of them, followed up, closed, and their account for few eyes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from emis_desktop.errors import BadFile, Refused
from emis_desktop.queries.history import HistoryQueries
from emis_desktop.queries.incidents import IncidentFilter
from emis_desktop.rules.rights import Role
from emis_desktop.services.incidents import LARGEST_FILE, Involved, NewIncident
from tests.factories.offices import Office, opened_office
from tests.factories.people import Around
from tests.factories.schools import IN_TERM

DAY = date(2026, 11, 3)
PDF = b"%PDF-1.7 synthetic"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        yield found


@pytest.fixture
def pupil(office: Office) -> UUID:
    return office.admit()


def new(pupil: UUID, **changes: object) -> NewIncident:
    values: dict[str, object] = {
        "happened_on": DAY,
        "category": "FIGHT",
        "classification": "MAJOR",
        "summary": " Pushed  another pupil ",
        "people": (Involved(pupil),),
        **changes,
    }
    return NewIncident(**values)  # type: ignore[arg-type]


def test_reported_with_everything(office: Office, pupil: UUID) -> None:
    around, other, teacher = Around(office), office.admit("Zoë"), Around(office).teacher()
    people = (
        Involved(teacher, "saw"),
        Involved(other, "suffered"),
        Involved(pupil, "did", "DETEN", DAY, IN_TERM),
    )
    incident = around.incidents.report(
        office.school.id, new(pupil, place="Yard", account="At break.\nThey argued.", people=people)
    )
    assert office.latest() == "Incident reported: Pushed another pupil"
    found = around.seen.record(incident)
    assert [(one.name, one.part, one.pupil) for one in found.line.people] == [
        ("Élodie-Ann Pupil 0004", "did", True),
        ("Zoë Pupil 0004", "suffered", True),
        ("Ann Teacher 01", "saw", False),
    ]
    did = found.line.people[0]
    assert (did.action, did.action_from, did.action_until) == ("DETEN", DAY, IN_TERM)
    assert (found.line.summary, found.line.place, found.account, found.shut) == (
        "Pushed another pupil",
        "Yard",
        "At break.\nThey argued.",
        False,
    )
    assert [line.id for line in around.seen.of_student(other)] == [incident]


def test_only_who_reads_cases_reads_the_account(office: Office, pupil: UUID) -> None:
    around = Around(office)
    incident = around.incidents.report(office.school.id, new(pupil, account="Secret"))
    kept = around.incidents.add_file(incident, "Letter.pdf", PDF)
    around.incidents.add_step(incident, "counselling", IN_TERM, "Grief at home")
    clerk = Around(office.acting(Role.SCHOOL_ADMINISTRATOR))
    found = clerk.seen.record(incident)
    assert (found.account, found.files, found.steps[0].note, found.shut) == (None, (), None, True)
    assert "Secret" not in repr(found)
    for act in (
        lambda: clerk.seen.file(kept),
        lambda: clerk.incidents.set_account(incident, "x"),
        lambda: clerk.incidents.add_file(incident, "x.pdf", PDF),
        lambda: clerk.incidents.remove_file(kept),
        lambda: clerk.incidents.add_step(incident, "call", None, "note"),
        lambda: clerk.incidents.report(office.school.id, new(pupil, account="x")),
    ):
        with pytest.raises(Refused):
            act()
    counsellor = Around(office.acting(Role.COUNSELLOR))
    assert counsellor.seen.record(incident).account == "Secret"
    assert counsellor.seen.file(kept) == PDF
    around.incidents.set_account(incident, "Other")
    history = HistoryQueries(office.school.db, office.acting(Role.SCHOOL_ADMINISTRATOR).actor).incident(
        incident
    )
    told = next(line for line in history if line.key == "incident.account")
    assert (told.hidden, told.before, told.after) == (True, None, None)
    own = HistoryQueries(office.school.db, office.actor).incident(incident)
    assert {line.whose for line in own} == {"", "Élodie-Ann Pupil 0004"}
    told = next(line for line in own if line.key == "incident.account")
    assert (told.before, told.after) == ("Secret", "Other")


def test_changed_part_by_part_and_undone(office: Office, pupil: UUID) -> None:
    around, other, sitting = Around(office), office.admit("Zoë"), office.sitting()
    incident = around.incidents.report(office.school.id, new(pupil))
    around.incidents.change(incident, new(pupil, category="BULLY", summary="Pushed twice", place="Gate"))
    line = around.seen.record(incident).line
    assert (line.category, line.summary, line.place) == ("BULLY", "Pushed twice", "Gate")
    around.incidents.set_part(incident, Involved(other, "saw"))
    around.incidents.set_part(incident, Involved(other, "suffered", "WARN"))
    around.incidents.remove_part(incident, pupil)
    with pytest.raises(Refused, match="no longer part"):
        around.incidents.remove_part(incident, pupil)
    with pytest.raises(Refused, match="Somebody must be part"):
        around.incidents.remove_part(incident, other)
    assert around.seen.of_student(pupil) == ()
    sitting.undo()
    assert [one.part for one in around.seen.record(incident).line.people] == ["did", "suffered"]
    around.incidents.remove(incident)
    with pytest.raises(Refused, match="no such incident"):
        around.seen.record(incident)
    with pytest.raises(Refused, match="no longer there"):
        around.incidents.change(incident, new(pupil))
    sitting.undo()
    assert around.seen.record(incident).line.summary == "Pushed twice"
    lines = HistoryQueries(office.school.db, office.actor).person(other)
    assert any(line.key == "incident_person.action" and line.after == "WARN" for line in lines)


def test_what_is_to_follow(office: Office, pupil: UUID) -> None:
    around = Around(office)
    incident = around.incidents.report(office.school.id, new(pupil))
    letter = around.incidents.add_step(incident, "letter", date(2026, 11, 10))
    call = around.incidents.add_step(incident, "call", date(2026, 11, 4), "Ask the aunt")
    line = around.seen.record(incident).line
    assert (line.next_due, line.to_do) == (date(2026, 11, 4), 2)
    with pytest.raises(Refused, match="still to do"):
        around.incidents.close(incident, IN_TERM)
    around.incidents.set_done(call, IN_TERM)
    around.incidents.remove_step(letter)
    assert around.seen.record(incident).line.to_do == 0
    around.incidents.close(incident, IN_TERM)
    assert around.seen.of_school(office.school.id, IncidentFilter(open_only=True)) == ()
    around.incidents.reopen(incident)
    around.incidents.set_done(call, None)
    assert len(around.seen.of_school(office.school.id, IncidentFilter(open_only=True))) == 1
    with pytest.raises(Refused, match="no longer there"):
        around.incidents.set_done(letter, None)
    with pytest.raises(Refused, match="what is to follow"):
        around.incidents.add_step(incident, "party", None)
    with pytest.raises(Refused, match="still to come"):
        around.incidents.set_done(call, date(2026, 11, 6))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"happened_on": date(2026, 11, 6)}, "happened_on"),
        ({"category": " "}, "category"),
        ({"classification": ""}, "classification"),
        ({"summary": ""}, "summary"),
        ({"summary": "x" * 201}, "summary"),
        ({"place": "x" * 81}, "place"),
        ({"account": "x" * 8001}, "account"),
        ({"people": ()}, "people"),
    ],
)
def test_what_is_no_report(office: Office, pupil: UUID, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        Around(office).incidents.report(office.school.id, new(pupil, **changes))
    assert refused.value.field == field
    assert Around(office).seen.of_school(office.school.id) == ()


def test_parts_that_cannot_be(office: Office, pupil: UUID) -> None:
    around = Around(office)
    for part in (
        Involved(pupil, "heard"),
        Involved(pupil, action="x" * 41),
        Involved(pupil, "did", "", IN_TERM, DAY),
    ):
        with pytest.raises(Refused):
            around.incidents.report(office.school.id, new(pupil, people=(part,)))
    with pytest.raises(Refused, match="no such pupil"):
        around.incidents.report(office.school.id, new(uuid4()))


def test_files(office: Office, pupil: UUID) -> None:
    around = Around(office)
    incident = around.incidents.report(office.school.id, new(pupil))
    for name, content in (("a.pdf", PDF + bytes(LARGEST_FILE)), ("a.exe", b"MZ..."), ("a.svg", b"<svg/>")):
        with pytest.raises(BadFile) as refused:
            around.incidents.add_file(incident, name, content)
        assert refused.value.field == "file"
    with pytest.raises(Refused):
        around.incidents.add_file(incident, " ", PDF)
    kept = [around.incidents.add_file(incident, f"{number}.pdf", PDF) for number in range(10)]
    with pytest.raises(Refused, match="at most 10"):
        around.incidents.add_file(incident, "one too many.pdf", PDF)
    around.incidents.remove_file(kept[0])
    assert [(one.name, one.size) for one in around.seen.record(incident).files][:1] == [("1.pdf", len(PDF))]
    for act in (lambda: around.incidents.remove_file(kept[0]), lambda: around.seen.file(kept[0])):
        with pytest.raises(Refused, match="no longer there"):
            act()


def test_the_list_narrowed(office: Office, pupil: UUID) -> None:
    around, school = Around(office), office.school.id
    fight = around.incidents.report(school, new(pupil))
    late = around.incidents.report(
        school,
        new(pupil, category="LATEC", classification="MINOR", summary="Late", happened_on=date(2026, 10, 1)),
    )

    def ids(**wanted: object) -> list[UUID]:
        found = around.seen.of_school(school, replace(IncidentFilter(), **wanted))  # type: ignore[arg-type]
        return [line.id for line in found]

    assert ids() == [fight, late]
    assert ids(classification="MINOR") == [late]
    assert ids(category="FIGHT") == [fight]
    assert ids(since=date(2026, 11, 1)) == [fight]
    assert ids(until=date(2026, 10, 31)) == [late]
    assert ids(text="elodie pushed") == [fight]
    assert ids(text="nobody") == []


def test_in_the_right_hands(office: Office, pupil: UUID) -> None:
    around = Around(office)
    incident = around.incidents.report(office.school.id, new(pupil))
    elsewhere = Around(office.acting(Role.PRINCIPAL, other=True))
    for act in (
        lambda: elsewhere.incidents.change(incident, new(pupil)),
        lambda: elsewhere.incidents.remove(incident),
        lambda: elsewhere.seen.record(incident),
        lambda: elsewhere.seen.of_school(office.school.id),
        lambda: Around(office.acting(Role.AUDITOR)).incidents.report(office.school.id, new(pupil)),
    ):
        with pytest.raises(Refused):
            act()
    assert elsewhere.seen.of_student(pupil) == ()


def test_a_teacher_reports_about_own_classes(office: Office) -> None:
    coral, reef = office.school.classes["Grade 5 Coral"], office.school.classes["Grade 5 Reef"]
    mine, theirs = office.admit("Abe", class_id=coral), office.admit("Bo", class_id=reef)
    teacher = Around(office.acting(Role.TEACHER))
    teacher.office.actor = replace(teacher.office.actor, class_ids=frozenset({coral}))
    own = teacher.incidents.report(office.school.id, new(mine))
    with pytest.raises(Refused, match="not open to you"):
        teacher.incidents.report(office.school.id, new(theirs))
    other = Around(office).incidents.report(office.school.id, new(theirs))
    assert [line.id for line in teacher.seen.of_school(office.school.id)] == [own]
    with pytest.raises(Refused, match="pupils of other classes"):
        teacher.incidents.change(other, new(theirs))
    with pytest.raises(Refused):
        teacher.seen.record(other)
    teacher.incidents.add_step(own, "call", None)
