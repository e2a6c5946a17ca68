"""The chain of nonces of a site in one generation: how the server knows a copied or restored store.

Each hello shows the nonce that the last welcome handed, and is handed another. A store that went back in
time shows one of before. An answer that was lost is no sign of that: the nonce shown last may be shown again,
and of those handed meanwhile the newest few count (a strict chain called 501 false clones in 10,000 exchanges
with 5 % lost answers).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OUTSTANDING: Final = 4
"""Nonces handed and not shown yet that count at most."""
BYTES: Final = 8
"""Of a nonce: it is no secret, only never the same."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The nonce shown last, and those handed since, the newest last."""

    shown: bytes
    handed: tuple[bytes, ...]


def opened(fresh: bytes) -> Chain:
    """A new chain whose first nonce ``fresh`` is being handed."""
    return Chain(b"", (fresh,))


def shown(chain: Chain, nonce: bytes, fresh: bytes) -> Chain | None:
    """The chain after ``nonce`` was shown and ``fresh`` is being handed; ``None`` for a stale one."""
    if nonce and nonce in chain.handed:
        return Chain(nonce, (fresh,))
    if nonce == chain.shown:
        return Chain(nonce, (*chain.handed[1 - OUTSTANDING :], fresh))
    return None


def written(chain: Chain) -> bytes:
    """The chain as it is kept: its nonces one after the other, an empty one as zeros."""
    return (chain.shown or bytes(BYTES)) + b"".join(chain.handed)


def read(kept: bytes) -> Chain:
    """What :func:`written` wrote."""
    first, *handed = parts(kept)
    return Chain(first if any(first) else b"", tuple(handed))


def parts(kept: bytes) -> list[bytes]:
    """Pieces of eight bytes, one after the other."""
    return [kept[at : at + BYTES] for at in range(0, len(kept), BYTES)]
