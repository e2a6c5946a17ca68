"""Positions: standard competition ranking (1, 2, 2, 4) on values rounded half up to a declared precision."""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from emis_desktop.rules.numbers import half_up
from emis_desktop.rules.scheme import SchemeRules

Who = TypeVar("Who", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Position:
    """``place`` of ``of`` pupils ranked; ``tied`` when another pupil has the same place."""

    place: int
    tied: bool
    of: int

    @property
    def text(self) -> str:
        """The place as printed: "8", or "2 =" for a tie."""
        return f"{self.place} =" if self.tied else str(self.place)


def rank(values: Mapping[Who, Fraction | Decimal | None], places: int) -> dict[Who, Position]:
    """The position of everyone who has a value, the highest first; who has none is not ranked."""
    rounded = {who: half_up(value, places) for who, value in values.items() if value is not None}
    counts = Counter(rounded.values())
    places_by_value: dict[Decimal, int] = {}
    place = 1
    for value in sorted(counts, reverse=True):
        places_by_value[value] = place
        place += counts[value]
    return {
        who: Position(places_by_value[value], counts[value] > 1, len(rounded))
        for who, value in rounded.items()
    }


def comparisons_shown(rules: SchemeRules, count: int) -> bool:
    """Whether paper may compare pupils: position, class average and highest appear or are hidden together.

    ``count`` is the number of pupils with a final value behind the figures: among few, a figure names a
    pupil.
    """
    return rules.ranking and count >= rules.small_class
