"""What was done on this laptop, as sentences, and the history of one record's fields."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.rules.rights import Actor
from emis_desktop.sentence import Sentence


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act: when, by whom, what ("Mark of Pupil 0009, Mathematics Test 2 entered: 88"). ``undone``:
    taken back.
    """

    act: int
    at: datetime
    user: str
    sentence: Sentence
    undone: bool


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a record changed. ``field`` is its label; ``before``/``after`` are None when empty.

    ``hidden``: the actor may not see the values of this sensitivity class, only that they changed.
    """

    act: int
    at: datetime
    user: str
    field: Sentence
    before: object
    after: object
    hidden: bool


class HistoryQueries:
    """Questions to the journal."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def latest(self, limit: int = 20) -> tuple[ActLine, ...]:
        """The latest acts, newest first. An actor without the right to see history gets own acts only."""
        raise NotImplementedError

    def record(self, table: str, row_id: UUID) -> tuple[FieldChange, ...]:
        """Every change of a record's fields, newest first."""
        raise NotImplementedError

    def person(self, person_id: UUID) -> tuple[FieldChange, ...]:
        """Every change of a person's record and of its parts (identity, contacts, guardians, enrolments)."""
        raise NotImplementedError
