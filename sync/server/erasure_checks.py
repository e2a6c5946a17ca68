"""Whether what is missing was erased by an order, and what was to be erased is gone.

An order lies in the ledger, outside the database, under a code of the server's secret: who writes in the
database alone blanks nothing unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from emis_desktop.erasures import TABLE
from emis_desktop.errors import StoreDamaged
from sync.server import erasing
from sync.server.erase import Issued
from sync.server.findings import Finding
from sync.server.forgetting import read_acts
from sync.server.log import ERASED
from sync.server.office import Office
from sync.server.raw import Raw

_MOST: Final = 50


def erasure_findings(office: Office, connection: Connection) -> list[Finding]:
    """What was blanked without an order, and what an order names that is still there; 50 at most."""
    orders, acts = _known(office)
    raw = Raw(connection)
    found = [
        *_without_order(raw, {row for one in orders.values() for row in one.order.all}, acts),
        *_orders_amiss(office, raw, orders),
    ]
    return found[:_MOST]


def _known(office: Office) -> tuple[dict[bytes, Issued], set[tuple[bytes, int]]]:
    """The ledger's orders by id, and the acts that have no salts since. A spoilt ledger is told elsewhere."""
    orders: dict[bytes, Issued] = {}
    acts: set[tuple[bytes, int]] = set()
    try:
        for line in office.ledger.lines():
            if line.kind == erasing.ORDER_KIND:
                one = erasing.issued(line.told)
                orders[one.id] = one
                acts |= read_acts(line.told["acts"])
    except StoreDamaged:
        pass
    return orders, acts


def _without_order(raw: Raw, rows: set[bytes], acts: set[tuple[bytes, int]]) -> Iterator[Finding]:
    sql = "SELECT seq, batch, act FROM audit WHERE payload IS NOT NULL"
    for seq, batch, act in raw.rows(f"{sql} AND salt IS NULL"):
        if batch is None or (bytes(batch), act) not in acts:
            yield Finding("blanked", seq, "its salt was taken away, and nobody was erased")
    for batch, act in sorted(acts):
        there = raw.one(f"{sql} AND salt IS NOT NULL AND batch = ? AND act = ?", (batch, act))
        if there is not None:
            yield Finding("not_erased", there[0], "its salt is there, although it told of somebody erased")
    for row, seq in raw.rows(
        "SELECT row_id, min(seq) FROM change_log WHERE payload = ? GROUP BY row_id", (ERASED,)
    ):
        if bytes(row) not in rows:
            yield Finding("blanked", seq, f"entry {seq} of the log is empty, and no order names its row")


def _orders_amiss(office: Office, raw: Raw, orders: dict[bytes, Issued]) -> Iterator[Finding]:
    """Orders that the database does not have as they were given, or that the server never signed."""
    table = office.store.model.tables[TABLE].table
    there = {one: (told, by) for one, told, by in raw.read(table, ("id", "told", "signature"), "id", orders)}
    for name, one in sorted(orders.items()):
        if there.get(name) != (one.told, one.signature):
            yield Finding("not_erased", 0, f"order {name.hex()} is not in the database as it was given")
        elif not erasing.is_ours(office, one):
            yield Finding("signature", 0, f"order {name.hex()} is not signed by this server")
