"""The size of a JPEG from its first bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.jpeg import jpeg_size

FRAME = b"\xff\xc2\x00\x11\x08\x01\x90\x01\x2c" + b"\x03" * 10


@pytest.mark.parametrize(
    "image",
    [
        b"\xff\xd8" + FRAME,
        b"\xff\xd8\xff\xe0\x00\x04ab" + FRAME,
        b"\xff\xd8\xff\x01\xff\xd0\xff\xc4\x00\x03x" + FRAME,
    ],
    ids=["bare", "after a segment", "after markers without a length"],
)
def test_height_and_width_are_read(image: bytes) -> None:
    assert jpeg_size(image) == (300, 400)


@pytest.mark.parametrize(
    "image",
    [
        *(b"", b"GIF89a", b"\x89PNG\r\n", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00", b"\xff\xd8" + b"x" * 20),
        b"\xff\xd8\xff\xe0\xff\xff" + FRAME,
    ],
)
def test_what_is_none(image: bytes) -> None:
    assert jpeg_size(image) is None


@given(st.binary(max_size=200))
def test_nothing_makes_it_stumble(rest: bytes) -> None:
    found = jpeg_size(b"\xff\xd8" + rest)
    assert found is None or all(0 <= side < 65_536 for side in found)
