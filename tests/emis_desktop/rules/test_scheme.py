"""A scheme that exists can be computed with."""

from dataclasses import replace
from decimal import Decimal

import pytest

from emis_desktop.errors import Refused
from emis_desktop.rules.scheme import AbsentPolicy, AverageOf, MissingPolicy, PromotionRule, SchemeRules
from tests.emis_desktop.rules.builders import HUNDREDTHS, LETTERS, item, plan


@pytest.mark.parametrize(
    ("maximum", "weight", "field"),
    [
        ("0", "1", "maximum"),
        ("-20", "1", "maximum"),
        ("NaN", "1", "maximum"),
        ("20", "0", "weight"),
        ("20", "-1", "weight"),
    ],
)
def test_maximum_and_weight_are_above_0(maximum: str, weight: str, field: str) -> None:
    with pytest.raises(Refused, match="“Item 1” needs a number above 0") as refusal:
        item(1, maximum, weight)
    assert refusal.value.field == field


def test_no_more_decimals_than_the_store_keeps() -> None:
    assert item(1, weight="0.125").weight == Decimal("0.125")
    with pytest.raises(Refused, match="more than 3 decimals"):
        item(1, weight="0.1255")


def test_a_credit_is_above_0() -> None:
    with pytest.raises(Refused, match="above 0"):
        plan(item(1), credit="0")


def test_an_item_stands_once_in_a_plan() -> None:
    with pytest.raises(ValueError, match="twice"):
        plan(item(1), item(1))


def test_parts_come_in_the_order_of_their_first_item() -> None:
    mixed = plan(item(1, part="project"), item(2, part="exam"), item(3, part="project"))
    assert [(part.name, len(part.items)) for part in mixed.weights.parts] == [("project", 2), ("exam", 1)]


def test_weights_need_not_add_up_to_100() -> None:
    assert plan(item(1, weight="2"), item(2, weight="3")).weights.total == 5_000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mark_places", 4),
        ("average_places", -1),
        ("part_places", 4),
        ("position_places", 9),
        ("pass_mark", Decimal(101)),
        ("pass_mark", Decimal(-1)),
        ("small_class", 0),
    ],
)
def test_rules_that_make_no_sense(field: str, value: int | Decimal) -> None:
    with pytest.raises(Refused) as refusal:
        replace(HUNDREDTHS, **{field: value})  # type: ignore[arg-type]
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mark_places", 0),
        ("mark_places", 3),
        ("pass_mark", Decimal(0)),
        ("pass_mark", Decimal(100)),
        ("small_class", 1),
    ],
)
def test_the_ends_of_what_makes_sense(field: str, value: int | Decimal) -> None:
    assert getattr(replace(HUNDREDTHS, **{field: value}), field) == value  # type: ignore[arg-type]


def test_what_holds_where_a_country_says_nothing() -> None:
    assert SchemeRules(LETTERS) == SchemeRules(
        bands=LETTERS,
        absent=AbsentPolicy.ZERO,
        missing=MissingPolicy.INCOMPLETE,
        average_of=AverageOf.EXACT,
        mark_places=0,
        average_places=1,
        part_places=0,
        position_places=2,
        pass_mark=Decimal(50),
        ranking=True,
        small_class=5,
        promotion=PromotionRule(None, None, frozenset()),
    )
    assert plan(item(1)).credit == 1
