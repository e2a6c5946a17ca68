"""Of the records that restores put aside, nothing that says something of its own goes early."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from emis_desktop import kept_aside


def state(folder: Path, says: str) -> Path:
    """A folder of records: a key ring and one store."""
    (folder / "stores").mkdir(parents=True)
    (folder / "keyring.json").write_text("ring")
    (folder / "stores" / "s.db").write_text(says)
    return folder


def aside(root: Path, says: str, days: float) -> Path:
    """A state that was put aside ``days`` ago."""
    name = (datetime.now(UTC) - timedelta(days=days)).strftime(kept_aside.NAME)
    return state(root / "replaced" / name, says)


def left(root: Path) -> list[str]:
    kept_aside.tidy(root / "replaced", root / "new")
    return [(path / "stores" / "s.db").read_text() for path in sorted((root / "replaced").iterdir())]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    state(tmp_path / "new", "backup")
    return tmp_path


def test_the_newest_two_that_differ_stay_however_old(root: Path) -> None:
    for says, days in (("first", 400), ("second", 300), ("third", 200)):
        aside(root, says, days)
    assert left(root) == ["second", "third"]


def test_restoring_the_same_backup_again_and_again_pushes_nothing_out(root: Path) -> None:
    aside(root, "original", 400)
    for days in (90, 80, 70):
        aside(root, "backup", days)
    assert left(root) == ["original", "backup"]


def test_a_former_state_that_comes_back_does_not_count_either(root: Path) -> None:
    for says, days in (("original", 400), ("backup", 300), ("later", 200)):
        aside(root, says, days)
    assert left(root) == ["original", "later"]


def test_a_younger_state_stays_while_there_is_room(root: Path) -> None:
    for says, days in (("old", 31), ("young", 29), ("second", 2), ("third", 1)):
        aside(root, says, days)
    assert left(root) == ["young", "second", "third"]


def test_a_clock_that_is_wrong_loses_nothing(root: Path) -> None:
    for says, days in (("a", -900), ("b", -901), ("c", -902)):
        aside(root, says, days)
    assert left(root) == ["a", "b", "c"]


def test_a_full_disk_keeps_the_two_and_what_was_put_aside_just_now(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for says, days in (("a", 4), ("b", 3), ("c", 2), ("backup", 1)):
        aside(root, says, days)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: SimpleNamespace(free=0))
    assert left(root) == ["b", "c", "backup"]


def test_one_of_two_that_are_the_same_goes_and_the_newer_stays(root: Path) -> None:
    older, newer = aside(root, "same", 5), aside(root, "same", 4)
    aside(root, "other", 3)
    assert left(root) == ["same", "other"]
    assert newer.exists()
    assert not older.exists()


def test_a_folder_that_no_restore_made_is_left_alone(root: Path) -> None:
    for says, days in (("a", 400), ("b", 300)):
        aside(root, says, days)
    own = state(root / "replaced" / "mine", "a")
    left(root)
    assert own.exists()


def test_another_ring_another_store_or_a_log_with_content_is_not_the_same(tmp_path: Path) -> None:
    one = state(tmp_path / "one", "says")
    assert kept_aside.same_records(one, state(tmp_path / "two", "says"))
    assert not kept_aside.same_records(one, state(tmp_path / "three", "more"))
    ring = state(tmp_path / "ring", "says")
    (ring / "keyring.json").write_text("gnir")
    assert not kept_aside.same_records(one, ring)
    log = state(tmp_path / "log", "says")
    (log / "stores" / "s.restored").touch()
    (log / "stores" / "s.db-wal").touch()
    assert kept_aside.same_records(one, log)
    (log / "stores" / "s.db-wal").write_text("later")
    assert not kept_aside.same_records(one, log)


def test_what_cannot_be_read_is_not_called_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_paths: object, shallow: bool) -> bool:
        raise OSError(5, f"read fault, shallow {shallow}")

    one, two = state(tmp_path / "one", "says"), state(tmp_path / "two", "says")
    monkeypatch.setattr("filecmp.cmp", broken)
    assert not kept_aside.same_records(one, two)
