"""Dates by rule: worked dates, properties, and texts that are no rule."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.profiles.date_rules import MONTHS, WEEKDAYS, date_rule, easter

YEARS = st.integers(1900, 2200)


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (1818, date(1818, 3, 22)),  # the earliest day there is
        (1943, date(1943, 4, 25)),  # the latest
        (1954, date(1954, 4, 18)),  # the two exceptions of the Gregorian rule
        (1981, date(1981, 4, 19)),
        (2000, date(2000, 4, 23)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2028, date(2028, 4, 16)),
        (2029, date(2029, 4, 1)),
        (2030, date(2030, 4, 21)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter(year: int, day: date) -> None:
    assert easter(year) == day


@given(YEARS)
def test_easter_is_a_sunday_between_22_march_and_25_april(year: int) -> None:
    day = easter(year)
    assert day.weekday() == 6
    assert date(year, 3, 22) <= day <= date(year, 4, 25)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1 August", date(2026, 8, 1)),
        ("first Monday of September", date(2026, 9, 7)),
        ("second Friday of December", date(2026, 12, 11)),
        ("third Monday of October", date(2026, 10, 19)),
        ("fourth Monday of November", date(2026, 11, 23)),
        ("last Friday of June", date(2026, 6, 26)),
        ("last Saturday of February", date(2026, 2, 28)),
        ("first Monday on or after 3 January", date(2026, 1, 5)),
        ("first Thursday on or after 1 January", date(2026, 1, 1)),
        ("last Monday on or before 24 May", date(2026, 5, 18)),
        ("last Sunday on or before 24 May", date(2026, 5, 24)),
        ("Easter", date(2026, 4, 5)),
        ("Easter + 1 day", date(2026, 4, 6)),
        ("Easter - 48 days", date(2026, 2, 16)),
        ("first Monday of August + 1 day", date(2026, 8, 4)),
        ("1 January - 1 day", date(2025, 12, 31)),
        ("  first   Monday of May ", date(2026, 5, 4)),
        ("proclaimed", None),
    ],
)
def test_rule_in_2026(text: str, day: date | None) -> None:
    assert date_rule(text).on(2026) == day


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "?",
            "Monday",
            "30 February",
            "29 February",
            "32 January",
            "fifth Monday of May",
            "first monday of May",
        ),
        *(
            "first Monday of Maytime",
            "Easter + days",
            "Easter + 1",
            "Easter * 2 days",
            "2026-09-07",
            "August 1",
        ),
        *("last Monday on or after 3 January", "first Monday on or before 3 January", "proclaimed + 1 day"),
        *("first Monday on or after 31 February", "Easter + 367 days", "1 August 1 August"),
    ],
)
def test_no_rule(text: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        date_rule(text)


@given(
    YEARS,
    st.sampled_from(["first", "second", "third", "fourth", "last"]),
    st.integers(0, 6),
    st.integers(1, 12),
)
def test_weekday_of_a_month_falls_where_it_says(year: int, nth: str, weekday: int, month: int) -> None:
    day = date_rule(f"{nth} {WEEKDAYS[weekday]} of {MONTHS[month - 1]}").on(year)
    assert day is not None
    assert (day.year, day.month, day.weekday()) == (year, month, weekday)
    if nth == "last":
        assert (day + timedelta(days=7)).month != month
    else:
        assert (day.day - 1) // 7 == ["first", "second", "third", "fourth"].index(nth)


@given(YEARS, st.integers(0, 6), st.integers(1, 12), st.integers(1, 28))
def test_weekday_near_a_day_is_within_a_week(year: int, weekday: int, month: int, day: int) -> None:
    near = date(year, month, day)
    after = date_rule(f"first {WEEKDAYS[weekday]} on or after {day} {MONTHS[month - 1]}").on(year)
    before = date_rule(f"last {WEEKDAYS[weekday]} on or before {day} {MONTHS[month - 1]}").on(year)
    assert after is not None
    assert before is not None
    assert near - timedelta(days=6) <= before <= near <= after <= near + timedelta(days=6)
    assert before.weekday() == after.weekday() == weekday


@given(
    st.dates(date(1950, 1, 1), date(2150, 12, 31)),
    st.sampled_from(
        [
            "Easter",
            "31 December + 40 days",
            "1 January - 9 days",
            "1 January - 366 days",
            "31 December + 366 days",
            "first Monday of May",
            "1 August",
        ]
    ),
)
def test_after_is_the_first_date_that_is_not_before(day: date, text: str) -> None:
    rule = date_rule(text)
    found = rule.after(day)
    assert found >= day
    around = [rule.on(year) for year in range(day.year - 4, day.year + 5)]
    assert found == min(one for one in around if one is not None and one >= day)


def test_nothing_comes_after_for_a_proclaimed_date() -> None:
    rule = date_rule("proclaimed")
    assert rule.proclaimed
    with pytest.raises(ValueError, match="proclaimed"):
        rule.after(date(2026, 1, 1))


def test_rules_are_equal_by_their_text() -> None:
    assert date_rule("Easter + 1 day") == date_rule("Easter  +  1 day")
    assert date_rule("Easter") != date_rule("1 May")
    assert date_rule("Easter") != "Easter"
    assert len({date_rule("1 May"), date_rule("1  May")}) == 1
