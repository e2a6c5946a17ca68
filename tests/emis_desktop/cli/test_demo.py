"""``emis demo``: a summary to read, a document for scripts, a folder of its own."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from emis_desktop.cli import demo
from emis_desktop.demo_people import SYNCED_MOST
from emis_desktop.jobs.demo import walk as walking
from emis_desktop.jobs.demo.laptop import REPLACED, DemoSize, finish_demo
from emis_desktop.jobs.demo.note import NOTE
from emis_desktop.settings import Home
from tests.factories.laptops import SetUp, cheap_laptop, first_run
from tests.helpers.commands import emis, process

KEYS = {
    *("pupils", "report_cards", "cards", "verified", "exports", "backup", "sound", "imported", "seconds"),
    *("user", "password", "home", "sync", "schools"),
}


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the two laptops that sync: their processes take seconds."""
    monkeypatch.setattr(walking, "two_laptops", lambda _home, **_how: nullcontext())
    monkeypatch.setattr(demo, "server_command", lambda: None)


def test_the_document_of_the_real_command_names_every_result(
    emis_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = process("demo", "--headless", "--pupils", "9", "--out", tmp_path / "out", "--json")
    assert (done.code, done.document["verified"]) == (0, "genuine")
    assert done.document.keys() == KEYS
    assert (done.document["pupils"], done.document["home"]) == (9, str(emis_home))
    paths = [*done.document["report_cards"], *done.document["exports"], done.document["backup"]]
    assert all(Path(path).is_file() for path in paths)
    assert "Making the demonstration school …" in done.err
    sync = done.document["sync"]
    assert (sync["laptops"], sync["equal"], sync["edits"], sync["conflicts"]) == (2, True, 7, 1)
    assert len(sync["state_hash"]) == 3
    assert len(set(sync["state_hash"])) == 1
    assert sync["office"] == str(emis_home)
    readme = (emis_home / "README.txt").read_text(encoding="utf-8")
    assert "two-laptops/library-laptop" in readme
    second = emis("demo", "--second-laptop", "--json")
    assert (second.code, second.document["home"]) == (0, sync["library"])
    told = emis("demo", "--second-laptop", "--headless").out
    assert all(said in told for said in ("User 02", "demo island school", sync["library"]))
    _is_decided_without_a_window(tmp_path, monkeypatch)
    _opens_the_second(Path(sync["library"]), monkeypatch)


def _is_decided_without_a_window(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the last lines of the demonstration say; its server comes for as long as it is needed."""
    secret = tmp_path / "password"
    secret.write_text("demo island school", encoding="utf-8")
    secret.chmod(0o600)
    monkeypatch.setenv("EMIS_USER", "User 01")
    monkeypatch.setenv("EMIS_PASSWORD_FILE", str(secret))
    (card,) = emis("conflicts", "--json").document
    assert emis("resolve", card["id"], "--keep", "--json").code == 0
    told = process("sync", "--json")
    assert (told.code, told.document["conflicts"]) == (0, 0)
    assert told.document["ops_sent"] > 0
    assert emis("conflicts", "--json").document == []


def _opens_the_second(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Home] = []

    def note(home: Home) -> int:
        opened.append(home)
        return 0

    monkeypatch.setattr(demo, "open_desktop", note)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert "User 02" in emis("demo", "--second-laptop").out
    assert opened == [Home(library)]


@pytest.mark.usefixtures("emis_home")
def test_a_second_laptop_that_is_not_there_is_told() -> None:
    assert "no second laptop yet" in emis("demo", "--second-laptop", "--json").refused


def test_a_very_large_country_has_no_second_laptop(emis_home: Path) -> None:
    SetUp(cheap_laptop(emis_home), "").laptop.set_up(first_run())
    finish_demo(Home(emis_home), DemoSize(SYNCED_MOST + 1, 1))
    assert "10000 pupils has no second laptop" in emis("demo", "--second-laptop", "--json").refused


@pytest.mark.usefixtures("alone")
def test_without_the_servers_program_there_is_no_such_key(emis_home: Path, tmp_path: Path) -> None:
    done = emis("demo", "--headless", "--pupils", "1", "--out", tmp_path / "out", "--json")
    assert done.document.keys() == KEYS - {"sync"}
    assert "two-laptops" not in (emis_home / "README.txt").read_text(encoding="utf-8")


@pytest.mark.usefixtures("alone")
def test_the_summary_says_where_to_look_and_how_to_sign_in(
    emis_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = emis("demo", "--headless", "--pupils", "1")
    assert done.code == 0
    assert "1 pupil, 1 class." in done.out
    for said in ("demo-results", "User 01", "demo island school", str(emis_home), "349 taken"):
        assert said in done.out
    assert str(tmp_path) + "/demo-results" not in done.out  # shown from where the person stands
    again = emis("demo", "--headless")
    assert "1 pupil, 1 class." in again.out  # the one that is there


@pytest.mark.parametrize(
    ("platform", "before", "after"),
    [
        ("linux", "EMIS_HOME='/a b/home' python3 run.py emis", ""),
        ("darwin", "EMIS_HOME='/a b/home' python3 run.py emis", ""),
        ("win32", 'cmd /c "set EMIS_HOME=', '&& py run.py emis"'),
    ],
)
def test_the_command_to_look_around_can_be_typed(
    monkeypatch: pytest.MonkeyPatch, platform: str, before: str, after: str
) -> None:
    monkeypatch.chdir(Path(demo.__file__).parents[2])
    line = demo.command_to_open(Path("/a b/home"), platform)
    assert line.startswith(before)
    assert line.endswith(after)
    assert " emis sync" in demo.command_to_open(Path("/home"), platform, "sync")
    monkeypatch.setattr("sys.frozen", True, raising=False)
    assert "run.py" not in demo.command_to_open(Path("/home"), platform)


def test_a_line_for_windows_has_no_quotes_inside_and_holds_paths_with_spaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quotes inside the quotes are read differently by the two terminals."""
    source = tmp_path / "my programs & others" / "emis"
    source.mkdir(parents=True)
    (source / "run.py").touch()
    monkeypatch.setattr(demo.emis_desktop, "__file__", str(source / "emis_desktop" / "__init__.py"))
    line = demo.command_to_open(Path("/a b/home"), "win32")
    folder = str(source).replace("&", "^&")
    assert line == f'cmd /c "set EMIS_HOME={Path("/a b/home")}&& cd /d {folder}&& py run.py emis"'
    monkeypatch.chdir(source)
    assert demo.command_to_open(Path("/home"), "win32").endswith('&& py run.py emis"')


@pytest.mark.usefixtures("alone")
def test_another_size_is_refused_with_what_to_do(emis_home: Path, tmp_path: Path) -> None:
    assert emis("demo", "--headless", "--pupils", "2", "--out", tmp_path / "out").code == 0
    refused = emis("demo", "--headless", "--pupils", "3", "--out", tmp_path / "out", "--json")
    assert refused.code == 1
    assert "2 pupils" in refused.refused


def test_real_records_are_refused(laptop: SetUp, tmp_path: Path) -> None:
    assert "real records" in emis("demo", "--headless", "--out", tmp_path / "out", "--json").refused


@pytest.mark.usefixtures("alone")
def test_without_a_chosen_folder_it_lies_beside_the_real_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMIS_HOME")
    monkeypatch.setattr("emis_desktop.cli.console.find_home", lambda: Home(tmp_path / "emis-desktop"))
    made = emis("demo", "--headless", "--pupils", "1", "--out", tmp_path / "out", "--json")
    assert made.document["home"] == str(tmp_path / "emis-desktop-demo")
    assert not (tmp_path / "emis-desktop" / "stores").exists()


@pytest.mark.usefixtures("alone")
def test_with_a_screen_the_desktop_opens_on_the_demonstration(
    emis_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Home] = []

    def note(home: Home) -> int:
        opened.append(home)
        return 0

    monkeypatch.setattr(demo, "open_desktop", note)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    order = ("demo", "--pupils", "1", "--out", tmp_path / "out")
    assert emis(*order).code == 0
    assert opened == [Home(emis_home)]
    for path in (tmp_path / "out").glob("*.csv"):
        path.unlink()
    assert "User 01" in emis(*order).out
    assert not list((tmp_path / "out").glob("*.csv"))  # the walk is for the first time


def _no_table(*_given: object) -> None:
    raise RuntimeError("no such table: change_seal")


@pytest.mark.usefixtures("alone")
def test_a_folder_that_cannot_be_used_is_named_with_its_own_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMIS_HOME")
    monkeypatch.setattr("emis_desktop.cli.console.find_home", lambda: Home(tmp_path / "emis-desktop"))
    demo_home = tmp_path / "emis-desktop-demo"
    order = ("demo", "--headless", "--pupils", "1", "--out", tmp_path / "out", "--json")
    monkeypatch.setattr(demo, "walk", _no_table)
    told = emis(*order).refused  # nothing is there yet: it is not the folder's fault
    assert "the program's fault" in told
    assert str(demo_home / "logs") in told
    monkeypatch.undo()
    monkeypatch.delenv("EMIS_HOME")
    monkeypatch.setattr("emis_desktop.cli.console.find_home", lambda: Home(tmp_path / "emis-desktop"))
    monkeypatch.setattr(walking, "two_laptops", lambda _home, **_how: nullcontext())
    assert emis(*order).code == 0
    monkeypatch.setattr(demo, "walk", _no_table)
    told = emis(*order).refused
    assert "Delete that folder" in told
    assert f"in {demo_home} " in told
    assert str(demo_home / "logs") in told
    assert "change_seal" in (demo_home / "logs" / "emis.log").read_text(encoding="utf-8")
    assert not (tmp_path / "emis-desktop").exists()


@pytest.mark.usefixtures("alone")
def test_one_that_another_version_made_is_said_to_be_made_anew(emis_home: Path, tmp_path: Path) -> None:
    order = ("demo", "--headless", "--out", tmp_path / "out")
    assert emis(*order, "--pupils", "2").code == 0
    (emis_home / NOTE).write_text('{"pupils": 2, "seed": 1, "finished": true}')
    again = emis(*order)
    assert (again.code, "2 pupils" in again.out) == (0, True)
    assert f"made anew. The old one is kept in {emis_home / REPLACED}." in again.err


def test_a_place_for_results_that_cannot_be_is_told(emis_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "out"
    file.write_text("mine")
    assert emis("demo", "--headless", "--out", file, "--json").code == 1
    assert file.read_text() == "mine"
