"""A batch as bytes: operations in columns, one group a facet and set of fields."""

from __future__ import annotations

from sync.operations import Batch


def encode_batch(batch: Batch, level: int | None = None) -> bytes:
    """The packed bytes of a batch; they never change again. ``level``: of zstd, by size when ``None``."""
    raise NotImplementedError


def decode_batch(packed: bytes) -> Batch:
    """The batch in packed bytes; :class:`~sync.protocol.errors.BadMessage` for anything else."""
    raise NotImplementedError
