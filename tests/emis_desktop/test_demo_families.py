"""Invented families: brothers and sisters share what they share in life, and ages fit the grades."""

from collections import Counter, defaultdict
from itertools import combinations

import pytest

from emis_desktop.demo_country import Catchment, catchments
from emis_desktop.demo_families import GRADUATE, LEFT_BEFORE, ON_ROLL, Child, children_of
from emis_desktop.profiles import DEMO, load_profile
from emis_desktop.rules.names import fold

PROFILE = load_profile(DEMO)
YEAR = 2026
DAY = PROFILE.age_date(YEAR)
CATCHMENT: Catchment = next(catchments(PROFILE, 1_800, 5))


@pytest.fixture(scope="module")
def children() -> list[Child]:
    return children_of(PROFILE, CATCHMENT, YEAR, 5, {})


def houses(children: list[Child]) -> list[list[Child]]:
    found = defaultdict(list)
    for child in children:
        found[child.house].append(child)
    return list(found.values())


def age(child: Child) -> int:
    born = child.birth_date
    return DAY.year - born.year - ((DAY.month, DAY.day) < (born.month, born.day))


def test_every_seat_on_roll_is_taken_once(children: list[Child]) -> None:
    taken = Counter(
        (child.seat.school.code, child.seat.grade.code) for child in children if child.seat.state == ON_ROLL
    )
    wanted = {
        (school.code, grade): size
        for school in CATCHMENT.schools
        for grade, size in school.sizes.items()
        if size
    }
    assert taken == wanted


def test_seats_can_be_left_free() -> None:
    school = CATCHMENT.primaries[0]
    fewer = children_of(PROFILE, CATCHMENT, YEAR, 5, {school.code: 3})
    there = [c for c in fewer if c.seat.school is school and c.seat.state == ON_ROLL]
    assert len(there) == school.pupils - 3


def test_ages_fit_the_grades_but_for_who_is_over_age(children: list[Child]) -> None:
    for child in children:
        later = child.seat.state in {LEFT_BEFORE, GRADUATE}
        assert age(child) == child.seat.grade.official_age + child.over + later
    over = [child for child in children if child.over]
    assert 0.04 < len(over) / len(children) < 0.2
    assert {child.over for child in over} == {1, 2}


def test_brothers_and_sisters_share_house_and_guardians_and_mostly_the_name(children: list[Child]) -> None:
    large = [house for house in houses(children) if len(house) > 1]
    assert len(large) > 0.3 * len(houses(children))
    assert all(
        one.adults == other.adults and one.address == other.address for one, other, *_ in map(tuple, large)
    )
    same = sum(len({child.family_name for child in house}) == 1 for house in large)
    assert 0.75 < same / len(large) < 1
    assert all(len({child.given_names for child in house}) == len(house) for house in large)


def test_nobody_has_two_children_within_nine_months_but_twins(children: list[Child]) -> None:
    twins = 0
    for house in houses(children):
        for one, other in combinations(house, 2):
            apart = abs((one.birth_date - other.birth_date).days)
            twins += apart == 0
            assert apart == 0 or apart >= 270
    assert twins


def test_guardians_can_be_called_and_phones_are_no_real_ones(children: list[Child]) -> None:
    adults = {id(adult): adult for child in children for adult in child.adults}.values()
    phones = [adult.phone for adult in adults if adult.phone]
    assert len(set(phones)) == len(phones)
    assert all(child.adults[0].phone for child in children)
    assert all(phone[0] == "1" and len(phone) == 8 for phone in phones)
    relations = {code.code for code in PROFILE.code_lists["guardian_relation"]}
    assert {adult.relation for adult in adults} <= relations


def test_names_are_of_the_region_and_show_that_they_are_invented(children: list[Child]) -> None:
    assert all(child.family_name.endswith("-Demo") for child in children)
    assert any(not child.given_names.isascii() for child in children)
    assert any("'" in child.family_name or "’" in child.family_name for child in children)
    often = Counter(fold(child.family_name) for child in children).most_common()
    assert often[0][1] > 5 * often[-1][1]


def test_the_same_seed_gives_the_same_people(children: list[Child]) -> None:
    again = children_of(PROFILE, CATCHMENT, YEAR, 5, {})
    assert [vars_of(child) for child in again] == [vars_of(child) for child in children]
    other = children_of(PROFILE, CATCHMENT, YEAR, 6, {})
    assert [vars_of(child) for child in other] != [vars_of(child) for child in children]


def vars_of(child: Child) -> tuple[object, ...]:
    return (child.given_names, child.family_name, child.birth_date, child.sex, child.house, child.adults)
