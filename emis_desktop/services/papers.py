"""That somebody printed personal data stands in the journal: which paper, about whom, when."""

from __future__ import annotations

from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.journal import Reading
from emis_desktop.rules.papers import PaperKind
from emis_desktop.rules.rights import Actor, Right, require

_OF_PUPIL = frozenset({PaperKind.TRANSCRIPT, PaperKind.TESTIMONIAL, PaperKind.CERTIFICATE, PaperKind.HELD})


class PaperService:
    """Notes what one actor prints."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor

    def printed_of_pupil(self, kind: PaperKind, student_id: UUID) -> None:
        """A paper about a pupil was made."""
        require(self._actor, Right.VIEW_STUDENTS)
        if kind not in _OF_PUPIL:
            raise ValueError(kind)
        self._note(f"print_{kind.value}", Reading("person", student_id))

    def printed_of_class(self, kind: PaperKind, class_id: UUID) -> None:
        """A list, cards or a register of one class was made."""
        require(self._actor, Right.VIEW_STUDENTS)
        self._note(f"print_{kind.name.lower()}_class", Reading("school_class", class_id))

    def printed_of_school(self, kind: PaperKind, institution_id: UUID) -> None:
        """Lists, cards or registers of a school, or of several of its classes, were made."""
        require(self._actor, Right.VIEW_STUDENTS, institution_id=institution_id)
        self._note(f"print_{kind.name.lower()}", Reading("institution", institution_id))

    def _note(self, verb: str, about: Reading) -> None:
        with self._db.write(self._actor, verb, about=about):
            pass
