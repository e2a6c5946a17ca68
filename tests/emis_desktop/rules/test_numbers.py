"""Rounding is exact and once; what people type is read by the written rules or refused."""

import statistics
from decimal import ROUND_HALF_UP, Decimal, getcontext, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused
from emis_desktop.rules.numbers import (
    TwoReadings,
    from_scaled,
    from_spreadsheet,
    half_up,
    mean,
    parse_number,
    parse_whole,
    places_of,
    plain,
    round_root,
    shortened,
    step,
    summary,
    to_scaled,
)

FRACTIONS = st.fractions(-1000, 1000, max_denominator=10_000)


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (Decimal("67.50") * Decimal("0.35"), 2, "23.63"),
        (Decimal("0.5"), 0, "1"),
        (Decimal("-0.5"), 0, "-1"),
        (Decimal("-0.4"), 0, "0"),
        (Fraction(200, 3), 2, "66.67"),
        (Fraction(1, 8), 2, "0.13"),
        (7, 2, "7.00"),
    ],
)
def test_half_up(value: Decimal | Fraction | int, places: int, expected: str) -> None:
    assert str(half_up(value, places)) == expected


@given(st.decimals(-10_000, 10_000, places=5), st.integers(0, 4))
def test_half_up_agrees_with_the_decimal_module(value: Decimal, places: int) -> None:
    assert half_up(value, places) == value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@given(FRACTIONS, st.integers(0, 4))
def test_half_up_is_never_more_than_half_a_step_away(value: Fraction, places: int) -> None:
    assert abs(Fraction(half_up(value, places)) - value) <= Fraction(step(places)) / 2


def test_a_step_is_one_of_the_last_decimal() -> None:
    assert [str(step(places)) for places in (0, 1, 3)] == ["1", "0.1", "0.001"]


def test_a_number_may_be_long_but_not_endless() -> None:
    assert parse_number("1" * 24) == Decimal("1" * 24)
    with pytest.raises(Refused):
        parse_number("1" * 25)


def test_nobody_elses_decimal_context_matters() -> None:
    with localcontext() as context:
        context.prec = 3
        context.rounding = "ROUND_FLOOR"
        assert str(half_up(Decimal("12345.675"), 2)) == "12345.68"
        assert from_scaled(123_456_789) == Decimal("123456.789")
        assert to_scaled(Decimal("123456.789")) == 123_456_789
        assert plain(Decimal("123456.7890")) == Decimal("123456.789")
    assert getcontext().prec == 28


@given(st.fractions(0, 10_000, max_denominator=10_000), st.integers(0, 3))
def test_a_root_is_rounded_exactly(value: Fraction, places: int) -> None:
    root, half = Fraction(round_root(value, places)), Fraction(step(places)) / 2
    assert (root + half) ** 2 > value
    assert root == 0 or (root - half) ** 2 <= value


@given(st.lists(FRACTIONS, min_size=1, max_size=20))
def test_a_summary_is_exact(values: list[Fraction]) -> None:
    average = sum(values, Fraction(0)) / len(values)
    found = summary(values)
    assert mean(values) == found.mean == average
    assert (found.lowest, found.highest) == (min(values), max(values))
    assert found.variance == statistics.pvariance(values)


@given(st.integers(-(10**15), 10**15), st.integers(0, 6))
def test_scaled_numbers_come_back(whole: int, places: int) -> None:
    assert to_scaled(from_scaled(whole, places), places) == whole


def test_scaling_never_rounds_in_secret() -> None:
    assert to_scaled(Decimal("12.5")) == 12_500
    with pytest.raises(ValueError, match="3 decimal places"):
        to_scaled(Decimal("12.5001"))


@pytest.mark.parametrize(
    ("value", "expected", "places"),
    [("7.500", "7.5", 1), ("100", "100", 0), ("1E+2", "100", 0), ("0.000", "0", 0), ("-0.10", "-0.1", 1)],
)
def test_plain(value: str, expected: str, places: int) -> None:
    assert str(plain(Decimal(value))) == expected
    assert places_of(Decimal(value)) == places


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("7", "7"),
        (" 7.5 ", "7.5"),
        ("7,5", "7.5"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("007", "7"),
        ("+7", "7"),
        ("-7.5", "-7.5"),
        ("\u22127,5", "-7.5"),
        ("-0", "0"),
        ("1 234,5", "1234.5"),
        ("1\u202f234,5", "1234.5"),
        ("1\u00a0234", "1234"),
        ("1 234 567.25", "1234567.25"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("1 234,567", "1234.567"),
        ("1.234", "1.234"),
        ("0,234", "0.234"),
        ("1234,567", "1234.567"),
        ("7.50", "7.5"),
    ],
)
def test_numbers_as_typed(typed: str, expected: str) -> None:
    assert str(parse_number(typed)) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "-", "+", ".", "7.", "7,", "seven", "1e3", "NaN", "inf", "Infinity", "٧", "７", "1 2",
        "1 23 456", "1,23,456", "1.234.56", "12 34", "1.2.3", "1,2,3", "--7", "7-", "+-7", "1,234.567.8",
        "1.234,567,8", "1,234,5", "75 %", "7/10", "0x10", "1_000", "²", "1" * 40,
    ],
)  # fmt: skip
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(Refused, match="is not a number"):
        parse_number(typed)


@pytest.mark.parametrize(
    ("typed", "whole", "part"), [("1,234", "1234", "1.234"), ("-12,345", "-12345", "-12.345")]
)
def test_two_readings_are_refused_with_both(typed: str, whole: str, part: str) -> None:
    with pytest.raises(TwoReadings, match=f"Type {whole} or {part}"):
        parse_number(typed)
    assert parse_number(whole) == Decimal(whole)
    assert parse_number(part) == Decimal(part)


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = parse_number(text)
    except Refused:
        return
    assert number.is_finite()


SEPARATORS = [
    ("", "."),
    ("", ","),
    (",", "."),
    (".", ","),
    (" ", ","),
    ("\u202f", ","),
    ("\u00a0", "."),
    (" ", "."),
]


@given(st.decimals(0, 10_000_000, places=2), st.sampled_from(SEPARATORS))
def test_numbers_as_the_three_languages_print_them_come_back(value: Decimal, how: tuple[str, str]) -> None:
    group, point = how
    printed = f"{value:,.2f}".replace(",", "g").replace(".", point).replace("g", group)
    assert parse_number(printed) == value


@pytest.mark.parametrize(("typed", "expected"), [("1", 1), (" 40 ", 40), ("7,0", 7)])
def test_whole_numbers(typed: str, expected: int) -> None:
    assert parse_whole(typed, 1, 40) == expected


@pytest.mark.parametrize("typed", ["0", "41", "7.5", "-1"])
def test_whole_numbers_out_of_range(typed: str) -> None:
    with pytest.raises(Refused, match="whole number from 1 to 40"):
        parse_whole(typed, 1, 40)


@pytest.mark.parametrize(
    ("cell", "expected"), [(0.1 + 0.2, "0.3"), (7.0, "7"), (66.66666666666667, "66.6666666666667")]
)
def test_a_spreadsheets_number_is_what_it_shows(cell: float, expected: str) -> None:
    assert str(from_spreadsheet(cell)) == expected


@pytest.mark.parametrize("cell", [float("nan"), float("inf")])
def test_a_spreadsheets_error_is_no_number(cell: float) -> None:
    with pytest.raises(Refused, match="holds no number"):
        from_spreadsheet(cell)


def test_a_quoted_text_is_one_short_line() -> None:
    assert shortened("ab\ncd") == "ab cd"
    assert shortened("x" * 30) == "x" * 19 + "…"
    assert shortened("x" * 20) == "x" * 20
