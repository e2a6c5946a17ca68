"""An invented country: as many pupils as were asked for, in schools of sizes that there are."""

import pytest

from emis_desktop.demo_country import Catchment, catchments
from emis_desktop.profiles import DEMO, load_profile

PROFILE = load_profile(DEMO)


def country(pupils: int, seed: int = 1) -> tuple[Catchment, ...]:
    return tuple(catchments(PROFILE, pupils, seed))


@pytest.mark.parametrize("pupils", [0, 1, 2, 7, 200, 3_000, 30_000])
def test_it_has_as_many_pupils_as_were_asked_for(pupils: int) -> None:
    made = country(pupils)
    assert sum(catchment.pupils for catchment in made) == pupils
    assert all(size >= 0 for one in made for school in one.schools for size in school.sizes.values())


def test_the_same_seed_gives_the_same_country_and_another_another() -> None:
    assert country(3_000) == country(3_000)
    assert country(3_000, 2) != country(3_000)


def test_no_two_schools_have_one_name_or_code() -> None:
    schools = [school.school for one in country(60_000) for school in one.schools]
    assert (
        len({school.name for school in schools}) == len({school.code for school in schools}) == len(schools)
    )


def test_schools_have_sizes_that_there_are() -> None:
    made = country(30_000)
    primaries = [school.pupils for one in made for school in one.primaries]
    assert min(primaries) >= 30
    assert max(primaries) <= 600
    assert len({size // 50 for size in primaries}) > 5
    assert all(400 <= one.secondary.pupils <= 1_000 for one in made)


def test_every_pupil_finds_a_class_of_the_grade_with_a_free_chair() -> None:
    for one in country(30_000):
        for school in one.schools:
            for grade, size in school.sizes.items():
                groups = school.groups_of(grade)
                assert groups or not size
                assert size <= 36 * len(groups)


def test_a_small_school_teaches_two_grades_in_one_room() -> None:
    small = [s for one in country(30_000) for s in one.primaries if s.pupils < 100]
    assert small
    assert all(len(school.groups) == 4 for school in small)
    assert {len(group.grades) for school in small for group in school.groups} == {1, 2}
