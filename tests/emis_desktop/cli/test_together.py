"""Several commands at the same time: each does its work or says why not; nothing is half done."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from emis_desktop.errors import Refused
from emis_desktop.file_lock import locked
from emis_desktop.restoring import alone
from tests.emis_desktop.cli.conftest import sign_in_as
from tests.factories.laptops import PASSWORD, PRINCIPAL, SetUp
from tests.helpers.commands import emis, environment, process, started


def together(*commands: Sequence[object], **more: str) -> list[tuple[int, str]]:
    """Start all at once; exit code and standard error of each."""
    running = [started(*command, env=environment(**more)) for command in commands]
    ended = []
    for one in running:
        out, err = one.communicate(timeout=300)
        assert b"Traceback" not in out + err
        ended.append((one.returncode, err.decode()))
    return ended


def test_commands_that_read_and_write_the_same_records(school: Path, tmp_path: Path) -> None:
    file = tmp_path / "students.csv"
    assert emis("export", "students", file).code == 0
    changed = tmp_path / "changed.csv"
    changed.write_text(file.read_text("utf-8-sig").replace(",F,", ",M,"), "utf-8")
    ended = together(
        ["import", "students", changed],
        ["import", "students", changed],
        ["export", "marks", tmp_path / "marks.csv", "--year", "2026-27"],
        ["backup", tmp_path / "copy.emis"],
    )
    assert [code for code, _ in ended] == [0, 0, 0, 0], ended
    assert emis("doctor").code == 0
    again = emis("import", "students", changed, "--json").document
    assert again["unchanged"] == again["rows"]
    assert process("restore", tmp_path / "copy.emis", EMIS_HOME=str(tmp_path / "other")).code == 0


def test_of_two_first_runs_one_makes_the_store(
    emis_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in_as(monkeypatch, tmp_path, PRINCIPAL, PASSWORD)
    command = ["init", "--role", "school", "--profile", "XD"]
    ended = together(command, command)
    assert sorted(code for code, _ in ended) == [0, 1]
    assert len(list((emis_home / "stores").glob("*.db"))) == 1
    assert emis("doctor").code == 0


def test_a_demonstration_under_way_is_not_disturbed(emis_home: Path, tmp_path: Path) -> None:
    emis_home.mkdir()
    with locked(emis_home / "demo.lock"):
        refused = process("demo", "--headless", "--pupils", "5", "--out", tmp_path / "out")
    assert refused.code == 1
    assert "try again soon" in refused.err
    assert not (emis_home / "keyring.json").exists()


def test_nothing_is_restored_while_a_command_is_at_work_and_no_command_begins_meanwhile(
    laptop: SetUp, tmp_path: Path
) -> None:
    """What one program writes would be carried off with the records that the other puts aside."""
    stick = tmp_path / "copy.emis"
    assert emis("backup", stick).code == 0
    with laptop.sign_in() as one, laptop.again().sign_in_as(PRINCIPAL, PASSWORD):
        for restore in (emis, process):
            refused = restore("restore", stick)
            assert (refused.code, "Close it" in refused.err) == (1, True)
        assert one.db.path.exists()
    assert not (laptop.home.root / "replaced").exists()
    ring = laptop.home.keyring.read_bytes()
    with alone(laptop.home):
        for command in (["user", "list"], ["import", "students", stick], ["backup", tmp_path / "b.emis"]):
            refused = process(*command)
            assert (refused.code, "try again soon" in refused.err) == (1, True), refused.err
        with pytest.raises(Refused, match="try again soon"):
            laptop.laptop.recover(laptop.code, laptop.id_of(PRINCIPAL), PASSWORD)
        with pytest.raises(Refused, match="try again soon"):
            laptop.sign_in()
    assert laptop.home.keyring.read_bytes() == ring
    assert process("restore", stick).code == 0
    assert process("user", "list").code == 0


def test_a_folder_that_may_only_be_read_is_told_by_every_command_that_opens_it(
    laptop: SetUp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "copy.emis"
    assert emis("backup", stick).code == 0
    root = laptop.home.root
    was = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    opened = os.open

    def read_only(path: Any, flags: int, *rest: Any, **more: Any) -> int:  # noqa: ANN401 - as the system takes it
        if flags & (os.O_RDWR | os.O_WRONLY | os.O_CREAT) and str(path).startswith(str(root)):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return opened(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", read_only)
    for command in (["user", "list"], ["backup", tmp_path / "b.emis"], ["restore", stick], ["doctor"]):
        refused = emis(*command)
        assert refused.code == 1
        assert f"the folder {root} may only be read. Take the write protection off" in refused.err
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == was
