"""What came before this version of the server could understand it is taken in now.

A laptop may be one version ahead: fields and facets that the server does not know are set aside. After its
upgrade they are applied with their own clocks, as what they are: written then, by whoever wrote them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, func, select

from emis_desktop.rules.clock import Clock
from sync.operations import Act, Batch, Op
from sync.protocol.versions import SCHEMA
from sync.server import audit, set_aside, sites
from sync.server.access import SiteRights
from sync.server.apply import Entropy, apply_checked
from sync.server.apply_check import NEWER, UNKNOWN_FACET, check_batch
from sync.server.control import site_generation
from sync.server.model import ServerModel
from sync.server.office import Office
from sync.server.raw import Raw
from sync.server.set_aside import SetAside

RightsOf = Callable[[UUID, int], SiteRights | None]
"""What a site may that wrote as that actor."""
_ID: Final = 16


def take_newer(office: Office) -> int:
    """Apply everything that this version understands by now; how many operations. Cheap with nothing to do,
    and harmless when two processes start at once.
    """
    with office.store.read() as connection:
        if not any(_known(one, office.store.model) for one in _waiting(connection)):
            return 0
    now = office.now_ms()
    with office.store.write() as connection:
        done = replay_newer(
            connection, office.store.model, _rights_of(connection), now, entropy=office.entropy
        )
        if done:
            fact = audit.Fact("server", "replay_newer", f"{done} operations")
            audit.append(connection, [fact], now)
    return done


def replay_newer(
    connection: Connection, model: ServerModel, rights_of: RightsOf, now_ms: int, *, entropy: Entropy
) -> int:
    """The same inside ``Store.write()``: batch by batch in the order in which they came."""
    raw = Raw(connection)
    history = bytes(raw.rows("SELECT history FROM server")[0][0])
    by_batch: defaultdict[bytes, list[SetAside]] = defaultdict(list)
    for one in _waiting(connection):
        if _known(one, model) and rights_of(one.site, one.actor) is not None:
            by_batch[one.batch].append(one)
    for batch_id, kept in by_batch.items():
        rights = rights_of(kept[0].site, kept[0].actor)
        if rights is None:
            continue
        for one in kept:
            set_aside.forget(raw, one)
            _keep_rest(raw, one, model)
        batch = _batch(batch_id, kept, model, kept[0].actor or rights.actor, history)
        apply_checked(connection, check_batch(model, rights, batch), now_ms, entropy=entropy, later=True)
    return sum(map(len, by_batch.values()))


def _waiting(connection: Connection) -> list[SetAside]:
    return [one for one in set_aside.of_reasons(Raw(connection), (NEWER, UNKNOWN_FACET)) if one.act]


def _known(one: SetAside, model: ServerModel) -> tuple[str, ...]:
    """The fields of what was set aside that are known by now."""
    columns: Mapping[str, object] = model.columns.get(one.op.facet, {})
    return tuple(name for name in one.op.values if name in columns)


def _keep_rest(raw: Raw, one: SetAside, model: ServerModel) -> None:
    """What only a still later version knows goes on waiting."""
    known = _known(one, model)
    rest = {name: value for name, value in one.op.values.items() if name not in known}
    if rest:
        left = [(one.index, NEWER, one.act, replace(one.op, values=rest))]
        set_aside.keep(raw, one.batch, one.site, left, one.received_ms, one.actor)


def _batch(before: bytes, kept: list[SetAside], model: ServerModel, actor: int, history: bytes) -> Batch:
    """The operations as a batch of their own, which is applied once however often it is tried."""
    acts: dict[int, Act] = {}
    for one in kept:
        if one.act is not None:
            acts.setdefault(one.act.index, one.act)
    places = {index: place for place, index in enumerate(sorted(acts))}
    ops = tuple(_op(one, model, actor, places[one.act.index]) for one in kept if one.act is not None)
    told = tuple(replace(acts[index], index=place) for index, place in places.items())
    names = sorted(f"{one.index}:{','.join(sorted(_known(one, model)))}" for one in kept)
    batch_id = sha256(b"newer|" + before + "|".join(names).encode()).digest()[:_ID]
    return Batch(batch_id, actor, SCHEMA, 0, history, told, ops)


def _op(one: SetAside, model: ServerModel, actor: int, act: int) -> Op:
    """A field of an insert is an update of what the insert said of it: nothing."""
    known = _known(one, model)
    values = {name: one.op.values[name] for name in known}
    if one.reason == UNKNOWN_FACET or not one.op.insert or one.act is None:
        return replace(one.op, act=act, values=values)
    bases = dict.fromkeys(known, Clock(one.act.stamp, actor))
    return replace(one.op, act=act, insert=False, values=values, bases=bases)


def _rights_of(connection: Connection) -> RightsOf:
    def rights_of(site_id: UUID, actor: int) -> SiteRights | None:
        found = sites.find(connection, site_id)
        if found is None:
            return None
        generation = sites.wrote_as(connection, site_id, actor)
        if generation is None:
            newest = select(func.max(site_generation.c.generation)).where(
                site_generation.c.site_id == site_id
            )
            generation = connection.execute(newest).scalar()
        return None if generation is None else found.rights(int(generation))

    return rights_of
