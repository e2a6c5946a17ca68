"""What the exchange keeps on the server beside the typed tables of the records.

Ids in the tables of the exchange are 16 plain bytes on both databases; the records' own columns have their
native types (``uuid``, ``numeric``, ``date``), so that a ministry can query them. A scope is the id of a
school, :data:`~sync.server.access.NATION` or :data:`~sync.server.access.ALL`; a node is a school, an area or
``ALL``.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
)

from emis_desktop.models import Base

EXCHANGE: Final = MetaData(naming_convention=Base.metadata.naming_convention)
"""The tables of the exchange alone; :mod:`sync.server.model` puts them beside those of the records."""


def _id(name: str, *, primary_key: bool = False, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary(16), primary_key=primary_key, nullable=nullable)


def _big(name: str, *, primary_key: bool = False, default: int | None = None) -> Column[int]:
    return Column(
        name, BigInteger, primary_key=primary_key, nullable=False, autoincrement=False, default=default
    )


server: Final = Table(
    "server",
    EXCHANGE,
    Column("one", Integer, CheckConstraint("one = 1", name="one"), primary_key=True, autoincrement=False),
    _id("id"),
    Column("history", LargeBinary(8), nullable=False),
    _big("head"),
    _big("clock"),
    _big("made_at"),
    _big("begun_after", default=0),
)
"""One row. ``history`` names this line of the log, ``head`` is its newest number, ``begun_after`` the newest
one when this history began (0: at the start), ``clock`` the last stamp that the server itself wrote with.
Whoever writes holds the lock of this row, so that numbers of the log become visible in their order.
"""

commit_log: Final = Table(
    "commit_log",
    EXCHANGE,
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("tag", LargeBinary(8), nullable=False),
    _big("actor"),
    _id("batch", nullable=True),
    _big("received_at"),
)
"""One transaction: the log's numbers ``first`` to ``first + count - 1``; ``tag`` is random, so that a cursor
of another line of the log is found out.
"""

change_log: Final = Table(
    "change_log",
    EXCHANGE,
    Column("seq", Integer().with_variant(BigInteger, "postgresql"), primary_key=True, autoincrement=False),
    Column("facet", String(80), nullable=False),
    Column("sensitivity", String(16), nullable=False),
    _id("row_id"),
    Column("kind", SmallInteger, nullable=False),
    Column("granted", SmallInteger, nullable=False),
    _big("of_seq"),
    Column("payload", LargeBinary, nullable=False),
    _big("actor"),
    _id("user_id"),
    Column("bases", LargeBinary),
    Index("ix_change_log_row_id", "row_id"),
)
"""What is told. ``granted`` 1: told to single nodes because what they may see changed, 0: written by
somebody; ``of_seq`` the number of the row's last change that it shows; ``actor`` whoever needs not be told;
``bases`` what its author replaced that did not stand here (:func:`sync.server.log.pack_bases`), NULL for what
nobody typed.
"""

log_scope: Final = Table(
    "log_scope",
    EXCHANGE,
    _id("scope", primary_key=True),
    _big("seq", primary_key=True),
    Column("granted", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""To which scopes an entry goes; for a granted one, to which nodes."""

row_clock: Final = Table(
    "row_clock",
    EXCHANGE,
    Column("facet", String(80), primary_key=True),
    _id("row_id", primary_key=True),
    _big("stamp"),
    _big("actor"),
    _big("rank"),
    Column("reopens", Integer, nullable=False),
    _id("user_id"),
    _big("seq"),
    _big("version"),
    Column("fields", LargeBinary, nullable=True),
    sqlite_with_rowid=False,
)
"""Clock of a row's facet as inserted; ``fields`` has those of fields written since; ``seq`` and ``version``
are of its last change.
"""

sight: Final = Table(
    "sight",
    EXCHANGE,
    Column("table_name", String(64), primary_key=True),
    _id("row_id", primary_key=True),
    _id("scope", primary_key=True),
    Column("reach", SmallInteger, nullable=False),
    Index("ix_sight_scope", "scope", "table_name", "row_id"),
    sqlite_with_rowid=False,
)
"""Who sees a row, derived by :mod:`sync.server.sights` and by nothing else."""

digest: Final = Table(
    "digest",
    EXCHANGE,
    _id("node", primary_key=True),
    Column("sensitivity", String(16), primary_key=True),
    Column("bucket", SmallInteger, primary_key=True, autoincrement=False),
    Column("sum", LargeBinary(16), nullable=False),
    sqlite_with_rowid=False,
)
"""Sums over what a node (or the nation's rows) holds of a class."""

batch_result: Final = Table(
    "batch_result",
    EXCHANGE,
    _id("id", primary_key=True),
    _id("site"),
    _big("received_at"),
    Column("result", LargeBinary, nullable=False),
)
"""The answer to a batch, given again when the batch comes again; kept 400 days."""

parked_act: Final = Table(
    "parked_act",
    EXCHANGE,
    _id("batch", primary_key=True),
    Column("act", Integer, primary_key=True, autoincrement=False),
    _id("site"),
    _big("received_at"),
    Column("body", LargeBinary, nullable=False),
)
"""An act that waits, whole, for a row that has not come."""

parked_missing: Final = Table(
    "parked_missing",
    EXCHANGE,
    _id("row_id", primary_key=True),
    _id("batch", primary_key=True),
    Column("act", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""What parked acts wait for."""

set_aside: Final = Table(
    "set_aside",
    EXCHANGE,
    _id("batch", primary_key=True),
    Column("op", Integer, primary_key=True, autoincrement=False),
    _id("site"),
    Column("facet", String(80), nullable=False),
    _id("row_id"),
    Column("reason", String(40), nullable=False),
    Column("body", LargeBinary, nullable=False),
    _big("received_at"),
)
"""Operations that were refused, kept for whoever looks into it."""

erased: Final = Table(
    "erased",
    EXCHANGE,
    _id("row_id", primary_key=True),
    _big("at"),
    sqlite_with_rowid=False,
)
"""Rows that were erased for privacy: nobody brings them back."""

snapshot: Final = Table(
    "snapshot",
    EXCHANGE,
    _id("id", primary_key=True),
    _id("node"),
    Column("classes", String(120), nullable=False),
    _big("head"),
    Column("tag", LargeBinary(8), nullable=False),
    Column("history", LargeBinary(8), nullable=False),
    _big("made_at"),
    Column("complete", SmallInteger, nullable=False),
)

snapshot_part: Final = Table(
    "snapshot_part",
    EXCHANGE,
    _id("id", primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""A part of a snapshot, at most 64 kB, as it goes over the line."""
