"""Work that a lost laptop handed in, sealed to the ministry's key: looked at, then accepted or refused.

It is opened with the ministry's recovery code and nowhere kept open. An officer looks at a summary before
anything is decided. Accepted, it is applied as that laptop's own operations, under the clocks that it wrote
them with, by the very rules by which they would have come over the line; refused, it is gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from emis_desktop.errors import N_, EmisError, Refused, Word
from emis_desktop.keyring.crypto import DoesNotOpenError, public_of, unseal_with
from emis_desktop.rules.clock import unpack
from emis_desktop.secret import wipe
from sync.operations import Batch, Outcome
from sync.protocol.batches import decode_batch
from sync.protocol.packing import split
from sync.protocol.signing import quarantine_context
from sync.server import audit, sites
from sync.server.apply_check import check_batch
from sync.server.control import quarantine
from sync.server.countersigning import countersign, record
from sync.server.model import ServerModel
from sync.server.office import Office
from sync.server.raw import Raw
from sync.server.receiving import apply_with_facts, stored_result
from sync.server.sites import Enrolled

ACCEPTED: Final = "accepted"
REFUSED: Final = "refused"
_NONE = N_("Nothing in quarantine begins with {name}. “emis-server quarantine list” shows what there is.")
_DECIDED = N_("{name} was {decision} already; nothing of it is left to decide.")
_OTHER_CODE = N_("That is not this ministry’s recovery code: nothing here was sealed to it.")
_NOT_WHOLE = N_("{name} cannot be opened: it was changed, or was never whole work of that laptop.")
_LOOK_FIRST = N_("Look at it first: “emis-server quarantine show {name}”.")
_EARLIER = N_(
    "The same laptop handed in {name} before this. Decide that first: what came later rests upon it."
)
_SAID: Final = {ACCEPTED: Word(N_("accepted")), REFUSED: Word(N_("refused"))}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of sealed work. ``decision`` is empty while it waits; moments as everywhere."""

    id: bytes
    site: UUID
    reason: str
    received_at: int
    shown_at: int | None
    decision: str

    @property
    def name(self) -> str:
        """Its id, as operators type it."""
        return self.id.hex()


@dataclass(frozen=True, slots=True)
class Summary:
    """What is in a piece: how many batches and acts, how many of the batches are here already, from when to
    when (milliseconds since 1970 UTC, by the laptop's clock; 0 without acts), and how often who did what to
    rows of which table. ``foreign``: batches that this laptop cannot have written.
    """

    batches: int
    known: int
    foreign: int
    acts: int
    operations: int
    since_ms: int
    until_ms: int
    users: Mapping[str, int]
    verbs: Mapping[str, int]
    tables: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a piece: batches applied and known before, operations by what became of them."""

    batches: int
    known: int
    outcomes: Mapping[str, int]


def find(connection: Connection, text: str) -> Piece:
    """The piece whose id begins with what was typed; raises :class:`Refused` for none and for several."""
    wanted = text.strip().lower()
    known = connection.execute(select(quarantine.c.id)).scalars()
    found = [bytes(one) for one in known if wanted and bytes(one).hex().startswith(wanted)]
    if len(found) != 1:
        raise Refused(_NONE, name=text)
    columns = [one for one in quarantine.c if one.name != "body"]
    row = connection.execute(select(*columns).where(quarantine.c.id == found[0])).one()
    return Piece(found[0], row.site_id, row.reason, row.received_at, row.shown_at, row.decision)


def waiting(connection: Connection) -> int:
    """How many pieces wait for a decision."""
    return int(
        connection.execute(
            select(func.count()).select_from(quarantine).where(quarantine.c.decision == "")
        ).scalar_one()
    )


def sealed_body(connection: Connection, piece: Piece) -> bytes:
    """A piece as it came; raises :class:`Refused` for one that was decided."""
    if piece.decision:
        raise Refused(_DECIDED, name=piece.name, decision=_SAID[piece.decision])
    return bytes(
        connection.execute(select(quarantine.c.body).where(quarantine.c.id == piece.id)).scalar_one()
    )


def opened(office: Office, connection: Connection, piece: Piece, private: bytearray) -> tuple[Batch, ...]:
    """The batches of a piece, in the order in which they were written.

    Raises :class:`Refused` for another recovery code, and for a piece that is not whole.
    """
    body = sealed_body(connection, piece)
    if public_of(private) != office.choices.ministry_key:
        raise Refused(_OTHER_CODE, field="code")
    try:
        plain = unseal_with(private, body, quarantine_context(piece.site))
    except DoesNotOpenError:
        raise Refused(_NOT_WHOLE, name=piece.name) from None
    try:
        return tuple(decode_batch(one) for one in split(bytes(plain)))
    except EmisError:
        raise Refused(_NOT_WHOLE, name=piece.name) from None
    finally:
        wipe(plain)


def show(office: Office, piece: Piece, batches: Sequence[Batch], by: str) -> Summary:
    """Sum a piece up, and note that somebody looked at it. ``by``: the operator, for the audit."""
    with office.store.read() as connection:
        found = _summary(connection, office.store.model, piece, batches)
    with office.store.write() as connection:
        here = quarantine.c.id == piece.id
        connection.execute(update(quarantine).where(here).values(shown_at=office.now_ms()))
    record(office, audit.Fact("ministry", "show_quarantine", f"{piece.name} by {by}", site=piece.site))
    return found


def accept(office: Office, piece: Piece, batches: Sequence[Batch], by: str) -> Accepted:
    """Apply a piece as its laptop's own work, in one transaction; a batch that is here already stays.

    Raises :class:`Refused` for one that nobody looked at, and while an earlier one of the laptop waits.
    """
    now = office.now_ms()
    outcomes: Counter[str] = Counter()
    known = 0
    with office.store.write() as connection:
        site = _ready(connection, piece)
        facts = [audit.Fact("ministry", "accept_quarantine", f"{piece.name} by {by}", site=piece.site)]
        for batch in batches:
            wrote_as = sites.wrote_as(connection, site.id, batch.actor)
            if wrote_as is None:
                raise Refused(_NOT_WHOLE, name=piece.name)
            if stored_result(connection, batch.id, site.id) is not None:
                known += 1
                continue
            checked = check_batch(office.store.model, site.rights(wrote_as), batch)
            ack, told = apply_with_facts(office, connection, checked, now)
            facts += told
            outcomes.update(str(answer.outcome) for answer in ack.not_applied.values())
            outcomes[str(Outcome.APPLIED)] += len(batch.ops) - len(ack.not_applied)
        _decide(connection, piece, ACCEPTED, now)
        head = audit.append(connection, facts, now)
    countersign(office, head)
    return Accepted(len(batches), known, {name: count for name, count in outcomes.items() if count})


def refuse(office: Office, piece: Piece, by: str) -> None:
    """Throw a piece away; that it was there stays on record. Raises :class:`Refused` for a decided one."""
    now = office.now_ms()
    with office.store.write() as connection:
        sealed_body(connection, find(connection, piece.name))
        _decide(connection, piece, REFUSED, now)
        fact = audit.Fact("ministry", "refuse_quarantine", f"{piece.name} by {by}", site=piece.site)
        head = audit.append(connection, [fact], now)
    countersign(office, head)


def _ready(connection: Connection, piece: Piece) -> Enrolled:
    now_known = find(connection, piece.name)
    if now_known.decision:
        raise Refused(_DECIDED, name=piece.name, decision=_SAID[now_known.decision])
    if now_known.shown_at is None:
        raise Refused(_LOOK_FIRST, name=piece.name)
    earlier = connection.execute(
        select(quarantine.c.id).where(
            quarantine.c.site_id == piece.site,
            quarantine.c.decision == "",
            quarantine.c.received_at < piece.received_at,
        )
    ).scalar()
    if earlier is not None:
        raise Refused(_EARLIER, name=bytes(earlier).hex())
    site = sites.find(connection, piece.site)
    if site is None:
        raise Refused(_NOT_WHOLE, name=piece.name)
    return site


def _decide(connection: Connection, piece: Piece, decision: str, now: int) -> None:
    connection.execute(
        update(quarantine)
        .where(quarantine.c.id == piece.id)
        .values(decision=decision, decided_at=now, body=b"")
    )


def _summary(connection: Connection, model: ServerModel, piece: Piece, batches: Sequence[Batch]) -> Summary:
    acts = [act for batch in batches for act in batch.acts]
    stamps = [unpack(act.stamp)[0] for act in acts]
    users = Counter(act.user for act in acts)
    names = _names(connection, model, batches, users)
    rows = {(op.facet.partition(".")[0], op.row) for batch in batches for op in batch.ops}
    known = [stored_result(connection, one.id, piece.site) is not None for one in batches]
    foreign = [sites.wrote_as(connection, piece.site, one.actor) is None for one in batches]
    named: Counter[str] = Counter()
    for user, count in users.items():
        named[names.get(user.bytes, str(user))] += count
    return Summary(
        batches=len(batches),
        known=sum(known),
        foreign=sum(foreign),
        acts=len(acts),
        operations=sum(len(batch.ops) for batch in batches),
        since_ms=min(stamps, default=0),
        until_ms=max(stamps, default=0),
        users=dict(named.most_common()),
        verbs=dict(Counter(act.verb for act in acts).most_common()),
        tables=dict(Counter(table for table, _row in rows).most_common()),
    )


def _names(
    connection: Connection, model: ServerModel, batches: Iterable[Batch], users: Iterable[UUID]
) -> dict[bytes, str]:
    """What the people are called who acted: as the server knows them, else as the piece itself says."""
    found = {
        op.row.bytes: str(op.values["name"])
        for batch in batches
        for op in batch.ops
        if op.facet == "user" and op.values.get("name")
    }
    table = model.tables["user"].table
    wanted = [user.bytes for user in users]
    for row, name in Raw(connection).read(table, ("id", "name"), "id", wanted):
        if isinstance(row, bytes):
            found[row] = str(name)
    return found
