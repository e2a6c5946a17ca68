"""The local side of every store: who this site is, and one journal that is history, undo, audit and outbox.

None of these tables is exchanged as a table; operations are frozen from the journal (sync design, section 2).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from emis_desktop.models.base import Base
from emis_desktop.models.types import AnyValue, Key


class Site(Base):
    """This store on this machine; exactly one row.

    ``generation`` counts the times the store came back from a backup, ``clock`` is the last hybrid logical
    clock given out, ``sent_change`` the newest change frozen for sending and ``sent_at`` when something was
    last sent (milliseconds since 1970 UTC), ``card_number`` and ``student_number`` the last numbers given out
    here for report cards and provisional pupils.

    Of the exchange with the ministry: ``clock_offset_ms`` what the server's clock is ahead of this laptop's,
    ``nonce`` what to show at the next contact, ``history_id`` the server's history that ``cursor`` counts in:
    everything up to that entry of it is here, ``cursor_tag`` is that entry's tag (empty = nothing yet, or
    void). ``subscription`` is the hash of what this site receives, ``sent_act`` the newest act frozen,
    readings included, ``wire_clock`` the last stamp given to one. ``reclaiming``: the server's history is
    another one and it may have lost what is here.
    """

    __tablename__ = "site"
    __table_args__ = (CheckConstraint("one = 1", name="one"),)

    one: Mapped[int] = mapped_column(primary_key=True, default=1)
    id: Mapped[UUID] = mapped_column(Key)
    code: Mapped[str] = mapped_column(String(16))
    generation: Mapped[int] = mapped_column(default=1)
    store_kind: Mapped[str] = mapped_column(String(16))
    profile: Mapped[str] = mapped_column(String(8))
    institution_id: Mapped[UUID | None] = mapped_column(Key)
    clock: Mapped[int] = mapped_column(BigInteger, default=0)
    clock_offset_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    nonce: Mapped[bytes | None] = mapped_column(LargeBinary)
    history_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_change: Mapped[int] = mapped_column(BigInteger, default=0)
    sent_at: Mapped[int | None] = mapped_column(BigInteger)
    card_number: Mapped[int] = mapped_column(default=0)
    student_number: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[int] = mapped_column(BigInteger, default=0)
    cursor_tag: Mapped[bytes | None] = mapped_column(LargeBinary)
    subscription: Mapped[bytes | None] = mapped_column(LargeBinary)
    sent_act: Mapped[int] = mapped_column(BigInteger, default=0)
    wire_clock: Mapped[int] = mapped_column(BigInteger, default=0)
    reclaiming: Mapped[bool] = mapped_column(default=False)
    lost_at: Mapped[int] = mapped_column(BigInteger, default=0)


class CaptureContext(Base):
    """What the triggers write into the journal: the open act, or muted while downloads are applied. One row.

    ``received`` counts the transactions applied from elsewhere, which the journal does not hold.
    """

    __tablename__ = "capture_context"
    __table_args__ = (CheckConstraint("one = 1", name="one"),)

    one: Mapped[int] = mapped_column(primary_key=True, default=1)
    act: Mapped[int | None] = mapped_column(Integer)
    muted: Mapped[bool] = mapped_column(default=False)
    received: Mapped[int] = mapped_column(BigInteger, default=0)


class Act(Base):
    """One service call by one user: applied whole, undone whole.

    ``clock`` is its hybrid logical clock; ``first_change`` the sequence of its first change, so that its
    changes are a range; ``about_table`` and ``about_id`` name what was read when the act is a reading of
    sensitive data; ``undoes`` the act it takes back. ``payload`` is the SHA-256 of the salted changes and
    ``digest`` chains the acts over it, so that erasing changes later leaves the chain verifiable: the salt is
    empty then, and every change of the act has a :class:`ChangeSeal`.
    """

    __tablename__ = "act"
    __table_args__ = (Index("ix_act_user_id", "user_id"),)

    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[UUID] = mapped_column(Key)
    user_id: Mapped[UUID] = mapped_column(Key)
    verb: Mapped[str] = mapped_column(String(40))
    clock: Mapped[int] = mapped_column(BigInteger)
    first_change: Mapped[int] = mapped_column(BigInteger)
    last_change: Mapped[int | None] = mapped_column(BigInteger)
    about_table: Mapped[str | None] = mapped_column(String(40))
    about_id: Mapped[UUID | None] = mapped_column(Key)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("act.seq"), index=True)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    digest: Mapped[bytes | None] = mapped_column(LargeBinary)


class Change(Base):
    """One written row (``field`` empty: inserted, the row has the values) or one changed field with both
    values.
    """

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_row", "table_name", "row_id"),)

    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    act: Mapped[int] = mapped_column(ForeignKey("act.seq"))
    table_name: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[UUID] = mapped_column(Key)
    field: Mapped[str | None] = mapped_column(String(40))
    before: Mapped[Any] = mapped_column(AnyValue, nullable=True)
    after: Mapped[Any] = mapped_column(AnyValue, nullable=True)


class ChangeSeal(Base):
    """What proves a change in an act of which some values were erased. ``seal``: 16 bytes, the salt of its
    own values, which are still there; or 32 bytes, the salted hash of values that are gone.
    """

    __tablename__ = "change_seal"

    change: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seal: Mapped[bytes] = mapped_column(LargeBinary)


class ErasedRow(Base):
    """A row that went with an erased person and is not to come back. ``person_id``: whose it was."""

    __tablename__ = "erased_row"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own way

    row_id: Mapped[UUID] = mapped_column(Key, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(Key)


class FormerServer(Base):
    """A server that this store belonged to: what it ordered to be erased still holds."""

    __tablename__ = "former_server"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own way

    server_id: Mapped[UUID] = mapped_column(Key, primary_key=True)
    server_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
