"""Two laptops and a server process of the demonstration: real processes, real lines, nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emis_desktop.desk import open_desk
from emis_desktop.errors import EmisError, Refused
from emis_desktop.jobs.demo import server_process, two_laptops
from emis_desktop.jobs.demo.keeper import SERVER, ServerKeeper, address_in, address_of
from emis_desktop.jobs.demo.laptop import PASSWORD, TWO_LAPTOPS, USER, is_demonstration
from emis_desktop.jobs.demo.note import pair_of
from emis_desktop.jobs.demo.server_process import DemoServer, server_command
from emis_desktop.jobs.demo.two_laptops import SECOND_USER, SyncWalk, have_joined, library_of
from emis_desktop.jobs.demo.walk import Wish, prepare_both
from emis_desktop.laptop import Laptop, OpenLaptop
from emis_desktop.queries.outbox import waiting_changes
from emis_desktop.queries.search import Roll, StudentFilter, StudentSearch
from emis_desktop.queries.sync_state import CardKind, Verb
from emis_desktop.settings import Home
from resources.words import Words
from tests.factories.laptops import cheap_laptop

ROOT = Path(__file__).resolve().parents[3]
PUPILS = 21


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


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A folder with a server that is set up."""
    command = server_command()
    assert command is not None
    DemoServer(tmp_path / SERVER, command).do("init", "--name", "M", "--profile", "XD")
    return tmp_path


def quiet(_step: str) -> None:
    """Nobody listens."""


def met(home: Home) -> SyncWalk:
    """What comes of a walk of the two."""
    with two_laptops.two_laptops(home) as pair:
        assert pair is not None
        return pair.work()


def until(true: Callable[[], object]) -> bool:
    end = time.monotonic() + 60
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(true())


def answers(address: str) -> bool:
    """Whether anything listens there."""
    host, _, port = address.removeprefix("http://").partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except OSError:
        return False
    return True


def test_both_and_the_server_come_to_hold_the_same_and_one_change_is_to_be_looked_at(
    tmp_path: Path, processes: list[subprocess.Popen[Any]]
) -> None:
    home = Home(tmp_path / "home")
    steps: list[str] = []
    prepare_both(home, Wish(tmp_path / "out", PUPILS), steps.append)
    assert len(steps) == 2
    assert len(processes) >= 5
    assert have_joined(home)
    library = library_of(home)
    assert pair_of(home) == pair_of(library) == home.root / TWO_LAPTOPS
    assert address_of(home) == address_of(library) != address_of(Home(tmp_path))
    for place, user in ((home, USER), (library, SECOND_USER)):
        assert is_demonstration(place)
        assert user in (place.root / "README.txt").read_text(encoding="utf-8")
        with Laptop(place).sign_in_as(user, PASSWORD) as laptop:
            (card,) = open_desk(laptop).queries.conflicts.waiting().cards
            assert card.kind is CardKind.INFO
            assert card.title.text(Words.load("en")).startswith("Transport of ")
            assert {side.laptop for side in card.sides} == {"Office laptop", "Library laptop"}
            assert {side.value for side in card.sides} == {"Bus 1", "On foot, group 1"}
            assert Verb.USE in card.verbs
    prepare_both(home, Wish(tmp_path / "out", PUPILS), steps.append)  # all is there: nothing is done
    assert len(steps) == 2
    _decide_and_walk_again(home)
    _decide_on_both_at_once(home)


def _decide_and_walk_again(home: Home) -> None:
    """A decision on one laptop is an act like any other: it holds on the other one."""
    with Laptop(home).sign_in_as(USER, PASSWORD) as laptop:
        desk = open_desk(laptop)
        (card,) = desk.queries.conflicts.waiting().cards
        losing = next(side.value for side in card.sides if not side.in_force)
        desk.services.conflicts.decide(card.id, Verb.USE)
    again = met(home)
    assert (again.laptops, again.equal, again.edits, again.conflicts) == (2, True, 7, 1)
    assert len(again.state_hash) == 3
    assert len(set(again.state_hash)) == 1
    with Laptop(library_of(home)).sign_in_as(SECOND_USER, PASSWORD) as laptop:
        desk = open_desk(laptop)
        (line,) = desk.queries.conflicts.decided().rows
        assert (line.id, line.by, line.verb) == (card.id, USER, Verb.USE)
        assert card.student_id is not None
        history = desk.queries.history.person(card.student_id)
        ways = [change for change in history if change.key == "person.transport"]
        assert losing in {change.after for change in ways}
        assert {change.user for change in ways} >= {USER, SECOND_USER}


def _decide_on_both_at_once(home: Home) -> None:
    """The later decision stands on both, and the two values that were typed meet once more in the open."""
    both = ((home, USER, "Ferry 7"), (library_of(home), SECOND_USER, "Ferry 8"))
    for place, user, typed in both:
        with Laptop(place).sign_in_as(user, PASSWORD) as laptop:
            desk = open_desk(laptop)
            (card,) = desk.queries.conflicts.waiting().cards
            desk.services.conflicts.decide(card.id, Verb.EDIT, typed)
    assert met(home).equal
    told = []
    for place, user, _typed in both:
        with Laptop(place).sign_in_as(user, PASSWORD) as laptop:
            found = open_desk(laptop).queries.conflicts
            told.append([(line.id, line.by, line.at, line.verb) for line in found.decided().rows])
            values = [{side.value for side in card.sides} for card in found.waiting().cards]
            assert {"Ferry 7", "Ferry 8"} in values
    assert told[0] == told[1]


def test_one_that_was_cut_short_is_put_aside_and_nothing_of_it_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home")
    (home.root / TWO_LAPTOPS).mkdir(parents=True)
    (home.root / TWO_LAPTOPS / "half").write_text("made")

    def stops(_server: object, **_how: object) -> None:
        raise EmisError("Stopped.")

    monkeypatch.setattr(two_laptops, "_set_up_server", stops)
    with pytest.raises(EmisError, match=r"Stopped\."):
        prepare_both(home, Wish(tmp_path / "out", 1), quiet)
    assert not have_joined(home)
    (aside,) = home.root.glob(f"{TWO_LAPTOPS}-*")
    assert (aside / "half").read_text() == "made"


def test_two_that_make_the_same_do_not_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_laptops, "_set_up_server", lambda _server, **_how: None)
    home = Home(tmp_path / "home")
    with two_laptops.two_laptops(home), pytest.raises(Refused), two_laptops.two_laptops(home):
        raise AssertionError("it must not begin")
    assert not list(home.root.glob(f"{TWO_LAPTOPS}-*"))


def test_a_country_goes_to_the_server_and_one_of_its_schools_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: list[subprocess.Popen[Any]]
) -> None:
    for module in ("laptop", "two_laptops"):
        monkeypatch.setattr(f"emis_desktop.jobs.demo.{module}.Laptop", lambda home: cheap_laptop(home.root))
    monkeypatch.setattr("emis_desktop.jobs.demo.laptop.SCHOOL_MOST", PUPILS)
    monkeypatch.setattr("emis_desktop.jobs.demo.country_laptop.DEMO_PUPILS", PUPILS)
    home, pupils = Home(tmp_path / "home"), PUPILS + 80
    prepare_both(home, Wish(tmp_path / "out", pupils), quiet)
    assert len(processes) >= 5
    assert have_joined(home)
    with cheap_laptop(home.root).sign_in_as(USER, PASSWORD) as ministry:
        assert ministry.site.institution_id is None
        assert _on_roll(ministry) == pupils
        with ministry.db.read() as session:
            assert waiting_changes(session.connection()) == 0
    with Laptop(library_of(home)).sign_in_as(SECOND_USER, PASSWORD) as school:
        assert school.site.institution_id is not None
        assert _on_roll(school) == PUPILS
    again = met(home)
    assert (again.equal, len(set(again.state_hash))) == (True, 1)


def _on_roll(laptop: OpenLaptop) -> int:
    return StudentSearch(laptop.db, laptop.actor).count("", StudentFilter(roll=Roll.ON))


def test_without_the_servers_program_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_laptops, "server_command", lambda: None)
    home = Home(tmp_path / "home")
    with two_laptops.two_laptops(home) as pair:
        assert pair is None
    assert not home.root.exists()
    prepare_both(home, Wish(tmp_path / "out", 1), quiet)
    assert not (home.root / TWO_LAPTOPS).exists()


def test_where_the_program_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = server_command()
    assert found is not None
    assert found[1:] == ("-m", "sync.server")
    assert server_process.laptop_command()[1:] == ("-m", "emis_desktop.cli")
    monkeypatch.setattr(server_process, "find_spec", lambda _name: None)
    assert server_command() is None
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys.executable", str(tmp_path / "emis"))
    assert server_command() is None
    assert server_process.laptop_command() == (str(tmp_path / "emis"),)
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
    with ServerKeeper(tmp_path) as keeper, pytest.raises(EmisError, match="did not do its work"):
        keeper.address()
    assert len(processes) >= 3


def test_the_last_laptop_that_is_open_has_the_server_at_the_same_place(pair: Path) -> None:
    with ServerKeeper(pair) as second:
        with ServerKeeper(pair) as first:
            address = first.address()
            assert second.address() == address
            assert answers(address)
        assert until(lambda: answers(address))
    assert not answers(address)


def test_a_server_that_ends_is_started_again(pair: Path, processes: list[subprocess.Popen[Any]]) -> None:
    with ServerKeeper(pair) as keeper:
        address = keeper.address()
        (process,) = processes
        process.kill()
        process.wait()
        assert until(lambda: answers(address))
        assert len(processes) > 1


def test_where_something_else_has_its_port_it_takes_another(pair: Path) -> None:
    with ServerKeeper(pair) as keeper:
        address = keeper.address()
    with socket.create_server(("127.0.0.1", int(address.rpartition(":")[2]))), ServerKeeper(pair) as keeper:
        assert keeper.address() != address
        assert answers(keeper.address())


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a signal of POSIX systems")
def test_whoever_is_killed_leaves_no_server(pair: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from emis_desktop.jobs.demo.keeper import ServerKeeper\n"
        "with ServerKeeper(Path(sys.argv[1])) as keeper:\n"
        "    print(keeper.address(), flush=True); time.sleep(600)"
    )
    demo = subprocess.Popen(
        [sys.executable, "-c", program, str(pair)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with demo:
        assert demo.stdout is not None
        address = demo.stdout.readline().strip()
        assert answers(address)
        demo.send_signal(signal.SIGKILL)
        demo.wait()
        assert until(lambda: not answers(address))


@pytest.mark.parametrize("content", [b"", b"[]", json.dumps({"address": 3}).encode()])
def test_an_address_that_cannot_be_read_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "server.json").write_bytes(content)
    assert address_in(tmp_path) is None
