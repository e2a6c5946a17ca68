"""What laptops and server say to each other, as plain values: acts, operations, batches, log entries, pages.

Values of columns are *stored* values everywhere: what a laptop's SQLite keeps (whole numbers, text, bytes or
nothing), see :func:`emis_desktop.state_hash.stored`. Row and user ids are :class:`uuid.UUID`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

from emis_desktop.rules.clock import UNWRITTEN, Clock, Tick
from emis_desktop.state_hash import Stored

MAX_OPS: Final = 25_000
"""Operations in one batch at most; a larger act is frozen in parts."""
MAX_ACTS: Final = 25_000
"""Acts in one batch at most."""

ERASE: Final = "erase"
"""The verb of a drop by which a row is forgotten because it was erased for privacy: unsent work on it goes,
too. Every other drop is of a right that was lost."""
ERASED_FACET: Final = "erased"
"""In place of the facet of an operation that told of somebody erased since: it has no row and no values, and
keeps its place in the batch, by which operations are counted.
"""


class Outcome(StrEnum):
    """What became of an operation, or of one field of it."""

    APPLIED = "applied"
    SAME = "same"
    """Nothing to do: already so, or superseded by what its own author wrote later."""
    KEPT = "kept"
    """A concurrent edit is in force instead; this one stands in the conflict journal."""
    PROPOSED = "proposed"
    """It waits for somebody who may decide."""
    REFUSED = "refused"
    """Its author may not, or it makes no sense; ``reason`` says which."""
    PARKED = "parked"
    """It waits for a row that has not come yet."""


class ConflictKind(StrEnum):
    """Why something stands in the conflict journal."""

    INFO = "info"
    PROPOSAL = "proposal"
    RULE = "rule"
    DELETE = "delete"
    DUPLICATE = "duplicate"


class EntryKind(StrEnum):
    """What a log entry does to a facet of a row."""

    PUT = "put"
    """The whole facet: inserted, newly granted, from a snapshot or a repair."""
    SET = "set"
    """Some fields."""
    DROP = "drop"
    """The receiver may hold it no longer: forgotten unless unsent work stands on it."""


@dataclass(frozen=True, slots=True)
class Act:
    """One service call. ``index`` counts within the batch from 0, ``stamp`` is its stamp on the wire.

    ``about`` names table and row of a logged reading of sensitive data; such an act has no operations.
    """

    index: int
    user: UUID
    verb: str
    stamp: int
    about: tuple[str, UUID] | None = None


@dataclass(frozen=True, slots=True)
class Op:
    """A written facet of one row, by the act of that ``index``.

    An insert has every column of its facet, empty ones too, as inserted, and no bases. An update names per
    field the clock of the value that its author saw. ``reopens`` has the columns of rule *state* whose count
    of reopens is not 0.
    """

    act: int
    facet: str
    row: UUID
    insert: bool
    values: Mapping[str, Stored]
    bases: Mapping[str, Clock] = field(default_factory=dict)
    reopens: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """Frozen operations, act by act in journal order. ``id`` (16 bytes) and clocks never change again.

    ``actor`` wrote them, under ``schema``, having seen the log of ``history`` (8 bytes) up to ``cursor``.
    """

    id: bytes
    actor: int
    schema: int
    cursor: int
    history: bytes
    acts: tuple[Act, ...]
    ops: tuple[Op, ...]

    def clock(self, op: Op) -> Clock:
        """The clock of every value that ``op`` wrote."""
        return Clock(self.acts[op.act].stamp, self.actor)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the server's change log, as a site receives it.

    ``tick`` holds for all ``values`` but those in ``ticks``. ``user`` and ``verb`` tell who did what.
    """

    seq: int
    facet: str
    row: UUID
    kind: EntryKind
    values: Mapping[str, Stored]
    tick: Tick
    ticks: Mapping[str, Tick]
    user: UUID
    verb: str

    def tick_of(self, name: str) -> Tick:
        """The tick of one field."""
        return self.ticks.get(name, self.tick)


@dataclass(frozen=True, slots=True)
class Commit:
    """One transaction of the server: log numbers ``first`` to ``first + count - 1``, and 8 random bytes."""

    first: int
    count: int
    tag: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """The log after ``after`` up to ``upto``, as far as it concerns the reader; ``head`` is its newest.

    ``commits`` cover the entries, so that the reader knows the version number of each.
    """

    after: int
    upto: int
    head: int
    entries: tuple[Entry, ...]
    commits: tuple[Commit, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an operation that was not applied as it stood; what is in force where that differs.

    ``logged``: some of its fields were applied, so it has a number in the log all the same.
    """

    outcome: Outcome
    reason: str = ""
    values: Mapping[str, Stored] = field(default_factory=dict)
    ticks: Mapping[str, Tick] = field(default_factory=dict)
    logged: bool = False


@dataclass(frozen=True, slots=True)
class Ack:
    """The server's answer to a batch, stored with it: the logged operations have the numbers from ``first``.

    ``not_applied`` has an answer for each operation (by index) that was not applied whole.
    """

    batch: bytes
    first: int
    tag: bytes
    not_applied: Mapping[int, Answer]


@dataclass(frozen=True, slots=True)
class Held:
    """A field as it stands. ``inserted``: since its row was inserted, so that an empty value says nothing."""

    value: Stored
    tick: Tick = UNWRITTEN
    inserted: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """A written field: its value and tick, the clock of the value its author saw, whether by an insert."""

    value: Stored
    tick: Tick
    base: Clock
    inserting: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """A field after a merge: what stands now, what became of the edit, and what the journal is told."""

    held: Held
    outcome: Outcome
    conflict: ConflictKind | None = None
