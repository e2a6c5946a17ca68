"""What was typed into a cell and refused: it stays there until it is mended or given up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """A refused text, and why in the user's language.

    ``unstored``: nothing stands against it, only the laptop could not store it; it is tried again.
    """

    text: str
    reason: str
    unstored: bool = False
