"""A page of the log, or a part of a snapshot, as bytes: entries in columns."""

from __future__ import annotations

from sync.operations import Page


def encode_page(page: Page, level: int | None = None) -> bytes:
    """The packed bytes of a page. A part of a snapshot is a page too, with ``after`` 0."""
    raise NotImplementedError


def decode_page(packed: bytes) -> Page:
    """The page in packed bytes; :class:`~sync.protocol.errors.BadMessage` for anything else."""
    raise NotImplementedError
