"""What teachers write and rate beside the marks: comments, effort, remarks, conduct, attendance totals."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.rules.rights import Actor


@dataclass(frozen=True, slots=True)
class AttendanceFigures:
    """Days of a term: possible, absent without and with excuse; ``late`` counts occasions. None: not
    known.
    """

    possible: int | None = None
    absent: int | None = None
    excused: int | None = None
    late: int | None = None


class RemarkService:
    """Writes remarks and ratings; every method is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` writes."""
        self._db = db
        self._actor = actor

    def set_comment(self, student_id: UUID, subject_id: UUID, term_id: UUID, comment: str) -> None:
        """The subject teacher's comment; empty text removes it."""
        raise NotImplementedError

    def set_effort(self, student_id: UUID, subject_id: UUID, term_id: UUID, effort: str) -> None:
        """The effort letter of a subject; empty text removes it."""
        raise NotImplementedError

    def set_class_teacher_remark(self, student_id: UUID, term_id: UUID, text: str) -> None:
        """The class teacher's remark on the term."""
        raise NotImplementedError

    def set_principal_remark(self, student_id: UUID, term_id: UUID, text: str) -> None:
        """The principal's remark on the term."""
        raise NotImplementedError

    def rate_conduct(self, student_id: UUID, term_id: UUID, trait: str, level: int | None) -> None:
        """The level of one trait of conduct; None removes it."""
        raise NotImplementedError

    def set_attendance(self, student_id: UUID, term_id: UUID, figures: AttendanceFigures) -> None:
        """Attendance totals of a term."""
        raise NotImplementedError
