"""What a welcome changes in the store, in one small transaction: time, nonce, limits, generation, history."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from emis_desktop.rules.rights import Role, SensitivityClass
from sync.client.sql import one, rows, run
from sync.protocol.ids import uuid_of
from sync.protocol.messages import Notice, Welcome
from sync.protocol.subscription import subscription_of

_MOST_DAYS: Final = 400
_ANCHOR_BYTES: Final = 10
_ID_BYTES: Final = 16
_DIGITS: Final = 15
_KNOWN_CLASSES: Final = frozenset(map(str, SensitivityClass))
_KNOWN_ROLES: Final = frozenset(map(str, Role))


def note_contact(connection: Connection, welcome: Welcome, offset_ms: int) -> None:
    """Note that the server answered: its time, the nonce to show next, and what it said by the way."""
    run(
        connection,
        "UPDATE site SET nonce = ?, clock_offset_ms = ?, sent_at = ?",
        (welcome.nonce, offset_ms, welcome.server_ms - offset_ms),
    )
    run(
        connection,
        "UPDATE joined SET contact_at = max(coalesce(contact_at, 0), ?), extended_to = NULL",
        (welcome.server_ms,),
    )
    for notice in welcome.notices:
        if (take := _NOTICES.get(notice.kind)) is not None:
            take(connection, notice, welcome.server_ms)


def _limit(connection: Connection, notice: Notice, _now: int) -> None:
    if 1 <= notice.number <= _MOST_DAYS:
        run(connection, "UPDATE joined SET limit_days = ?", (notice.number,))


def _phone(connection: Connection, notice: Notice, _now: int) -> None:
    if len(notice.data) == _ANCHOR_BYTES and notice.number >= 0:
        run(
            connection,
            "UPDATE joined SET phone_anchor = ?, phone_used = ? WHERE phone_used <= ?",
            (notice.data, notice.number, notice.number),
        )


def _laptop_name(connection: Connection, notice: Notice, _now: int) -> None:
    """What the ministry calls a laptop: this one (``data`` is its id), or another by its actor number."""
    name = " ".join(notice.text.split())[:80]
    if notice.data and notice.data == bytes(one(connection, "SELECT id FROM site")):
        if name:
            run(connection, "UPDATE joined SET laptop = ?", (name,))
    elif notice.number:
        run(
            connection,
            "INSERT OR REPLACE INTO laptop_name (actor, name) VALUES (?, ?)",
            (notice.number, name),
        )


def _role(connection: Connection, notice: Notice, _now: int) -> None:
    """The most that anybody may do here from now on, as the server sees it."""
    if notice.text in _KNOWN_ROLES:
        run(connection, "UPDATE joined SET role = ?", (notice.text,))


def _classes(connection: Connection, notice: Notice, _now: int) -> None:
    """What this laptop receives from now on; the snapshot that follows brings what is new."""
    classes = [name for name in notice.text.split(",") if name in _KNOWN_CLASSES]
    if classes:
        run(connection, "UPDATE joined SET classes = ?", (json.dumps(classes),))
    if len(notice.data) == _ID_BYTES:
        run(connection, "UPDATE joined SET node = ?", (notice.data,))


def _server_name(connection: Connection, notice: Notice, _now: int) -> None:
    if notice.text.strip():
        run(connection, "UPDATE joined SET server_name = ?", (notice.text.strip()[:160],))


def _anchored(connection: Connection, notice: Notice, now: int) -> None:
    """``text`` is the moment that the server signed with it."""
    told = notice.text.isascii() and notice.text.isdigit() and len(notice.text) <= _DIGITS
    at = int(notice.text) if told else now
    digest = one(connection, "SELECT digest FROM act WHERE seq = ?", (notice.number,))
    if digest is not None:
        run(
            connection,
            "INSERT OR REPLACE INTO anchor (act, digest, signature, at) VALUES (?, ?, ?, ?)",
            (notice.number, digest, notice.data, at),
        )


_NOTICES: Final[Mapping[str, Callable[[Connection, Notice, int], None]]] = MappingProxyType(
    {
        "site": _laptop_name,
        "classes": _classes,
        "role": _role,
        "limit": _limit,
        "phone": _phone,
        "name": _server_name,
        "anchor": _anchored,
    }
)


def receives_all(connection: Connection) -> bytes:
    """The mark of what this site receives, once it has all of it."""
    node, classes = rows(connection, "SELECT node, classes FROM joined")[0]
    return subscription_of(uuid_of(node), [str(each) for each in json.loads(classes)])
