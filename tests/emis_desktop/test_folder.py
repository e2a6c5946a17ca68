"""The state of a data folder, from the files in it alone."""

from pathlib import Path

from emis_desktop.folder import FolderState, folder_state
from emis_desktop.settings import Home


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
    home.setting_up.touch()
    assert folder_state(home) is FolderState.NEW
