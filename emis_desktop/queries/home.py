"""Home: the figures of the day, what needs somebody, and the data of the charts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.rules.rights import Actor
from emis_desktop.sentence import Sentence


class TaskKind(StrEnum):
    """What a task is about; the screen chooses icon, verb and where it leads."""

    MARKS_MISSING = "marks_missing"
    CARDS_READY = "cards_ready"
    CARDS_INCOMPLETE = "cards_incomplete"
    CARDS_CHANGED = "cards_changed"
    BACKUP_OLD = "backup_old"
    PUPILS_WITHOUT_CLASS = "pupils_without_class"
    NO_PUPILS = "no_pupils"
    NO_CLASSES = "no_classes"


@dataclass(frozen=True, slots=True)
class Task:
    """One line of "What needs you": ``title`` is the thing, ``detail`` where and until when.

    ``class_id`` and ``subject_id`` say where its verb leads; ``overdue``: the day it was due has passed.
    """

    kind: TaskKind
    title: Sentence
    detail: Sentence
    count: int
    class_id: UUID | None = None
    subject_id: UUID | None = None
    due_on: date | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """The headline figures. Marks and cards are of the chosen term; ``cards_total`` counts pupils in
    classes.
    """

    on_roll: int
    girls: int
    boys: int
    unstated: int
    marks_entered: int
    marks_expected: int
    marks_due_on: date | None
    cards_ready: int
    cards_issued: int
    cards_incomplete: int
    cards_total: int


@dataclass(frozen=True, slots=True)
class PyramidRow:
    """Pupils of a grade by sex; rows come from the highest grade to the lowest."""

    grade: str
    code: str
    girls: int
    boys: int
    unstated: int


@dataclass(frozen=True, slots=True)
class CompletionCell:
    """Marks entered of expected in a class and subject. ``expected`` 0: the subject has no items there."""

    class_id: UUID
    subject_id: UUID
    entered: int
    expected: int


@dataclass(frozen=True, slots=True)
class Completion:
    """The heat map of marks entered: classes down, subjects across; a class without a subject has no cell."""

    classes: tuple[tuple[UUID, str], ...]
    subjects: tuple[tuple[UUID, str], ...]
    cells: tuple[CompletionCell, ...]


@dataclass(frozen=True, slots=True)
class SubjectSpread:
    """Final term marks of a subject over the school: how many per ten marks, their average and the share
    passed.
    """

    subject_id: UUID
    name: str
    counts: tuple[int, ...]
    average: Decimal | None
    passed_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Home:
    """Everything the page shows, from one read transaction."""

    figures: HomeFigures
    tasks: tuple[Task, ...]
    pyramid: tuple[PyramidRow, ...]
    completion: Completion
    spreads: tuple[SubjectSpread, ...]


class HomeQueries:
    """Questions of the Home page."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def home(
        self,
        institution_id: UUID,
        term_id: UUID,
        today: date,
        language: str = "en",
        last_backup: datetime | None = None,
    ) -> Home:
        """The page for a school and term; ``last_backup`` None means never."""
        raise NotImplementedError
