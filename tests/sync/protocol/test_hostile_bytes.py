"""Whatever comes over the line, it is a message or it is told; never another fault, never much memory."""

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as replaced

from benchmarks.records import records
from emis_desktop.rules.clock import Clock, Tick, pack
from sync.operations import MAX_OPS, Act, Batch, Commit, Entry, EntryKind, Op, Page
from sync.protocol import packing
from sync.protocol.acks import decode_ack, encode_ack
from sync.protocol.acts import _read_about
from sync.protocol.batches import batch_json, decode_batch, encode_batch
from sync.protocol.columns import Known
from sync.protocol.errors import BadMessage, OtherVersion
from sync.protocol.messages import (
    AckWire,
    AnswerWire,
    ClassSums,
    Digest,
    Hello,
    JoinAsk,
    KeysAnswer,
    Manifest,
    Message,
    Notice,
    PartName,
    Refusal,
    RowsAsked,
    RowsFound,
    Upload,
    Welcome,
    decode,
    decode_plain,
    encode,
)
from sync.protocol.numbers import Json, Room
from sync.protocol.packing import MAX_PLAIN, join, read_varint, split, unpack, varint
from sync.protocol.pages import decode_page, encode_page, page_json
from tests.helpers.sync_messages import batches, pages

USER = UUID("01920000-0000-7000-8000-000000000001")
TOLD = (BadMessage, OtherVersion)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 1 << 70) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def small_batch() -> Batch:
    some = records(3)
    acts = tuple(Act(index, USER, "change_phone", one.stamp) for index, one in enumerate(some))
    made = Op(0, "bench_student", some[0].id, True, {**some[0].values, "deleted_at": None})
    edits = [
        Op(index, "bench_student", one.id, False, {"phone": f"000-{index}"}, {"phone": Clock(7, 9)})
        for index, one in enumerate(some[1:], 1)
    ]
    return Batch(bytes(16), 7, 2, 5, bytes(8), acts, (made, *edits))


def small_page() -> Page:
    some = records(2)
    tick = Tick(Clock(pack(1_795_000_000_000), 9), 7)
    entries = [
        Entry(seq, "x", one.id, EntryKind.PUT, one.values, tick, {"sex": tick}, USER, "edit")
        for seq, one in enumerate(some, 1)
    ]
    return Page(0, 2, 2, tuple(entries), (Commit(1, 2, bytes(8)),))


@contextmanager
def little_memory(most: int = 30_000_000) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


Decoder = Callable[[bytes], object]
KINDS: list[tuple[bytes, Decoder]] = [
    (encode_batch(small_batch()), decode_batch),
    (encode_page(small_page()), decode_page),
    (encode(AckWire(bytes(16), 5, bytes(8))), decode_ack),
]


@pytest.mark.parametrize(("packed", "decoder"), KINDS)
def test_any_truncation_is_told(packed: bytes, decoder: Decoder) -> None:
    for end in range(len(packed)):
        with pytest.raises(TOLD):
            decoder(packed[:end])


@pytest.mark.parametrize(("packed", "decoder"), KINDS)
def test_any_flipped_bit_is_a_message_or_told(packed: bytes, decoder: Decoder) -> None:
    with little_memory():
        for bit in range(8 * len(packed)):
            changed = bytearray(packed)
            changed[bit // 8] ^= 1 << bit % 8
            try:
                decoder(bytes(changed))  # a message still: then its SHA-256 is not the one that was said
            except TOLD:
                continue


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ((AnswerWire(3, 1, "rule"), AnswerWire(3, 1, "rule")), "two answers for one operation"),
        ((AnswerWire(3, 99, "rule"),), "an outcome of no kind"),
    ],
)
def test_answers_that_say_nothing_sure_are_told(answers: tuple[AnswerWire, ...], said: str) -> None:
    with pytest.raises(BadMessage, match=said):
        decode_ack(encode(AckWire(bytes(16), 5, bytes(8), answers)))


@pytest.mark.parametrize("of", [[0, 0], [-1, 1], [0, 3]])
def test_a_reading_by_no_act_is_told(of: list[int]) -> None:
    with pytest.raises(BadMessage, match="a reading by no act"):
        _read_about([2, of, ["=", "person"], [0, 0]], 3, Known([bytes(16)], [], ["x"], [], Room()))


@settings(max_examples=300)
@given(st.binary(max_size=200), st.sampled_from([decode_batch, decode_page, decode_ack, unpack]))
def test_noise_is_told(noise: bytes, decoder: Decoder) -> None:
    for bytes_in in (noise, encode_batch(small_batch())[:3] + noise):
        with pytest.raises(TOLD):
            decoder(bytes_in)


@settings(max_examples=300)
@given(JSON)
def test_json_of_another_shape_is_told(written: Json) -> None:
    packed = packing.pack(msgspec.json.encode(written) if not _too_large(written) else b"[1e400]")
    for decoder in (decode_batch, decode_page, decode_ack):
        with pytest.raises(BadMessage):
            decoder(packed)


def _too_large(written: Json) -> bool:
    try:
        msgspec.json.encode(written)
    except OverflowError:
        return True
    return False


def mutated(written: Json, draw: Random) -> Json:
    """JSON with one leaf or list somewhere in it made into something else."""
    if isinstance(written, list) and written and draw.random() < 0.9:
        at = draw.randrange(len(written))
        return [*written[:at], mutated(written[at], draw), *written[at + 1 :]]
    if isinstance(written, list) and draw.random() < 0.5:
        return draw.choice([written[:-1], written * 2, [*written, 1]])
    return draw.choice(
        [None, -1, 0, 1, 1 << 62, 1 << 30, "", "A", "x" * 40, [], [1], ["=", 1], {}, True, 1.5]
    )


@settings(max_examples=60)
@given(batches(), pages(), st.integers(0, 1 << 30))
def test_json_with_one_thing_changed_is_a_message_or_told(one: Batch, page: Page, seed: int) -> None:
    draw = Random(seed)
    for plain, decoder in ((batch_json(one), decode_batch), (page_json(page), decode_page)):
        for _ in range(20):
            changed = mutated(msgspec.json.decode(plain), draw)
            try:
                found: Any = decoder(packing.pack(msgspec.json.encode(changed), 1))
            except BadMessage:
                continue
            again = encode_batch(found) if isinstance(found, Batch) else encode_page(found)
            assert decoder(again) == found  # what is taken for a message is one in all its parts


def test_a_bomb_is_told_before_it_unfolds() -> None:
    name = encode_batch(small_batch())[:2]
    zeros = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters.from_level(
            3, format=zstandard.FORMAT_ZSTD1_MAGICLESS, write_content_size=False
        )
    ).compress(bytes(40_000_000))
    with little_memory(3_000_000):
        with pytest.raises(BadMessage):
            unpack(name + varint(1_000) + zeros)
        with pytest.raises(BadMessage, match="more than may be"):
            unpack(name + varint(MAX_PLAIN + 1) + zeros)
        with pytest.raises(BadMessage):
            unpack(name + varint(MAX_PLAIN) + b"\x00")


def test_what_declares_less_than_it_is_stays_within_what_it_declared() -> None:
    packed = encode_batch(small_batch())
    size, at = read_varint(packed, 2)
    for wrong in (0, 1, size - 1, size + 1, size + 1_000_000):
        with pytest.raises(BadMessage):
            unpack(packed[:2] + varint(wrong) + packed[at:])


def test_counts_that_would_fill_the_memory_are_told() -> None:
    written = msgspec.json.decode(batch_json(small_batch()))
    with little_memory():
        for count in (1 << 25, 1 << 40, 1 << 62, -1, True, None, "5", 2.0):
            for at in (6, 7, 8, 9):
                changed = [*written]
                changed[at] = [count, *written[at][1:]] if isinstance(written[at], list) else count
                with pytest.raises(BadMessage):
                    decode_batch(packing.pack(msgspec.json.encode(changed)))


def wide(count: int, fields: int) -> Batch:
    """A batch of many rows of many fields, half of them empty."""
    draw = Random(1)
    rows = [UUID(int=draw.getrandbits(128)) for _ in range(count)]
    names = [f"field {number}" for number in range(fields)]
    ops = [
        Op(0, "x", row, True, dict.fromkeys(names, f"{at * at % 97} {at % 89}" if at % 2 else None))
        for at, row in enumerate(rows)
    ]
    return Batch(bytes(16), 7, 2, 5, bytes(8), (Act(0, USER, "import", 9),), tuple(ops))


@pytest.mark.slow
def test_the_largest_batch_that_is_ever_frozen_is_read() -> None:
    one = wide(MAX_OPS, 40)
    assert len(decode_batch(encode_batch(one, 1)).ops) == MAX_OPS


def test_more_fields_than_any_batch_has_are_told_before_they_unfold() -> None:
    written = msgspec.json.decode(batch_json(wide(3, 2)))
    names = [f"field {number}" for number in range(100)]
    written[9], written[11] = MAX_OPS, 0
    written[-1] = [["x", "i", names, 0, [["=", 1]] * 100, [], []]]
    with little_memory(), pytest.raises(BadMessage, match="too much"):
        decode_batch(packing.pack(msgspec.json.encode(written)))


def beyond(**changed: object) -> Page:
    """The small page with one entry that is otherwise."""
    page = small_page()
    return replace(page, entries=(replace(page.entries[0], **changed), *page.entries[1:]))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "page",
    [
        *(
            replace(small_page(), **{name: number})  # type: ignore[arg-type]
            for name in ("after", "upto", "head")
            for number in (-1, 1 << 63, True)
        ),
        beyond(seq=-1),
        beyond(seq=1 << 63),
        beyond(tick=Tick(Clock(9, 9), -1)),
        beyond(tick=Tick(Clock(9, 9), 1 << 63)),
        beyond(tick=Tick(Clock(9, 9), 9, -1)),
        beyond(ticks={"sex": Tick(Clock(9, 9), 9, 1 << 31)}),
        replace(small_page(), commits=(Commit(-1, 4, bytes(8)),)),
        replace(small_page(), commits=(Commit(1, 1 << 63, bytes(8)),)),
    ],
)
def test_a_page_with_a_number_that_no_store_keeps_is_told(page: Page) -> None:
    with pytest.raises(BadMessage):
        decode_page(encode_page(page))


WELCOME = Welcome(1_795_000_000_000, bytes(8), bytes(16), 1, 5, bytes(8))


@pytest.mark.parametrize(
    "message",
    [
        replaced(WELCOME, server_ms=1 << 47),
        replaced(WELCOME, server_ms=-1),
        replaced(WELCOME, history=b""),
        replaced(WELCOME, history=bytes(9)),
        replaced(WELCOME, nonce=bytes(65)),
        replaced(WELCOME, generation=-1),
        replaced(WELCOME, generation=1 << 63),
        replaced(WELCOME, head=1 << 63),
        replaced(WELCOME, head_tag=bytes(9)),
        replaced(WELCOME, notices=(Notice("site", 1 << 63),)),
        replaced(WELCOME, ack=AckWire(bytes(16), -1, bytes(8))),
        replaced(WELCOME, ack=AckWire(bytes(16), 1, bytes(9))),
        AckWire(bytes(16), 1, bytes(8), (AnswerWire(-1, 1),)),
        AckWire(bytes(16), 1, bytes(8), (AnswerWire(0, 1, ticks={"x": (1, 1, 1 << 63, 0)}),)),
        Manifest(bytes(16), b"", 5, bytes(8), ()),
        Manifest(bytes(16), bytes(8), 5, bytes(8), (PartName(5, b"", 1),)),
        Digest(5, (ClassSums("basic", bytes(16)),)),
        KeysAnswer(1 << 63),
    ],
)
def test_a_message_with_a_number_or_a_mark_of_another_size_is_told(message: Message) -> None:
    with pytest.raises(BadMessage):
        decode(type(message), encode(message))


def test_json_nested_without_end_is_told() -> None:
    for plain in (b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 50_000):
        for decoder in (decode_batch, decode_page, decode_ack):
            with pytest.raises(BadMessage):
                decoder(packing.pack(plain))


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_frames_come_back(pieces: list[bytes]) -> None:
    assert split(join(*pieces)) == tuple(pieces)


@given(st.binary(max_size=60))
def test_a_body_is_frames_or_told(body: bytes) -> None:
    try:
        pieces = split(body)
    except BadMessage:
        return
    assert sum(map(len, pieces)) <= len(body)


def test_too_many_frames_are_told() -> None:
    with pytest.raises(BadMessage, match="too many"):
        split(b"\x00" * 65)


@given(st.integers(0, (1 << 35) - 1))
def test_varints_come_back(number: int) -> None:
    assert read_varint(b"x" + varint(number) + b"y", 1) == (number, 1 + len(varint(number)))


@pytest.mark.parametrize("data", [b"", b"\x80", b"\xff" * 5, b"\xff" * 20])
def test_a_length_without_end_is_told(data: bytes) -> None:
    with pytest.raises(BadMessage):
        read_varint(data, 0)


@settings(max_examples=200)
@given(
    st.sampled_from(
        [AckWire, Digest, Hello, JoinAsk, Manifest, Refusal, RowsAsked, RowsFound, Upload, Welcome]
    ),
    JSON,
)
def test_a_message_of_another_shape_is_told(kind: type[msgspec.Struct], written: Json) -> None:
    if not isinstance(written, list | dict) or not written:
        with pytest.raises(BadMessage):
            decode_plain(kind, b"nonsense")
        return
    try:
        plain = msgspec.json.encode(written)
        assert isinstance(decode(kind, packing.pack(plain)), kind)
    except (BadMessage, OverflowError):
        pass


def test_the_dictionary_is_named_and_another_is_refused() -> None:
    packed = encode_ack_bytes()
    assert packed[:2] == packing.dictionary_name(packing.newest_dictionary())
    with pytest.raises(OtherVersion, match="0000"):
        unpack(b"\x00\x00" + packed[2:])


def encode_ack_bytes() -> bytes:
    return encode_ack(decode_ack(encode(AckWire(bytes(16), 5, bytes(8)))))


def test_a_message_may_grow_at_its_end() -> None:
    plain = msgspec.json.decode(msgspec.json.encode(AckWire(bytes(16), 5, bytes(8))))
    assert decode_plain(AckWire, msgspec.json.encode([*plain, "of a later version"])).first == 5
    assert decode_plain(AckWire, msgspec.json.encode(plain[:3])).not_applied == ()


def test_more_than_one_piece_holds_is_refused_before_it_is_packed() -> None:
    with pytest.raises(ValueError, match="too large"):
        packing.pack(bytes(MAX_PLAIN + 1))
