"""Rows are never deleted: they are marked, and come back as themselves."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.journal import OpenAct
from emis_desktop.models import Synced

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
