"""The log: JSON lines in a few bounded files, and no reason to fail."""

import errno
import json
import logging
import os
from collections.abc import Iterator
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from emis_desktop import log as module
from emis_desktop.log import KEPT, NAME, start_log
from emis_desktop.settings import Home


@pytest.fixture(autouse=True)
def root() -> Iterator[logging.Logger]:
    """The root logger, which is as talkative afterwards as it was before."""
    logger = logging.getLogger()
    level = logger.level
    yield logger
    logger.setLevel(level)


def lines(home: Home) -> list[dict[str, str]]:
    return [json.loads(line) for line in (home.logs / NAME).read_text("utf-8").splitlines()]


def test_each_line_is_an_object_of_its_own(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    start_log(home)
    assert not (home.logs / NAME).exists(), "the file comes with its first line"
    logging.getLogger("emis.test").info("Signed in:\n%s", "école")
    try:
        raise ValueError("a fault")
    except ValueError:
        logging.getLogger("emis.test").exception("it failed")
    first, second = lines(home)
    assert (first["level"], first["from"], first["what"]) == ("info", "emis.test", "Signed in:\nécole")
    assert datetime.fromisoformat(first["at"]).tzinfo is not None
    assert "trace" not in first
    assert "ValueError: a fault" in second["trace"]


def test_who_says_nothing_leaves_no_folder(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    start_log(home)
    assert not home.root.exists()
    logging.getLogger("emis.test").warning("now there is one")
    assert home.logs.stat().st_mode & 0o777 == 0o700 or os.name != "posix"


def test_starting_twice_writes_each_line_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    start_log(home)
    start_log(home)
    logging.getLogger("emis.test").warning("once")
    assert [line["what"] for line in lines(home)] == ["once"]


def test_another_folder_has_the_log_from_then_on(tmp_path: Path) -> None:
    one, two = Home(tmp_path / "one"), Home(tmp_path / "two")
    for home in (one, two):
        start_log(home)
        logging.getLogger("emis.test").warning(home.root.name)
    assert [[line["what"] for line in lines(home)] for home in (one, two)] == [["one"], ["two"]]


def test_old_lines_go_when_there_is_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 2_000)
    home = Home(tmp_path / "home")
    start_log(home)
    for number in range(300):
        logging.getLogger("emis.test").info("line %d", number)
    found = sorted(path.name for path in home.logs.iterdir())
    assert found == [NAME, *(f"{NAME}.{number}" for number in range(1, KEPT + 1))]
    assert all(path.stat().st_size <= 2_000 for path in home.logs.iterdir())
    assert lines(home)[-1]["what"] == "line 299"


def test_where_no_log_can_be_written_the_program_goes_on(tmp_path: Path, root: logging.Logger) -> None:
    (tmp_path / "home").write_text("a file, no folder", encoding="utf-8")
    before = list(root.handlers)
    start_log(Home(tmp_path / "home"))
    assert root.handlers == before
    logging.getLogger("emis.test").warning("nobody hears")


def test_a_full_disk_costs_a_line_and_shows_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> bool:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(RotatingFileHandler, "shouldRollover", full)
    start_log(Home(tmp_path / "home"))
    logging.getLogger("emis.test").warning("a line that finds no room")
    assert capsys.readouterr().err == ""
