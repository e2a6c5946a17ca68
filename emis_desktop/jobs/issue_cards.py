"""Issue the report cards of a class and write them as PDF, or neither."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.queries.report_cards import IssuedCard
from emis_desktop.rules.rights import Actor
from emis_desktop.services.report_cards import Skipped

Progress = Callable[[int, int], None]
"""Called with (done, total); raising :class:`emis_desktop.errors.Cancelled` from it stops the job."""


@dataclass(frozen=True, slots=True)
class CardOrder:
    """What to issue and where to: one merged ``folder/name.pdf`` or one file a pupil in ``folder``.

    ``class_ids`` are worked through in order; every class is one act.
    """

    class_ids: tuple[UUID, ...]
    term_id: UUID
    folder: Path
    today: date
    language: str = "en"
    merged: bool = True
    students: Collection[UUID] | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class IssueReport:
    """What was done: cards issued, pupils skipped and why, files written."""

    issued: tuple[IssuedCard, ...]
    skipped: tuple[Skipped, ...]
    files: tuple[Path, ...]


def issue_cards(db: Database, actor: Actor, order: CardOrder, progress: Progress) -> IssueReport:
    """Issue and write; on any failure or cancel neither file nor issue remains, or the error says what
    does.
    """
    raise NotImplementedError


def reprint_cards(
    db: Database, actor: Actor, card_ids: Collection[UUID], path: Path, progress: Progress
) -> Path:
    """Write issued cards again from their frozen values, byte for byte as first issued, as one merged PDF."""
    raise NotImplementedError


def preview_card(
    db: Database, actor: Actor, class_id: UUID, term_id: UUID, student_id: UUID, language: str
) -> bytes:
    """The PDF of one card as it would be issued now, marked as a preview by an empty number."""
    raise NotImplementedError
