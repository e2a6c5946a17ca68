"""Grade bands: a list of lower bounds, so that neither a gap nor an overlap can exist."""

from bisect import bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from emis_desktop.errors import Refused
from emis_desktop.rules.numbers import step


@dataclass(frozen=True, slots=True)
class Band:
    """One grade: every mark (in per cent) from ``lower`` up to the next band's ``lower``."""

    lower: Decimal
    letter: str
    points: Decimal | None = None
    descriptor: str = ""


@dataclass(frozen=True, slots=True)
class BandRange:
    """A band as a key prints it: "A 85–100", and for the lowest "E below 40" (``lower`` None)."""

    letter: str
    lower: Decimal | None
    upper: Decimal
    descriptor: str


@dataclass(frozen=True, slots=True)
class BandSet:
    """Bands from the highest to the lowest, in whatever order they were given; the lowest starts at 0.

    Raises :class:`Refused` when that cannot be.
    """

    bands: tuple[Band, ...]
    _lowers: tuple[Decimal, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.bands, key=lambda band: band.lower, reverse=True))
        _check(ordered)
        object.__setattr__(self, "bands", ordered)
        object.__setattr__(self, "_lowers", tuple(band.lower for band in reversed(ordered)))

    def grade(self, mark: Decimal) -> Band:
        """The highest band whose lower bound is at most ``mark`` (0 or more)."""
        return self.bands[len(self.bands) - bisect_right(self._lowers, mark)]

    def ranges(self, places: int) -> tuple[BandRange, ...]:
        """The bands as printed when marks have ``places`` decimals, highest first.

        The lowest of several bands has no lower end and, as ``upper``, the bound that it stays below.
        """
        ranges: list[BandRange] = []
        upper = Decimal(100)
        for band in self.bands:
            below = band is self.bands[-1] and len(self.bands) > 1
            ranges.append(
                BandRange(
                    band.letter,
                    None if below else band.lower,
                    self.bands[-2].lower if below else upper,
                    band.descriptor,
                )
            )
            upper = band.lower - step(places)
        return tuple(ranges)


def _check(ordered: tuple[Band, ...]) -> None:
    if not ordered or ordered[-1].lower != 0:
        raise Refused("The lowest grade starts at 0. Add a grade with the lower bound 0.", field="lower")
    if ordered[0].lower > 100:
        raise Refused("A lower bound lies between 0 and 100.", field="lower")
    for above, below in pairwise(ordered):
        if above.lower == below.lower:
            raise Refused(
                "{first} and {second} start at the same mark. Give each grade a lower bound of its own.",
                field="lower",
                first=above.letter,
                second=below.letter,
            )
    letters = [band.letter.strip().casefold() for band in ordered]
    if "" in letters:
        raise Refused("Every grade has a letter or a word. Type one.", field="letter")
    if len(set(letters)) < len(letters):
        raise Refused("Two grades have the same letter. Give each grade its own.", field="letter")
