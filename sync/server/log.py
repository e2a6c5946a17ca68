"""Entries of the log while they are made, and as they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from emis_desktop.rules.clock import Clock, Tick
from emis_desktop.state_hash import Stored
from sync.operations import ERASE, Entry, EntryKind
from sync.protocol.ids import uuid_of

KINDS: Final = (EntryKind.PUT, EntryKind.SET, EntryKind.DROP)
"""By the number that is kept."""
PUT, SET, DROP = 0, 1, 2

_Tick = tuple[int, int, int, int]
_Payload = tuple[str, dict[str, Any], _Tick, dict[str, _Tick]]
_ENCODE: Final = msgspec.msgpack.Encoder().encode
_DECODER: Final = msgspec.msgpack.Decoder(_Payload)
_BASES: Final = msgspec.msgpack.Decoder(dict[str, tuple[int, int]])
ERASED: Final = b""
"""The payload of an entry that was erased."""


class Logged(NamedTuple):
    """One entry. ``of_seq`` is the number of the row's last change that it shows; ``actor`` need not hear it.

    ``scopes`` of a granted entry are the nodes that it goes to; ``bases``: of :func:`pack_bases`, None for
    what nobody typed.
    """

    seq: int
    facet: str
    row: bytes
    kind: int
    of_seq: int
    payload: bytes
    actor: int
    user: bytes
    scopes: tuple[bytes, ...] = ()
    bases: bytes | None = None


def payload(verb: str, values: Mapping[str, Stored], tick: Tick, ticks: Mapping[str, Tick]) -> bytes:
    """Values and ticks of an entry, as they are kept."""
    exceptions = {name: (*one.clock, one.rank, one.reopens) for name, one in ticks.items()} if ticks else {}
    return _ENCODE((verb, values, (*tick.clock, tick.rank, tick.reopens), exceptions))


def pack_bases(bases: Mapping[str, Clock]) -> bytes:
    """The clocks, by field, of the values that an author saw and replaced, but that did not stand here: they
    were lost, or gave way before. Mostly there are none, and nothing is kept.
    """
    return _ENCODE(bases) if bases else b""


def unpack_bases(packed: bytes | None) -> dict[str, Clock]:
    """The way back of :func:`pack_bases`."""
    return {name: Clock(*one) for name, one in _BASES.decode(packed).items()} if packed else {}


def entry(seq: int, facet: str, row: bytes, kind: int, packed: bytes, user: bytes) -> Entry:
    """An entry as it is sent; one that was erased is a drop, and its verb says so."""
    if packed == ERASED:
        kind, verb, values, tick, ticks = DROP, ERASE, {}, (0, 0, 0, 0), {}
    else:
        verb, values, tick, ticks = _DECODER.decode(packed)
    return Entry(
        seq,
        facet,
        uuid_of(row),
        KINDS[kind],
        values,
        _tick(tick),
        {name: _tick(one) for name, one in ticks.items()},
        uuid_of(user),
        verb,
    )


def _tick(packed: _Tick) -> Tick:
    stamp, actor, rank, reopens = packed
    return Tick(Clock(stamp, actor), rank, reopens)
