"""A card's values are frozen and plain: what was printed can be kept and never computed again."""

import dataclasses
import typing
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest

from emis_desktop.rules import card
from emis_desktop.rules.bands import BandRange
from emis_desktop.rules.card import CardKey, CardPupil, CardSchool, CardSummary, CardTerm, CardValues
from emis_desktop.rules.positions import Position
from emis_desktop.rules.results import ResultState
from tests.emis_desktop.rules.builders import LETTERS

PLAIN = {str, int, bool, bytes, date, Decimal, type(None)}


def parts(kind: object) -> set[object]:
    """The types that a value of ``kind`` is made of, through tuples, unions and dataclasses."""
    inner = typing.get_args(kind)
    if inner:
        return set().union(*(parts(part) for part in inner if part is not Ellipsis))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        assert kind.__dataclass_params__.frozen, kind  # type: ignore[attr-defined]
        return set().union(*(parts(hint) for hint in typing.get_type_hints(kind).values()))
    return {kind}


def test_everything_on_a_card_is_a_plain_frozen_value() -> None:
    odd = {
        kind for kind in parts(CardValues) if not (isinstance(kind, type) and issubclass(kind, StrEnum))
    } - PLAIN
    assert odd == set()


def test_every_class_of_the_module_is_part_of_a_card() -> None:
    hints = repr(
        [typing.get_type_hints(kind) for kind in vars(card).values() if dataclasses.is_dataclass(kind)]
    )
    for name in vars(card):
        if name.startswith("Card") and name != "CardValues":
            assert f"card.{name}" in hints, name


def test_a_small_card_can_be_made_and_not_changed() -> None:
    values = CardValues(
        school=CardSchool("Windward Demo Primary School"),
        term=CardTerm("Term 1", "2026–27", date(2026, 9, 7), date(2026, 12, 11)),
        pupil=CardPupil("Pupil 0001", "0000 0001-7", "Grade 5 Coral"),
        summary=CardSummary(
            Decimal("71.6"), ResultState.FINAL, 100, Position(8, False, 31), Decimal("67.9"), 10, 12
        ),
        subjects=(),
        key=CardKey(LETTERS.ranges(0), Decimal(50)),
        language="en",
        provisional=False,
    )
    assert values.key.grades[0] == BandRange("A", Decimal(85), Decimal(100), "")
    with pytest.raises(dataclasses.FrozenInstanceError):
        values.language = "fr"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("present", "possible", "shown"),
    [(56, 61, "91.8"), (0, 61, "0.0"), (None, 61, None), (5, None, None), (0, 0, None)],
)
def test_days_present_in_per_cent(present: int | None, possible: int | None, shown: str | None) -> None:
    summary = CardSummary(None, ResultState.NO_MARKS, 0, None, None, 0, 0, present, possible)
    assert (summary.days_percent is None) is (shown is None)
    assert shown is None or str(summary.days_percent) == shown
