"""The size of a picture, from its first bytes."""

from emis_desktop.rules.images import picture_size, png_size

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (12).to_bytes(4, "big") + (34).to_bytes(4, "big")


def test_a_png_says_its_size() -> None:
    assert png_size(PNG) == picture_size(PNG) == (12, 34)


def test_anything_else_has_none() -> None:
    for other in (b"", PNG[:20], PNG.replace(b"IHDR", b"IDAT"), b"GIF89a", PNG[1:]):
        assert picture_size(other) is None
