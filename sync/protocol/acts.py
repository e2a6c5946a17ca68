"""The acts of a batch in columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sync.operations import MAX_ACTS, Act, Op
from sync.protocol.clocks import read_stamps, written_stamps
from sync.protocol.columns import Known, Tables
from sync.protocol.numbers import Json, bad, decode_ints, encode_ints, picked
from sync.protocol.texts import decode_texts, encode_texts

_NO_ROW: Final = UUID(int=0)


def first_rows(count: int, ops: Sequence[Op]) -> list[UUID]:
    """The row of the first operation of each of ``count`` acts, zeros for an act without any."""
    rows = [_NO_ROW] * count
    for op in reversed(ops):
        rows[op.act] = op.row
    return rows


def write_acts(acts: tuple[Act, ...], ops: Sequence[Op], tables: Tables) -> Json:
    """Count, users, verbs, milliseconds, counters; and of readings: act, table, row."""
    about = [(act.index, *act.about) for act in acts if act.about is not None]
    readings: list[Json] = []
    if about:
        rows = tables.ids.places([row.bytes for _index, _table, row in about])
        named = encode_texts([table for _index, table, _row in about], tables.words)
        readings = [len(about), encode_ints([index for index, _, _ in about]), named, encode_ints(rows)]
    return [
        len(acts),
        encode_ints(tables.ids.places([act.user.bytes for act in acts])),
        encode_texts([act.verb for act in acts], tables.words),
        *written_stamps([act.stamp for act in acts], first_rows(len(acts), ops)),
        readings,
    ]


def read_acts(written: Json, ops: Sequence[Op], known: Known) -> tuple[Act, ...]:
    """The acts that :func:`write_acts` wrote; ``ops`` are theirs."""
    count, users, verbs, ms, counters, readings = written
    if type(count) is not int or not 0 <= count <= MAX_ACTS:
        raise bad("too many acts")
    if ops and not 0 <= min(op.act for op in ops) <= max(op.act for op in ops) < count:
        raise bad("an act that is not there")
    about = _read_about(readings, count, known)
    columns = (
        picked(known.rows, decode_ints(users, count, known.room)),
        decode_texts(verbs, count, known.words, known.room),
        read_stamps(ms, counters, first_rows(count, ops), known.room),
    )
    return tuple(
        Act(index, user, verb, stamp, about.get(index))
        for index, (user, verb, stamp) in enumerate(zip(*columns, strict=True))
    )


def _read_about(written: Json, acts: int, known: Known) -> dict[int, tuple[str, UUID]]:
    if not written:
        return {}
    count, indexes, tables, rows = written
    of = decode_ints(indexes, count, known.room)
    if len(set(of)) != count or not 0 <= min(of) <= max(of) < acts:
        raise bad("a reading by no act")
    whole = picked(known.rows, decode_ints(rows, count, known.room))
    return dict(
        zip(of, zip(decode_texts(tables, count, known.words, known.room), whole, strict=True), strict=True)
    )
