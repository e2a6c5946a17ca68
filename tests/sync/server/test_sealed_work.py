"""Sealed work of a lost laptop: opened with the ministry's code, looked at, taken over or refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from emis_desktop.keyring.crypto import seal_to
from emis_desktop.keyring.recovery import new_recovery_code
from sync.operations import Batch
from sync.protocol.batches import encode_batch
from sync.protocol.packing import join
from sync.protocol.signing import quarantine_context
from sync.server.office import open_office
from sync.server.settings import ServerHome
from sync.server.verifying import verify
from tests.helpers.central import MINISTRY, Laptop, Running, Server, beginning, inserted, people, request


@dataclass
class Ministry:
    """A server with its recovery code."""

    server: Server
    code: Path

    def command(self, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401 - whatever JSON says
        """A command of ``quarantine``, with the recovery code at hand."""
        environment = {**self.server.environment, "EMIS_RECOVERY_FILE": str(self.code)}
        return self.server.command("quarantine", *arguments, code=code, environment=environment)


@pytest.fixture
def ministry(tmp_path: Path, database_url: str) -> Ministry:
    """A server that was set up."""
    server = Server(tmp_path / "server", database_url)
    told = server.command("init", "--name", MINISTRY, "--profile", "GD")
    code = tmp_path / "code.txt"
    code.write_text(told["recovery_code"])
    code.chmod(0o600)
    return Ministry(server, code)


@pytest.fixture
def running(ministry: Ministry) -> Iterator[Running]:
    """It serves."""
    with ministry.server.running() as running:
        yield running


@dataclass
class Lost:
    """A laptop that is lost, a second one of its school, who worked on it, and pieces it handed in."""

    laptop: Laptop
    other: Laptop
    user: UUID

    def hand_in(self, *batches: Batch) -> str:
        """Seal batches as one piece; its id."""
        joined = self.laptop.joined
        assert joined is not None
        work = bytearray(join(*(encode_batch(one) for one in batches)))
        sealed = seal_to(joined.ministry_key, work, quarantine_context(self.laptop.site))
        target = "/sync/v1/quarantine"
        heads = {"Authorization": self.laptop.signed("POST", target, sealed)}
        assert request(self.laptop.port, "POST", target, sealed, heads).status == 200
        return target


@pytest.fixture
def lost(ministry: Ministry, running: Running) -> Lost:
    """It has synced its beginning, and is lost then."""
    laptop, other = Laptop(running.port), Laptop(running.port)
    laptop.join(ministry.server.code())
    other.join(ministry.server.code(), name="Library")
    laptop.hello()
    user = uuid4()
    laptop.hello(laptop.batch(*beginning(laptop, user), *people(2), user=user))
    other.hello()
    ministry.server.command("revoke", str(laptop.site), "--lost")
    return Lost(laptop, other, user)


def given_names(laptop: Laptop) -> list[str]:
    """The people whom a laptop is told of from the log's beginning."""
    _, page = laptop.hello(cursor=0)
    assert page is not None
    return sorted(str(one.values["given_names"]) for one in page.entries if one.facet == "person")


def test_it_is_taken_over_as_the_laptops_own_after_somebody_looked(ministry: Ministry, lost: Lost) -> None:
    child = uuid4()
    made = [inserted("person", child, given_names="Not", family_name="Sent", synthetic=1), *people(3)]
    one = lost.laptop.batch(*made, user=lost.user, verb="add_student")
    two = lost.laptop.batch(*people(1), user=uuid4())
    lost.hand_in(one, two)
    (told,) = ministry.command("list")
    assert (told["decision"], told["shown"], told["reason"]) == ("", False, "lost")
    refused = ministry.command("accept", told["id"], code=1)["refused"]
    assert "Look at it first" in refused
    assert "Not" not in given_names(lost.other)
    found = ministry.command("show", told["id"][:6])
    assert (found["batches"], found["known"], found["foreign"]) == (2, 0, 0)
    assert (found["acts"], found["operations"]) == (2, 5)
    assert found["tables"] == {"person": 5}
    assert found["verbs"] == {"add_student": 1, "edit": 1}
    assert found["users"]["The principal"] == 1
    assert found["from"][:4] >= "2026"
    done = ministry.command("accept", told["id"])
    assert (done["batches"], done["known"], done["operations"]) == (2, 0, {"applied": 5})
    assert "Not" in given_names(lost.other)
    assert len(given_names(lost.other)) == 2 + 5
    assert ministry.command("list")[0]["decision"] == "accepted"
    assert ministry.server.command("doctor")["quarantine"] == 0
    for deed in ("accept", "show", "refuse"):
        assert "accepted already" in ministry.command(deed, told["id"], code=1)["refused"]


def test_each_act_stands_in_the_audit_as_the_laptops_own(ministry: Ministry, lost: Lost) -> None:
    batch = lost.laptop.batch(*people(2), user=lost.user, verb="add_student")
    lost.hand_in(batch)
    (told,) = ministry.command("list")
    ministry.command("show", told["id"], "--by", "Officer")
    ministry.command("accept", told["id"], "--by", "Officer")
    office = open_office(ServerHome(ministry.server.home), url=ministry.server.database)
    with office.store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT kind, verb, about FROM audit ORDER BY seq DESC LIMIT 3"
        ).all()
    name = told["id"]
    assert [tuple(row) for row in reversed(rows)] == [
        ("ministry", "show_quarantine", f"{name} by Officer"),
        ("ministry", "accept_quarantine", f"{name} by Officer"),
        ("act", "add_student", ""),
    ]
    assert verify(office).findings == ()
    office.close()


def test_earlier_work_of_a_laptop_comes_first(ministry: Ministry, lost: Lost) -> None:
    lost.hand_in(lost.laptop.batch(*people(1), user=lost.user))
    lost.hand_in(lost.laptop.batch(*people(2), user=lost.user))
    first, second = (one["id"] for one in ministry.command("list"))
    for one in (first, second):
        ministry.command("show", one)
    assert first in ministry.command("accept", second, code=1)["refused"]
    ministry.command("accept", first)
    assert ministry.command("accept", second)["operations"] == {"applied": 2}


def test_work_that_came_over_the_line_after_all_is_not_taken_twice(ministry: Ministry, lost: Lost) -> None:
    batch = lost.laptop.batch(*people(2), user=lost.user)
    lost.hand_in(batch)
    ministry.server.command("revoke", str(lost.laptop.site), "--undo")
    lost.laptop.hello(batch)
    (told,) = ministry.command("list")
    assert ministry.command("show", told["id"])["known"] == 1
    done = ministry.command("accept", told["id"])
    assert (done["known"], done["operations"]) == (1, {})
    assert len(given_names(lost.other)) == 4


def test_it_may_do_no_more_than_the_laptop_might(ministry: Ministry, lost: Lost) -> None:
    period = inserted("user", uuid4(), name="Nobody", role="ministry_officer")
    lost.hand_in(lost.laptop.batch(period, *people(1), user=lost.user))
    (told,) = ministry.command("list")
    ministry.command("show", told["id"])
    assert ministry.command("accept", told["id"])["operations"] == {"applied": 1, "refused": 1}


def test_refused_work_is_gone_and_not_taken_in_again(ministry: Ministry, lost: Lost, tmp_path: Path) -> None:
    batch = lost.laptop.batch(*people(1), user=lost.user)
    joined = lost.laptop.joined
    assert joined is not None
    sealed = seal_to(
        joined.ministry_key, bytearray(join(encode_batch(batch))), quarantine_context(lost.laptop.site)
    )
    target = "/sync/v1/quarantine"
    heads = {"Authorization": lost.laptop.signed("POST", target, sealed)}
    request(lost.laptop.port, "POST", target, sealed, heads)
    (told,) = ministry.command("list")
    assert ministry.command("refuse", told["id"])["decision"] == "refused"
    assert request(lost.laptop.port, "POST", target, sealed, heads).status == 200
    assert [one["decision"] for one in ministry.command("list")] == ["refused"]
    out = str(tmp_path / "out")
    assert "refused already" in ministry.command("export", told["id"], "--out", out, code=1)["refused"]
    assert len(given_names(lost.other)) == 2


def test_what_does_not_open_is_said_and_decides_nothing(ministry: Ministry, lost: Lost) -> None:
    target = "/sync/v1/quarantine"
    noise = os.urandom(400)
    heads = {"Authorization": lost.laptop.signed("POST", target, noise)}
    request(lost.laptop.port, "POST", target, noise, heads)
    (told,) = ministry.command("list")
    assert "cannot be opened" in ministry.command("show", told["id"], code=1)["refused"]
    good = ministry.code.read_text()
    ministry.code.write_text(new_recovery_code().text)
    assert "not this ministry’s recovery code" in ministry.command("show", told["id"], code=1)["refused"]
    ministry.code.write_text(good)
    assert "begins with zz" in ministry.command("show", "zz", code=1)["refused"]
    assert ministry.command("list")[0]["decision"] == ""


def test_work_of_another_laptop_is_not_taken_as_its_own(ministry: Ministry, lost: Lost) -> None:
    lost.hand_in(lost.other.batch(*people(1), user=lost.user))
    (told,) = ministry.command("list")
    assert ministry.command("show", told["id"])["foreign"] == 1
    assert "never whole work of that laptop" in ministry.command("accept", told["id"], code=1)["refused"]
    assert len(given_names(lost.other)) == 2
