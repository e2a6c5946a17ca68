"""What the server answered is taken over once: versions, other values in force, refusals kept visible."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from emis_desktop.rules.clock import NEVER, Clock, Tick, pack
from emis_desktop.state_hash import Stored
from sync.client.acks import Acknowledged, acknowledge
from sync.client.sums import root
from sync.digest import root_of, sums_of, version_of
from sync.operations import Ack, Answer, Entry, EntryKind, Outcome
from sync.protocol.batches import decode_batch
from sync.protocol.errors import BadMessage
from tests.sync.client.laptops import Laptop, laptop, no_breath
from tests.sync.client.test_replica import entry, page, person

MS = 1_700_000_000_000
TAG = b"abcdefgh"
INSERT = "INSERT INTO person (id, given_names, family_name, synthetic) VALUES (?, ?, 'T', 1)"
A, B = UUID(int=50), UUID(int=51)


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Laptop]:
    made = laptop(tmp_path, 1)
    made.do("enrol", *((INSERT, (row.bytes, "Ana")) for row in (A, B)))
    made.freeze()
    yield made
    made.db.close()


def answer(one: Laptop, first: int = 1, **not_applied: Answer) -> Acknowledged:
    """The oldest batch that waits is answered; ``op0``: its first operation."""
    ((name,),) = one.rows("SELECT id FROM batch WHERE state = 'frozen' ORDER BY seq LIMIT 1")
    ack = Ack(name, first, TAG, {int(at[2:]): found for at, found in not_applied.items()})
    return acknowledge(one.replica, ack)


def tick(stamp: int) -> Tick:
    return Tick(Clock(stamp, 9), stamp)


def names(one: Laptop, field: str = "given_names") -> list[Any]:
    return [value for (value,) in one.rows(f"SELECT {field} FROM person ORDER BY id")]


def test_applied_operations_have_their_versions_and_the_cursor_moves_over_them(one: Laptop) -> None:
    assert answer(one) == Acknowledged(2)
    wanted = [("basic", "person", row.bytes, version_of(seq, TAG)) for seq, row in ((1, A), (2, B))]
    assert one.ask(root) == root_of(sums_of(wanted))
    assert one.rows("SELECT cursor, cursor_tag FROM site") == [(2, TAG)]
    assert one.rows("SELECT state, first_seq, last_seq, acked_at FROM batch") == [
        ("acknowledged", 1, 2, one.clock.ms)
    ]
    assert one.value("SELECT sent_at FROM site") == one.clock.ms


def test_a_cursor_that_is_behind_waits_for_what_others_wrote(one: Laptop) -> None:
    answer(one, first=5)
    assert one.value("SELECT cursor FROM site") == 0


def test_an_entry_from_before_an_acknowledged_edit_does_not_go_over_it(one: Laptop) -> None:
    answer(one)
    one.do("call", ("UPDATE person SET preferred_name = 'mine', transport = 'bus' WHERE id = ?", (A.bytes,)))
    one.freeze()
    answer(one, first=9)
    version = one.value("SELECT version FROM clock WHERE row_id = ?", A.bytes)
    late = pack(MS + 1_000_000)
    one.replica.apply(
        page(entry(5, "person", A, EntryKind.SET, late, preferred_name="theirs", birth_place="X"), after=2),
        no_breath,
    )
    assert one.rows("SELECT preferred_name, birth_place FROM person WHERE id = ?", A.bytes) == [("mine", "X")]
    assert one.value("SELECT version FROM clock WHERE row_id = ?", A.bytes) == version
    one.replica.apply(page(entry(12, "person", A, preferred_name="later"), after=10), no_breath)
    assert names(one, "preferred_name")[0] == "later"


def test_another_value_is_in_force_where_the_server_says_so_but_under_what_was_typed_since(
    one: Laptop,
) -> None:
    answer(one)
    for value in ("one", "two"):
        one.do(
            "call",
            ("UPDATE person SET preferred_name = ? WHERE id = ?", (value, A.bytes)),
            ("UPDATE person SET transport = ? WHERE id = ?", (value, B.bytes)),
        )
        one.clock.ms += 1_000
        one.freeze()
    one.do("call", ("UPDATE person SET transport = 'typed' WHERE id = ?", (B.bytes,)))
    old = pack(MS - 5_000)
    done = answer(
        one,
        first=3,
        op0=Answer(Outcome.KEPT, "", {"preferred_name": "theirs"}, {"preferred_name": tick(old)}),
        op1=Answer(Outcome.KEPT, "", {"transport": "theirs"}, {"transport": tick(old)}),
    )
    assert done == Acknowledged(2, conflicts=2)
    assert names(one, "preferred_name") == ["two", None]
    assert names(one, "transport") == [None, "typed"]
    answer(
        one,
        first=3,
        op0=Answer(Outcome.KEPT, "", {"preferred_name": "theirs"}, {"preferred_name": tick(old)}),
    )
    assert names(one, "preferred_name") == ["theirs", None]


def test_what_was_refused_stays_visible_and_the_value_in_force_is_shown(one: Laptop) -> None:
    answer(one)
    one.do("rename", ("UPDATE person SET given_names = 'Mine' WHERE id = ?", (A.bytes,)))
    one.freeze()
    in_force: dict[str, Stored] = {"given_names": "Ana"}
    done = answer(
        one, first=3, op0=Answer(Outcome.REFUSED, "right", in_force, {"given_names": tick(pack(MS))})
    )
    assert done == Acknowledged(1, refused=1)
    assert names(one) == ["Ana", "Ana"]
    shown = "SELECT table_name, row_id, field, value, inserting, verb, outcome, reason, user_id FROM refused"
    assert one.rows(shown) == [
        ("person", A.bytes, "given_names", "Mine", 0, "rename", "refused", "right", one.user.user_id.bytes)
    ]
    assert one.value("SELECT cursor FROM site") == 2


def test_a_refusal_that_does_not_say_what_is_in_force_makes_the_laptop_ask_for_the_row(one: Laptop) -> None:
    answer(one)
    one.do("rename", ("UPDATE person SET given_names = 'Mine' WHERE id = ?", (A.bytes,)))
    one.freeze()
    answer(one, first=3, op0=Answer(Outcome.REFUSED, "not_yours"))
    assert one.ask(root) == root_of(sums_of([("basic", "person", B.bytes, version_of(2, TAG))]))
    one.replica.apply_rows(page(person(1, A)), no_breath)
    assert names(one) == ["Ana", "Ana"]


def test_a_proposal_about_what_the_server_has_lost_leaves_nothing_that_it_should_have(one: Laptop) -> None:
    answer(one)
    for first, address in ((3, "1 Hill"), (4, "2 Hill")):
        one.do("move", ("UPDATE person SET address = ? WHERE id = ?", (address, A.bytes)))
        one.freeze()
        if first == 3:
            answer(one, first=first)
    basic = [("basic", "person", row.bytes, version_of(at, TAG)) for at, row in ((1, A), (2, B))]
    assert one.ask(root) != root_of(sums_of(basic))
    nothing = Answer(Outcome.PROPOSED, "", {"address": None}, {"address": Tick(NEVER, 0)})
    answer(one, first=4, op0=nothing)
    assert names(one, "address") == [None, None]
    assert one.ask(root) == root_of(sums_of(basic))


def test_a_refused_row_stays_on_the_laptop_and_counts_in_no_sum(one: Laptop) -> None:
    done = answer(one, op1=Answer(Outcome.REFUSED, "right"))
    assert done == Acknowledged(2, refused=1)
    assert names(one) == ["Ana", "Ana"]
    assert one.ask(root) == root_of(sums_of([("basic", "person", A.bytes, version_of(1, TAG))]))
    assert {field for (field,) in one.rows("SELECT field FROM refused")} == {
        "given_names", "family_name", "synthetic"
    }  # fmt: skip
    assert one.rows("SELECT last_seq FROM batch") == [(1,)]


def test_what_waits_at_the_server_is_settled_when_it_comes_back_in_the_log(one: Laptop) -> None:
    answer(one, op1=Answer(Outcome.PARKED, "missing"))
    assert one.value("SELECT count(*) FROM refused WHERE outcome = 'parked'") == 3
    ((body,),) = one.rows("SELECT body FROM batch")
    batch = decode_batch(body)
    op, stamp = batch.ops[1], batch.acts[0].stamp
    came = Entry(
        4, "person", B, EntryKind.PUT, op.values, Tick(Clock(stamp, batch.actor), stamp), {},
        one.user.user_id, "enrol",
    )  # fmt: skip
    one.replica.apply(page(came, after=2), no_breath)
    assert one.value("SELECT count(*) FROM refused") == 0
    assert names(one) == ["Ana", "Ana"]
    assert one.value("SELECT count(*) FROM heard") == 0


def test_a_part_that_was_applied_and_a_part_that_lost(one: Laptop) -> None:
    answer(one)
    one.do("both", ("UPDATE person SET preferred_name = 'a', transport = 'b' WHERE id = ?", (A.bytes,)))
    one.freeze()
    old = pack(MS - 5_000)
    kept = Answer(Outcome.KEPT, "", {"transport": "theirs"}, {"transport": tick(old)}, logged=True)
    answer(one, first=9, op0=kept)
    assert one.rows("SELECT preferred_name, transport FROM person WHERE id = ?", A.bytes) == [("a", "theirs")]
    assert one.rows("SELECT first_seq, last_seq FROM batch WHERE seq = 2") == [(9, 9)]
    early = entry(5, "person", A, EntryKind.SET, old, preferred_name="x", transport="theirs")
    one.replica.apply(page(early, after=2), no_breath)
    assert one.rows("SELECT preferred_name, transport FROM person WHERE id = ?", A.bytes) == [("a", "theirs")]


def test_an_answer_that_comes_twice_or_for_nothing_changes_nothing(one: Laptop) -> None:
    ((name,),) = one.rows("SELECT id FROM batch")
    assert acknowledge(one.replica, Ack(b"other", 1, TAG, {})) == Acknowledged()
    answer(one)
    before = (
        one.rows("SELECT * FROM batch"),
        one.rows("SELECT * FROM clock"),
        one.rows("SELECT * FROM digest"),
    )
    assert acknowledge(one.replica, Ack(name, 7, b"other123", {})) == Acknowledged()
    assert before == (
        one.rows("SELECT * FROM batch"), one.rows("SELECT * FROM clock"), one.rows("SELECT * FROM digest")
    )  # fmt: skip


def test_an_answer_to_an_operation_that_is_not_there_is_told_and_changes_nothing(one: Laptop) -> None:
    with pytest.raises(BadMessage, match="not there"):
        answer(one, op2=Answer(Outcome.REFUSED, "right"))
    assert one.rows("SELECT state, result FROM batch") == [("frozen", None)]
    assert answer(one) == Acknowledged(2)


def test_a_value_in_force_that_the_store_cannot_hold_is_not_forced_into_it(one: Laptop) -> None:
    answer(one)
    one.do("rename", ("UPDATE person SET given_names = 'Mine' WHERE id = ?", (A.bytes,)))
    one.freeze()
    bad: dict[str, Stored] = {"given_names": None}
    answer(one, first=3, op0=Answer(Outcome.KEPT, "", bad, {"given_names": tick(pack(MS))}))
    assert names(one) == ["Mine", "Ana"]


def test_an_answer_about_a_row_that_went_meanwhile_changes_nothing(one: Laptop) -> None:
    with one.db.replicate() as session:
        session.connection().exec_driver_sql("DELETE FROM person WHERE id = ?", (A.bytes,))
    answer(one, op0=Answer(Outcome.KEPT, "", {"given_names": "Theirs"}, {"given_names": tick(pack(MS))}))
    assert names(one) == ["Ana"]


def test_a_value_in_force_that_names_a_row_which_is_not_here_is_left_to_the_log(one: Laptop) -> None:
    answer(one)
    one.do("alias", ("UPDATE person SET alias_of_id = ? WHERE id = ?", (B.bytes, A.bytes)))
    one.freeze()
    elsewhere: dict[str, Stored] = {"alias_of_id": UUID(int=99).bytes}
    answer(one, first=3, op0=Answer(Outcome.KEPT, "", elsewhere, {"alias_of_id": tick(pack(MS))}))
    assert names(one, "alias_of_id") == [B.bytes, None]


def test_a_page_that_comes_before_the_answer_is_folded_in(one: Laptop) -> None:
    one.replica.apply(page(person(1, A, preferred_name="theirs")), no_breath)
    answer(one, first=2, op0=Answer(Outcome.SAME, "", {"given_names": "Ana"}, {"given_names": tick(3)}))
    assert names(one, "preferred_name") == ["theirs", None]
