"""Registers as they leave in a file: a row for each marked session, with the columns that come in."""

# ruff: noqa: S608 - statements are put together from constants of this module

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import Subject
from emis_desktop.queries.exports import Row
from emis_desktop.queries.plain import in_pieces, places, rows
from emis_desktop.queries.register_cells import DAYS, TABLE, months_between
from emis_desktop.queries.roster import numbers_of
from emis_desktop.rules.rights import Actor

REGISTER_COLUMNS: Final = ("number", "date", "session", "subject", "code")
_ROWS: Final = (
    f"SELECT {TABLE}.student_id, {TABLE}.month, {TABLE}.session, {TABLE}.subject_id, "
    f"{', '.join(f'{TABLE}.{day}' for day in DAYS)} FROM {TABLE} "
    f"JOIN person ON person.id = {TABLE}.student_id AND person.deleted_at IS NULL "
    f"WHERE {TABLE}.month IN ({{months}}) AND {TABLE}.deleted_at IS NULL"
)


def register_rows(session: Session, actor: Actor, first: date, last: date) -> Iterator[Row]:
    """Every marked session from ``first`` to ``last`` at the schools that the actor sees, by day."""
    months = months_between(first, last)
    question, values = _ROWS.format(months=places(months)), [*months]
    if actor.institution_id is not None:
        found = rows(session, f"{question} AND {TABLE}.institution_id = ?",
                     [*values, actor.institution_id.bytes])  # fmt: skip
    else:
        found = rows(session, question, values)
    people = {row[0]: UUID(bytes=row[0]) for row in found}
    numbers = in_pieces(session, people.values(), numbers_of)
    subjects = dict[bytes, str]()
    for subject_id, code in session.execute(select(Subject.id, Subject.code)):
        subjects[subject_id.bytes] = code
    listed: list[tuple[date, int, str, str, str]] = []
    for person, month, number, subject, *cells in found:
        year, of_year = int(month[:4]), int(month[5:])
        code = subjects.get(subject, "") if subject else ""
        who = numbers.get(people[person]) or ""
        for day, cell in enumerate(cells, 1):
            if cell and first <= (on := date(year, of_year, day)) <= last:
                listed.append((on, number, who, code, cell))
    listed.sort()
    for on, number, who, code, cell in listed:
        yield who, on, number, code or None, cell
