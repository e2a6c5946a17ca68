"""Every promise of speed measured in one run: ``python3 run.py bench [--json] [--quick] [NAME...]``.

Without a name everything: startup, cipher, capture, search, sheet, cards, sync, scale, screen and students.
Ours and what stands beside it are measured in turn and divided, so that another machine gives other seconds
and much the same ratios.
``--quick`` measures so little that only breaking shows, and judges no promise. The exit code is 1 when a
promise is not kept.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.topics import TOPICS

HEAD = ("", "what", "ours", "beside", "ratio", "promised")
WIDTHS = (1, 48, 16, 34, 7, 19)


def main(arguments: list[str]) -> int:
    """Measure what is named, or all, and print it; 0 when every promise is kept, 2 for a bad name."""
    parser = argparse.ArgumentParser(prog="run.py bench", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TOPICS))
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quick", action="store_true", help="measure little and judge nothing")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(TOPICS):
        print(f"There is no benchmark called {', '.join(sorted(unknown))}. Known are: {', '.join(TOPICS)}.")
        return 2
    found = []
    show = not options.json
    if show:
        print(_line(HEAD))
    for topic, figure in _measured(options.names or list(TOPICS), quick=options.quick):
        found.append((topic, figure))
        if show:
            print(_line(_cells(figure, judged=not options.quick)), flush=True)
    broken = 0 if options.quick else sum(figure.kept is False for _, figure in found)
    if show:
        print(f"Not kept: {broken}." if broken else "Every promise measured is kept.")
    else:
        figures = [{"topic": topic, **figure.document()} for topic, figure in found]
        print(
            json.dumps({"machine": machine(), "quick": options.quick, "figures": figures, "kept": not broken})
        )
    return 1 if broken else 0


def _measured(names: list[str], *, quick: bool) -> Iterator[tuple[str, Figure]]:
    for name in names:
        for figure in TOPICS[name](quick=quick):
            yield name, figure


def _cells(figure: Figure, *, judged: bool) -> tuple[str, ...]:
    sign = {None: "", True: "+", False: "!"}[figure.kept if judged else None]
    beside = "" if figure.peer is None else f"{figure.beside} {_number(figure.peer)}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    promise = "" if figure.promise is None else str(figure.promise)
    return (sign, figure.name, f"{_number(figure.ours)} {figure.unit}", beside, ratio, promise)


def _number(value: float) -> str:
    return f"{value:.3f}" if value < 10 else f"{value:,.1f}"


def _line(cells: tuple[str, ...]) -> str:
    fitted = (
        f"{cell:>{width}}" if place in {2, 4} else f"{cell:{width}}"
        for place, (cell, width) in enumerate(zip(cells, WIDTHS, strict=True))
    )
    return "  ".join(fitted).rstrip()


def machine() -> dict[str, object]:
    """What was measured on."""
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load": [round(each, 2) for each in os.getloadavg()] if hasattr(os, "getloadavg") else None,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
