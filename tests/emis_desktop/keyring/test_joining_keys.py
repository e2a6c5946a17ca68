"""Keys of a laptop that asks to join: on the disk before it asks, and open to the code alone."""

import os
import stat
from pathlib import Path

import pytest

from emis_desktop.keyring.joining_keys import JoiningFile, JoiningKeys

CODE = bytes(range(10))


def facts(keys: JoiningKeys) -> tuple[bytes, bytes, bytes]:
    with keys.device as device:
        return device.sign_public, device.box_public, keys.standing


def test_the_same_code_gives_the_same_keys_also_in_another_process(tmp_path: Path) -> None:
    keys = JoiningFile(tmp_path).keys(CODE)
    signed = keys.device.sign(b"text")
    again = JoiningFile(tmp_path).keys(CODE)
    assert again.device.sign(b"text") == signed
    assert facts(again) == facts(keys)
    assert len(keys.standing) == 16


def test_a_slip_that_is_another_code_throws_nothing_away(tmp_path: Path) -> None:
    place = JoiningFile(tmp_path)
    first = facts(place.keys(CODE))
    others = {facts(place.keys(os.urandom(10))) for _ in range(3)}
    assert len(others | {first}) == 4
    assert facts(place.keys(CODE)) == first


def test_only_a_few_are_kept(tmp_path: Path) -> None:
    place = JoiningFile(tmp_path)
    first = facts(place.keys(CODE))
    for _ in range(4):
        place.keys(os.urandom(10))
    assert facts(place.keys(CODE)) != first


def test_the_file_tells_nothing_without_the_code_and_is_its_owners(tmp_path: Path) -> None:
    place = JoiningFile(tmp_path)
    keys = place.keys(CODE)
    secret = bytes(keys.device.secret())
    content = place.path.read_bytes()
    assert secret[:16] not in content
    assert keys.device.sign_public not in content
    if os.name == "posix":
        assert stat.S_IMODE(place.path.stat().st_mode) == 0o600


def test_what_is_forgotten_leaves_nothing_behind(tmp_path: Path) -> None:
    place = JoiningFile(tmp_path)
    first = facts(place.keys(CODE))
    place.forget()
    place.forget()
    assert not place.path.parent.exists()
    assert facts(place.keys(CODE)) != first
    (place.path.parent / "store.json").write_text("{}")
    place.forget()
    assert [one.name for one in place.path.parent.iterdir()] == ["store.json"]


@pytest.mark.parametrize("damage", [b"", b"{", b'{"format":"another","kept":[]}', b"[" * 100_000])
def test_a_damaged_file_stops_nobody(tmp_path: Path, damage: bytes) -> None:
    place = JoiningFile(tmp_path)
    place.keys(CODE)
    place.path.write_bytes(damage)
    made = facts(place.keys(CODE))
    assert facts(place.keys(CODE)) == made
