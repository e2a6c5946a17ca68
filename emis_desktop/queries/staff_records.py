"""Staff as people: the list of who works where, and one record with posts, learning and what is taught."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import (
    AcademicPeriod,
    ClassSubject,
    Institution,
    Person,
    PersonContact,
    Qualification,
    SchoolClass,
    StaffPosition,
    Subject,
    Training,
)
from emis_desktop.one_person import everybody_together, together
from emis_desktop.queries.classes import subject_name
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.names import display_name, fold, listed_name
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read

Own = TypeVar("Own", Qualification, Training)


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post; ``employment`` and ``end_reason`` are codes, empty when not said."""

    id: UUID
    institution_id: UUID
    school: str
    role: str
    starts_on: date | None
    ends_on: date | None
    employment: str
    end_reason: str

    def holds(self, day: date) -> bool:
        """Whether the post is held on ``day``."""
        return (self.starts_on is None or self.starts_on <= day) and (
            self.ends_on is None or self.ends_on >= day
        )


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A member of staff in the list: a person once, with all posts. ``leads``: names of classes."""

    person_id: UUID
    name: str
    sex: str
    posts: tuple[PostLine, ...]
    leads: tuple[str, ...]
    teaches: int

    def serves(self, day: date) -> bool:
        """Whether any post is held on ``day``, or is to come."""
        return any(post.ends_on is None or post.ends_on >= day for post in self.posts)


@dataclass(frozen=True, slots=True)
class AwardLine:
    """A qualification."""

    id: UUID
    kind: str
    title: str
    body: str
    year: int | None


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course in service."""

    id: UUID
    title: str
    provider: str
    starts_on: date | None
    ends_on: date | None
    hours: Decimal | None


@dataclass(frozen=True, slots=True)
class TeachingLine:
    """A class somebody leads (``subject`` empty), or a subject taught in it."""

    year: str
    school: str
    class_name: str
    subject: str


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """Everything about a member of staff; ``teaching`` newest year first."""

    person_id: UUID
    given_names: str
    family_name: str
    preferred_name: str
    sex: str
    birth_date: date | None
    nationality: str
    address: str
    phone: str
    email: str
    posts: tuple[PostLine, ...]
    qualifications: tuple[AwardLine, ...]
    trainings: tuple[CourseLine, ...]
    teaching: tuple[TeachingLine, ...]

    @property
    def name(self) -> str:
        """The name as on paper."""
        return display_name(self.given_names, self.family_name)


class StaffRecordQueries:
    """Questions about staff, by somebody who plans and reads records of staff."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """A school's user gets the people of that school with all their posts."""
        self._db = db
        self._actor = actor

    def people(
        self, institution_id: UUID | None, year_id: UUID | None, text: str = ""
    ) -> tuple[StaffRow, ...]:
        """Everybody with a post at the school, now or before, by name; None: of every school.

        ``text`` narrows to names with all its words. What is led and taught is that of the year.
        """
        self._require()
        own = self._actor.institution_id if self._actor.institution_id is not None else institution_id
        with self._db.read() as session:
            whole = everybody_together(session)
            members = {whole.main_of(one) for one in _members(session, own)}
            records = {one: whole.of(one) for one in members}
            every = [one for group in records.values() for one in group]
            posts = _posts(session, every)
            leads, teaches = _led(session, every, year_id), _taught(session, every, year_id)
            words = fold(text).split()
            rows = [
                StaffRow(
                    person.id,
                    listed_name(person.given_names, person.family_name),
                    person.sex or "",
                    _ordered(post for one in records[person.id] for post in posts.get(one, ())),
                    tuple(sorted(name for one in records[person.id] for name in leads.get(one, ()))),
                    sum(teaches.get(one, 0) for one in records[person.id]),
                )
                for person in _people(session, members)
                if all(word in fold(f"{person.given_names} {person.family_name}") for word in words)
            ]
        return tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.person_id)))

    def record(self, person_id: UUID, language: str = "en") -> StaffRecord:
        """One member of staff; raises :class:`Refused` for who is none, or of another school only."""
        self._require()
        with self._db.read() as session:
            records = together(session, [person_id]).of(person_id)
            posts = [post for found in _posts(session, records).values() for post in found]
            schools = {post.institution_id for post in posts}
            person = session.get(Person, person_id)
            hidden = self._actor.institution_id is not None and self._actor.institution_id not in schools
            if person is None or person.deleted_at is not None or not posts or hidden:
                raise Refused(
                    "There is no such member of staff on this laptop, or the record is not open to you."
                )
            return StaffRecord(
                person_id=person.id,
                given_names=person.given_names,
                family_name=person.family_name,
                preferred_name=person.preferred_name or "",
                sex=person.sex or "",
                birth_date=person.birth_date,
                nationality=person.nationality or "",
                address=person.address or "",
                phone=_contact(session, records, "phone"),
                email=_contact(session, records, "email"),
                posts=_ordered(posts),
                qualifications=tuple(
                    AwardLine(row.id, row.kind, row.title, row.body or "", row.year)
                    for row in sorted(_own(session, Qualification, records), key=lambda one: -(one.year or 0))
                ),
                trainings=tuple(
                    CourseLine(row.id, row.title, row.provider or "", row.starts_on, row.ends_on, row.hours)
                    for row in sorted(
                        _own(session, Training, records),
                        key=lambda one: one.starts_on or date.min,
                        reverse=True,
                    )
                ),
                teaching=_teaching(session, records, language),
            )

    def _require(self) -> None:
        require(self._actor, Right.MANAGE_STRUCTURE)
        require_read(self._actor, SensitivityClass.STAFF)


def _members(session: Session, institution_id: UUID | None) -> set[UUID]:
    question = select(StaffPosition.person_id).where(StaffPosition.deleted_at.is_(None)).distinct()
    if institution_id is not None:
        question = question.where(StaffPosition.institution_id == institution_id)
    return set(session.scalars(question))


def _people(session: Session, ids: Collection[UUID]) -> list[Person]:
    return [
        person
        for piece in pieces(ids)
        for person in session.scalars(select(Person).where(Person.id.in_(piece), Person.deleted_at.is_(None)))
    ]


def _posts(session: Session, people: Collection[UUID]) -> dict[UUID, list[PostLine]]:
    found: dict[UUID, list[PostLine]] = {}
    question = (
        select(StaffPosition, Institution.name)
        .join(Institution, Institution.id == StaffPosition.institution_id)
        .where(StaffPosition.deleted_at.is_(None))
    )
    for piece in pieces(people):
        for row, school in session.execute(question.where(StaffPosition.person_id.in_(piece))):
            line = PostLine(
                row.id,
                row.institution_id,
                school,
                row.role,
                row.starts_on,
                row.ends_on,
                row.employment or "",
                row.end_reason or "",
            )
            found.setdefault(row.person_id, []).append(line)
    return found


def _ordered(posts: Any) -> tuple[PostLine, ...]:  # noqa: ANN401 - any iterable of posts
    """Posts that go on first, then by the last begun."""
    listed: list[PostLine] = sorted(posts, key=lambda one: (one.starts_on or date.min, one.id), reverse=True)
    return tuple(sorted(listed, key=lambda one: one.ends_on is not None))


def _led(session: Session, people: Collection[UUID], year_id: UUID | None) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    question = select(SchoolClass.teacher_id, SchoolClass.name).where(
        SchoolClass.period_id == year_id, SchoolClass.deleted_at.is_(None)
    )
    for piece in pieces(people):
        for teacher_id, name in session.execute(question.where(SchoolClass.teacher_id.in_(piece))):
            if teacher_id is not None:
                found.setdefault(teacher_id, []).append(name)
    return found


def _taught(session: Session, people: Collection[UUID], year_id: UUID | None) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    question = (
        select(ClassSubject.teacher_id)
        .join(SchoolClass, SchoolClass.id == ClassSubject.class_id)
        .where(
            SchoolClass.period_id == year_id,
            SchoolClass.deleted_at.is_(None),
            ClassSubject.deleted_at.is_(None),
        )
    )
    for piece in pieces(people):
        for teacher_id in session.scalars(question.where(ClassSubject.teacher_id.in_(piece))):
            if teacher_id is not None:
                found[teacher_id] = found.get(teacher_id, 0) + 1
    return found


def _own(session: Session, model: type[Own], people: Sequence[UUID]) -> list[Own]:
    question = select(model).where(model.person_id.in_(people), model.deleted_at.is_(None))
    return list(session.scalars(question.order_by(model.id)))


def _contact(session: Session, people: Sequence[UUID], kind: str) -> str:
    value = session.scalar(
        select(PersonContact.value)
        .where(
            PersonContact.person_id.in_(people),
            PersonContact.kind == kind,
            PersonContact.deleted_at.is_(None),
        )
        .order_by(PersonContact.priority, PersonContact.id)
        .limit(1)
    )
    return value or ""


def _teaching(session: Session, people: Sequence[UUID], language: str) -> tuple[TeachingLine, ...]:
    led = session.execute(
        select(AcademicPeriod.starts_on, AcademicPeriod.label, Institution.name, SchoolClass.name)
        .join(SchoolClass, SchoolClass.period_id == AcademicPeriod.id)
        .join(Institution, Institution.id == SchoolClass.institution_id)
        .where(SchoolClass.teacher_id.in_(people), SchoolClass.deleted_at.is_(None))
    ).all()
    taught = session.execute(
        select(AcademicPeriod.starts_on, AcademicPeriod.label, Institution.name, SchoolClass.name, Subject)
        .join(SchoolClass, SchoolClass.period_id == AcademicPeriod.id)
        .join(Institution, Institution.id == SchoolClass.institution_id)
        .join(ClassSubject, ClassSubject.class_id == SchoolClass.id)
        .join(Subject, Subject.id == ClassSubject.subject_id)
        .where(
            ClassSubject.teacher_id.in_(people),
            ClassSubject.deleted_at.is_(None),
            SchoolClass.deleted_at.is_(None),
        )
    ).all()
    lines = [(row[0], TeachingLine(row[1], row[2], row[3], "")) for row in led]
    lines += [
        (
            row[0],
            TeachingLine(
                row[1], row[2], row[3], subject_name(language, row[4].name, row[4].name_fr, row[4].name_es)
            ),
        )
        for row in taught
    ]
    lines.sort(key=lambda pair: (-pair[0].toordinal(), pair[1].class_name, pair[1].subject))
    return tuple(line for _starts, line in lines)
