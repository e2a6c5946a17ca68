"""The laptop's half of handing class keys to the other laptops of the school (key ring, ``class_exchange``).

One or two small requests, made only when somebody is signed in who reads a sealed class, and when there is
something new: see :func:`due`.
"""

from __future__ import annotations

import time
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.keyring.class_exchange import ClassKeys, SentKey, Shown
from emis_desktop.keyring.records import Kind
from emis_desktop.models import JoinedServer, KeptKey
from emis_desktop.queries.class_keys import OWN
from sync.protocol.messages import KeysAnswer, KeysAsk, SentKeyWire, ShownKey


def due(db: Database, keys: ClassKeys, newest: int) -> bool:
    """Whether to ask: the server has something newer (``newest``), or a class key here was never shown."""
    shown = {(one.kind, one.id) for one in keys.shown()}
    with db.read() as session:
        seen = session.scalar(select(JoinedServer.keys_seen)) or 0
        return bool(shown) and (newest != seen or not shown <= _known(session))


def first_ask(db: Database, keys: ClassKeys) -> KeysAsk:
    """What this laptop shows and could send."""
    shown = tuple(ShownKey(one.kind, one.id, one.public) for one in keys.shown())
    with db.read() as session:
        seen = session.scalar(select(JoinedServer.keys_seen)) or 0
        held = {*keys.own(), *_known(session)}
    return KeysAsk(seen, shown, tuple(sorted(held)))


def take(db: Database, keys: ClassKeys, answer: KeysAnswer) -> KeysAsk | None:
    """Keep what was sent here; the next request, with what the others still lack, or None."""
    boxes = [
        (sent.kind, sent.id, box)
        for sent in answer.sent
        if (box := keys.take(SentKey(cast(Kind, sent.kind), sent.id, sent.to, sent.box))) is not None
    ]
    with db.replicate() as session:
        for one in keys.shown():
            _keep(session, one.kind, one.id, OWN)
        for kind, name, box in boxes:
            _keep(session, kind, name, box)
        session.execute(update(JoinedServer).values(keys_seen=answer.upto))
    sent = tuple(_sealed(keys, answer))
    return KeysAsk(answer.upto, (), (), sent) if sent else None


def _known(session: Session) -> set[tuple[Kind, bytes]]:
    """Kind and name of the class keys that are kept, and of those of this laptop that were shown."""
    return {(cast(Kind, kept.kind), kept.key_id) for kept in session.scalars(select(KeptKey))}


def _keep(session: Session, kind: str, name: bytes, box: bytes) -> None:
    if session.get(KeptKey, (kind, name)) is None:
        session.add(KeptKey(kind=kind, key_id=name, box=box, at=time.time_ns() // 1_000_000))


def _sealed(keys: ClassKeys, answer: KeysAnswer) -> list[SentKeyWire]:
    others = {(one.kind, one.id): Shown(cast(Kind, one.kind), one.id, one.public) for one in answer.shown}
    return [
        SentKeyWire(sent.kind, sent.id, sent.to, sent.box)
        for kind, name, to in answer.wanted
        if (kind, to) in others
        for sent in keys.send([(cast(Kind, kind), name)], others[kind, to])
    ]
