"""A name always stands for a whole file; faults of a disk are said in words."""

import errno
import os
import shutil
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop import files
from emis_desktop.errors import CannotSave


def parts(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if ".part" in path.name]


def test_a_written_file_is_whole_private_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    files.write(target, b"one")
    files.write(target, bytearray(b"two"))
    assert target.read_bytes() == b"two"
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [target]


def _interrupted(target: Path, content: bytes) -> None:
    with files.new_file(target) as part, part.open("wb") as handle:
        handle.write(content)
        raise KeyboardInterrupt


@given(old=st.binary(max_size=100), new=st.binary(max_size=100), stop=st.integers(0, 100))
def test_an_exception_while_writing_leaves_the_old_file(
    tmp_path_factory: pytest.TempPathFactory, old: bytes, new: bytes, stop: int
) -> None:
    folder = tmp_path_factory.mktemp("write")
    target = folder / "a"
    files.write(target, old)
    with pytest.raises(KeyboardInterrupt):
        _interrupted(target, new[:stop])
    assert target.read_bytes() == old
    assert parts(folder) == []


def test_everything_is_on_the_disk_before_the_name_and_the_name_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, move = os.fsync, Path.replace

    def spy_fsync(descriptor: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def spy_replace(self: Path, target: Path) -> Path:
        done.append("name")
        return move(self, target)

    monkeypatch.setattr(os, "fsync", spy_fsync)
    monkeypatch.setattr(Path, "replace", spy_replace)
    files.write(tmp_path / "a", b"x")
    assert done == ["file", "name", "folder"]


def test_where_a_folder_cannot_be_flushed_it_is_not_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_DIRECTORY")
    files.write(tmp_path / "a", b"x")
    assert (tmp_path / "a").read_bytes() == b"x"


def sharing_violation(times: int, number: int = 32) -> Callable[[Path, Path], Path]:
    """A rename that Windows refuses that many times because a scanner holds the file."""
    move = Path.replace
    left = [times]

    def refuse(self: Path, target: Path) -> Path:
        if left[0]:
            left[0] -= 1
            fault = PermissionError(errno.EACCES, "in use")
            fault.winerror = number  # type: ignore[attr-defined]  # only there on Windows
            raise fault
        return move(self, target)

    return refuse


@pytest.mark.parametrize("number", [5, 32, 33])
def test_a_file_held_by_a_scanner_is_renamed_a_little_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(files, "_RENAME_WAIT", 0)
    monkeypatch.setattr(Path, "replace", sharing_violation(5, number))
    files.write(tmp_path / "a", b"x")
    assert (tmp_path / "a").read_bytes() == b"x"


def test_a_file_held_for_ever_is_told_and_the_old_one_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.write(tmp_path / "a", b"old")
    monkeypatch.setattr(files, "_RENAME_WAIT", 0)
    monkeypatch.setattr(Path, "replace", sharing_violation(1_000))
    with pytest.raises(CannotSave, match="may not be written to"):
        files.write(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert parts(tmp_path) == []


def test_another_refusal_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[Path] = []

    def refuse(self: Path, target: Path) -> Path:
        tries.append(target)
        raise PermissionError(errno.EPERM, "no")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CannotSave):
        files.write(tmp_path / "a", b"x")
    assert len(tries) == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EFBIG, "exFAT"),
        (errno.EROFS, "may not be written to"),
        (errno.EACCES, "may not be written to"),
        (errno.ENOENT, "there is no such place"),
        (errno.ENODEV, "there is no such place"),
        (errno.EIO, "gave a fault"),
    ],
)
def test_each_fault_of_a_disk_has_its_sentence(tmp_path: Path, number: int, words: str) -> None:
    with pytest.raises(CannotSave, match=words) as caught, files.saving_in(tmp_path):
        raise OSError(number, "technical")
    assert "technical" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_really_full_disk_is_told() -> None:
    full = Path("/dev/full")
    with pytest.raises(CannotSave, match="full"), files.saving_in(full.parent), full.open("wb", 0) as device:
        device.write(b"x")


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotSave, match="there is no such place"):
        files.write(tmp_path / "gone" / "a", b"x")


def test_a_temporary_file_that_cannot_be_removed_does_not_hide_the_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EBUSY, "busy")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(ValueError, match="mine"), files.new_file(tmp_path / "a"):
        raise ValueError("mine")


def test_leftovers_of_a_killed_program_are_cleared_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".store.db.0a1b2c3d.part").write_bytes(b"x")
    (tmp_path / ".store.db.0a1b2c3d.part-journal").write_bytes(b"x")
    (tmp_path / ".backup.xyz.part").mkdir()
    (tmp_path / ".backup.xyz.part" / "inside").write_bytes(b"x")
    (tmp_path / "store.db").write_bytes(b"kept")
    (tmp_path / "chapter.part").write_bytes(b"kept")
    for path in tmp_path.iterdir():
        os.utime(path, (0, time.time() - 3_700))
    assert files.clear_leftovers(tmp_path) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chapter.part", "store.db"]


def test_clearing_goes_on_past_a_file_that_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "held")

    (tmp_path / ".a.1.part").write_bytes(b"x")
    os.utime(tmp_path / ".a.1.part", (0, 0))
    monkeypatch.setattr(Path, "unlink", refuse)
    assert files.clear_leftovers(tmp_path) == 1


def test_what_another_program_is_writing_stays(tmp_path: Path) -> None:
    with files.new_file(tmp_path / "a") as part:
        (tmp_path / ".dangling.part").symlink_to(tmp_path / "nowhere")
        assert files.clear_leftovers(tmp_path) == 0
        part.write_bytes(b"whole")
    assert (tmp_path / "a").read_bytes() == b"whole"


def test_too_little_room_names_what_to_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = shutil.disk_usage(tmp_path)._replace(free=60_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: room)
    files.check_space(tmp_path, 10_000_000)
    with pytest.raises(CannotSave, match="Free 1 MB there"):
        files.check_space(tmp_path, 10_000_001)
    with pytest.raises(CannotSave, match="Free 990 MB there"):
        files.check_space(tmp_path, 1_000_000_000)


def test_a_folder_or_a_device_is_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for target in (tmp_path, pipe, Path()):
        with pytest.raises(CannotSave, match="is not a file"):
            files.write(target, b"x")
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]
