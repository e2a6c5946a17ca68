"""The cells of registers: rows a pupil, month and session, read by their ids or a whole school at once."""

# ruff: noqa: S608 - statements are put together from constants of this module

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import product
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.one_person import Together, together
from emis_desktop.queries.plain import pieces, places, rows
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.registers import Entry, Presence, month_of, read_entry

DAYS: Final = tuple(f"d{day:02}" for day in range(1, 32))
TABLE: Final = "attendance_month"
_COLUMNS: Final = ", ".join(DAYS)
_BY_ID: Final = f"SELECT id, {_COLUMNS} FROM {TABLE} WHERE id IN ({{ids}}) AND deleted_at IS NULL"
_OF_SCHOOL: Final = (
    f"SELECT student_id, month, session, {_COLUMNS} FROM {TABLE} WHERE institution_id = ? "
    "AND month IN ({months}) AND subject_id IS NULL AND deleted_at IS NULL"
)
Month = tuple[str | None, ...]
"""31 cells as they are stored, the first is day 1."""
Cells = Mapping[tuple[UUID, str, int], Month]
"""By pupil, month ("2026-09") and session."""
EMPTY: Final[Month] = (None,) * len(DAYS)


def row_id(student_id: UUID, institution_id: UUID, month: str, session: int, subject_id: UUID | None) -> UUID:
    """The id of a pupil's row."""
    return natural_id(TABLE, student_id, institution_id, month, session, subject_id)


def months_between(first: date, last: date) -> list[str]:
    """The months from one day to another, both included."""
    whole = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in whole]


@lru_cache(maxsize=1024)
def entry_of(cell: str | None) -> Entry | None:
    """The entry of a stored cell: the same few come again and again."""
    return read_entry(cell)


def presence_of(cell: str | None) -> Presence | None:
    """How a pupil was, by a stored cell."""
    entry = entry_of(cell)
    return None if entry is None else entry.presence


def cell_on(cells: Cells, student_id: UUID, day: date, session: int) -> str | None:
    """What stands for a pupil on a day."""
    found = cells.get((student_id, month_of(day), session))
    return None if found is None else found[day.day - 1]


def cells_by_id(
    session: Session,
    institution_id: UUID,
    students: Collection[UUID],
    months: Iterable[str],
    numbers: Iterable[int],
    subject_id: UUID | None = None,
) -> Cells:
    """The cells of some pupils at a school in these months and sessions, asked for by primary key."""
    whole = together(session, students)
    keys = {
        row_id(student, institution_id, month, number, subject_id).bytes: (student, month, number)
        for student, month, number in product(whole.all_of(students), tuple(months), tuple(numbers))
    }
    found: dict[tuple[UUID, str, int], Month] = {}
    for piece in pieces(keys):
        for key, *cells in rows(session, _BY_ID.format(ids=places(piece)), piece):
            found[keys[key]] = tuple(cells)
    return of_one_person(whole, students, found)


def cells_of_school(session: Session, institution_id: UUID, months: Collection[str]) -> Cells:
    """The cells of all class registers of a school in some months."""
    found: dict[tuple[UUID, str, int], Month] = {}
    asked = rows(session, _OF_SCHOOL.format(months=places(months)), (institution_id.bytes, *months))
    for student, month, number, *cells in asked:
        found[UUID(bytes=student), month, number] = tuple(cells)
    students = {key[0] for key in found}
    whole = together(session, students)
    people = {one for student in students for one in whole.of(student)}
    return of_one_person(whole, people, found)


def of_one_person(
    whole: Together, students: Collection[UUID], found: Mapping[tuple[UUID, str, int], Month]
) -> Cells:
    """``found`` as cells of these students; of several records of one pupil the own cells go first."""
    if not whole.group:
        return found
    joined: dict[tuple[UUID, str, int], Month] = {}
    places_of = {(month, number) for _student, month, number in found}
    for student in students:
        records = whole.of(student)
        for month, number in places_of:
            kept = [cells for one in records if (cells := found.get((one, month, number))) is not None]
            if kept:
                joined[student, month, number] = _first_of_each(kept)
    return joined


def _first_of_each(kept: Sequence[Month]) -> Month:
    if len(kept) == 1:
        return kept[0]
    return tuple(next((cell for cell in cells if cell), None) for cells in zip(*kept, strict=True))


def marked_in(cells: Iterable[Month]) -> Iterator[str]:
    """What stands in any of these."""
    return (cell for month in cells for cell in month if cell)
