"""One program at a time holds a lock, and a dead one lets go of it."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

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
