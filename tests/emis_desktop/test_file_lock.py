"""One program at a time holds a lock, and a dead one lets go of it."""

import errno
import os
import subprocess
import sys
import threading
from itertools import chain, repeat
from pathlib import Path

import pytest

from emis_desktop import file_lock
from emis_desktop.errors import CannotSave, Refused
from emis_desktop.file_lock import locked

HOLD = """
import sys, time
from pathlib import Path
from emis_desktop.file_lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_taker_waits_and_is_then_refused(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"), pytest.raises(Refused, match="saving"), locked(tmp_path / "lock", 0.05):
        pytest.fail("two at a time")
    with locked(tmp_path / "lock", 0):
        pass


def test_a_second_taker_gets_it_when_the_first_lets_go(tmp_path: Path) -> None:
    order: list[str] = []

    def second() -> None:
        with locked(tmp_path / "lock"):
            order.append("second")

    with locked(tmp_path / "lock"):
        thread = threading.Thread(target=second)
        thread.start()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_an_exception_lets_go(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mine"), locked(tmp_path / "lock"):
        raise ValueError("mine")
    with locked(tmp_path / "lock", 0):
        pass


def test_a_killed_program_lets_go(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Refused), locked(tmp_path / "lock", 0):
            pytest.fail("held by another program")
        holder.kill()
        holder.wait()
    with locked(tmp_path / "lock", 5):
        pass


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotSave), locked(tmp_path / "gone" / "lock"):
        pytest.fail("no folder")


def test_several_share_a_lock_and_nobody_has_it_alone_meanwhile(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with (
        locked(lock, 0, shared=True),
        locked(lock, 0, shared=True),
        pytest.raises(Refused),
        locked(lock, 0),
    ):
        pass
    with locked(lock, 0), pytest.raises(Refused), locked(lock, 0, shared=True):
        pass
    with locked(lock, 0, shared=True):
        pass


def flock_saying(monkeypatch: pytest.MonkeyPatch, *said: int, then: int = 0) -> list[int]:
    """The system's lock, which says these error numbers in turn and ``then`` ever after; the calls made."""
    calls: list[int] = []
    answers = chain(said, repeat(then))

    def flock(_descriptor: int, operation: int) -> None:
        calls.append(operation)
        if number := next(answers):
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(file_lock.fcntl, "flock", flock)
    return calls


@pytest.mark.parametrize("held", [errno.EAGAIN, errno.EACCES])
def test_what_the_system_calls_held_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, held: int
) -> None:
    calls = flock_saying(monkeypatch, held, held)
    with locked(tmp_path / "lock"):
        assert len(calls) == 3
    flock_saying(monkeypatch, then=held)
    with pytest.raises(Refused, match="saving"), locked(tmp_path / "lock", 0):
        pytest.fail("held")


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EIO])
def test_a_disk_that_knows_no_locks_is_told_at_once_as_what_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int, shared: bool
) -> None:
    calls = flock_saying(monkeypatch, then=number)
    with (
        pytest.raises(CannotSave, match=r"cannot keep two programs apart\. Keep the data folder on") as told,
        locked(tmp_path / "lock", shared=shared),
    ):
        pytest.fail("nobody was kept out")
    assert told.value.values["place"] == str(tmp_path)
    assert len(calls) == 1


def test_a_disk_that_goes_away_during_the_block_hides_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    flock_saying(monkeypatch, 0, then=errno.EIO)
    with pytest.raises(ValueError, match="mine"), locked(tmp_path / "lock"):
        raise ValueError("mine")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_folder_that_may_only_be_read_is_told_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int
) -> None:
    def refuse(path: Path, *_: object) -> int:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(os, "open", refuse)
    with (
        pytest.raises(CannotSave, match=r"may only be read\. Take the write protection off") as told,
        locked(tmp_path / "lock"),
    ):
        pytest.fail("nothing was locked")
    assert told.value.values["place"] == str(tmp_path)
