"""Entering marks: typed text in, stored entries out; one call is one act.

This is the one door for marks. What stands against a mark (its range, a locked item, another teacher's
subject, a pupil who is not on the roll) is told for each cell; the rest of a block is stored all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.marks import MarkEntry, MarkState, parse_mark
from emis_desktop.rules.numbers import to_scaled
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.mark_checks import Checks, checks_for

_FIND = "SELECT id, state, value, deleted_at IS NOT NULL FROM mark WHERE id IN ({places})"
_INSERT = "INSERT INTO mark (id, student_id, item_id, state, value) VALUES (?, ?, ?, ?, ?)"
_UPDATE = "UPDATE mark SET state = ?, value = ?, deleted_at = NULL WHERE id = ?"
_DELETE = "UPDATE mark SET deleted_at = ? WHERE id = ?"


@dataclass(frozen=True, slots=True)
class TypedMark:
    """What somebody typed for a pupil and item: a number, the code for absent or exempt, or nothing
    (clears).
    """

    student_id: UUID
    item_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class StoredMark:
    """What the store holds now."""

    student_id: UUID
    item_id: UUID
    entry: MarkEntry


@dataclass(frozen=True, slots=True)
class RefusedMark:
    """What was not stored and why; ``reason.text(words)`` is the sentence beside the cell."""

    typed: TypedMark
    reason: Refused


@dataclass(frozen=True, slots=True)
class BlockResult:
    """The outcome of a block: everything that could be stored was, in one act."""

    accepted: tuple[StoredMark, ...]
    refused: tuple[RefusedMark, ...]


class MarkService:
    """Enters marks."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` does it."""
        self._db = db
        self._actor = actor

    def record(self, student_id: UUID, item_id: UUID, text: str) -> StoredMark:
        """Store one mark; :class:`Refused` with the reason to show beside the cell, and nothing is stored."""
        result = self._enter("record_mark", [TypedMark(student_id, item_id, text)])
        if result.refused:
            raise result.refused[0].reason
        return result.accepted[0]

    def record_block(self, marks: Sequence[TypedMark]) -> BlockResult:
        """Store a pasted or filled block as one act; what is refused is listed, the rest is stored.

        A cell named twice takes the later text.
        """
        return self._enter("record_marks", marks)

    def clear(self, cells: Sequence[tuple[UUID, UUID]]) -> BlockResult:
        """Clear the marks of (student, item) as one act."""
        return self._enter("clear_marks", [TypedMark(student, item, "") for student, item in cells])

    def _enter(self, verb: str, marks: Sequence[TypedMark]) -> BlockResult:
        _require_any(self._actor)
        with self._db.write(self._actor, verb) as session:
            return enter_marks(session, self._actor, marks)


def enter_marks(session: Session, actor: Actor, marks: Sequence[TypedMark]) -> BlockResult:
    """Check and write ``marks`` inside an open act; for the service and for imports."""
    last = {(mark.student_id, mark.item_id): mark for mark in marks}
    checks = checks_for(session, actor, {student for student, _ in last}, {item for _, item in last})
    accepted: list[StoredMark] = []
    refused: list[RefusedMark] = []
    for mark in last.values():
        try:
            entry = _entry(checks, mark)
        except Refused as reason:
            refused.append(RefusedMark(mark, reason))
        else:
            accepted.append(StoredMark(mark.student_id, mark.item_id, entry))
    _write(session, accepted)
    return BlockResult(tuple(accepted), tuple(refused))


def _require_any(actor: Actor) -> None:
    """The right as such; which classes and subjects it reaches is checked for each mark."""
    require(actor, Right.EDIT_MARKS, class_id=next(iter(actor.class_ids), None) if actor.class_ids else None)


def _entry(checks: Checks, mark: TypedMark) -> MarkEntry:
    item = checks.require(mark.student_id, mark.item_id)
    return parse_mark(mark.text, item.column)


def _write(session: Session, marks: Sequence[StoredMark]) -> None:
    """Bring the rows to ``marks``, writing only what differs: plain SQL, since a block may have thousands."""
    connection = session.connection()
    deleted_at = int(session.info["act"].moment.timestamp() * 1000)
    inserts: list[tuple[Any, ...]] = []
    updates: list[tuple[Any, ...]] = []
    deletes: list[tuple[Any, ...]] = []
    for chunk in pieces(marks):
        ids = {natural_id("mark", mark.student_id, mark.item_id).bytes: mark for mark in chunk}
        found = connection.exec_driver_sql(_FIND.format(places=",".join("?" * len(ids))), tuple(ids))
        there = {row_id: None if gone else (state, value) for row_id, state, value, gone in found}
        for row_id, mark in ids.items():
            wanted = _stored(mark.entry)
            if wanted == there.get(row_id):
                continue
            if wanted is None:
                deletes.append((deleted_at, row_id))
            elif row_id in there:
                updates.append((*wanted, row_id))
            else:
                inserts.append((row_id, mark.student_id.bytes, mark.item_id.bytes, *wanted))
    for statement, rows in ((_INSERT, inserts), (_UPDATE, updates), (_DELETE, deletes)):
        if rows:
            connection.exec_driver_sql(statement, rows)


def _stored(entry: MarkEntry) -> tuple[str, int | None] | None:
    """State and scaled value of a row; None for no row."""
    if entry.state is MarkState.MISSING:
        return None
    return entry.state.value, None if entry.value is None else to_scaled(entry.value)
