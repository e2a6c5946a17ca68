"""Laptops and a server on a bad line, one seed after the other: ``python3 run.py simulate [SEEDS]``.

    python3 run.py simulate                    10,000 seeds, from 0 on
    python3 run.py simulate 500 --first 2000   seeds 2000 to 2499
    python3 run.py simulate --show 4711        one seed, every line of what happened in it
    python3 run.py simulate --every-byte       a small sync, cut at each of its bytes

Each seed decides everything that happens, the same on every machine; a seed that fails is printed and fails
again. The exit code is 1 when any invariant did not hold.
"""

import argparse
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

from tests.simulator.every_byte import cut_at, places
from tests.simulator.simulation import Report, simulate

SEEDS = 10_000
_BLOCK = 20
_SHOWN = 10
_WATCH_SECONDS = 1.0


def main(arguments: list[str]) -> int:
    """Run the seeds and print what came of them."""
    parser = argparse.ArgumentParser(prog="run.py simulate", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("seeds", nargs="?", type=int, default=SEEDS, help=f"how many ({SEEDS:,})")
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--show", type=int, metavar="SEED", help="one seed, line by line")
    parser.add_argument("--every-byte", action="store_true", help="cut a small sync at each of its bytes")
    options = parser.parse_args(arguments)
    if options.every_byte:
        return every_byte(options.processes)
    if options.show is not None:
        return show(options.show)
    began = time.perf_counter()
    summary = Summary()
    for report in reports(range(options.first, options.first + options.seeds), options.processes):
        summary.add(report)
        if not report.good:
            print(f"seed {report.seed}: {report.found[0]}", flush=True)
        if summary.seeds % 500 == 0:
            print(f"{summary.seeds:,} seeds, {len(summary.failed)} failed", file=sys.stderr, flush=True)
    summary.tell(time.perf_counter() - began)
    return 1 if summary.failed else 0


def show(seed: int) -> int:
    """Everything that happens in one seed."""
    report = simulate(seed, keep=True)
    print("\n".join(report.lines))
    for found in report.found:
        print(f"! {found}")
    print(f"seed {seed}: {'good' if report.good else 'FAILED'}, digest {report.digest}")
    return 0 if report.good else 1


def every_byte(processes: int) -> int:
    """Cut a small two-way sync at each of its bytes, both ways."""
    plans = places()
    with _pool(processes) as pool:
        found = [words for each in pool.map(cut_at, plans, chunksize=_BLOCK) for words in each]
    for words in found[:_SHOWN]:
        print(words)
    print(f"cut at {len(plans):,} bytes of a small sync both ways: {len(found)} faults")
    return 1 if found else 0


def reports(seeds: Iterable[int], processes: int) -> Iterator[Report]:
    """The reports of all seeds, in their order, a few at a time in processes of their own."""
    seeds = iter(seeds)
    blocks = iter(lambda: list(islice(seeds, _BLOCK)), [])
    if processes == 1:
        for block in blocks:
            yield from map(simulate, block)
        return
    with _pool(processes) as pool:
        for found in pool.map(_simulated, blocks):
            yield from found


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, initializer=_end_with, initargs=(os.getpid(),))


def _end_with(parent: int) -> None:
    """End this process when its parent has: a block of seeds would go on for minutes, unseen."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _simulated(block: list[int]) -> list[Report]:
    return [simulate(seed) for seed in block]


class Summary:
    """What many seeds came to."""

    def __init__(self) -> None:
        self.seeds = self.typed = self.owed = self.events = 0
        self.befell: Counter[str] = Counter()
        self.failed: list[int] = []
        self.found: Counter[str] = Counter()

    def add(self, report: Report) -> None:
        """One more seed."""
        self.seeds += 1
        self.typed += report.typed
        self.owed += report.owed
        self.events += report.events
        self.befell.update(report.befell)
        self.found.update({found.name for found in report.found})
        if not report.good:
            self.failed.append(report.seed)

    def tell(self, seconds: float) -> None:
        """Print it."""
        print(
            f"{self.seeds:,} seeds in {seconds:.0f} s: {self.events:,} events, {self.typed:,} values typed, "
            f"{self.owed:,} of them owed at the end"
        )
        print("befell: " + ", ".join(f"{what} {count:,}" for what, count in sorted(self.befell.items())))
        print(f"seeds with a loss: {self.found['lost']}; with a stuck queue: {self.found['still']}")
        others = sorted(set(self.found) - {"lost", "still"})
        if others:
            print("also: " + ", ".join(f"{name} {self.found[name]}" for name in others))
        shown = ", ".join(map(str, self.failed[:_SHOWN]))
        more = len(self.failed) - _SHOWN
        print(f"failed: {shown or 'none'}{f' and {more} more' if more > 0 else ''}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
