"""Heads of requests: what is signed, and that nothing else is read as one."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.signing import (
    Signed,
    by_device,
    by_token,
    bytes64,
    read,
    request_text,
    standing_text,
    text64,
)

SITE = UUID("0190a0b0-0000-7000-8000-000000000001")


def test_a_head_is_read_as_it_was_written() -> None:
    head = by_device(SITE, bytes(64))
    assert head == "E1 AZCgsAAAcACAAAAAAAAAAQ " + "A" * 86
    assert read(head) == Signed(SITE, bytes(64))
    assert read(by_token("abc.def")) == "abc.def"


@given(st.text(max_size=120))
def test_no_other_text_is_read(text: str) -> None:
    found = read(text)
    assert found is None or (isinstance(found, str) and by_token(found) == text) or text.startswith("E1 ")


def test_shapes_that_are_nearly_right() -> None:
    head = by_device(SITE, bytes(64))
    for wrong in (
        "",
        "T ",
        "T a b",
        head + " ",
        head[:-1],
        head + "A",
        head.replace("E1", "E2"),
        head[:-1] + "B",
    ):
        assert read(wrong) is None


@given(st.binary(max_size=80))
def test_bytes_as_text(raw: bytes) -> None:
    assert bytes64(text64(raw)) == raw


def test_every_part_of_a_request_is_signed() -> None:
    texts = {
        request_text("POST", "/a", b"x", SITE),
        request_text("PUT", "/a", b"x", SITE),
        request_text("POST", "/b", b"x", SITE),
        request_text("POST", "/a", b"y", SITE),
        request_text("POST", "/a", b"x", UUID(int=1)),
        standing_text("lost", SITE, b"n"),
        standing_text("stolen", SITE, b"n"),
    }
    assert len(texts) == 7
    assert request_text("POST", "/a", b"x", SITE) == request_text("POST", "/a", b"x", SITE.bytes)
