"""Entries on health and special needs: rows sealed one by one; every reading is an act in the journal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.journal import Reading
from emis_desktop.keyring import SealedBox, row_context
from emis_desktop.models import HealthRecord
from emis_desktop.one_person import together
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.health_entries import ALERTS, KINDS, HealthEntry, checked_entry, entry_of, entry_text
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read
from emis_desktop.services.enrolments import student
from emis_desktop.services.moments import local_today
from emis_desktop.services.rows import delete

TABLE: Final = HealthRecord.__tablename__
_GONE: Final = N_("That entry is no longer there.")


@dataclass(frozen=True, slots=True)
class HealthLine:
    """An entry of a pupil; ``shut``: the key that it was sealed with has not come to this laptop yet."""

    id: UUID
    entry: HealthEntry
    shut: bool = False


class HealthRecordService:
    """Reads and writes sealed entries for one actor who holds the class key."""

    def __init__(
        self, db: Database, actor: Actor, box: SealedBox, today: Callable[[], date] = local_today
    ) -> None:
        """``box`` opens what the actor's key ring opens; ``today`` bounds what is past."""
        self._db = db
        self._actor = actor
        self._box = box
        self._today = today

    def read(self, student_id: UUID) -> tuple[HealthLine, ...]:
        """The pupil's entries by kind, the newest first. The reading is an act of its own in the journal;
        where there is nothing to read, nothing is written there.
        """
        require(self._actor, Right.VIEW_STUDENTS)
        require_read(self._actor, SensitivityClass.HEALTH)
        ids = self._ids([student_id], KINDS)
        if not ids:
            return ()
        with self._db.write(self._actor, "read_health_records", about=Reading(TABLE, ids[0])) as session:
            student(session, self._actor, student_id)
            lines = [self._line(row) for row in _rows(session, ids)]
        order = list(KINDS)
        lines.sort(key=lambda line: (line.entry.starts_on or date.min, line.id), reverse=True)
        lines.sort(key=lambda line: order.index(line.entry.kind))
        return tuple(lines)

    def alerts(self, student_ids: Collection[UUID]) -> dict[UUID, tuple[HealthEntry, ...]]:
        """Alerts and allergies of those of these pupils who have any: one act in the journal for all of them.

        Pupils who are not the actor's to see are left out; what cannot be opened here is left out too.
        """
        require(self._actor, Right.VIEW_STUDENTS)
        require_read(self._actor, SensitivityClass.HEALTH)
        ids = self._ids(student_ids, ALERTS)
        if not ids:
            return {}
        found: dict[UUID, tuple[HealthEntry, ...]] = {}
        with self._db.write(self._actor, "read_alerts", about=Reading(TABLE, ids[0])) as session:
            whole = together(session, student_ids)
            owners = {record: one for one in student_ids for record in whole.of(one)}
            seen: dict[UUID, bool] = {}
            for row in _rows(session, ids):
                owner = owners[row.person_id]
                if owner not in seen:
                    seen[owner] = self._sees(session, owner)
                line = self._line(row)
                if seen[owner] and not line.shut:
                    found[owner] = (*found.get(owner, ()), line.entry)
        order = list(ALERTS)
        return {
            one: tuple(sorted(entries, key=lambda entry: order.index(entry.kind)))
            for one, entries in found.items()
        }

    def add(self, student_id: UUID, entry: HealthEntry) -> UUID:
        """Add an entry; raises :class:`Refused` with the field for what cannot be."""
        require(self._actor, Right.EDIT_STUDENTS)
        require_read(self._actor, SensitivityClass.HEALTH)
        kept = checked_entry(entry, self._today())
        with self._db.write(self._actor, "add_health_record") as session:
            student(session, self._actor, student_id)
            row = HealthRecord(id=new_id(), person_id=student_id, kind=kept.kind)
            row.sealed = self._sealed(row.id, kept)
            session.add(row)
            return row.id

    def change(self, record_id: UUID, entry: HealthEntry) -> None:
        """Put another entry of the same kind in its place."""
        require(self._actor, Right.EDIT_STUDENTS)
        require_read(self._actor, SensitivityClass.HEALTH)
        kept = checked_entry(entry, self._today())
        with self._db.write(self._actor, "change_health_record") as session:
            row = self._row(session, record_id)
            if row.kind != kept.kind:
                raise Refused("The kind of an entry stays. Remove it and add another.", field="kind")
            if self._line(row).entry != kept:
                row.sealed = self._sealed(row.id, kept)

    def remove(self, record_id: UUID) -> None:
        """Take an entry away; it can be brought back."""
        require(self._actor, Right.EDIT_STUDENTS)
        require_read(self._actor, SensitivityClass.HEALTH)
        with self._db.write(self._actor, "remove_health_record") as session:
            delete(session, self._row(session, record_id))

    def _ids(self, student_ids: Collection[UUID], kinds: Iterable[str]) -> list[UUID]:
        """The rows of those pupils, found without opening any of them."""
        found: list[UUID] = []
        with self._db.read() as session:
            for piece in pieces(together(session, student_ids).all_of(student_ids)):
                found.extend(
                    session.scalars(
                        select(HealthRecord.id)
                        .where(
                            HealthRecord.person_id.in_(piece),
                            HealthRecord.kind.in_(tuple(kinds)),
                            HealthRecord.sealed.is_not(None),
                            HealthRecord.deleted_at.is_(None),
                        )
                        .order_by(HealthRecord.id)
                    )
                )
        return found

    def _row(self, session: Session, record_id: UUID) -> HealthRecord:
        row = session.get(HealthRecord, record_id)
        if row is None or row.deleted_at is not None:
            raise Refused(_GONE)
        student(session, self._actor, row.person_id)
        return row

    def _sees(self, session: Session, student_id: UUID) -> bool:
        try:
            student(session, self._actor, student_id)
        except Refused:
            return False
        return True

    def _sealed(self, row_id: UUID, entry: HealthEntry) -> bytes:
        return self._box.seal(SensitivityClass.HEALTH, _context(row_id), entry_text(entry))

    def _line(self, row: HealthRecord) -> HealthLine:
        """The entry of a row; one whose key is still to come is told as shut."""
        try:
            text = self._box.open(SensitivityClass.HEALTH, _context(row.id), row.sealed or b"")
        except Refused:
            if not self._box.may(SensitivityClass.HEALTH):
                raise
            return HealthLine(row.id, HealthEntry(row.kind), shut=True)
        return HealthLine(row.id, entry_of(row.kind, text))


def _rows(session: Session, ids: Collection[UUID]) -> list[HealthRecord]:
    return [
        row
        for piece in pieces(ids)
        for row in session.scalars(select(HealthRecord).where(HealthRecord.id.in_(piece)))
    ]


def _context(row_id: UUID) -> str:
    """Binds a sealed entry to its row, so that it cannot be moved to another pupil."""
    return row_context(TABLE, "sealed", row_id)
