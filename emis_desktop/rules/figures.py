"""What a class looks like as a whole: average, highest, lowest, spread, distribution."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from emis_desktop.rules.numbers import half_up, round_ratio, round_root, summary
from emis_desktop.rules.positions import comparisons_shown
from emis_desktop.rules.scheme import SchemeRules


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """Figures of ``count`` final values; None when there is no value.

    ``spread`` is the standard deviation of the whole group (population: divided by n). ``shown``: paper may
    print average and highest; the teacher's own screen always may.
    """

    count: int
    average: Decimal | None
    highest: Decimal | None
    lowest: Decimal | None
    spread: Decimal | None
    shown: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """A bar of a histogram: from ``lower`` up to but not including ``upper`` (the last one: 100 too), in
    per cent.

    ``passed`` of ``count`` reach the pass mark, so a bar that the pass line cuts can be drawn in two colours.
    """

    lower: int
    upper: int
    count: int
    passed: int


def class_figures(values: Sequence[Fraction], rules: SchemeRules, places: int) -> ClassFigures:
    """The figures of ``values``: highest and lowest with ``places`` decimals, the others like averages."""
    count = len(values)
    shown = comparisons_shown(rules, count)
    if not values:
        return ClassFigures(count, None, None, None, None, shown)
    exact = summary(values)
    return ClassFigures(
        count=count,
        average=half_up(exact.mean, rules.average_places),
        highest=half_up(exact.highest, places),
        lowest=half_up(exact.lowest, places),
        spread=round_root(exact.variance, rules.average_places),
        shown=shown,
    )


def pass_rate(passed: int, count: int) -> Decimal | None:
    """The share of ``count`` final values that are passed, in per cent with one decimal; None of nothing."""
    return round_ratio(100 * passed, count, 1) if count else None


def histogram(marks: Iterable[Decimal | Fraction], pass_mark: Decimal, width: int = 10) -> tuple[Bin, ...]:
    """How many of ``marks`` (0 to 100, as printed) fall into each bar; ``width`` divides 100."""
    if width < 1 or 100 % width:
        raise ValueError("the width of a bar divides 100")
    counts = [0] * (100 // width)
    passed = [0] * len(counts)
    for mark in marks:
        index = min(int(mark) // width, len(counts) - 1)
        counts[index] += 1
        passed[index] += mark >= pass_mark
    return tuple(
        Bin(index * width, (index + 1) * width, count, passed[index]) for index, count in enumerate(counts)
    )
