"""Edits that wait: by row, batch by batch, each batch decoded once and few kept at hand."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from sync.client.pending import Pending, Result, _Known
from tests.sync.client.laptops import Laptop, laptop

A = UUID(int=50)
MADE = "INSERT INTO person (id, given_names, family_name, synthetic) VALUES (?, ?, 'T', 1)"
PLACE = ("person", A.bytes)


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Laptop]:
    """One person, renamed in three more batches."""
    made = laptop(tmp_path, 1)
    made.do("enrol", (MADE, (A.bytes, "Ana")))
    made.freeze()
    for name in ("Bea", "Cora", "Dora"):
        made.do("rename", ("UPDATE person SET given_names = ? WHERE id = ?", (name, A.bytes)))
        made.freeze()
    yield made
    made.db.close()


def names(one: Laptop, pending: Pending) -> list[object]:
    with one.db.read() as session:
        pending.refresh(session.connection())
        return [each.op.values["given_names"] for each in pending.of(session.connection(), PLACE)]


def test_a_row_has_its_edits_in_their_order_whatever_batches_they_are_in(one: Laptop) -> None:
    pending = Pending()
    assert names(one, pending) == ["Ana", "Bea", "Cora", "Dora"]
    assert list(pending.places()) == [PLACE]


def test_an_edit_that_is_settled_is_forgotten_and_the_later_ones_of_its_row_stay(one: Laptop) -> None:
    pending = Pending()
    assert len(names(one, pending)) == 4
    with one.db.local() as connection:
        connection.exec_driver_sql("UPDATE batch SET state = 'acknowledged', last_seq = 0 WHERE seq < 3")
    assert names(one, pending) == ["Cora", "Dora"]
    with one.db.local() as connection:
        connection.exec_driver_sql("UPDATE batch SET state = 'acknowledged', last_seq = 0")
    assert names(one, pending) == []
    assert list(pending.places()) == []
    assert not pending.waits(PLACE)


def test_a_batch_without_its_body_is_told(one: Laptop) -> None:
    with one.db.read() as session, pytest.raises(LookupError, match="batch 9 has no body"):
        Pending().batch(session.connection(), 9)


def test_an_operation_has_its_number_in_the_log_once_it_was_answered_unless_it_got_none() -> None:
    waiting = _Known("frozen", None, Result())
    assert waiting.log_seq(0) is None
    nothing = _Known("acknowledged", None, Result())
    assert nothing.log_seq(0) == 0
    some = _Known("acknowledged", 10, Result(unlogged=(1, 3)))
    assert [some.log_seq(op) for op in range(5)] == [10, 0, 11, 0, 12]
