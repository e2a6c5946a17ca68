"""What a new school year would be made of: plain rows with ids that follow from those they are copied from.

Two laptops that both open the year therefore write the same rows, and opening it twice writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from emis_desktop.models import AssessmentItem, CalendarDay, OptionBlock, PupilGroup, Synced
from emis_desktop.rules.new_year import Frame


class Standing(StrEnum):
    """What becomes of a class of the year before."""

    NEW = "new"
    THERE = "there"
    """It was copied before, or there is a class of that name."""
    TAKEN_AWAY = "taken_away"
    """It was copied before and somebody took it away since."""
    NO_GRADE = "no_grade"
    """None of its grades is in force in the new year."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to copy. ``teachers``: of classes and subjects, as far as they still serve; ``tests`` of the
    terms; ``calendar``: days off, half days and days on which school is held all the same.
    """

    from_year_id: UUID
    teachers: bool = True
    tests: bool = True
    calendar: bool = True


@dataclass(frozen=True, slots=True)
class NewTerm:
    """A term of the new year; ``frame`` leads days of the old one into it, None where there was none."""

    id: UUID
    number: int
    name: str
    starts_on: date
    ends_on: date
    next_begins_on: date | None
    marks_due_on: date | None
    weight: Decimal
    frame: Frame | None


@dataclass(frozen=True, slots=True)
class NewYear:
    """The new year and its terms, as they stand or as they would be made. ``there``: it was made before."""

    id: UUID
    code: str
    label: str
    starts_on: date
    ends_on: date
    terms: tuple[NewTerm, ...]
    there: bool
    before_id: UUID
    before_starts: date
    before_ends: date

    @property
    def frame(self) -> Frame:
        """Days of the old year as days of this one."""
        return Frame(self.before_starts, self.starts_on, self.ends_on)


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class of the old year and what becomes of it; ``dropped`` grades are not in force any more."""

    name: str
    grades: tuple[str, ...]
    subjects: int
    standing: Standing
    teacher: str = ""
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row to write."""

    model: type[Synced]
    id: UUID
    values: Mapping[str, Any]


@dataclass(slots=True)
class SchoolPlan:
    """What one school gets. ``rows`` are those that are not there; ``again``: nothing of the school is in the
    year, so what somebody undid comes back.
    """

    institution_id: UUID
    school: str
    again: bool = False
    classes: list[ClassLine] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def new_classes(self) -> int:
        """How many classes would be made."""
        return sum(line.standing is Standing.NEW for line in self.classes)

    @property
    def empty(self) -> bool:
        """Whether everything is there already."""
        return not self.rows

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups that would be made."""
        return tuple(str(row.values["name"]) for row in self.rows if row.model is PupilGroup)

    @property
    def blocks(self) -> tuple[str, ...]:
        """Names of the blocks of options that would be made."""
        return tuple(str(row.values["name"]) for row in self.rows if row.model is OptionBlock)

    @property
    def tests(self) -> int:
        """How many tests would be made."""
        return sum(row.model is AssessmentItem for row in self.rows)

    @property
    def days(self) -> tuple[tuple[date, str], ...]:
        """First day and label of what the school's calendar would say."""
        return days_of(self.rows)


def days_of(rows: Sequence[Row]) -> tuple[tuple[date, str], ...]:
    """First day and label of the entries of a calendar among ``rows``."""
    found = ((row.values["starts_on"], row.values["label"] or "") for row in rows if row.model is CalendarDay)
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class YearPlan:
    """What opening the year would make: in the country, and in each school."""

    year: NewYear
    schools: tuple[SchoolPlan, ...]
    days: tuple[tuple[date, str], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether everything is there already."""
        return self.year.there and not self.days and all(one.empty for one in self.schools)
