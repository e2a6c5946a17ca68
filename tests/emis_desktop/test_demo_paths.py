"""Where children were: one stay after the other, none over another, each class place inside its stay."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from emis_desktop.demo_country import catchments
from emis_desktop.demo_doubles import add_doubles, seats_for_doubles
from emis_desktop.demo_families import GRADUATE, LEFT_BEFORE, LEFT_NOW, ON_ROLL, Child, children_of
from emis_desktop.demo_paths import LAST, NOW, Paths, Stay, Times
from emis_desktop.profiles import DEMO, load_profile, school_year

PROFILE = load_profile(DEMO)
CATCHMENTS = tuple(catchments(PROFILE, 3_600, 4))
SCHOOLS = {school.code: school for one in CATCHMENTS for school in one.schools}
ORDER = [grade.code for grade in PROFILE.grades]
DAYS = [date(2026, 8, 1), date(2026, 9, 7), date(2026, 9, 20), date(2026, 11, 23), date(2027, 7, 20)]

Walked = list[tuple[Child, tuple[Stay, ...]]]


def walked(today: date) -> Walked:
    """The children of the second catchment, with pupils who come from the first."""
    times = Times(school_year(PROFILE, 2025), school_year(PROFILE, 2026), today)
    free = seats_for_doubles(CATCHMENTS[1], 4)
    children = children_of(PROFILE, CATCHMENTS[1], 2026, 4, free)
    add_doubles(children, CATCHMENTS[1], free, 4)
    paths = Paths(PROFILE, CATCHMENTS[1], CATCHMENTS[0].secondary, times, 4)
    return [(child, paths.of(child)) for child in children]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def country(request: pytest.FixtureRequest) -> tuple[date, Walked]:
    return request.param, walked(request.param)


@pytest.fixture(scope="module")
def autumn() -> Walked:
    return walked(date(2026, 11, 23))


def test_who_is_on_roll_has_one_open_stay_at_the_end(country: tuple[date, Walked]) -> None:
    for child, stays in country[1]:
        open_stays = [stay for stay in stays if stay.ends_on is None]
        assert len(open_stays) == (child.seat.state == ON_ROLL)
        if open_stays:
            assert stays[-1] is open_stays[0]
            assert (stays[-1].school, stays[-1].grade) == (child.seat.school.code, child.seat.grade.code)
            assert stays[-1].exit is None


def test_stays_follow_one_another_inside_their_years(country: tuple[date, Walked]) -> None:
    today, made = country
    years = school_year(PROFILE, 2025), school_year(PROFILE, 2026)
    for _child, stays in made:
        for stay in stays:
            year = years[stay.year]
            assert year.starts_on <= stay.starts_on <= year.ends_on
            assert stay.ends_on is None or stay.starts_on <= stay.ends_on <= year.ends_on
            if stay.year == NOW and stay.ends_on is not None:
                assert stay.ends_on <= today
        for one, other in pairwise(stays):
            assert one.ends_on is not None
            assert one.ends_on < other.starts_on


def test_class_places_lie_inside_their_stay_and_follow_one_another(country: tuple[date, Walked]) -> None:
    for _child, stays in country[1]:
        for stay in stays:
            assert stay.sittings
            assert stay.sittings[0].starts_on == stay.starts_on
            assert stay.sittings[-1].ends_on == stay.ends_on
            for sitting in stay.sittings:
                assert sitting.group in SCHOOLS[stay.school].groups_of(stay.grade)
            for one, other in pairwise(stay.sittings):
                assert one.ends_on == other.starts_on
                assert one.group != other.group


def test_every_reason_is_of_the_list_and_counts_as_what_is_said(autumn: Walked) -> None:
    counts = {code.code: code.maps_to for code in PROFILE.code_lists["exit_reason"]}
    left = [stay for _child, stays in autumn for stay in stays if stay.exit]
    assert all(stay.ends_on and stay.exit_reason and counts[stay.exit_reason] == stay.exit for stay in left)
    assert {"transferred", "emigrated", "dropped_out", "completed"} <= {stay.exit for stay in left}
    assert all(child.seat.state == GRADUATE for child, stays in autumn if stays[-1].exit == "completed")


def test_leavers_left_in_the_year_that_was_said(autumn: Walked) -> None:
    years = {GRADUATE: LAST, LEFT_BEFORE: LAST, LEFT_NOW: NOW, ON_ROLL: NOW}
    assert {child.seat.state for child, _stays in autumn} == years.keys()
    assert all(stays[-1].year == years[child.seat.state] for child, stays in autumn)


def test_a_repeater_was_in_the_same_grade_and_the_others_one_below(autumn: Walked) -> None:
    seen: Counter[str | None] = Counter()
    for _child, stays in autumn:
        for one, other in pairwise(stays):
            if (one.year, other.year) == (LAST, NOW):
                step = ORDER.index(other.grade) - ORDER.index(one.grade)
                assert step == (0 if other.repeater else 1)
                assert other.repeater == (one.outcome == "repeated")
                seen[one.outcome] += 1
    assert seen["promoted"] > seen["repeated"] > 20


def test_who_came_from_another_school_names_the_stay_there(autumn: Walked) -> None:
    moved = back = 0
    for _child, stays in autumn:
        for place, (one, other) in enumerate(pairwise(stays)):
            if one.school != other.school or one.exit:
                assert other.previous == place
            if one.exit == "transferred":
                assert (one.destination, other.entry) == (other.school, "transferred")
                moved += one.year == NOW
            if one.exit == "dropped_out":
                assert other.entry == "returned"
                back += 1
    assert moved > 5
    assert back


def test_the_same_seed_gives_the_same_paths(autumn: Walked) -> None:
    assert [stays for _child, stays in walked(date(2026, 11, 23))] == [stays for _child, stays in autumn]
