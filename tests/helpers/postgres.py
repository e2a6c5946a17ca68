"""A real PostgreSQL for the tests: one server a test process, one fresh database a test.

The server's own files lie in a temporary folder, it listens on nothing but a socket in there (on Windows: on
a port of the loopback), and it ends with the tests. It never runs as root: root starts it as ``postgres``
or ``nobody``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from pathlib import Path
from types import ModuleType

import psycopg
from psycopg import sql

WINDOWS = os.name == "nt"
START_SECONDS = 60
_OPTIONS = {
    "fsync": "off",  # a test's database need not outlive the power
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "24MB",
    "max_connections": "80",
    "autovacuum": "off",
    "log_min_messages": "fatal",
    "jit": "off",
}


def binaries() -> Path | None:
    """The folder with ``initdb`` and ``postgres``: the system's newest, else a wheel's; ``None`` without."""
    suffix = ".exe" if WINDOWS else ""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: int(each.parent.name))
    found = shutil.which("initdb")
    path = [Path(found).resolve().parent] if found else []
    for folder in [*reversed(debian), *path, *_of_wheel()]:
        if all((folder / f"{name}{suffix}").is_file() for name in ("initdb", "postgres")):
            return folder
    return None


def _of_wheel() -> list[Path]:
    """Where ``run.py test`` unpacks a wheel with the programs, when the system has none."""
    return list((Path(__file__).resolve().parents[2] / ".postgres").glob("*/pginstall/bin"))


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server; :meth:`fresh` makes databases."""

    host: str
    port: int
    process: subprocess.Popen[bytes]
    numbers: count[int]

    def url(self, database: str) -> str:
        """What ``EMIS_DATABASE_URL`` would hold for a database."""
        return f"postgresql+psycopg://emis@/{database}?host={self.host}&port={self.port}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection that commits by itself."""
        return psycopg.connect(
            host=self.host, port=self.port, user="emis", dbname=database, autocommit=True, connect_timeout=5
        )

    @contextlib.contextmanager
    def fresh(self) -> Iterator[str]:
        """The address of a new, empty database, which is dropped afterwards with whoever is connected."""
        name = f"emis_{os.getpid()}_{next(self.numbers)}"
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield self.url(name)
        finally:
            with self.connect() as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """A server with the binaries of ``folder``, ended (by its own process id) when the block is left."""
    place = Path(tempfile.mkdtemp(prefix="emis-pg-"))  # a socket's path may have 107 bytes
    try:
        who = _not_root(place)
        data = place / "data"
        made = subprocess.run(
            [folder / "initdb", "-D", data, "-U", "emis", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            check=False, capture_output=True, cwd=place, env=_environment(), **who,
        )  # fmt: skip
        if made.returncode:
            raise RuntimeError(f"initdb: {made.stderr.decode(errors='replace')}")
        with _started(folder, place, data, who) as cluster:
            yield cluster
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}


def _not_root(place: Path) -> dict[str, str | int | list[int]]:
    """Who the server runs as where root may not, and that the folder is theirs; else nothing special."""
    if WINDOWS or os.geteuid() != 0:
        return {}
    pwd: ModuleType = import_module("pwd")  # which Windows lacks
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            os.chown(place, user.pw_uid, user.pw_gid)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("there is no user but root to run PostgreSQL as")


@contextlib.contextmanager
def _started(
    folder: Path, place: Path, data: Path, who: dict[str, str | int | list[int]]
) -> Iterator[Cluster]:
    host, port = ("127.0.0.1", _free_port()) if WINDOWS else (str(place), 5432)
    options = {
        **_OPTIONS,
        "listen_addresses": host if WINDOWS else "",
        "port": str(port),
        "unix_socket_directories": "" if WINDOWS else str(place),
    }
    command: list[str | Path] = [folder / "postgres", "-D", data]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    if sys.platform == "linux" and shutil.which("setpriv"):
        command = ["setpriv", "--pdeathsig", "INT", "--", *command]  # also when these tests are killed
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=place, env=_environment(), **who
        )
    cluster = Cluster(host, port, process, count(1))
    try:
        _wait(cluster, place / "log")
        yield cluster
    finally:
        _end(process)


def _wait(cluster: Cluster, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            cluster.connect().close()
        except psycopg.OperationalError:
            if cluster.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text('utf-8', 'replace')}") from None
            time.sleep(0.05)
        else:
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask for a quick end, which tells every connection; kill what does not follow."""
    process.send_signal(signal.SIGTERM if WINDOWS else signal.SIGINT)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
