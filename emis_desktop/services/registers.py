"""Marking registers: typed letters in, cells of a pupil's month out; one call is one act.

This is the one door for attendance by the session, for the screen and for files. What stands against a cell
(no school that day, a day to come, a pupil who had not come yet, a closed term) is told for each; the rest of
a block is stored all the same. Nobody is present unless somebody says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.queries.register_cells import row_id
from emis_desktop.queries.register_days import refusal
from emis_desktop.queries.registers import class_register
from emis_desktop.rules.registers import Entry, Presence, column_of, month_of, typed_entry
from emis_desktop.rules.rights import Actor, Right, offers, require
from emis_desktop.services.moments import local_today
from emis_desktop.services.register_checks import checks_for
from emis_desktop.services.register_rows import CellValue, write_cells

MARK, MARK_REST = "mark_register", "mark_rest"


@dataclass(frozen=True, slots=True)
class Register:
    """Which register: a class's, or that of one subject in it, in a session of a day."""

    class_id: UUID
    on: date
    session: int
    subject_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TypedCell:
    """What somebody typed for a pupil in a session of a day; "" empties the cell."""

    student_id: UUID
    on: date
    session: int
    text: str


@dataclass(frozen=True, slots=True)
class StoredCell:
    """What the store holds now; None for not marked."""

    student_id: UUID
    on: date
    session: int
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """What was not stored and why; ``reason.text(words)`` is the sentence beside the cell."""

    typed: TypedCell
    reason: Refused


@dataclass(frozen=True, slots=True)
class CellsResult:
    """The outcome of a block: everything that could be stored was, in one act."""

    accepted: tuple[StoredCell, ...]
    refused: tuple[RefusedCell, ...]


class RegisterService:
    """Marks registers."""

    def __init__(
        self,
        db: Database,
        actor: Actor,
        reasons: Mapping[str, Presence],
        today: Callable[[], date] = local_today,
    ) -> None:
        """``actor`` marks; ``reasons`` are the country's codes and what each counts as."""
        self._db = db
        self._actor = actor
        self._reasons = reasons
        self._today = today

    def mark(self, register: Register, student_id: UUID, text: str) -> StoredCell:
        """Mark one pupil; raises :class:`Refused` with the sentence to show beside the name."""
        typed = TypedCell(student_id, register.on, register.session, text)
        result = self._enter(MARK, register.class_id, register.subject_id, [typed])
        if result.refused:
            raise result.refused[0].reason
        return result.accepted[0]

    def mark_rest(self, register: Register, text: str = "P") -> tuple[StoredCell, ...]:
        """Mark everybody who is expected and not marked yet, present unless ``text`` says otherwise.

        Who is suspended or a guest elsewhere is left as they are. Returns whom it marked.
        """
        _require_any(self._actor)
        with self._db.write(self._actor, MARK_REST) as session:
            found = class_register(
                session,
                self._actor,
                register.class_id,
                register.on,
                register.session,
                self._today(),
                register.subject_id,
            )
            if found.barrier is not None:
                raise refusal(found.barrier)
            cells = [
                TypedCell(row.student_id, register.on, register.session, text)
                for row in found.rows
                if row.expected and row.entry is None
            ]
            return self._write(session, register.class_id, register.subject_id, cells).accepted

    def mark_block(
        self, class_id: UUID, cells: Sequence[TypedCell], subject_id: UUID | None = None
    ) -> CellsResult:
        """Store a block of a class's register, of any days and sessions, as one act.

        A cell named twice takes the later text.
        """
        return self._enter(MARK, class_id, subject_id, cells)

    def _enter(
        self, verb: str, class_id: UUID, subject_id: UUID | None, cells: Sequence[TypedCell]
    ) -> CellsResult:
        _require_any(self._actor)
        with self._db.write(self._actor, verb) as session:
            return self._write(session, class_id, subject_id, cells)

    def _write(
        self, session: Session, class_id: UUID, subject_id: UUID | None, cells: Sequence[TypedCell]
    ) -> CellsResult:
        return enter_cells(session, self._actor, class_id, cells, subject_id, self._reasons, self._today())


def enter_cells(
    session: Session,
    actor: Actor,
    class_id: UUID,
    cells: Sequence[TypedCell],
    subject_id: UUID | None,
    reasons: Mapping[str, Presence],
    today: date,
) -> CellsResult:
    """Check and write cells of one class inside an open act; for the service and for imports."""
    last = {(cell.student_id, cell.on, cell.session): cell for cell in cells}
    checks = checks_for(session, actor, class_id, subject_id, today)
    accepted: list[StoredCell] = []
    refused: list[RefusedCell] = []
    for cell in last.values():
        try:
            checks.require(cell.student_id, cell.on, cell.session)
            entry = typed_entry(cell.text, reasons)
        except Refused as reason:
            refused.append(RefusedCell(cell, reason))
        else:
            accepted.append(StoredCell(cell.student_id, cell.on, cell.session, entry))
    write_cells(session, [_value(checks.institution_id, one, subject_id) for one in accepted])
    return CellsResult(tuple(accepted), tuple(refused))


def _value(institution_id: UUID, cell: StoredCell, subject_id: UUID | None) -> CellValue:
    month = month_of(cell.on)
    return CellValue(
        row_id=row_id(cell.student_id, institution_id, month, cell.session, subject_id),
        student_id=cell.student_id,
        institution_id=institution_id,
        month=month,
        session=cell.session,
        subject_id=subject_id,
        column=column_of(cell.on),
        value=None if cell.entry is None else str(cell.entry),
    )


def _require_any(actor: Actor) -> None:
    """The right as such; which classes it reaches is checked for the class."""
    if not offers(actor, Right.EDIT_ATTENDANCE) or not actor.class_ids:
        require(actor, Right.EDIT_ATTENDANCE)
