"""What a JPEG says of itself: its size in pixels, read from its first segments without decoding it.

Layout after ITU-T T.81: markers of two bytes (0xFF and a code), most followed by a length; the frame header
(SOF) holds height and width.
"""

from typing import Final

_START: Final = b"\xff\xd8"
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD8)})


def jpeg_size(image: bytes) -> tuple[int, int] | None:
    """Width and height of a JPEG; None for anything that is none."""
    if not image.startswith(_START):
        return None
    at = len(_START)
    while at + 9 <= len(image) and image[at] == 0xFF:
        code = image[at + 1]
        if code in _FRAMES:
            return int.from_bytes(image[at + 7 : at + 9], "big"), int.from_bytes(
                image[at + 5 : at + 7], "big"
            )
        at += 2 if code in _BARE else 2 + int.from_bytes(image[at + 2 : at + 4], "big")
    return None
