"""What the store costs: capture, the cipher, search among 100,000 pupils, and a look from end to end."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from unittest import mock
from uuid import uuid4

import sqlcipher3
from sqlalchemy import Column, Integer, MetaData, String, Table, select, update

from benchmarks.library import KEY, Clerk, library
from emis_desktop import capture, cipher, doctor, store
from emis_desktop.database import Database
from emis_desktop.models import Person
from emis_desktop.models.types import Instant, Key
from emis_desktop.queries.search import Roll, StudentFilter, StudentSearch
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.settings import Home

ROUNDS = 9
QUERIES = {
    "one letter": "a",
    "middle of a name": "chia",
    "second name": "breton",
    "accent": "é",
    "no hit": "xqzw",
}
"""The fixed set; names are invented from syllables, so the parts of names are those of the invented ones."""


@dataclass(frozen=True)
class Ratio:
    """Ours against theirs, in seconds, each a median; ``most`` is what the ratio may be."""

    name: str
    ours: float
    theirs: float
    most: float

    @property
    def value(self) -> float:
        """How many times theirs ours takes."""
        return self.ours / self.theirs


@dataclass(frozen=True)
class Searched:
    """One query, in milliseconds: p95 and median of a table's refresh, p95 of its processor time alone (what
    is left when nothing else runs on the machine), and the median of a LIKE scan.
    """

    query: str
    hits: int
    p95: float
    median: float
    processor_p95: float
    like: float


def seconds(work: Callable[[], object]) -> float:
    """How long ``work`` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def interleaved(
    name: str, ours: Callable[[], float], theirs: Callable[[], float], most: float, rounds: int
) -> Ratio:
    """Measure both in turns, so that what else the machine does falls on both."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return Ratio(
        name, statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs), most
    )


# -- Capture --------------------------------------------------------------------------------------

_FIELDS = 20
_BENCH = "bench_row"


def capture_cost(count: int = 100_000, rounds: int = 5) -> Ratio:
    """``count`` rows of 20 fields inserted in one act, captured and chained, against the same table without
    triggers.
    """
    rows = [_row(place) for place in range(count)]
    insert = f"INSERT INTO {_BENCH} (id, {_names()}) VALUES ({', '.join('?' * (_FIELDS + 1))})"
    return interleaved(
        "capture of inserts",
        lambda: _inserted(insert, rows, captured=True),
        lambda: _inserted(insert, rows, captured=False),
        3.0,
        rounds,
    )


def _row(place: int) -> tuple[object, ...]:
    values = (place * field if field % 3 else f"value {place % 977} {field}" for field in range(_FIELDS))
    return (new_id().bytes, *values)


def _names() -> str:
    return ", ".join(f"f{field}" for field in range(_FIELDS))


def _inserted(insert: str, rows: Sequence[tuple[object, ...]], *, captured: bool) -> float:
    metadata = MetaData()
    columns = [Column(f"f{field}", String(40) if field % 3 == 0 else Integer) for field in range(_FIELDS)]
    Table(
        _BENCH,
        metadata,
        Column("id", Key, primary_key=True, info={"key": True}),
        Column("deleted_at", Instant),
        *columns,
    )
    with _new_store() as db:
        with db.replicate() as session:
            metadata.create_all(session.connection(), checkfirst=False)
            if captured:
                for statement in capture.trigger_statements(metadata).values():
                    session.connection().exec_driver_sql(statement)
        if captured:
            return seconds(lambda: _act(db, insert, rows))
        with db.maintain() as bare:
            return seconds(
                lambda: [
                    bare.execute("BEGIN IMMEDIATE"),
                    bare.executemany(insert, rows),
                    bare.execute("COMMIT"),
                ]
            )


def _act(db: Database, insert: str, rows: Sequence[tuple[object, ...]]) -> None:
    with db.write(Clerk(), "bench") as session:
        session.connection().exec_driver_sql(insert, list(rows))


@contextmanager
def _new_store() -> Iterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        store.create(path, KEY, store.NewSite(uuid4(), "B1", "school", "LC"))
        db = store.open_store(path, KEY)
        try:
            yield db
        finally:
            db.close()


# -- The cipher -----------------------------------------------------------------------------------

_PUPILS = 1_000
_EDITS = 50


def cipher_cost(rounds: int = ROUNDS) -> Ratio:
    """A school's store made, filled, edited pupil by pupil, closed, opened and looked through, by the program
    itself: with a key against without one.
    """
    return interleaved(
        "the same library with a key",
        lambda: seconds(_school_day),
        lambda: seconds(_without_a_key(_school_day)),
        1.3,
        rounds,
    )


def _without_a_key(work: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        with mock.patch.object(cipher, "connect", _plain):
            work()

    return run


def _plain(path: Path, _key: bytearray, **_options: object) -> sqlcipher3.Connection:
    connection = sqlcipher3.connect(str(path), isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL").fetchone()
    for pragma in cipher._PRAGMAS:  # noqa: SLF001 - the very same settings
        connection.execute(f"PRAGMA {pragma}").fetchone()
    return connection


def _school_day() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "school.db"
        library(path, _PUPILS).close()
        db = store.open_store(path, KEY)
        search = StudentSearch(db, actor_of(uuid4(), "Bench", Role.PRINCIPAL))
        for row in search.window("a", limit=_EDITS):
            with db.write(Clerk(), "edit_student") as session:
                session.execute(update(Person).where(Person.id == row.id).values(transport="bus"))
        for text in ("", *QUERIES.values()):
            search.page(text)
        with db.read() as session:
            session.scalars(select(Person)).all()
        db.close()


# -- Search ---------------------------------------------------------------------------------------


def search_times(db: Database, repeats: int = 40, roll: Roll = Roll.ANY) -> list[Searched]:
    """Each fixed query as a table asks it (a screenful of rows in name order and the whole count, nothing
    remembered from the last time) against LIKE over the names of every pupil.
    """
    actor = actor_of(uuid4(), "Bench", Role.MINISTRY_OFFICER)
    measured = []
    for name, text in QUERIES.items():
        taken, worked, hits = [], [], 0
        for _ in range(repeats):
            search = StudentSearch(db, actor)
            began, at_work = time.perf_counter(), time.thread_time()
            hits = search.page(text, StudentFilter(roll=roll)).total
            worked.append((time.thread_time() - at_work) * 1000)
            taken.append((time.perf_counter() - began) * 1000)
        scanned = statistics.median(seconds(partial(_like, db, text)) for _ in range(5)) * 1000
        p95, worked_p95 = (statistics.quantiles(some, n=20)[-1] for some in (taken, worked))
        measured.append(Searched(name, hits, p95, statistics.median(taken), worked_p95, scanned))
    return measured


def _like(db: Database, text: str) -> None:
    where = (
        "FROM person WHERE (family_name LIKE ? OR given_names LIKE ?) AND EXISTS "
        "(SELECT 1 FROM enrolment WHERE person_id = person.id)"
    )
    pattern = (f"%{text}%", f"%{text}%")
    with db.read() as session:
        run = session.connection().exec_driver_sql
        run(f"SELECT count(*) {where}", pattern).scalar_one()
        run(f"SELECT * {where} ORDER BY family_name, given_names LIMIT 40", pattern).all()


# -- From end to end ------------------------------------------------------------------------------


def doctor_seconds(db: Database) -> float:
    """A whole examination of the store."""
    actor = actor_of(uuid4(), "Bench", Role.MINISTRY_OFFICER)
    return seconds(lambda: doctor.diagnose(db, Home(db.path.parent), actor))


def big_library(folder: Path, count: int = 100_000) -> Database:
    """The store for the two above; takes a while to fill."""
    return library(folder / "library.db", count)
