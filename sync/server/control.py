"""Tables that say who may exchange: places, sites, one-time codes, leases, uploads under way, audit.

They lie in the same database as the records; moments are milliseconds since 1970 UTC.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator

from sync.server.tables import EXCHANGE

ACTIVE: Final = "active"
REVOKED: Final = "revoked"
LOST: Final = "lost"
STOLEN: Final = "stolen"


class Id(TypeDecorator[UUID]):
    """An id: 16 plain bytes on both databases, like all ids of the exchange; in Python a UUID."""

    impl = LargeBinary(16)
    cache_ok = True

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """The bytes to keep."""
        return None if value is None else value.bytes

    def process_result_value(self, value: Any | None, dialect: Dialect) -> UUID | None:  # noqa: ANN401, ARG002
        """The id they stand for."""
        return None if value is None else UUID(bytes=bytes(value))


def _ms(name: str, *, empty: bool = False) -> Column[Any]:
    return Column(name, BigInteger, nullable=empty)


node: Final = Table(
    "node",
    EXCHANGE,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("code", String(32), nullable=False),
    Column("name", String(160), nullable=False),
    Column("row_id", Id),
    _ms("made_at"),
)
"""A place in the organisation tree: ``kind`` nation, district or school. ``row_id``: the area's or school's
row, for a school empty until its first store has joined."""

code: Final = Table(
    "code",
    EXCHANGE,
    Column("id", LargeBinary(32), primary_key=True),
    Column("node_id", Id, nullable=False),
    Column("role", String(32), nullable=False),
    Column("classes", Text, nullable=False),
    Column("limit_days", Integer, nullable=False),
    _ms("made_at"),
    _ms("expires_at"),
    Column("made_by", String(120), nullable=False),
    Column("site_id", Id),
    _ms("used_at", empty=True),
)
"""A one-time code: its hash, what it is bound to, and which site used it."""

site: Final = Table(
    "site",
    EXCHANGE,
    Column("id", Id, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("node_id", Id, nullable=False),
    Column("role", String(32), nullable=False),
    Column("classes", Text, nullable=False),
    Column("limit_days", Integer, nullable=False),
    Column("sign_key", LargeBinary(32), nullable=False),
    Column("box_key", LargeBinary(32), nullable=False),
    Column("standing", LargeBinary(16), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    _ms("state_at"),
    _ms("joined_at"),
    _ms("seen_at", empty=True),
    Column("phone_used", Integer, nullable=False),
    Column("changed_at", BigInteger, nullable=False, server_default="0"),
    Index("ix_site_node_id", "node_id"),
    Index("ix_site_number", "number", unique=True),
)
"""A store on a laptop: what it may, its public keys, and whether it still may. ``number`` is short and
never used again: card and pupil numbers made on the laptop carry it. ``changed_at``: when the ministry last
changed what it may or its name since it joined, 0 for never."""

site_generation: Final = Table(
    "site_generation",
    EXCHANGE,
    Column("site_id", Id, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("actor", BigInteger, nullable=False),
    Column("nonces", LargeBinary, nullable=False),
    Column("hellos", LargeBinary, nullable=False),
    _ms("said_at"),
    Column("split", Boolean, nullable=False),
    Column("told", BigInteger, nullable=False, server_default="0"),
    _ms("opened_at"),
    _ms("seen_at", empty=True),
    Index("ix_site_generation_actor", "actor"),
)
"""A line of the site's life: a restored or copied store goes on in a generation of its own. ``hellos``: the
newest that were taken, eight bytes of the hash of each; ``said_at``: the laptop's clock in the last of them.
``split``: two stores wrote in it before that was found. ``told``: the change of the site (``changed_at``)
that the newest answers told of."""

lease: Final = Table(
    "lease",
    EXCHANGE,
    Column("kind", String(16), primary_key=True),
    Column("first", BigInteger, primary_key=True),
    Column("last", BigInteger, nullable=False),
    Column("site_id", Id, nullable=False),
    Column("generation", Integer, nullable=False),
    _ms("leased_at"),
    Index("ix_lease_site_id", "site_id"),
)
"""A block of numbers that one site prints, and nobody else ever does."""

upload: Final = Table(
    "upload",
    EXCHANGE,
    Column("id", LargeBinary(16), primary_key=True),
    Column("site_id", Id, nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("received", BigInteger, nullable=False),
    _ms("began_at"),
    _ms("seen_at"),
    Index("ix_upload_seen_at", "seen_at"),
)
"""Bytes on their way: a batch, or sealed work for quarantine."""

upload_part: Final = Table(
    "upload_part",
    EXCHANGE,
    Column("upload_id", LargeBinary(16), primary_key=True),
    Column("start", BigInteger, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""Bytes as they arrived, from ``start`` on."""

quarantine: Final = Table(
    "quarantine",
    EXCHANGE,
    Column("id", LargeBinary(16), primary_key=True),
    Column("site_id", Id, nullable=False),
    Column("reason", String(16), nullable=False),
    _ms("received_at"),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("body", LargeBinary, nullable=False),
    _ms("exported_at", empty=True),
    _ms("shown_at", empty=True),
    _ms("decided_at", empty=True),
    Column("decision", String(16), nullable=False, server_default=""),
)
"""Unsent work of a laptop that lost its right, sealed to the ministry's key: nobody here can read it without
the recovery code. ``decision``: accepted or refused; its line stays then, without the work, so that the same
piece is not taken in again."""

WENT_BACK: Final = "verb IN ('begin_history', 'replay_ledger', 'restore')"
"""Rows of the audit that tell of a loss. There are few or none among millions: an index has only these."""

audit: Final = Table(
    "audit",
    EXCHANGE,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _ms("at"),
    Column("kind", String(24), nullable=False),
    Column("site_id", Id),
    Column("generation", Integer),
    Column("user_id", Id),
    Column("verb", String(80), nullable=False),
    Column("about", String(120), nullable=False),
    Column("batch", LargeBinary(16)),
    Column("act", Integer),
    Column("stamp", BigInteger),
    Column("salt", LargeBinary(16)),
    Column("payload", LargeBinary(32)),
    Column("digest", LargeBinary(32), nullable=False),
    Index("ix_audit_site_id", "site_id"),
    Index("ix_audit_batch", "batch"),
    Index("ix_audit_went_back", "verb", sqlite_where=text(WENT_BACK), postgresql_where=text(WENT_BACK)),
)
"""One row an act, a reading or something the ministry did, each bound to the one before."""

audit_head: Final = Table(
    "audit_head",
    EXCHANGE,
    Column("one", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("ledger", BigInteger, nullable=False),
)
"""The end of the chain, one row: locked by whoever adds to it. ``ledger``: lines of the ledger seen then."""

laptop_head: Final = Table(
    "laptop_head",
    EXCHANGE,
    Column("site_id", Id, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    _ms("at"),
)
"""Heads of the laptops' own chains of acts, as they told them."""

operator: Final = Table(
    "operator",
    EXCHANGE,
    Column("id", Id, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("role", String(32), nullable=False),
    _ms("added_at"),
    _ms("ended_at", empty=True),
)
"""People of the ministry who may use the commands of the server."""

attempt: Final = Table(
    "attempt",
    EXCHANGE,
    Column("who", LargeBinary(16), primary_key=True),
    Column("minute", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""Tries to join in a minute, by a keyed hash of the address, which tells nobody the address."""
