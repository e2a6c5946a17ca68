"""The note in a data folder that says it holds a demonstration, and where its two laptops meet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from emis_desktop.settings import Home

NOTE: Final = "demo.json"
"""Says that a data folder holds a demonstration, of which size, whether it is complete, which program made
it, and, once it has joined the server, where the folder of the two laptops is.
"""
PAIR: Final = "pair"
MAKER: Final = "maker"
_NUMBERS: Final = ("pupils", "seed", "finished")


def noted(home: Home) -> dict[str, Any] | None:
    """What the folder's note says of the demonstration in it; ``None`` when there is none."""
    try:
        found = json.loads((home.root / NOTE).read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict):
        return None
    return found if all(isinstance(found.get(name), int) for name in _NUMBERS) else None


def pair_of(home: Home) -> Path | None:
    """The folder in which the server of this laptop of a demonstration is; ``None`` for any other laptop."""
    pair = (noted(home) or {}).get(PAIR)
    return (home.root / pair).resolve() if isinstance(pair, str) else None
