"""The one counting function of attendance: the worked example of the domain reference, and properties."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.rules.registers import (
    Attendance,
    Day,
    DayRule,
    Days,
    Entry,
    Presence,
    Run,
    Sessions,
    attendance_rate,
    column_of,
    count,
    latest_run,
    month_of,
    read_entry,
    runs,
    typed_entry,
)

P, L, A, E = Presence.PRESENT, Presence.LATE, Presence.UNEXCUSED, Presence.EXCUSED
MONDAY = date(2026, 9, 7)
REASONS = {"ILL": E, "TRUANT": A, "BUS": L}


def days(*of: tuple[Presence | None, ...]) -> list[Day]:
    return [Day(MONDAY + timedelta(days=number), sessions) for number, sessions in enumerate(of)]


WORKED = days((A, P), (A, A), (L, A), (L, P))
"""Monday to Thursday of the domain reference, morning and afternoon."""


def test_the_worked_example_by_both_rules() -> None:
    strict, mild = count(WORKED, DayRule.ANY_MISSED), count(WORKED, DayRule.ALL_MISSED)
    assert strict.sessions == mild.sessions == Sessions(8, 4, 2, 0, 4)
    assert (strict.days, mild.days) == (Days(4, 4, 3, 0), Days(4, 4, 1, 0))
    assert strict.rate() == mild.rate() == Decimal("50.00")


def test_a_session_nobody_marked_is_possible_and_nothing_else() -> None:
    found = count(days((None, None), (P, None), ()))
    assert found == Attendance(Sessions(4, 1, 0, 0, 0), Days(2, 1, 0, 0))
    assert (found.sessions.marked, found.sessions.unmarked) == (1, 3)
    assert found.rate() == Decimal("100.00")
    assert count(days((None,))).rate() is None
    assert count([]).rate() is None


def test_excused_stays_in_the_denominator_unless_the_ministry_says_otherwise() -> None:
    found = count(days((P, E), (P, P), (E, E)))
    assert found.rate() == Decimal("50.00")
    assert found.rate(excused_count=False) == Decimal("100.00")
    assert count(days((E,))).rate(excused_count=False) is None


def test_an_absent_day_is_excused_when_every_missed_session_is() -> None:
    found = count(days((E, E), (E, A), (E, P)))
    assert found.days == Days(3, 3, 3, 2)
    assert (found.days.unexcused, found.days.present) == (1, 0)
    assert count(days((E, E), (E, A), (E, P)), DayRule.ALL_MISSED).days == Days(3, 3, 2, 1)


def test_the_rate_of_a_class_is_that_of_all_sessions_together() -> None:
    of = [count(days((P, P, P))).sessions, count(days((A,))).sessions]
    assert attendance_rate(of) == Decimal("75.00")
    assert attendance_rate([count(days((P, P, A))).sessions]) == Decimal("66.67")
    assert attendance_rate([]) is None


def test_a_day_nobody_marked_neither_counts_as_absent_nor_breaks_a_run() -> None:
    of = days((A, A), (None, None), (A, E), (P, P), (A, A))
    assert runs(of, DayRule.ALL_MISSED) == [
        Run(MONDAY, MONDAY + timedelta(days=2), 2),
        Run(MONDAY + timedelta(days=4), MONDAY + timedelta(days=4), 1),
    ]
    assert latest_run(of) == Run(MONDAY + timedelta(days=4), MONDAY + timedelta(days=4), 1)
    assert latest_run([*of, Day(MONDAY + timedelta(days=7), (None, None))]) is not None
    assert latest_run([*of, Day(MONDAY + timedelta(days=7), (P,))]) is None
    assert latest_run([]) is None


def test_cells_as_they_are_kept_and_as_they_are_typed() -> None:
    assert read_entry("E/ILL") == Entry(E, "ILL")
    assert read_entry("P") == Entry(P)
    assert read_entry(None) is read_entry("") is read_entry("?") is None
    assert str(Entry(E, "ILL")) == "E/ILL"
    assert typed_entry(" l ", REASONS) == Entry(L)
    assert typed_entry("ill", REASONS) == Entry(E, "ILL")
    assert typed_entry("A/truant", REASONS) == Entry(A, "TRUANT")
    assert typed_entry("", REASONS) is None
    with pytest.raises(Refused, match="P for present"):
        typed_entry("X", REASONS)
    with pytest.raises(Refused, match="ILL is no reason"):
        typed_entry("A/ILL", REASONS)
    assert (column_of(date(2026, 9, 7)), month_of(date(2026, 9, 7))) == ("d07", "2026-09")


MARKS = st.lists(st.lists(st.sampled_from([None, P, L, A, E]), max_size=5), max_size=40)


@given(MARKS, st.sampled_from(DayRule))
def test_sessions_and_days_always_add_up(marks: list[list[Presence | None]], rule: DayRule) -> None:
    of = [Day(MONDAY + timedelta(days=number), each) for number, each in enumerate(marks)]
    found = count(of, rule)
    sessions, whole = found.sessions, found.days
    assert sessions.possible == sum(map(len, marks))
    assert sessions.attended + sessions.excused + sessions.unexcused + sessions.unmarked == sessions.possible
    assert sessions.late <= sessions.attended
    assert whole.excused <= whole.absent <= whole.marked <= whole.possible == sum(map(bool, marks))
    assert sum(run.days for run in runs(of, rule)) == whole.absent
    assert count(of, DayRule.ALL_MISSED).days.absent <= count(of, DayRule.ANY_MISSED).days.absent
    rate = found.rate()
    assert rate is None or 0 <= rate <= 100
