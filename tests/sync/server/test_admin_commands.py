"""What the server's commands say of a command line, and what their text tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.central import Server, set_up


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server that was set up."""
    return set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}")


def test_enrolling_needs_one_place_and_says_which_kinds_there_are(server: Server) -> None:
    none = server.command("enrol", code=2)["refused"]
    assert none.startswith(
        "One of these is needed: --school (the laptop belongs to that school); --district ("
    )
    assert none.endswith("; --nation (the laptop belongs to the ministry).")
    two = server.command("enrol", "--school", "A-1", "--nation", code=2)["refused"]
    assert two == "--nation and --school do not go together. Give one of them."


def test_a_restore_looks_at_the_file_before_it_asks_for_the_recovery_code(
    server: Server, tmp_path: Path
) -> None:
    environment = {name: value for name, value in server.environment.items() if name != "EMIS_RECOVERY_FILE"}
    there = tmp_path / "backup"
    server.command("backup", str(there))

    def refused(*more: str, code: int = 1) -> str:
        return str(server.command("restore", *more, code=code, environment=environment)["refused"])

    assert refused(str(tmp_path / "nosuch")) == f"There is no file {tmp_path / 'nosuch'}. Check its path."
    assert refused(str(there)) == (
        "The recovery code of the ministry is needed: put it in a file and set EMIS_RECOVERY_FILE to its "
        "path."
    )
    assert "Give the backup file" in refused(code=2)


def test_an_older_backup_is_written_over_only_when_that_is_said(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_bytes(b"older")
    assert "is there already. Nothing was written" in server.command("backup", str(file), code=1)["refused"]
    assert file.read_bytes() == b"older"
    told = server.command("backup", str(file), "--replace")
    assert told["bytes"] == file.stat().st_size > 5
    assert [path for path in tmp_path.iterdir() if path.name.endswith(".part")] == []
