"""The shape of the server's database: made at once when new, brought up step by step when older."""

from __future__ import annotations

from sync.server.database import Store


def prepare(store: Store, now_ms: int) -> None:
    """Give the database its shape."""
    store.create(now_ms)
