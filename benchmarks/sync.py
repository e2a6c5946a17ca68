"""What an exchange costs on the line: ours beside the limits, the measured peers and the floor.

    python3 run.py bench sync

10,000 records of 22 fields, a server process, real HTTP through a line that counts to the byte, is slow, is
cut and goes silent. Bytes and requests are exact; times are this machine's.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import records
from benchmarks.figures import Figure, Limit, Promise
from benchmarks.sync_certificate import certificate
from benchmarks.sync_figures import figures
from benchmarks.sync_limits import CUT_SHARE, SERVER_MB, SILENCE_S, Cost
from benchmarks.sync_world import Ministry, Site, cost, settled
from emis_desktop.rules.rights import Role
from sync.engine.line import LineFault
from tests.helpers.wire import Wire

PUPILS = 10_000
EDITS = 500
CUT_PUPILS = 2_000
ROUNDS = 5
FIRSTS = 3
"""First syncs, each of a ministry of its own."""
_INSERT = "INSERT INTO bench_student ({}) VALUES ({})"


def write_records(site: Site, made: Sequence[records.Record]) -> None:
    """Type in records: one act for each 50, as somebody with a list does."""
    for start in range(0, len(made), 50):
        rows = records.rows(made[start : start + 50])
        names = list(rows[0])
        statement = _INSERT.format(", ".join(names), ", ".join("?" * len(names)))
        with site.db.write(site.actor, "register") as session:
            run = session.connection().exec_driver_sql
            run(statement, [tuple(row[name] for name in names) for row in rows])


def edit(
    site: Site, field: str, values: Sequence[Any], ids: Sequence[bytes], *, one_act: bool = True
) -> None:
    """Give each row another value of ``field``, in one act or an act each."""
    pairs = list(zip(values, ids, strict=True))
    for piece in [pairs] if one_act else [[pair] for pair in pairs]:
        with site.db.write(site.actor, "change") as session:
            statement = f"UPDATE bench_student SET {field} = ? WHERE id = ?"
            session.connection().exec_driver_sql(statement, piece)


def run(*, quick: bool = False) -> Iterator[Figure]:
    """Every line of the table."""
    pupils, schools = (300, 3) if quick else (PUPILS, 120)
    edits = 20 if quick else EDITS
    with TemporaryDirectory(prefix="emis-bench-") as folder:
        ministry = Ministry(Path(folder))
        ministry.set_up()
        one, two = (ministry.join(name, Role.MINISTRY_OFFICER) for name in ("one", "two"))
        school = ministry.join("school", Role.PRINCIPAL, "S001")
        for number in range(2, schools + 1):
            ministry.place(f"S{number:03}")
        made = records.records(pupils)
        earlier = [_first(made) for _ in range(0 if quick else FIRSTS - 1)]
        write_records(one, made)
        with ministry.running("--log-level", "error") as served, Wire(served.port) as wire:
            yield from _whole([*earlier, _pushed_and_pulled(wire, one, two)])
            yield from _nothing(wire, one, school)
            yield from _edits(wire, one, two, [record.id.bytes for record in made[:edits]])
            yield from _both_kept(wire, one, two, made[0].id.bytes)
            yield _memory(served.megabytes)
        with ministry.running(*_tls_arguments(Path(folder))) as served, Wire(served.port) as wire:
            yield from _tls(wire, one, Path(folder) / "ca.pem")
        for site in (one, two, school):
            site.close()
    yield from cuts(CUT_PUPILS // 10 if quick else CUT_PUPILS, 1 if quick else ROUNDS)
    if not quick:
        yield silence()


def _first(made: Sequence[records.Record]) -> tuple[Cost, Cost]:
    """The push and the pull of a ministry of its own."""
    with TemporaryDirectory(prefix="emis-bench-") as folder:
        ministry = Ministry(Path(folder))
        ministry.set_up()
        one, two = (ministry.join(name, Role.MINISTRY_OFFICER) for name in ("one", "two"))
        write_records(one, made)
        with ministry.running("--log-level", "error") as served, Wire(served.port) as wire:
            costs = _pushed_and_pulled(wire, one, two)
        for site in (one, two):
            site.close()
    return costs


def _pushed_and_pulled(wire: Wire, one: Site, two: Site) -> tuple[Cost, Cost]:
    return cost(wire, lambda: one.sync(wire.port)), cost(wire, lambda: two.sync(wire.port))


def _whole(costs: Sequence[tuple[Cost, Cost]]) -> Iterator[Figure]:
    for name, found in zip(("push", "pull"), zip(*costs, strict=True), strict=True):
        yield from figures(name, _middle(found))


def _median(wire: Wire, work: Callable[[], object], rounds: int = ROUNDS) -> Cost:
    return _middle([cost(wire, work) for _ in range(rounds)])


def _middle(found: Sequence[Cost]) -> Cost:
    """Bytes and requests of the last, the median of the times."""
    times = [each.seconds for each in found if each.seconds is not None]
    return Cost(found[-1].size, found[-1].requests, statistics.median(times))


def _nothing(wire: Wire, one: Site, school: Site) -> Iterator[Figure]:
    school.sync(wire.port)
    school.sync(wire.port)
    one.sync(wire.port)
    plain = _median(wire, lambda: school.sync(wire.port))
    yield from figures("nothing", Cost(plain.size, plain.requests))
    ministry = _median(wire, lambda: one.sync(wire.port))
    yield from figures("nothing_ministry", Cost(ministry.size, ministry.requests))
    wire.shape(bps=64_000, rtt=0.6)
    slow = _median(wire, lambda: school.sync(wire.port), 3)
    wire.shape()
    yield from figures("nothing_slow", Cost(seconds=slow.seconds))


def _edits(wire: Wire, one: Site, two: Site, ids: Sequence[bytes]) -> Iterator[Figure]:
    two.sync(wire.port)
    edit(one, "village", ["Elsewhere"], ids[:1])
    sent = cost(wire, lambda: one.sync(wire.port))
    yield from figures("one_field", Cost(sent.size, sent.requests))
    edit(one, "section", ["D"] * len(ids), ids)
    yield from figures("one_value", Cost(cost(wire, lambda: one.sync(wire.port)).size))
    two.sync(wire.port)
    edit(one, "section", ["E"] * len(ids), ids)
    one.sync(wire.port)
    yield from figures("receive", Cost(cost(wire, lambda: two.sync(wire.port)).size))
    dice = random.Random(5)
    edit(one, "phone", [f"{dice.randrange(1_000)}" for _ in ids], ids, one_act=False)
    one.sync(wire.port)
    edit(one, "phone", [f"{dice.randrange(1_000)}" for _ in ids], ids)
    yield from figures("distinct", Cost(cost(wire, lambda: one.sync(wire.port)).size))


def _both_kept(wire: Wire, one: Site, two: Site, row: bytes) -> Iterator[Figure]:
    """One field of a record here, another there: both stand on both sides."""
    for site in (one, two):
        site.sync(wire.port)
    edit(one, "address", ["1 One Street"], [row])
    edit(two, "village", ["Two Town"], [row])
    for site in (one, two, one):
        site.sync(wire.port)
    kept = min(_kept(site, row) for site in (one, two))
    yield Figure(
        "two fields of one record on two laptops",
        kept,
        "kept",
        1,
        "Morango, PouchDB",
        Promise(Limit.AT_LEAST, 2),
    )


def _kept(site: Site, row: bytes) -> int:
    with site.db.read() as session:
        question = (
            "SELECT (address = '1 One Street') + (village = 'Two Town') FROM bench_student WHERE id = ?"
        )
        return int(session.connection().exec_driver_sql(question, (row,)).scalar_one())


def _memory(megabytes: float) -> Figure:
    return Figure("memory of the server", megabytes, "MB", None, "", Promise(Limit.AT_MOST, SERVER_MB))


def _tls_arguments(folder: Path) -> tuple[str, ...]:
    certificate(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    files = ("--certfile", str(folder / "server.pem"), "--keyfile", str(folder / "server.key"))
    return (*files, "--log-level", "error")


def _tls(wire: Wire, one: Site, ca: Path) -> Iterator[Figure]:
    one.sync(wire.port, ca=ca)
    wire.shape(bps=64_000, rtt=0.6)
    yield from figures("nothing_tls", _without_requests(_median(wire, lambda: one.sync(wire.port, ca=ca), 3)))


def _without_requests(found: Cost) -> Cost:
    return Cost(found.size, None, found.seconds)


# -- Cuts and silence ------------------------------------------------------------------------------


def cuts(pupils: int, rounds: int) -> Iterator[Figure]:
    """Five cuts at random bytes of a push and of a pull: what they add, and whether all is there."""
    worst = {"push": 0.0, "pull": 0.0}
    equal = 0
    for seed in range(rounds):
        smooth, plain = _round(pupils, seed, cut=False)
        broken, came = _round(pupils, seed, cut=True, smooth=smooth)
        equal += plain == came
        worst = {name: max(worst[name], broken[name] / smooth[name] - 1) for name in worst}
    for name, share in worst.items():
        words = f"5 random cuts in {pupils:,} records, {name}: bytes added"
        yield Figure(words, 100 * share, "%", 8, "PouchDB", Promise(Limit.AT_MOST, 100 * CUT_SHARE))
    words, all_of_them = "equal after the cuts, of so many runs", Promise(Limit.AT_LEAST, rounds)
    yield Figure(words, equal, "runs", rounds, "runs", all_of_them)


def _round(
    pupils: int, seed: int, *, cut: bool, smooth: dict[str, float] | None = None
) -> tuple[dict[str, float], tuple[Any, ...]]:
    """The bytes of a push and of a pull of the same records, and what the reader has at the end."""
    dice = random.Random(f"cuts {seed}")
    with TemporaryDirectory(prefix="emis-bench-") as folder:
        ministry = Ministry(Path(folder))
        ministry.set_up()
        writer, reader = (ministry.join(name, Role.MINISTRY_OFFICER) for name in ("writer", "reader"))
        write_records(writer, records.records(pupils, seed))
        sizes = {}
        with ministry.running("--log-level", "error") as served, Wire(served.port) as wire:
            for name, site in (("push", writer), ("pull", reader)):
                wire.reset()
                if cut and smooth:
                    wire.cut_at([dice.randint(1, int(smooth[name])) for _ in range(5)])
                _sync_on(wire, site)
                sizes[name] = float(settled(wire).total)
        came = _everything(reader)
        for site in (writer, reader):
            site.close()
    return sizes, came


def _sync_on(wire: Wire, site: Site) -> None:
    """Sync, and once more after each time that the laptop gave up."""
    for _ in range(20):
        with suppress(LineFault):
            site.sync(wire.port)
            return


def _everything(site: Site) -> tuple[Any, ...]:
    with site.db.read() as session:
        rows = session.connection().exec_driver_sql("SELECT * FROM bench_student ORDER BY id")
        return tuple(tuple(row) for row in rows)


def silence() -> Figure:
    """Seconds until a laptop gives up a line that says nothing more, neither end nor reset."""
    with TemporaryDirectory(prefix="emis-bench-") as folder:
        ministry = Ministry(Path(folder))
        ministry.set_up()
        site = ministry.join("one", Role.MINISTRY_OFFICER)
        write_records(site, records.records(500))
        with ministry.running("--log-level", "error") as served, Wire(served.port) as wire:
            wire.cut_at([20_000], silent=True, pause=1e6)
            began = time.perf_counter()
            with suppress(LineFault):
                site.sync_once(wire.port)
            took = time.perf_counter() - began
        site.close()
    return Figure(
        "a silent line is noticed after",
        took,
        "s",
        90,
        "Morango, PouchDB: never in",
        Promise(Limit.AT_MOST, SILENCE_S),
    )
