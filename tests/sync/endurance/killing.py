"""Real processes that are killed: servers, one of several workers, laptops; then what each of them holds.

Everything is bounded in count. A :class:`Country` is a server and laptops of schools with real stores; each
laptop is a process of its own while it syncs, and says what it typed, so that nothing that was saved can be
missed.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlalchemy import create_engine

from tests.helpers import stores
from tests.helpers.central import Running, Server, set_up
from tests.helpers.ports import free_port
from tests.helpers.stores import StoreLaptop
from tests.helpers.wire import Wire

_LATE_S = 240
_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was left: kills (or answers lost), names that were typed, what is wrong, if anything, seconds."""

    kills: int
    typed: int
    wrong: tuple[str, ...]
    seconds: float


@dataclass
class Country:
    """A server at one port, whoever serves there, and laptops of schools."""

    folder: Path
    server: Server
    workers: int = 1
    port: int = 0
    laptops: list[StoreLaptop] = field(default_factory=list)

    @classmethod
    def made(cls, folder: Path, database: str = "", workers: int = 1) -> "Country":
        """A server that was set up, not yet serving. ``database``: else a file of SQLite."""
        home = folder / "server"
        server = set_up(home, database or f"sqlite:///{home / 'server.db'}")
        return cls(folder, server, workers, free_port())

    @property
    def url(self) -> str:
        """Where laptops reach it."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def serving(self) -> Iterator[Running]:
        """Serve, as a process."""
        words = ("--port", str(self.port), "--workers", str(self.workers), "--log-level", "error")
        with self.server.running(*words) as running:
            yield running

    def join(self, count: int, school: str = "GD-001") -> None:
        """Let laptops join; the server serves. Their stores are closed."""
        for _ in range(count):
            number = len(self.laptops) + 1
            name = f"laptop{number:02}"
            made = stores.join(self.folder, name, number, self.url, self.server.code(school))
            made.close()
            self.laptops.append(made)

    def start(self, times: int, write: int) -> list["subprocess.Popen[str]"]:
        """Every laptop as a process that types and syncs so often."""
        words = ("--times", str(times), "--write", str(write))
        return [stores.process(laptop, self.url, *words) for laptop in self.laptops]

    def differences(self, typed: Sequence[str]) -> list[str]:
        """Sync all until nothing comes any more (the server serves), then compare them."""
        opened = [StoreLaptop.open(laptop.path, laptop.seed) for laptop in self.laptops]
        try:
            for _ in range(2):
                for laptop in opened:
                    laptop.sync(self.url)
            return _compared(opened, set(typed))
        finally:
            for laptop in opened:
                laptop.close()


def _compared(laptops: Sequence[StoreLaptop], typed: set[str]) -> list[str]:
    wrong = []
    for laptop in laptops:
        name, figures = laptop.path.stem, laptop.figures()
        if missing := typed - laptop.names():
            wrong.append(f"{name} lacks {len(missing)}, such as {min(missing)}")
        if laptop.state() != laptops[0].state():
            wrong.append(f"{name} differs from {laptops[0].path.stem}")
        if figures["generation"] != 1:
            wrong.append(f"{name} was taken for a copy: generation {figures['generation']}")
        if figures["waiting"] or figures["parked"]:
            wrong.append(f"{name} still has {figures}")
    return wrong


def typed_by(processes: Sequence["subprocess.Popen[str]"]) -> tuple[list[str], list[str]]:
    """Wait for laptops to end: the names that each said to have saved, and what went wrong."""
    names, wrong = [], []
    for process in processes:
        out, _ = process.communicate(timeout=_LATE_S)
        names += _names(out)
        if process.returncode:
            wrong.append(f"a laptop ended with {process.returncode}")
    return names, wrong


def _names(out: str) -> list[str]:
    found: list[str] = []
    for line in out.splitlines():
        if line.startswith("typed "):
            found += json.loads(line.removeprefix("typed "))["names"]
    return found


def server_killed(country: Country, laptops: int, kills: int, *, times: int = 4, seed: int = 0) -> Outcome:
    """``kill -9`` of the serving process while laptops sync, again and again; each time another goes on."""
    began, dice = time.monotonic(), Random(seed)
    with country.serving():
        country.join(laptops)
    typing: list[subprocess.Popen[str]] = []
    for kill in range(kills):
        with country.serving() as running:
            if kill == 0:
                typing = country.start(times, 25)
            time.sleep(0.3 + 1.2 * dice.random())
            running.process.kill()
            running.process.wait()
    with country.serving():
        names, wrong = typed_by(typing)
        wrong += country.differences(names)
    wrong += _audit(country)
    return Outcome(kills, len(names), tuple(wrong), time.monotonic() - began)


def worker_killed(country: Country, laptops: int, kills: int, *, times: int = 3, seed: int = 0) -> Outcome:
    """``kill -9`` of one of several workers while laptops sync; the others go on, and it comes back."""
    began, dice = time.monotonic(), Random(seed)
    with country.serving() as running:
        country.join(laptops)
        typing = country.start(times, 25)
        done = 0
        while done < kills and any(process.poll() is None for process in typing):
            time.sleep(0.5 + dice.random())
            workers = workers_of(running.process.pid)
            if len(workers) >= 2:  # one at least goes on
                os.kill(dice.choice(workers), signal.SIGKILL)
                done += 1
        names, wrong = typed_by(typing)
        wrong += country.differences(names)
    wrong += [] if done else ["no worker was killed"]
    wrong += _audit(country)
    return Outcome(done, len(names), tuple(wrong), time.monotonic() - began)


def connections_ended(
    country: Country, laptops: int, kills: int, *, times: int = 3, seed: int = 0
) -> Outcome:
    """PostgreSQL ends every connection, as it does when it starts again, while laptops sync."""
    began, dice = time.monotonic(), Random(seed)
    ended = 0
    engine = create_engine(country.server.database, isolation_level="AUTOCOMMIT")
    with country.serving(), engine.connect() as database:
        country.join(laptops)
        typing = country.start(times, 25)
        while ended < kills and any(process.poll() is None for process in typing):
            time.sleep(0.2 + 0.6 * dice.random())
            ended += bool(database.exec_driver_sql(_END_OTHERS).fetchall())
        names, wrong = typed_by(typing)
        wrong += country.differences(names)
    engine.dispose()
    wrong += [] if ended else ["no connection was ended"]
    wrong += _audit(country)
    return Outcome(ended, len(names), tuple(wrong), time.monotonic() - began)


def laptop_killed(country: Country, people: int, kills: int, *, seed: int = 0) -> Outcome:
    """``kill -9`` of a laptop while it applies what another wrote or sends what was typed on it."""
    began, dice = time.monotonic(), Random(seed)
    done, names = 0, list[str]()
    with country.serving():
        country.join(2)
        for _ in range(kills):
            names += _write(country, country.laptops[0], people)
            process = stores.process(country.laptops[1], country.url, "--slow", "0.01", "--write", "200")
            names += _kill_after(process, dice.randrange(12))
            done += 1
        wrong = country.differences(names)
    wrong += _audit(country)
    return Outcome(done, len(names), tuple(wrong), time.monotonic() - began)


def answers_lost(country: Country, syncs: int, share: float = 0.05, *, seed: int = 0) -> Outcome:
    """Two laptops that edit and sync by turns over a line that loses answers; ``kills`` counts those."""
    began = time.monotonic()
    names: list[str] = []
    with country.serving():
        country.join(2)
        laptops = [StoreLaptop.open(each.path, each.seed) for each in country.laptops]
        with Wire(country.port) as wire:
            wire.lose_answers(share, seed=seed)
            for number in range(syncs):
                laptop, name = laptops[number % 2], f"edit {number}"
                laptop.write([name])
                names.append(name)
                laptop.sync(f"http://127.0.0.1:{wire.port}")
            lost = wire.passed().lost
        for laptop in laptops:
            laptop.close()
        wrong = country.differences(names)
    wrong += [] if lost else ["no answer was lost"]
    wrong += _audit(country)
    return Outcome(lost, len(names), tuple(wrong), time.monotonic() - began)


def _write(country: Country, closed: StoreLaptop, people: int) -> list[str]:
    laptop = StoreLaptop.open(closed.path, closed.seed)
    with closing(laptop):
        names = [f"{laptop.path.stem} {time.monotonic_ns()} {number}" for number in range(people)]
        laptop.write(names)
        laptop.sync(country.url)
    return names


def _kill_after(process: "subprocess.Popen[str]", pieces: int) -> list[str]:
    """Kill it once it has typed and applied so many pieces, or has nothing to apply any more."""
    assert process.stdout is not None
    heard, applied = "", -1
    for line in process.stdout:
        heard += line
        if line.startswith(("typed", "applied")):
            applied += 1
        if applied >= pieces:
            break
    process.kill()
    rest, _ = process.communicate(timeout=_LATE_S)
    return _names(heard + rest)


def workers_of(pid: int) -> list[int]:
    """Processes that another started and that serve; the one that tracks resources is left out."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"spawn_main" in command:
                found.append(int(child))
    return found


def _audit(country: Country) -> list[str]:
    found = country.server.command("verify-audit")
    return [] if found["sound"] else [f"audit: {found}"]
