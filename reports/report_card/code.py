"""The QR code, drawn as one filled path so that it stays sharp at every size."""

from dataclasses import dataclass
from functools import cache
from itertools import compress
from typing import Any

import zxingcpp

_DARK = bytes([1]) + bytes(255)
"""Translates a picture's bytes, 0 for dark, into 1 for dark and 0 for light."""


@dataclass(frozen=True, slots=True)
class Code:
    """``modules`` by ``modules`` squares; ``path`` fills the dark ones, one unit a square, y down."""

    modules: int
    path: str


def qr_code(payload: bytes) -> Code:
    """The QR code (error correction M) that says ``payload``; raises ``ValueError`` when it is too long."""
    barcode = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = barcode.to_image(scale=1, add_quiet_zones=False)
    modules: int = image.shape[1]
    return Code(modules, _path(bytes(memoryview(image)).translate(_DARK), modules))


def _path(dark: bytes, modules: int) -> str:
    """One rectangle for every run of dark squares in a row.

    The squares are the bytes of one large number: a run starts where the square before is light or a row
    begins, and ends likewise.
    """
    corners, widths, row_starts, row_ends = _parts(modules)
    squares = int.from_bytes(dark)
    size = len(dark)
    starts = (squares & ~(squares >> 8) | squares & row_starts).to_bytes(size)
    ends = (squares & ~(squares << 8) | squares & row_ends).to_bytes(size)
    places = range(size)
    runs = zip(compress(corners, starts), compress(places, starts), compress(places, ends), strict=True)
    return "\n".join([corner + widths[end - start] for corner, start, end in runs]) + "\nf"


@cache
def _parts(modules: int) -> tuple[list[str], list[str], int, int]:
    """For codes of one size: the corner of every square, the rest of a rectangle by its length less one, and
    the squares at which rows start and end.
    """
    corners = [f"{x} {y} " for y in range(modules) for x in range(modules)]
    widths = [f"{width} 1 re" for width in range(1, modules + 1)]
    light = bytes(modules - 1)
    return (
        corners,
        widths,
        int.from_bytes((b"\x01" + light) * modules),
        int.from_bytes((light + b"\x01") * modules),
    )
