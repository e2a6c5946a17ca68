"""Every column comes back as it went, in the shape that suits it, and takes no more than it should."""

import json
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emis_desktop.rules.ids import IdMaker, natural_id
from emis_desktop.state_hash import Stored
from sync.protocol.columns import Known, Tables, decode_values, encode_values, read_tables
from sync.protocol.errors import BadMessage
from sync.protocol.ids import read_ids
from sync.protocol.numbers import Room, decode_ints, encode_ints, fixed, read_fixed
from sync.protocol.reading import guarded

INT64 = st.integers(-(1 << 63), (1 << 63) - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
IDS = st.one_of(
    st.builds(
        lambda ms, tail: IdMaker(lambda: ms, lambda bits: tail % (1 << bits)).new().bytes,
        st.integers(0, 1 << 47),
        st.integers(0, 1 << 80),
    ),
    st.binary(min_size=16, max_size=16),
)
VALUES = st.one_of(st.none(), INT64, TEXTS, st.binary(max_size=20), IDS, st.dates().map(str))
FEW = st.sampled_from([None, "enrolled", "left", 7, "2026-09-07", b"raw"])


def there_and_back(values: list[Stored]) -> list[Stored]:
    """Values through JSON text and back."""
    tables = Tables()
    column = encode_values(values, tables)
    written = json.loads(
        json.dumps([column, tables.actors.table(), tables.ids.written(), tables.words.written()])
    )
    column, actors, ids, words = written
    return decode_values(column, len(values), read_tables(actors, ids, words, Room()))


@given(st.lists(INT64, max_size=60))
def test_numbers_come_back(values: list[int]) -> None:
    assert (
        decode_ints(msgspec.json.decode(msgspec.json.encode(encode_ints(values))), len(values), Room())
        == values
    )


@given(st.lists(st.integers(0, 3), max_size=300), st.integers(0, 1 << 40), st.integers(0, 1000))
def test_counting_numbers_come_back(steps: list[int], first: int, stride: int) -> None:
    values = [first + sum(steps[:at]) * stride for at in range(len(steps))]
    assert decode_ints(encode_ints(values), len(values), Room()) == values


@given(
    st.one_of(
        *(st.lists(kind, max_size=40) for kind in (VALUES, TEXTS, INT64, IDS, FEW, st.dates().map(str)))
    )
)
def test_values_come_back_with_their_types(values: list[Stored]) -> None:
    back = there_and_back(values)
    assert back == values
    assert list(map(type, back)) == list(map(type, values))


@pytest.mark.parametrize(
    "text",
    ["", " ", "a  b", " lead", "trail ", "2026-02-30", "20260101 x", "|,;~^`_#\x7f", "Zoë", "\x00", '"\\'],
)
@pytest.mark.parametrize("times", [1, 3, 4, 70, 200])
def test_awkward_texts_come_back(text: str, times: int) -> None:
    alike: list[Stored] = [text] * times
    assert there_and_back(alike) == alike
    apart: list[Stored] = [f"{text}{number % 90} of {number % 7}" for number in range(times)]
    assert there_and_back(apart) == apart


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        ([5] * 9, 5),
        ([1, 2, 3], [1, 2, 3]),
        ([5] * 9 + [6], ["r", [5, 9, 6, 1]]),
        ([1, 5, 2, 4, 3, 6, 0], ["f", 0, 1, "BFCEDGA"]),
        (list(range(7, 700, 7)), ["d", 7, 7]),
    ],
)
def test_shapes_of_numbers_are_part_of_the_protocol(values: list[int], shape: object) -> None:
    assert encode_ints(values) == shape


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        (["x"] * 5, ["=", "x"]),
        ([b"\x01"] * 5, ["=", ["AQ=="]]),
        (["ab", "cd", "ef", "gh"], ["w", 2, "acegbdfh"]),
        (["a", "bc", "def", "gh"], ["t", "|", "a|bc|def|gh"]),
        (["x", "y", "x", "x", "y", "x", "x", "x"] * 3, ["k", 2, ["w", 1, "xy"], ["f", 0, 1, "ABAABAAA" * 3]]),
        (["2026-09-07", "2026-09-09", "2026-09-08", "2026-09-01"], ["y", [739866, 739868, 739867, 739860]]),
        ([1, None, 1, 1], ["?", [1, 0, 1, 1], ["=", 1]]),
        ([1, "1", b"1", 1], ["*", [1, "1", ["MQ=="], 1]]),
    ],
)
def test_shapes_of_values_are_part_of_the_protocol(values: list[Stored], shape: object) -> None:
    assert encode_values(values, Tables()) == shape


def test_long_texts_share_their_words() -> None:
    draw, tables = Random(1), Tables()
    names = [f"Given{draw.randrange(40)} Family{draw.randrange(40)}" for _ in range(500)]
    first = encode_values(list(names), tables)
    assert first[0] == "s"
    assert encode_values(list(reversed(names)), tables)[0] == "s"
    assert tables.words.written()[0] == 80


@given(st.lists(st.integers(0, (1 << 74) - 1), max_size=40))
def test_digits_come_back(numbers: list[int]) -> None:
    assert read_fixed(fixed(numbers, 13), 13, len(numbers)) == numbers


def test_ids_of_one_millisecond_take_their_steps_alone() -> None:
    draw = Random(3)
    maker = IdMaker(lambda: 1_795_000_000_000, draw.getrandbits)
    tables = Tables()
    tables.ids.places([maker.new().bytes for _ in range(100)])
    count, timed, times, tails, steps, others = tables.ids.written()
    assert (count, timed, len(tails), len(steps), others) == (100, 1, 13, 99 * 6, "")
    assert times == ["r", [1_795_000_000_000, 1, 0, 99]]


def test_an_id_made_of_a_key_travels_whole_and_once() -> None:
    tables = Tables()
    ids = [natural_id("mark", "pupil", number).bytes for number in range(5)]
    assert tables.ids.places([*ids, *ids]) == [*range(5), *range(5)]
    assert len(tables.ids.written()[-1]) == 5 * 22


KNOWN = Known([bytes(16)], [], ["word"], [1], Room())
HOSTILE = [
    5, "x", None, {}, [], ["=", 1.5], ["=", True], ["=", {"a": 1}], ["=", ["x"]], ["=", 1 << 63], ["*", [1]],
    ["*", 7], ["?", 1, ["?", 1, ["=", 1]]], ["?", [2, 0, 0], ["=", 1]], ["#", 1 << 63], ["#", [1, 2]],
    ["#", ["r", [1, 1 << 60]]], ["#", ["r", [1, -1, 1, 4]]], ["#", ["f", 0, 0, ""]], ["#", ["f", 0, 1, "AA"]],
    ["#", ["f", 0, 1, "A!A"]], ["#", ["f", 0, 1 << 40, ""]], ["#", ["d", 1, ["d", 1, 1]]],
    ["#", ["k", 9, 1, 12]],
    ["#", ["k", 1 << 40, 1, 0]], ["@", [0, 0, 1]], ["@", [0, 0, -1]], ["@", 5], ["y", 0], ["y", 1 << 60],
    ["y", [1, 2, -3]], ["t", "", "abc"], ["t", "|", "a|b"], ["t", "||", "a||b||c"], ["w", 0, ""],
    ["w", 1, "ab"],
    ["w", 1 << 40, ""], ["k", 1, ["k", 1, ["w", 1, "x"], 0], 0], ["k", 1, ["w", 1, "x"], [0, 0, 1]],
    ["s", 1, [0, 0, 9]], ["s", 0, []], ["s", [1 << 40, 1, 1], 0], ["s", -1, []], ["s", [1, 1], 0], ["z", 1],
]  # fmt: skip


@pytest.mark.parametrize("column", HOSTILE, ids=lambda column: json.dumps(column)[:40])
def test_a_column_that_is_none_is_told(column: object) -> None:
    with pytest.raises(BadMessage):
        guarded(lambda written: decode_values(written, 3, KNOWN), column)


def test_a_few_bytes_never_unfold_to_much() -> None:
    for column in (["=", 1], ["#", 1], ["#", ["r", [1, 1 << 50]]], ["s", 1 << 30, 0]):
        with pytest.raises(BadMessage, match="too much"):
            decode_values(column, 1 << 50, Known([], [], ["w"], [], Room()))
    room = Room(100)
    room.take(60)
    for count in (41, -1, True, "1", 1.0):
        with pytest.raises(BadMessage):
            room.take(count)
    assert room.take(40) == 40


def test_bytes_that_are_no_ids_travel_as_they_are() -> None:
    values: list[Stored] = [b"one", b"two", b"three", bytes(16), b""]
    tables = Tables()
    assert encode_values(values, tables)[0] == "*"
    assert there_and_back(values) == values
    assert len(tables.ids.written()[-1]) == 0


@pytest.mark.parametrize("written", [[1, [2], [], "", "", ""], [1, [-1], [], "", "", ""]])
def test_an_id_of_no_kind_is_told(written: list[object]) -> None:
    with pytest.raises(BadMessage, match="an id of no kind"):
        read_ids(written, Room())


def test_a_number_beyond_64_bits_is_no_number() -> None:
    with pytest.raises(BadMessage, match="beyond 64 bits"):
        decode_ints([2**65], 1, Room())
