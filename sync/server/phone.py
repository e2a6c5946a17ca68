"""Codes that extend a laptop's time over the telephone: the next of its chain, never the same twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import update

from emis_desktop.errors import N_, Refused
from sync.protocol import phone_code
from sync.server import audit, sites
from sync.server.control import site as site_table
from sync.server.countersigning import countersign
from sync.server.office import Office
from sync.server.sites import Enrolled

LEDGER_KIND: Final = "phone"
_NOT_ACTIVE = N_("The laptop {name} is {state}. A code would not open it.")
_USED_UP = N_("The laptop {name} has used all its codes. Enrol it anew with “emis-server enrol”.")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A code to read out, its number, and the days it gives from when it is typed in."""

    code: str
    index: int
    days: int


def next_code(office: Office, wanted: Enrolled, by: str) -> Spoken:
    """The next code of a site; raises :class:`Refused` for one that may no longer exchange."""
    with office.store.write() as connection:
        site = sites.find(connection, wanted.id)
        if site is None or not site.is_active:
            raise Refused(_NOT_ACTIVE, name=wanted.name, state=site.state if site else "")
        index = site.phone_used + 1
        if index > phone_code.LENGTH:
            raise Refused(_USED_UP, name=site.name)
        office.ledger.append(LEDGER_KIND, site=str(site.id), index=index, by=by)
        connection.execute(update(site_table).where(site_table.c.id == site.id).values(phone_used=index))
        fact = audit.Fact("ministry", "extend", f"{index} by {by}", site=site.id)
        head = audit.append(connection, [fact], office.now_ms())
    countersign(office, head)
    start = office.keys.phone_start(site.id, site.sign_key)
    return Spoken(phone_code.code(start, site.id, index), index, site.limit_days)
