"""Files of a whole country's size brought into an encrypted store, each beside the bare reading of the file.

    python -m benchmarks.students_import [--quick]

10,000 pupils with guardians from XLSX, the same file again, and 100,000 register rows from CSV for them. The
bare reading is the library that reads workbooks, or Python's own reader of CSV, giving nothing but cells: no
import can be quicker than that.
"""

import csv
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from python_calamine import CalamineWorkbook

from benchmarks.figures import Figure, Limit, Promise
from benchmarks.library import people
from emis_desktop.exchange.columns import Kind
from emis_desktop.exchange.writing import write_table
from emis_desktop.jobs.import_records import ImportReport, Source, import_records
from tests.factories.schools import IN_TERM, School, demo_profile, opened_school

PUPILS, ROWS = 10_000, 100_000
CLASS_SIZE = 30
LONGEST = 20.0
"""Seconds, for either file."""
_FIRST = date(2026, 9, 7)
_HEADING = (
    *("number", "given_names", "family_name", "sex", "birth_date", "birth_place", "address", "phone"),
    *("grade", "class", "guardian_given_names", "guardian_family_name", "guardian_relation"),
    "guardian_phone",
)


def run(*, quick: bool = False) -> Iterator[Figure]:
    """Both files, and the first once more: it changes nothing then."""
    pupils, rows = (300, 2_000) if quick else (PUPILS, ROWS)
    promise = Promise(Limit.AT_MOST, LONGEST)
    with TemporaryDirectory() as name, opened_school(Path(name)) as school:
        folder = Path(name)
        book = _pupils(folder / "pupils.xlsx", pupils)
        bare = _timed(lambda: list(CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).iter_rows()))
        told = f"import of {pupils:,} pupils from XLSX"
        yield Figure(told, _bring(school, Kind.STUDENTS, book), "s", bare, "bare reading", promise)
        yield Figure(
            f"{told}, again", _bring(school, Kind.STUDENTS, book), "s", bare, "bare reading", promise
        )
        marks = _marks(folder / "attendance.csv", pupils, rows)
        bare = _timed(lambda: _bare_csv(marks))
        told = f"import of {rows:,} attendance rows from CSV"
        yield Figure(told, _bring(school, Kind.ATTENDANCE, marks), "s", bare, "bare reading", promise)
        yield Figure(
            f"{told}, again", _bring(school, Kind.ATTENDANCE, marks), "s", bare, "bare reading", promise
        )


def _bring(school: School, kind: Kind, path: Path) -> float:
    """Seconds that a file takes; every row must be taken."""
    told: list[ImportReport] = []
    source = Source(kind, path)
    seconds = _timed(
        lambda: told.append(
            import_records(
                school.db, school.actor, source, dry_run=False, today=IN_TERM, profile=demo_profile()
            )
        )
    )
    (report,) = told
    if report.errors or not (report.written or report.unchanged == report.rows):
        raise RuntimeError(f"{path.name}: {report.errors[:3]}")
    return seconds


def _timed(work: Callable[[], object]) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


def _pupils(path: Path, count: int) -> Path:
    """A workbook of a school as offices keep them; brothers and sisters share a guardian."""
    rows = []
    for place, (given, family) in enumerate(people(count)):
        grade = f"G{1 + place // CLASS_SIZE % 6}"
        rows.append(
            (
                f"R-{place:06d}",
                given,
                family,
                "FM"[place % 2],
                date(2014, 1, 1) + timedelta(days=place % 1_500),
                "Demo Bay",
                f"{place % 900} Harbour Road",
                f"000 {place:06d}",
                grade,
                f"{grade} {place // CLASS_SIZE}",
                f"Guardian {place // 2}",
                family,
                "MOTHER",
                f"001 {place // 2:06d}",
            )
        )
    write_table(path, _HEADING, rows)
    return path


def _marks(path: Path, pupils: int, count: int) -> Path:
    """Register rows, two sessions a day, as many days as it takes."""
    days = [day for day in (_FIRST + timedelta(days=n) for n in range(60)) if day.weekday() < 5]
    sessions = ((who, day, number) for day in days for number in (1, 2) for who in range(pupils))
    rows = (
        (f"R-{who:06d}", day, number, "E/ILL" if (who + day.day) % 19 == 0 else "P")
        for (who, day, number), _ in zip(sessions, range(count), strict=False)
    )
    write_table(path, ("number", "date", "session", "code"), rows)
    return path


def _bare_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


if __name__ == "__main__":
    for figure in run(quick="--quick" in sys.argv):
        print(f"{figure.name}: {figure.ours:.2f} s, bare reading {figure.peer:.2f} s")
