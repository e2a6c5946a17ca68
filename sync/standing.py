"""The one question of a locked laptop: may it still? It holds no key then, and no record is touched."""

from __future__ import annotations

from contextlib import closing
from typing import Final

from emis_desktop.database import Database
from emis_desktop.keyring.device_keys import Contact, DeviceFile
from emis_desktop.rules.clock import LAST_MS
from emis_desktop.settings import Home
from emis_desktop.soundness import was_all_sent
from sync import ended, ending
from sync.client.sql import run
from sync.engine.line import Line, Request
from sync.engine.refusals import ServerRefused, refusal_of
from sync.protocol.signing import text64
from sync.tls import Trust
from sync.transport import Address, HttpLine

PATH: Final = "/sync/v1/standing/"
_DIGITS: Final = 15
SECONDS: Final = 10.0
"""Without a byte: somebody waits at the sign-in window."""


def ask(contact: Contact, line: Line) -> int:
    """Ask over ``line``; returns the server's time in milliseconds, 0 where it tells none.

    Raises :class:`ServerRefused`, :class:`sync.engine.line.LineFault`.
    """
    target = f"{PATH}{text64(contact.site.bytes)}.{text64(contact.token)}"
    response = line.send(Request("GET", target))
    if response.status not in {200, 204}:
        raise refusal_of(response.status, response.body)
    told = response.body
    moment = int(told) if told.isdigit() and len(told) <= _DIGITS else 0
    return moment if moment <= LAST_MS else 0


def ask_now(home: Home, store_id: str) -> int | None:
    """Ask the server of that store; returns its time (milliseconds) when all is well, None where the laptop
    never joined. A stolen laptop's keys are destroyed at once. So are those of a lost one whose work the
    ministry has; else it is handed in first, at the next sign-in, since no key to it is at hand here.

    Raises :class:`ServerRefused`, :class:`~sync.engine.line.LineFault`.
    """
    contact = DeviceFile(home.root, store_id).contact()
    if contact is None:
        return None
    ca = home.server_ca if home.server_ca.exists() else None
    address = Address(contact.url, Trust(ca, contact.pin))
    with closing(HttpLine(address, silent_seconds=SECONDS, connect_seconds=SECONDS)) as line:
        try:
            return ask(contact, line)
        except ServerRefused as refusal:
            signed = ending.is_genuine(
                refusal.reason, refusal.detail, contact.server_key, contact.site, contact.token
            )
            if signed and (refusal.reason == ended.STOLEN or _all_is_sent(home)):
                ended.destroy(home, store_id, refusal.reason)
            raise


def _all_is_sent(home: Home) -> bool:
    """Whether every store was closed with nothing in it that the ministry does not have."""
    return all(was_all_sent(path) for path in home.stores.glob("*.db"))


def note_contact(db: Database, moment: int) -> None:
    """The server answered at ``moment`` by its own clock: the days without a contact count anew.

    This laptop's clock has no say: set years ahead, it would count for years.
    """
    with db.local() as connection:
        run(connection, "UPDATE joined SET contact_at = max(coalesce(contact_at, 0), ?)", (moment,))
