"""What an operator reads where the database is not as ``EMIS_DATABASE_URL`` says."""

import socket
from pathlib import Path

import pytest

from tests.helpers.central import Server, set_up


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return set_up(tmp_path / "server", f"sqlite:///{tmp_path / 'server' / 'server.db'}")


def closed_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("url", ["nonsense", "://", "mysql://x/y"])
def test_what_is_no_address_is_told_in_a_sentence(server: Server, url: str) -> None:
    told = server.command("doctor", code=1, environment={**server.environment, "EMIS_DATABASE_URL": url})
    assert told == {
        "refused": "EMIS_DATABASE_URL is no address of a database. Write it like "
        "postgresql+psycopg://user@host/name."
    }


@pytest.mark.parametrize("command", [("doctor",), ("site", "list"), ("run", "--port", "0")])
def test_a_postgresql_that_does_not_run_is_told_in_a_sentence(
    server: Server, command: tuple[str, ...]
) -> None:
    url = f"postgresql+psycopg://emis@127.0.0.1:{closed_port()}/emis"
    told = server.command(*command, code=1, environment={**server.environment, "EMIS_DATABASE_URL": url})
    assert told["refused"].startswith("PostgreSQL lets nobody in: connection failed")
    assert "See that it runs" in told["refused"]


def test_a_server_is_not_half_set_up_where_postgresql_does_not_run(tmp_path: Path) -> None:
    server = Server(tmp_path / "server", f"postgresql+psycopg://emis@127.0.0.1:{closed_port()}/emis")
    init = "init", "--name", "Ministry", "--profile", "GD"
    assert server.command(*init, code=1)["refused"].startswith("PostgreSQL lets nobody in")
    server = Server(server.home, f"sqlite:///{tmp_path / 'server.db'}")
    server.command(*init)
