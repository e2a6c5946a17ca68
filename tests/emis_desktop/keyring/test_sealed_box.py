"""Sealed values open with the class key, in their own cell, and not otherwise."""

import unicodedata
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.errors import Refused, StoreDamaged
from emis_desktop.keyring.class_exchange import key_id
from emis_desktop.keyring.crypto import seal
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.sealed_box import SEALED, SealedBox, row_context
from emis_desktop.rules.rights import SensitivityClass
from emis_desktop.secret import random_key

HEALTH, CASE, FINANCE = SensitivityClass.HEALTH, SensitivityClass.CASE, SensitivityClass.FINANCE
CELL = row_context("health_note", "text", UUID(int=5))


@pytest.fixture
def keys() -> OpenKeys:
    held = OpenKeys(uuid4())
    held.put("a", "store", 1, random_key())
    held.put("a", "health", 1, random_key())
    held.put("a", "case", 1, random_key())
    return held


@pytest.fixture
def box(keys: OpenKeys) -> SealedBox:
    return SealedBox(keys, "a")


def _box() -> SealedBox:
    held = OpenKeys(uuid4())
    held.put("a", "health", 1, random_key())
    return SealedBox(held, "a")


@given(st.text())
def test_every_text_comes_back_in_composed_form(text: str) -> None:
    box = _box()
    assert box.open(HEALTH, CELL, box.seal(HEALTH, CELL, text)) == unicodedata.normalize("NFC", text)


def test_the_layout_is_version_name_of_the_key_nonce_text_tag(keys: OpenKeys, box: SealedBox) -> None:
    sealed = box.seal(HEALTH, CELL, "asthma")
    assert sealed[:9] == b"\x02" + key_id("health", keys.key("a", "health"))
    assert len(sealed) == 1 + 8 + 12 + 6 + 16
    assert b"asthma" not in sealed
    assert box.seal(HEALTH, CELL, "asthma") != sealed


@pytest.mark.parametrize(
    "elsewhere",
    [
        row_context("health_note", "text", UUID(int=6)),
        row_context("health_note", "other", UUID(int=5)),
        row_context("case_note", "text", UUID(int=5)),
        "",
    ],
)
def test_a_box_moved_to_another_cell_does_not_open(box: SealedBox, elsewhere: str) -> None:
    sealed = box.seal(HEALTH, CELL, "asthma")
    with pytest.raises(StoreDamaged, match="health notes"):
        box.open(HEALTH, elsewhere, sealed)


def test_a_box_of_another_class_does_not_open(box: SealedBox) -> None:
    with pytest.raises(Refused, match="not on this laptop"):
        box.open(CASE, CELL, box.seal(HEALTH, CELL, "asthma"))


@given(st.data())
def test_every_flipped_bit_is_found(data: st.DataObject) -> None:
    box = _box()
    sealed = bytearray(box.seal(HEALTH, CELL, "asthma"))
    place = data.draw(st.integers(0, len(sealed) - 1))
    sealed[place] ^= 1 << data.draw(st.integers(0, 7))
    # another name is that of a key which may still come from another laptop
    with pytest.raises(Refused if 1 <= place <= 8 else StoreDamaged):
        box.open(HEALTH, CELL, bytes(sealed))


def test_a_box_of_the_first_layout_opens_by_the_epoch_of_its_key(keys: OpenKeys, box: SealedBox) -> None:
    head = b"\x01\x00\x01"
    bound = b"emis box|" + head + f"|health|{CELL}".encode()
    old = head + seal(keys.key("a", "health", 1), bytearray(b"asthma"), bound)
    assert box.open(HEALTH, CELL, old) == "asthma"
    with pytest.raises(StoreDamaged):
        box.open(HEALTH, CELL, b"\x01\x00\x07" + old[3:])


@given(st.binary(max_size=40))
def test_rubbish_is_found(rubbish: bytes) -> None:
    with pytest.raises((StoreDamaged, Refused)):
        _box().open(HEALTH, CELL, rubbish)


def test_without_the_class_key_nothing_is_read_or_written(keys: OpenKeys, box: SealedBox) -> None:
    assert not box.may(FINANCE)
    with pytest.raises(Refused, match="You may not read finance notes on this laptop"):
        box.seal(FINANCE, CELL, "12")
    sealed = box.seal(HEALTH, CELL, "asthma")
    other = OpenKeys(uuid4())
    other.put("a", "store", 1, bytearray(keys.key("a")))
    with pytest.raises(Refused, match="You may not read health notes on this laptop"):
        SealedBox(other, "a").open(HEALTH, CELL, sealed)


@pytest.mark.parametrize("plain", sorted(set(SensitivityClass) - set(SEALED)))
def test_classes_that_are_not_sealed_have_no_boxes(box: SealedBox, plain: SensitivityClass) -> None:
    assert not box.may(plain)
    with pytest.raises(Refused, match="You may not read records"):
        box.seal(plain, CELL, "x")


def test_a_new_class_key_seals_and_the_old_one_still_opens(keys: OpenKeys, box: SealedBox) -> None:
    before = box.seal(CASE, CELL, "before")
    keys.put("a", "case", 2, random_key())
    after = box.seal(CASE, CELL, "after")
    assert after[1:9] == key_id("case", keys.key("a", "case", 2)) != before[1:9]
    assert (box.open(CASE, CELL, before), box.open(CASE, CELL, after)) == ("before", "after")
    keys.drop_before("a", "case", 2)
    with pytest.raises(Refused, match="not on this laptop yet"):
        box.open(CASE, CELL, before)


def test_after_locking_nothing_opens(keys: OpenKeys, box: SealedBox) -> None:
    sealed = box.seal(HEALTH, CELL, "asthma")
    keys.wipe()
    with pytest.raises(Refused):
        box.open(HEALTH, CELL, sealed)
