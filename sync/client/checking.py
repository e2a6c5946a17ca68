"""Whether the store can hold what an entry says: one bad record is set aside, the rest goes on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from emis_desktop.models.types import AnyValue, Instant, Key, Scaled
from emis_desktop.state_hash import Stored, stored
from sync.facets import Column, Facet

_WIDEST: Final = 1 << 63


def fault_of(facet: Facet, values: Mapping[str, Stored]) -> str:
    """What is wrong with values of a facet; empty for nothing. Names of columns, never a value."""
    for column in facet.columns:
        if column.name in values and not fits(column, values[column.name]):
            return f"value of {facet.table.name}.{column.name}"
    return ""


def fits(column: Column, value: Stored) -> bool:
    """Whether a stored value is one of that column."""
    if value is None:
        return bool(column.sa.nullable)
    kind = _kind(column.sa.type)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and -_WIDEST <= value < _WIDEST
    if kind is date:
        return isinstance(value, str) and _is_date(value)
    if kind is Key:
        return isinstance(value, bytes) and len(value) == 16
    return kind is object or isinstance(value, kind)


def default_of(column: Column) -> Stored:
    """What a new row holds in a column of which nothing is said."""
    default: Any = column.sa.default
    if default is None or not default.is_scalar:
        return None
    return stored(column.sa, default.arg)


@lru_cache(maxsize=256)
def _kind(of: sa.types.TypeEngine[Any]) -> type:
    if isinstance(of, AnyValue):
        return object
    if isinstance(of, Key):
        return Key
    if isinstance(of, Instant | Scaled | sa.Integer | sa.Boolean):
        return int
    if isinstance(of, sa.Date):
        return date
    return bytes if isinstance(of, sa.LargeBinary) else str


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
