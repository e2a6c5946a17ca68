"""A backup is sealed, whole, the same from either database into either, and un-revokes nobody."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from sync.server import backup
from sync.server.backup import back_up
from sync.server.control import quarantine
from sync.server.office import open_office
from sync.server.settings import ServerHome
from tests.helpers.central import Laptop, Server, beginning, people


@pytest.fixture
def recovery(tmp_path: Path) -> Path:
    """Where the ministry's recovery code is put for the commands."""
    return tmp_path / "recovery.txt"


def filled(home: Path, database: str, recovery: Path) -> Server:
    """A server with a laptop's work in it, whose recovery code is in the file."""
    server = Server(home, database)
    told = server.command("init", "--name", "Ministry of Examples", "--profile", "GD")
    recovery.write_text(str(told["recovery_code"]))
    recovery.chmod(0o600)
    with server.running() as running:
        laptop = Laptop(running.port)
        laptop.join(server.code())
        laptop.hello()
        user = uuid4()
        laptop.hello(laptop.batch(*beginning(laptop, user), *people(60), user=user))
    return server


def brought_back(server: Server, file: Path, recovery: Path, *more: str, code: int = 0) -> dict[str, object]:
    """What the restore of ``file`` says."""
    given = Server(server.home, server.database)
    environment = {**given.environment, "EMIS_RECOVERY_FILE": str(recovery)}
    told: dict[str, object] = given.command("restore", str(file), *more, code=code, environment=environment)
    return told


def test_what_was_backed_up_comes_back(tmp_path: Path, database_url: str, recovery: Path) -> None:
    server = filled(tmp_path / "server", database_url, recovery)
    before = server.command("doctor")
    told = server.command("backup", str(tmp_path / "backup"))
    assert told["verified"] is True
    new = Server(tmp_path / "new", f"sqlite:///{tmp_path / 'new.db'}")
    brought_back(new, tmp_path / "backup", recovery)
    after = new.command("doctor")
    assert after["state_hash"] == before["state_hash"]
    assert after["history"] != before["history"]
    assert after["sound"] is True
    assert len(before["state_hash"]) >= 1


def test_sqlite_moves_to_postgresql(tmp_path: Path, postgres_url: str, recovery: Path) -> None:
    server = filled(tmp_path / "server", f"sqlite:///{tmp_path / 'old.db'}", recovery)
    server.command("backup", str(tmp_path / "backup"))
    new = Server(tmp_path / "new", postgres_url)
    brought_back(new, tmp_path / "backup", recovery)
    assert new.command("doctor")["state_hash"] == server.command("doctor")["state_hash"]


def test_a_restored_database_revives_no_revoked_laptop(
    tmp_path: Path, database_url: str, recovery: Path
) -> None:
    server = filled(tmp_path / "server", database_url, recovery)
    spoken = server.code("GD-002")
    server.command("backup", str(tmp_path / "backup"))
    server.command("revoke", "Office laptop", "--stolen")
    with server.running() as running:
        late = Laptop(running.port)
        late.join(spoken, name="Late laptop")
    assert "records" in str(brought_back(server, tmp_path / "backup", recovery, code=1)["refused"])
    told = brought_back(server, tmp_path / "backup", recovery, "--replace")
    assert told["replayed"] == 2
    states = {one["name"]: one["state"] for one in server.command("site", "list")}
    assert states == {"Office laptop": "stolen", "Late laptop": "active"}
    assert server.command("verify-audit")["sound"] is True
    with server.running() as running:
        assert Laptop(running.port).try_join(spoken).reason == "code_used"
        late.port = running.port
        late.hello()


@pytest.mark.parametrize("cut", [30, -1, -40])
def test_a_backup_that_is_not_whole_is_told(tmp_path: Path, recovery: Path, cut: int) -> None:
    server = filled(tmp_path / "server", f"sqlite:///{tmp_path / 'old.db'}", recovery)
    file = tmp_path / "backup"
    server.command("backup", str(file))
    file.write_bytes(file.read_bytes()[:cut])
    new = Server(tmp_path / "new", f"sqlite:///{tmp_path / 'new.db'}")
    assert "no backup of a server" in str(brought_back(new, file, recovery, code=1)["refused"])
    assert not new.home.exists()


def test_a_changed_backup_and_a_wrong_code_are_told(tmp_path: Path, recovery: Path) -> None:
    server = filled(tmp_path / "server", f"sqlite:///{tmp_path / 'old.db'}", recovery)
    file = tmp_path / "backup"
    server.command("backup", str(file))
    other = tmp_path / "other.txt"
    other.write_text("000G8-40R4P-0M30D-E2094-185GP-R38EP-1W81W-24GKN")
    new = Server(tmp_path / "new", f"sqlite:///{tmp_path / 'new.db'}")
    assert "does not open" in str(brought_back(new, file, other, code=1)["refused"])
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert "damaged" in str(brought_back(new, file, recovery, code=1)["refused"])


def test_nothing_is_restored_while_it_serves(tmp_path: Path, recovery: Path) -> None:
    server = filled(tmp_path / "server", f"sqlite:///{tmp_path / 'old.db'}", recovery)
    server.command("backup", str(tmp_path / "backup"))
    with server.running():
        told = brought_back(server, tmp_path / "backup", recovery, "--replace", code=1)
    assert "Stop it first" in str(told["refused"])


def test_a_database_brought_back_by_other_means(tmp_path: Path, recovery: Path) -> None:
    server = filled(tmp_path / "server", f"sqlite:///{tmp_path / 'old.db'}", recovery)
    shutil.copy(tmp_path / "old.db", tmp_path / "copy.db")
    server.command("revoke", "Office laptop")
    shutil.copy(tmp_path / "copy.db", tmp_path / "old.db")
    found = server.command("verify-audit", code=1)
    assert [one["kind"] for one in found["findings"]] == ["rolled_back"]
    server.command("restore", "--already")
    assert server.command("verify-audit")["sound"] is True
    assert server.command("site", "list")[0]["state"] == "revoked"


def test_large_rows_are_backed_up_one_by_one(
    tmp_path: Path, database_url: str, recovery: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thousand lost laptops' sealed work is gigabytes: memory holds a piece of it."""
    server = filled(tmp_path / "server", database_url, recovery)
    works = {os.urandom(16): os.urandom(300_000) for _ in range(7)}
    office = open_office(ServerHome(server.home), url=server.database)
    try:
        with office.store.note() as connection:
            for work_id, body in works.items():
                row = {"id": work_id, "site_id": uuid4(), "reason": "lost", "received_at": 1}
                connection.execute(insert(quarantine).values(**row, sha256=bytes(32), body=body))
        monkeypatch.setattr(backup, "PIECE", 600_000)
        pieces: list[int] = []
        encode = backup.msgspec.msgpack.encode

        def counted(rows: list[object]) -> bytes:
            packed: bytes = encode(rows)
            pieces.append(len(packed))
            return packed

        monkeypatch.setattr(backup.msgspec.msgpack, "encode", counted)
        back_up(office, tmp_path / "backup")
    finally:
        office.close()
    assert sum(size > 300_000 for size in pieces) == 4  # two, two, two and one
    assert max(pieces) < 700_000
    monkeypatch.undo()
    new = Server(tmp_path / "new", f"sqlite:///{tmp_path / 'new.db'}")
    brought_back(new, tmp_path / "backup", recovery)
    office = open_office(ServerHome(new.home), url=new.database)
    try:
        with office.store.read() as connection:
            kept = connection.execute(select(quarantine.c.id, quarantine.c.body)).all()
    finally:
        office.close()
    assert {bytes(row.id): bytes(row.body) for row in kept} == works
