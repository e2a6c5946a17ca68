"""Records that are one person: of those that name each other, which one is kept as the main record.

A double names the record it was merged into; that one may name another later. Two laptops that merge the same
two in opposite directions make a ring: then the smallest id of the ring is the main record, which is the
oldest, so that every laptop and the server say the same without asking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar
from uuid import UUID

Id = TypeVar("Id", UUID, bytes)


def mains(names: Mapping[Id, Id]) -> dict[Id, Id]:
    """The main record of each record that is not its own; ``names`` is whom each double names."""
    found: dict[Id, Id] = {}
    for start in names:
        walked: dict[Id, None] = {}
        at = start
        while at in names and at not in found and at not in walked:
            walked[at] = None
            at = names[at]
        main = found.get(at, at)
        if at in walked:
            main = min(ring_from(names, at))
        found.update(dict.fromkeys(walked, main))
    return {one: main for one, main in found.items() if one != main}


def ring_from(names: Mapping[Id, Id], start: Id) -> tuple[Id, ...]:
    """The records of the ring that ``start`` is in, from it on; empty when it is in none."""
    walked = [start]
    while (at := names.get(walked[-1])) is not None and at != start:
        if at in walked:
            return ()
        walked.append(at)
    return tuple(walked) if at == start else ()


def groups(main_of: Mapping[Id, Id]) -> dict[Id, tuple[Id, ...]]:
    """The records of each main record: itself first, the others in order of their ids."""
    found: dict[Id, tuple[Id, ...]] = {}
    for one in sorted(main_of):
        main = main_of[one]
        found[main] = (*found.get(main, (main,)), one)
    return found


def under(names: Mapping[Id, Id], one: Id, among: Iterable[Id]) -> frozenset[Id]:
    """``one`` and those of ``among`` who were merged into it, or into one of these: they go where it goes."""
    found = {one}
    waiting = set(among) - found
    while True:
        more = {each for each in waiting if names.get(each) in found}
        if not more:
            return frozenset(found)
        found |= more
        waiting -= more
