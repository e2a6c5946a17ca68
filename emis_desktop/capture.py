"""Triggers that write every change of a synced table into the journal, generated from the model metadata.

Capture lies below the ORM, because an ORM hook misses bulk updates. An INSERT writes one journal row and no
values (the row has them); an UPDATE one row a changed field with both values; a DELETE is refused, since rows
are only ever marked as deleted; a column of the natural key is refused any change. The open act comes from
``capture_context``: with no act open the journal's NOT NULL refuses the write, so nothing can slip past it.
``muted`` is for applying downloads.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, Table

from emis_desktop.models import key_columns, synced_tables

PREFIX = "capture_"
LOUD = "(SELECT muted FROM capture_context) IS NOT 1"  # with the context lost, writes are refused, not muted
ACT = "(SELECT act FROM capture_context)"


def trigger_statements(metadata: MetaData) -> dict[str, str]:
    """Name and SQL of every trigger that the tables of ``metadata`` need."""
    return {name: sql for table in synced_tables(metadata) for name, sql in _table_triggers(table)}


def install_triggers(connection: Connection, metadata: MetaData) -> None:
    """Make the store's capture triggers equal to what ``metadata`` needs; unneeded ones go."""
    wanted = trigger_statements(metadata)
    present = installed_triggers(connection)
    for name in present:
        if present[name] != wanted.get(name):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    for name, sql in wanted.items():
        if present.get(name) != sql:
            connection.exec_driver_sql(sql)


def remove_triggers(connection: Connection) -> None:
    """Drop every capture trigger, for steps that reshape tables. Part of a transaction that installs them
    again.
    """
    for name in installed_triggers(connection):
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')


def installed_triggers(connection: Connection) -> dict[str, str]:
    """Name and SQL of the capture triggers that the store has now."""
    rows = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'capture_*'"
    )
    return {row.name: row.sql for row in rows}


def triggers_complete(connection: Connection, metadata: MetaData) -> bool:
    """Whether every change of every synced table is being captured exactly as this version does it."""
    return installed_triggers(connection) == trigger_statements(metadata)


def _table_triggers(table: Table) -> Iterator[tuple[str, str]]:
    name = table.name
    keys = key_columns(table)
    yield _trigger(name, "insert", f'AFTER INSERT ON "{name}" WHEN {LOUD}', _insert_row(name))
    changing = [column.name for column in table.columns if column.name not in keys]
    body = "\n".join(_field_row(name, column) for column in changing)
    yield _trigger(name, "update", f'AFTER UPDATE ON "{name}" WHEN {LOUD}', body)
    moved = " OR ".join(f'OLD."{key}" IS NOT NEW."{key}"' for key in keys)
    yield _trigger(
        name, "key", f'BEFORE UPDATE ON "{name}" WHEN {moved}', _refuse("natural keys never change")
    )
    yield _trigger(
        name, "delete", f'BEFORE DELETE ON "{name}" WHEN {LOUD}', _refuse("rows are never deleted")
    )


def _trigger(table: str, event: str, when: str, body: str) -> tuple[str, str]:
    name = f"{PREFIX}{table}_{event}"
    return name, f'CREATE TRIGGER "{name}" {when} BEGIN\n{body}\nEND'


def _insert_row(table: str) -> str:
    return f"INSERT INTO change (act, table_name, row_id) VALUES ({ACT}, '{table}', NEW.id);"  # noqa: S608 - model names


def _field_row(table: str, column: str) -> str:
    return (
        f"INSERT INTO change (act, table_name, row_id, field, before, after) "
        f"SELECT {ACT}, '{table}', NEW.id, '{column}', OLD.\"{column}\", NEW.\"{column}\" "
        f'WHERE OLD."{column}" IS NOT NEW."{column}";'
    )


def _refuse(reason: str) -> str:
    return f"SELECT RAISE(ABORT, '{reason}');"
