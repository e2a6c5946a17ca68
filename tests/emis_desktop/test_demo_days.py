"""Registers of an invented country: weekdays, rain and a storm show in them, and nothing stands where no
school was.
"""

from collections import Counter
from datetime import date

import pytest

from emis_desktop.demo_days import Month, Registers, months_of, storm_of
from emis_desktop.profiles import DEMO, load_profile, school_days, school_year
from emis_desktop.rules.registers import Presence, read_entry

PROFILE = load_profile(DEMO)
YEAR = school_year(PROFILE, 2026)
STORM = storm_of(YEAR)
FIRST, LAST = YEAR.starts_on, date(2026, 11, 23)
MONTHS = months_of(PROFILE, FIRST, LAST, STORM, 1)
OPEN = {day.on for month in MONTHS for day in month.days}

Drawn = list[tuple[Month, tuple[tuple[str | None, ...], ...]]]


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    registers, made = Registers(1, 0), []
    blank = {month.code: registers.blank(month) for month in MONTHS}
    for _child in range(1_500):
        habit = registers.habit()
        made += [(month, registers.month(blank[month.code], month, habit, (FIRST, None))) for month in MONTHS]
    return made


def missed_on(drawn: Drawn) -> dict[date, float]:
    """The share of marked first sessions that were missed, by day."""
    marked: Counter[date] = Counter()
    missed: Counter[date] = Counter()
    for month, (morning, _afternoon) in drawn:
        for day in month.days:
            entry = read_entry(morning[day.on.day - 1])
            marked[day.on] += entry is not None
            missed[day.on] += entry is not None and not entry.presence.attended
    return {day: missed[day] / marked[day] for day in marked if marked[day]}


def mean(shares: list[float]) -> float:
    return sum(shares) / len(shares)


def test_the_storm_is_a_week_of_the_first_term_with_no_school() -> None:
    assert (STORM.starts_on.weekday(), STORM.ends_on.weekday()) == (0, 4)
    assert YEAR.terms[0].starts_on < STORM.starts_on < YEAR.terms[0].ends_on
    closed = {day for day in school_days(PROFILE, FIRST, LAST) if STORM.starts_on <= day <= STORM.ends_on}
    assert closed
    assert set(school_days(PROFILE, FIRST, LAST)) - closed == OPEN


def test_nothing_stands_on_days_without_school(drawn: Drawn) -> None:
    for month, sessions in drawn[:300]:
        days = {day.on.day for day in month.days}
        for cells in sessions:
            assert len(cells) == 31
            assert {place for place, cell in enumerate(cells, 1) if cell} <= days


def test_every_cell_can_be_read_and_every_reason_counts_as_its_letter(drawn: Drawn) -> None:
    lists = PROFILE.code_lists
    counts = {code.code: code.maps_to for name in ("absence_reason", "late_reason") for code in lists[name]}
    letters = {"EXCUSED": Presence.EXCUSED, "UNEXCUSED": Presence.UNEXCUSED, "LATE": Presence.LATE}
    cells = {cell for _month, sessions in drawn for one in sessions for cell in one if cell}
    for cell in cells:
        entry = read_entry(cell)
        assert entry is not None
        assert not entry.reason or letters[counts[entry.reason]] is entry.presence
    assert {cell[0] for cell in cells} == {"P", "L", "A", "E"}


def test_more_are_away_on_mondays_and_still_more_on_fridays(drawn: Drawn) -> None:
    dry = {day.on for month in MONTHS for day in month.days if not day.pours}
    by_weekday: dict[int, list[float]] = {weekday: [] for weekday in range(5)}
    for day, share in missed_on(drawn).items():
        if day in dry:
            by_weekday[day.weekday()].append(share)
    shares = {weekday: mean(found) for weekday, found in by_weekday.items()}
    middle = mean([shares[1], shares[2], shares[3]])
    assert shares[4] > shares[0] > middle
    assert 0.01 < middle < 0.08


def test_more_are_away_when_it_pours(drawn: Drawn) -> None:
    pours = {day.on: day.pours for month in MONTHS for day in month.days}
    shares = missed_on(drawn)
    assert mean([s for day, s in shares.items() if pours[day]]) > 1.5 * mean(
        [s for day, s in shares.items() if not pours[day]]
    )


def test_some_sessions_are_unmarked_for_a_whole_class() -> None:
    registers = Registers(1, 7)
    blanks = [registers.blank(MONTHS[0]) for _ in range(60)]
    held = len(MONTHS[0].days) * 2 * 60
    unmarked = held - sum(cell is not None for blank in blanks for cells in blank for cell in cells)
    assert 0.004 < unmarked / held < 0.03


def test_a_child_has_marks_only_while_it_was_there() -> None:
    registers, month = Registers(1, 0), MONTHS[0]
    first, last = month.days[3].on, month.days[6].on
    for cells in registers.month(registers.blank(month), month, 0.05, (first, last)):
        marked = [place for place, cell in enumerate(cells, 1) if cell]
        assert marked
        assert first.day <= marked[0] <= marked[-1] <= last.day


def test_no_day_no_month() -> None:
    assert months_of(PROFILE, LAST, FIRST, STORM, 1) == ()
