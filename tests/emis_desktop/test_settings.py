"""The data folder's layout, and choices that survive anything found in their file."""

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop import settings
from emis_desktop.errors import CannotSave
from emis_desktop.settings import Home, Settings, find_home, load_settings, save_settings

WHEN = datetime(2026, 11, 5, 7, 30, tzinfo=UTC)


def test_the_home_is_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMIS_HOME", str(tmp_path / "school data"))
    assert find_home() == Home(tmp_path / "school data")


def test_a_relative_home_does_not_move_with_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EMIS_HOME", "demo")
    assert find_home().root == tmp_path / "demo"


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_without_it_the_platform_says(monkeypatch: pytest.MonkeyPatch, blank: str | None) -> None:
    monkeypatch.delenv("EMIS_HOME", raising=False)
    if blank is not None:
        monkeypatch.setenv("EMIS_HOME", blank)
    assert find_home().root.name == "emis-desktop"


def test_the_layout_lies_inside_the_home() -> None:
    home = Home(Path("/home"))
    places = [home.keyring, home.settings, home.stores, home.snapshots, home.profiles, home.logs]
    places += [home.setting_up, home.front]
    assert all(place.is_relative_to("/home") for place in [*places, home.program_lock, home.store("a-1")])
    assert home.store("school-1") == Path("/home/stores/school-1.db")


@pytest.mark.parametrize("odd", ["", "../keyring", "A", "a/b", "-a", "a.b", "a" * 81])
def test_a_store_id_never_leads_elsewhere(odd: str) -> None:
    with pytest.raises(ValueError, match="small letters"):
        Home(Path("/home")).store(odd)


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP, errno.EROFS])
def test_a_file_system_without_owners_is_no_reason_to_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    home = Home(tmp_path / "stick")
    home.make()
    home.root.chmod(0o755)

    def refuse(path: Path, mode: int) -> None:
        raise OSError(number, "no owners here", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "chmod", refuse)
        home.make()
    assert home.root.stat().st_mode & 0o777 == 0o755


def test_folders_are_made_private_and_leftovers_cleared(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.make()
    (home.stores / ".a.db.11223344.part").write_bytes(b"x")
    os.utime(home.stores / ".a.db.11223344.part", (0, 0))
    home.make()
    assert list(home.stores.iterdir()) == [home.snapshots]
    for folder in (home.root, home.stores, home.snapshots, home.logs):
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps who reads a folder elsewhere")
def test_a_folder_that_was_open_to_others_is_closed_but_not_one_that_all_share(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.root.mkdir(mode=0o755)
    home.make()
    assert home.root.stat().st_mode & 0o777 == 0o700
    home.root.chmod(0o1777)
    home.make()
    assert home.root.stat().st_mode & 0o7777 == 0o1777
    home.root.chmod(0o700)


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CannotSave):
        Home(tmp_path / "file" / "home").make()


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "settings.json"
    chosen = Settings("fr", "dark", 25, WHEN, "D:/école", {"later": [1, 2]}, 14, "D:/école/a.emis")
    save_settings(path, chosen)
    loaded = load_settings(path)
    assert loaded.settings == chosen
    assert loaded.kept_aside is None


def test_a_laptop_without_settings_has_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.json") == settings.Loaded(Settings())


def test_keys_of_a_later_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"theme": "light", "zoom": 1.5}')
    save_settings(path, load_settings(path).settings)
    assert json.loads(path.read_text())["zoom"] == 1.5


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("language", 7),
        ("theme", "pink"),
        ("theme", ["dark"]),
        ("auto_lock_minutes", 0),
        ("auto_lock_minutes", "10"),
        ("auto_lock_minutes", True),
        ("auto_lock_minutes", 100_000),
        ("backup_days", 0),
        ("backup_days", "7"),
        ("backup_days", True),
        ("last_backup_at", "yesterday"),
        ("last_backup_at", "2026-11-05T07:30:00"),
        ("last_backup_at", 5),
        ("last_backup_place", {}),
        ("last_copy_place", 3),
    ],
)
def test_an_odd_value_gives_its_default_and_leaves_the_others(tmp_path: Path, name: str, odd: object) -> None:
    path = tmp_path / "settings.json"
    save_settings(path, Settings("es", "dark", 5, WHEN, "E:/"))
    path.write_text(json.dumps({**json.loads(path.read_text()), name: odd}))
    got = load_settings(path).settings
    for field in (
        *("language", "theme", "auto_lock_minutes", "last_backup_at", "last_backup_place", "backup_days"),
        "last_copy_place",
    ):
        expected = Settings() if field == name else Settings("es", "dark", 5, WHEN, "E:/")
        assert getattr(got, field) == getattr(expected, field)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{}", b"[1]", b"null", b"[" * 100_000])
def test_a_damaged_file_is_kept_aside_and_the_defaults_are_used(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    loaded = load_settings(path)
    assert loaded.settings == Settings()
    assert loaded.kept_aside is not None
    assert loaded.kept_aside.read_bytes() == content
    assert not path.exists()


def test_a_damaged_file_that_cannot_be_moved_is_no_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError

    path = tmp_path / "settings.json"
    path.write_bytes(b"{")
    monkeypatch.setattr(Path, "replace", refuse)
    assert load_settings(path) == settings.Loaded(Settings())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(["language", "theme", "auto_lock_minutes", "last_backup_at", "x"]), json_values
    )
)
def test_no_content_is_a_crash(tmp_path_factory: pytest.TempPathFactory, content: dict[str, Any]) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.json"
    path.write_text(json.dumps(content))
    got = load_settings(path).settings
    assert got.theme in settings.THEMES
    assert 1 <= got.auto_lock_minutes <= 240
