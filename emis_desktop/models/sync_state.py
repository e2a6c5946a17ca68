"""What a laptop keeps for the exchange with the ministry; only :class:`Conflict` is exchanged itself.

The journal is the outbox: operations are frozen from it into batches, which never change again (sync design,
sections 1 and 2). Moments are milliseconds since 1970 UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from emis_desktop.models.base import Base, Synced
from emis_desktop.models.base import field as kept  # a conflict has a field of that name
from emis_desktop.models.types import AnyValue, Instant, Key


class JoinedServer(Base):
    """Where this store belongs since it joined; at most one row.

    ``server_key`` is the server's Ed25519 key, ``ministry_key`` the X25519 key that work is sealed to when a
    right is lost, ``pin`` the SHA-256 of the public key of its certificate, where one was given. ``node``
    (``node_kind``: nation, district, school) is the place in the tree whose rows this site receives,
    ``classes`` its sensitivity classes as a JSON list, ``laptop`` the name of this laptop. ``contact_at`` is
    when the server answered last, by its own clock; somebody may sign in until ``limit_days`` after that, or
    until ``extended_to``, which a code by telephone moves (checked with ``phone_anchor``, used up to
    ``phone_used``). With ``standing`` the locked laptop asks whether it still may. ``every_minutes`` empty:
    it syncs only when asked. ``keys_seen`` is how far it has read the school's exchange of class keys.
    """

    __tablename__ = "joined"
    __table_args__ = (CheckConstraint("one = 1", name="one"),)

    one: Mapped[int] = mapped_column(primary_key=True, default=1)
    server_id: Mapped[UUID] = mapped_column(Key)
    server_key: Mapped[bytes] = mapped_column(LargeBinary)
    server_name: Mapped[str] = mapped_column(String(160))
    ministry_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    url: Mapped[str] = mapped_column(String(400))
    pin: Mapped[bytes | None] = mapped_column(LargeBinary)
    node: Mapped[UUID] = mapped_column(Key)
    node_kind: Mapped[str] = mapped_column(String(16))
    institution_id: Mapped[UUID | None] = mapped_column(Key)
    institution_name: Mapped[str] = mapped_column(String(160), default="")
    role: Mapped[str] = mapped_column(String(32))
    classes: Mapped[str] = mapped_column(Text)
    laptop: Mapped[str] = mapped_column(String(80))
    joined_at: Mapped[int] = mapped_column(BigInteger)
    contact_at: Mapped[int | None] = mapped_column(BigInteger)
    limit_days: Mapped[int] = mapped_column(default=30)
    extended_to: Mapped[int | None] = mapped_column(BigInteger)
    phone_anchor: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_used: Mapped[int] = mapped_column(default=0)
    standing: Mapped[bytes | None] = mapped_column(LargeBinary)
    every_minutes: Mapped[int | None] = mapped_column(default=15)
    keys_seen: Mapped[int] = mapped_column(default=0)


class OutBatch(Base):
    """Operations frozen for sending: ``body`` as it goes on the line, with its hash; it never changes again.

    ``state``: frozen, acknowledged, resend (the server lost it: its history is another one). ``first_change``
    and ``last_change``: the range of the journal it was frozen from. ``first_seq`` and ``last_seq``: where
    the server's log has its operations, empty when it logged none. ``result`` is the answer; the body of an
    acknowledged batch is emptied 90 days later.
    """

    __tablename__ = "batch"
    __table_args__ = (Index("ix_batch_state", "state"), Index("ix_batch_id", "id", unique=True))

    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[bytes] = mapped_column(LargeBinary(16))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    ops: Mapped[int] = mapped_column()
    acts: Mapped[int] = mapped_column()
    size: Mapped[int] = mapped_column()
    first_change: Mapped[int] = mapped_column(BigInteger)
    last_change: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[int] = mapped_column(BigInteger)
    acked_at: Mapped[int | None] = mapped_column(BigInteger)
    first_seq: Mapped[int | None] = mapped_column(BigInteger)
    last_seq: Mapped[int | None] = mapped_column(BigInteger)
    result: Mapped[bytes | None] = mapped_column(LargeBinary)


class RowClock(Base):
    """Who wrote what a row holds and when: one clock for the facet, and ``fields``, the few that were changed
    later.

    ``rank`` is empty where it is the stamp. ``fields`` is a JSON object, name to ``[stamp, actor, rank,
    reopens]``. ``version`` is the facet's number as the server last told it, empty while it does not have it;
    ``seq`` the newest entry of the server's log that was applied to it.
    """

    __tablename__ = "clock"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own way

    facet: Mapped[str] = mapped_column(String(60), primary_key=True)
    row_id: Mapped[UUID] = mapped_column(Key, primary_key=True)
    stamp: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[int] = mapped_column(BigInteger)
    rank: Mapped[int | None] = mapped_column(BigInteger)
    fields: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int | None] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger, default=0)


class DigestSum(Base):
    """The sum of the versions of the rows in one bucket of one sensitivity class: what the server must say
    too.
    """

    __tablename__ = "digest"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own way

    sensitivity: Mapped[str] = mapped_column(String(16), primary_key=True)
    bucket: Mapped[int] = mapped_column(Integer, primary_key=True)
    sum: Mapped[bytes] = mapped_column(LargeBinary(16))


class ParkedEntry(Base):
    """An entry that cannot be applied yet: ``reason`` is missing (a row it points at), newer (a facet that
    this version does not know), stays (it shall go, and is still needed) or poison (the store refuses it;
    ``detail`` says what).
    """

    __tablename__ = "parked"
    __table_args__ = (Index("ix_parked_row", "facet", "row_id"),)

    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    facet: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[UUID] = mapped_column(Key)
    entry: Mapped[bytes] = mapped_column(LargeBinary)
    log_seq: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(12))
    detail: Mapped[str] = mapped_column(Text, default="")
    parked_at: Mapped[int] = mapped_column(BigInteger)


class Extra(Base):
    """A field that this version of the program does not know, kept for the one that does."""

    __tablename__ = "extra"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own way

    facet: Mapped[str] = mapped_column(String(60), primary_key=True)
    row_id: Mapped[UUID] = mapped_column(Key, primary_key=True)
    field: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(AnyValue, nullable=True)
    tick: Mapped[bytes] = mapped_column(LargeBinary)


class Partial(Base):
    """What has come of a download that the line cut."""

    __tablename__ = "partial"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class SnapshotState(Base):
    """How far a snapshot has come; at most one row. ``head`` is the entry of the log that it stands at."""

    __tablename__ = "snapshot_state"
    __table_args__ = (CheckConstraint("one = 1", name="one"),)

    one: Mapped[int] = mapped_column(primary_key=True, default=1)
    snapshot_id: Mapped[str] = mapped_column(String(64))
    head: Mapped[int] = mapped_column(BigInteger)
    head_tag: Mapped[bytes | None] = mapped_column(LargeBinary)
    history_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    parts: Mapped[int] = mapped_column()
    done: Mapped[int] = mapped_column(default=0)
    manifest: Mapped[bytes | None] = mapped_column(LargeBinary)


class Heard(Base):
    """A field that somebody elsewhere changed, as it was applied here: the journal's other half for history.

    ``log_seq`` is the server's entry; ``stamp`` the clock of the edit.
    """

    __tablename__ = "heard"
    __table_args__ = (Index("ix_heard_row", "table_name", "row_id"),)

    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    log_seq: Mapped[int] = mapped_column(BigInteger)
    table_name: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[UUID] = mapped_column(Key)
    field: Mapped[str] = mapped_column(String(40))
    before: Mapped[Any] = mapped_column(AnyValue, nullable=True)
    after: Mapped[Any] = mapped_column(AnyValue, nullable=True)
    user_id: Mapped[UUID] = mapped_column(Key)
    actor: Mapped[int] = mapped_column(BigInteger)
    stamp: Mapped[int] = mapped_column(BigInteger)
    verb: Mapped[str] = mapped_column(String(40))


class LaptopName(Base):
    """What a site that wrote something is called, as the server last told it; ``actor`` is its number."""

    __tablename__ = "laptop_name"

    actor: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(80))


class PastSyncRow(Base):
    """One sync that has ended, for the list on the screen. ``ending`` is a word of ``queries.sync_state``."""

    __tablename__ = "past_sync"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[int] = mapped_column(BigInteger)
    sent: Mapped[int | None] = mapped_column()
    received: Mapped[int | None] = mapped_column()
    size: Mapped[int] = mapped_column(BigInteger)
    ending: Mapped[str] = mapped_column(String(16))
    seconds: Mapped[int] = mapped_column(default=0)
    at_percent: Mapped[int] = mapped_column(default=0)
    by_file: Mapped[bool] = mapped_column(default=False)


class Anchor(Base):
    """A head of this store's chain of acts that the server holds, with the server's signature."""

    __tablename__ = "anchor"

    act: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[int] = mapped_column(BigInteger)


class KeptKey(Base):
    """A class key of another laptop of the school, sealed with this laptop's own (key ring,
    ``class_exchange``).
    """

    __tablename__ = "kept_key"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own way

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    key_id: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    box: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[int] = mapped_column(BigInteger)


class Replaced(Base):
    """A value whose place a later one took while the server had lost history, until the server was told."""

    __tablename__ = "replaced"

    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    facet: Mapped[str] = mapped_column(String(60))
    row_id: Mapped[UUID] = mapped_column(Key)
    entry: Mapped[bytes] = mapped_column(LargeBinary)


class RefusedField(Base):
    """A value typed here that the server did not take, one row a field; it stays until somebody lets go of
    it.

    ``outcome``: refused, or parked (it waits at the server for a row); ``inserting``: the row was new;
    ``let_go_at``: done with.
    """

    __tablename__ = "refused"
    __table_args__ = (Index("ix_refused_row", "table_name", "row_id"),)

    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    batch_id: Mapped[bytes] = mapped_column(LargeBinary(16))
    op: Mapped[int] = mapped_column()
    table_name: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[UUID] = mapped_column(Key)
    field: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(AnyValue, nullable=True)
    inserting: Mapped[bool] = mapped_column(default=False)
    user_id: Mapped[UUID] = mapped_column(Key)
    verb: Mapped[str] = mapped_column(String(40))
    stamp: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(40))
    at: Mapped[int] = mapped_column(BigInteger)
    let_go_at: Mapped[int | None] = mapped_column(BigInteger)


class Conflict(Synced, Base):
    """Two edits that met, or a rule that both together break: written by the server, decided by anybody who
    may.

    ``kind``: info (the later is in force), proposal, delete, rule, duplicate. ``held`` is the value in force
    when it was written and ``other`` the one that is not, ``before`` the one that both saw; each as the store
    keeps it. ``sensitivity`` is the class of the field it is about: who may not read that never receives it.
    Of a duplicate ``row_id`` is the newer record, ``other`` the id of the older and ``held`` that of the
    school that has the newer. ``held_site`` and ``other_site`` are names of laptops; ``reminded_at`` is when
    the author of a proposal asked again. ``decision``: keep, other, value, accept, decline, same, different,
    seen.
    """

    __tablename__ = "conflict"

    table_name: Mapped[str] = kept(String(40), key=True)
    row_id: Mapped[UUID] = kept(Key, key=True, index=True)
    field: Mapped[str] = kept(String(40), key=True)
    kind: Mapped[str] = kept(String(12), key=True)
    sensitivity: Mapped[str] = kept(String(16), key=True)
    before: Mapped[Any] = kept(AnyValue, nullable=True)
    held: Mapped[Any] = kept(AnyValue, nullable=True)
    held_user: Mapped[UUID | None] = kept(Key)
    held_site: Mapped[str | None] = kept(String(80))
    held_at: Mapped[datetime | None] = kept(Instant)
    other: Mapped[Any] = kept(AnyValue, nullable=True)
    other_user: Mapped[UUID | None] = kept(Key)
    other_site: Mapped[str | None] = kept(String(80))
    other_at: Mapped[datetime | None] = kept(Instant)
    reminded_at: Mapped[datetime | None] = kept(Instant)
    decided_at: Mapped[datetime | None] = kept(Instant)
    decided_by: Mapped[UUID | None] = kept(Key)
    decision: Mapped[str | None] = kept(String(16))


class Erasure(Synced, Base):
    """The ministry's order that a person be erased, signed by its server; every laptop gets every one.

    ``told`` is :meth:`emis_desktop.erasures.Order.told`. Only the server writes it, and nobody changes it.
    """

    __tablename__ = "erasure"

    told: Mapped[bytes] = kept(LargeBinary, key=True)
    signature: Mapped[bytes] = kept(LargeBinary, key=True)
