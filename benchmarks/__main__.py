"""Every promise of speed measured in one run: ``python3 run.py bench [NAME...]``; without a name all of them.

The names are startup, cipher, capture, search, sheet and cards. Ours and theirs are measured in turn and
divided, so that another machine gives other seconds and much the same ratios. The exit code is 1 when a
promise is not kept.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

CARDS, LEAST_CARDS = 1_000, 400
SEARCH_P95_MS = 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """One figure as it is printed, and whether it keeps its promise; None: nothing was promised."""

    name: str
    text: str
    kept: bool | None = None


class _Measured(Protocol):
    """Ours against theirs, in seconds, and the most that the ratio may be."""

    @property
    def name(self) -> str: ...
    @property
    def ours(self) -> float: ...
    @property
    def theirs(self) -> float: ...
    @property
    def most(self) -> float: ...
    @property
    def value(self) -> float: ...


def _ratio(found: _Measured) -> Line:
    took = f"{found.value:6.2f} times, at most {found.most:g} ({found.ours:.3f} s, {found.theirs:.3f} s)"
    return Line(found.name, took, found.value <= found.most)


# Each topic is loaded when it is its turn: loading all of them would warm what startup measures cold.


def _startup() -> Iterator[Line]:
    from benchmarks import startup  # noqa: PLC0415

    yield from map(_ratio, startup.run())


def _cipher() -> Iterator[Line]:
    from benchmarks import store  # noqa: PLC0415

    yield _ratio(store.cipher_cost())


def _capture() -> Iterator[Line]:
    from benchmarks import store  # noqa: PLC0415

    yield _ratio(store.capture_cost())


def _search() -> Iterator[Line]:
    from benchmarks import store  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        db = store.big_library(Path(folder))
        try:
            for one in store.search_times(db):
                text = (
                    f"p95 {one.p95:6.2f} ms (processor {one.processor_p95:.2f}), median {one.median:.2f}; "
                    f"LIKE {one.like:.0f} ms, {one.like / one.median:.0f} times; {one.hits:,} found"
                )
                yield Line(f"search among 100,000: {one.query}", text, one.p95 <= SEARCH_P95_MS)
            yield Line("the doctor among 100,000", f"{store.doctor_seconds(db):6.2f} s")
        finally:
            db.close()


def _sheet() -> Iterator[Line]:
    from benchmarks import mark_sheet  # noqa: PLC0415

    for row in mark_sheet.run():
        yield Line(row.name, f"{row.median:6.2f} ms, best {row.best:.2f}")


def _cards() -> Iterator[Line]:
    from benchmarks import cards, cards_job  # noqa: PLC0415

    job = cards_job.measure(CARDS)
    text = f"{job.per_second:6.0f} a second, at least {LEAST_CARDS}"
    yield Line(f"{job.cards} cards from store to PDF", text, job.per_second >= LEAST_CARDS)
    drawn = cards.compare(CARDS)
    for name, figures in drawn.items():
        yield Line(f"drawing alone, {name}", f"{figures.per_second:6.0f} a second")
    faster = drawn["merged"].per_second / drawn["platypus"].per_second
    yield Line("drawing alone, merged over Platypus", f"{faster:6.1f} times as fast")


TOPICS: dict[str, Callable[[], Iterator[Line]]] = {
    "startup": _startup,
    "cipher": _cipher,
    "capture": _capture,
    "search": _search,
    "sheet": _sheet,
    "cards": _cards,
}


def main(arguments: list[str]) -> int:
    """Measure what is named, or all, and print it; 0 when every promise is kept, 2 for a bad name."""
    if unknown := set(arguments) - set(TOPICS):
        print(f"There is no benchmark called {', '.join(sorted(unknown))}. Known are: {', '.join(TOPICS)}.")
        return 2
    broken = 0
    for topic in arguments or TOPICS:
        for line in TOPICS[topic]():
            sign = {None: " ", True: "+", False: "!"}[line.kept]
            print(f"{sign} {line.name:<55} {line.text}", flush=True)
            broken += line.kept is False
    print(f"Not kept: {broken}." if broken else "Every promise measured is kept.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
