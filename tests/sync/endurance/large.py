"""A very large import goes up and comes down, while somebody types on, and is stopped in the middle.

Laptops are processes of their own, so that what they need of memory is theirs alone:

    python -P -m tests.sync.endurance.large STORE SEED URL [--stop-at PERCENT]

syncs while it types, and tells as JSON: seconds, the most memory in MB, names that were typed, how long the
longest of those acts took (ms), how often it was stopped, and bytes up and down.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from emis_desktop.errors import Cancelled
from emis_desktop.rules.ids import new_id
from sync.engine.meter import Progress
from sync.transport import Address, HttpLine
from tests.helpers import stores
from tests.helpers.stores import ROOT, StoreLaptop
from tests.sync.endurance.killing import Country

PUPILS = 100
CLIENT_MB, SERVER_MB = 300, 300
"""What a laptop of 4 GB, and a server, may need."""
_ATTENDANCE = (
    "INSERT INTO attendance_total "
    "(id, student_id, institution_id, period_id, possible, absent, excused, late) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_SCHOOL = "INSERT INTO institution (id, code, name) VALUES (?, 'L001', 'A large school')"
_PERSON = "INSERT INTO person (id, given_names, family_name, synthetic) VALUES (?, ?, 'Test', 1)"
_PERIOD = "INSERT INTO academic_period (id, code, label, starts_on, ends_on) VALUES (?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Run:
    """One sync of a laptop as a process, as the module tells."""

    seconds: float
    megabytes: float
    typed: tuple[str, ...]
    longest_ms: float
    stops: int
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Large:
    """An import that went up and came down."""

    rows: int
    push: Run
    pull: Run
    server_mb: float
    wrong: tuple[str, ...]


def large(country: Country, rows: int, stop_at: int) -> Large:
    """Import so many rows on one laptop of the ministry, push, and pull them on another."""
    with country.serving() as running:
        codes = [str(country.server.command("enrol", "--nation")["code"]) for _ in range(2)]
        one, other = (
            stores.join(country.folder, f"ministry{number}", number, country.url, code)
            for number, code in enumerate(codes, 1)
        )
        other.sync(country.url)
        _import(one, rows)
        one.close()
        other.close()
        push, pull = (_process(country, laptop, stop_at) for laptop in (one, other))
        server_mb = _most_memory(running.process.pid)
        wrong = _compared(country, (one, other), rows, {*push.typed, *pull.typed})
    return Large(rows, push, pull, server_mb, tuple(wrong))


def _import(laptop: StoreLaptop, count: int) -> None:
    """Pupils with an attendance total for each of many years, so that few people make many rows; one act."""
    school, pupils = new_id().bytes, [new_id().bytes for _ in range(PUPILS)]
    years = [new_id().bytes for _ in range(-(-count // PUPILS))]
    days = "2026-09-01", "2027-07-01"
    with laptop.db.write(laptop.actor, "import_records") as session:
        execute = session.connection().exec_driver_sql
        execute(_SCHOOL, (school,))
        execute(_PERSON, [(pupil, f"Pupil {number}") for number, pupil in enumerate(pupils)])
        execute(_PERIOD, [(year, f"Y{n}", f"Year {n}", *days) for n, year in enumerate(years)])
        found = [
            (new_id().bytes, pupils[n % PUPILS], school, years[n // PUPILS], 190, n % 17, n % 5, n % 11)
            for n in range(count)
        ]
        execute(_ATTENDANCE, found)


def _process(country: Country, laptop: StoreLaptop, stop_at: int) -> Run:
    words = [str(laptop.path), str(laptop.seed), country.url, "--stop-at", str(stop_at)]
    command = [sys.executable, "-P", "-m", "tests.sync.endurance.large", *words]
    done = subprocess.run(
        command,
        check=True,
        cwd=ROOT,
        env={**country.server.environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    told = json.loads(done.stdout)
    return Run(**told | {"typed": tuple(told["typed"])})


def _compared(
    country: Country, laptops: tuple[StoreLaptop, StoreLaptop], rows: int, typed: set[str]
) -> list[str]:
    one, other = (StoreLaptop.open(laptop.path, laptop.seed) for laptop in laptops)
    with closing(one), closing(other):
        for laptop in (one, other, one):
            laptop.sync(country.url)
        wrong = []
        for laptop in (one, other):
            with laptop.db.read() as session:
                ask = session.connection().exec_driver_sql
                count = ask("SELECT count(*) FROM attendance_total").scalar_one()
            wrong += [] if count == rows else [f"{laptop.path.stem} has {count} of {rows} rows"]
            missing = typed - laptop.names()
            wrong += [f"{laptop.path.stem} lacks {len(missing)} that were typed"] if missing else []
            figures = laptop.figures()
            if figures["waiting"] or figures["parked"] or figures["generation"] != 1:
                wrong.append(f"{laptop.path.stem}: {figures}")
        wrong += [] if one.state() == other.state() else ["the laptops differ"]
    return wrong


def _most_memory(pid: int) -> float:
    """Not ``ru_maxrss``: that begins with what the process that started this one had."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


# -- A laptop ------------------------------------------------------------------------------------


class _Typist(threading.Thread):
    """Registers somebody twenty times a second until told to end; each act is a sentence and a save."""

    def __init__(self, laptop: StoreLaptop) -> None:
        super().__init__(name="typist")
        self._laptop = laptop
        self._end = threading.Event()
        self.typed: list[str] = []
        self.longest = 0.0
        self.fault: Exception | None = None

    def run(self) -> None:
        """Type."""
        try:
            while not self._end.wait(0.05):
                name = f"{self._laptop.path.stem} typed {time.monotonic_ns()}"
                began = time.perf_counter()
                self._laptop.write([name])
                self.longest = max(self.longest, time.perf_counter() - began)
                self.typed.append(name)
        except Exception as fault:  # noqa: BLE001 - told by whoever waits for it
            self.fault = fault

    def end(self) -> None:
        """Stop typing; raises what went wrong."""
        self._end.set()
        self.join()
        if self.fault is not None:
            raise self.fault


def _synced(laptop: StoreLaptop, url: str, stop_at: int) -> tuple[int, int, int]:
    """Sync, stopped once by another thread when so many percent are over; stops, and bytes both ways."""
    stops = 0
    pressed: list[threading.Thread] = []
    with closing(HttpLine(Address(url))) as line:

        def watch(progress: Progress) -> None:
            total = progress.bytes_total
            if not pressed and stop_at and total > 8_000 and 100 * progress.bytes_done >= stop_at * total:
                pressed.append(threading.Thread(target=line.cancel))
                pressed[0].start()

        laptop.watch = watch
        laptop.breathe = lambda: time.sleep(0.004)
        while True:
            try:
                laptop.sync(url, line)
            except Cancelled:
                stops += 1
                pressed[0].join()
                line.renew()
            else:
                return stops, line.tally.up, line.tally.down


def main(arguments: list[str]) -> int:
    """Be a laptop that syncs while somebody types."""
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("seed", type=int)
    parser.add_argument("url")
    parser.add_argument("--stop-at", type=int, default=0)
    asked = parser.parse_args(arguments)
    laptop = StoreLaptop.open(asked.store, asked.seed)
    with closing(laptop):
        typist = _Typist(laptop)
        began = time.monotonic()
        typist.start()
        try:
            stops, up, down = _synced(laptop, asked.url, asked.stop_at)
        finally:
            typist.end()
    run = Run(
        round(time.monotonic() - began, 1),
        round(_most_memory(os.getpid()), 1),
        tuple(typist.typed),
        round(1_000 * typist.longest, 1),
        stops,
        up,
        down,
    )
    sys.stdout.write(json.dumps(asdict(run)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
