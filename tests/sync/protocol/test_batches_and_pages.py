"""Batches and pages come back as they went, and take no more bytes than was promised."""

from random import Random
from uuid import UUID

import pytest
from hypothesis import given

from benchmarks.records import FIELDS, FIRST_MS, Record, records
from emis_desktop.rules.clock import Clock, Tick, actor_number, pack
from emis_desktop.rules.ids import natural_id
from sync.operations import Ack, Act, Answer, Batch, Commit, Entry, EntryKind, Op, Outcome, Page
from sync.protocol.acks import ack_of, ack_wire, decode_ack, encode_ack
from sync.protocol.batches import decode_batch, encode_batch
from sync.protocol.messages import AckWire, Hello, Welcome, encode
from sync.protocol.packing import join
from sync.protocol.pages import decode_page, encode_page
from tests.helpers.sync_messages import batches, pages

ACTOR = actor_number(UUID(int=5), 1)
USER = UUID("01920000-0000-7000-8000-000000000001")
NOW = FIRST_MS + 40 * 86_400_000
HEADS = 330
"""Bytes of the heads of a request and its answer, both ways, with room to spare."""


def batch(acts: list[Act], ops: list[Op]) -> Batch:
    draw = Random(7)
    return Batch(draw.randbytes(16), ACTOR, 2, 47_110, draw.randbytes(8), tuple(acts), tuple(ops))


def hello() -> Hello:
    draw = Random(8)
    known = (draw.randbytes(16), draw.randbytes(8), 47_110, draw.randbytes(8), draw.randbytes(16))
    return Hello(1, 2, 1, *known, draw.randbytes(8), NOW, 1, 812, draw.randbytes(32))


def welcome(ack: AckWire | None = None) -> Welcome:
    draw = Random(9)
    return Welcome(NOW, draw.randbytes(8), draw.randbytes(16), 1, 47_110, draw.randbytes(8), 0, 2, ack)


def inserted(record: Record, act: int) -> Op:
    return Op(act, "bench_student", record.id, True, {**record.values, "deleted_at": None})


def put(seq: int, record: Record) -> Entry:
    tick = Tick(Clock(record.stamp, ACTOR), record.stamp)
    values = {**record.values, "deleted_at": None}
    return Entry(seq, "bench_student", record.id, EntryKind.PUT, values, tick, {}, USER, "admit_student")


@pytest.fixture(scope="module")
def many() -> list[Record]:
    return records(10_000)


@given(batches())
def test_a_batch_comes_back(one: Batch) -> None:
    assert decode_batch(encode_batch(one)) == one


@given(pages())
def test_a_page_comes_back(one: Page) -> None:
    assert decode_page(encode_page(one)) == one


def test_a_batch_is_the_same_bytes_every_time() -> None:
    one = batch([Act(0, USER, "import", pack(NOW))], [inserted(record, 0) for record in records(50)])
    assert encode_batch(one) == encode_batch(one)


def test_a_record_has_22_fields_and_the_same_seed_makes_the_same() -> None:
    assert len(FIELDS) == 22
    assert records(30, 5) == records(30, 5)
    assert records(30, 5) != records(30, 6)
    assert all(set(record.values) == set(FIELDS) for record in records(30))


@pytest.mark.slow
def test_a_first_push_of_10000_records(many: list[Record]) -> None:
    typed = [Act(index, USER, "admit_student", record.stamp) for index, record in enumerate(many)]
    one = batch(typed, [inserted(record, index) for index, record in enumerate(many)])
    packed = encode_batch(one)
    assert decode_batch(packed) == one
    assert len(packed) + 5 * HEADS <= 560_000
    assert len(packed) <= 375_000  # what was reached


@pytest.mark.slow
def test_a_first_pull_of_10000_records(many: list[Record]) -> None:
    whole = 0
    commit = Commit(1, len(many), bytes(8))
    for first in range(0, len(many), 1_350):
        part = [put(first + place, one) for place, one in enumerate(many[first : first + 1_350], 1)]
        packed = encode_page(Page(0, len(many), len(many), tuple(part), (commit,)))
        assert len(packed) <= 64_000
        assert decode_page(packed).entries == tuple(part)
        whole += len(packed) + HEADS
    assert whole <= 480_000
    assert whole <= 430_000  # what was reached


def rows_of(kind: str, many: list[Record]) -> list[tuple[UUID, Record]]:
    some = Random(4).sample(many, 500)
    return [(record.id if kind == "v7" else natural_id("x", record.id), record) for record in some]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["v5", "v7"])
def test_500_fields_set_to_one_value(kind: str, many: list[Record]) -> None:
    ops = [
        Op(0, "bench_student", row, False, {"status": "left"}, {"status": Clock(record.stamp, ACTOR)})
        for row, record in rows_of(kind, many)
    ]
    one = batch([Act(0, USER, "set_status", pack(NOW))], ops)
    assert decode_batch(encode_batch(one)) == one
    assert len(join(encode(hello()), encode_batch(one), encode(welcome()))) + HEADS <= 11_000


@pytest.mark.slow
def test_500_marks_of_their_own_with_bases_of_their_own(many: list[Record]) -> None:
    draw = Random(5)
    acts = [Act(index, USER, "record_mark", pack(NOW + 3_000 * index)) for index in range(500)]
    ops = [
        Op(index, "mark", row, False, {"value": draw.randrange(0, 100_000, 500)},
           {"value": Clock(pack(NOW - draw.randrange(30 * 86_400_000)), ACTOR)})
        for index, (row, _record) in enumerate(rows_of("v5", many))
    ]  # fmt: skip
    assert len(join(encode(hello()), encode_batch(batch(acts, ops)), encode(welcome()))) + HEADS <= 16_000


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["v5", "v7"])
def test_500_edited_fields_received(kind: str, many: list[Record]) -> None:
    draw = Random(6)
    ticks = [Tick(Clock(pack(NOW + 9 * index), 77), pack(NOW + 9 * index)) for index in range(500)]
    phones = [{"phone": f"000-{draw.randrange(10**7):07d}"} for _ in range(500)]
    entries = [
        Entry(
            47_111 + at, "bench_student", row, EntryKind.SET, phones[at], ticks[at], {}, USER, "change_phone"
        )
        for at, (row, _record) in enumerate(rows_of(kind, many))
    ]
    page = Page(47_110, 47_610, 47_610, tuple(entries), (Commit(47_111, 500, bytes(8)),))
    assert len(join(encode(hello()), encode(welcome()), encode_page(page))) + HEADS <= 12_000


def test_one_edited_field_is_one_small_exchange() -> None:
    record = records(3)[1]
    op = Op(
        0, "bench_student", record.id, False, {"phone": "000-1234567"}, {"phone": Clock(record.stamp, ACTOR)}
    )
    packed = encode_batch(batch([Act(0, USER, "change_phone", pack(NOW))], [op]))
    ack = AckWire(Random(1).randbytes(16), 47_111, Random(2).randbytes(8))
    assert len(join(encode(hello()), packed)) + len(join(encode(welcome(ack)))) + HEADS <= 850


def test_nothing_to_do_is_one_smaller_exchange() -> None:
    assert len(join(encode(hello()))) + len(join(encode(welcome()))) + HEADS <= 700


def test_an_acknowledgement_comes_back() -> None:
    tick = Tick(Clock(pack(NOW), ACTOR), pack(NOW), 1)
    answers = {
        3: Answer(
            Outcome.KEPT, "", {"phone": None, "photo": b"\x00\xff"}, {"phone": tick, "photo": tick}, True
        ),
        9: Answer(Outcome.REFUSED, "right"),
    }
    ack = Ack(bytes(16), 12, bytes(8), answers)
    assert decode_ack(encode_ack(ack)) == ack
    assert ack_of(ack_wire(ack)) == ack
