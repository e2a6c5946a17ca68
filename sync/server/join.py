"""A laptop enrols with a one-time code: it becomes a site, bound to the place and role of the code.

A code counts once, also when two laptops send it in the same moment. The laptop whose answer was lost may
send it again for as long as the code counts, with the same keys, which it proves to have, and gets the same
answer; nobody else does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from emis_desktop.rules.ids import IdMaker
from sync.protocol import phone_code
from sync.protocol.messages import PROTOCOL, JoinAnswer, JoinAsk
from sync.protocol.signing import join_text
from sync.server import audit, bundles, codes, schools, sites
from sync.server.asks import Denied
from sync.server.codes import Known
from sync.server.control import ACTIVE, node, site
from sync.server.countersigning import countersign
from sync.server.keys import is_signed
from sync.server.model import ServerModel
from sync.server.office import Office
from sync.server.sites import SCHOOL, Enrolled, Place

LEDGER_KIND: Final = "site"
_KEY: Final = 32
_STANDING: Final = 16
_NAME: Final = 120
_GENERATIONS: Final = 1 << 31


def enrol(office: Office, ask: JoinAsk) -> JoinAnswer:
    """Take the code and make the site; raises :class:`Denied`."""
    _check(office, ask)
    now = office.now_ms()
    head = None
    with office.store.write() as connection:
        known = codes.find(connection, office.keys, ask.code)
        if known is None:
            raise Denied(403, "code_wrong")
        place = _place(connection, known.grant.node)
        again = _same_again(connection, known, ask, now)
        if again is None:
            _check_site(connection, place, ask)
            place = _with_row(connection, office.store.model, place, ask, _new_id(office))
            again = _made(office, connection, known, place, ask)
            head = audit.append(connection, [_fact(again, ask)], now)
    if head is not None:
        countersign(office, head)
    return _answer(office, again, now)


def _check(office: Office, ask: JoinAsk) -> None:
    keys = (ask.sign_key, ask.box_key)
    if any(len(key) != _KEY for key in keys) or len(ask.standing) != _STANDING or not _name(ask):
        raise Denied(400, "poison")
    if not 1 <= ask.generation < _GENERATIONS:
        raise Denied(400, "poison")
    text = join_text(ask.code, ask.sign_key, ask.box_key, ask.standing)
    if not is_signed(ask.sign_key, ask.proof, text):
        raise Denied(401, "bad_signature")
    if ask.protocol > PROTOCOL:
        raise Denied(426, "too_new")
    if ask.profile not in {"", office.choices.profile}:
        raise Denied(409, "other_country")


def _name(ask: JoinAsk) -> str:
    """The laptop's name as either database keeps it: PostgreSQL's text has no NUL."""
    return "".join(letter for letter in ask.name if letter.isprintable()).strip()[:_NAME]


def _new_id(office: Office) -> Callable[[], UUID]:
    maker = IdMaker(office.now_ms, lambda bits: int.from_bytes(office.entropy(16), "big") >> (128 - bits))
    return maker.new


def _place(connection: Connection, node_id: UUID) -> Place:
    found = connection.execute(select(node).where(node.c.id == node_id)).one()
    return Place(found.id, found.kind, found.code, found.name, found.row_id)


def _same_again(connection: Connection, known: Known, ask: JoinAsk, now: int) -> Enrolled | None:
    """The site that this very laptop became with this code already; raises :class:`Denied` when that is too
    long ago.
    """
    if known.site is None:
        return None
    found = sites.find(connection, known.site)
    mine = (ask.sign_key, ask.box_key, ask.standing)
    if found is None or not found.is_active or (found.sign_key, found.box_key, found.standing) != mine:
        return None
    if known.expires_at < now:
        raise Denied(403, "code_expired")
    return found


def _check_site(connection: Connection, place: Place, ask: JoinAsk) -> None:
    """Raise :class:`Denied` where the store says that it is a site of another place: a code of one school
    takes no laptop from another.
    """
    before = sites.find(connection, ask.site) if ask.site else None
    if before is not None and before.place.id != place.id:
        raise Denied(409, "other_school")


def _with_row(
    connection: Connection, model: ServerModel, place: Place, ask: JoinAsk, new_id: Callable[[], UUID]
) -> Place:
    """The school with the id of its row: the one that has its code here already, else the one that its first
    store brings; a later one must have the same.
    """
    if place.kind != SCHOOL:
        return place
    known = {place.row} if place.row else schools.of_code(connection, model, place.code)
    if ask.institution is not None and known and ask.institution not in known:
        raise Denied(409, "other_school")
    row = ask.institution or (min(known, key=lambda one: one.bytes) if known else new_id())
    others = (node.c.row_id == row) & (node.c.id != place.id)
    other = connection.execute(select(node.c.code).where(others)).scalar()
    if other is not None or (row not in known and not schools.is_free(connection, model, row)):
        raise Denied(409, "other_school")
    connection.execute(update(node).where(node.c.id == place.id).values(row_id=row))
    return Place(place.id, place.kind, place.code, place.name, row)


def _made(office: Office, connection: Connection, known: Known, place: Place, ask: JoinAsk) -> Enrolled:
    now = office.now_ms()
    before = sites.find(connection, ask.site) if ask.site else None
    site_id = ask.site or _new_id(office)()
    codes.use(connection, known, site_id, now)
    number = before.number if before else sites.next_number(connection)
    made = Enrolled(
        id=site_id,
        name=_name(ask),
        place=place,
        role=known.grant.role,
        classes=known.grant.classes,
        limit_days=known.grant.limit_days,
        sign_key=ask.sign_key,
        box_key=ask.box_key,
        standing=ask.standing,
        number=number,
        state=ACTIVE,
        state_at=now,
        joined_at=now,
        seen_at=None,
        phone_used=0,
    )
    write(connection, made)  # what the database does not take must never stand in the ledger
    office.ledger.append(LEDGER_KIND, at=now, code=known.id.hex(), **_told(made))
    return made


def write(connection: Connection, made: Enrolled) -> None:
    """Write a site, new or enrolled anew."""
    values = {
        "name": made.name,
        "node_id": made.place.id,
        "role": made.role.value,
        "classes": sites.written_classes(made.classes),
        "limit_days": made.limit_days,
        "sign_key": made.sign_key,
        "box_key": made.box_key,
        "standing": made.standing,
        "number": made.number,
        "state": made.state,
        "state_at": made.state_at,
        "joined_at": made.joined_at,
        "phone_used": made.phone_used,
        "changed_at": made.changed_at,
    }
    if connection.execute(update(site).where(site.c.id == made.id).values(values)).rowcount == 0:
        connection.execute(insert(site).values(id=made.id, **values))


def _told(made: Enrolled) -> dict[str, object]:
    """What the ledger keeps of a site: enough to make it again."""
    return {
        "site": str(made.id),
        "name": made.name,
        "node": str(made.place.id),
        "node_kind": made.place.kind,
        "node_code": made.place.code,
        "node_name": made.place.name,
        "row": None if made.place.row is None else str(made.place.row),
        "role": made.role.value,
        "classes": sites.written_classes(made.classes),
        "limit_days": made.limit_days,
        "sign_key": made.sign_key.hex(),
        "box_key": made.box_key.hex(),
        "standing": made.standing.hex(),
        "number": made.number,
    }


def _fact(made: Enrolled, ask: JoinAsk) -> audit.Fact:
    return audit.Fact(
        kind="join",
        verb="join",
        about=f"{made.place.kind} {made.place.code} {made.role}",
        site=made.id,
        generation=ask.generation,
    )


def _answer(office: Office, made: Enrolled, now: int) -> JoinAnswer:
    rights = made.rights(1)
    return JoinAnswer(
        site=made.id,
        server=office.choices.server.bytes,
        server_key=office.keys.public,
        server_name=office.choices.name,
        ministry_key=office.choices.ministry_key,
        node=rights.node,
        node_kind=made.place.kind,
        institution=rights.institution,
        institution_name=made.place.name if made.place.kind == SCHOOL else "",
        role=made.role.value,
        classes=tuple(sorted(str(one) for one in made.classes)),
        profile=office.choices.profile,
        site_code=sites.site_code(made.number),
        limit_days=made.limit_days,
        anchor=phone_code.anchor(office.keys.phone_start(made.id, made.sign_key), made.id).value,
        server_ms=now,
        bundle_key=bundles.public_key(office.keys),
        institution_code=made.place.code if made.place.kind == SCHOOL else "",
    )
