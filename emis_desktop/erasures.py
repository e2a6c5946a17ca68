"""The right to erasure: what the ministry's server orders in writing, and what a laptop holds against it.

An *order* names the rows that went with a person and those that stay without a name; the server signs it.
Values of these rows may be missing from history wherever they stood, and of no others: whoever blanks
something else has no order for it. An order holds ids alone, which tell nothing by themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from emis_desktop.keyring.signing import is_signed

TABLE: Final = "erasure"
GOES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "person_contact": ("person_id",),
        "person_identity": ("person_id",),
        "person_photo": ("person_id",),
        "person_note": ("person_id",),
        "person_address": ("person_id",),
        "health_note": ("person_id",),
        "health_record": ("person_id",),
        "custom_value": ("person_id",),
        "proposal": ("person_id",),
        "qualification": ("person_id",),
        "training": ("person_id",),
        "suspension": ("student_id",),
        "incident_person": ("person_id",),
        "textbook_loan": ("student_id",),
        "guardianship": ("student_id", "guardian_id"),
        "report_card": ("student_id",),
        "issued_paper": ("student_id",),
        "subject_remark": ("student_id",),
        "term_remark": ("student_id",),
    }
)
"""Tables whose rows go altogether with a person who is erased, and the columns that name the person."""
STAYS: Final = frozenset({"sex", "synthetic", "alias_of_id", "deleted_at"})
"""What of the person's own row stays: it is counted, and tells nobody's name."""
NAMES: Final = frozenset({"given_names", "family_name"})
"""Columns of a person that are never empty: a blank text stands in them."""
NAMELESS: Final = frozenset({"person", "user"})
"""Tables whose rows stay without a name: the person, and the account of one who signs in."""

_VERSION: Final = b"\x01"
_TEXT: Final = b"emis erasure 1|"
_ID: Final = 16
_SEALED: Final = (
    "SELECT s.change, c.table_name, c.row_id, c.field, s.seal FROM change_seal s JOIN change c "
    "ON c.seq = s.change WHERE length(s.seal) = 32 ORDER BY s.change"
)


@dataclass(frozen=True, slots=True)
class Order:
    """``person`` was erased at ``at`` (milliseconds since 1970 UTC). The rows of ``gone`` went altogether;
    those of ``stay`` (the person's own among them) stay without a name. ``gone`` never names a conflict: the
    id of one is made of what it says.
    """

    person: bytes
    at: int
    gone: frozenset[bytes]
    stay: frozenset[bytes]

    @property
    def all(self) -> frozenset[bytes]:
        """Every row whose values went."""
        return self.gone | self.stay

    def told(self) -> bytes:
        """The order as bytes: version, person, moment (8 bytes), how many are gone (4 bytes), their ids in
        order, the ids of those that stay in order.
        """
        gone, stay = sorted(self.gone), sorted(self.stay)
        head = _VERSION + self.person + self.at.to_bytes(8) + len(gone).to_bytes(4)
        return head + b"".join(gone) + b"".join(stay)


def read_order(told: bytes) -> Order:
    """The way back of :meth:`Order.told`; raises :class:`ValueError` for anything else."""
    head = len(_VERSION) + _ID + 8 + 4
    if len(told) < head or not told.startswith(_VERSION) or (len(told) - head) % _ID:
        raise ValueError("no order of erasure")
    person, at = told[1:17], int.from_bytes(told[17:25])
    ids = [told[start : start + _ID] for start in range(head, len(told), _ID)]
    count = int.from_bytes(told[25:29])
    if count > len(ids):
        raise ValueError("no order of erasure")
    return Order(person, at, frozenset(ids[:count]), frozenset(ids[count:]))


def text_of(server: bytes, told: bytes) -> bytes:
    """What the server (its id, 16 bytes) signs of an order."""
    return _TEXT + server + hashlib.sha256(told).digest()


def checked(server: bytes, key: bytes, told: bytes, signature: bytes) -> Order | None:
    """The order, if that server signed it; ``None`` for anything else."""
    if not is_signed(key, signature, text_of(server, told)):
        return None
    try:
        return read_order(told)
    except ValueError:
        return None


class Orders:
    """The orders that a store holds and that its server signed."""

    def __init__(self, orders: Iterable[Order]) -> None:
        self.every = every = tuple(orders)
        self.gone = frozenset(row for order in every for row in order.gone)
        self.stay = frozenset(row for order in every for row in order.stay)
        self.people = frozenset(order.person for order in every)

    def cover(self, table: str, row: bytes, field: str | None) -> bool:
        """Whether the values of that field of that row may be missing from history. Of somebody who signs in
        the name alone went.
        """
        return row in self.gone or (row in self.stay and (table == "person" or field == "name"))


def held(connection: Connection) -> Orders:
    """The orders in the store that hold: signed by the server that the store belongs to, or by one that it
    belonged to when it took them.
    """
    known = connection.exec_driver_sql(
        "SELECT server_id, server_key FROM joined UNION SELECT server_id, server_key FROM former_server"
    ).all()
    found = []
    for told, signature in connection.exec_driver_sql("SELECT told, signature FROM erasure").all():
        orders = (checked(bytes(server), bytes(key), told, signature) for server, key in known)
        found += [order for order in orders if order is not None][:1]
    return Orders(found)


def unordered(connection: Connection) -> list[int]:
    """Changes of the journal whose values are missing although no order names their row, by number.

    What was typed here about somebody erased and never left the laptop is known to no server: it is in
    ``erased_row`` with the person, and counted by :func:`unconfirmed`.
    """
    sealed = connection.exec_driver_sql(_SEALED).all()
    if not sealed:
        return []
    orders, own = held(connection), _own(connection)
    return [
        change
        for change, table, row, field, _seal in sealed
        if not orders.cover(table, row, field)
        and not (table in GOES and own.get(bytes(row)) in orders.people)
    ]


def unconfirmed(connection: Connection) -> int:
    """How many changes lost their values with rows that never left this laptop, so that no order names them:
    the laptop's own word.
    """
    sealed = connection.exec_driver_sql(_SEALED).all()
    if not sealed:
        return 0
    orders = held(connection)
    return sum(not orders.cover(table, row, field) for _change, table, row, field, _seal in sealed)


def _own(connection: Connection) -> dict[bytes, bytes]:
    rows = connection.exec_driver_sql("SELECT row_id, person_id FROM erased_row").all()
    return {bytes(row): bytes(person) for row, person in rows}
