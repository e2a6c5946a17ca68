"""Secrets in memory: made without copies, wiped where they stand."""

import ctypes
import os
import unicodedata
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop import secret


def test_wipe_zeroes_in_place_and_keeps_the_length() -> None:
    buffer = bytearray(b"secret")
    view = memoryview(buffer)
    secret.wipe(buffer)
    assert bytes(view) == bytes(6)


def test_burn_overwrites_the_content_of_a_bytes_object_and_nothing_beside_it() -> None:
    result = os.urandom(32)
    place = id(result) + bytes.__basicsize__ - 1
    assert ctypes.string_at(place, 32) == result
    secret.burn(result)
    assert result == bytes(32)
    assert len(result) == 32
    assert ctypes.string_at(place + 32, 1) == b"\x00"


def test_burn_leaves_shared_one_byte_objects_alone() -> None:
    secret.burn(b"A")
    assert bytes([65]) == b"A"


def test_burn_does_nothing_where_the_layout_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "sys", SimpleNamespace(implementation=SimpleNamespace(name="other")))
    result = os.urandom(16)
    before = bytes(bytearray(result))
    secret.burn(result)
    assert result == before


def test_random_keys_have_their_size_and_differ() -> None:
    keys = {bytes(secret.random_key()) for _ in range(50)}
    assert len(keys) == 50
    assert {len(key) for key in keys} == {32}
    assert len(secret.random_key(20)) == 20


@given(st.text(st.characters(codec="utf-8")))
def test_a_buffer_holds_the_composed_form_in_utf8(text: str) -> None:
    assert secret.as_buffer(text) == unicodedata.normalize("NFC", text).encode()


@given(st.text(st.characters(codec="utf-8")))
def test_composed_and_decomposed_typing_give_the_same_bytes(text: str) -> None:
    apart, together = unicodedata.normalize("NFD", text), unicodedata.normalize("NFC", text)
    assert secret.as_buffer(apart) == secret.as_buffer(together)


def test_a_lone_surrogate_from_a_broken_keyboard_is_no_crash() -> None:
    assert secret.as_buffer("a\ud800") == b"a\xed\xa0\x80"


def test_memory_is_given_back_where_the_library_can(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(ctypes, "pythonapi", SimpleNamespace(malloc_trim=asked.append))
    secret.give_back_memory()
    assert asked == [0]
    monkeypatch.setattr(ctypes, "pythonapi", SimpleNamespace())
    secret.give_back_memory()
