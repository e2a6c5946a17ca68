"""Changing what a laptop may that has joined: at once, in the audit, and after the database went back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.protocol.messages import Flag, Notice
from sync.server.office import Office, open_office
from sync.server.replay import replay
from sync.server.settings import ServerHome
from sync.server.verifying import verify
from tests.helpers.central import Laptop, Running, Server, set_up


@pytest.fixture
def server(tmp_path: Path, database_url: str) -> Server:
    """A server that was set up."""
    return set_up(tmp_path / "server", database_url)


@pytest.fixture
def running(server: Server) -> Iterator[Running]:
    """It serves."""
    with server.running() as running:
        yield running


@pytest.fixture
def laptop(server: Server, running: Running) -> Laptop:
    """A laptop that has joined and said hello twice: it has heard all there is."""
    laptop = Laptop(running.port)
    laptop.join(server.code())
    laptop.hello()
    laptop.hello()
    return laptop


def change(server: Server, laptop: Laptop, *more: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON
    return server.command("site", "set", str(laptop.site), *more, code=code)


def said(notices: tuple[Notice, ...]) -> dict[str, Notice]:
    return {one.kind: one for one in notices}


def test_tokens_of_before_stop_at_once_and_the_next_hello_tells_all(server: Server, laptop: Laptop) -> None:
    assert laptop.get("/sync/v1/digest").status == 200
    told = change(
        server, laptop, "--without", "health", "--role", "school_administrator", "--name", " Staff  room "
    )
    assert (told["name"], told["role"], told["classes"]) == (
        "Staff room",
        "school_administrator",
        ["basic", "contact", "staff"],
    )
    refused = laptop.get("/sync/v1/digest")
    assert (refused.status, refused.reason) == (401, "bad_token")
    welcome, page = laptop.hello()
    notices = said(welcome.notices)
    assert (welcome.flags, page) == (Flag.SNAPSHOT, None)
    assert notices["classes"].text == "basic,contact,staff"
    assert (notices["site"].text, notices["site"].data) == ("Staff room", laptop.site.bytes)
    assert (notices["role"].text, notices["limit"].number) == ("school_administrator", 30)
    assert laptop.get("/sync/v1/digest").status == 200


def test_it_is_told_until_it_was_surely_heard_and_never_again(server: Server, laptop: Laptop) -> None:
    change(server, laptop, "--limit-days", "9")
    for _ in range(3):
        laptop.try_hello()  # the answer is lost
    assert said(laptop.hello()[0].notices)["limit"].number == 9
    for _ in range(3):
        assert "limit" not in said(laptop.hello()[0].notices)
    change(server, laptop, "--limit-days", "5")
    assert said(laptop.hello()[0].notices)["limit"].number == 5


def test_what_makes_no_sense_is_refused_in_words_and_changes_nothing(server: Server, laptop: Laptop) -> None:
    before = server.command("site", "list")
    wrong_usage = {
        (): "Say what is to change",
        ("--with", "health", "--without", "health"): "health is both given and taken",
    }
    for more, words in wrong_usage.items():
        assert words in change(server, laptop, *more, code=2)["refused"]
    wrong = {
        ("--name", " "): "Give the laptop a name",
        ("--role", "ministry_officer"): "does not belong to a school",
        ("--role", "teacher", "--with", "health"): "does not read health",
    }
    for more, words in wrong.items():
        assert words in change(server, laptop, *more, code=1)["refused"]
    assert server.command("site", "list") == before
    assert laptop.get("/sync/v1/digest").status == 200


def test_a_role_that_receives_other_tables_needs_a_new_code(server: Server, running: Running) -> None:
    ministry = Laptop(running.port)
    ministry.join(str(server.command("enrol", "--nation")["code"]))
    for role in ("system_administrator", "regional_statistician"):
        assert "join anew" in change(server, ministry, "--role", role, code=1)["refused"]
    assert change(server, ministry, "--role", "examination_officer")["classes"] == ["basic"]


def opened(server: Server) -> Office:
    return open_office(ServerHome(server.home), url=server.database)


def test_the_ledger_tells_a_database_that_went_back(tmp_path: Path) -> None:
    server = set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server.db'}")
    with server.running() as running:
        laptop = Laptop(running.port)
        laptop.join(server.code())
    shutil.copy(tmp_path / "server.db", tmp_path / "night.db")
    change(server, laptop, "--without", "health")
    wanted = change(server, laptop, "--without", "contact", "--name", "Staff room", "--limit-days", "8")
    shutil.copy(tmp_path / "night.db", tmp_path / "server.db")
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"server.db{suffix}").unlink(missing_ok=True)
    assert server.command("site", "list")[0]["name"] == "Office laptop"
    office = opened(server)
    assert replay(office).told == {"rights": 1}
    assert replay(office).told == {}
    office.close()
    assert server.command("site", "list") == [{**wanted, "seen_at": None}]
    again = server.command("site", "set", str(laptop.site), "--with", "health")
    assert "health" in again["classes"]
    office = opened(server)
    assert replay(office).told == {}, "the last word counts"
    office.close()


def test_it_stands_in_the_audit_and_the_audit_holds(server: Server, laptop: Laptop) -> None:
    change(server, laptop, "--without", "health", "--by", "Somebody")
    office = opened(server)
    with office.store.read() as connection:
        rows = connection.exec_driver_sql("SELECT verb, about FROM audit WHERE verb = 'set_rights'").all()
    assert [tuple(row) for row in rows] == [
        ("set_rights", "principal 30 basic case contact finance staff by Somebody")
    ]
    assert verify(office).findings == ()
    office.close()
