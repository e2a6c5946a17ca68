"""Column types: ids, exact decimals, instants. SQLite keeps the smallest exact form, PostgreSQL its native
one.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Dialect, LargeBinary, Numeric, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_KEY_BYTES = 16
_NOBODY = UUID(int=0)


class Key(TypeDecorator[UUID]):
    """A row id: 16 bytes in SQLite, ``uuid`` in PostgreSQL, :class:`uuid.UUID` in Python."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[UUID] | TypeEngine[bytes]:
        """PostgreSQL has a type of its own for this."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Uuid())
        return dialect.type_descriptor(LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> UUID | bytes | None:
        """Bytes for SQLite; ``None`` stays ``None``."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def process_result_value(self, value: object, dialect: Dialect) -> UUID | None:  # noqa: ARG002
        """A :class:`uuid.UUID` again; the one of zeros, which nobody has, for what another program wrote and
        is none.
        """
        if isinstance(value, bytes):
            return UUID(bytes=value) if len(value) == _KEY_BYTES else _NOBODY
        if value is None or isinstance(value, UUID):
            return value
        return _NOBODY


class Scaled(TypeDecorator[Decimal]):
    """An exact decimal with a fixed number of places, kept as an integer in SQLite (12.5 with 3 places is
    12500).

    Raises :class:`ValueError` for a value with more places than the column has: it must be rounded by a rule,
    in the open, never here.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int = 3) -> None:
        """``places``: decimals kept, 0 or more."""
        super().__init__()
        self.places = places

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[int] | TypeEngine[Decimal]:
        """PostgreSQL's ``numeric`` is exact already."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric(18, self.places))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | Decimal | None:
        """The integer to keep."""
        if value is None or dialect.name == "postgresql":
            return value
        scaled = value.scaleb(self.places)
        whole = int(scaled)
        if scaled != whole:
            raise ValueError(f"more than {self.places} decimal places")
        return whole

    def process_result_value(self, value: int | Decimal | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """The decimal it stands for."""
        if isinstance(value, int):
            return Decimal(value).scaleb(-self.places)
        return value


class Instant(TypeDecorator[datetime]):
    """A moment, kept as milliseconds since 1970 UTC; in Python always an aware UTC datetime."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Milliseconds; a datetime without a time zone is refused with :class:`ValueError`."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """An aware UTC datetime; the first of all for what another program wrote and is none: a mark that
        somebody overwrote still marks.
        """
        if value is None:
            return None
        try:
            return _EPOCH + value * _MILLISECOND
        except (TypeError, ValueError, OverflowError):
            return _EPOCH


class RawValue(UserDefinedType[Any]):
    """A column of SQLite that converts nothing."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:  # noqa: ANN401
        """BLOB affinity converts nothing."""
        return "BLOB"


class AnyValue(TypeDecorator[Any]):
    """A value exactly as SQLite holds it in the captured column: integer, text, bytes or nothing.

    PostgreSQL has no column for any of them: there it is bytes, one letter for the type before them.
    """

    impl = RawValue
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Bytes in PostgreSQL."""
        return dialect.type_descriptor(LargeBinary() if dialect.name == "postgresql" else RawValue())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401
        """The value itself for SQLite."""
        if value is None or dialect.name != "postgresql":
            return value
        if isinstance(value, bytes):
            return b"b" + value
        return (b"s" if isinstance(value, str) else b"i") + str(value).encode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401
        """The integer, text or bytes again."""
        if value is None or dialect.name != "postgresql":
            return value
        kind, rest = bytes(value[:1]), bytes(value[1:])
        if kind == b"b":
            return rest
        return rest.decode() if kind == b"s" else int(rest)
