"""Erasing a person as an operator does it: named twice, written into the ledger, done again after a restore.

A database brought back from before would bring back the person as well; the ledger tells it (an id alone).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.errors import N_, Refused
from emis_desktop.rules.names import fold
from sync.server import audit
from sync.server.countersigning import countersign
from sync.server.erase import Erased, erase
from sync.server.model import ServerModel
from sync.server.office import Office
from sync.server.raw import Raw

LEDGER_KIND: Final = "erase"
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


def erase_person(office: Office, person: UUID, by: str) -> Erased:
    """Erase a person, with a line in the ledger first: a crash in between erases all the same at the next
    start. ``by``: the operator, for the audit. Raises :class:`LookupError` for nobody.
    """
    office.ledger.append(LEDGER_KIND, person=str(person), by=by)
    now = office.now_ms()
    with office.store.write() as connection:
        done = erase(
            connection,
            person,
            office.choices.server,
            now,
            model=office.store.model,
            entropy=office.entropy,
        )
        head = audit.append(
            connection, [audit.Fact("ministry", "erase", f"person {person} by {by}"[:120])], now
        )
    countersign(office, head)
    return done


def erase_again(connection: Connection, person: UUID, by: UUID, at: int) -> bool:
    """What the ledger knows and the database does not (inside ``Store.write()``); whether it did not."""
    raw = Raw(connection)
    if raw.one("SELECT 1 FROM erased WHERE row_id = ?", (person.bytes,)) is not None:
        return False
    try:
        erase(connection, person, by, at)
    except LookupError:  # the database is older than the person: nobody brings the record, then
        raw.run("INSERT INTO erased (row_id, at) VALUES (?, ?)", (person.bytes, at))
    return True
