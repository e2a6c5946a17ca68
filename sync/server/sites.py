"""Sites as the server knows them: what each may, whether it still may, and its line of nonces."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, update

from emis_desktop.rules.clock import actor_number
from emis_desktop.rules.rights import Role, SensitivityClass
from sync.server import nonces
from sync.server.access import ALL, SiteRights
from sync.server.control import ACTIVE, node, site, site_generation

NATION_KIND, DISTRICT, SCHOOL = "nation", "district", "school"
_HELLOS = 16
"""Hellos remembered of each line, against late copies of them."""
_FORGOTTEN = 64
"""Generations that a server may have forgotten when it went back in time."""
_INT64 = 1 << 63
LATE_MS = 120_000
"""How much older, by the laptop's own clock, than the newest hello taken one may be that was held up on its
way: a laptop gives up after 45 seconds, a proxy in front after its own patience.
"""
_COLUMNS = (*site.c, node.c.kind, node.c.code, node.c.name.label("node_name"), node.c.row_id)


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the organisation tree. ``row``: id of the area or school; ``None`` before the first store."""

    id: UUID
    kind: str
    code: str
    name: str
    row: UUID | None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A site: what it may at the most, its keys, and its ``state`` (active, revoked, lost, stolen).

    ``changed_at``: when the ministry last changed what it may, or its name; 0 for never since it joined.
    """

    id: UUID
    name: str
    place: Place
    role: Role
    classes: frozenset[SensitivityClass]
    limit_days: int
    sign_key: bytes
    box_key: bytes
    standing: bytes
    number: int
    state: str
    state_at: int
    joined_at: int
    seen_at: int | None
    phone_used: int
    changed_at: int = 0

    @property
    def is_active(self) -> bool:
        """Whether it may still exchange."""
        return self.state == ACTIVE

    def rights(self, generation: int) -> SiteRights:
        """What it may, as the one who goes on in that generation."""
        return SiteRights(
            site=self.id,
            generation=generation,
            actor=actor_number(self.id, generation),
            node=ALL if self.place.kind == NATION_KIND else self.place.row or self.place.id,
            classes=self.classes,
            role=self.role,
            institution=self.place.row if self.place.kind == SCHOOL else None,
            name=self.name,
        )


def find(connection: Connection, site_id: UUID, *, lock: bool = False) -> Enrolled | None:
    """The site with that id; ``lock`` keeps others from changing it until the transaction ends."""
    question = select(*_COLUMNS).join(node, node.c.id == site.c.node_id).where(site.c.id == site_id)
    found = connection.execute(question.with_for_update(of=site) if lock else question).first()
    return None if found is None else _enrolled(found)


def all_sites(connection: Connection) -> list[Enrolled]:
    """Every site, in the order of joining."""
    question = select(*_COLUMNS).join(node, node.c.id == site.c.node_id).order_by(site.c.number)
    return [_enrolled(found) for found in connection.execute(question)]


def find_by_text(connection: Connection, text: str) -> list[Enrolled]:
    """Sites whose id begins with, or whose name or number is, what an operator typed."""
    wanted = text.strip().lower()
    return [
        one
        for one in all_sites(connection)
        if wanted
        and (
            str(one.id) == wanted
            or one.name.lower() == wanted
            or site_code(one.number).lower() == wanted
            or (len(wanted) >= 8 and str(one.id).startswith(wanted))
        )
    ]


def site_code(number: int) -> str:
    """The short text that numbers made on a laptop carry: ``L`` and its number, at least three digits."""
    return f"L{number:03}"


def written_classes(classes: Iterable[SensitivityClass]) -> str:
    """Classes as they are kept: a JSON list in a fixed order."""
    given = frozenset(classes)
    return json.dumps([str(one) for one in SensitivityClass if one in given])


def read_classes(kept: str) -> frozenset[SensitivityClass]:
    """What :func:`written_classes` wrote."""
    return frozenset(SensitivityClass(one) for one in json.loads(kept))


def next_number(connection: Connection) -> int:
    """A site number that was never given."""
    return int(connection.execute(select(func.coalesce(func.max(site.c.number), 0))).scalar_one()) + 1


def set_state(connection: Connection, site_id: UUID, state: str, at: int) -> None:
    """Let a site be active, revoked, lost or stolen from now on."""
    connection.execute(update(site).where(site.c.id == site_id).values(state=state, state_at=at))


@dataclass(frozen=True, slots=True)
class Step:
    """What a hello is answered: go on as ``generation``, show ``nonce`` next. ``stale``: it is a copy.

    ``told``: of which change of the site the laptop has surely heard, 0 where an answer may have been lost.
    ``again``: the nonce had been shown before: an answer was lost, or the store was put back by one exchange.
    """

    generation: int
    nonce: bytes
    stale: bool
    told: int = 0
    again: bool = False


class Replayed(Exception):
    """A hello whose very bytes were taken before, and to which something newer has been said since."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What is remembered of a hello: eight bytes of its hash, and the laptop's clock in it."""

    mark: bytes = b""
    wall: int = 0

    @property
    def wall_ms(self) -> int:
        """The clock, 0 for one that is out of all reason."""
        return self.wall if 0 < self.wall < _INT64 else 0


NOTHING_HEARD = Heard()


def step(
    connection: Connection,
    site_id: UUID,
    generation: int,
    nonce: bytes,
    *,
    fresh: bytes,
    now: int,
    trust: bool,
    heard: Heard = NOTHING_HEARD,
) -> Step:
    """Take the nonce that a hello showed, and hand ``fresh``. Two hellos of a site in one moment come one
    after the other.

    ``trust``: the server itself went back in time, so a nonce that it does not know proves nothing. Raises
    :class:`Replayed` for a late copy of a hello, and for one that was held up on its way while the laptop
    said others: neither is a copy of a store.

    What two copies of a store wrote in one generation before that was found, neither has of the other: the
    feed takes both for their author. So once one of them is stale, the other goes on as a new generation too,
    and both adopt everything.
    """
    here = (site_generation.c.site_id == site_id) & (site_generation.c.generation == generation)
    connection.execute(select(site.c.id).where(site.c.id == site_id).with_for_update())
    found = connection.execute(select(site_generation).where(here).with_for_update()).first()
    if found is None and (trust or not nonce):
        return _opened(connection, site_id, generation, fresh, now, heard)
    before = None if found is None else nonces.read(bytes(found.nonces))
    chain = None if before is None else nonces.shown(before, nonce, fresh)
    if chain is None and found is not None:
        if heard.mark and heard.mark in nonces.parts(bytes(found.hellos)):
            raise Replayed
        if trust and nonce:
            chain = nonces.Chain(nonce, (fresh,))
        elif 0 < int(found.said_at) - heard.wall_ms <= LATE_MS:
            raise Replayed
    if chain is None or (found is not None and found.split):
        connection.execute(update(site_generation).where(here).values(split=True))
        return _split_off(connection, site_id, generation, fresh, now)
    hellos = (
        b"".join((*nonces.parts(bytes(found.hellos))[1 - _HELLOS :], heard.mark)) if found else heard.mark
    )
    taken = {"nonces": nonces.written(chain), "hellos": hellos, "said_at": heard.wall_ms, "seen_at": now}
    connection.execute(update(site_generation).where(here).values(taken))
    connection.execute(update(site).where(site.c.id == site_id).values(seen_at=now))
    arrived = found is not None and before is not None and before.handed[-1:] == (nonce,)
    again = before is not None and before.shown == nonce and nonce not in before.handed
    told = int(found.told) if found and arrived else 0
    return Step(generation, fresh, stale=False, told=told, again=again)


def note_told(connection: Connection, site_id: UUID, generation: int, changed_at: int) -> None:
    """Note of which change of the site the answer to the hello of now tells."""
    here = (site_generation.c.site_id == site_id) & (site_generation.c.generation == generation)
    connection.execute(update(site_generation).where(here).values(told=changed_at))


def _split_off(connection: Connection, site_id: UUID, generation: int, fresh: bytes, now: int) -> Step:
    """The next generation, for a store that is not the only one of its own."""
    mine = site_generation.c.site_id == site_id
    newest = connection.execute(select(func.max(site_generation.c.generation)).where(mine)).scalar()
    opened = _opened(connection, site_id, max(newest or 0, generation) + 1, fresh, now)
    return Step(opened.generation, fresh, stale=True)


def _opened(
    connection: Connection,
    site_id: UUID,
    generation: int,
    fresh: bytes,
    now: int,
    heard: Heard = NOTHING_HEARD,
    chain: nonces.Chain | None = None,
) -> Step:
    connection.execute(
        insert(site_generation).values(
            site_id=site_id,
            generation=generation,
            actor=actor_number(site_id, generation),
            nonces=nonces.written(chain or nonces.opened(fresh)),
            hellos=heard.mark,
            said_at=heard.wall_ms,
            split=False,
            opened_at=now,
            seen_at=now,
        )
    )
    connection.execute(update(site).where(site.c.id == site_id).values(seen_at=now))
    return Step(generation, fresh, stale=False)


def wrote_as(connection: Connection, site_id: UUID, actor: int) -> int | None:
    """The generation in which the site is that actor; ``None`` when it cannot have been it.

    A server that went back in time may not know that generation any more, and what was frozen under it comes
    all the same; so it is counted out, some way beyond what is known.
    """
    mine = site_generation.c.site_id == site_id
    newest = connection.execute(select(func.max(site_generation.c.generation)).where(mine)).scalar()
    upto = int(newest or 0) + _FORGOTTEN
    return next((one for one in range(1, upto + 1) if actor_number(site_id, one) == actor), None)


def remember(connection: Connection, site_id: UUID, generation: int, unguessed: bytes, now: int) -> None:
    """Note a generation under which something was written, so that no other store becomes it. A laptop that
    has not said hello yet (its work came as a file) opens its line itself.

    ``unguessed`` stands where the nonce shown last does: nobody can show it.
    """
    connection.execute(select(site.c.id).where(site.c.id == site_id).with_for_update())
    mine = select(site_generation.c.generation).where(site_generation.c.site_id == site_id)
    known = set(connection.execute(mine).scalars())
    if known and generation not in known:
        _opened(connection, site_id, generation, b"", now, chain=nonces.Chain(unguessed, ()))


def _enrolled(found: Row[tuple[object, ...]]) -> Enrolled:
    one = found._mapping  # noqa: SLF001 - the library's public name for it
    return Enrolled(
        id=one["id"],
        name=one["name"],
        place=Place(one["node_id"], one["kind"], one["code"], one["node_name"], one["row_id"]),
        role=Role(one["role"]),
        classes=read_classes(one["classes"]),
        limit_days=one["limit_days"],
        sign_key=bytes(one["sign_key"]),
        box_key=bytes(one["box_key"]),
        standing=bytes(one["standing"]),
        number=one["number"],
        state=one["state"],
        state_at=one["state_at"],
        joined_at=one["joined_at"],
        seen_at=one["seen_at"],
        phone_used=one["phone_used"],
        changed_at=one["changed_at"],
    )
