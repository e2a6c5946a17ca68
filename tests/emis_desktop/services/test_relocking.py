"""A store that gets a new key leaves no older copy behind that the old key opens."""

from pathlib import Path

import pytest

from emis_desktop import cipher, copies
from emis_desktop.errors import CannotSave
from emis_desktop.secret import random_key
from emis_desktop.services.users import relocking


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "stores" / "school-1.db"


def made(store: Path) -> tuple[bytearray, bytearray, list[Path]]:
    """A store with two snapshots under its key, a key to come, and all three files."""
    old, new = random_key(), random_key()
    connection = cipher.connect(store, old, create=True)
    connection.execute("CREATE TABLE pupil (name)")
    connection.close()
    snapshots = [copies.take_snapshot(store, old, version).path for version in (1, 2)]
    return old, new, [store, *snapshots]


def test_the_store_and_its_snapshots_get_the_new_key(store: Path) -> None:
    old, new, everything = made(store)
    relocking(store).relock(old, new)
    assert [cipher.fits(path, new) for path in everything] == [True] * 3
    assert [cipher.fits(path, old) for path in everything] == [False] * 3


def test_begun_and_stopped_it_can_be_done_again(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new, everything = made(store)
    give_new_key = cipher.give_new_key

    def full(path: Path, before: bytearray, after: bytearray) -> None:
        if path == store:
            raise CannotSave("full")
        give_new_key(path, before, after)

    monkeypatch.setattr(cipher, "give_new_key", full)
    with pytest.raises(CannotSave):
        relocking(store).relock(old, new)
    monkeypatch.undo()
    file = relocking(store)
    assert not file.fits(new)
    file.relock(old, new)
    assert [cipher.fits(path, new) for path in everything] == [True] * 3
