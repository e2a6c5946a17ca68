"""The mailbox through which the laptops of a school hand each other their class keys.

The server keeps what each laptop shows and boxes that it cannot open. What a laptop shows that may not
exchange any more counts no longer, so that nothing is sealed to a stolen one.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    String,
    Table,
    and_,
    func,
    insert,
    select,
)

from sync.protocol.messages import KeysAnswer, KeysAsk, SentKeyWire, ShownKey
from sync.server.access import SiteRights
from sync.server.control import ACTIVE, Id, site
from sync.server.tables import EXCHANGE

_ID = 8
_PUBLIC = 32
_BOX = 32 + 32 + 16
"""An ephemeral public key, the class key, the tag."""
MOST: Final = 1000
"""Boxes taken or wanted in one request; the next brings more."""

shown_key: Final = Table(
    "shown_key",
    EXCHANGE,
    Column("kind", String(16), primary_key=True),
    Column("id", LargeBinary(_ID), primary_key=True),
    Column("site_id", Id, nullable=False),
    Column("node_id", Id, nullable=False),
    Column("public", LargeBinary(_PUBLIC), nullable=False),
    Column("number", Integer, nullable=False),
    Index("ix_shown_key_node_id", "node_id"),
)
"""The public half of a class key's pair, as a laptop showed it."""

sent_key: Final = Table(
    "sent_key",
    EXCHANGE,
    Column("kind", String(16), primary_key=True),
    Column("id", LargeBinary(_ID), primary_key=True),
    Column("to", LargeBinary(_ID), primary_key=True),
    Column("node_id", Id, nullable=False),
    Column("box", LargeBinary(_BOX), nullable=False),
    Column("number", Integer, nullable=False),
    Index("ix_sent_key_node_id", "node_id"),
)
"""The class key ``id`` in a box that only holders of the class key ``to`` open."""


def newest(connection: Connection, rights: SiteRights) -> int:
    """The number of the newest thing in the mailbox of the site's school, 0 for an empty one."""
    questions = (
        select(func.coalesce(func.max(table.c.number), 0)).where(_here(table, rights))
        for table in (shown_key, sent_key)
    )
    return max(int(connection.execute(question).scalar_one()) for question in questions)


def exchange(connection: Connection, rights: SiteRights, ask: KeysAsk) -> KeysAnswer:
    """Take what a site shows and brings, inside a write; answer with what is there for it.

    What is not well formed, of a class that the site may not read, or for a laptop of another school is left
    out.
    """
    kinds = {klass.value for klass in rights.classes}
    number = newest(connection, rights)
    number = _show(connection, rights, ask, kinds, number)
    others = _others(connection, rights)
    _bring(connection, rights, ask, kinds, others, number)
    return KeysAnswer(
        upto=newest(connection, rights),
        shown=tuple(ShownKey(row.kind, bytes(row.id), bytes(row.public)) for row in others),
        sent=_boxes(connection, rights, ask.since, kinds),
        wanted=_wanted(connection, rights, ask, kinds, others),
    )


def _here(table: Table, rights: SiteRights) -> Any:  # noqa: ANN401 - a clause
    return table.c.node_id == rights.node


def _show(connection: Connection, rights: SiteRights, ask: KeysAsk, kinds: set[str], number: int) -> int:
    there = {
        (kind, bytes(name)) for kind, name in connection.execute(select(shown_key.c.kind, shown_key.c.id))
    }
    for one in ask.shown[:MOST]:
        fits = one.kind in kinds and len(one.id) == _ID and len(one.public) == _PUBLIC
        if fits and (one.kind, one.id) not in there:
            number += 1
            row = {"kind": one.kind, "id": one.id, "public": one.public, "number": number}
            connection.execute(insert(shown_key).values(**row, site_id=rights.site, node_id=rights.node))
            there.add((one.kind, one.id))
    return number


def _others(connection: Connection, rights: SiteRights) -> list[Row[Any]]:
    """What the school's other laptops show that still may exchange."""
    of_site = and_(site.c.id == shown_key.c.site_id, site.c.state == ACTIVE)
    question = select(shown_key).join(site, of_site).where(_here(shown_key, rights))
    return list(connection.execute(question.where(shown_key.c.site_id != rights.site)))


def _bring(
    connection: Connection,
    rights: SiteRights,
    ask: KeysAsk,
    kinds: set[str],
    others: list[Row[Any]],
    number: int,
) -> None:
    to_whom = {(row.kind, bytes(row.id)) for row in others}
    there = {
        (kind, bytes(name), bytes(to))
        for kind, name, to in connection.execute(
            select(sent_key.c.kind, sent_key.c.id, sent_key.c.to).where(_here(sent_key, rights))
        )
    }
    for one in ask.sent[:MOST]:
        fits = one.kind in kinds and len(one.id) == _ID and len(one.box) == _BOX
        if fits and (one.kind, one.to) in to_whom and (one.kind, one.id, one.to) not in there:
            number += 1
            row = {"kind": one.kind, "id": one.id, "to": one.to, "box": one.box, "number": number}
            connection.execute(insert(sent_key).values(**row, node_id=rights.node))
            there.add((one.kind, one.id, one.to))


def _boxes(
    connection: Connection, rights: SiteRights, since: int, kinds: set[str]
) -> tuple[SentKeyWire, ...]:
    """The boxes for any class key that this site has ever shown."""
    mine = and_(
        shown_key.c.kind == sent_key.c.kind,
        shown_key.c.id == sent_key.c.to,
        shown_key.c.site_id == rights.site,
    )
    question: Select[Any] = (
        select(sent_key)
        .join(shown_key, mine)
        .where(sent_key.c.number > since, sent_key.c.kind.in_(kinds))
        .order_by(sent_key.c.number)
    )
    return tuple(
        SentKeyWire(row.kind, bytes(row.id), bytes(row.to), bytes(row.box))
        for row in connection.execute(question)
    )


def _wanted(
    connection: Connection, rights: SiteRights, ask: KeysAsk, kinds: set[str], others: list[Row[Any]]
) -> tuple[tuple[str, bytes, bytes], ...]:
    """Which of the keys that the site holds are still missing in the boxes of others."""
    there = {
        (kind, bytes(name), bytes(to))
        for kind, name, to in connection.execute(
            select(sent_key.c.kind, sent_key.c.id, sent_key.c.to).where(_here(sent_key, rights))
        )
    }
    missing = [
        (kind, name, bytes(other.id))
        for kind, name in ask.held[:MOST]
        for other in others
        if kind in kinds and other.kind == kind and bytes(other.id) != name
    ]
    return tuple(each for each in missing if each not in there)[:MOST]
