"""What the records of 100,000 pupils cost: typing into the search, opening list and class register, memory.

    python3 run.py bench students

The store is the demonstration country's: its ministry's laptop with two years, families, doubles and the
registers of two terms. What stands beside each figure is a plain scan of the same store: no index, every name
or row looked at. Typed are names, numbers and phones of pupils who are in it, letter by letter, in the parts
and orders in which people type them.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple
from uuid import UUID

from benchmarks import students_window
from benchmarks.figures import Figure, Limit, Promise
from emis_desktop.database import Database
from emis_desktop.jobs.demo.country import CountryMade, CountryWish, fill_country
from emis_desktop.jobs.demo.laptop import USER, DemoUser, add_users, set_up_demo
from emis_desktop.laptop import OpenLaptop
from emis_desktop.profiles import school_year_on
from emis_desktop.queries.registers import class_register
from emis_desktop.queries.search import Roll, StudentFilter, StudentSearch
from emis_desktop.rules.names import fold
from emis_desktop.rules.open_days import MONDAY_TO_FRIDAY
from emis_desktop.rules.registers import column_of, month_of
from emis_desktop.rules.rights import Actor, Role
from emis_desktop.settings import Home

PUPILS: Final = 100_000
TODAY: Final = date(2026, 11, 23)
TYPED: Final = 120
"""Names that are typed, one key after the other."""
SCANNED: Final = 40
"""Of all keystrokes, how many are answered by a scan as well: it takes long."""
CLASSES: Final = 60
SEARCH_MS, REGISTER_MS, MEMORY_MB = 5.0, 30.0, 350.0
_ON_ROLL = StudentFilter(roll=Roll.ON)
_SCREENFUL = 40


class Times(NamedTuple):
    """Middle and 95th of a hundred, in milliseconds of the processor, and the latter by the clock."""

    p50: float
    p95: float
    waited: float


def run(*, quick: bool = False) -> Iterator[Figure]:
    """Make the country, ask it everything, then the files of its import."""
    with TemporaryDirectory(prefix="emis-bench-") as folder:
        home = Home(Path(folder))
        yield from _filled(home, 1_500 if quick else PUPILS, quick=quick)
        peak = students_window.peak_mb(home)
        promise = Promise(Limit.AT_MOST, MEMORY_MB)
        if peak:  # only where the system tells it
            yield Figure("program with that store open, after use", peak, "MB", None, "", promise)
    from benchmarks import students_import  # noqa: PLC0415 - its table libraries are not for the memory above

    yield from students_import.run(quick=quick)


def _filled(home: Home, pupils: int, *, quick: bool) -> Iterator[Figure]:
    laptop, made, took = _country(home, pupils)
    with laptop:
        size = laptop.db.path.stat().st_size / 1e6
        said = f"{made.children:,} children, {made.registers:,} register rows, {size:,.0f} MB"
        yield Figure(f"country of {pupils:,} made", took, "s", note=said)
        texts = list(keystrokes(laptop.db, 12 if quick else TYPED))
        yield from _search(laptop, texts, 4 if quick else SCANNED)
        yield from _list(laptop)
        yield from _register(laptop, 5 if quick else CLASSES)


def _country(home: Home, pupils: int) -> tuple[OpenLaptop, CountryMade, float]:
    """The ministry's laptop, filled and signed in; and the seconds of filling."""
    laptop = set_up_demo(home, 2026, None)
    began = time.perf_counter()
    made = fill_country(laptop.db, laptop.actor, laptop.profile, CountryWish(pupils, 1, TODAY))
    took = time.perf_counter() - began
    add_users(laptop, [DemoUser(USER, Role.MINISTRY_OFFICER)])
    return laptop, made, took


# -- Search ---------------------------------------------------------------------------------------


def keystrokes(db: Database, typed: int) -> Iterator[str]:
    """What stands in the box after each key, for so many pupils searched for in the ways that people do."""
    rng = Random(1)
    with db.read() as session:
        connection = session.connection()
        pupils = connection.exec_driver_sql(
            "SELECT given_names, family_name, number, (SELECT value FROM person_contact JOIN guardianship "
            "ON guardian_id = person_contact.person_id WHERE student_id = person.id LIMIT 1) FROM person "
            "JOIN person_identity ON person_identity.person_id = person.id"
        ).all()
    for given, family, number, phone in rng.sample(list(pupils), typed):
        first, surname = fold(given).split()[0], fold(family).removesuffix(" demo")
        ways = [
            surname,
            first,
            f"{first} {surname}",
            f"{surname} {first}",
            f"{surname[1:5]} {first[:3]}",
            family,
            number,
            (phone or number).replace(" ", ""),
        ]
        text = rng.choices(ways, (20, 15, 25, 15, 8, 7, 5, 5))[0]
        yield from (text[:length] for length in range(1, len(text) + 1))


def _search(laptop: OpenLaptop, texts: Sequence[str], scanned: int) -> Iterator[Figure]:
    ours = _times([partial(_found, laptop, text) for text in texts])
    some = Random(2).sample(list(texts), min(scanned, len(texts)))
    plain = _times([partial(_scanned, laptop.db, text) for text in some])
    promise = Promise(Limit.AT_MOST, SEARCH_MS)
    note = f"{len(texts):,} keystrokes, p95 by the clock {ours.waited:.2f}"
    yield Figure("search, per keystroke, p50", ours.p50, "ms", plain.p50, "LIKE scan")
    yield Figure("search, per keystroke, p95", ours.p95, "ms", plain.p95, "LIKE scan", promise, note)


def _found(laptop: OpenLaptop, text: str) -> None:
    """A screenful and the whole count, as the list asks; nothing is remembered from the key before."""
    StudentSearch(laptop.db, laptop.actor).page(text, _ON_ROLL)


def _scanned(db: Database, text: str) -> None:
    """The same from the records alone: every name of every pupil on roll is looked at."""
    words = text.split() or [""]
    like = " AND ".join(
        ["(person.family_name LIKE ? OR person.given_names LIKE ? OR number LIKE ?)"] * len(words)
    )
    where = (
        "FROM person JOIN person_identity ON person_identity.person_id = person.id "
        f"WHERE {like} AND EXISTS (SELECT 1 FROM enrolment WHERE enrolment.person_id = person.id "
        "AND ends_on IS NULL)"
    )
    values = tuple(f"%{word}%" for word in words for _ in range(3))
    with db.read() as session:
        run_sql = session.connection().exec_driver_sql
        run_sql(f"SELECT count(*) {where}", values).scalar_one()
        run_sql(f"SELECT person.* {where} ORDER BY family_name, given_names LIMIT {_SCREENFUL}", values).all()


# -- Lists ----------------------------------------------------------------------------------------


def _list(laptop: OpenLaptop) -> Iterator[Figure]:
    ours = _times([partial(_found, laptop, "")] * 20)
    plain = _times([partial(_scanned, laptop.db, "")] * 3)
    promise = Promise(Limit.AT_MOST, SEARCH_MS)
    yield Figure("opening the list of pupils, p95", ours.p95, "ms", plain.p50, "scan and sort", promise)
    end = _times([partial(_far_down, laptop)] * 20)
    yield Figure("the list, halfway down, p95", end.p95, "ms", plain.p50, "scan and sort")


def _far_down(laptop: OpenLaptop) -> None:
    search = StudentSearch(laptop.db, laptop.actor)
    search.window("", _ON_ROLL, search.count("", _ON_ROLL) // 2, _SCREENFUL)


def _register(laptop: OpenLaptop, count: int) -> Iterator[Figure]:
    day = next(
        day
        for day in (TODAY - timedelta(days=back) for back in range(7))
        if day.weekday() in MONDAY_TO_FRIDAY
    )
    classes = _classes(laptop, count)
    ours = _times([partial(_opened, laptop.db, laptop.actor, each, day) for each in classes])
    plain = _times([partial(_rows_scanned, laptop.db, each, day) for each in classes[:3]])
    promise = Promise(Limit.AT_MOST, REGISTER_MS)
    note = f"{len(classes)} classes, median {ours.p50:.1f}, p95 by the clock {ours.waited:.1f}"
    yield Figure("a class register, p95", ours.p95, "ms", plain.p50, "scan of the rows", promise, note)


def _classes(laptop: OpenLaptop, count: int) -> list[UUID]:
    year = school_year_on(laptop.profile, TODAY).code
    with laptop.db.read() as session:
        found = session.connection().exec_driver_sql(
            "SELECT school_class.id FROM school_class JOIN academic_period ON academic_period.id = period_id "
            "WHERE academic_period.code = ? "
            "AND EXISTS (SELECT 1 FROM class_pupil WHERE class_id = school_class.id)",
            (year,),
        )
        ids = [UUID(bytes=row_id) for row_id in found.scalars()]
    return Random(3).sample(ids, min(count, len(ids)))


def _opened(db: Database, actor: Actor, class_id: UUID, day: date) -> None:
    with db.read() as session:
        class_register(session, actor, class_id, day, 1, TODAY)


def _rows_scanned(db: Database, class_id: UUID, day: date) -> None:
    """The class of the day by looking at every row of every register."""
    question = (
        f"SELECT student_id, session, {column_of(day)} FROM attendance_month NOT INDEXED "
        "WHERE month = ? AND student_id IN (SELECT person_id FROM class_pupil NOT INDEXED "
        "JOIN enrolment ON enrolment.id = enrolment_id WHERE class_id = ? AND class_pupil.ends_on IS NULL)"
    )
    with db.read() as session:
        session.connection().exec_driver_sql(question, (month_of(day), class_id.bytes)).all()


def _times(deeds: Sequence[Callable[[], None]]) -> Times:
    worked, waited = [], []
    for deed in deeds:
        began, at_work = time.perf_counter(), time.thread_time()
        deed()
        worked.append((time.thread_time() - at_work) * 1000)
        waited.append((time.perf_counter() - began) * 1000)
    if len(worked) < 2:
        return Times(worked[0], worked[0], waited[0])
    return Times(
        statistics.median(worked),
        statistics.quantiles(worked, n=20, method="inclusive")[-1],
        statistics.quantiles(waited, n=20, method="inclusive")[-1],
    )


if __name__ == "__main__":
    for figure in run(quick="--quick" in sys.argv):
        print(figure.document())
