"""Report cards as the screens ask for them: previews, issues, copies of what was issued.

The drawing of paper takes half a second to load (reportlab, fonts). The first job loads it, on its own
thread; signing in and opening a page do not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from emis_desktop import files
from emis_desktop.database import Database
from emis_desktop.rules.rights import Actor
from emis_desktop.services.report_cards import IssueOrder
from reports.file_names import file_name

if TYPE_CHECKING:
    from emis_desktop.jobs.issue_cards import IssueReport
    from reports.report_card.desk import CardWarning

Progress = Callable[[int, int], None]
"""Called with (cards done, cards in all); raise :class:`emis_desktop.errors.Cancelled` in it to stop."""


@dataclass(frozen=True, slots=True)
class CardPlace:
    """Whose card: the pupil, in which class and term, and the language it speaks."""

    class_id: UUID
    term_id: UUID
    student_id: UUID
    language: str


@dataclass(frozen=True, slots=True)
class CardPdf:
    """A PDF, and what the paper could not show in full."""

    content: bytes
    warnings: tuple[CardWarning, ...] = ()


class CardJobs:
    """Long work on report cards. Every method may be called from any thread."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is open."""
        self._db = db
        self._actor = actor

    def preview(self, place: CardPlace) -> CardPdf:
        """A card as it would be issued now; the paper says that it is a preview."""
        from emis_desktop.jobs import issue_cards  # noqa: PLC0415

        content, warnings = issue_cards.draw_preview(
            self._db, self._actor, place.class_id, place.term_id, place.student_id, place.language
        )
        return CardPdf(content, warnings)

    def issue(self, order: IssueOrder, target: Path, *, merged: bool, progress: Progress) -> IssueReport:
        """Issue cards into one file ``target``, or with ``merged`` False a file a pupil in that folder."""
        from emis_desktop.jobs import issue_cards  # noqa: PLC0415

        wanted = issue_cards.CardOrder(order, target, merged)
        return issue_cards.issue_cards(self._db, self._actor, wanted, progress)

    def issued(self, card_ids: Sequence[UUID]) -> CardPdf:
        """Issued cards from their frozen values, the same to the byte as when they were issued."""
        from emis_desktop.jobs import issue_cards  # noqa: PLC0415

        return CardPdf(issue_cards.issued_pdf(self._db, self._actor, card_ids))

    def save_preview(self, place: CardPlace, target: Path) -> None:
        """Write a preview to the file ``target``. Raises :class:`emis_desktop.errors.CannotSave`."""
        files.write(target, self.preview(place).content)

    def save_issued(self, card_ids: Sequence[UUID], target: Path, progress: Progress) -> None:
        """Write issued cards again from their frozen values, as one file ``target``."""
        from emis_desktop.jobs import issue_cards  # noqa: PLC0415

        issue_cards.reprint_cards(self._db, self._actor, card_ids, target, progress)


def free_path(folder: Path, parts: Sequence[str], ending: str) -> Path:
    """A path in ``folder`` that nothing has yet, named after ``parts`` as every system takes it."""
    try:
        taken = {one.name.casefold() for one in folder.iterdir()}
    except OSError:
        taken = set()
    return folder / file_name(parts, ending, taken)


def plain_name(parts: Sequence[str]) -> str:
    """A name for a folder, made of ``parts`` as every system takes it."""
    return file_name(parts, "", set())
