"""The crest a school has until it brings its own: a shield with the sun rising over three waves."""

from math import cos, pi, sin
from typing import Final

from reports.style import Colour

WIDTH: Final = 100.0
HEIGHT: Final = 120.0
"""The units of the picture; y runs down."""

_SHIELD = "1 1 m 99 1 l 99 66 l 99 96 72 110 50 119 c 28 110 1 96 1 66 c h"
_SUN = (50.0, 53.0, 14.5)
_WAVES = (62.0, 75.0, 88.0)


def crest(accent: Colour, line: Colour) -> str:
    """The PDF operators of the shield, filled with ``accent`` and outlined with ``line``."""
    fill = " ".join(f"{part:.3g}" for part in accent)
    stroke = " ".join(f"{part:.3g}" for part in line)
    return "\n".join(
        (
            f"{fill} rg {_SHIELD} f",
            f"q {_SHIELD} W n 1 g 1 G 1 J",
            _sun(),
            f"3 w {_rays()} S",
            f"3.4 w {' '.join(_wave(y) for y in _WAVES)} S",
            f"Q {stroke} RG 1.6 w {_SHIELD} S",
        )
    )


def _sun() -> str:
    """The upper half of the sun, standing on the first wave's height."""
    x, y, radius = _SUN
    k = radius * 0.5523
    return (
        f"{x - radius} {y} m {x - radius} {y - k:.2f} {x - k:.2f} {y - radius} {x} {y - radius} c "
        f"{x + k:.2f} {y - radius} {x + radius} {y - k:.2f} {x + radius} {y} c h f"
    )


def _rays() -> str:
    """Nine rays around the sun."""
    x, y, radius = _SUN
    rays = []
    for number in range(9):
        angle = pi * number / 8
        across, up = cos(angle), sin(angle)
        inner, outer = radius + 5.5, radius + 13.0
        rays.append(
            f"{x - inner * across:.2f} {y - inner * up:.2f} m {x - outer * across:.2f} {y - outer * up:.2f} l"
        )
    return " ".join(rays)


def _wave(y: float) -> str:
    """A line of swell from edge to edge."""
    swells = (f"{start + 9} {y - 9} {start + 19} {y + 9} {start + 28} {y} c" for start in (-6, 22, 50, 78))
    return " ".join((f"-6 {y} m", *swells))
