"""Exchanges as figures: each beside what it may cost, what it cost others, and the floor."""

from collections.abc import Iterator

from benchmarks.figures import Figure, Limit, Promise
from benchmarks.sync_limits import TABLE, Cost, Line

UNITS = {"size": "B", "requests": "requests", "seconds": "s"}


def figures(key: str, ours: Cost) -> Iterator[Figure]:
    """A line of the table with our cost, one figure for each part that something is promised about."""
    line = TABLE[key]
    for part, unit in UNITS.items():
        found, most = getattr(ours, part), getattr(line.most, part)
        if found is None:
            continue
        peer, beside = _best(line, part)
        promise = None if most is None else Promise(Limit.AT_MOST, most)
        name = line.name if part == "size" else f"{line.name}, {'requests' if part == 'requests' else 'time'}"
        yield Figure(name, found, unit, peer, beside, promise, _note(line, part))


def _best(line: Line, part: str) -> tuple[float | None, str]:
    """The better of the peers."""
    known = [
        (cost, name)
        for name, peer in (("Morango", line.morango), ("PouchDB", line.pouchdb))
        if (cost := getattr(peer, part)) is not None
    ]
    return min(known) if known else (None, "")


def _note(line: Line, part: str) -> str:
    said = (("floor", line.floor), ("Morango", line.morango), ("PouchDB", line.pouchdb))
    known = ((name, getattr(cost, part)) for name, cost in said)
    return ", ".join(f"{name} {value:,g}" for name, value in known if value is not None)
