"""Operations as the server keeps those that wait or were refused: whatever their values are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from emis_desktop.rules.clock import Clock
from sync.operations import Act, Op

_ENCODE: Final = msgspec.msgpack.Encoder().encode


def pack_ops(act: Act | None, ops: Sequence[Op], actor: int = 0) -> bytes:
    """Operations of one act, as bytes; ``actor`` wrote them (0: it is told elsewhere)."""
    about = None if act is None or act.about is None else (act.about[0], act.about[1].bytes)
    head = None if act is None else (act.index, act.user.bytes, act.verb, act.stamp, about)
    return _ENCODE(
        (
            head,
            [
                (op.act, op.facet, op.row.bytes, op.insert, dict(op.values), dict(op.bases), dict(op.reopens))
                for op in ops
            ],
            actor,
        )
    )


def unpack_ops(packed: bytes) -> tuple[Act | None, tuple[Op, ...]]:
    """The way back of :func:`pack_ops`."""
    head, rows, *_ = msgspec.msgpack.decode(packed)
    return _act(head), tuple(_op(row) for row in rows)


def actor_of(packed: bytes) -> int:
    """Who wrote them, as far as :func:`pack_ops` was told."""
    _, _, *actor = msgspec.msgpack.decode(packed)
    return int(actor[0]) if actor else 0


def _act(head: Any) -> Act | None:  # noqa: ANN401 - as decoded
    if head is None:
        return None
    index, user, verb, stamp, about = head
    return Act(index, UUID(bytes=user), verb, stamp, about and (about[0], UUID(bytes=about[1])))


def _op(row: Any) -> Op:  # noqa: ANN401 - as decoded
    act, facet, row_id, insert, values, bases, reopens = row
    clocks = {name: Clock(*clock) for name, clock in bases.items()}
    return Op(act, facet, UUID(bytes=row_id), insert, values, clocks, reopens)
