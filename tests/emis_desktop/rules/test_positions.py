"""Standard competition ranking."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.numbers import half_up
from emis_desktop.rules.positions import Position, comparisons_shown, rank
from tests.emis_desktop.rules.builders import HUNDREDTHS


def test_two_seconds_and_no_third() -> None:
    places = rank({"a": Decimal(90), "b": Decimal(80), "c": Decimal(80), "d": Decimal(70)}, 2)
    assert [places[who].text for who in "abcd"] == ["1", "2 =", "2 =", "4"]
    assert places["d"] == Position(4, tied=False, of=4)


def test_equal_at_the_declared_precision_is_equal() -> None:
    values = {"a": Fraction("71.504"), "b": Fraction("71.495"), "c": Fraction("71.494")}
    assert [position.place for position in rank(values, 2).values()] == [1, 1, 3]
    assert [position.place for position in rank(values, 3).values()] == [1, 2, 3]


def test_incomplete_pupils_are_not_ranked() -> None:
    places = rank({"a": Decimal(50), "b": None, "c": Decimal(60)}, 2)
    assert places == {"a": Position(2, False, 2), "c": Position(1, False, 2)}


def test_hidden_together_below_five_or_by_policy() -> None:
    assert [comparisons_shown(HUNDREDTHS, count) for count in (0, 4, 5)] == [False, False, True]
    assert comparisons_shown(replace(HUNDREDTHS, small_class=8), 7) is False
    assert comparisons_shown(replace(HUNDREDTHS, ranking=False), 30) is False


@given(
    st.dictionaries(st.integers(), st.none() | st.fractions(0, 100, max_denominator=500)), st.integers(0, 3)
)
def test_a_place_is_one_more_than_those_ahead(values: dict[int, Fraction | None], digits: int) -> None:
    found = rank(values, digits)
    rounded = {who: half_up(value, digits) for who, value in values.items() if value is not None}
    assert set(found) == set(rounded)
    for who, position in found.items():
        mine = rounded[who]
        assert position.place == 1 + sum(other > mine for other in rounded.values())
        assert position.tied is (sum(other == mine for other in rounded.values()) > 1)
        assert position.of == len(rounded)
