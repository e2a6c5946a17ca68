"""The laptop's own key: usable by whoever opens the store, by nobody else, whatever that key becomes."""

import os
from pathlib import Path
from uuid import UUID

import pytest

from emis_desktop.errors import Refused, StoreDamaged
from emis_desktop.keyring.crypto import DoesNotOpenError, seal_to
from emis_desktop.keyring.device_keys import Contact, DeviceFile, new_keys
from emis_desktop.keyring.open_keys import OpenKeys
from emis_desktop.keyring.signing import is_signed

STORE = "0190a0b0-store"
CONTACT = Contact(UUID(int=5), "https://emis.example.org", b"k" * 32, b"t" * 16)


def holding(key: bytes, epoch: int = 1) -> OpenKeys:
    keys = OpenKeys(UUID(int=1))
    keys.put(STORE, "store", epoch, bytearray(key))
    return keys


@pytest.fixture
def place(tmp_path: Path) -> DeviceFile:
    return DeviceFile(tmp_path, STORE)


def test_what_is_saved_opens_with_the_stores_key_alone(place: DeviceFile) -> None:
    made = new_keys()
    place.save(made, holding(b"a" * 32), CONTACT)
    with place.open(holding(b"a" * 32)) as found:
        assert found.sign_public == made.sign_public
        assert is_signed(made.sign_public, found.sign(b"text"), b"text")
        sealed = seal_to(made.box_public, bytearray(b"secret"), b"context")
        assert found.open(sealed, b"context") == b"secret"
        with pytest.raises(DoesNotOpenError):
            found.open(sealed, b"other")
    with pytest.raises(Refused):
        found.sign(b"text")
    with pytest.raises(Refused):
        place.open(holding(b"b" * 32))
    content = place.path.read_bytes()
    assert bytes(made.secret()) not in content
    if os.name == "posix":
        assert place.path.stat().st_mode & 0o077 == 0


def test_two_laptops_have_two_keys(tmp_path: Path) -> None:
    assert new_keys().sign_public != new_keys().sign_public
    one, other = DeviceFile(tmp_path / "one", STORE), DeviceFile(tmp_path / "other", "another-store")
    one.save(new_keys(), holding(b"a" * 32), CONTACT)
    other.path.parent.mkdir(parents=True)
    other.path.write_bytes(one.path.read_bytes())
    keys = OpenKeys(UUID(int=1))
    keys.put("another-store", "store", 1, bytearray(b"a" * 32))
    with pytest.raises(Refused):
        other.open(keys)


def test_a_change_of_the_stores_key_may_stop_anywhere(place: DeviceFile) -> None:
    old, new = bytearray(b"o" * 32), bytearray(b"n" * 32)
    made = new_keys()
    place.save(made, holding(old), CONTACT)
    for _ in range(3):
        place.seal_also(old, new)
    assert place.open(holding(new, 2)).sign_public == made.sign_public
    with pytest.raises(Refused):
        place.open(holding(old))  # after the first opening with the new key the old one opens nothing
    place.save(made, holding(old), CONTACT)
    both = holding(old)
    both.put(STORE, "store", 2, bytearray(new))
    assert place.open(both).sign_public == made.sign_public, (
        "the new key is there and nothing is sealed to it"
    )
    place.seal_also(old, new)
    assert place.open(both).sign_public == made.sign_public
    assert place.open(holding(old)).sign_public == made.sign_public, "the store kept its key: so does this"
    assert place.contact() == CONTACT


def test_a_laptop_that_has_not_joined(place: DeviceFile) -> None:
    assert not place.exists()
    assert place.contact() is None
    place.seal_also(bytearray(32), bytearray(b"n" * 32))
    assert not place.exists()
    with pytest.raises(Refused):
        place.open(holding(b"a" * 32))
    place.destroy()


def test_destroyed_and_damaged(place: DeviceFile) -> None:
    place.save(new_keys(), holding(b"a" * 32), CONTACT)
    assert DeviceFile.beside(place.path.parent.parent / "stores" / f"{STORE}.db").path == place.path
    place.path.write_bytes(place.path.read_bytes()[:-9])
    with pytest.raises(StoreDamaged):
        place.open(holding(b"a" * 32))
    place.destroy()
    assert not place.exists()


def test_a_code_by_telephone_is_noted_once_and_nowhere_without_a_file(place: DeviceFile) -> None:
    assert place.note_phone_code(3)
    place.save(new_keys(), holding(b"a" * 32), CONTACT)
    assert place.note_phone_code(3)
    assert not place.note_phone_code(3)
    assert not place.note_phone_code(2)
    assert place.note_phone_code(4)


def test_keys_that_do_not_open_are_not_sealed_again(place: DeviceFile) -> None:
    place.save(new_keys(), holding(b"a" * 32), CONTACT)
    before = place.path.read_bytes()
    place.seal_also(bytearray(b"b" * 32), bytearray(b"c" * 32))
    assert place.path.read_bytes() == before
