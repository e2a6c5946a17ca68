"""Issuing report cards: values are frozen, numbered and kept; a later issue replaces an earlier one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.queries.report_cards import IssuedCard
from emis_desktop.rules.card import CardValues
from emis_desktop.rules.rights import Actor
from emis_desktop.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Skipped:
    """A pupil whose card was not issued and why."""

    student_id: UUID
    name: str
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class PreparedIssue:
    """Cards with their numbers, not yet issued: they can be drawn; :meth:`ReportCardService.commit` issues
    them.
    """

    class_id: UUID
    term_id: UUID
    values: tuple[CardValues, ...]
    skipped: tuple[Skipped, ...]


class ReportCardService:
    """Issues report cards."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` issues."""
        self._db = db
        self._actor = actor

    def prepare(
        self,
        class_id: UUID,
        term_id: UUID,
        *,
        today: date,
        language: str = "en",
        students: Collection[UUID] | None = None,
        provisional: bool = False,
    ) -> PreparedIssue:
        """Freeze the cards of a class (or of ``students`` of it); incomplete ones are skipped unless
        ``provisional``.
        """
        raise NotImplementedError

    def commit(self, prepared: PreparedIssue) -> tuple[IssuedCard, ...]:
        """Issue what was prepared, as one act; Refused when a value or number has changed since."""
        raise NotImplementedError
