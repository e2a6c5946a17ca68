"""What a locked laptop asks: may it still? No key is held then, and no record is touched."""

from __future__ import annotations

from emis_desktop.errors import Refused
from emis_desktop.settings import Home
from sync.ended import ended
from sync.standing import ask_now

DEVICE = "device"


def has_joined(home: Home) -> bool:
    """Whether there is anybody to ask."""
    return any((home.root / DEVICE).glob("*.json"))


def ask_standing(home: Home) -> None:
    """Ask the server of each store of this laptop. A stolen laptop has its keys destroyed here.

    Raises :class:`Refused` in the words of the refusal, :class:`~sync.engine.line.LineFault` without a line.
    """
    for path in sorted((home.root / DEVICE).glob("*.json")):
        ask_now(home, path.stem)
    refusal = shut(home)
    if refusal is not None:
        raise refusal


def shut(home: Home) -> Refused | None:
    """Why the records of this laptop were closed for good; None where they were not."""
    found = ended(home)
    return found.refusal() if found is not None else None
