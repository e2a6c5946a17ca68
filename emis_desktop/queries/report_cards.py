"""Report cards of a class and term: who is ready, who is not and why, what was issued and what changed
since.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.rules.card import CardValues
from emis_desktop.rules.rights import Actor
from emis_desktop.sentence import Sentence


class CardState(StrEnum):
    """Where a pupil's card stands. ``changed``: issued, but its values have changed since: issue it again."""

    INCOMPLETE = "incomplete"
    READY = "ready"
    ISSUED = "issued"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class IssuedCard:
    """An issued card. ``superseded``: a later issue replaces it."""

    id: UUID
    student_id: UUID
    name: str
    number: str
    issue: int
    issued_on: date
    issued_by: str
    language: str
    check_code: str
    superseded: bool


@dataclass(frozen=True, slots=True)
class CardRow:
    """A pupil in the list. ``reasons`` say what is missing ("No mark: French, Music"); ``average`` is
    printed as is.

    ``issued`` is the card in force, if any.
    """

    student_id: UUID
    number: int
    name: str
    state: CardState
    reasons: tuple[Sentence, ...]
    average: Decimal | None
    issued: IssuedCard | None


@dataclass(frozen=True, slots=True)
class CardList:
    """All pupils of a class in register order."""

    class_id: UUID
    term_id: UUID
    class_name: str
    rows: tuple[CardRow, ...]

    def count(self, *states: CardState) -> int:
        """How many cards are in one of ``states``."""
        return sum(row.state in states for row in self.rows)


class ReportCardQueries:
    """Questions about report cards."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def card_list(self, class_id: UUID, term_id: UUID, language: str = "en") -> CardList:
        """The list of a class, read in one transaction."""
        raise NotImplementedError

    def card_values(
        self, class_id: UUID, term_id: UUID, language: str = "en", students: Collection[UUID] | None = None
    ) -> list[CardValues]:
        """The values of the cards as they would be issued now, in register order, for a preview."""
        raise NotImplementedError

    def issues_of(self, student_id: UUID, term_id: UUID) -> tuple[IssuedCard, ...]:
        """Every issue of a pupil's card, newest first."""
        raise NotImplementedError

    def issued_values(self, card_ids: Collection[UUID]) -> list[CardValues]:
        """The frozen values of issued cards, in the order asked, for reprinting."""
        raise NotImplementedError
