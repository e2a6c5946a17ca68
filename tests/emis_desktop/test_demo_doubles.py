"""Doubles on purpose are found by the rules; namesakes are two children whom the rules leave alone."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from emis_desktop.demo_country import catchments
from emis_desktop.demo_doubles import WAYS, add_doubles, name_namesakes, seats_for_doubles
from emis_desktop.demo_families import ON_ROLL, Child, children_of
from emis_desktop.profiles import DEMO, load_profile
from emis_desktop.rules.likeness import Features, Reason, reasons
from emis_desktop.rules.names import fold

PROFILE = load_profile(DEMO)
CATCHMENTS = tuple(catchments(PROFILE, 14_000, 3))


def filled(place: int) -> list[Child]:
    free = seats_for_doubles(CATCHMENTS[place], 3)
    made = children_of(PROFILE, CATCHMENTS[place], 2026, 3, free)
    add_doubles(made, CATCHMENTS[place], free, 3)
    name_namesakes(made, CATCHMENTS[place], 3)
    return made


@pytest.fixture(scope="module")
def everybody() -> list[list[Child]]:
    return [filled(place) for place in range(len(CATCHMENTS))]


def likeness(one: Child, other: Child) -> tuple[Reason, ...]:
    return reasons(features(one), features(other))


def features(child: Child) -> Features:
    phones = frozenset(adult.phone for adult in child.adults if adult.phone)
    return Features(child.given_names, child.family_name, child.birth_date, phones)


def test_the_number_on_roll_stays_what_it_was(everybody: list[list[Child]]) -> None:
    for catchment, children in zip(CATCHMENTS, everybody, strict=True):
        assert sum(child.seat.state == ON_ROLL for child in children) == catchment.pupils


def test_every_way_of_typing_twice_is_there_and_found_by_the_rules(everybody: list[list[Child]]) -> None:
    ways: Counter[str] = Counter()
    for children in everybody:
        for child in children:
            if child.of is not None and child.twice_as is not None:
                ways[child.twice_as] += 1
                assert likeness(child, children[child.of])
    assert ways.keys() == WAYS.keys()
    assert 0.002 < ways.total() / 14_000 < 0.008


def test_what_a_way_changes(everybody: list[list[Child]]) -> None:
    child = replace(everybody[0][0], given_names="Aurélie Chantelle", family_name="St. Félicien-Demo")
    child.birth_date = child.birth_date.replace(month=3, day=4)

    def typed(way: str) -> Child:
        found = WAYS[way](child, Random(1))
        assert found is not None
        return found

    assert (typed("swapped_date").birth_date.month, typed("swapped_date").birth_date.day) == (4, 3)
    assert typed("without_accents").given_names == "Aurelie Chantelle"
    assert typed("without_accents").family_name == "St. Felicien-Demo"
    assert typed("swapped_names").family_name == "Aurélie Chantelle"
    assert len(typed("one_letter").given_names) == len(child.given_names) - 1
    assert typed("short_name").given_names == "Aurélie"
    plain = replace(child, given_names="Ann", family_name="Joseph-Demo")
    plain.birth_date = plain.birth_date.replace(day=4, month=4)
    impossible = {way for way, change in WAYS.items() if change(plain, Random(1)) is None}
    assert impossible == {"swapped_date", "without_accents", "one_letter", "short_name"}


def test_a_double_is_a_child_of_a_grade_that_its_school_has(everybody: list[list[Child]]) -> None:
    for children in everybody:
        for child in children:
            if child.of is not None:
                assert child.seat.grade.code in child.seat.school.sizes
                assert child.house != children[child.of].house


def test_true_namesakes_are_left_alone(everybody: list[list[Child]]) -> None:
    pairs = [
        (child, children[child.namesake_of])
        for children in everybody
        for child in children
        if child.namesake_of is not None
    ]
    assert len(pairs) > 20
    for one, other in pairs:
        assert fold(one.given_names + one.family_name) == fold(other.given_names + other.family_name)
        assert one.house != other.house
        assert likeness(one, other) == ()
