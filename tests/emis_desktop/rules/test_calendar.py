"""School years, terms and weeks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.rules.calendar import (
    TermSpan,
    Week,
    check_terms,
    cut_off,
    in_force,
    school_days,
    term_on,
    time_period,
    week_of,
    working_term,
    year_label,
)
from tests.emis_desktop.rules.builders import uid

T1 = TermSpan(uid(1), "Term 1", date(2026, 9, 7), date(2026, 12, 11))
T2 = TermSpan(uid(2), "Term 2", date(2027, 1, 4), date(2027, 3, 25))
T3 = TermSpan(uid(3), "Term 3", date(2027, 4, 12), date(2027, 7, 2))
TERMS = (T3, T1, T2)


def test_how_a_year_is_called() -> None:
    assert year_label(date(2026, 9, 7), date(2027, 7, 2)) == "2026–27"
    assert year_label(date(2099, 9, 7), date(2100, 7, 2)) == "2099–00"
    assert year_label(date(2026, 1, 12), date(2026, 12, 4)) == "2026"
    assert time_period(date(2025, 7, 2)) == 2025


def test_the_term_of_a_day() -> None:
    assert term_on(T1.starts, TERMS) is T1
    assert term_on(T1.ends, TERMS) is T1
    assert term_on(date(2026, 12, 25), TERMS) is None


@pytest.mark.parametrize(
    ("day", "term"),
    [
        (date(2026, 8, 1), T1),
        (date(2026, 10, 1), T1),
        (date(2026, 12, 25), T1),
        (T1.starts, T1),
        (T2.starts, T2),
        (date(2027, 2, 1), T2),
        (date(2028, 1, 1), T3),
    ],
)
def test_the_term_people_work_on(day: date, term: TermSpan) -> None:
    assert working_term(day, TERMS) is term


def test_no_terms_yet() -> None:
    assert working_term(date(2026, 9, 7), ()) is None
    assert term_on(date(2026, 9, 7), ()) is None


def test_weeks_start_on_monday() -> None:
    assert week_of(date(2026, 9, 7), T1) == Week(1, 14)
    assert week_of(date(2026, 9, 13), T1) == Week(1, 14)
    assert week_of(date(2026, 9, 14), T1) == Week(2, 14)
    assert week_of(T1.ends, T1) == Week(14, 14)
    assert week_of(date(2026, 9, 6), T1) is None
    assert week_of(date(2026, 12, 12), T1) is None
    midweek = TermSpan(uid(4), "Short", date(2026, 9, 9), date(2026, 9, 15))
    assert [week_of(date(2026, 9, day), midweek) for day in (9, 14)] == [Week(1, 2), Week(2, 2)]


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 200))
def test_the_last_day_is_in_the_last_week(starts: date, days: int) -> None:
    term = TermSpan(uid(5), "Any", starts, starts + timedelta(days))
    last = week_of(term.ends, term)
    assert last is not None
    assert last.number == last.of


def test_terms_that_make_no_sense() -> None:
    check_terms(TERMS)
    check_terms([TermSpan(uid(9), "A day", T1.starts, T1.starts)])
    with pytest.raises(Refused, match="Term 9 ends before it starts"):
        check_terms([TermSpan(uid(9), "Term 9", T1.ends, T1.starts)])
    with pytest.raises(Refused, match="Term 1 and Extra overlap"):
        check_terms([TermSpan(uid(9), "Extra", T1.ends, T2.starts - timedelta(1)), T1])


def test_days_of_school() -> None:
    assert school_days(date(2026, 9, 7), date(2026, 9, 20)) == 10
    assert school_days(T1.starts, T1.ends, frozenset({date(2026, 11, 2), date(2026, 11, 1)})) == 69
    assert school_days(T1.ends, T1.starts) == 0


@pytest.mark.parametrize(
    ("starts", "month", "day", "expected"),
    [
        (date(2026, 9, 7), 9, 1, date(2026, 9, 1)),
        (date(2026, 9, 7), 12, 31, date(2026, 12, 31)),
        (date(2026, 9, 7), 2, 29, date(2026, 2, 28)),
        (date(2028, 9, 7), 2, 29, date(2028, 2, 29)),
    ],
)
def test_the_day_on_which_ages_are_counted(starts: date, month: int, day: int, expected: date) -> None:
    assert cut_off(starts, month, day) == expected


def test_a_day_that_no_year_has() -> None:
    with pytest.raises(ValueError, match="day"):
        cut_off(date(2026, 9, 7), 4, 31)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "expected"),
    [
        (None, None, True),
        (date(2026, 12, 11), None, True),
        (date(2026, 12, 12), None, False),
        (None, date(2026, 9, 7), True),
        (None, date(2026, 9, 6), False),
        (date(2026, 10, 1), date(2026, 10, 2), True),
    ],
)
def test_valid_on_any_day_of_a_span(valid_from: date | None, valid_to: date | None, expected: bool) -> None:
    assert in_force(valid_from, valid_to, T1.starts, T1.ends) is expected
