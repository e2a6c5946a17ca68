"""Doubles are found among all names, explained and ranked; nobody else's pupils are shown."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from emis_desktop.errors import Cancelled, Refused
from emis_desktop.models import Person
from emis_desktop.queries import duplicates
from emis_desktop.queries.duplicates import DuplicateQueries, Possible, phones_of
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.likeness import Features, Reason
from emis_desktop.rules.rights import Actor, Role, actor_of
from emis_desktop.services.merging import MergeService
from emis_desktop.services.relations import NewGuardian
from tests.factories.offices import Office, opened_office
from tests.factories.schools import classroom, opened_school

BORN = date(2016, 3, 12)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened_office(tmp_path) as found:
        pupil = found.admit("Élodie-Ann", "Baptiste", class_id=found.school.classes["Grade 5 Reef"])
        found.relations.add_guardian(pupil, NewGuardian("MOTHER", "Ann", "Guardian 0007", "(000) 440-1234"))
        found.admit("Zoë", "Baptiste")
        found.admit("José María", "O'Neal", birth_date=date(2015, 2, 10))
        yield found


def possible(office: Office, *typed: object, actor: Actor | None = None) -> tuple[Possible, ...]:
    return DuplicateQueries(office.school.db, actor or office.actor).possible(Features(*typed))  # type: ignore[arg-type]


def names(found: tuple[Possible, ...]) -> list[str]:
    return [one.row.given_names for one in found]


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("Elodie Ann", "Baptiste"),
        ("elodie", "BAPTISTE"),
        ("Baptiste", "Élodie-Ann"),
        ("Elodie-Anne", "Baptist"),
        ("Elodie Ann Marie", "Baptiste"),
    ],
)
def test_one_who_is_there_already(office: Office, given: str, family: str) -> None:
    found = possible(office, given, family, BORN)
    assert names(found) == ["Élodie-Ann"]
    assert (found[0].row.class_name, Reason.SAME_BIRTH in found[0].reasons) == ("Grade 5 Reef", True)


def test_the_phone_is_a_reason(office: Office) -> None:
    (one,) = possible(office, "Élodie-Ann", "Baptiste", date(2015, 1, 1), phones_of("000 440 1234", ""))
    assert one.reasons == (Reason.SAME_NAMES, Reason.SAME_PHONE)
    assert phones_of("a@b.example") == frozenset()


def test_swapped_day_and_month(office: Office) -> None:
    (one,) = possible(office, "Jose Maria", "Oneal", date(2015, 10, 2))
    assert one.reasons == (Reason.SAME_NAMES, Reason.SWAPPED_BIRTH)


@pytest.mark.parametrize(
    "typed",
    [
        ("Élodie-Ann", "Baptiste", date(2015, 7, 30)),
        ("Ann", "Baptiste", date(2012, 7, 30)),
        ("Élodie-Ann", "", BORN),
        ("", "Baptiste", BORN),
        ("Quincy", "Xavier", BORN),
    ],
)
def test_others_are_left_alone(office: Office, typed: tuple[object, ...]) -> None:
    assert possible(office, *typed) == ()


def test_the_pupil_being_edited_is_no_double(office: Office) -> None:
    (one,) = possible(office, "Élodie-Ann", "Baptiste", BORN)
    queries = DuplicateQueries(office.school.db, office.actor)
    assert queries.possible(Features("Élodie-Ann", "Baptiste", BORN), one.row.id) == ()


def test_three_at_most_the_likeliest_first(office: Office) -> None:
    for number in range(4):
        office.admit("Elodie-Anne" if number else "Élodie Ann", "Baptiste")
    found = possible(office, "Élodie-Ann", "Baptiste", BORN)
    assert len(found) == 3
    assert {found[0].reasons[0], found[1].reasons[0]} == {Reason.SAME_NAMES}


def test_other_schools_and_other_hands(office: Office) -> None:
    elsewhere = office.acting(Role.PRINCIPAL, other=True).actor
    assert possible(office, "Élodie-Ann", "Baptiste", BORN, actor=elsewhere) == ()
    ministry = office.acting(Role.MINISTRY_OFFICER, everywhere=True).actor
    assert names(possible(office, "Elodie-Anne", "Baptiste", BORN, actor=ministry)) == ["Élodie-Ann"]
    with pytest.raises(Refused, match="Add and change pupils"):
        possible(office, "Élodie-Ann", "Baptiste", BORN, actor=office.acting(Role.TEACHER).actor)


def test_phones_are_compared_for_those_who_may_read_them(office: Office) -> None:
    blind = Actor(office.actor.user_id, "A", Role.PRINCIPAL, office.school.id, None, frozenset())
    typed = ("Élodie-Ann", "Baptiste", date(2015, 1, 1), phones_of("000 440 1234"))
    assert possible(office, *typed, actor=blind) == ()


def test_a_long_register_is_read_in_blocks_and_can_be_stopped(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "_BLOCK", 2)
    looked = []
    queries = DuplicateQueries(office.school.db, office.actor)
    assert queries.possible(Features("Baptist", "Elodie-Anne", BORN), None, lambda: looked.append(1))
    assert len(looked) == 2

    def stop() -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        queries.possible(Features("Elodie-Anne", "Baptiste", BORN), None, stop)


class TestReport:
    """All pairs of a school, scored and explained; who was said to be somebody else is left alone."""

    def test_the_likeliest_pair_first_with_its_reasons(self, tmp_path: Path) -> None:
        with opened_school(tmp_path) as school:
            classroom(school, 0)
            told: list[tuple[int, int]] = []
            born = {
                "Kathryn Pierre": date(2016, 3, 12),
                "Catherine Pierre": date(2016, 3, 12),
                "Élodie Baptiste": date(2016, 5, 4),
                "Elodie Baptiste": date(2016, 4, 5),
                "Marc Joseph": date(2014, 1, 1),
                "Marc Joseph ": date(2012, 7, 9),  # a true namesake
            }
            ids = {name: school.add_pupil(name.strip(), "Grade 5 Coral") for name in born}
            with school.db.write(school.actor, "change_student") as session:
                for name, day in born.items():
                    session.get_one(Person, ids[name]).birth_date = day
            queries = DuplicateQueries(school.db, school.actor)
            report = queries.report(lambda done, total: told.append((done, total)))
            assert [
                ({pair.one.given_names, pair.other.given_names}, pair.score) for pair in report.pairs
            ] == [
                ({"Élodie", "Elodie"}, 75),
                ({"Kathryn", "Catherine"}, 65),
            ]
            assert (report.found, report.looked_at, told[-1][0]) == (2, 6, told[-1][1])
            assert all(pair.one.id < pair.other.id for pair in report.pairs)
            merging = MergeService(school.db, school.actor)
            merging.two_people(ids["Kathryn Pierre"], ids["Catherine Pierre"])
            merging.merge(ids["Élodie Baptiste"], ids["Elodie Baptiste"])
            assert queries.report(lambda done, total: None).pairs == ()
            typed = Features("Kathryn", "Pierre", date(2016, 3, 12))
            alike = queries.possible(typed, ids["Kathryn Pierre"])
            assert alike == (), "said once, asked no more, also while typing"
            assert [one.row.given_names for one in queries.possible(typed)] == ["Kathryn", "Catherine"]

    def test_somebody_who_only_looks_is_told_no(self, tmp_path: Path) -> None:
        with opened_school(tmp_path) as school:
            auditor = actor_of(new_id(), "User 02", Role.AUDITOR, school.id)
            with pytest.raises(Refused):
                DuplicateQueries(school.db, auditor).report(lambda done, total: None)
