"""What every table shares: identity, soft deletion, merge rule and sensitivity class of a column.

A synced table carries no UNIQUE beyond its primary key and its foreign keys are deferred, so that a legal
swap of two numbers, or a child that arrives before its parent, can be applied (sync design, section 3).
Uniqueness is a service's check. Rows are never deleted: ``deleted_at`` marks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

from emis_desktop.models.types import Instant, Key
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import SensitivityClass


class Merge(StrEnum):
    """How two concurrent edits of one column are brought together (sync design, section 3)."""

    LWW = "lww"
    GUARD = "guard"
    STATE = "state"
    SET = "set"
    ROWS = "rows"
    DERIVED = "derived"


class OnDelete(StrEnum):
    """What becomes of a row that one laptop deletes while another edits it (``info["on_delete"]`` of a
    table).
    """

    RESTORE = "restore"
    STAY = "stay"


STAYS_DELETED: Final = {"info": {"on_delete": OnDelete.STAY}}
"""For ``__table_args__``: a deleted score stays deleted, also when another laptop edits it meanwhile."""


class Base(DeclarativeBase):
    """Root of the tables of a store; names of constraints are stable so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


class Synced:
    """A table whose every change is captured and, later, exchanged with the ministry.

    ``id`` is a UUIDv7 made here, or a UUIDv5 of the natural key where two laptops must mean the same row.
    """

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(Key, primary_key=True, default=new_id, info={"key": True})
    deleted_at: Mapped[datetime | None] = mapped_column(Instant, info={"merge": Merge.LWW})


def field(
    *args: Any,  # noqa: ANN401 - whatever mapped_column takes
    merge: Merge = Merge.LWW,
    sensitivity: SensitivityClass = SensitivityClass.BASIC,
    key: bool = False,
    levels: tuple[str, ...] = (),
    **options: Any,  # noqa: ANN401
) -> MappedColumn[Any]:
    """A synced column. ``key`` columns are part of the natural key and can never be changed once written.

    ``levels``: the values of a column of rule *state*, the lowest first.
    """
    info = {"merge": merge, "sensitivity": sensitivity, "key": key, "levels": levels}
    return mapped_column(*args, info=info, **options)


def reference(
    target: str,
    *,
    key: bool = False,
    index: bool = True,
    merge: Merge = Merge.LWW,
    sensitivity: SensitivityClass = SensitivityClass.BASIC,
) -> MappedColumn[Any]:
    """A column that names a row of ``target`` (a table); checked at commit, so order of arrival does not
    matter.
    """
    foreign_key = ForeignKey(f"{target}.id", deferrable=True, initially="DEFERRED")
    return field(Key, foreign_key, key=key, index=index, merge=merge, sensitivity=sensitivity)


def synced_tables(metadata: MetaData) -> Iterator[Table]:
    """The tables whose changes are captured, parents before children."""
    for table in metadata.sorted_tables:
        if "deleted_at" in table.c:
            yield table


def key_columns(table: Table) -> list[str]:
    """Names of the columns of a synced table that never change after the row was written."""
    return [column.name for column in table.columns if column.info.get("key")]
