"""Pictures that people bring: a crest, a photo. What cannot be read is left out, never raised."""

from functools import lru_cache
from io import BytesIO

from PIL import Image, UnidentifiedImageError
from reportlab.lib.utils import ImageReader

MOST_PIXELS = 16_000_000
"""A larger picture is no crest and no portrait, and would take the memory of a small laptop."""

_FORMATS = ("PNG", "JPEG")


@lru_cache(maxsize=64)
def picture(content: bytes) -> ImageReader | None:
    """The PNG or JPEG ``content`` ready for a page; None when it is neither, broken, or too large."""
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            image.load()
        return ImageReader(BytesIO(content))
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
