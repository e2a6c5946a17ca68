"""Terms and holidays against dates that were published or counted by hand."""

import json
from datetime import date
from pathlib import Path

import pytest

from emis_desktop.profiles import (
    holidays,
    load_profile,
    school_days,
    school_year,
    school_year_on,
    unproclaimed,
)


def test_the_demo_year_of_the_pictures() -> None:
    year = school_year(load_profile("XD"), 2026)
    assert (year.code, year.label, year.time_period) == ("2026-27", "2026–27", 2027)
    assert [(term.starts_on, term.ends_on, term.weeks) for term in year.terms] == [
        (date(2026, 9, 7), date(2026, 12, 11), 14),
        (date(2027, 1, 4), date(2027, 3, 19), 11),
        (date(2027, 4, 5), date(2027, 7, 2), 13),
    ]
    first = year.terms[0]
    assert first.next_begins_on == date(2027, 1, 4)
    assert year.terms[2].next_begins_on == date(2027, 9, 6)
    assert first.week_of(date(2026, 11, 5)) == 9
    assert first.week_of(date(2026, 12, 25)) is None
    assert year.term_on(date(2026, 11, 5)) == first
    assert year.term_on(date(2026, 12, 25)) is None
    assert (first.name.fr, first.local_name, first.observed) == ("Trimestre 1", "Christmas term", False)


def test_dates_that_were_seen_replace_the_rule() -> None:
    lucia = load_profile("LC")
    terms = school_year(lucia, 2025).terms
    assert (terms[0].starts_on, terms[0].ends_on, terms[0].observed) == (
        date(2025, 9, 1),
        date(2025, 12, 11),
        True,
    )
    assert (terms[1].starts_on, terms[1].ends_on, terms[1].observed) == (
        date(2026, 1, 6),
        date(2026, 3, 27),
        True,
    )
    assert not terms[2].observed
    assert school_year(load_profile("VC"), 2023).ends_on == date(2024, 7, 2)
    assert school_year(load_profile("BS"), 2023).starts_on == date(2023, 8, 28)
    assert school_year(load_profile("AI"), 2019).ends_on == date(2020, 7, 24)


def test_the_bahamas_begin_in_august() -> None:
    year = school_year(load_profile("BS"), 2026)
    assert (year.starts_on, year.ends_on) == (date(2026, 8, 31), date(2027, 6, 11))
    assert year.terms[1].local_name == "Hilary term"


def test_the_year_a_day_belongs_to() -> None:
    demo = load_profile("XD")
    assert school_year_on(demo, date(2026, 9, 6)).start_year == 2025
    assert school_year_on(demo, date(2026, 9, 7)).start_year == 2026
    assert school_year_on(demo, date(2027, 8, 1)).start_year == 2026


def test_a_year_inside_a_calendar_year(tmp_path: Path) -> None:
    terms: list[dict[str, object]] = [
        {"code": "T1", "starts": "first Monday of February", "ends": "last Friday of November"}
    ]
    terms += [{"code": code, "remove": True} for code in ("T2", "T3")]
    (tmp_path / "XD.json").write_text(json.dumps({"calendar": {"starts_month": 1, "terms": terms}}), "utf-8")
    year = school_year(load_profile("XD", tmp_path), 2026)
    assert (year.code, year.label, year.time_period) == ("2026", "2026", 2026)
    assert year.terms[0].next_begins_on == date(2027, 2, 1)


def _days(code: str, year: int) -> list[tuple[str, str, str | None]]:
    return [
        (one.day.isoformat(), one.code, one.observed_for.isoformat() if one.observed_for else None)
        for one in holidays(load_profile(code), year)
    ]


def test_saint_lucia_in_2027() -> None:
    """As published in two libraries of public holidays; the Sundays of 2027 move to Mondays."""
    assert _days("LC", 2027) == [
        ("2027-01-01", "NEW_YEAR", None),
        ("2027-01-02", "NEW_YEAR_2", None),
        ("2027-02-22", "INDEPENDENCE", None),
        ("2027-03-26", "GOOD_FRIDAY", None),
        ("2027-03-29", "EASTER_MONDAY", None),
        ("2027-05-01", "LABOUR", None),
        ("2027-05-17", "WHIT_MONDAY", None),
        ("2027-05-27", "CORPUS_CHRISTI", None),
        ("2027-07-19", "CARNIVAL_1", None),
        ("2027-07-20", "CARNIVAL_2", None),
        ("2027-08-01", "EMANCIPATION", None),
        ("2027-08-02", "EMANCIPATION", "2027-08-01"),
        ("2027-10-04", "THANKSGIVING", None),
        ("2027-12-13", "NATIONAL_DAY", None),
        ("2027-12-25", "CHRISTMAS", None),
        ("2027-12-26", "BOXING", None),
        ("2027-12-27", "BOXING", "2027-12-26"),
    ]


def test_christmas_on_a_weekend_takes_the_next_free_days() -> None:
    """St Kitts and Nevis: Saturday to Monday; Sunday to Monday, or Tuesday when Monday is Boxing Day."""
    assert [row for row in _days("KN", 2027) if row[1] in {"CHRISTMAS", "BOXING"}] == [
        ("2027-12-25", "CHRISTMAS", None),
        ("2027-12-26", "BOXING", None),
        ("2027-12-27", "CHRISTMAS", "2027-12-25"),
        ("2027-12-28", "BOXING", "2027-12-26"),
    ]
    assert [row for row in _days("KN", 2022) if row[1] in {"CHRISTMAS", "BOXING"}] == [
        ("2022-12-25", "CHRISTMAS", None),
        ("2022-12-26", "BOXING", None),
        ("2022-12-27", "CHRISTMAS", "2022-12-25"),
    ]


def test_a_holiday_before_the_weekend() -> None:
    days = [row for row in _days("AI", 2027) if row[1] == "NATIONAL_HEROES"]
    assert days == [("2027-12-17", "NATIONAL_HEROES", "2027-12-19"), ("2027-12-19", "NATIONAL_HEROES", None)]


def test_a_substitute_can_fall_into_the_next_year(tmp_path: Path) -> None:
    eve = {"code": "EVE", "name": "Eve", "rule": "31 December", "substitute": "weekend_to_monday"}
    (tmp_path / "XD.json").write_text(json.dumps({"calendar": {"holidays": [eve]}}), "utf-8")
    demo = load_profile("XD", tmp_path)
    assert [one.day for one in holidays(demo, 2022) if one.code == "EVE"] == [date(2022, 12, 31)]
    moved = [(one.day, one.code) for one in holidays(demo, 2023) if one.observed_for is not None]
    assert moved == [(date(2023, 1, 2), "EVE"), (date(2023, 1, 3), "NEW_YEAR")]


def test_grenada_moved_emancipation_day_in_2025() -> None:
    assert [row[0] for row in _days("GD", 2024) if row[1].startswith("EMANCIPATION")] == ["2024-08-05"]
    assert [row[0] for row in _days("GD", 2025) if row[1].startswith("EMANCIPATION")] == ["2025-08-01"]


def test_proclaimed_dates_are_known_or_asked_for() -> None:
    guyana = load_profile("GY")
    assert ("2026-11-09", "DEEPAVALI", "2026-11-08") in _days("GY", 2026)
    assert unproclaimed(guyana, 2026) == ()
    assert {rule.code for rule in unproclaimed(guyana, 2028)} == {
        "PHAGWAH",
        "EID_ADHA",
        "YOUMAN_NABI",
        "DEEPAVALI",
    }
    assert not any(row[1] == "PHAGWAH" for row in _days("GY", 2028))
    assert [rule.code for rule in unproclaimed(load_profile("VG"), 2026)] == ["FREEDOM"]
    assert not next(rule for rule in guyana.calendar.holidays if rule.code == "PHAGWAH").certain


def test_school_days_leave_out_weekends_and_holidays() -> None:
    demo = load_profile("XD")
    october = school_days(demo, date(2026, 10, 1), date(2026, 10, 31))
    assert len(october) == 21
    assert date(2026, 10, 19) not in october
    assert school_days(demo, date(2026, 12, 24), date(2026, 12, 28)) == (date(2026, 12, 24),)
    assert school_days(demo, date(2026, 10, 2), date(2026, 10, 1)) == ()


@pytest.mark.parametrize("code", ["AG", "VG"])
def test_years_given_as_september_to_june(code: str) -> None:
    assert school_year(load_profile(code), 2026).ends_on == date(2027, 6, 25)
