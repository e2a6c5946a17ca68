"""Whoever the rule takes for one pupil shares a block, whatever was mistyped; nobody is compared with all."""

from datetime import date
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emis_desktop.errors import Cancelled
from emis_desktop.rules.candidates import candidates
from emis_desktop.rules.likeness import Features, reasons

GIVEN: Final = (
    "Ann",
    "Anne",
    "Kathryn",
    "Catherine",
    "Shanice",
    "Shaneece",
    "Élodie-Ann",
    "Elodie",
    "Jhon",
    "John",
)
FAMILY: Final = ("Baptiste", "Baptist", "Joseph", "Josef", "Pierre", "St. Rose", "Ann")
DAYS = st.sampled_from([None, date(2016, 3, 4), date(2016, 4, 3), date(2015, 3, 4), date(2016, 3, 14)])
PHONES = st.frozensets(st.sampled_from(["4730101", "4730202"]), max_size=2)
RECORDS = st.lists(
    st.one_of(
        st.builds(Features, st.sampled_from(GIVEN), st.sampled_from(FAMILY), DAYS, PHONES),
        st.builds(Features, st.sampled_from(FAMILY), st.sampled_from(GIVEN), DAYS, PHONES),
    ),
    max_size=14,
)


@settings(max_examples=200)
@given(RECORDS)
def test_whoever_is_taken_for_one_is_a_candidate(records: list[Features]) -> None:
    found = set(candidates(records, lambda done, total: None))
    assert all(one < other for one, other in found)
    for one in range(len(records)):
        for other in range(one + 1, len(records)):
            if reasons(records[one], records[other]):
                assert (one, other) in found, (records[one], records[other])


def test_a_country_is_not_compared_each_with_each() -> None:
    people = [
        Features(
            f"Given{number}",
            f"Family{number % 700}",
            date(2005 + number % 15, 1 + number % 12, 1 + number % 28),
        )
        for number in range(3_000)
    ]
    assert sum(1 for _ in candidates(people, lambda done, total: None)) < 300_000


def test_progress_goes_up_to_the_end_and_stops_when_told() -> None:
    told: list[tuple[int, int]] = []
    list(candidates([Features("A", "B")] * 2_500, lambda done, total: told.append((done, total))))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]

    def stop(_done: int, _total: int) -> None:
        raise Cancelled("Stopped. Nothing was changed.")

    with pytest.raises(Cancelled):
        list(candidates([Features("A", "B")], stop))
