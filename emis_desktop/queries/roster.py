"""Who sits in a class: the pupils of its roll on a day, in register order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from emis_desktop.models import ClassPupil, Enrolment, Person
from emis_desktop.queries.plain import places, rows
from emis_desktop.rules.names import display_name, listed_name, sort_key

NUMBER_KINDS = ("national", "provisional")
"""Which of a pupil's numbers stands on lists and paper, best first; any other comes after them."""


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil on the roll of a class."""

    student_id: UUID
    enrolment_id: UUID
    class_id: UUID
    grade_id: UUID
    given_names: str
    family_name: str
    sex: str | None
    birth_date: date | None

    @property
    def name(self) -> str:
        """The name as on paper."""
        return display_name(self.given_names, self.family_name)

    @property
    def listed(self) -> str:
        """The name as in a list."""
        return listed_name(self.given_names, self.family_name)


_NUMBERS = (
    "SELECT person_id, kind, number FROM person_identity WHERE person_id IN ({people}) AND deleted_at IS NULL"
)
_LATER = aliased(ClassPupil)


def on_roll(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition that a stay in a class (joined with its enrolment) holds on ``day``.

    First and last day belong to it; on the day of a change of class the new class has the pupil.
    """
    moved = exists().where(
        _LATER.enrolment_id == ClassPupil.enrolment_id,
        _LATER.id != ClassPupil.id,
        _LATER.deleted_at.is_(None),
        _LATER.starts_on == day,
        ClassPupil.ends_on == day,
    )
    return and_(
        ClassPupil.deleted_at.is_(None),
        Enrolment.deleted_at.is_(None),
        or_(ClassPupil.starts_on.is_(None), ClassPupil.starts_on <= day),
        or_(ClassPupil.ends_on.is_(None), ClassPupil.ends_on >= day),
        Enrolment.starts_on <= day,
        or_(Enrolment.ends_on.is_(None), Enrolment.ends_on >= day),
        ~moved,
    )


_PUPILS = (
    select(
        Person.id,
        Enrolment.id,
        ClassPupil.class_id,
        Enrolment.grade_id,
        Person.given_names,
        Person.family_name,
        Person.sex,
        Person.birth_date,
    )
    .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
    .join(Person, Person.id == Enrolment.person_id)
    .where(
        ClassPupil.class_id.in_(bindparam("class_ids", expanding=True)),
        on_roll(bindparam("day", type_=Date())),
        Person.deleted_at.is_(None),
    )
)
"""Made once: putting it together takes longer than running it for a class."""


def pupils_of(session: Session, class_ids: Collection[UUID], day: date) -> list[Pupil]:
    """The pupils of the classes on the roll on ``day``, each class together, in register order."""
    found = session.execute(_PUPILS, {"class_ids": list(class_ids), "day": day}).all()
    pupils = [Pupil(*row) for row in found]
    pupils.sort(
        key=lambda pupil: (pupil.class_id, sort_key(pupil.family_name, pupil.given_names), pupil.student_id)
    )
    return pupils


def numbers_of(session: Session, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """The number of each person that has one, by :data:`NUMBER_KINDS`."""
    people = {person_id.bytes: person_id for person_id in person_ids}
    found = rows(session, _NUMBERS.format(people=places(people)), people)
    found.sort(key=lambda row: (kind_rank(row[1]), row[1], row[2]), reverse=True)
    return {people[person]: number for person, _kind, number in found}


def kind_rank(kind: str) -> int:
    """Where a kind of number stands in :data:`NUMBER_KINDS`; unknown kinds come last."""
    return NUMBER_KINDS.index(kind) if kind in NUMBER_KINDS else len(NUMBER_KINDS)
