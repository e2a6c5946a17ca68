"""Seeded defects of the exchange, one by one: ``python3 run.py defects [NAME...] [--check] [--jobs N]``.

Each patch of ``tests/defects`` puts one fault into a scratch copy of the checkout. The tests that its head
names are run there, then the wider suites and 50 seeds of the simulator, until one fails that passes without
the fault. The exit code is 1 when a defect is caught by nothing, or a patch does not fit any more.
"""

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue

from tools.defects import patches
from tools.defects.catching import Caught, catch
from tools.defects.copies import Copy, scratch
from tools.defects.patches import Defect
from tools.trouble import Trouble

_NARROW = 34


def main(arguments: list[str]) -> int:
    """Try the defects and print a table."""
    parser = argparse.ArgumentParser(prog="run.py defects", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these")
    parser.add_argument("--check", action="store_true", help="only see whether every patch fits")
    parser.add_argument("--narrow", action="store_true", help="only the tests that each patch names")
    parser.add_argument("--jobs", type=int, default=1, choices=(1, 2), help="how many at a time (1)")
    options = parser.parse_args(arguments)
    try:
        chosen = patches.chosen(options.names)
        return check(chosen) if options.check else show(chosen, options.jobs, wider=not options.narrow)
    except Trouble as reason:
        print(reason, file=sys.stderr)
        return 1


def check(chosen: list[Defect]) -> int:
    """See whether every patch fits; nothing is run."""
    told = [f"{defect.name}: {why}" for defect in chosen if (why := patches.misfit(defect))]
    print("\n".join([*told, f"{len(chosen)} patches, {len(chosen) - len(told)} fit."]))
    return 1 if told else 0


def show(chosen: list[Defect], jobs: int, *, wider: bool) -> int:
    """Try each defect and print its line as soon as it is known."""
    print(f"{'defect':{_NARROW}} {'s':>5}  caught by", flush=True)
    missed = 0
    for found in _caught(chosen, jobs, wider=wider):
        missed += not found.by
        told = found.by or f"NOTHING: {found.why}"
        print(f"{found.defect.name:{_NARROW}} {found.seconds:5.0f}  {told}", flush=True)
        if not found.by:
            print(f"  {found.defect.wrong}", flush=True)
    print(f"{len(chosen)} defects, {len(chosen) - missed} caught.")
    return 1 if missed else 0


def _caught(chosen: list[Defect], jobs: int, *, wider: bool) -> Iterator[Caught]:
    if jobs == 1 or len(chosen) == 1:
        with scratch() as copy:
            yield from (catch(copy, defect, wider=wider) for defect in chosen)
        return
    with ExitStack() as stack:
        free: SimpleQueue[Copy] = SimpleQueue()
        for _ in range(jobs):
            free.put(stack.enter_context(scratch()))

        def tried(defect: Defect) -> Caught:
            copy = free.get()
            try:
                return catch(copy, defect, wider=wider)
            finally:
                free.put(copy)

        with ThreadPoolExecutor(jobs) as pool:
            yield from pool.map(tried, chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
