"""Erasing a person as an operator does it: named twice, written into the ledger, done again after a restore.

A database brought back from before would bring back the person as well; the ledger tells it (an id alone).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.erasures import TABLE, checked, read_order, text_of
from emis_desktop.errors import N_, Refused
from emis_desktop.rules.names import fold
from sync.operations import Entry
from sync.server import audit
from sync.server.countersigning import countersign
from sync.server.erase import Erased, Issued, erase, put_orders
from sync.server.forgetting import Acts, empty_salts, read_acts, told_acts
from sync.server.keys import is_signed
from sync.server.ledger import Line
from sync.server.model import ServerModel
from sync.server.office import Office
from sync.server.people import People
from sync.server.raw import Raw

LEDGER_KIND: Final = "erase"
"""An erasure begins."""
ORDER_KIND: Final = "erasure"
"""What was ordered, and which acts lost their salts."""
_NOBODY = N_("There is no person with the number or id {person} on this server.")
_SEVERAL = N_("Several people have the number {person}. Give the id of the record instead.")
_OTHER = N_("The person {person} has another name here. Nothing was erased: look at number and name again.")


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody on record."""

    id: UUID
    name: str


def find(connection: Connection, model: ServerModel, text: str) -> Named:
    """The person with that number or id; raises :class:`Refused` for nobody, and for several."""
    raw = Raw(connection)
    wanted = text.strip()
    found = _by_id(wanted) or _by_number(raw, model, wanted)
    if len(found) > 1:
        raise Refused(_SEVERAL, person=wanted, field="person")
    names = ("id", "given_names", "family_name")
    for row, *name in raw.read(model.tables["person"].table, names, "id", found):
        if isinstance(row, bytes):
            return Named(UUID(bytes=row), " ".join(map(str, name)))
    raise Refused(_NOBODY, person=wanted, field="person")


def _by_id(text: str) -> set[bytes]:
    try:
        return {UUID(text).bytes}
    except ValueError:
        return set()


def _by_number(raw: Raw, model: ServerModel, number: str) -> set[bytes]:
    table = model.tables["person_identity"].table
    sql = "SELECT person_id FROM person_identity WHERE number = ? AND deleted_at IS NULL"
    rows = raw.stored(table, ("person_id",), raw.rows(sql, (number,)))
    return {row[0] for row in rows if isinstance(row[0], bytes)}


def check_name(person: Named, said: str, text: str) -> None:
    """Raise :class:`Refused` unless that is the person's name: one slip of a digit erases nobody else."""
    if sorted(fold(person.name).split()) != sorted(fold(said).split()):
        raise Refused(_OTHER, person=text, field="name")


def records_of(connection: Connection, model: ServerModel, person: UUID) -> tuple[UUID, ...]:
    """All records that were merged into one with that of a person, that one first: erasing one leaves nothing
    of the same person behind.
    """
    records = People(Raw(connection), model).records_of(person.bytes)
    return (person, *(UUID(bytes=one) for one in records if one != person.bytes))


def erase_person(office: Office, person: UUID, by: str) -> Erased:
    """Erase a person, with a line in the ledger first: a crash in between erases all the same at the next
    start. ``by``: the operator, for the audit. Raises :class:`LookupError` for nobody.
    """
    office.ledger.append(LEDGER_KIND, person=str(person), by=by)
    now = office.now_ms()
    with office.store.write() as connection:
        done = _erase(office, connection, person, now, ())
        head = audit.append(
            connection, [audit.Fact("ministry", "erase", f"person {person} by {by}"[:120])], now
        )
    countersign(office, head)
    office.store.empty_log()
    return done


def _erase(
    office: Office, connection: Connection, person: UUID, at: int, known: tuple[Issued, ...]
) -> Erased:
    """Erase, and let the ledger know what was ordered and which acts lost their salts, before the database
    has it: what the database lacks in values, and the ledger does not know, somebody else has blanked.
    """
    done = erase(
        connection,
        person,
        office.choices.server,
        at,
        model=office.store.model,
        entropy=office.entropy,
        sign=lambda told: office.keys.sign(text_of(office.choices.server.bytes, told)),
        known=known,
    )
    for one in done.orders:
        _note(office, one, done.acts, at)
    return done


def _note(office: Office, one: Issued, acts: Acts, at: int) -> None:
    """Write an order into the ledger."""
    office.ledger.append(
        ORDER_KIND,
        at,
        order=one.id.hex(),
        told=one.told.hex(),
        signature=one.signature.hex(),
        acts=told_acts(acts),
    )


def again(office: Office, connection: Connection, lines: Iterable[Line]) -> int:
    """Erase again whom the ledger's ``lines`` tell of and a database that was brought back does not know to
    be erased (inside ``Store.write()``); how many people.
    """
    begun: dict[bytes, int] = {}
    ordered: dict[bytes, dict[bytes, Issued]] = {}
    acts: set[tuple[bytes, int]] = set()
    for line in lines:
        if line.kind == LEDGER_KIND:
            begun[UUID(str(line.told["person"])).bytes] = line.at
        elif line.kind == ORDER_KIND:
            one = issued(line.told)
            ordered.setdefault(one.order.person, {})[one.id] = one
            acts |= read_acts(line.told["acts"])
    count = sum(
        order_again(office, connection, list(ordered[person].values()), at)
        if person in ordered
        else erase_again(office, connection, UUID(bytes=person), at)
        for person, at in begun.items()
    )
    if count:
        empty_salts(Raw(connection), acts)
    return count


def erase_again(office: Office, connection: Connection, person: UUID, at: int) -> bool:
    """What the ledger knows and the database does not, of an erasure that was begun and never came to an
    order (inside ``Store.write()``); whether it did not.
    """
    raw = Raw(connection)
    if raw.one("SELECT 1 FROM erased WHERE row_id = ?", (person.bytes,)) is not None:
        return False
    try:
        _erase(office, connection, person, at, ())
    except LookupError:  # the database is older than the person: nobody brings the record, then
        raw.run("INSERT INTO erased (row_id, at) VALUES (?, ?)", (person.bytes, at))
    return True


def order_again(office: Office, connection: Connection, orders: Sequence[Issued], at: int) -> bool:
    """Put back the orders about one person that the database does not have (inside ``Store.write()``), and
    erase the person again, who came back with it; whether there were any.
    """
    raw = Raw(connection)
    table = office.store.model.tables[TABLE].table
    there = {row[0] for row in raw.read(table, ("id",), "id", [one.id for one in orders])}
    lost = [one for one in orders if one.id not in there]
    if not lost:
        return False
    try:
        _erase(office, connection, UUID(bytes=lost[0].order.person), at, tuple(orders))
    except LookupError:
        put_orders(connection, lost, at, model=office.store.model, entropy=office.entropy)
        for one in lost:
            _note(office, one, {}, at)
    return True


def take_back(office: Office, connection: Connection, offered: Iterable[Entry], at: int) -> int:
    """Take orders back that a laptop has and a server that was put back, its ledger with it, has not (inside
    ``Store.write()``), and erase again; how many people. An order counts by this server's own signature.
    """
    people: dict[bytes, list[Issued]] = {}
    for entry in offered:
        told, signature = entry.values.get("told"), entry.values.get("signature")
        if entry.facet != TABLE or not isinstance(told, bytes) or not isinstance(signature, bytes):
            continue
        order = checked(office.choices.server.bytes, office.keys.public, told, signature)
        if order is not None:
            people.setdefault(order.person, []).append(Issued(entry.row.bytes, told, signature))
    count = 0
    for person, orders in people.items():
        if order_again(office, connection, orders, at):
            office.ledger.append(LEDGER_KIND, at, person=str(UUID(bytes=person)), by="a laptop's order")
            count += 1
    return count


def issued(told: Mapping[str, Any]) -> Issued:
    """The order in a line of the ledger; raises :class:`ValueError` where it is none."""
    one = Issued(*(bytes.fromhex(str(told[name])) for name in ("order", "told", "signature")))
    read_order(one.told)
    return one


def is_ours(office: Office, one: Issued) -> bool:
    """Whether this server signed an order."""
    text = text_of(office.choices.server.bytes, one.told)
    return is_signed(office.keys.public, one.signature, text)
