"""Class average, highest, lowest, spread and distribution."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.figures import ClassFigures, class_figures, histogram, pass_rate
from tests.emis_desktop.rules.builders import HUNDREDTHS


def fractions(*values: str) -> list[Fraction]:
    return [Fraction(value) for value in values]


def test_figures_of_a_class() -> None:
    found = class_figures(fractions("2", "4", "4", "4", "5", "5", "7", "9"), HUNDREDTHS, 0)
    assert found == ClassFigures(8, Decimal(5), Decimal(9), Decimal(2), Decimal(2), shown=True)
    assert str(found.spread) == "2.00"


def test_the_spread_is_that_of_the_whole_group() -> None:
    assert str(class_figures(fractions("10", "20", "40"), HUNDREDTHS, 0).spread) == "12.47"


def test_a_small_class_keeps_its_figures_from_paper() -> None:
    four = fractions("10", "20", "30", "40")
    assert class_figures(four, HUNDREDTHS, 0).shown is False
    assert class_figures([*four, Fraction(50)], HUNDREDTHS, 0).shown is True
    assert class_figures([*four, Fraction(50)], replace(HUNDREDTHS, ranking=False), 0).shown is False


def test_a_pass_rate_is_rounded_half_up_and_there_is_none_of_nobody() -> None:
    assert [str(pass_rate(*pair)) for pair in ((0, 3), (1, 3), (1, 16), (3, 3))] == [
        "0.0",
        "33.3",
        "6.3",
        "100.0",
    ]
    assert pass_rate(0, 0) is None


def test_nobody_has_a_mark_yet() -> None:
    assert class_figures([], HUNDREDTHS, 0) == ClassFigures(0, None, None, None, None, shown=False)


def test_a_histogram_counts_the_top_mark_in_the_last_bar() -> None:
    bars = histogram(
        [Decimal(0), Decimal("9.99"), Decimal(10), Decimal("49.5"), Decimal(50), Decimal(100)], Decimal(50)
    )
    assert [bar.count for bar in bars] == [2, 1, 0, 0, 1, 1, 0, 0, 0, 1]
    assert [bar.passed for bar in bars] == [0, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert (bars[-1].lower, bars[-1].upper) == (90, 100)


def test_the_pass_line_may_cut_a_bar() -> None:
    bars = histogram([Decimal(52), Decimal(57)], Decimal(55))
    assert (bars[5].count, bars[5].passed) == (2, 1)


@given(st.lists(st.fractions(0, 100)), st.sampled_from([1, 2, 5, 10, 20, 25, 50, 100]))
def test_a_histogram_forgets_nobody(marks: list[Fraction], width: int) -> None:
    bars = histogram(marks, Decimal(50), width)
    assert sum(bar.count for bar in bars) == len(marks)
    assert sum(bar.passed for bar in bars) == sum(mark >= 50 for mark in marks)
    assert bars[-1].upper == 100
    assert [bar.lower for bar in bars[1:]] == [bar.upper for bar in bars[:-1]]


@pytest.mark.parametrize("width", [0, -10, 30])
def test_bars_fill_the_axis(width: int) -> None:
    with pytest.raises(ValueError, match="divides 100"):
        histogram([], Decimal(50), width)
