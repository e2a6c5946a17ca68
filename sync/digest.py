"""Whether two ends hold the same, in 16 bytes: sums over what each facet of each row was last changed by.

The *version* of a facet of a row is a number of 63 bits from the log number of its last change and the tag of
that transaction, so that a server that was restored and went on cannot give the same number to another
change. Each version makes a *term* of 128 bits; the terms of a class in one of 256 *buckets* (the last byte
of the row's id) are added modulo 2**128. Addition has no order and can be undone, so every write changes its
sums by a difference and nothing is ever scanned. The *root* goes over the sums of all classes.

Nothing here keeps out somebody who wants to deceive: a site that lies about its sums harms only itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Final

BUCKETS: Final = 256
SUM_BYTES: Final = 16
ROUND: Final = 1 << (8 * SUM_BYTES)
"""Sums are modulo this."""
_VERSION_BYTES: Final = 8


def version_of(seq: int, tag: bytes) -> int:
    """The version that the log's number ``seq``, of a transaction of that tag, gives to what it changed.

    Half of 64 bits of BLAKE2b, so that it fits a signed column; never less than 0.
    """
    return int.from_bytes(blake2b(seq.to_bytes(_VERSION_BYTES) + tag, digest_size=8).digest()) >> 1


def bucket_of(row_id: bytes) -> int:
    """The bucket of a row: the last byte of its id, random in a UUIDv7 and in a UUIDv5."""
    return row_id[-1]


def row_term(facet: str, row_id: bytes, version: int) -> int:
    """What a facet of a row adds to the sum of its class and bucket: 16 bytes of BLAKE2b."""
    text = facet.encode() + row_id + version.to_bytes(_VERSION_BYTES)
    return int.from_bytes(blake2b(text, digest_size=SUM_BYTES).digest())


def root_of(sums: Mapping[str, bytes]) -> bytes:
    """16 bytes over the sums of each class (256 of 16 bytes each), in the order of the classes' names.

    A class without any row says nothing, so that nobody has to know which classes there are.
    """
    whole = blake2b(digest_size=SUM_BYTES)
    for sensitivity in sorted(sums):
        if any(sums[sensitivity]):
            whole.update(sensitivity.encode() + sums[sensitivity])
    return whole.digest()


def packed_sums(sums: Mapping[int, int]) -> bytes:
    """The sums of one class by bucket as :func:`root_of` takes them: 4,096 bytes."""
    return b"".join((sums.get(bucket, 0) % ROUND).to_bytes(SUM_BYTES) for bucket in range(BUCKETS))


def different_buckets(ours: Mapping[str, bytes], theirs: Mapping[str, bytes]) -> list[tuple[str, int]]:
    """Class and number of each bucket whose sums differ; a class that one side has not is all zeros."""
    empty = bytes(BUCKETS * SUM_BYTES)
    found = []
    for sensitivity in sorted({*ours, *theirs}):
        one, other = ours.get(sensitivity, empty), theirs.get(sensitivity, empty)
        for bucket in range(BUCKETS):
            part = slice(bucket * SUM_BYTES, (bucket + 1) * SUM_BYTES)
            if one[part] != other[part]:
                found.append((sensitivity, bucket))
    return found


class Differences:
    """What a transaction changes in the sums, gathered so that each sum is written once."""

    def __init__(self) -> None:
        """Begins with nothing."""
        self._changes: defaultdict[tuple[str, int], int] = defaultdict(int)

    def move(self, sensitivity: str, facet: str, row_id: bytes, old: int | None, new: int | None) -> None:
        """A facet of a row went from one version to another; ``None``: it was not, or is no more, counted."""
        change = 0 if new is None else row_term(facet, row_id, new)
        if old is not None:
            change -= row_term(facet, row_id, old)
        self._changes[sensitivity, bucket_of(row_id)] += change

    def __iter__(self) -> Iterator[tuple[str, int, int]]:
        """Class, bucket and what to add modulo :data:`ROUND`, where that is not 0."""
        for (sensitivity, bucket), change in self._changes.items():
            if change % ROUND:
                yield sensitivity, bucket, change % ROUND


def sums_of(rows: Iterable[tuple[str, str, bytes, int]]) -> dict[str, bytes]:
    """The sums of everything, from class, facet, row and version of each: what a check or a test compares
    with; a write uses :class:`Differences`.
    """
    found: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
    for sensitivity, facet, row_id, version in rows:
        found[sensitivity][bucket_of(row_id)] += row_term(facet, row_id, version)
    return {sensitivity: packed_sums(sums) for sensitivity, sums in found.items()}
