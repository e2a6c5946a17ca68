"""What a picture file says of itself in its first bytes."""

from __future__ import annotations

from emis_desktop.rules.jpeg import jpeg_size

_PNG = b"\x89PNG\r\n\x1a\n"


def picture_size(image: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG or JPEG; None for anything else."""
    return png_size(image) or jpeg_size(image)


def png_size(image: bytes) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG; None for anything else."""
    if not image.startswith(_PNG) or len(image) < 24 or image[12:16] != b"IHDR":
        return None
    return int.from_bytes(image[16:20], "big"), int.from_bytes(image[20:24], "big")
