"""The arithmetic of charts, the same on screen and on paper: axes, ticks, gaps, labels that keep apart.

Values are plain numbers, places are shares of a length; whoever draws multiplies by millimetres or pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from emis_desktop.errors import Refused

STEPS: Final = (1, 2, 5)
"""Round steps, times a power of ten."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A value axis from ``low`` to ``high``, which are whole ``step``s apart, with a tick at each."""

    low: Decimal
    high: Decimal
    step: Decimal

    @property
    def ticks(self) -> tuple[Decimal, ...]:
        """The values of the ticks, from low to high."""
        count = int((self.high - self.low) / self.step)
        return tuple(self.low + number * self.step for number in range(count + 1))

    def share(self, value: Decimal) -> float:
        """Where ``value`` stands: 0 at low, 1 at high; a value outside the axis is kept at its end."""
        low = float(self.low)
        share = (float(value) - low) / (float(self.high) - low)
        return min(1.0, max(0.0, share))


def close_axis(
    values: Sequence[Decimal],
    *,
    floor: Decimal = Decimal(0),
    ceiling: Decimal = Decimal(100),
    step: Decimal = Decimal(10),
    most: int = 6,
) -> Axis:
    """An axis near ``values``, for lines, which need not start at zero.

    It starts at the round ``step`` below the lowest value, one lower when less than half a step is left for
    a label, and ends at the one above the highest, one higher when less than a quarter is left, between
    ``floor`` and ``ceiling``. When that takes more than ``most`` ticks the step is doubled until it fits.
    No values: the whole range. Raises ``Refused`` when a value lies outside the range.
    """
    if not values:
        return whole_axis(floor, ceiling, most=most)
    lowest, highest = min(values), max(values)
    if lowest < floor or highest > ceiling:
        raise Refused("{value} lies outside {low} to {high}.", value=lowest, low=floor, high=ceiling)
    while True:
        low = _down(lowest, step)
        if lowest - low < step / 2:
            low -= step
        high = _up(highest, step)
        if high - highest < step / 4:
            high += step
        low = max(_down(floor, step), low)
        high = max(low + step, min(_up(ceiling, step), high))
        if (high - low) / step < most:
            return Axis(low, high, step)
        step *= 2


def whole_axis(low: Decimal, high: Decimal, *, most: int = 6, whole: bool = False) -> Axis:
    """An axis over all of ``low`` to ``high``, widened to round steps, with at most ``most`` ticks.

    For bars, which start at zero; ``whole`` where things are counted: no tick at half a pupil. A range
    without length gets one step.
    """
    span = high - low
    power = span.adjusted() - 1 if span > 0 else 0
    if whole:
        power = max(0, power)
    while True:
        for factor in STEPS:
            candidate = factor * Decimal(10) ** power  # never 1.0: a tick is written as it stands
            start, end = _down(low, candidate), _up(high, candidate)
            if (end - start) / candidate < most:
                return Axis(start, max(end, start + candidate), candidate)
        power += 1


def runs(values: Sequence[Decimal | None]) -> tuple[tuple[int, ...], ...]:
    """The places of ``values`` that hang together: a line is drawn over each, never across a gap."""
    found: list[list[int]] = []
    for place, value in enumerate(values):
        if value is None:
            continue
        if found and found[-1][-1] == place - 1:
            found[-1].append(place)
        else:
            found.append([place])
    return tuple(tuple(run) for run in found)


def spread(places: Sequence[float], gap: float, low: float, high: float) -> tuple[float, ...]:
    """Places for labels: near ``places``, in their order, ``gap`` apart, within low to high.

    When there is no room for all of them they are laid out evenly from low to high.
    """
    count = len(places)
    if count > 1 and gap * (count - 1) > high - low:
        gap = (high - low) / (count - 1)
    order = sorted(range(count), key=lambda number: (places[number], number))
    result = [0.0] * count
    below = low - gap
    for number in order:
        result[number] = below = max(places[number], below + gap)
    above = high + gap
    for number in reversed(order):
        result[number] = above = min(result[number], above - gap)
    return tuple(result)


def _down(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(rounding=ROUND_FLOOR) * step


def _up(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(rounding=ROUND_CEILING) * step
