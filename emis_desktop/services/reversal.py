"""Writing back what a range of the journal changed, if nobody has changed it since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, Table, select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import Base, Change, Mark, synced_tables
from emis_desktop.queries.plain import pieces, places
from emis_desktop.queries.register_cells import DAYS
from emis_desktop.queries.register_cells import TABLE as REGISTERS
from emis_desktop.rules.rights import Actor
from emis_desktop.services.mark_checks import checks_for

_POINTING = 'SELECT id FROM "{}" WHERE deleted_at IS NULL AND "{}" IN'
_LATER = "SELECT row_id, field, before FROM change WHERE table_name = ? AND seq > ? AND field IS NOT NULL"
_ERASED = "SELECT 1 FROM change_seal WHERE change BETWEEN ? AND ? AND length(seal) = 32 LIMIT 1"
_HEARD = "SELECT row_id, field, before FROM heard WHERE table_name = ?"


@dataclass(slots=True)
class Touched:
    """What a range of the journal did to one row: the first value before and the last after, by field.

    ``inserted``: the row was made there.
    """

    inserted: bool = False
    before: dict[str, object] = field(default_factory=dict)
    after: dict[str, object] = field(default_factory=dict)

    @property
    def came(self) -> bool:
        """Whether the row was made there, or came back from having been deleted."""
        back = self.before.get("deleted_at") is not None and self.after.get("deleted_at") is None
        return self.inserted or back


def reverse(session: Session, first: int, last: int, entering: Actor | None) -> frozenset[str]:
    """Take the changes ``first`` to ``last`` back inside an open act; returns the names of the tables.

    ``entering``: whoever typed the marks among them, which must still be theirs to enter.

    Raises :class:`Refused` when a value was changed or erased since, when a row made there is in use, or when
    a mark is no longer the actor's to enter.
    """
    touched = check_reversible(session, first, last, entering)
    connection = session.connection()
    gone = int(session.info["act"].moment.timestamp() * 1000)
    for name, rows in touched.items():
        _write_back(connection, name, rows, gone)
    return frozenset(touched)


def check_reversible(
    session: Session, first: int, last: int, entering: Actor | None
) -> dict[str, dict[UUID, Touched]]:
    """Everything that :func:`reverse` looks at before it writes; returns what it would write back, by table
    and row. Nothing is written: it serves a look, too.
    """
    connection = session.connection()
    if connection.exec_driver_sql(_ERASED, (first, last)).first() is not None:
        raise Refused(
            "A person whom this is about was erased since, as the law may ask: what was there before is not "
            "kept. Nothing was undone."
        )
    touched = _touched(session, first, last)
    if "mark" in touched and entering is not None:
        _check_marks(session, entering, list(touched["mark"]))
    for name, rows in touched.items():
        _check_unchanged(connection, name, rows, last)
    for name, rows in touched.items():
        _check_unused(connection, name, rows, touched)
    return touched


def _touched(session: Session, first: int, last: int) -> dict[str, dict[UUID, Touched]]:
    """What happened, by table and row, in the order of the journal."""
    touched: dict[str, dict[UUID, Touched]] = {}
    for change in session.scalars(select(Change).where(Change.seq.between(first, last)).order_by(Change.seq)):
        row = touched.setdefault(change.table_name, {}).setdefault(change.row_id, Touched())
        if change.field is None:
            row.inserted = True
        else:
            row.before.setdefault(change.field, change.before)
            row.after[change.field] = change.after
    return touched


def _check_marks(session: Session, actor: Actor, mark_ids: Sequence[UUID]) -> None:
    """The marks must still be the actor's to enter: own subject, item open, pupil on the roll."""
    marks = [
        (row.student_id, row.item_id)
        for chunk in pieces(mark_ids)
        for row in session.execute(select(Mark.student_id, Mark.item_id).where(Mark.id.in_(chunk)))
    ]
    students, items = {student for student, _ in marks}, {item for _, item in marks}
    checks = checks_for(session, actor, students, items, given=True)
    for student_id, item_id in marks:
        checks.require(student_id, item_id)


def _check_unchanged(connection: Connection, name: str, rows: Mapping[UUID, Touched], last: int) -> None:
    """Every changed field must hold what the act left there; a row made there, what it was made with."""
    fields = sorted({found for row in rows.values() for found in row.after})
    for chunk in pieces(rows):
        now = _read(connection, name, ["deleted_at", *fields], chunk)
        for row_id in chunk:
            row = rows[row_id]
            held = now[row_id]
            left = {**({"deleted_at": None} if row.inserted else {}), **row.after}
            if any(held[found] != value for found, value in left.items()):
                raise _changed_since()
    made = [row_id for row_id, row in rows.items() if row.inserted]
    if _edited(connection, name, made, last):
        raise _changed_since()


def _edited(connection: Connection, name: str, row_ids: Sequence[UUID], last: int) -> bool:
    """Whether a row has, after change ``last`` or elsewhere, been given a value that it still has."""
    for chunk in pieces(row_ids):
        rows = tuple(row_id.bytes for row_id in chunk)
        some = f"AND row_id IN ({places(chunk)}) ORDER BY seq DESC"
        found = [
            *connection.exec_driver_sql(f"{_LATER} {some}", (name, last, *rows)),
            *connection.exec_driver_sql(f"{_HEARD} {some}", (name, *rows)),
        ]
        first: dict[UUID, dict[str, object]] = {}
        for row_id, changed, before in found:
            first.setdefault(UUID(bytes=row_id), {})[changed] = before
        for row_id, values in first.items():
            if _read(connection, name, list(values), [row_id])[row_id] != values:
                return True
    return False


def _check_unused(
    connection: Connection,
    name: str,
    rows: Mapping[UUID, Touched],
    touched: Mapping[str, Mapping[UUID, Touched]],
) -> None:
    """Nothing else may point at a row that was made there and would go."""
    made = [row_id for row_id, row in rows.items() if row.came]
    for table, column in _references(name) if made else ():
        own = {row_id for row_id, row in touched.get(table.name, {}).items() if row.came}
        for chunk in pieces(made):
            found = connection.exec_driver_sql(
                f"{_POINTING.format(table.name, column)} ({places(chunk)})",
                tuple(row_id.bytes for row_id in chunk),
            )
            if any(UUID(bytes=row_id) not in own for row_id in found.scalars()):
                raise Refused("It is in use by later entries. Undo those first.")


def _references(name: str) -> Iterator[tuple[Table, str]]:
    """The (table, column) of synced tables that point at rows of ``name``."""
    for table in synced_tables(Base.metadata):
        for key in table.foreign_keys:
            if key.column.table.name == name:
                yield table, key.parent.name


def _write_back(connection: Connection, name: str, rows: Mapping[UUID, Touched], gone: int) -> None:
    by_field: dict[str, list[tuple[object, bytes]]] = {}
    for row_id, row in rows.items():
        before = _before_made(name, gone) if row.inserted else row.before
        for found, value in before.items():
            by_field.setdefault(found, []).append((value, row_id.bytes))
    for found, values in by_field.items():
        statement = f'UPDATE "{name}" SET "{found}" = ? WHERE id = ?'  # noqa: S608 - names from the journal
        connection.exec_driver_sql(statement, values)


def _before_made(name: str, gone: int) -> dict[str, object]:
    """What a row that was made goes back to: it is marked as deleted, but a month of a register is emptied,
    for another laptop may be marking other days of it.
    """
    return dict.fromkeys(DAYS) if name == REGISTERS else {"deleted_at": gone}


def _read(
    connection: Connection, name: str, fields: Sequence[str], row_ids: Sequence[UUID]
) -> dict[UUID, dict[str, object]]:
    """The raw values of fields, by row."""
    columns = ", ".join(f'"{found}"' for found in fields)
    rows = connection.exec_driver_sql(
        f'SELECT id, {columns} FROM "{name}" WHERE id IN ({places(row_ids)})',  # noqa: S608
        tuple(row_id.bytes for row_id in row_ids),
    )
    return {UUID(bytes=row[0]): dict(zip(fields, row[1:], strict=True)) for row in rows}


def _changed_since() -> Refused:
    return Refused("It was changed again since then. Nothing was undone; change it by hand.")
