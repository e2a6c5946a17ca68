"""Rows are never deleted: they are marked, and come back as themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.orm import Session

from emis_desktop.journal import OpenAct
from emis_desktop.models import Synced
from emis_desktop.state_hash import Stored

Row = TypeVar("Row", bound=Synced)


def delete(session: Session, row: Synced) -> None:
    """Mark ``row`` as deleted at the moment of the open act."""
    act: OpenAct = session.info["act"]
    row.deleted_at = act.moment


def keep(session: Session, row: Synced, *, wanted: bool) -> None:
    """Mark ``row`` as deleted, or bring it back."""
    if wanted:
        row.deleted_at = None
    elif row.deleted_at is None:
        delete(session, row)


def revive(session: Session, model: type[Row], row_id: UUID) -> Row:
    """The row with this natural-key id: as it is, a tombstone brought back, or a new one in the session."""
    row = session.get(model, row_id)
    if row is None:
        row = model()
        row.id = row_id
        session.add(row)
    row.deleted_at = None
    return row


def write_fields(session: Session, table: Table, row_id: UUID, values: Mapping[str, Stored]) -> bool:
    """Write stored values of fields named by the model inside an open act; False where there is no such row.

    What the session knows of the row is read anew.
    """
    session.flush()
    names = ", ".join(f'"{table.c[name].name}" = ?' for name in values)
    written = session.connection().exec_driver_sql(
        f'UPDATE "{table.name}" SET {names} WHERE id = ?',  # noqa: S608 - names from the model
        (*values.values(), row_id.bytes),
    )
    session.expire_all()
    return written.rowcount > 0
