"""Large pushes, many laptops at once, a whole country on one server.

    python3 run.py bench scale

32,767 and 100,000 attendance rows pushed in one sync; twelve laptops as processes that push and pull at the
same time; 1,573 schools enrolled on one server, 200 of which sync as often as within an hour, by turns of the
clock that are simulated: only the work is real, the waiting between is left out.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from benchmarks import records
from benchmarks.figures import Figure, Limit, Promise
from benchmarks.sync import write_records
from benchmarks.sync_limits import SERVER_MB
from benchmarks.sync_world import ROOT, Ministry, Site, cost
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role
from tests.helpers.wire import Wire

LARGE = (32_767, 100_000)
LAPTOPS = 12
SCHOOLS, SYNCING = 1_573, 200
HOUR_S = 3_600
_ATTENDANCE = (
    "INSERT INTO attendance_total "
    "(id, student_id, institution_id, period_id, possible, absent, excused, late) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_SCHOOL = "INSERT INTO institution (id, code, name) VALUES (?, 'S001', 'School S001')"
_PERSON = "INSERT INTO person (id, given_names, family_name, synthetic) VALUES (?, ?, 'Test', 1)"
_PERIOD = "INSERT INTO academic_period (id, code, label, starts_on, ends_on) VALUES (?, ?, ?, ?, ?)"


def run(*, quick: bool = False) -> Iterator[Figure]:
    """All of it."""
    for count in (500,) if quick else LARGE:
        yield from large(count)
    yield from together(2 if quick else LAPTOPS, 50 if quick else 500)
    yield from country(5 if quick else SCHOOLS, 3 if quick else SYNCING)


def large(count: int) -> Iterator[Figure]:
    """So many attendance rows typed in one act (an import), pushed in one sync."""
    with TemporaryDirectory(prefix="emis-bench-") as folder:
        ministry = Ministry(Path(folder))
        ministry.set_up()
        site = ministry.join("one", Role.MINISTRY_OFFICER)
        _attendance(site, count)
        with ministry.running("--log-level", "error") as served, Wire(served.port) as wire:
            found = cost(wire, lambda: site.sync(wire.port))
            sent = count if _all_sent(site) else 0
            megabytes = served.megabytes
        site.close()
    name = f"{count:,} attendance rows at once"
    yield Figure(f"{name}, bytes", found.size or 0, "B")
    yield Figure(f"{name}, time", found.seconds or 0, "s")
    yield Figure(f"{name}, acknowledged", sent, "rows", None, "", Promise(Limit.AT_LEAST, count))
    most = Promise(Limit.AT_MOST, SERVER_MB)
    yield Figure(f"{name}, memory of the server", megabytes, "MB", None, "", most)


def _attendance(site: Site, count: int) -> None:
    """Pupils with an attendance total for each of a thousand years, so that few people make many rows."""
    school, pupils = new_id().bytes, [new_id().bytes for _ in range(100)]
    years = [new_id().bytes for _ in range(-(-count // len(pupils)))]
    days = "2026-09-01", "2027-07-01"
    with site.db.write(site.actor, "import_records") as session:
        execute = session.connection().exec_driver_sql
        execute(_SCHOOL, (school,))
        execute(_PERSON, [(pupil, f"Pupil {number}") for number, pupil in enumerate(pupils)])
        execute(_PERIOD, [(year, f"Y{n}", f"Year {n}", *days) for n, year in enumerate(years)])
        rows = [
            (new_id().bytes, pupils[n % 100], school, years[n // 100], 190, n % 17, n % 5, n % 11)
            for n in range(count)
        ]
        execute(_ATTENDANCE, rows)


def _all_sent(site: Site) -> bool:
    with site.db.read() as session:
        question = "SELECT count(*) FROM batch WHERE state <> 'acknowledged'"
        return bool(session.connection().exec_driver_sql(question).scalar_one() == 0)


def together(laptops: int, pupils: int) -> Iterator[Figure]:
    """Laptops of the ministry, a process each, push their own records and pull all others' meanwhile."""
    with TemporaryDirectory(prefix="emis-bench-") as name:
        ministry = Ministry(Path(name))
        ministry.set_up()
        sites = [ministry.join(f"laptop{number}", Role.MINISTRY_OFFICER) for number in range(laptops)]
        for number, site in enumerate(sites):
            write_records(site, records.records(pupils, number))
            site.close()
        with ministry.running("--log-level", "error") as served:
            began = time.perf_counter()
            with ThreadPoolExecutor(laptops) as pool:
                codes = list(pool.map(lambda site: _process(ministry, site, served.port), sites))
            took = time.perf_counter() - began
            megabytes = served.megabytes
        held = {_held(ministry, site) for site in sites}
    equal = laptops if held == {laptops * pupils} else 0
    what = f"{laptops} laptops at once, {pupils} records each"
    yield Figure(f"{what}, time", took, "s")
    ended = sum(code == 0 for code in codes)
    yield Figure(f"{what}, ended well", ended, "laptops", None, "", Promise(Limit.AT_LEAST, laptops))
    yield Figure(f"{what}, equal", equal, "laptops", None, "", Promise(Limit.AT_LEAST, laptops))
    yield Figure(
        f"{what}, memory of the server", megabytes, "MB", None, "", Promise(Limit.AT_MOST, SERVER_MB)
    )


def _process(ministry: Ministry, site: Site, port: int) -> int:
    words = [str(ministry.folder / f"{site.name}.db"), site.key.seed.hex(), str(port), "4"]
    command = [sys.executable, "-P", "-m", "benchmarks.sync_laptop", *words]
    environment = {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode


def _held(ministry: Ministry, site: Site) -> int:
    with ministry.reopened(site) as db, db.read() as session:
        return int(session.connection().exec_driver_sql("SELECT count(*) FROM bench_student").scalar_one())


def country(schools: int, syncing: int) -> Iterator[Figure]:
    """So many schools enrolled; some of them sync: changes up, then nothing, as in an hour of school."""
    with TemporaryDirectory(prefix="emis-bench-") as name:
        ministry = Ministry(Path(name))
        ministry.set_up()
        began = time.perf_counter()
        ministry.enrol_many([f"S{number:04}" for number in range(schools - syncing)])
        enrolled = time.perf_counter() - began
        sites = [
            ministry.join(f"school{number}", Role.PRINCIPAL, f"T{number:04}") for number in range(syncing)
        ]
        with ministry.running("--log-level", "error") as served:
            first, again, busy = _hour(sites, served.port)
            megabytes = served.megabytes
        for site in sites:
            site.close()
    what = f"{schools:,} schools, {syncing} syncing"
    yield Figure(f"{what}: enrolling the others", enrolled, "s")
    yield Figure(f"{what}: a first sync, median", 1_000 * statistics.median(first), "ms")
    yield Figure(f"{what}: a sync with an edit, median", 1_000 * statistics.median(again), "ms")
    yield Figure(f"{what}: work of the hour", busy, "s", None, "", Promise(Limit.AT_MOST, HOUR_S))
    yield Figure(
        f"{what}: memory of the server", megabytes, "MB", None, "", Promise(Limit.AT_MOST, SERVER_MB)
    )


def _hour(sites: list[Site], port: int) -> tuple[list[float], list[float], float]:
    """Each school four times, a quarter of an hour apart: a first sync, then thrice an edit and a sync."""
    began = time.perf_counter()
    first = [_timed(site, port) for site in sites]
    again = []
    for quarter in range(3):
        for number, site in enumerate(sites):
            with site.db.write(site.actor, "register") as session:
                person = UUID(int=(quarter << 64) + (number << 40) + (7 << 76) + (2 << 62)).bytes
                session.connection().exec_driver_sql(_PERSON, (person, f"Pupil {quarter} {number}"))
            again.append(_timed(site, port))
    return first, again, time.perf_counter() - began


def _timed(site: Site, port: int) -> float:
    began = time.perf_counter()
    site.sync(port)
    return time.perf_counter() - began
