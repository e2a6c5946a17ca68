"""The state of a data folder, from the files in it alone."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emis_desktop.folder import FolderState, folder_state
from emis_desktop.keyring.records import Ring
from emis_desktop.keyring.ring_file import RingFile
from emis_desktop.settings import Home
from tests.factories.laptops import SetUp, new_laptop


def test_each_state_by_the_files_that_make_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert folder_state(home) is FolderState.NEW
    home.make()
    assert folder_state(home) is FolderState.NEW
    home.store("a").touch()
    assert folder_state(home) is FolderState.KEYS_LOST
    home.keyring.with_name("keyring.json.bak").touch()
    assert folder_state(home) is FolderState.READY
    home.keyring.touch()
    assert folder_state(home) is FolderState.READY


@pytest.fixture
def made(tmp_path: Path) -> SetUp:
    """A laptop that is set up, and nobody has signed in yet."""
    return new_laptop(tmp_path / "home")


def store_id(home: Home) -> str:
    (store,) = home.stores.glob("*.db")
    return store.stem


def test_a_setting_up_that_was_cut_short_is_new_at_each_step(made: SetUp) -> None:
    home = made.home
    home.setting_up.write_text(store_id(home), "utf-8")
    assert folder_state(home) is FolderState.NEW
    home.keyring.unlink()  # the copy takes its name first
    assert folder_state(home) is FolderState.NEW
    home.store(store_id(home)).unlink()
    assert folder_state(home) is FolderState.NEW
    for path in home.root.glob("keyring.json*"):
        path.unlink()
    assert folder_state(home) is FolderState.NEW


@pytest.mark.parametrize("note", ["", "another-store", "*", "../stores/*", "\udcff"])
def test_a_note_that_does_not_name_the_records_makes_nothing_new(made: SetUp, note: str) -> None:
    made.home.setting_up.write_bytes(note.encode("utf-8", "surrogateescape"))
    assert folder_state(made.home) is FolderState.READY
    for path in made.home.root.glob("keyring.json*"):
        path.unlink()
    assert folder_state(made.home) is FolderState.KEYS_LOST


def test_records_that_somebody_signed_in_to_are_never_new(made: SetUp) -> None:
    home = made.home
    home.setting_up.write_text(store_id(home), "utf-8")

    def seen(ring: Ring) -> Ring:
        return replace(ring, users=(replace(ring.users[0], seen=datetime(2026, 9, 7, tzinfo=UTC)),))

    RingFile(home.keyring).change(seen)
    assert folder_state(home) is FolderState.READY
    for path in (home.keyring, home.keyring.with_name("keyring.json.bak")):
        path.write_bytes(b"{")
    assert folder_state(home) is FolderState.READY, "keys that cannot be read are told as such"
    for path in home.root.glob("keyring.json*"):
        path.unlink()
    assert folder_state(home) is FolderState.KEYS_LOST
