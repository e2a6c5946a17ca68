"""The laptop's choices as the screens see them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from emis_desktop.errors import CannotSave
from emis_desktop.settings import Home, Settings, load_settings, save_settings
from ui.laptop_settings import LaptopSettings

WHEN = datetime(2026, 11, 5, 8, 52, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_change_is_written_at_once_and_told(home: Home, qtbot: QtBot) -> None:
    settings = LaptopSettings(home)
    assert settings.now == Settings()
    with qtbot.waitSignal(settings.changed):
        settings.change(language="fr", theme="dark", auto_lock_minutes=5, backup_days=14)
    assert (settings.language, settings.theme) == ("fr", "dark")
    assert (settings.auto_lock_minutes, settings.backup_days) == (5, 14)
    assert load_settings(home.settings).settings == settings.now
    with qtbot.assertNotEmitted(settings.changed):
        settings.change(language="fr")


def test_what_another_part_wrote_meanwhile_is_kept(home: Home, qtbot: QtBot) -> None:
    settings = LaptopSettings(home)
    save_settings(home.settings, Settings(last_backup_at=WHEN, last_backup_place="/media/stick/a.emis"))
    settings.change(theme="light")
    assert (settings.last_backup_at, settings.last_backup_place) == (WHEN, "/media/stick/a.emis")
    save_settings(home.settings, Settings())
    with qtbot.waitSignal(settings.changed):
        settings.reload()
    assert settings.last_backup_at is None


def test_a_screen_keeps_something_under_its_own_name(home: Home) -> None:
    settings = LaptopSettings(home)
    assert settings.remembered("place") == {}
    settings.remember("place", {"school": "1"})
    settings.remember("list", {"columns": [1, 2]})
    again = LaptopSettings(home)
    assert again.remembered("place") == {"school": "1"}
    assert again.remembered("list") == {"columns": [1, 2]}


def test_a_disk_that_takes_nothing_is_told_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    settings = LaptopSettings(Home(tmp_path / "home"))
    with pytest.raises(CannotSave):
        settings.change(theme="dark")
    assert settings.theme == "system"
