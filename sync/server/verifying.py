"""Looking for anything that was done to the audit: changed, cut, swapped, taken back, computed anew.

The chain proves itself only as far as nobody computed it anew. So it is held against heads that lie where the
database's owner does not write: the ledger's, which the server signed, and those that laptops were handed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from emis_desktop.errors import StoreDamaged
from sync.server import audit as chain
from sync.server.audit import Fact, Head
from sync.server.control import audit, audit_head
from sync.server.erasure_checks import erasure_findings
from sync.server.findings import Finding
from sync.server.keys import is_signed
from sync.server.ledger import Line
from sync.server.office import Office

__all__ = ["MOST", "RESTORED", "Finding", "Verified", "verify"]

RESTORED: Final = "restored"
_BLOCK: Final = 5_000
MOST: Final = 50
"""Findings told at most."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what does not hold. ``restored``: heads given up by restores that were told."""

    rows: int
    heads: int
    head: Head
    restored: int
    findings: tuple[Finding, ...]


def verify(office: Office, held: Sequence[Head] = ()) -> Verified:
    """Look the whole audit through. ``held``: heads that laptops were handed, to be compared as well."""
    findings: list[Finding] = []
    heads, restored = _heads_of_ledger(office, findings)
    wanted: defaultdict[int, set[bytes]] = defaultdict(set)
    for head in (*heads, *held):
        wanted[head.seq].add(head.digest)
    with office.store.read() as connection:
        told = connection.execute(select(audit_head.c.seq, audit_head.c.digest)).one()
        newest = Head(int(told.seq), bytes(told.digest))
        walk = _Walk(findings, wanted)
        for row in _rows(connection):
            walk.see(row)
        count = int(connection.execute(select(func.count()).select_from(audit)).scalar_one())
        findings += erasure_findings(office, connection)
    walk.end(newest, max(wanted, default=0))
    return Verified(count, len(heads), Head(walk.seq, walk.digest), restored, tuple(findings[:MOST]))


class _Walk:
    """The chain, row by row."""

    def __init__(self, findings: list[Finding], wanted: Mapping[int, set[bytes]]) -> None:
        self.seq = 0
        self.digest = chain.START
        self._findings = findings
        self._wanted = wanted
        self._broken = False

    def see(self, row: Row[Any]) -> None:
        """The next row."""
        seq, kept = int(row.seq), bytes(row.digest)
        if seq != self.seq + 1:
            self._find("missing", self.seq + 1, f"rows {self.seq + 1} to {seq - 1} are not there")
        elif chain.digest(self.digest, seq, int(row.at), _fact(row)) != kept:
            self._find("edited", seq, "the row does not fit its digest")
        if self._wanted.get(seq, {kept}) != {kept}:
            self._find("recomputed", seq, "the digest is another than the one that was signed")
        self.seq, self.digest = seq, kept

    def end(self, told: Head, newest: int) -> None:
        """After the last row: the database's own head, then the newest one signed."""
        if told.seq != self.seq or told.digest != self.digest:
            self._find("cut" if told.seq > self.seq else "head", self.seq, "the end is not the one kept")
        if newest > self.seq:
            kind = "cut" if told.seq > self.seq else "rolled_back"
            self._find(kind, self.seq + 1, f"row {newest} was signed, and the last one here is {self.seq}")

    def _find(self, kind: str, seq: int, told: str) -> None:
        self._findings.append(Finding(kind, seq, told))


def _heads_of_ledger(office: Office, findings: list[Finding]) -> tuple[list[Head], int]:
    """The heads that count, and how many a told restore gave up; finds what does not hold in the ledger."""
    heads: list[Head] = []
    given_up = 0
    try:
        for line in office.ledger.lines():
            if line.kind == chain.LEDGER_KIND:
                heads.append(_head(office, line, findings))
            elif line.kind == RESTORED:
                kept = [head for head in heads if head.seq <= int(line.told["seq"])]
                given_up += len(heads) - len(kept)
                heads = kept
    except StoreDamaged as fault:
        findings.append(Finding("ledger", 0, str(fault)))
    return heads, given_up


def _head(office: Office, line: Line, findings: list[Finding]) -> Head:
    head = Head(int(line.told["seq"]), bytes.fromhex(line.told["digest"]))
    text = chain.head_text(office.choices.server, head, int(line.told["signed_at"]))
    if not is_signed(office.keys.public, bytes.fromhex(line.told["signature"]), text):
        told = f"line {line.n} of the ledger is not signed by this server"
        findings.append(Finding("signature", head.seq, told))
    return head


def _rows(connection: Connection) -> Iterator[Row[Any]]:
    last = 0
    while True:
        block = connection.execute(
            select(audit).where(audit.c.seq > last).order_by(audit.c.seq).limit(_BLOCK)
        ).all()
        if not block:
            return
        yield from block
        last = int(block[-1].seq)


def _fact(row: Row[Any]) -> Fact:
    return Fact(
        kind=row.kind,
        verb=row.verb,
        about=row.about,
        site=row.site_id,
        generation=row.generation,
        user=row.user_id,
        batch=None if row.batch is None else bytes(row.batch),
        act=row.act,
        stamp=row.stamp,
        payload=None if row.payload is None else bytes(row.payload),
    )
