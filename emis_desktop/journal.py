"""Acts in the journal: opening one, closing it with its link in the hash chain, and checking the chain."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop.erasures import unordered
from emis_desktop.rules.clock import tick, unpack
from emis_desktop.rules.ids import new_id

_CHANGES = (
    "SELECT seq, iif(field IS NULL AND before IS NULL AND after IS NULL, 'i ', 'v ') "
    "|| quote(table_name) || ' ' || quote(row_id) || ' ' || quote(field) || char(10), "
    "iif(field IS NULL AND before IS NULL AND after IS NULL, NULL, quote(before) || ' ' || quote(after)) "
    "FROM change WHERE seq BETWEEN ? AND ? ORDER BY seq"
)
_SEALS = "SELECT change, seal FROM change_seal WHERE change BETWEEN ? AND ?"
_SALT_BYTES = 24
_OWN_SALT_BYTES = 16
_SEAL_BYTES = 32
_OPENED = b""
"""In place of an act's salt once some of its values were erased: what is left has salts of its own."""
_EARLY_SALT_BYTES = 16
"""By its shorter salt an act is known whose hash goes over all values at once: version 0.1 wrote those."""
_EARLY_OPENED = b"\0"
"""In place of such a salt: what is left of the act is not proved any more, its place in the chain is."""
_EARLY_CHANGES = (
    "SELECT quote(table_name) || ' ' || quote(row_id) || ' ' || quote(field) || ' ' || quote(before) || ' ' "
    "|| quote(after) FROM change WHERE seq BETWEEN ? AND ? ORDER BY seq"
)
_SEALED_AMONG = "SELECT 1 FROM change_seal WHERE change BETWEEN ? AND ? AND length(seal) = 32 LIMIT 1"
_HEAD = (
    "seq || ' ' || quote(id) || ' ' || quote(user_id) || ' ' || quote(verb) || ' ' || clock || ' ' "
    "|| first_change || ' ' || quote(about_table) || ' ' || quote(about_id) || ' ' || quote(undoes)"
)
"""An act as text: every column that must never be rewritten. ``quote`` keeps 1 and '1' apart."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What one committed act changed: table names, and the act's sequence number."""

    tables: frozenset[str]
    act: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Sensitive data about to be read: it is logged as an act of its own."""

    table: str
    row: UUID


@dataclass(frozen=True, slots=True)
class OpenAct:
    """An act inside its transaction: its number, its id and the sequence its first change will have."""

    seq: int
    id: UUID
    user_id: UUID
    verb: str
    clock: int
    first_change: int

    @property
    def moment(self) -> datetime:
        """When the act happened, by the store's clock."""
        return datetime.fromtimestamp(unpack(self.clock)[0] / 1000, UTC)


def begin_act(
    connection: Connection,
    user_id: UUID,
    verb: str,
    wall_ms: Callable[[], int],
    *,
    undoes: int | None = None,
    about: Reading | None = None,
) -> OpenAct:
    """Open an act; from here every captured change belongs to it."""
    last_clock, first = connection.exec_driver_sql(
        "SELECT (SELECT clock FROM site), coalesce(max(seq), 0) + 1 FROM change"
    ).one()
    clock = tick(last_clock, wall_ms())
    act_id = new_id()
    seq = connection.exec_driver_sql(
        "INSERT INTO act (id, user_id, verb, clock, first_change, about_table, about_id, undoes) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq",
        (
            act_id.bytes,
            user_id.bytes,
            verb,
            clock,
            first,
            about.table if about else None,
            about.row.bytes if about else None,
            undoes,
        ),
    ).scalar_one()
    connection.exec_driver_sql("UPDATE capture_context SET act = ?", (seq,))
    return OpenAct(seq, act_id, user_id, verb, clock, first)


def finish_act(connection: Connection, act: OpenAct, *, keep_empty: bool = False) -> Changed | None:
    """Close the act and chain it. An act that changed nothing leaves no trace, unless it is a reading."""
    connection.exec_driver_sql("UPDATE capture_context SET act = NULL")
    last = connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM change").scalar_one()
    if last < act.first_change and not keep_empty:
        connection.exec_driver_sql("DELETE FROM act WHERE seq = ?", (act.seq,))
        return None
    salt = secrets.token_bytes(_SALT_BYTES)
    payload = _payload(connection, salt, act.first_change, last)
    before = connection.exec_driver_sql(
        "SELECT digest FROM act WHERE seq < ? ORDER BY seq DESC LIMIT 1", (act.seq,)
    ).scalar()
    head = connection.exec_driver_sql(f"SELECT {_HEAD} FROM act WHERE seq = ?", (act.seq,)).scalar_one()  # noqa: S608 - constant
    connection.exec_driver_sql(
        "UPDATE act SET last_change = ?, salt = ?, payload = ?, digest = ? WHERE seq = ?",
        (last, salt, payload, _link(before, head, payload), act.seq),
    )
    connection.exec_driver_sql("UPDATE site SET clock = ?", (act.clock,))
    return Changed(frozenset(_tables(connection, act.first_change, last)), act.seq)


@dataclass(frozen=True, slots=True)
class News:
    """The newest act there is, and the tables that acts of others have changed since the last look."""

    newest: int
    tables: frozenset[str]


def newest_act(connection: Connection) -> int:
    """The number of the newest act, 0 before the first."""
    return int(connection.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM act").scalar_one())


def received_count(connection: Connection) -> int:
    """How many transactions have brought something from elsewhere."""
    return int(connection.exec_driver_sql("SELECT received FROM capture_context").scalar_one())


def news_since(connection: Connection, seen: int, own: frozenset[int]) -> News:
    """What the acts after ``seen`` changed, those in ``own`` left out."""
    acts = connection.exec_driver_sql(
        "SELECT seq, first_change, last_change FROM act WHERE seq > ? ORDER BY seq", (seen,)
    ).all()
    tables: set[str] = set()
    for seq, first, last in acts:
        if seq not in own:
            tables.update(_tables(connection, first, last))
    return News(acts[-1].seq if acts else seen, frozenset(tables))


def _tables(connection: Connection, first: int, last: int) -> Iterable[str]:
    return connection.exec_driver_sql(
        "SELECT DISTINCT table_name FROM change WHERE seq BETWEEN ? AND ?", (first, last)
    ).scalars()


def broken_link(connection: Connection) -> int | None:
    """The first act whose link does not hold: changed, swapped, removed or added by hand. ``None`` = whole.

    Values that the ministry's server had erased may be missing; values that somebody blanked may not.
    Changes that no act covers count as belonging to the act after the last one. A journal cut at its end, act
    and changes together, is whole by itself; only the head that the server keeps can show that.
    """
    before: bytes | None = None
    expected, next_change = 1, 1
    blanked = unordered(connection)
    acts = connection.exec_driver_sql(
        f"SELECT seq, first_change, last_change, salt, payload, digest, {_HEAD} FROM act ORDER BY seq"  # noqa: S608 - constant
    ).all()
    for seq, first, last, salt, payload, digest, head in acts:
        whole = (
            (seq, first) == (expected, next_change)
            and last is not None
            and salt is not None
            and _fits(connection, salt, payload, first, last)
            and digest == _link(before, head, payload)
            and not any(first <= change <= last for change in blanked)
        )
        if not whole:
            return int(seq)
        before, expected, next_change = digest, seq + 1, last + 1
    stray = connection.exec_driver_sql("SELECT 1 FROM change WHERE seq >= ? LIMIT 1", (next_change,)).scalar()
    return expected if stray else None


def _payload(connection: Connection, salt: bytes, first: int, last: int) -> bytes:
    """SHA-256 over a range of changes and over their number: of each, what was changed, and the salted hash
    of its values.

    So values can be taken away with the salt that they could be guessed by, and their hash, kept as a seal,
    still proves the rest.
    """
    if len(salt) == _EARLY_SALT_BYTES:
        return _early_payload(connection, salt, first, last)
    digest = hashlib.sha256()
    seals = _seals(connection, first, last)
    for seq, place, values in _changes(connection, first, last):
        digest.update(place.encode())  # an insert has no values: 100,000 of them are hashed as they are
        if values is not None:
            digest.update(_hidden(salt, seq, values, seals.get(seq)))
    digest.update(str(last - first + 1).encode())
    return digest.digest()


def _changes(connection: Connection, first: int, last: int) -> Iterator[tuple[int, str, str | None]]:
    """Number, place and values of a range of changes, by the driver's own cursor: it is twice as quick."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_CHANGES, (first, last))
        yield from cast(Iterator[tuple[int, str, str | None]], cursor)
    finally:
        cursor.close()


def _seals(connection: Connection, first: int, last: int) -> dict[int, bytes]:
    found = connection.exec_driver_sql(_SEALS, (first, last)).all()
    return {change: bytes(seal) for change, seal in found}


def _early_payload(connection: Connection, salt: bytes, first: int, last: int) -> bytes:
    digest = hashlib.sha256(salt)
    for (line,) in connection.exec_driver_sql(_EARLY_CHANGES, (first, last)):
        digest.update(line.encode())
        digest.update(b"\n")
    digest.update(str(last - first + 1).encode())
    return digest.digest()


def _fits(connection: Connection, salt: bytes, payload: bytes, first: int, last: int) -> bool:
    """Whether a range of changes is the one that was hashed."""
    if salt == _EARLY_OPENED:
        return connection.exec_driver_sql(_SEALED_AMONG, (first, last)).first() is not None
    return payload == _payload(connection, salt, first, last)


def _hidden(salt: bytes, seq: int, values: str, seal: bytes | None) -> bytes:
    """The salted hash of a change's values. Where values are gone the seal is that hash; values that stand
    where they should be gone fit nothing.
    """
    if seal is not None and len(seal) == _SEAL_BYTES:
        return seal if values == _NO_VALUES else bytes(_SEAL_BYTES)
    return hashlib.sha256((seal or salt_of(salt, seq)) + values.encode()).digest()


_NO_VALUES = "NULL NULL"


def salt_of(salt: bytes, seq: int) -> bytes:
    """The salt of one change: nobody comes from it to that of the act, or of another."""
    return hashlib.blake2b(
        seq.to_bytes(8), key=salt, digest_size=_OWN_SALT_BYTES, person=b"emis change"
    ).digest()


def erase_values(connection: Connection, changes: Iterable[int]) -> int:
    """Take the values of those changes out of the journal, so that the chain still holds and nobody can guess
    them; returns how many had any. Inside a transaction.
    """
    wanted = set(changes)
    acts = _acts_of(connection, wanted)
    erased = 0
    for act, first, last, salt in acts:
        early = len(salt) == _EARLY_SALT_BYTES or salt == _EARLY_OPENED
        sealed: list[tuple[int, bytes]] = []
        seals = _seals(connection, first, last)
        for seq, _place, values in list(_changes(connection, first, last)):
            seal = seals.get(seq)
            if values is None or (seal is not None and len(seal) == _SEAL_BYTES):
                continue
            if seq in wanted:
                sealed.append((seq, _hidden(salt, seq, values, seal)))
                erased += 1
            elif seal is None and not early:
                sealed.append((seq, salt_of(salt, seq)))
        if sealed:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO change_seal (change, seal) VALUES (?, ?)", sealed
            )
            connection.exec_driver_sql(
                "UPDATE act SET salt = ? WHERE seq = ?", (_EARLY_OPENED if early else _OPENED, act)
            )
    connection.exec_driver_sql(
        "UPDATE change SET before = NULL, after = NULL WHERE seq IN "
        "(SELECT change FROM change_seal WHERE length(seal) = 32) "
        "AND (before IS NOT NULL OR after IS NOT NULL)"
    )
    return erased


def _acts_of(connection: Connection, changes: Iterable[int]) -> list[tuple[int, int, int, bytes]]:
    """Number, first and last change, and salt of the acts that made those changes."""
    found: dict[int, tuple[int, int, int, bytes]] = {}
    for seq in sorted(changes):
        row = connection.exec_driver_sql(
            "SELECT seq, first_change, last_change, salt FROM act WHERE seq = "
            "(SELECT act FROM change WHERE seq = ?)",
            (seq,),
        ).first()
        if row is not None and row.salt is not None:
            found[row.seq] = (row.seq, row.first_change, row.last_change, bytes(row.salt))
    return list(found.values())


def _link(before: bytes | None, head: str, payload: bytes) -> bytes:
    return hashlib.sha256((before or b"") + head.encode() + payload).digest()
