"""join, sync and bundle as a person or a script gives them, against a server process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from emis_desktop.settings import Home
from tests.helpers.central import Running, Server, set_up
from tests.helpers.commands import Result, emis

PASSWORD = "seven green bottles on a wall"
KEYS = {
    "requests",
    "bytes_up",
    "bytes_down",
    "ops_sent",
    "ops_received",
    "conflicts",
    "parked",
    "rejected",
    "root",
    "seconds",
}


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Running]]:
    folder = tmp_path_factory.mktemp("central")
    server = set_up(folder / "server", f"sqlite:///{folder / 'server' / 'central.db'}")
    with server.running() as running:
        yield server, running


@pytest.fixture
def somebody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gives the commands."""
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    file.chmod(0o600)
    monkeypatch.setenv("EMIS_PASSWORD_FILE", str(file))
    monkeypatch.setenv("EMIS_USER", "Person 01")


def join(central: tuple[Server, Running], *more: str, code: str | None = None) -> Result:
    server, running = central
    address = f"http://127.0.0.1:{running.port}"
    return emis("join", code or server.code(), "--server", address, "--json", *more)


@pytest.mark.usefixtures("somebody")
def test_a_laptop_joins_syncs_and_goes_by_stick(central: tuple[Server, Running], tmp_path: Path) -> None:
    joined = join(central, "--name", "Office laptop")
    assert joined.code == 0, joined.err
    told = joined.document
    assert (told["laptop"], told["role"], told["school"]) == ("Office laptop", "principal", "School GD-001")
    assert told["sync"].keys() >= KEYS
    synced = emis("sync", "--json")
    assert synced.code == 0
    assert synced.document.keys() >= KEYS
    assert len(synced.document["root"]) == 32
    assert emis("sync").out.strip() == "Everything was in step already."
    doctor = emis("doctor", "--json").document
    assert (doctor["sync"]["laptop"], doctor["outbox"]) == ("Office laptop", 0)
    told = emis("doctor").out
    for words in (
        "Server                            Ministry of Examples, http://127.0.0.1:",
        "Laptop                            Office laptop\n",
        "Last contact                      ",
        "Waiting for what belongs to them  0\n",
        "Content of School GD-001          ",
        "Content of the whole country      ",
    ):
        assert f"  {words}" in told
    file = tmp_path / "out.emis"
    assert emis("bundle", "export", file, "--json").document["changes"] == 0
    answer = tmp_path / "back.emis"
    central[0].command("bundle", str(file), "--answer", str(answer))
    assert emis("bundle", "import", answer, "--json").code == 0
    refused = emis("bundle", "import", file, "--json")
    assert refused.code == 1
    assert "Take in the answer" in refused.refused


@pytest.mark.usefixtures("somebody")
def test_what_stands_against_joining(
    central: tuple[Server, Running], emis_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Group 2 of the code has a slip" in emis("join", "R8A60-DMWY8-AP7KC-42D0K", "--json").refused
    assert "--server" in emis("join", central[0].code(), "--json").refused
    assert "64 signs" in join(central, "--pin", "zz").refused
    assert "does not know that code" in join(central, code="R8A60-DMWY7-AP7KC-42D0K").refused
    monkeypatch.setenv("EMIS_SERVER_URL", "http://127.0.0.1:9")
    assert "no connection" in emis("join", central[0].code(), "--json").refused
    home = Home(emis_home)
    file = emis_home.parent / "ca.pem"
    file.write_text("no certificate")
    for before in (None, b"the authority of the server that it belongs to"):
        if before is not None:
            home.server_ca.write_bytes(before)
        assert "holds no certificate" in emis("join", central[0].code(), "--ca", file, "--json").refused
        assert (home.server_ca.read_bytes() if home.server_ca.exists() else None) == before
    home.server_ca.unlink()
    assert "nowhere.pem" in emis("join", central[0].code(), "--ca", "nowhere.pem", "--json").refused
    assert not list(home.stores.glob("*.db"))
    assert not home.keyring.exists()
    assert "There are no records" in emis("sync", "--json").refused


@pytest.mark.usefixtures("somebody")
def test_a_laptop_that_has_not_joined() -> None:
    assert emis("init", "--role", "school", "--profile", "GD", "--json").code == 0
    assert "has not joined" in emis("sync", "--json").refused
    assert "has not joined" in emis("bundle", "export", "file.emis", "--json").refused
    assert emis("doctor", "--json").document["sync"] is None
