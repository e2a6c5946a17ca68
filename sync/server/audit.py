"""The audit chain: one row an act, a reading of sensitive data, or something the ministry did; never changed.

Each row's digest is over what it tells and the digest of the row before, so a change, a gap and a swap show.
A chain that was cut, brought back from before, or computed anew as a whole looks sound by itself: against
that the ledger, outside the database, and the laptops hold signed heads of it.

What an act wrote is in its row only as a salted hash: erasing a person's data later leaves the chain whole.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Connection, insert, select, update

from sync.operations import Ack, Act, Answer, Batch, Op, Outcome
from sync.server.access import SiteRights
from sync.server.apply import ERASED
from sync.server.control import audit, audit_head

START: Final = bytes(32)
"""The digest before the first row."""
SALT_BYTES: Final = 16
ACT, READING, REFUSED, PARKED = "act", "reading", "refused", "parked"
LEDGER_KIND: Final = "audit"
_BLOCK: Final = 2_000
_INT64: Final = 1 << 63
UNKNOWN_USER: Final = "user unknown"
"""Somebody acted whom the server does not know: the act was held to what the laptop itself may."""
_WORD: Final = 80
"""Letters of a verb or a table's name at most."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What one row tells. ``about`` is short: a table and id, a node's code, a reason; never a name."""

    kind: str
    verb: str
    about: str = ""
    site: UUID | None = None
    generation: int | None = None
    user: UUID | None = None
    batch: bytes | None = None
    act: int | None = None
    stamp: int | None = None
    salt: bytes | None = None
    payload: bytes | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The newest row and its digest."""

    seq: int
    digest: bytes


def append(connection: Connection, facts: Sequence[Fact], at: int, ledger: int | None = None) -> Head:
    """Add rows to the chain; its head stays locked until the transaction ends. ``ledger``: lines there."""
    head = locked_head(connection)
    rows = []
    for fact in facts:
        head = Head(head.seq + 1, digest(head.digest, head.seq + 1, at, fact))
        rows.append(_row(head, at, fact))
    for start in range(0, len(rows), _BLOCK):
        connection.execute(insert(audit), rows[start : start + _BLOCK])
    known: dict[str, Any] = {"seq": head.seq, "digest": head.digest}
    if ledger is not None:
        known["ledger"] = ledger
    connection.execute(update(audit_head).values(known))
    return head


def begin(connection: Connection) -> None:
    """Begin the chain of a new database, unless it has begun."""
    if connection.execute(select(audit_head.c.one)).first() is None:
        connection.execute(insert(audit_head).values(one=1, seq=0, digest=START, ledger=0))


def locked_head(connection: Connection) -> Head:
    """The end of the chain; nobody else adds to it until the transaction ends."""
    found = connection.execute(select(audit_head.c.seq, audit_head.c.digest).with_for_update()).one()
    return Head(int(found.seq), bytes(found.digest))


def current_head(connection: Connection) -> Head:
    """The end of the chain as of this look."""
    found = connection.execute(select(audit_head.c.seq, audit_head.c.digest)).one()
    return Head(int(found.seq), bytes(found.digest))


def facts_of(
    site: SiteRights,
    batch: Batch,
    ack: Ack,
    entropy: Callable[[int], bytes],
    known: Container[UUID] | None = None,
) -> list[Fact]:
    """A row for each act of a batch that was just applied. What told of somebody erased is in no hash.

    ``known``: who of those that acted is on record; of anybody else the row says that it is not known who.
    """
    places = _places(batch.ops)
    facts = []
    for act in batch.acts:
        mine = [
            batch.ops[place] for place in places.get(act.index, ()) if not _is_erased(ack.not_applied, place)
        ]
        salt = entropy(SALT_BYTES) if mine else None
        facts.append(
            Fact(
                kind=READING if act.about else _became(places.get(act.index, ()), ack.not_applied),
                verb=_short(act.verb),
                about=_about(act, known),
                site=site.site,
                generation=site.generation,
                user=act.user,
                batch=batch.id,
                act=act.index,
                stamp=act.stamp if 0 < act.stamp < _INT64 else None,
                salt=salt,
                payload=payload(salt, mine) if salt else None,
            )
        )
    return facts


def _about(act: Act, known: Container[UUID] | None) -> str:
    told = [f"{_short(act.about[0])} {act.about[1]}"] if act.about else []
    if known is not None and act.user not in known:
        told.append(UNKNOWN_USER)
    return " ".join(told)


def payload(salt: bytes, ops: Sequence[Op]) -> bytes:
    """The salted hash of what an act wrote."""
    told = [(op.facet, op.row.bytes, op.insert, dict(op.values)) for op in ops]
    return sha256(salt + msgspec.msgpack.encode(told)).digest()


def digest(before: bytes, seq: int, at: int, fact: Fact) -> bytes:
    """The digest of the row ``seq`` behind one with the digest ``before``."""
    told = (
        seq,
        at,
        fact.kind,
        None if fact.site is None else fact.site.bytes,
        fact.generation,
        None if fact.user is None else fact.user.bytes,
        fact.verb,
        fact.about,
        fact.batch,
        fact.act,
        fact.stamp,
        fact.payload,
    )
    return sha256(before + msgspec.msgpack.encode(told)).digest()


def head_text(server: UUID, head: Head, at: int) -> bytes:
    """What the server signs when it countersigns a head of its own chain."""
    return b"emis audit head 1|" + server.bytes + _number(head.seq) + head.digest + _number(at)


def laptop_text(server: UUID, site: UUID, generation: int, head: Head, at: int) -> bytes:
    """What the server signs when it countersigns the head of a laptop's chain of acts."""
    told = _number(generation) + _number(head.seq) + _number(at) + head.digest
    return b"emis laptop head 1|" + server.bytes + site.bytes + told


def _number(value: int) -> bytes:
    return value.to_bytes(8, "big")


def _short(text: str) -> str:
    """A laptop's word as the columns take it: no longer than a name is, without what is no letter."""
    return "".join(letter for letter in text[:_WORD] if letter.isprintable())


def _places(ops: Sequence[Op]) -> dict[int, list[int]]:
    """Which operations belong to each act."""
    found: dict[int, list[int]] = {}
    for place, op in enumerate(ops):
        found.setdefault(op.act, []).append(place)
    return found


def _is_erased(answers: Mapping[int, Answer], place: int) -> bool:
    answer = answers.get(place)
    return answer is not None and answer.outcome is Outcome.REFUSED and answer.reason == ERASED


def _became(places: Sequence[int], answers: Any) -> str:  # noqa: ANN401 - a mapping of index to answer
    """Whether an act was applied at least in part, waits, or was refused whole."""
    told: list[Answer | None] = [answers.get(place) for place in places]
    if not told or any(one is None or one.outcome not in {Outcome.REFUSED, Outcome.PARKED} for one in told):
        return ACT
    return PARKED if any(one is not None and one.outcome is Outcome.PARKED for one in told) else REFUSED


def _row(head: Head, at: int, fact: Fact) -> dict[str, Any]:
    return {
        "seq": head.seq,
        "at": at,
        "kind": fact.kind,
        "site_id": fact.site,
        "generation": fact.generation,
        "user_id": fact.user,
        "verb": fact.verb,
        "about": fact.about,
        "batch": fact.batch,
        "act": fact.act,
        "stamp": fact.stamp,
        "salt": fact.salt,
        "payload": fact.payload,
        "digest": head.digest,
    }
