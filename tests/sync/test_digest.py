"""Two ends agree in 16 bytes exactly when they hold the same versions of the same rows."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from sync.digest import (
    BUCKETS,
    ROUND,
    SUM_BYTES,
    Differences,
    bucket_of,
    different_buckets,
    packed_sums,
    root_of,
    row_term,
    sums_of,
    version_of,
)

ROW = UUID("01920000-0000-7000-8000-0000000000ff").bytes
KEYS = st.tuples(
    st.sampled_from(["basic", "contact"]),
    st.sampled_from(["person", "mark"]),
    st.binary(min_size=16, max_size=16),
)
VERSIONS = st.integers(0, (1 << 63) - 1)
State = dict[tuple[str, str, bytes], int]
HELD = st.dictionaries(KEYS, VERSIONS, max_size=12)


def sums(held: State) -> dict[str, bytes]:
    return sums_of((*key, version) for key, version in held.items())


def test_vectors_of_the_protocol() -> None:
    assert version_of(4711, bytes(range(8))) == 0x2296A9F274ACBEC3
    assert row_term("person", ROW, 1) == 0x94304E0D54039A9512E1B92675CEA890
    assert bucket_of(ROW) == 255
    assert root_of({}).hex() == "cae66941d9efbd404e4d88758ea67670"


def test_a_version_fits_a_signed_column_and_tells_restored_logs_apart() -> None:
    numbers = {version_of(seq, bytes([tag]) * 8) for seq in range(1, 200) for tag in range(5)}
    assert len(numbers) == 199 * 5
    assert all(0 <= number < 1 << 63 for number in numbers)


@given(HELD, HELD)
def test_equal_roots_mean_equal_rows(one: State, other: State) -> None:
    assert (root_of(sums(one)) == root_of(sums(other))) == (one == other)


@given(HELD, HELD)
def test_differences_lead_from_one_state_to_the_other(before: State, after: State) -> None:
    moved = Differences()
    for key in {*before, *after}:
        moved.move(*key, before.get(key), after.get(key))
    whole = {sensitivity: split(packed) for sensitivity, packed in sums(before).items()}
    for sensitivity, bucket, change in moved:
        kept = whole.setdefault(sensitivity, dict.fromkeys(range(BUCKETS), 0))
        kept[bucket] = (kept[bucket] + change) % ROUND
    packed = {sensitivity: packed_sums(kept) for sensitivity, kept in whole.items()}
    assert root_of(packed) == root_of(sums(after))


@given(HELD, HELD)
def test_only_buckets_of_rows_that_differ_are_named(one: State, other: State) -> None:
    apart = {key for key in {*one, *other} if one.get(key) != other.get(key)}
    expected = sorted({(sensitivity, row[-1]) for sensitivity, _facet, row in apart})
    assert different_buckets(sums(one), sums(other)) == expected


def test_a_class_without_rows_says_nothing() -> None:
    assert root_of({"health": bytes(BUCKETS * SUM_BYTES)}) == root_of({})


def test_two_versions_that_change_places_are_seen() -> None:
    first, second = bytes(15) + b"\x01", b"\x01" + bytes(14) + b"\x01"
    one = sums({("basic", "mark", first): 1, ("basic", "mark", second): 2})
    assert root_of(one) != root_of(sums({("basic", "mark", first): 2, ("basic", "mark", second): 1}))


def split(packed: bytes) -> dict[int, int]:
    return {at: int.from_bytes(packed[at * SUM_BYTES : (at + 1) * SUM_BYTES]) for at in range(BUCKETS)}
