"""How a school counts, as data: the items of a subject, the policies, the places, who is promoted.

Everything here is checked when it is made; what exists can be computed with. The values come from country
profiles and from screens; the defaults are those of no country.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from math import lcm
from typing import NamedTuple
from uuid import UUID

from emis_desktop.errors import Refused
from emis_desktop.rules.bands import Band, BandSet
from emis_desktop.rules.numbers import SCALE_PLACES, places_of, to_scaled


class AbsentPolicy(StrEnum):
    """What being absent from an item does to the mark: it counts as 0, or the item is left out."""

    ZERO = "zero"
    EXCLUDE = "exclude"


class MissingPolicy(StrEnum):
    """What an item that was never entered does: no final mark yet, 0, or the item is left out."""

    INCOMPLETE = "incomplete"
    ZERO = "zero"
    EXCLUDE = "exclude"


class AverageOf(StrEnum):
    """Whether averages are made of exact marks or of marks as printed."""

    EXACT = "exact"
    PRINTED = "printed"


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """A quiz, project or paper: marked out of ``maximum``, with ``weight`` in the subject's term mark.

    Weights are shares: 40 and 60, 2 and 3, 0.4 and 0.6 are the same. ``part`` groups items for the card
    ("coursework", "exam").
    """

    key: UUID
    code: str
    name: str
    part: str
    maximum: Decimal
    weight: Decimal

    def __post_init__(self) -> None:
        _check_positive(self.maximum, "maximum", self.name)
        _check_positive(self.weight, "weight", self.name)


class WeighedItem(NamedTuple):
    """An item in whole numbers: its share of the mark is value times ``factor`` over the common maximum."""

    key: UUID
    factor: int
    weight: int


class PlanPart(NamedTuple):
    """A part of a plan: its weight and its items."""

    name: str
    weight: int
    items: tuple[WeighedItem, ...]


@dataclass(frozen=True, slots=True)
class PlanWeights:
    """A plan's arithmetic in whole numbers, worked out once: items by part, and the common multiple of the
    maxima.
    """

    common: int
    total: int
    parts: tuple[PlanPart, ...]


@dataclass(frozen=True, slots=True)
class SubjectPlan:
    """A subject of a term and its items. ``key`` names the subject; ``credit`` weighs it in the GPA.

    ``counts`` False: shown on the card, but in neither the average nor the subjects passed. Parts come in
    the order of their first item.
    """

    key: UUID
    code: str
    name: str
    items: tuple[ItemSpec, ...]
    credit: Decimal = Decimal(1)
    counts: bool = True
    weights: PlanWeights = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _check_positive(self.credit, "credit", self.name)
        if len({item.key for item in self.items}) < len(self.items):
            raise ValueError("an item stands twice in a plan")
        object.__setattr__(self, "weights", _weigh(self.items))


@dataclass(frozen=True, slots=True)
class PromotionRule:
    """What it takes to go up; what is None or empty is not asked for. No demand at all: nobody is held
    back.
    """

    min_passed: int | None = None
    min_average: Decimal | None = None
    must_pass: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class SchemeRules:
    """The rules of one school, grade and year. Raises :class:`Refused` for values that make no sense.

    Places are decimals after rounding half up: of a subject's mark, of averages (also class averages and
    spread), of the parts of a mark on the card, and of the value that positions compare. ``pass_mark`` is
    in per cent.
    """

    bands: BandSet
    absent: AbsentPolicy = AbsentPolicy.ZERO
    missing: MissingPolicy = MissingPolicy.INCOMPLETE
    average_of: AverageOf = AverageOf.EXACT
    mark_places: int = 0
    average_places: int = 1
    part_places: int = 0
    position_places: int = 2
    pass_mark: Decimal = Decimal(50)
    ranking: bool = True
    small_class: int = 5
    promotion: PromotionRule = PromotionRule()

    def __post_init__(self) -> None:
        for name in ("mark_places", "average_places", "part_places", "position_places"):
            if not 0 <= getattr(self, name) <= SCALE_PLACES:
                raise Refused("Choose 0 to 3 decimals.", field=name)
        if not 0 <= self.pass_mark <= 100:
            raise Refused("The pass mark lies between 0 and 100.", field="pass_mark")
        if self.small_class < 1:
            raise Refused("The smallest class with positions has at least 1 pupil.", field="small_class")

    def verdict(self, mark: Decimal) -> tuple[Band, bool]:
        """The grade of a final mark as printed, and whether it is a pass."""
        return self.bands.grade(mark), mark >= self.pass_mark


def _check_positive(value: Decimal, what: str, name: str) -> None:
    if not value.is_finite() or value <= 0:
        raise Refused("“{name}” needs a number above 0 here. Type one, such as 20.", field=what, name=name)
    if places_of(value) > SCALE_PLACES:
        raise Refused("“{name}” has more than 3 decimals here. Type at most 3.", field=what, name=name)


def _weigh(items: tuple[ItemSpec, ...]) -> PlanWeights:
    common = lcm(*(to_scaled(item.maximum) for item in items))
    order = list(dict.fromkeys(item.part for item in items))
    parts = []
    for part, group in groupby(
        sorted(items, key=lambda item: order.index(item.part)), key=lambda item: item.part
    ):
        weighed = tuple(_weighed(item, common) for item in group)
        parts.append(PlanPart(part, sum(item.weight for item in weighed), weighed))
    return PlanWeights(common, sum(part.weight for part in parts), tuple(parts))


def _weighed(item: ItemSpec, common: int) -> WeighedItem:
    weight = to_scaled(item.weight)
    return WeighedItem(item.key, weight * (common // to_scaled(item.maximum)), weight)
