"""A store is looked at before it is believed; how it was left is remembered beside it."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from emis_desktop import files, soundness
from emis_desktop.errors import StoreDamaged
from tests.factories.harm import harm_last_page
from tests.factories.stores import Somebody, key, new_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    new_store(tmp_path / "s.db").close()
    return tmp_path / "s.db"


def mark_of(path: Path) -> Path:
    return path.with_suffix(".sound")


def test_a_store_left_as_it_was_needs_no_look_for_a_week(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert soundness.begin(path, key()) is None, "a new store was never looked through"
    now = time.time()
    soundness.end(path, now)
    assert soundness.begin(path, key()) == now
    assert not mark_of(path).exists(), "an open store has no mark: a kill leaves none"
    for later, due in ((soundness.EVERY - 60, False), (soundness.EVERY + 60, True), (-60, True)):
        soundness.end(path, now)
        with monkeypatch.context() as patch:
            patch.setattr("emis_desktop.soundness.time.time", lambda moment=now + later: moment)
            assert (soundness.begin(path, key()) is None) is due, later


def test_a_store_that_was_not_looked_through_gets_no_mark(path: Path) -> None:
    soundness.end(path, None)
    assert not mark_of(path).exists()


def in_the_log(path: Path) -> None:
    path.with_name(f"{path.name}-wal").write_bytes(b"left by a killed program")


def touched(path: Path) -> None:
    os.utime(path, (1, 1))


def odd_mark(path: Path) -> None:
    mark_of(path).write_bytes(b"{")


def no_mark(path: Path) -> None:
    mark_of(path).unlink()


@pytest.mark.parametrize("happening", [in_the_log, touched, odd_mark, no_mark])
def test_whatever_happened_to_the_file_makes_a_look_due(
    path: Path, happening: Callable[[Path], None]
) -> None:
    soundness.end(path, time.time())
    happening(path)
    assert soundness.begin(path, key()) is None


def test_every_page_of_a_store_of_usual_size_is_read_at_its_opening(path: Path) -> None:
    soundness.end(path, time.time())
    before = path.stat()
    harm_last_page(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(StoreDamaged, match="restore it from a USB copy"):
        soundness.begin(path, key())


def test_a_large_store_is_looked_through_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundness, "AT_ONCE", 0)
    harm_last_page(path)
    assert soundness.begin(path, key()) is None


def test_a_store_in_use_is_no_damaged_one(tmp_path: Path) -> None:
    db = new_store(tmp_path / "s.db")
    with db.write(Somebody(), "look"):
        assert soundness.begin(db.path, key()) is None
    db.close()


def test_a_store_that_is_gone_and_a_full_disk_leave_no_mark(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soundness.end(path.with_name("gone.db"), 1.0)
    soundness.end(path, 1.0)
    path.rename(path.with_name("away.db"))
    assert soundness.begin(path, key()) is None
    path.with_name("away.db").rename(path)

    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(files, "flush", full)
    soundness.end(path, 1.0)
    assert not mark_of(path).exists()


@pytest.mark.parametrize("harm", [in_the_log, touched])
def test_what_was_sent_counts_only_as_long_as_nothing_happened_to_the_file(
    path: Path, harm: Callable[[Path], None]
) -> None:
    assert not soundness.was_all_sent(path), "nobody has said so"
    soundness.end(path, time.time(), all_sent=False)
    assert not soundness.was_all_sent(path)
    soundness.end(path, time.time(), all_sent=True)
    assert soundness.was_all_sent(path)
    harm(path)
    assert not soundness.was_all_sent(path)
    soundness.end(path, time.time(), all_sent=True)
    soundness.begin(path, key())
    assert not soundness.was_all_sent(path), "while it is open, nobody knows"
