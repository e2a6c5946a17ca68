"""The schools of the country as whoever opens, closes and merges them sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from emis_desktop.database import Database
from emis_desktop.models import Area, EducationGrade, Enrolment, Institution, Person
from emis_desktop.rules.names import listed_name
from emis_desktop.rules.rights import Actor, Right, require


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """A school: where it lies, whom it admits, from when to when; ``on_roll`` on the day asked about.

    ``reason``: why it closed; ``successor``: the school that it was merged into.
    """

    id: UUID
    code: str
    name: str
    area: str
    area_id: UUID | None
    sex_policy: str
    opened_on: date | None
    closed_on: date | None
    reason: str
    successor: str
    on_roll: int


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A pupil who would still be on the roll after a school closes."""

    student_id: UUID
    name: str
    grade: str
    starts_on: date


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area that a school can lie in."""

    id: UUID
    name: str


class SchoolLifeQueries:
    """Questions about all schools, by one actor; a school's user gets that school."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` asks."""
        self._db = db
        self._actor = actor

    def schools(self, day: date) -> tuple[SchoolLine, ...]:
        """Every school by name, those that closed last."""
        require(self._actor, Right.MANAGE_STRUCTURE)
        after = aliased(Institution)
        question = (
            select(Institution, Area.name, after.name)
            .outerjoin(Area, Area.id == Institution.area_id)
            .outerjoin(after, after.id == Institution.successor_id)
            .where(Institution.deleted_at.is_(None))
            .order_by(Institution.closed_on.is_not(None), Institution.name, Institution.code)
        )
        if self._actor.institution_id is not None:
            question = question.where(Institution.id == self._actor.institution_id)
        with self._db.read() as session:
            roll = {
                row[0]: row[1]
                for row in session.execute(
                    select(Enrolment.institution_id, func.count(Enrolment.person_id.distinct()))
                    .where(
                        Enrolment.deleted_at.is_(None),
                        Enrolment.starts_on <= day,
                        or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
                    )
                    .group_by(Enrolment.institution_id)
                )
            }
            return tuple(
                _line(row, area, successor, roll.get(row.id, 0))
                for row, area, successor in session.execute(question)
            )

    def left_over(self, institution_id: UUID, day: date) -> tuple[LeftOver, ...]:
        """The pupils who would be on the roll of a school after ``day``: they are placed before it closes."""
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        question = (
            select(Enrolment, Person, EducationGrade.name)
            .join(Person, Person.id == Enrolment.person_id)
            .join(EducationGrade, EducationGrade.id == Enrolment.grade_id)
            .where(
                Enrolment.institution_id == institution_id,
                Enrolment.deleted_at.is_(None),
                or_(Enrolment.ends_on.is_(None), Enrolment.ends_on > day),
            )
            .order_by(EducationGrade.position, Person.family_name, Person.given_names)
        )
        with self._db.read() as session:
            return tuple(
                LeftOver(
                    person.id, listed_name(person.given_names, person.family_name), grade, enrolment.starts_on
                )
                for enrolment, person, grade in session.execute(question)
            )

    def areas(self) -> tuple[AreaLine, ...]:
        """The areas of the country, by name; the whole country is none that a school lies in."""
        with self._db.read() as session:
            rows = session.execute(
                select(Area.id, Area.name)
                .where(Area.deleted_at.is_(None), Area.parent_id.is_not(None))
                .order_by(Area.name)
            )
            return tuple(AreaLine(row.id, row.name) for row in rows)


def _line(row: Institution, area: str | None, successor: str | None, on_roll: int) -> SchoolLine:
    return SchoolLine(
        id=row.id,
        code=row.code,
        name=row.name,
        area=area or "",
        area_id=row.area_id,
        sex_policy=row.sex_policy or "",
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        reason=row.closing_reason or "",
        successor=successor or "",
        on_roll=on_roll,
    )
