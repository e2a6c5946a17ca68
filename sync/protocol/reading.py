"""Reading JSON from elsewhere: whatever is wrong with it comes out as one kind of error."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from typing import TypeVar

import msgspec

from sync.protocol.errors import BadMessage
from sync.protocol.numbers import Json, bad

T = TypeVar("T")
_FAULTS = (ArithmeticError, AttributeError, LookupError, RecursionError, RuntimeError, TypeError, ValueError)


def read_json(plain: bytes) -> Json:
    """What the bytes say; :class:`BadMessage` when they are no JSON."""
    try:
        return msgspec.json.decode(plain)
    except (msgspec.MsgspecError, ValueError, RecursionError) as fault:
        raise BadMessage(f"no JSON: {fault}") from fault


def guarded(read: Callable[[Json], T], written: Json) -> T:
    """``read(written)``; a shape that it did not foresee is :class:`BadMessage` too."""
    try:
        return read(written)
    except _FAULTS as fault:
        raise BadMessage(f"not of the shape: {type(fault).__name__}") from fault


def read_bytes(written: Json, size: int) -> bytes:
    """``size`` bytes out of base64."""
    whole = b64decode(written, validate=True)
    if len(whole) != size:
        raise bad("bytes of another length")
    return whole
