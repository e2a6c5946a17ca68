"""Operations that were refused: kept, listed and exportable, so that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sync.operations import Act, Op
from sync.server.kept_ops import actor_of, pack_ops, unpack_ops
from sync.server.raw import Raw


@dataclass(frozen=True, slots=True)
class SetAside:
    """One operation with the act it belongs to, why it was refused, when it came and who wrote it."""

    batch: bytes
    index: int
    site: UUID
    reason: str
    received_ms: int
    act: Act | None
    op: Op
    actor: int = 0


def keep(
    raw: Raw,
    batch: bytes,
    site: UUID,
    ops: Sequence[tuple[int, str, Act | None, Op]],
    received_ms: int,
    actor: int = 0,
) -> None:
    """Keep operations of ``actor`` with their index and reason; one that came before stays as it was."""
    raw.many(
        "INSERT INTO set_aside (batch, op, site, facet, row_id, reason, body, received_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (batch, op) DO NOTHING",
        [
            (
                batch,
                index,
                site.bytes,
                op.facet[:80].replace("\0", ""),
                op.row.bytes,
                reason,
                pack_ops(act, (op,), actor),
                received_ms,
            )
            for index, reason, act, op in ops
        ],
    )


def listed(raw: Raw, site: UUID | None = None) -> Iterable[SetAside]:
    """What was set aside, the newest first; of one site or of all."""
    where, values = ("", ()) if site is None else (" WHERE site = ?", (site.bytes,))
    yield from _read(raw, f"{where} ORDER BY received_at DESC, batch, op", values)


def of_reasons(raw: Raw, reasons: Sequence[str]) -> Iterable[SetAside]:
    """What was set aside for one of those reasons, in the order in which it came."""
    marks = ", ".join("?" * len(reasons))
    yield from _read(raw, f" WHERE reason IN ({marks}) ORDER BY received_at, batch, op", reasons)


def forget(raw: Raw, one: SetAside) -> None:
    """Remove what was kept."""
    raw.run("DELETE FROM set_aside WHERE batch = ? AND op = ?", (one.batch, one.index))


def _read(raw: Raw, rest: str, values: Sequence[object]) -> Iterable[SetAside]:
    sql = f"SELECT batch, op, site, reason, received_at, body FROM set_aside{rest}"  # noqa: S608 - constants
    for batch, index, of, reason, received_ms, body in raw.rows(sql, values):
        act, ops = unpack_ops(body)
        yield SetAside(batch, index, UUID(bytes=of), reason, received_ms, act, ops[0], actor_of(body))
