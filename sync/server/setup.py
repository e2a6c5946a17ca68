"""Setting up a server, so that a kill at any moment leaves one that “init” finishes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from emis_desktop.errors import N_, Refused
from sync.server import audit, places, shape
from sync.server.keys import make_keys
from sync.server.office import Office, open_office, open_store, wall_ms
from sync.server.settings import Choices, ServerHome, is_set_up, save_choices
from sync.server.sites import NATION_KIND
from sync.server.tables import server

_THERE = N_("There is a server in {folder} already. Nothing was changed.")
_OTHERS = N_("The database holds another server’s records. Give it one of its own: EMIS_DATABASE_URL.")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a new server is to be: its name, the country's profile, the ministry's public key."""

    name: str
    profile: str
    ministry_key: bytes
    limit_days: int


def set_up(
    home: ServerHome,
    wish: Wish,
    url: str,
    *,
    now_ms: Callable[[], int] = wall_ms,
    entropy: Callable[[int], bytes] = os.urandom,
) -> Office:
    """Make the server; its file of choices is written last, and only then it is one.

    Raises :class:`Refused` where there is one, :class:`CannotSave` where the disk takes nothing.
    """
    if is_set_up(home):
        raise Refused(_THERE, folder=str(home.root))
    home.make()
    keys = make_keys(home.keys, entropy)
    choices = Choices(
        UUID(bytes=keys.mac("server id")[:16], version=4),
        wish.name,
        wish.profile,
        wish.ministry_key,
        wish.limit_days,
    )
    store = open_store(keys, url, entropy)
    try:
        shape.prepare(store, now_ms())
        with store.write() as connection:
            known = bytes(connection.execute(select(server.c.id)).scalar_one())
            head = int(connection.execute(select(server.c.head)).scalar_one())
            if head and known != choices.server.bytes:
                raise Refused(_OTHERS)
            connection.execute(update(server).values(id=choices.server.bytes))
            audit.begin(connection)
            places.put(connection, NATION_KIND, places.NATION_CODE, wish.name, now_ms())
    finally:
        store.close()
    save_choices(home, choices)
    office = open_office(home, url=url, now_ms=now_ms, entropy=entropy)
    office.ledger.append("server", server=str(choices.server), key=keys.public.hex())
    return office
