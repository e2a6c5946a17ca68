"""Values come back as they went in, from SQLite and from PostgreSQL, and what would lose something is
refused.
"""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

from emis_desktop.models.types import AnyValue, Instant, Key, Scaled

SQLITE: Dialect = sqlite.dialect()
POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]


def bound(kind: TypeEngine[Any], dialect: Dialect, value: object) -> Any:  # noqa: ANN401 - what a driver gets
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    return process(value) if process else value


def found(kind: TypeEngine[Any], dialect: Dialect, kept: object) -> Any:  # noqa: ANN401 - what a driver gives
    process = kind.dialect_impl(dialect).result_processor(dialect, 1700 if dialect is POSTGRESQL else None)
    return process(kept) if process else kept


@given(number=st.uuids())
def test_ids_are_sixteen_bytes_in_sqlite_and_uuids_elsewhere(number: UUID) -> None:
    assert bound(Key(), SQLITE, number) == number.bytes
    assert found(Key(), SQLITE, number.bytes) == number
    assert str(bound(Key(), POSTGRESQL, number)).replace("-", "") == number.hex
    assert found(Key(), POSTGRESQL, number) == number
    assert bound(Key(), SQLITE, None) is found(Key(), SQLITE, None) is None


@given(value=st.decimals(-(10**12), 10**12, places=3))
def test_decimals_are_whole_numbers_in_sqlite_and_exact_everywhere(value: Decimal) -> None:
    assert bound(Scaled(3), SQLITE, value) == int(value * 1000)
    assert found(Scaled(3), SQLITE, int(value * 1000)) == value
    assert found(Scaled(3), POSTGRESQL, bound(Scaled(3), POSTGRESQL, value)) == value


def test_a_decimal_is_never_rounded_in_secret() -> None:
    with pytest.raises(ValueError, match="more than 3 decimal places"):
        bound(Scaled(3), SQLITE, Decimal("0.0005"))
    assert bound(Scaled(3), SQLITE, Decimal("12.5000")) == 12500
    assert bound(Scaled(0), SQLITE, Decimal(7)) == 7
    assert bound(Scaled(3), SQLITE, None) is found(Scaled(3), SQLITE, None) is None


def test_moments_are_milliseconds_and_always_in_utc() -> None:
    moment = datetime(2026, 11, 5, 12, 0, 0, 123_000, tzinfo=timezone(timedelta(hours=-4)))
    kept = bound(Instant(), SQLITE, moment)
    assert kept == 1_793_894_400_123
    assert found(Instant(), SQLITE, kept) == moment
    assert found(Instant(), SQLITE, kept).tzinfo is UTC
    assert bound(Instant(), SQLITE, None) is found(Instant(), SQLITE, None) is None
    with pytest.raises(ValueError, match="time zone"):
        bound(Instant(), SQLITE, datetime(2026, 11, 5, 12, 0))  # noqa: DTZ001 - that is the point


@given(milliseconds=st.integers(-(10**12), 4 * 10**12))
def test_every_millisecond_comes_back(milliseconds: int) -> None:
    assert bound(Instant(), SQLITE, found(Instant(), SQLITE, milliseconds)) == milliseconds


def test_a_captured_value_has_no_affinity_that_could_change_it() -> None:
    assert AnyValue().get_col_spec() == "BLOB"


@pytest.mark.parametrize("value", [None, 7, -(2**40), "7", "", "h\u00e9", b"", b"\x00\xff"])
def test_a_captured_value_is_the_same_in_either_database(value: object) -> None:
    kind = AnyValue()
    for dialect in (SQLITE, POSTGRESQL):
        kept = kind.process_bind_param(value, dialect)
        found = kind.process_result_value(kept, dialect)
        assert (found, type(found)) == (value, type(value))
    assert value is None or isinstance(kept, bytes)
