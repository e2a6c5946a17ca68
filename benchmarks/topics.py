"""The topics that are measured, each as figures; ``quick`` measures so little that only breaking shows."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from benchmarks.figures import Figure, Limit, Promise

# Each topic is loaded when it is its turn: loading all of them would warm what startup measures cold.

PUPILS = 100_000
CARDS = 1_000


class _Ratio(Protocol):
    """Ours against theirs, in seconds, and the most that the ratio may be."""

    @property
    def name(self) -> str: ...
    @property
    def ours(self) -> float: ...
    @property
    def theirs(self) -> float: ...
    @property
    def most(self) -> float: ...


def _figure(found: _Ratio, beside: str) -> Figure:
    promise = Promise(Limit.RATIO_AT_MOST, found.most)
    return Figure(found.name, found.ours, "s", found.theirs, beside, promise)


def startup(*, quick: bool) -> Iterator[Figure]:
    """From the start of the process to the sign-in window taking a key."""
    from benchmarks import startup as topic  # noqa: PLC0415

    for found in topic.run(1 if quick else topic.ROUNDS):
        yield _figure(found, "bare Qt window")


def cipher(*, quick: bool) -> Iterator[Figure]:
    """The same library with and without a key."""
    from benchmarks import store  # noqa: PLC0415

    yield _figure(store.cipher_cost(1 if quick else store.ROUNDS), "without a key")


def capture(*, quick: bool) -> Iterator[Figure]:
    """Inserts with the journal and without."""
    from benchmarks import store  # noqa: PLC0415

    found = store.capture_cost(1_000, 1) if quick else store.capture_cost(100_000, 5)
    yield _figure(found, "bare inserts")


def search(*, quick: bool) -> Iterator[Figure]:
    """Search as a table asks it, and the doctor, in the same large store."""
    from benchmarks import store  # noqa: PLC0415

    count = 2_000 if quick else PUPILS
    with tempfile.TemporaryDirectory() as folder:
        db = store.big_library(Path(folder), count)
        try:
            for one in store.search_times(db, 3 if quick else 40):
                yield Figure(
                    f"search {count:,}, p95: {one.query}",
                    one.p95,
                    "ms",
                    one.like,
                    "LIKE scan",
                    Promise(Limit.AT_MOST, 5.0),
                    f"median {one.median:.2f}, processor p95 {one.processor_p95:.2f}, {one.hits:,} found",
                )
            yield Figure(f"the doctor on {count:,} pupils", store.doctor_seconds(db), "s")
        finally:
            db.close()


def sheet(*, quick: bool) -> Iterator[Figure]:
    """The mark sheet of 40 pupils and 12 tests, beside the least that Qt and the disk can do."""
    from benchmarks import mark_sheet, mark_sheet_floor  # noqa: PLC0415

    rounds = 2 if quick else mark_sheet.ROUNDS
    found = {row.name: row for row in mark_sheet.run(rounds)}
    plain, write = mark_sheet_floor.run(rounds)
    held = sum(found[name].median for name in mark_sheet.ON_SCREEN)
    frame = Promise(Limit.AT_MOST, round(mark_sheet.FRAME_MS, 1))
    yield Figure("sheet: opening holds the screen for", held, "ms", None, "", frame, "one frame")
    beside = {mark_sheet.OPEN: (plain, "plain Qt table"), mark_sheet.STORED: (write, "bare commit")}
    for name, row in found.items():
        peer, what = beside.get(name, (None, ""))
        yield Figure(
            f"sheet: {name.strip()}", row.median, "ms", peer, what, None, f"processor {row.processor:.2f}"
        )


def cards(*, quick: bool) -> Iterator[Figure]:
    """Report cards from the encrypted store to one PDF, and drawing alone beside Platypus."""
    from benchmarks import cards as drawing  # noqa: PLC0415
    from benchmarks import cards_job  # noqa: PLC0415

    count = 31 if quick else CARDS
    job, drawn = cards_job.measure(count), drawing.compare(count)
    merged, platypus = drawn["merged"].per_second, drawn["platypus"].per_second
    promise = Promise(Limit.AT_LEAST, 400)
    yield Figure(
        f"{count:,} cards, store to PDF", job.per_second, "a second", platypus, "Platypus drawing", promise
    )
    yield Figure(f"{count:,} cards, drawing alone", merged, "a second", platypus, "Platypus drawing")
    yield Figure("one file a card, drawing alone", drawn["one file each"].per_second, "a second")


def sync(*, quick: bool) -> Iterator[Figure]:
    """Exchanges on the line, beside their limits and the measured peers."""
    from benchmarks import sync as topic  # noqa: PLC0415

    yield from topic.run(quick=quick)


def scale(*, quick: bool) -> Iterator[Figure]:
    """Large pushes, laptops at once, a country of schools."""
    from benchmarks import sync_scale as topic  # noqa: PLC0415

    yield from topic.run(quick=quick)


def screen(*, quick: bool) -> Iterator[Figure]:
    """How long the window does not hear while rows arrive and somebody types."""
    from benchmarks import screen as topic  # noqa: PLC0415

    yield from topic.run(quick=quick)


def students(*, quick: bool) -> Iterator[Figure]:
    """The records of a country: search, list, register, memory, and what its files take to bring in."""
    from benchmarks import students as topic  # noqa: PLC0415

    yield from topic.run(quick=quick)


def papers(*, quick: bool) -> Iterator[Figure]:
    """Lists, cards, registers and transcripts of a whole school, from the store to PDF."""
    from benchmarks import papers as topic  # noqa: PLC0415

    yield from topic.run(quick=quick)


Topic = Callable[..., Iterator[Figure]]
TOPICS: dict[str, Topic] = {
    "startup": startup,
    "cipher": cipher,
    "capture": capture,
    "search": search,
    "sheet": sheet,
    "cards": cards,
    "sync": sync,
    "scale": scale,
    "screen": screen,
    "students": students,
    "papers": papers,
}
