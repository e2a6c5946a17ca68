"""Setting up and changing the structure: years, grades, classes, subjects, schemes and the items of a
term.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.rules.rights import Actor


@dataclass(frozen=True, slots=True)
class NewSchool:
    """A school to create; optional texts may stay empty."""

    code: str
    name: str
    area_code: str = ""
    sector: str = ""
    kind: str = ""
    motto: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    principal: str = ""
    crest: bytes | None = None


@dataclass(frozen=True, slots=True)
class NewClass:
    """A class to create: one grade or several, its class teacher (a person) and capacity."""

    institution_id: UUID
    year_id: UUID
    name: str
    grade_ids: tuple[UUID, ...]
    teacher_id: UUID | None = None
    capacity: int | None = None
    subject_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemSpecNew:
    """An assessment item to add to a grade, subject and term. Weights are shares: 40 and 60 are as 2 and
    3.
    """

    code: str
    name: str
    maximum: Decimal
    weight: Decimal
    part: str = "coursework"
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class SetUp:
    """What setting up from a profile made or found, by the profile's codes."""

    years: dict[str, UUID] = field(default_factory=dict)
    terms: dict[tuple[str, int], UUID] = field(default_factory=dict)
    grades: dict[str, UUID] = field(default_factory=dict)
    subjects: dict[str, UUID] = field(default_factory=dict)
    schemes: dict[str, UUID] = field(default_factory=dict)
    areas: dict[str, UUID] = field(default_factory=dict)


class StructureService:
    """Changes the structure; needs the right to manage it; every method is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` changes it."""
        self._db = db
        self._actor = actor

    def create_school(self, school: NewSchool) -> UUID:
        """A new school; Refused when its code is taken."""
        raise NotImplementedError

    def create_class(self, new: NewClass) -> UUID:
        """A new class with its grades and subjects; Refused when the name is taken in that school and
        year.
        """
        raise NotImplementedError

    def set_subject_teacher(self, class_id: UUID, subject_id: UUID, teacher_id: UUID | None) -> None:
        """Who teaches a subject of a class; adds the subject to the class when it is not there."""
        raise NotImplementedError

    def set_term_dates(
        self,
        term_id: UUID,
        starts_on: date,
        ends_on: date,
        next_begins_on: date | None = None,
        marks_due_on: date | None = None,
    ) -> None:
        """New dates of a term; Refused when they overlap another term or leave the year."""
        raise NotImplementedError

    def add_items(
        self,
        institution_id: UUID,
        grade_id: UUID,
        subject_id: UUID,
        term_id: UUID,
        items: Sequence[ItemSpecNew],
    ) -> tuple[UUID, ...]:
        """Assessment items; an item with the same code is changed instead."""
        raise NotImplementedError

    def remove_item(self, item_id: UUID) -> None:
        """Remove an item; Refused while it has marks."""
        raise NotImplementedError

    def lock_item(self, item_id: UUID, *, locked: bool) -> None:
        """Lock or open an item for entry."""
        raise NotImplementedError
