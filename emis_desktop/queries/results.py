"""Results of a class in a term; every number comes from the rules."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.rules.positions import Position
from emis_desktop.rules.results import SubjectResult
from emis_desktop.rules.rights import Actor


@dataclass(frozen=True, slots=True)
class PupilLine:
    """A pupil's term: subjects in the class's order, average as printed, position (None: not ranked or
    hidden).
    """

    student_id: UUID
    name: str
    grade_id: UUID
    subjects: tuple[SubjectResult, ...]
    average: Decimal | None
    complete: bool
    position: Position | None
    subject_positions: tuple[Position | None, ...]


@dataclass(frozen=True, slots=True)
class SubjectFigures:
    """A subject over the class; average and highest are None when hidden or without a final mark."""

    subject_id: UUID
    code: str
    name: str
    average: Decimal | None
    highest: Decimal | None
    spread: Decimal | None
    final: int


@dataclass(frozen=True, slots=True)
class ClassResults:
    """A class's term in register order. ``hidden``: class figures and positions are hidden (small class or
    policy).
    """

    class_id: UUID
    term_id: UUID
    class_name: str
    on_roll: int
    pupils: tuple[PupilLine, ...]
    subjects: tuple[SubjectFigures, ...]
    average: Decimal | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class TermResultRow:
    """One line of the export ``term-results``: a pupil, subject and term."""

    student_number: str
    student_name: str
    class_name: str
    year: str
    term: int
    subject: str
    mark: Decimal | None
    letter: str
    state: str
    position: str


class ResultQueries:
    """Questions about results."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def class_results(self, class_id: UUID, term_id: UUID, language: str = "en") -> ClassResults:
        """The results of a class, from one read transaction."""
        raise NotImplementedError

    def term_results(self, institution_id: UUID | None, term_id: UUID) -> list[TermResultRow]:
        """Every pupil, subject and term mark of a school (None: of all) in a term, for export."""
        raise NotImplementedError
