"""Records that are one person: of those that name each other, which one is kept as the main record.

A double names the record it was merged into; that one may name another later. The older record, whose id is
smaller, is always the one that is kept: so two laptops that merge the same two do the very same, and links of
different laptops can never make a ring. Should there be one all the same, its smallest id stands for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar
from uuid import UUID

from emis_desktop.rules.ids import natural_id

DUPLICATE: Final = "duplicate"
"""Kind of the row that asks, or says, whether two records are one pupil."""
LIKENESS: Final = "likeness"
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


def older(one: Id, other: Id) -> tuple[Id, Id]:
    """Which of two records is kept when they are merged, and which becomes its double."""
    return (one, other) if one < other else (other, one)


def pair_id(one: UUID, other: UUID) -> UUID:
    """The id of the row that says whether two records are one pupil: the same on every laptop, and that of
    the question which the ministry's server asks of the newer record.
    """
    first, newer = older(one, other)
    return natural_id("conflict", DUPLICATE, "person", newer, LIKENESS, first.bytes.hex())


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
    found: dict[Id, list[Id]] = {}
    for one in sorted(main_of):
        kept = main_of[one]
        found.setdefault(kept, [kept]).append(one)
    return {kept: tuple(records) for kept, records in found.items()}
