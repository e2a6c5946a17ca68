"""Cells of registers in words: "Register of 7 September 2026, AM", "absent", "excused (ILL)"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import N_, Word
from emis_desktop.models import AttendanceMonth, Change, Subject
from emis_desktop.queries.labels import describe
from emis_desktop.queries.plain import remembered
from emis_desktop.queries.policies import policies_of
from emis_desktop.queries.register_cells import DAYS, TABLE, entry_of
from emis_desktop.rules.policies import SESSIONS
from emis_desktop.rules.registers import Presence
from emis_desktop.sentence import Names, Sentence, say, say_many

PRESENCES: Final[Mapping[Presence, str]] = MappingProxyType(
    {
        Presence.PRESENT: N_("present"),
        Presence.LATE: N_("late"),
        Presence.UNEXCUSED: N_("absent without excuse"),
        Presence.EXCUSED: N_("absent, excused"),
    }
)
NOT_MARKED: Final = N_("not marked")


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Which cell of a register: the day, the session by its name, and the subject of a subject's register."""

    on: date
    session: str
    subject: Names | None = None

    def label(self) -> Sentence:
        """What the cell is called."""
        if self.subject is None:
            return say(N_("Register of {day}, {session}"), day=self.on, session=self.session)
        return say(
            N_("Register of {day}, {session}, {subject}"),
            day=self.on,
            session=self.session,
            subject=self.subject,
        )


def cell_words(cell: object) -> object:
    """What stands in a stored cell, as a value of a sentence; None for an empty one."""
    entry = entry_of(cell) if isinstance(cell, str) else None
    if entry is None:
        return None
    presence = Word(PRESENCES[entry.presence])
    if not entry.reason:
        return presence
    return say(N_("{presence} ({reason})"), presence=presence, reason=entry.reason)


def place_of_cell(session: Session, row_id: UUID, field: str | None) -> CellPlace | None:
    """Day and session of a field of a row; None for a field that is no day, or of no day of that month."""
    row = session.get(AttendanceMonth, row_id)
    if row is None or field not in DAYS:
        return None
    try:
        on = date.fromisoformat(f"{row.month}-{field[1:]}")
    except ValueError:
        return None
    school = row.institution_id
    names = remembered(session, ("sessions", school), lambda: policies_of(session, school).words(SESSIONS))
    name = names[row.session - 1] if 0 < row.session <= len(names) else str(row.session)
    subject = None if row.subject_id is None else session.get(Subject, row.subject_id)
    called = None if subject is None else Names(subject.name, subject.name_fr, subject.name_es)
    return CellPlace(on, name, called)


def cell_label(session: Session, table: str, row_id: UUID, field: str | None) -> Sentence | None:
    """What a cell of a register is called; None for every other field."""
    place = place_of_cell(session, row_id, field) if table == TABLE else None
    return None if place is None else place.label()


def first_cells(session: Session, row_id: UUID, seq: int) -> Iterator[tuple[str, str]]:
    """The cells with which a row was made at change ``seq``: what the next change of each found, else what is
    there now.
    """
    row = session.get(AttendanceMonth, row_id)
    if row is None:
        return
    changes = session.execute(
        select(Change.field, Change.before)
        .where(Change.table_name == TABLE, Change.row_id == row_id, Change.seq > seq)
        .order_by(Change.seq.desc())
    )
    later: dict[str | None, object] = {row.field: row.before for row in changes}
    for day in DAYS:
        cell = later.get(day, getattr(row, day))
        if isinstance(cell, str):
            yield day, cell


def act_words(session: Session, first: int, last: int, *, rest: bool) -> Sentence | None:
    """What an act that marked registers did; None where that cannot be said of one day.

    ``rest``: the act marked everybody who was not marked yet.
    """
    found = session.execute(
        select(Change.row_id, Change.field, Change.before, Change.after, Change.seq)
        .where(Change.seq.between(first, last), Change.table_name == TABLE)
        .order_by(Change.seq)
    ).all()
    if not found:
        return None
    one = found[0]
    cells = (
        [(day, None, cell) for day, cell in first_cells(session, one.row_id, last)]
        if one.field is None
        else [(change.field, change.before, change.after) for change in found if change.row_id == one.row_id]
    )
    if len(cells) != 1:
        return None
    field, before, after = cells[0]
    place = place_of_cell(session, one.row_id, field)
    count = len({change.row_id for change in found})
    if place is None or (count > 1 and not rest):
        return None
    if count > 1:
        return say_many("{cell}: {n} pupil marked", "{cell}: {n} pupils marked", count, cell=place.label())
    return _one(session, one.row_id, place, cell_words(before), cell_words(after))


def _one(session: Session, row_id: UUID, place: CellPlace, before: object, after: object) -> Sentence:
    pupil = describe(session, TABLE, row_id)["pupil"]
    values = {"cell": place.label(), "pupil": pupil}
    if before is None:
        return say(N_("{cell}: {pupil} {after}"), after=after or Word(NOT_MARKED), **values)
    template = N_("{cell}: {pupil} changed from {before} to {after}")
    return say(template, before=before, after=after or Word(NOT_MARKED), **values)
