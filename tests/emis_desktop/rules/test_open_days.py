"""On which days and in which sessions school is held."""

from datetime import date
from uuid import uuid4

from emis_desktop.rules.calendar import TermSpan
from emis_desktop.rules.open_days import Calendar, Kind, Span

TERM = TermSpan(uuid4(), "Term 1", date(2026, 9, 7), date(2026, 12, 11))
MONDAY, SATURDAY = date(2026, 9, 14), date(2026, 9, 19)


def span(first: date, last: date, kind: Kind, **more: object) -> Span:
    return Span(first, last, kind, **more)  # type: ignore[arg-type]


def test_the_week_inside_the_term() -> None:
    calendar = Calendar(2, [TERM])
    assert calendar.day(MONDAY).sessions == (1, 2)
    assert calendar.day(SATURDAY).sessions == ()
    assert calendar.day(date(2026, 9, 4)).sessions == ()
    assert len(calendar.days(date(2026, 9, 1), date(2026, 9, 20))) == 10
    assert Calendar(1, [TERM], week={5}).day(SATURDAY).sessions == (1,)


def test_a_storm_week_of_the_country_and_a_school_that_was_open() -> None:
    storm = span(date(2026, 9, 14), date(2026, 9, 18), Kind.CLOSURE, label="Storm")
    held = span(date(2026, 9, 17), date(2026, 9, 17), Kind.OPEN, own=True)
    calendar = Calendar(2, [TERM], [storm, held])
    assert (calendar.day(MONDAY).sessions, calendar.day(MONDAY).label) == ((), "Storm")
    assert calendar.day(date(2026, 9, 17)).sessions == (1, 2)
    assert [day.on for day in calendar.days(date(2026, 9, 14), date(2026, 9, 18))] == [date(2026, 9, 17)]


def test_a_saturday_that_makes_up_for_a_lost_day() -> None:
    calendar = Calendar(2, [TERM], [span(SATURDAY, SATURDAY, Kind.OPEN, sessions=frozenset({1}))])
    assert calendar.day(SATURDAY).sessions == (1,)


def test_half_a_day() -> None:
    half = span(MONDAY, MONDAY, Kind.HALF, label="Market day")
    assert Calendar(2, [TERM], [half]).day(MONDAY).sessions == (1,)
    assert Calendar(5, [TERM], [half]).day(MONDAY).sessions == (1, 2, 3)
    assert Calendar(1, [TERM], [half]).day(MONDAY).sessions == (1,)
    morning = span(MONDAY, MONDAY, Kind.HALF, sessions=frozenset({1}))
    assert Calendar(2, [TERM], [morning]).day(MONDAY).sessions == (2,)
    assert Calendar(2, [TERM], [half]).day(MONDAY).kind is Kind.HALF


def test_the_narrower_of_two_words_holds_and_the_school_comes_first() -> None:
    week = span(date(2026, 9, 14), date(2026, 9, 18), Kind.CLOSURE)
    day = span(MONDAY, MONDAY, Kind.OPEN)
    assert Calendar(1, [TERM], [week, day]).day(MONDAY).sessions == (1,)
    mine = span(date(2026, 9, 14), date(2026, 9, 25), Kind.CLOSURE, own=True)
    assert Calendar(1, [TERM], [week, day, mine]).day(MONDAY).sessions == ()


def test_nothing_is_held_outside_the_terms() -> None:
    outside = span(date(2026, 8, 31), date(2026, 8, 31), Kind.OPEN)
    assert Calendar(2, [TERM], [outside]).day(date(2026, 8, 31)).sessions == ()
    assert Calendar(2, []).day(MONDAY).sessions == ()
