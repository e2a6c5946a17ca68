"""Conflicts as the server writes them into a store: applied from elsewhere, not an act of this laptop."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from emis_desktop.database import Database
from emis_desktop.models import Base, Conflict, RefusedField
from emis_desktop.rules.clock import pack
from emis_desktop.rules.ids import new_id

AT_NINE = datetime(2026, 11, 5, 9, 14, tzinfo=UTC)
AT_TEN = datetime(2026, 11, 5, 10, 2, tzinfo=UTC)


def write_conflict(
    db: Database,
    table: str,
    row_id: UUID,
    field: str,
    *,
    kind: str = "info",
    before: object = None,
    held: object = None,
    other: object = None,
    held_user: UUID | None = None,
    other_user: UUID | None = None,
    sensitivity: str = "",
) -> UUID:
    """A conflict that came with a download; returns its id. The class is that of the field."""
    if not sensitivity:
        column = Base.metadata.tables[table].c.get(field)
        sensitivity = "basic" if column is None else str(column.info.get("sensitivity", "basic"))
    row = Conflict(
        id=new_id(),
        table_name=table,
        row_id=row_id,
        field=field,
        kind=kind,
        sensitivity=sensitivity,
        before=before,
        held=held,
        held_user=held_user,
        held_site="Office laptop",
        held_at=AT_TEN,
        other=other,
        other_user=other_user,
        other_site="Library laptop",
        other_at=AT_NINE,
    )
    with db.replicate() as session:
        session.add(row)
        session.flush()
        return row.id


def write_refused(
    db: Database,
    table: str,
    row_id: UUID,
    field: str,
    value: object,
    user_id: UUID,
    **changes: Any,  # noqa: ANN401 - any column
) -> int:
    """A value that the server did not take; returns its number."""
    values: dict[str, Any] = {"outcome": "refused", "reason": "right", "inserting": False}
    values |= {"stamp": pack(int(AT_NINE.timestamp() * 1000)), **changes}
    row = RefusedField(
        batch_id=uuid4().bytes,
        op=0,
        table_name=table,
        row_id=row_id,
        field=field,
        value=value,
        user_id=user_id,
        verb="change_student",
        at=int(AT_TEN.timestamp() * 1000),
        **values,
    )
    with db.replicate() as session:
        session.add(row)
        session.flush()
        return row.seq
