"""Entering marks: typed text in, stored cell out; one call is one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.rules.marks import MarkEntry
from emis_desktop.rules.rights import Actor


@dataclass(frozen=True, slots=True)
class TypedMark:
    """What somebody typed for a pupil and item: a number, the code for absent or exempt, or nothing
    (clears).
    """

    student_id: UUID
    item_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class StoredMark:
    """What the store holds now."""

    student_id: UUID
    item_id: UUID
    entry: MarkEntry


@dataclass(frozen=True, slots=True)
class RefusedMark:
    """What was not stored and why; ``reason.text(words)`` is the sentence beside the cell."""

    typed: TypedMark
    reason: Refused


@dataclass(frozen=True, slots=True)
class BlockResult:
    """The outcome of a block: everything that could be stored was, in one act."""

    accepted: tuple[StoredMark, ...]
    refused: tuple[RefusedMark, ...]


class MarkService:
    """Enters marks."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` does it."""
        self._db = db
        self._actor = actor

    def record(self, student_id: UUID, item_id: UUID, text: str) -> StoredMark:
        """Store one mark; :class:`Refused` with the reason to show beside the cell, and nothing is stored."""
        raise NotImplementedError

    def record_block(self, marks: Sequence[TypedMark]) -> BlockResult:
        """Store a pasted or filled block as one act; what is refused is listed, the rest is stored."""
        raise NotImplementedError

    def clear(self, cells: Sequence[tuple[UUID, UUID]]) -> BlockResult:
        """Clear the marks of (student, item) as one act."""
        raise NotImplementedError
