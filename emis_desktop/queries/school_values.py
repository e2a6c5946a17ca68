"""Plain values of the structure: schools, years, terms, grades, classes, subjects taught."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from emis_desktop.rules.calendar import TermSpan, Week, week_of


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
    closed_on: date | None = None

    def open_on(self, day: date) -> bool:
        """Whether the school is one to choose on ``day``: it is open to the end of the day it closes."""
        return self.closed_on is None or day <= self.closed_on


@dataclass(frozen=True, slots=True)
class YearInfo:
    """A school year, newest first in lists. ``closed``: it takes no changes; ``reason``: why it was opened
    again.
    """

    id: UUID
    code: str
    label: str
    starts_on: date
    ends_on: date
    closed: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TermInfo:
    """A term of a school year; ``weight`` is its share in the year result. ``closed``:
    it takes no changes; ``reason``: why it was opened again.
    """

    id: UUID
    year_id: UUID
    number: int
    name: str
    starts_on: date
    ends_on: date
    next_begins_on: date | None
    marks_due_on: date | None
    weight: Decimal
    closed: bool = False
    reason: str = ""

    @property
    def span(self) -> TermSpan:
        """The term as the calendar's rules take it."""
        return TermSpan(self.id, self.name, self.starts_on, self.ends_on)

    def due_of(self, own: date | None) -> date | None:
        """When the marks of a test are due: on its ``own`` day, else on the term's; None without either."""
        return own or self.marks_due_on

    def week_of(self, day: date) -> Week | None:
        """Week 9 of 14 on ``day``; None outside the term."""
        return week_of(day, self.span)


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
    """A class of a year with its roll on a day; ``teacher`` is empty while nobody is class teacher.

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
    shift: str = ""

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
    """The year and term that hold on a day: between terms the last begun, before all the first."""

    year: YearInfo | None
    term: TermInfo | None
