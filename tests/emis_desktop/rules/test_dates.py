"""Dates as people type them in three languages, and ages."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.rules.dates import EARLIEST_BIRTH, age_on, from_serial, parse_birth_date, parse_date
from resources.words import Words

TODAY = date(2026, 11, 22)
MARCH_12 = date(2016, 3, 12)
BIRTHS = st.dates(EARLIEST_BIRTH, TODAY)


@pytest.mark.parametrize(
    "typed",
    [
        "12 March 2016",
        "12 march, 2016",
        "12th March 2016",
        "12th of March 2016",
        "March 12, 2016",
        "Mar 12 2016",
        "12 Mar 16",
        "12-mar-16",
        "12mar2016",
        "12/3/2016",
        "12/03/16",
        " 12-3-2016 ",
        "12.3.2016",
        "12. 3. 2016",
        "12 3 16",
        "2016-03-12",
        "2016/3/12",
        "2016 mars 12",
        "12 mars 2016",
        "le 12 mars 2016",
        "12 MARS 16",
        "12 de marzo de 2016",
        "12 de marzo del 2016",
        "12 marzo 2016",
        "12032016",
        "20160312",
        "120316",
    ],
)
def test_every_usual_form(typed: str) -> None:
    assert parse_birth_date(typed, TODAY) == MARCH_12


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1er février 2015", date(2015, 2, 1)),
        ("1º de enero de 2015", date(2015, 1, 1)),
        ("3 aout 14", date(2014, 8, 3)),
        ("3 août 14", date(2014, 8, 3)),
        ("3 ago 14", date(2014, 8, 3)),
        ("5 janv. 2013", date(2013, 1, 5)),
        ("5 sept 2013", date(2013, 9, 5)),
        ("5 setiembre 2013", date(2013, 9, 5)),
        ("5 déc 2013", date(2013, 12, 5)),
        ("5 juil 2013", date(2013, 7, 5)),
        ("29/2/2016", date(2016, 2, 29)),
        ("1/2/26", date(2026, 2, 1)),
        ("1/2/27", date(1927, 2, 1)),
        ("1/2/00", date(2000, 2, 1)),
        ("19121920", date(1920, 12, 19)),
        ("20102016", date(2016, 10, 20)),
        ("19991231", date(1999, 12, 31)),
    ],
)
def test_months_and_years(typed: str, expected: date) -> None:
    assert parse_birth_date(typed, TODAY) == expected


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("30/2/2016", "February 2016 has 29 days. Type a day from 1 to 29."),
        ("29 Feb 2015", "February 2015 has 28 days. Type a day from 1 to 28."),
        ("31.4.2016", "April 2016 has 30 days. Type a day from 1 to 30."),
        ("0/4/2016", "April 2016 has 30 days. Type a day from 1 to 30."),
        ("3/25/2016", "There is no month 25. The day comes first: type 25/3/2016."),
        ("12/13/2016", "There is no month 13. The day comes first: type 13/12/2016."),
        ("13/13/2016", "There is no month 13. Type a month from 1 to 12."),
        ("3/32/2016", "There is no month 32. Type a month from 1 to 12."),
        ("33/25/2016", "There is no month 25. Type a month from 1 to 12."),
        ("12/0/2016", "There is no month 0. Type a month from 1 to 12."),
        ("12/99/2016", "There is no month 99. Type a month from 1 to 12."),
        (
            "12 Marchy 2016",
            "“marchy” does not name one month. Type it as a number or in full, such as 3 or March.",
        ),
        ("12 jui 2016", "“jui” does not name one month. Type it as a number or in full, such as 3 or March."),
        ("12 ma 2016", "“ma” does not name one month. Type it as a number or in full, such as 3 or March."),
        ("12 March", "“12 March” is not a date. Type day, month and year, such as 12/3/2016."),
        ("", "“” is not a date. Type day, month and year, such as 12/3/2016."),
        ("1/2/3/2016", "“1/2/3/2016” is not a date. Type day, month and year, such as 12/3/2016."),
        ("12/3/216", "“12/3/216” is not a date. Type day, month and year, such as 12/3/2016."),
        ("12/3/0000", "“12/3/0000” is not a date. Type day, month and year, such as 12/3/2016."),
        ("123/3/2016", "“123/3/2016” is not a date. Type day, month and year, such as 12/3/2016."),
        ("12/3/year", "“12/3/year” is not a date. Type day, month and year, such as 12/3/2016."),
        ("1203201", "“1203201” is not a date. Type day, month and year, such as 12/3/2016."),
        ("yesterday", "“yesterday” is not a date. Type day, month and year, such as 12/3/2016."),
        ("١٢/٣/٢٠١٦", "“٣” does not name one month. Type it as a number or in full, such as 3 or March."),
        ("23/11/2026", "23 November 2026 is still to come. Check the year."),
        ("31/12/1899", "31 December 1899 is before 1900. Check the year."),
    ],
)
def test_refusals_say_why(typed: str, message: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_birth_date(typed, TODAY)
    assert str(refusal.value) == message


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("style", ["long", "medium"])
@given(day=BIRTHS)
def test_dates_as_the_program_prints_them_come_back(language: str, style: str, day: date) -> None:
    assert parse_birth_date(Words.load(language).date(day, style), TODAY) == day


@given(
    BIRTHS, st.sampled_from(["%d/%m/%Y", "%Y-%m-%d", "%d%m%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d"])
)
def test_written_forms_come_back(day: date, form: str) -> None:
    assert parse_birth_date(day.strftime(form), TODAY) == day


@given(st.dates(TODAY.replace(year=1927), TODAY), st.sampled_from(["%d/%m/%y", "%d%m%y", "%d-%m-%y"]))
def test_short_years_of_the_last_century_come_back(day: date, form: str) -> None:
    assert parse_birth_date(day.strftime(form), TODAY) == day


@given(st.text(max_size=14) | st.from_regex(r"\A[0-9/ .a-z-]{0,12}\Z"))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        day = parse_birth_date(text, TODAY)
    except Refused:
        return
    assert EARLIEST_BIRTH <= day <= TODAY


def test_the_first_and_the_last_possible_birthday() -> None:
    assert parse_birth_date("22/11/2026", TODAY) == TODAY
    assert parse_birth_date("1/1/1900", TODAY) == date(1900, 1, 1)


def test_other_dates_have_limits_of_their_own() -> None:
    first, last = date(2026, 9, 1), date(2027, 7, 31)
    assert parse_date("4/1/27", first, last) == date(2027, 1, 4)
    assert parse_date("1/9/2026", first, last) == first
    assert parse_date("31/7/2027", first, last) == last
    with pytest.raises(Refused, match="Type a date from 1 September 2026 to 31 July 2027"):
        parse_date("31/8/2026", first, last)
    with pytest.raises(Refused, match="Type a date from"):
        parse_date("1/8/2027", first, last)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2016, 3, 12), date(2026, 10, 15), 10),
        (date(2016, 10, 15), date(2026, 10, 15), 10),
        (date(2016, 10, 16), date(2026, 10, 15), 9),
        (date(2013, 12, 20), date(2025, 9, 1), 11),
        (date(2016, 2, 29), date(2026, 2, 28), 9),
        (date(2016, 2, 29), date(2026, 3, 1), 10),
        (date(2016, 2, 29), date(2028, 2, 29), 12),
        (date(2016, 3, 12), date(2016, 3, 12), 0),
    ],
)
def test_completed_years(birth: date, day: date, age: int) -> None:
    assert age_on(birth, day) == age


@given(BIRTHS, st.integers(0, 40_000))
def test_ages_never_fall_and_grow_by_one(birth: date, days: int) -> None:
    day = birth + timedelta(days)
    assert 0 <= age_on(birth, day + timedelta(1)) - age_on(birth, day) <= 1


def test_nobody_has_an_age_before_birth() -> None:
    with pytest.raises(ValueError, match="before birth"):
        age_on(TODAY, TODAY - timedelta(1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42441", "2016-03-12"),
        ("25569", "1970-01-01"),
        ("25568", "25568"),
        ("59999", "2064-04-07"),
        ("60000", "60000"),
        ("4244", "4244"),
        ("120316", "120316"),
        ("1 Mai", "1 Mai"),
        ("٤٢٤٤١", "٤٢٤٤١"),
        ("", ""),
    ],
)
def test_the_number_of_a_day_in_a_spreadsheet(text: str, expected: str) -> None:
    assert from_serial(text) == expected
