"""Two laptops and a server process of the demonstration: real processes, real lines, nothing left behind."""

import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from emis_desktop.desk import open_desk
from emis_desktop.errors import EmisError
from emis_desktop.jobs.demo import server_process, two_laptops
from emis_desktop.jobs.demo.laptop import PASSWORD, USER, is_demonstration
from emis_desktop.jobs.demo.server_process import DemoServer, server_command
from emis_desktop.jobs.demo.two_laptops import LIBRARY, OFFICE, SECOND_USER, walk_two_laptops
from emis_desktop.laptop import Laptop
from emis_desktop.queries.sync_state import CardKind, Verb
from emis_desktop.settings import Home
from resources.words import Words

DAY = date(2026, 11, 5)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[Any]]]:
    """Every process that is started; each must have ended at the end."""
    started: list[subprocess.Popen[Any]] = []

    class Noted(subprocess.Popen[Any]):
        def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - Popen's own
            super().__init__(*arguments, **options)
            started.append(self)

    monkeypatch.setattr(server_process.subprocess, "Popen", Noted)
    yield started
    assert [process.args for process in started if process.poll() is None] == []


def test_both_and_the_server_come_to_hold_the_same_and_one_change_is_to_be_looked_at(
    tmp_path: Path, processes: list[subprocess.Popen[Any]]
) -> None:
    folder = tmp_path / "two"
    first = walk_two_laptops(folder, 1, "en", DAY)
    assert first is not None
    assert (first.laptops, first.equal, first.edits, first.conflicts) == (2, True, 7, 1)
    assert len(first.state_hash) == 3
    assert len(set(first.state_hash)) == 1
    assert len(processes) >= 4
    for name, user in ((OFFICE, USER), (LIBRARY, SECOND_USER)):
        home = Home(folder / name)
        assert is_demonstration(home)
        assert user in (home.root / "README.txt").read_text(encoding="utf-8")
        with Laptop(home).sign_in_as(user, PASSWORD) as laptop:
            (card,) = open_desk(laptop).queries.conflicts.waiting().cards
            assert card.kind is CardKind.INFO
            assert card.title.text(Words.load("en")).startswith("Transport of ")
            assert {side.laptop for side in card.sides} == {"Office laptop", "Library laptop"}
            assert {side.value for side in card.sides} == {"Bus 1", "On foot, group 1"}
            assert Verb.USE in card.verbs
    _decide_and_walk_again(folder, first.state_hash)
    _decide_on_both_at_once(folder)


def _decide_and_walk_again(folder: Path, before: tuple[str, ...]) -> None:
    """A decision on one laptop is an act like any other: it holds on the other one."""
    with Laptop(Home(folder / OFFICE)).sign_in_as(USER, PASSWORD) as laptop:
        desk = open_desk(laptop)
        (card,) = desk.queries.conflicts.waiting().cards
        losing = next(side.value for side in card.sides if not side.in_force)
        desk.services.conflicts.decide(card.id, Verb.USE)
    again = walk_two_laptops(folder, 1, "en", DAY)
    assert again is not None
    assert (again.equal, again.edits, again.conflicts) == (True, 7, 1)
    assert again.state_hash != before
    with Laptop(Home(folder / LIBRARY)).sign_in_as(SECOND_USER, PASSWORD) as laptop:
        desk = open_desk(laptop)
        (line,) = desk.queries.conflicts.decided().rows
        assert (line.id, line.by, line.verb) == (card.id, USER, Verb.USE)
        assert card.student_id is not None
        history = desk.queries.history.person(card.student_id)
        ways = [change for change in history if change.key == "person.transport"]
        assert losing in {change.after for change in ways}
        assert {change.user for change in ways} == {USER, SECOND_USER}


def _decide_on_both_at_once(folder: Path) -> None:
    """The later decision stands on both, and the two values that were typed meet once more in the open."""
    for name, user, typed in ((OFFICE, USER, "Ferry 7"), (LIBRARY, SECOND_USER, "Ferry 8")):
        with Laptop(Home(folder / name)).sign_in_as(user, PASSWORD) as laptop:
            desk = open_desk(laptop)
            (card,) = desk.queries.conflicts.waiting().cards
            desk.services.conflicts.decide(card.id, Verb.EDIT, typed)
    walked = walk_two_laptops(folder, 1, "en", DAY)
    assert walked is not None
    assert walked.equal
    told = []
    for name, user in ((OFFICE, USER), (LIBRARY, SECOND_USER)):
        with Laptop(Home(folder / name)).sign_in_as(user, PASSWORD) as laptop:
            found = open_desk(laptop).queries.conflicts
            told.append([(line.id, line.by, line.at, line.verb) for line in found.decided().rows])
            values = [{side.value for side in card.sides} for card in found.waiting().cards]
            assert {"Ferry 7", "Ferry 8"} in values
    assert told[0] == told[1]


def test_one_that_was_cut_short_is_put_aside_and_nothing_of_it_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "two"
    (folder / OFFICE).mkdir(parents=True)
    (folder / OFFICE / "half").write_text("made")

    def stops(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(two_laptops, "_make_office", stops)
    with pytest.raises(KeyboardInterrupt):
        walk_two_laptops(folder, 1, "en", DAY)
    (aside,) = tmp_path.glob("two-*")
    assert (aside / OFFICE / "half").read_text() == "made"


def test_without_the_servers_program_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_laptops, "server_command", lambda: None)
    assert walk_two_laptops(tmp_path / "two", 1, "en", DAY) is None
    assert not (tmp_path / "two").exists()


def test_where_the_program_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = server_command()
    assert found is not None
    assert found[1:] == ("-m", "sync.server")
    monkeypatch.setattr(server_process, "find_spec", lambda _name: None)
    assert server_command() is None
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys.executable", str(tmp_path / "emis"))
    assert server_command() is None
    (tmp_path / "emis-server").touch()
    assert server_command() == (str(tmp_path / "emis-server"),)


def test_what_a_server_refuses_is_told_in_its_words(
    tmp_path: Path, processes: list[subprocess.Popen[Any]]
) -> None:
    command = server_command()
    assert command is not None
    server = DemoServer(tmp_path / "nothing", command)
    with pytest.raises(EmisError, match="Everything else is there"):
        server.do("enrol", "--school", "X")
    with pytest.raises(EmisError, match="did not do its work"), server.serving():
        raise AssertionError("it must not serve")
    assert len(processes) == 2
