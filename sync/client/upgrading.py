"""What came before this version of the program could understand it is taken in now."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from sync.client.clocks import Place
from sync.client.holding import Holding, missing_parent
from sync.client.outbox import freeze_all
from sync.client.parked import Reason, tick_of
from sync.client.pending import rebased
from sync.client.replica import Replica
from sync.client.sql import many, one, rows
from sync.merge import join
from sync.operations import Held


def replay(replica: Replica) -> int:
    """Apply the entries and fields kept for this version; returns how many. To be called after an update of
    the program, or at any time: what is still not known stays.
    """
    with replica.db.read() as session:
        connection = session.connection()
        parked = one(connection, "SELECT 1 FROM parked WHERE reason = ? LIMIT 1", (Reason.NEWER,))
        extra = rows(connection, "SELECT DISTINCT facet, field FROM extra")
    known = [(name, field) for name, field in extra if _knows(replica, name, field)]
    done = replica.retry((Reason.NEWER,)).entries if parked else 0
    return done + (_take_fields(replica, known) if known else 0)


def _knows(replica: Replica, name: str, field: str) -> bool:
    plan = replica.plans.get(name)
    return plan is not None and field in plan.columns


def _take_fields(replica: Replica, known: list[tuple[str, str]]) -> int:
    """Put the kept fields into their rows, under what was typed here meanwhile."""
    with replica.db.replicate() as session:
        connection = session.connection()
        freeze_all(connection, replica.catalogue, replica.wall_ms())
        replica.pending.refresh(connection)
        kept = _kept(connection, known)
        holding = Holding(connection, replica.plans)
        holding.load_rows(place for place, _field, _held in kept)
        done = sum(_take_field(replica, connection, holding, *line) for line in kept)
        session.info["tables"].update(holding.write())
        many(connection, "DELETE FROM extra WHERE facet = ? AND field = ?", known)
        return done


def _kept(connection: Connection, known: list[tuple[str, str]]) -> list[tuple[Place, str, Held]]:
    found = "SELECT row_id, value, tick FROM extra WHERE facet = ? AND field = ?"
    return [
        ((name, row_id), field, Held(value, tick_of(msgspec.msgpack.decode(tick))))
        for name, field in known
        for row_id, value, tick in rows(connection, found, (name, field))
    ]


def _take_field(
    replica: Replica, connection: Connection, holding: Holding, place: Place, field: str, kept: Held
) -> bool:
    plan, row_id = replica.plans[place[0]], place[1]
    table, column, value = plan.facet.table.name, plan.columns[field], {field: kept.value}
    held = holding.row(table, row_id)
    if held is None or plan.fault_of(value) or missing_parent(holding, plan, row_id, value):
        return False
    ticks = holding.ticks(place)
    here = Held(held[field], ticks.of(field), field not in ticks.fields)
    shown = rebased(column, join(column, here, kept), replica.pending.of(connection, place), 0)
    if shown is not None:
        ticks.set(field, shown.tick)
        if held[field] != shown.value:
            holding.change(table, row_id, field, shown.value)
    return True
