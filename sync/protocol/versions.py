"""Which versions of the schema go together, and how operations of an older one are read by a newer one.

Synced columns are only ever added; a rename, retype or drop takes two releases, of which the second brings a
step here. A server takes laptops from two schemas before its own to one after it: what a newer laptop writes
beyond the server's schema is kept as *extra* and told again once the server knows it. A laptop older than
that may still send what it has, because its operations are raised step by step, but receives nothing until
it is updated; one that is newer keeps what it has until the server is updated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final, TypeAlias

from emis_desktop.state_hash import Stored
from sync.operations import Batch, Op

SCHEMA: Final = 3
"""The schema of this program's synced tables; one more with each migration that touches them."""
OLDER: Final = 2
NEWER: Final = 1

Step: TypeAlias = Callable[[Op], Op]
"""Raises one operation by one schema. Pure: one operation in, one out, as the numbers of a batch stand for
ever.
"""


class Fit(StrEnum):
    """How a laptop's schema goes with a server's."""

    BOTH = "both"
    """Both ways."""
    SEND = "send"
    """The laptop is too old to receive; it may send."""
    WAIT = "wait"
    """The server is too old for it: nothing moves until the server is updated."""


def fit(laptop: int, server: int = SCHEMA) -> Fit:
    """How a laptop of that schema goes with a server of that schema."""
    if laptop > server + NEWER:
        return Fit.WAIT
    return Fit.BOTH if laptop >= server - OLDER else Fit.SEND


class Steps:
    """How operations get from each schema to the next."""

    def __init__(self, schema: int, steps: Mapping[int, Step]) -> None:
        """``schema`` is where the steps lead; ``steps`` has, by schema, the step from it to the next. A
        schema without a step only added columns.
        """
        if any(not 0 < number < schema for number in steps):
            raise ValueError("a step from no schema before")
        self._schema = schema
        self._steps = dict(steps)

    def raised(self, batch: Batch) -> Batch:
        """The batch as this schema would have written it; a newer one as it is."""
        steps = [self._steps[number] for number in range(batch.schema, self._schema) if number in self._steps]
        if not steps:
            return batch
        return replace(batch, ops=tuple(_through(op, steps) for op in batch.ops))


STEPS: Final = Steps(SCHEMA, {})
"""The steps of this program: until now columns were only added."""


def renamed(facet: str, old: str, new: str) -> Step:
    """A step in which a field of a facet got another name."""

    def step(op: Op) -> Op:
        if op.facet != facet:
            return op
        name = {old: new}
        return replace(
            op,
            values={name.get(each, each): value for each, value in op.values.items()},
            bases={name.get(each, each): base for each, base in op.bases.items()},
            reopens={name.get(each, each): times for each, times in op.reopens.items()},
        )

    return step


def retyped(facet: str, field: str, change: Callable[[Stored], Stored]) -> Step:
    """A step in which the values of a field of a facet are written otherwise."""

    def step(op: Op) -> Op:
        if op.facet != facet or field not in op.values:
            return op
        return replace(op, values={**op.values, field: change(op.values[field])})

    return step


def dropped(facet: str, field: str) -> Step:
    """A step in which a field of a facet is no more."""

    def step(op: Op) -> Op:
        if op.facet != facet or field not in op.values:
            return op
        return replace(
            op,
            values={name: value for name, value in op.values.items() if name != field},
            bases={name: base for name, base in op.bases.items() if name != field},
            reopens={name: times for name, times in op.reopens.items() if name != field},
        )

    return step


def _through(op: Op, steps: list[Step]) -> Op:
    for step in steps:
        op = step(op)
    return op
