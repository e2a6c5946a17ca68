"""Power loss as a replay: ``python3 run.py power-loss [PROGRAM...] [--every N] [--per-moment N]``.

A real program works under ``strace``; then the power goes at its moments, what was not flushed is lost, torn
or reordered by the seed, and what is left must hold everything that was acknowledged. The exit code is 1 when
anything was lost.
"""

import argparse
import shutil
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

from tests.power.calls import available
from tests.power.disk import Disk
from tests.power.replay import Replayed, differs_from_disk, record, replay

PROGRAMS = {
    "client": "tests.power.client_store",
    "sync": "tests.power.laptop_sync",
    "server": "tests.power.server_store",
}
_SHOWN = 20


def main(arguments: list[str]) -> int:
    """Replay the named programs, or all, and print what was found; 2 where ``strace`` is not there."""
    parser = argparse.ArgumentParser(prog="run.py power-loss", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help=", ".join(PROGRAMS))
    parser.add_argument("--every", type=int, default=1, help="crash at each N-th call (1)")
    parser.add_argument(
        "--per-moment", type=int, default=3, help="crashes by the dice beside four plain ones (3)"
    )
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if unknown := set(options.programs) - set(PROGRAMS):
        print(f"There is no program called {', '.join(sorted(unknown))}. Known are: {', '.join(PROGRAMS)}.")
        return 2
    if not available():
        print("This needs strace and the right to use it. On Debian and Ubuntu: apt-get install strace.")
        return 2
    lost = 0
    for name in options.programs or PROGRAMS:
        began = time.perf_counter()
        found = _replayed(PROGRAMS[name], options)
        _tell(name, found, time.perf_counter() - began)
        lost += len(found.faults)
    return 1 if lost else 0


def _replayed(program: str, options: argparse.Namespace) -> Replayed:
    folder = Path(mkdtemp(prefix="emis-power-"))
    try:
        events = record(program, folder)
        disk = Disk()
        for event in events:
            disk.apply(event)
        if missed := differs_from_disk(disk, folder):
            raise RuntimeError(f"the replay does not end with what is on the disk: {missed}")
        return replay(
            program, events, folder, per_moment=options.per_moment, every=options.every, seed=options.seed
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tell(name: str, found: Replayed, seconds: float) -> None:
    print(
        f"{name}: {found.events:,} calls, {found.promises} acknowledgements, {found.moments:,} moments, "
        f"{found.crashes:,} different crashes, {len(found.faults)} with a loss, {seconds:.0f} s"
    )
    for fault in found.faults[:_SHOWN]:
        print(f"  call {fault.event}, {fault.loss}, seed {fault.seed}: {'; '.join(fault.words)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
