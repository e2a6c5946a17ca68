"""What the server's commands say of a command line, and what their text tells."""

from __future__ import annotations

from contextlib import closing
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert

from sync.server.access import Reach
from sync.server.control import quarantine
from sync.server.main import main
from sync.server.office import open_office
from sync.server.settings import ServerHome
from sync.server.tables import sight
from tests.helpers.central import Laptop, Server, set_up


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A server that was set up."""
    return set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}")


def said(server: Server, *arguments: str, language: str = "en", code: int = 0) -> str:
    """What a command says to a person."""
    out, err = StringIO(), StringIO()
    environment = {**server.environment, "LC_ALL": f"{language}_XX.UTF-8"}
    assert main(arguments, out=out, err=err, environment=environment) == code, err.getvalue()
    return out.getvalue() + err.getvalue()


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
    environment["EMIS_RECOVERY_FILE"] = str(tmp_path / "none.txt")
    assert refused(str(there)) == f"There is no file {tmp_path / 'none.txt'}. Check its path."


def test_an_older_backup_is_written_over_only_when_that_is_said(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_bytes(b"older")
    assert "is there already. Nothing was written" in server.command("backup", str(file), code=1)["refused"]
    assert file.read_bytes() == b"older"
    told = server.command("backup", str(file), "--replace")
    assert told["bytes"] == file.stat().st_size > 5
    assert [path for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


@pytest.mark.parametrize(
    ("language", "none", "nation"),
    [
        ("en", "There is nothing to show.", "nation"),
        ("fr", "Il n’y a rien à montrer.", "nation"),
        ("es", "No hay nada que mostrar.", "nación"),
    ],
)
def test_lists_say_when_they_are_empty_and_kinds_are_words(
    server: Server, language: str, none: str, nation: str
) -> None:
    for listed in ("site", "quarantine", "user"):
        assert said(server, listed, "list", language=language) == none + "\n"
    assert nation in said(server, "place", "list", language=language)


def test_a_place_that_is_not_there_is_called_by_its_kind(server: Server) -> None:
    assert "There is no school with the code ZZ" in said(server, "enrol", "--school", "ZZ", code=1)
    assert "There is no district with the code ZZ" in said(server, "enrol", "--district", "ZZ", code=1)
    french = said(server, "enrol", "--school", "ZZ", language="fr", code=1)
    assert "école" in french
    assert "school" not in french


def test_states_days_and_schools_are_words_in_text_and_keys_in_json(server: Server) -> None:
    with server.running() as running:
        laptop = Laptop(running.port)
        laptop.join(server.code())
    server.command("revoke", str(laptop.site), "--lost")
    told = server.command("site", "list")[0]
    assert told["state"] == "lost"
    shown = said(server, "site", "list", language="fr")
    assert "perdu" in shown
    assert told["joined_at"][:10] not in shown
    school = uuid4()
    with closing(open_office(ServerHome(server.home), url=server.database)) as office:
        table = office.store.model.tables["institution"].table
        with office.store.write() as connection:
            values = {"id": school, "code": "H-1", "name": "Hill School"}
            connection.execute(insert(table).values(**values))
            seen = {"row_id": school.bytes, "scope": school.bytes, "reach": int(Reach.FULL)}
            connection.execute(insert(sight).values(table_name="institution", **seen))
            sealed = {"id": b"q" * 16, "site_id": laptop.site, "reason": "lost", "received_at": 0}
            connection.execute(insert(quarantine).values(**sealed, sha256=b"s" * 32, body=b""))
    doctor = said(server, "doctor")
    assert "Content of Hill School" in doctor
    assert str(school) not in doctor
    assert "Sealed work that waits for a decision  1" in doctor
    assert "Rows of the audit" in doctor
    assert "lost: 1" in doctor
    assert str(school) in server.command("doctor")["state_hash"]
    assert "1 Jan 1970, " in said(server, "quarantine", "list").replace("31 Dec 1969", "1 Jan 1970")
