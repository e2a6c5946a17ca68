"""What the server did not take: send it once more, let go of it after reading, or write it to a file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop import files
from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import Base, RefusedField
from emis_desktop.queries.labels import name_of
from emis_desktop.queries.refused import refused_rows
from emis_desktop.queries.whose import raw_value
from emis_desktop.rules.clock import unpack
from emis_desktop.rules.deciding import right_for, verb_for
from emis_desktop.rules.rights import Actor, require
from emis_desktop.services.rows import write_fields

LET_GO = "let_go_refused"
_GONE = N_("That is not there any more. Look at the list again.")
_FORMAT = "emis-not-taken"


def send_again(db: Database, actor: Actor, seq: int) -> None:
    """Write a value that was not taken once more, as an act of ``actor``; it goes out with the next sync.

    Raises :class:`Refused` for one that is done with, a row that is not here, or a value that is there.
    """
    with db.read() as session:
        table_name = _row(session, actor, seq).table_name
    require(actor, right_for(table_name), class_id=_own_class(actor))
    with db.write(actor, verb_for(table_name)) as session:
        row = _row(session, actor, seq)
        if raw_value(session, table_name, row.row_id, row.field) == row.value:
            raise Refused("The record has this value already. There is nothing to send again.")
        table = Base.metadata.tables[table_name]
        if row.inserting or not write_fields(session, table, row.row_id, {row.field: row.value}):
            raise Refused("The record itself was not taken. Enter it once more by hand.")
        row.let_go_at = _now_ms(session)


def let_go(db: Database, actor: Actor, seq: int) -> None:
    """Take a value that was not taken off the list; the journal keeps that it was typed."""
    with db.write(actor, LET_GO) as session:
        _row(session, actor, seq).let_go_at = _now_ms(session)


def export_refused(db: Database, actor: Actor, path: Path) -> int:
    """Write all of them as JSON: table, row, field, value, by whom, when and why; returns how many."""
    with db.read() as session:
        rows = [_document(session, row) for row in refused_rows(session, actor)]
    if not rows:
        raise Refused("There is nothing that was not taken.")
    text = json.dumps({"format": _FORMAT, "version": 1, "values": rows}, ensure_ascii=False, indent=1)
    files.write(path, text.encode())
    return len(rows)


def _row(session: Session, actor: Actor, seq: int) -> RefusedField:
    found = next((row for row in refused_rows(session, actor) if row.seq == seq), None)
    if found is None or found.table_name not in Base.metadata.tables:
        raise Refused(_GONE)
    return found


def _own_class(actor: Actor) -> UUID | None:
    return next(iter(actor.class_ids), None) if actor.class_ids else None


def _document(session: Session, row: RefusedField) -> dict[str, object]:
    value = row.value.hex() if isinstance(row.value, bytes) else row.value
    return {
        "table": row.table_name,
        "row": str(row.row_id),
        "field": row.field,
        "value": value,
        "bytes": isinstance(row.value, bytes),
        "verb": row.verb,
        "by": name_of(session, "user", row.user_id),
        "at": datetime.fromtimestamp(unpack(row.stamp)[0] / 1000, UTC).isoformat(),
        "reason": row.reason,
    }


def _now_ms(session: Session) -> int:
    return int(session.info["act"].moment.timestamp() * 1000)
