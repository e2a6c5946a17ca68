"""The audit cannot be rewritten unnoticed: each way of doing it is found, and told as what it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from sync.server import audit as chain
from sync.server.audit import Fact, Head
from sync.server.control import WENT_BACK, audit, audit_head
from sync.server.countersigning import countersign, record
from sync.server.database import Store
from sync.server.named_rows import went_back
from sync.server.office import Office, open_office
from sync.server.raw import Raw
from sync.server.settings import ServerHome
from sync.server.setup import set_up
from sync.server.verifying import verify
from tests.helpers.restored import WISH, opened


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    """A server with twenty facts, of which the newest five are not signed yet."""
    with opened(tmp_path / "server", database_url) as office:
        for number in range(15):
            record(office, Fact("ministry", "place", f"school {number}"))
        with office.store.write() as connection:
            chain.append(connection, [Fact("act", "edit", str(number)) for number in range(5)], 1)
        yield office


def changed(office: Office, change: Callable[[Connection], object]) -> list[tuple[str, int]]:
    """What is found after somebody with the database's password did that."""
    with office.store.write() as connection:
        change(connection)
    return [(one.kind, one.seq) for one in verify(office).findings]


def test_a_whole_audit_holds(office: Office) -> None:
    found = verify(office)
    assert (found.rows, found.heads, found.findings) == (20, 15, ())
    assert found.head.seq == 20


@pytest.mark.parametrize(
    "values",
    [
        {"about": "school 99"},
        {"verb": "revoke"},
        {"at": 5},
        {"user_id": None, "act": 3},
        {"payload": bytes(32), "salt": bytes(16)},
        {"kind": "reading"},
    ],
)
def test_an_edited_row_is_found(office: Office, values: dict[str, object]) -> None:
    found = changed(
        office, lambda connection: connection.execute(update(audit).where(audit.c.seq == 7).values(values))
    )
    assert found == [("edited", 7)]


def test_an_edited_row_with_a_digest_of_its_own_is_found(office: Office) -> None:
    def edit(connection: Connection) -> None:
        before = bytes(connection.execute(select(audit.c.digest).where(audit.c.seq == 6)).scalar_one())
        at = connection.execute(select(audit.c.at).where(audit.c.seq == 7)).scalar_one()
        digest = chain.digest(before, 7, at, Fact("ministry", "place", "school 99"))
        connection.execute(update(audit).where(audit.c.seq == 7).values(about="school 99", digest=digest))

    assert changed(office, edit) == [("recomputed", 7), ("edited", 8)]


def test_a_deleted_row_is_found(office: Office) -> None:
    found = changed(office, lambda connection: connection.execute(delete(audit).where(audit.c.seq == 9)))
    assert found == [("missing", 9)]


def test_two_swapped_rows_are_found(office: Office) -> None:
    def swap(connection: Connection) -> None:
        for old, new in ((3, 1000), (4, 3), (1000, 4)):
            connection.execute(update(audit).where(audit.c.seq == old).values(seq=new))

    assert changed(office, swap) == [
        ("edited", 3),
        ("recomputed", 3),
        ("edited", 4),
        ("recomputed", 4),
        ("edited", 5),
    ]


def test_an_added_row_is_found(office: Office) -> None:
    def add(connection: Connection) -> None:
        row = dict(connection.execute(select(audit).where(audit.c.seq == 20)).one()._mapping)
        connection.execute(insert(audit).values({**row, "seq": 21}))

    assert [kind for kind, _ in changed(office, add)] == ["edited", "head"]


@pytest.mark.parametrize("last", [12, 19])
def test_a_cut_end_is_found(office: Office, last: int) -> None:
    found = changed(office, lambda connection: connection.execute(delete(audit).where(audit.c.seq > last)))
    assert {kind for kind, _ in found} == {"cut"}


def test_a_cut_end_with_a_mended_head_is_found(office: Office) -> None:
    def cut(connection: Connection) -> None:
        connection.execute(delete(audit).where(audit.c.seq > 12))
        digest = connection.execute(select(audit.c.digest).where(audit.c.seq == 12)).scalar_one()
        connection.execute(update(audit_head).values(seq=12, digest=digest))

    assert changed(office, cut) == [("rolled_back", 13)]


def test_a_chain_computed_anew_is_found(office: Office) -> None:
    def compute(connection: Connection) -> None:
        facts = [
            (row.at, Fact(row.kind, row.verb, "school 99" if row.seq == 2 else row.about))
            for row in connection.execute(select(audit).order_by(audit.c.seq))
        ]
        connection.execute(delete(audit))
        connection.execute(update(audit_head).values(seq=0, digest=chain.START))
        for at, fact in facts:
            chain.append(connection, [fact], at)

    found = changed(office, compute)
    assert found[0] == ("recomputed", 2)
    assert {kind for kind, _ in found} == {"recomputed"}


def test_a_database_taken_back_is_found(tmp_path: Path) -> None:
    office = set_up(ServerHome(tmp_path / "server"), WISH, f"sqlite:///{tmp_path / 'records.db'}")
    record(office, Fact("ministry", "place", "school 1"))
    office.close()
    shutil.copy(tmp_path / "records.db", tmp_path / "before.db")
    office = open_office(office.home, url=f"sqlite:///{tmp_path / 'records.db'}")
    record(office, Fact("ministry", "revoke", "stolen"))
    office.close()
    shutil.copy(tmp_path / "before.db", tmp_path / "records.db")
    office = open_office(office.home, url=f"sqlite:///{tmp_path / 'records.db'}")
    assert [one.kind for one in verify(office).findings] == ["rolled_back"]
    office.close()


def test_a_ledger_cut_with_the_database_is_found_by_a_laptops_head(office: Office) -> None:
    with office.store.read() as connection:
        handed = chain.current_head(connection)
    countersign(office, handed)
    lines = office.ledger.path.read_bytes().splitlines(keepends=True)
    office.ledger.path.write_bytes(b"".join(lines[:10]))
    with office.store.write() as connection:
        connection.execute(delete(audit).where(audit.c.seq > 9))
        digest = connection.execute(select(audit.c.digest).where(audit.c.seq == 9)).scalar_one()
        connection.execute(update(audit_head).values(seq=9, digest=digest))
    assert verify(office).findings == ()
    assert [one.kind for one in verify(office, [handed]).findings] == ["rolled_back"]


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"seq":5', b'"seq":6'), (b'"kind":"audit"', b'"kind":"other"'), (b'"n":4,', b'"n":5,')],
)
def test_a_changed_ledger_is_found(office: Office, old: bytes, new: bytes) -> None:
    content = office.ledger.path.read_bytes()
    assert old in content
    office.ledger.path.write_bytes(content.replace(old, new, 1))
    assert "ledger" in {one.kind for one in verify(office).findings}


def test_a_missing_line_of_the_ledger_is_found(office: Office) -> None:
    lines = office.ledger.path.read_bytes().splitlines(keepends=True)
    office.ledger.path.write_bytes(b"".join(lines[:3] + lines[4:]))
    assert "ledger" in {one.kind for one in verify(office).findings}


def test_a_head_that_another_key_signed_is_found(office: Office) -> None:
    with office.store.read() as connection:
        head = chain.current_head(connection)
    office.ledger.append(
        chain.LEDGER_KIND, seq=head.seq, digest=head.digest.hex(), signed_at=1, signature=bytes(64).hex()
    )
    assert [(one.kind, one.seq) for one in verify(office).findings] == [("signature", 20)]


def test_a_laptops_head_of_another_chain_is_found(office: Office) -> None:
    assert [one.kind for one in verify(office, [Head(4, bytes(32))]).findings] == ["recomputed"]


def test_a_torn_last_line_was_never_answered_for(office: Office) -> None:
    with office.ledger.path.open("ab") as file:
        file.write(b'{"at":1,"kind":"audit","n":')
    assert verify(office).findings == ()
    record(office, Fact("ministry", "place", "school 16"))
    assert verify(office).findings == ()


def test_whether_a_server_went_back_is_looked_up_among_few(store: Store) -> None:
    """Laptops make it look, under the lock of all who write, and the audit has millions of rows."""
    with store.write() as connection:
        raw = Raw(connection)
        assert not went_back(raw)
        if raw.postgres:
            raw.run("SET LOCAL enable_seqscan = off")
        asks = "EXPLAIN" if raw.postgres else "EXPLAIN QUERY PLAN"
        plan = raw.rows(f"{asks} SELECT 1 FROM audit WHERE {WENT_BACK} LIMIT 1")
    assert "ix_audit_went_back" in str(plan)
