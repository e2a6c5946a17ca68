"""Where the actor works: schools, years, terms, grades, classes and the subjects taught in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.rules.rights import Actor


@dataclass(frozen=True, slots=True)
class SchoolInfo:
    """A school as the top bar and a report card name it."""

    id: UUID
    code: str
    name: str
    motto: str
    address: str
    phone: str
    email: str
    principal: str
    area: str


@dataclass(frozen=True, slots=True)
class YearInfo:
    """A school year, newest first in lists."""

    id: UUID
    code: str
    label: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class TermInfo:
    """A term of a school year. ``weeks`` counts calendar weeks from the first to the last day."""

    id: UUID
    year_id: UUID
    number: int
    name: str
    starts_on: date
    ends_on: date
    next_begins_on: date | None
    marks_due_on: date | None

    @property
    def weeks(self) -> int:
        """Calendar weeks from the Monday of the first to that of the last day."""
        return self.week_of(self.ends_on)

    def week_of(self, day: date) -> int:
        """Which week of the term ``day`` lies in, from 1; 0 before it, more than ``weeks`` after it."""
        first = self.starts_on.toordinal() - self.starts_on.weekday()
        return 0 if day < self.starts_on else (day.toordinal() - first) // 7 + 1


@dataclass(frozen=True, slots=True)
class GradeInfo:
    """A grade or form, in the order of the country's structure."""

    id: UUID
    code: str
    name: str
    level: str
    position: int
    official_age: int | None


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """A class of a year with its roll at the reference day; ``teacher`` is empty when nobody is class teacher yet.

    ``unstated`` counts pupils whose sex is not recorded.
    """

    id: UUID
    institution_id: UUID
    year_id: UUID
    name: str
    grades: tuple[GradeInfo, ...]
    teacher_id: UUID | None
    teacher: str
    capacity: int | None
    girls: int
    boys: int
    unstated: int

    @property
    def on_roll(self) -> int:
        """Number on roll."""
        return self.girls + self.boys + self.unstated

    @property
    def multi_grade(self) -> bool:
        """Whether several grades sit together."""
        return len(self.grades) > 1


@dataclass(frozen=True, slots=True)
class ClassSubjectInfo:
    """A subject of a class in the reader's language. ``may_edit``: the actor may enter its marks."""

    class_id: UUID
    subject_id: UUID
    code: str
    name: str
    teacher_id: UUID | None
    teacher: str
    position: int
    may_edit: bool


@dataclass(frozen=True, slots=True)
class Today:
    """The year and term that hold on a day; ``term`` is the latest begun one between terms, the first before all."""

    year: YearInfo | None
    term: TermInfo | None


class SchoolQueries:
    """Questions about structure. A teacher gets own classes and subjects only; a school's user that school only."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` decides what is seen."""
        self._db = db
        self._actor = actor

    def schools(self) -> tuple[SchoolInfo, ...]:
        """The schools the actor works in, by name."""
        raise NotImplementedError

    def years(self) -> tuple[YearInfo, ...]:
        """All school years, newest first."""
        raise NotImplementedError

    def terms(self, year_id: UUID) -> tuple[TermInfo, ...]:
        """The terms of a year, in order."""
        raise NotImplementedError

    def today(self, day: date) -> Today:
        """Year and term that hold on ``day``."""
        raise NotImplementedError

    def grades(self) -> tuple[GradeInfo, ...]:
        """All grades of the country, in order."""
        raise NotImplementedError

    def classes(self, institution_id: UUID, year_id: UUID, day: date) -> tuple[ClassInfo, ...]:
        """The classes the actor may see, by grade and name, with their roll on ``day``."""
        raise NotImplementedError

    def subjects_of(self, class_id: UUID, language: str = "en") -> tuple[ClassSubjectInfo, ...]:
        """The subjects of a class that the actor may see, in the class's order."""
        raise NotImplementedError
