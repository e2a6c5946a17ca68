"""What a laptop receives, as 8 bytes: when they differ from the server's, it needs a snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from uuid import UUID


def subscription_of(node: UUID, classes: Iterable[str]) -> bytes:
    """The mark of a node and a set of sensitivity classes, in any order."""
    text = node.bytes + ",".join(sorted(str(one) for one in classes)).encode()
    return blake2b(text, digest_size=8, person=b"emis receives").digest()
