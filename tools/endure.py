"""Real processes that are killed, for long: ``python3 run.py endure [PROGRAM...] [--laptops N] [--kills N]``.

Servers, one of several workers, and laptops get ``kill -9`` while they sync, and a line loses one answer in
twenty; then everything that a laptop said to have saved must be everywhere, all stores must be equal, and no
laptop taken for a copy of itself. A very large import goes up and comes down while somebody types, and is
stopped in the middle; laptop and server keep to their memory. The exit code is 1 when something was lost.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from tests.helpers import postgres
from tests.sync.endurance import killing, large
from tests.sync.endurance.killing import Country, Outcome

_SHOWN = 10


def _server(country: Country, options: argparse.Namespace) -> Outcome:
    return killing.server_killed(country, options.laptops, options.kills, times=6, seed=options.seed)


def _worker(country: Country, options: argparse.Namespace) -> Outcome:
    country.workers = options.workers
    return killing.worker_killed(country, options.laptops, options.kills, times=6, seed=options.seed)


def _database(country: Country, options: argparse.Namespace) -> Outcome:
    country.workers = options.workers
    return killing.connections_ended(country, options.laptops, 4 * options.kills, times=6, seed=options.seed)


def _laptop(country: Country, options: argparse.Namespace) -> Outcome:
    return killing.laptop_killed(country, 1_000, options.kills, seed=options.seed)


def _answers(country: Country, options: argparse.Namespace) -> Outcome:
    country.workers = options.workers
    return killing.answers_lost(country, options.syncs, seed=options.seed)


def _large(country: Country, options: argparse.Namespace) -> Outcome:
    began = time.monotonic()
    found = large.large(country, options.rows, stop_at=50)
    wrong = list(found.wrong)
    for name, run in (("push", found.push), ("pull", found.pull)):
        print(
            f"  {name} of {found.rows:,} rows: {run.seconds} s, {run.megabytes:.0f} MB, "
            f"{run.up + run.down:,} B, {len(run.typed)} acts typed meanwhile, the longest {run.longest_ms} ms"
        )
        wrong += [f"{name} took {run.megabytes} MB"] if run.megabytes > large.CLIENT_MB else []
    print(f"  the server: {found.server_mb:.0f} MB")
    wrong += [f"the server took {found.server_mb} MB"] if found.server_mb > large.SERVER_MB else []
    stops, typed = found.push.stops + found.pull.stops, len(found.push.typed) + len(found.pull.typed)
    return Outcome(stops, found.rows + typed, tuple(wrong), time.monotonic() - began)


_COUNTED = MappingProxyType(
    {"database": "times all connections ended", "answers": "answers lost", "large": "stops"}
)
"""What is done to them, where it is no kill."""
PROGRAMS: MappingProxyType[str, Callable[[Country, argparse.Namespace], Outcome]] = MappingProxyType(
    {
        "server": _server,
        "worker": _worker,
        "database": _database,
        "laptop": _laptop,
        "answers": _answers,
        "large": _large,
    }
)


def main(arguments: list[str]) -> int:
    """Run the named programs, or all, and print what was found."""
    parser = argparse.ArgumentParser(prog="run.py endure", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help=", ".join(PROGRAMS))
    parser.add_argument("--laptops", type=int, default=12, help="laptops at once (12)")
    parser.add_argument("--kills", type=int, default=8, help="how often (8)")
    parser.add_argument("--workers", type=int, default=3, help="processes that serve, on PostgreSQL (3)")
    parser.add_argument("--syncs", type=int, default=1_000, help="syncs over the line that loses answers")
    parser.add_argument("--rows", type=int, default=100_000, help="rows of the large import (100,000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sqlite", action="store_true", help="no PostgreSQL; one process serves then")
    options = parser.parse_args(arguments)
    if unknown := set(options.programs) - set(PROGRAMS):
        print(f"There is no program called {', '.join(sorted(unknown))}. Known are: {', '.join(PROGRAMS)}.")
        return 2
    names = options.programs or list(PROGRAMS)
    if options.sqlite:
        options.workers = 1
        names = [name for name in names if name != "database"]
    lost = 0
    with _cluster(sqlite=options.sqlite) as cluster:
        for name in names:
            lost += _told(name, _one(name, cluster, options))
    return 1 if lost else 0


@contextmanager
def _cluster(*, sqlite: bool) -> Iterator[postgres.Cluster | None]:
    folder = None if sqlite else postgres.binaries()
    if folder is None:
        if not sqlite:
            raise SystemExit("There is no PostgreSQL on this machine; --sqlite does without.")
        yield None
        return
    with postgres.running(folder) as cluster:
        yield cluster


def _one(name: str, cluster: postgres.Cluster | None, options: argparse.Namespace) -> Outcome:
    with TemporaryDirectory(prefix="emis-endure-") as folder:
        if cluster is None:
            return PROGRAMS[name](Country.made(Path(folder)), options)
        with cluster.fresh() as url:
            return PROGRAMS[name](Country.made(Path(folder), url), options)


def _told(name: str, found: Outcome) -> int:
    what = _COUNTED.get(name, "kills")
    print(
        f"{name}: {found.kills} {what}, {found.typed:,} records saved, {len(found.wrong)} wrong, "
        f"{found.seconds:.0f} s"
    )
    for each in found.wrong[:_SHOWN]:
        print(f"  {each}")
    sys.stdout.flush()
    return len(found.wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
