"""Invented people: the same again, all different, with every kind of name, and marked as invented."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emis_desktop.profiles.synthetic import name_lists, synthetic_people
from emis_desktop.rules.names import clean_name


def test_the_shipped_names() -> None:
    lists = name_lists()
    assert (len(lists.female), len(lists.male), len(lists.family)) == (158, 157, 300)
    every = {*lists.female, *lists.male, *lists.family}
    assert {
        "Élodie",
        "Zoë",
        "T'Shura",
        "Ja'Quan",
        "St. Clair",
        "Jn Baptiste",
        "O'Garro",
        "Ann-Marie",
    } <= every
    assert all(clean_name(name) == name for name in every)
    assert lists.given("F") == lists.female
    assert lists.given("M") == lists.male


def test_a_hundred_thousand_people_are_all_different() -> None:
    people = synthetic_people(100_000, 7)
    assert len({(one.given_names, one.family_name) for one in people}) == 100_000
    assert all(one.synthetic for one in people)
    assert all(one.family_name.endswith("-Demo") for one in people)
    women = sum(one.sex == "F" for one in people)
    assert 49_000 < women < 51_000
    second = sum(" " in one.given_names for one in people)
    assert 25_000 < second < 60_000


@settings(max_examples=30)
@given(
    st.integers(0, 400),
    st.integers(0, 10**9),
    st.dates(date(1950, 1, 1), date(2020, 1, 1)),
    st.integers(0, 3000),
)
def test_people_are_born_within_the_days_asked_for(n: int, seed: int, first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)
    people = synthetic_people(n, seed, born_from=first, born_to=last)
    assert len(people) == n
    assert all(first <= one.birth_date <= last for one in people)
    assert people == synthetic_people(n, seed, born_from=first, born_to=last)


def test_other_seeds_give_other_people() -> None:
    assert synthetic_people(5, 1) != synthetic_people(5, 2)
    assert synthetic_people(5, "1") == synthetic_people(5, 1)


def test_one_sex_and_no_tag() -> None:
    people = synthetic_people(50, 1, sexes=("F",), tag="")
    assert {one.sex for one in people} == {"F"}
    assert {one.family_name for one in people} <= set(name_lists().family)


def test_a_small_space_is_used_up_without_repeating() -> None:
    """On one day, 20,000 people of one sex: more than the given names times a few families."""
    people = synthetic_people(20_000, 3, sexes=("M",), born_from=date(2015, 1, 1), born_to=date(2015, 1, 1))
    assert len({(one.given_names, one.family_name) for one in people}) == 20_000


@pytest.mark.parametrize("n", [-1, 1_000_001])
def test_numbers_out_of_reach(n: int) -> None:
    with pytest.raises(ValueError, match="a million"):
        synthetic_people(n, 1)
