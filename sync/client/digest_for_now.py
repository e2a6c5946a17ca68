"""Until sync.digest is there."""

from hashlib import blake2b

BUCKETS = 256
ROUND = 1 << 128
SUM_BYTES = 16


def bucket_of(row_id: bytes) -> int:
    return row_id[-1]


def row_term(facet: str, row_id: bytes, version: int) -> int:
    return int.from_bytes(blake2b(facet.encode() + row_id + version.to_bytes(8), digest_size=16).digest())


def root_of(sums: dict[str, bytes]) -> bytes:
    h = blake2b(digest_size=16)
    for k in sorted(sums):
        if any(sums[k]):
            h.update(k.encode() + sums[k])
    return h.digest()


def version_of(seq: int, tag: bytes) -> int:
    return int.from_bytes(blake2b(seq.to_bytes(8) + tag, digest_size=8).digest()) >> 1
