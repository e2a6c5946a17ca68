"""Seeded defects, one by one: ``python3 run.py defects [NUMBER...] [--sound] [--keep-going]``.

Each patch of ``tools/defects/patches`` puts one fault into a scratch copy of the checkout; the tests that its
heading names are run there until one fails, which is printed. ``--sound`` first runs the same tests on a copy
without a fault. The exit code is 1 when a defect was caught by nothing, or a patch no longer fits.
"""

import argparse
import sys
import time
from collections.abc import Iterable

from tools.defects.catching import Caught, caught, sound
from tools.defects.patches_read import Defect, defects


def main(arguments: list[str]) -> int:
    """Apply each defect in turn and say what caught it."""
    parser = argparse.ArgumentParser(prog="run.py defects", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("numbers", nargs="*", type=int, metavar="NUMBER", help="only these")
    parser.add_argument("--sound", action="store_true", help="first show that the tests pass without a fault")
    options = parser.parse_args(arguments)
    chosen = [each for each in defects() if not options.numbers or each.number in options.numbers]
    if options.sound and (fault := sound(chosen)):
        print(f"Without any defect the tests do not pass: {fault}")
        return 1
    missed = list(_missed(chosen))
    print(f"{len(chosen)} defects, {len(chosen) - len(missed)} caught.")
    return 1 if missed else 0


def _missed(chosen: Iterable[Defect]) -> Iterable[Defect]:
    for defect in chosen:
        began = time.perf_counter()
        found = caught(defect)
        took = time.perf_counter() - began
        print(f"{defect.number:2} {defect.title}\n   {_told(found)} ({took:.0f} s)", flush=True)
        if found.by is None:
            yield defect


def _told(found: Caught) -> str:
    return f"caught by {found.by}" if found.by else f"NOT CAUGHT: {found.why}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
