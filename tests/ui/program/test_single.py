"""One program for one data folder, and one that can say what is wrong where nothing can be written."""

import errno
import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from emis_desktop.errors import Refused
from emis_desktop.file_lock import locked
from emis_desktop.settings import Home
from ui.program.single import SingleInstance


def test_a_second_program_of_the_folder_is_not_the_only_one(qapp: QApplication, tmp_path: Path) -> None:
    first, second = SingleInstance(Home(tmp_path / "home")), SingleInstance(Home(tmp_path / "home"))
    assert first.take()
    assert not second.take()
    first.release()
    assert second.take()
    second.release()


def test_a_command_keeps_the_program_out_as_long_as_it_runs_and_no_longer(
    qapp: QApplication, tmp_path: Path
) -> None:
    """``emis join`` and ``emis restore`` leave an empty file; after them the program never opened again."""
    home = Home(tmp_path / "home")
    home.make()
    program = SingleInstance(home)
    with locked(home.program_lock, 0.0):
        assert not program.take()
    assert home.program_lock.read_bytes() == b""
    assert program.take()
    second = SingleInstance(home)
    assert not second.take()
    with pytest.raises(Refused), locked(home.program_lock, 0.0):
        raise AssertionError("the program is open")
    program.release()


def test_a_lock_left_where_nothing_can_be_written_keeps_nobody_from_being_told(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot be cleared away there, and the program would end without a word."""
    left, program = SingleInstance(Home(tmp_path / "home")), SingleInstance(Home(tmp_path / "home"))
    assert left.take()
    monkeypatch.setattr(os, "access", lambda place, mode: (place, mode) != (tmp_path / "home", os.W_OK))
    assert program.take()
    left.release()


def test_a_folder_that_cannot_be_made_is_said_later(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(self: Path, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", read_only)
        single = SingleInstance(Home(tmp_path / "home"))
    assert single.take()
