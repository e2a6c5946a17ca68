"""How large paper is shown."""

from dataclasses import dataclass
from typing import Final

SCREEN_DPI: Final = 96.0
"""Logical pixels an inch at 100 %."""

_POINTS_PER_INCH: Final = 72.0
STEPS: Final = (50, 75, 100, 125, 150, 200, 300)
LEAST_WIDTH: Final = 120


@dataclass(frozen=True, slots=True)
class Zoom:
    """As wide as its place (``fit`` "width"), all of the page ("page"), or ``percent`` of true size ("")."""

    fit: str = "width"
    percent: int = 100

    def paper_width(self, points: tuple[float, float], room: tuple[int, int]) -> int:
        """Logical pixels that paper of ``points`` (width, height) takes in ``room`` (width, height)."""
        wide, high = points
        if self.fit == "width":
            width = float(room[0])
        elif self.fit == "page":
            width = min(room[0], room[1] * wide / high)
        else:
            width = wide / _POINTS_PER_INCH * SCREEN_DPI * self.percent / 100
        return max(LEAST_WIDTH, round(width))

    @staticmethod
    def percent_of(width: int, points: tuple[float, float]) -> int:
        """What share of its true size paper has that is ``width`` logical pixels wide."""
        return round(width / (points[0] / _POINTS_PER_INCH * SCREEN_DPI) * 100)


def step_from(percent: int, direction: int) -> int:
    """The next of :data:`STEPS` above (1) or below (-1) ``percent``; the last one stays."""
    if direction > 0:
        return next((step for step in STEPS if step > percent), STEPS[-1])
    return next((step for step in reversed(STEPS) if step < percent), STEPS[0])
