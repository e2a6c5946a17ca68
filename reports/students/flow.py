"""Blocks put one under the other on as many sheets as they need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.canvas import Pen

Draw = Callable[[Pen, float], None]
"""Paints a block from its upper edge."""


@dataclass(frozen=True, slots=True)
class Block:
    """Something ``height`` millimetres high. ``keep``: not parted from the block after it.

    ``head`` is painted once more above a block that comes first on a later sheet: the head of its table.
    """

    height: float
    draw: Draw
    keep: bool = False
    head: "Block | None" = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A block and where it begins."""

    block: Block
    y: float


def spread(blocks: Sequence[Block], first: float, later: float, bottom: float) -> list[list[Placed]]:
    """The blocks on sheets, whose content begins at ``first`` and then at ``later``; at least one sheet.

    Blocks that stay together move to the next sheet together, unless no sheet holds them.
    """
    sheets: list[list[Placed]] = [[]]
    y = first
    for unit in _units(blocks):
        height = sum(block.height for block in unit)
        if y + height > bottom and sheets[-1]:
            sheets.append([])
            y = later
        for block in unit:
            if y + block.height > bottom and sheets[-1]:
                sheets.append([])
                y = later
            if not sheets[-1] and len(sheets) > 1 and block.head is not None:
                sheets[-1].append(Placed(block.head, y))
                y += block.head.height
            sheets[-1].append(Placed(block, y))
            y += block.height
    return sheets


def ends(sheet: Sequence[Placed], top: float) -> float:
    """Where the last block of a sheet ends."""
    return sheet[-1].y + sheet[-1].block.height if sheet else top


def _units(blocks: Sequence[Block]) -> list[list[Block]]:
    units: list[list[Block]] = [[]]
    for block in blocks:
        units[-1].append(block)
        if not block.keep:
            units.append([])
    return [unit for unit in units if unit]
