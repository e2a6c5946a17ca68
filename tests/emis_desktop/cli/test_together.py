"""Several commands at the same time: each does its work or says why not; nothing is half done."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from emis_desktop.file_lock import locked
from tests.emis_desktop.cli.conftest import sign_in_as
from tests.factories.laptops import PASSWORD, PRINCIPAL
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
    assert process("restore", tmp_path / "copy.emis").code == 0


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
