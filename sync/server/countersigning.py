"""Heads of the audit chain, signed by the server and put where no restored database takes them back."""

from __future__ import annotations

from sync.server import audit
from sync.server.audit import Fact, Head
from sync.server.office import Office


def record(office: Office, *facts: Fact) -> None:
    """Add facts to the audit in a transaction of their own, and sign its head."""
    with office.quick_write() as connection:
        head = audit.append(connection, facts, office.now_ms())
    countersign(office, head)


def countersign(office: Office, head: Head) -> int:
    """Sign a head that was committed and write it into the ledger; returns the number of the line."""
    at = office.now_ms()
    signature = office.keys.sign(audit.head_text(office.choices.server, head, at))
    return office.ledger.append(
        audit.LEDGER_KIND, seq=head.seq, digest=head.digest.hex(), signed_at=at, signature=signature.hex()
    )
