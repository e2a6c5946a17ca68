"""Carrying out an order of erasure on a laptop: what tells of the person goes wherever the store keeps it.

The order is a row that comes like any other, signed by the server. With it, in the same transaction, go rows,
history, conflicts, what was refused or waits, what was sent and what was not, half-fetched files, and the
pieces of names in the search index. The journal's chain holds, because a change keeps the salted hash of its
values; the order proves that they had to go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from emis_desktop import erasures, search_index
from emis_desktop.erasures import GOES, NAMES, STAYS, Order
from emis_desktop.journal import erase_values
from sync.client.outbox import freeze_all, unfrozen
from sync.client.sql import many, pieces, places, rows, run
from sync.client.sums import CONFLICT, sensitivity_of, write_sums
from sync.digest import Differences
from sync.facets import Catalogue
from sync.operations import ERASED_FACET, Batch, Entry, EntryKind, Op
from sync.protocol.batches import decode_batch, encode_batch

_NIL: Final = UUID(int=0)
_BLANK: Final = "''"
REASON: Final = "erased"
"""Why something that was typed here was not taken."""
_TELL: Final = (
    "INSERT INTO refused (batch_id, op, table_name, row_id, field, value, inserting, user_id, verb, stamp, "
    "outcome, reason, at) VALUES (?, ?, 'person', ?, 'deleted_at', NULL, 1, ?, ?, ?, 'refused', ?, ?)"
)


def orders_in(connection: Connection, entries: Iterable[Entry]) -> list[Order]:
    """The orders among entries that the server to which this store belongs has signed."""
    put = [one for one in entries if one.facet == erasures.TABLE and one.kind is EntryKind.PUT]
    found = []
    if put:
        for server, key in rows(connection, "SELECT server_id, server_key FROM joined"):
            for one in put:
                told, signature = one.values.get("told"), one.values.get("signature")
                if isinstance(told, bytes) and isinstance(signature, bytes):
                    order = erasures.checked(bytes(server), bytes(key), told, signature)
                    found += [order] if order is not None else []
    return found


def erased_among(connection: Connection, ids: Iterable[bytes]) -> frozenset[bytes]:
    """Which of those rows went with somebody who was erased: they do not come back."""
    if not rows(connection, "SELECT 1 FROM erased_row LIMIT 1"):
        return frozenset()
    return frozenset(
        row
        for piece in pieces(ids)
        for (row,) in rows(
            connection,
            f"SELECT row_id FROM erased_row WHERE row_id IN ({places(piece)})",  # noqa: S608 - question marks
            piece,
        )
    )


def carry_out(
    connection: Connection, catalogue: Catalogue, orders: Iterable[Order], wall_ms: int
) -> set[str]:
    """Carry out orders inside an open transaction whose writes are not captured; the tables that changed.

    Whoever keeps decoded batches must read them anew.
    """
    if unfrozen(connection):
        freeze_all(connection, catalogue, wall_ms)
    erasing = _Erasing(connection, catalogue, wall_ms)
    for order in orders:
        erasing.name(order)
    return erasing.run()


@dataclass(slots=True)
class _Named:
    """Whom orders name: person by row that goes, moment by person, person by user who stays without a name,
    person by conflict about any of these.
    """

    whose: dict[bytes, bytes] = field(default_factory=dict)
    people: dict[bytes, int] = field(default_factory=dict)
    users: dict[bytes, bytes] = field(default_factory=dict)
    conflicts: dict[bytes, bytes] = field(default_factory=dict)


class _Erasing:
    """One transaction's work."""

    def __init__(self, connection: Connection, catalogue: Catalogue, wall_ms: int) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._wall_ms = wall_ms
        self._named = _Named()
        self._tables = {"person", "user", CONFLICT, erasures.TABLE}

    def name(self, order: Order) -> None:
        """Learn what an order names, and what of the person only this laptop has."""
        named = self._named
        named.people[order.person] = order.at
        named.users.update(dict.fromkeys(order.stay - {order.person}, order.person))
        named.whose.update(dict.fromkeys(order.gone, order.person))
        for table, columns in GOES.items():
            for column in columns:
                statement = f'SELECT id FROM "{table}" WHERE "{column}" = ?'  # noqa: S608 - our own names
                for (row,) in rows(self._connection, statement, (order.person,)):
                    named.whose.setdefault(row, order.person)

    def run(self) -> set[str]:
        """Take everything away."""
        many(
            self._connection,
            "INSERT OR IGNORE INTO erased_row (row_id, person_id) VALUES (?, ?)",
            list(self._named.whose.items()),
        )
        self._drop_rows()
        self._blank_people()
        self._forget_history()
        told = self._rewrite_batches()
        self._forget_refused(told)
        run(self._connection, "DELETE FROM partial")
        search_index.forget(self._connection)
        return self._tables

    # The records.

    def _drop_rows(self) -> None:
        """Rows that go, and conflicts about them or the person; the sums lose them."""
        going: dict[str, list[bytes]] = {table: self._there(table) for table in GOES}
        self._named.conflicts = self._conflicts()
        going[CONFLICT] = list(self._named.conflicts)
        sums = Differences()
        for table, ids in going.items():
            classes = self._classes(ids) if table == CONFLICT else {}
            for facet in self._catalogue.of_table(table):
                for piece in pieces(ids):
                    marks = places(piece)
                    for row, version in rows(
                        self._connection,
                        f"SELECT row_id, version FROM clock WHERE facet = ? AND row_id IN ({marks})",  # noqa: S608
                        (facet.name, *piece),
                    ):
                        sensitivity = sensitivity_of(facet, classes.get(row))
                        sums.move(sensitivity, facet.name, row, version, None)
                    run(
                        self._connection,
                        f"DELETE FROM clock WHERE facet = ? AND row_id IN ({marks})",  # noqa: S608
                        (facet.name, *piece),
                    )
            many(self._connection, f'DELETE FROM "{table}" WHERE id = ?', [(row,) for row in ids])  # noqa: S608
            if ids:
                self._tables.add(table)
        write_sums(self._connection, sums)

    def _there(self, table: str) -> list[bytes]:
        return [
            row
            for piece in pieces(self._named.whose)
            for (row,) in rows(
                self._connection,
                f'SELECT id FROM "{table}" WHERE id IN ({places(piece)})',  # noqa: S608 - our own names
                piece,
            )
        ]

    def _conflicts(self) -> dict[bytes, bytes]:
        named = self._named
        about = {**named.whose, **named.users, **dict(zip(named.people, named.people, strict=True))}
        found = {}
        for row, of, other in rows(self._connection, "SELECT id, row_id, other FROM conflict"):
            person = about.get(of, other if other in named.people else None)
            if person is not None:
                found[row] = person
        return found

    def _classes(self, ids: Iterable[bytes]) -> dict[bytes, str]:
        wanted = set(ids)
        found = rows(self._connection, "SELECT id, sensitivity FROM conflict")
        return {row: sensitivity for row, sensitivity in found if row in wanted}

    def _blank_people(self) -> None:
        """The person's own row stays, as the server has it now; so does that of somebody who signs in."""
        blanks = ", ".join(
            f'"{column.name}" = {_BLANK if column.name in NAMES else "NULL"}'
            for facet in self._catalogue.of_table("person")
            for column in facet.columns
            if column.name not in STAYS
        )
        many(
            self._connection,
            f"UPDATE person SET {blanks}, deleted_at = coalesce(deleted_at, ?) WHERE id = ?",  # noqa: S608
            [(at, person) for person, at in self._named.people.items()],
        )
        users = [(user,) for user in self._named.users]
        many(self._connection, "UPDATE \"user\" SET name = '' WHERE id = ?", users)

    # What was.

    def _forget_history(self) -> None:
        named = self._named
        changes: set[int] = set()
        for table, ids, only in (
            *((table, set(named.whose), "") for table in GOES),
            ("person", set(named.people), ""),
            ("user", set(named.users), " AND field = 'name'"),
        ):
            for piece in pieces(ids):
                where = f"table_name = ? AND row_id IN ({places(piece)}){only}"
                found = rows(
                    self._connection,
                    f"SELECT seq FROM change WHERE {where} AND field IS NOT NULL",  # noqa: S608 - our own words
                    (table, *piece),
                )
                changes.update(seq for (seq,) in found)
                run(self._connection, f"DELETE FROM heard WHERE {where}", (table, *piece))  # noqa: S608
        erase_values(self._connection, changes)
        ids = {*named.whose, *named.people}
        for piece in pieces(ids):
            run(self._connection, f"DELETE FROM extra WHERE row_id IN ({places(piece)})", piece)  # noqa: S608
        self._forget_entries("parked", ids)
        self._forget_entries("replaced", ids)
        users = [(user,) for user in named.users]
        many(self._connection, "DELETE FROM replaced WHERE row_id = ?", users)

    def _forget_entries(self, table: str, ids: set[bytes]) -> None:
        """Let go of the entries of a table that are of those rows, or name them where they link or quote."""
        found = rows(self._connection, f"SELECT seq, facet, row_id, entry FROM {table}")  # noqa: S608 - our own
        going = [
            (seq,)
            for seq, facet, row_id, entry in found
            if row_id in ids
            or (facet.partition(".")[0] in {*GOES, CONFLICT} and any(one in entry for one in ids))
        ]
        many(self._connection, f"DELETE FROM {table} WHERE seq = ?", going)  # noqa: S608 - our own

    # What was sent, and what was not.

    def _rewrite_batches(self) -> list[tuple[bytes, int, bytes, bytes, str, int]]:
        """Leave an empty operation in place of each that tells of somebody: the others keep their places, by
        which the server counts. Returns what was not sent: batch, operation, person, user, verb, stamp.
        """
        unsent = []
        for seq, state in rows(
            self._connection, "SELECT seq, state FROM batch WHERE body IS NOT NULL ORDER BY seq"
        ):
            ((body,),) = rows(self._connection, "SELECT body FROM batch WHERE seq = ?", (seq,))
            batch = decode_batch(body)
            touched = {at: whose for at, op in enumerate(batch.ops) if (whose := self._whose(op))}
            if not touched:
                continue
            if state == "frozen":
                unsent += list(_lines(batch, touched))
            ops = [
                Op(op.act, ERASED_FACET, _NIL, insert=False, values={}) if at in touched else op
                for at, op in enumerate(batch.ops)
            ]
            fresh = encode_batch(replace(batch, ops=tuple(ops)))
            run(
                self._connection,
                "UPDATE batch SET body = ?, sha256 = ?, size = ? WHERE seq = ?",
                (fresh, sha256(fresh).digest(), len(fresh), seq),
            )
        return unsent

    def _whose(self, op: Op) -> bytes | None:
        """Of whom an operation tells, of those who were erased."""
        named, row, table = self._named, op.row.bytes, op.facet.partition(".")[0]
        if row in named.people:
            return row
        if row in named.users and "name" in op.values:
            return named.users[row]
        if row in named.whose or row in named.conflicts:
            return named.whose.get(row) or named.conflicts[row]
        for column in GOES.get(table, ()):
            value = op.values.get(column)
            if isinstance(value, bytes) and value in named.people:
                return value
        return None

    def _forget_refused(self, unsent: Iterable[tuple[bytes, int, bytes, bytes, str, int]]) -> None:
        """What the server did not take goes as well; that it went, and what was never sent, is told once to
        each who typed it.
        """
        named = self._named
        people = dict(zip(named.people, named.people, strict=True))
        ids = {**named.conflicts, **named.whose, **people}
        lost: dict[tuple[bytes, bytes], tuple[bytes, int, bytes, bytes, str, int]] = {}
        gone: list[tuple[int]] = []
        told: set[tuple[bytes, bytes]] = set()
        found = rows(
            self._connection,
            "SELECT seq, batch_id, op, row_id, user_id, verb, stamp, reason, let_go_at FROM refused",
        )
        for seq, batch, op, row, user, verb, stamp, reason, let_go in found:
            person = ids.get(row)
            if person is None:
                continue
            if (reason, row) == (REASON, person) and (person, user) not in told:
                told.add((person, user))
                continue
            gone.append((seq,))
            if let_go is None:
                lost.setdefault((person, user), (batch, op, person, user, verb, stamp))
        lost.update({(line[2], line[3]): line for line in unsent})
        lines = [(*line, REASON, self._wall_ms) for whom, line in lost.items() if whom not in told]
        many(self._connection, "DELETE FROM refused WHERE seq = ?", gone)
        many(self._connection, _TELL, lines)


def _lines(batch: Batch, touched: Mapping[int, bytes]) -> Iterator[tuple[bytes, int, bytes, bytes, str, int]]:
    """One line for each person and user of a batch: the newest operation."""
    newest: defaultdict[tuple[bytes, bytes], int] = defaultdict(int)
    for at, person in touched.items():
        user = batch.acts[batch.ops[at].act].user.bytes
        newest[person, user] = max(newest[person, user], at)
    for (person, user), at in newest.items():
        act = batch.acts[batch.ops[at].act]
        yield batch.id, at, person, user, act.verb, act.stamp
