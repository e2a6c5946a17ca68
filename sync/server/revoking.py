"""Ending what a laptop may: at once, in every process, and also after the database was brought back."""

from __future__ import annotations

from typing import Final

from sync.server import audit, sites
from sync.server.control import ACTIVE
from sync.server.countersigning import countersign
from sync.server.office import Office
from sync.server.sites import Enrolled

LEDGER_KIND: Final = "state"


def set_state(office: Office, site: Enrolled, state: str, by: str) -> None:
    """Let ``site`` be revoked, lost, stolen, or active again. ``by``: the operator, for the audit.

    The ledger has it before the database: a crash in between revokes all the same at the next start.
    """
    office.ledger.append(LEDGER_KIND, site=str(site.id), state=state, by=by)
    now = office.now_ms()
    with office.quick_write() as connection:
        sites.set_state(connection, site.id, state, now)
        verb = "allow_again" if state == ACTIVE else "revoke"
        fact = audit.Fact("ministry", verb, f"{state} by {by}", site=site.id)
        head = audit.append(connection, [fact], now)
    countersign(office, head)
