"""Qualifications and training of members of staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import Qualification, Training
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read
from emis_desktop.services.rows import delete
from emis_desktop.services.staff import staff_member

LONGEST: Final = 120
FIRST_YEAR: Final = 1930
MOST_HOURS: Final = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Award:
    """A qualification: ``kind`` a code of the profile's lists, ``body`` who awarded it."""

    kind: str
    title: str
    body: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """A course taken in service."""

    title: str
    provider: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    hours: Decimal | None = None


class StaffLearningService:
    """Changes qualifications and training by one actor; every method is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` reads and changes records of staff."""
        self._db = db
        self._actor = actor

    def add_qualification(self, person_id: UUID, award: Award) -> UUID:
        """A further qualification."""
        return self._put_award(person_id, None, award)

    def change_qualification(self, person_id: UUID, row_id: UUID, award: Award) -> None:
        """Correct a qualification."""
        self._put_award(person_id, row_id, award)

    def remove_qualification(self, person_id: UUID, row_id: UUID) -> None:
        """Take a qualification away; undo brings it back."""
        self._require()
        with self._db.write(self._actor, "change_qualification") as session:
            staff_member(session, self._actor, person_id)
            delete(session, _award(session, person_id, row_id))

    def add_training(self, person_id: UUID, course: Course) -> UUID:
        """A further course."""
        return self._put_course(person_id, None, course)

    def change_training(self, person_id: UUID, row_id: UUID, course: Course) -> None:
        """Correct a course."""
        self._put_course(person_id, row_id, course)

    def remove_training(self, person_id: UUID, row_id: UUID) -> None:
        """Take a course away; undo brings it back."""
        self._require()
        with self._db.write(self._actor, "change_training") as session:
            staff_member(session, self._actor, person_id)
            delete(session, _course(session, person_id, row_id))

    def _put_award(self, person_id: UUID, row_id: UUID | None, award: Award) -> UUID:
        self._require()
        title, body = _line(award.title, "title"), _line(award.body, "body", optional=True)
        if not award.kind or len(award.kind) > 24:
            raise Refused("Choose the kind of qualification.", field="kind")
        if award.year is not None and not FIRST_YEAR <= award.year <= 2100:
            raise Refused("Type the year with four digits, such as 2014.", field="year")
        with self._db.write(self._actor, "change_qualification") as session:
            staff_member(session, self._actor, person_id)
            row = (
                Qualification(id=new_id(), person_id=person_id)
                if row_id is None
                else _award(session, person_id, row_id)
            )
            row.kind, row.title, row.body, row.year = award.kind, title or "", body, award.year
            session.add(row)
            return row.id

    def _put_course(self, person_id: UUID, row_id: UUID | None, course: Course) -> UUID:
        self._require()
        title, provider = _line(course.title, "title"), _line(course.provider, "provider", optional=True)
        if course.starts_on and course.ends_on and course.ends_on < course.starts_on:
            raise Refused("The course ends before it starts. Change one of the dates.", field="ends")
        if course.hours is not None and not 0 < course.hours <= MOST_HOURS:
            raise Refused("Type the hours, more than 0 and at most {most}.", field="hours", most=MOST_HOURS)
        with self._db.write(self._actor, "change_training") as session:
            staff_member(session, self._actor, person_id)
            row = (
                Training(id=new_id(), person_id=person_id)
                if row_id is None
                else _course(session, person_id, row_id)
            )
            row.title, row.provider, row.hours = title or "", provider, course.hours
            row.starts_on, row.ends_on = course.starts_on, course.ends_on
            session.add(row)
            return row.id

    def _require(self) -> None:
        require(self._actor, Right.MANAGE_STRUCTURE)
        require_read(self._actor, SensitivityClass.STAFF)


def _award(session: Session, person_id: UUID, row_id: UUID) -> Qualification:
    row = session.get(Qualification, row_id)
    if row is None or row.deleted_at is not None or row.person_id != person_id:
        raise Refused("That entry is no longer there. Open the record again.")
    return row


def _course(session: Session, person_id: UUID, row_id: UUID) -> Training:
    row = session.get(Training, row_id)
    if row is None or row.deleted_at is not None or row.person_id != person_id:
        raise Refused("That entry is no longer there. Open the record again.")
    return row


def _line(typed: str, field: str, *, optional: bool = False) -> str | None:
    text = " ".join(typed.split())
    if (not text and not optional) or len(text) > LONGEST or not text.isprintable():
        raise Refused("Type 1 to {longest} characters.", field=field, longest=LONGEST)
    return text or None
