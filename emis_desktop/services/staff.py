"""Staff as people: who works at a school, in which post, from when to when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import Institution, Person, PersonContact, StaffPosition
from emis_desktop.one_person import together
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.names import clean_name
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read
from emis_desktop.rules.staff_words import EMPLOYMENTS, END_REASONS
from emis_desktop.services.contacts import contact_value
from emis_desktop.services.moments import local_today
from emis_desktop.services.person_fields import Typed, checked
from emis_desktop.services.rows import delete

TEACHER: Final = "TEACH"
"""The post of somebody who teaches, in the profile's list of posts."""
FIELDS: Final = (
    "given_names",
    "family_name",
    "preferred_name",
    "sex",
    "birth_date",
    "nationality",
    "address",
)
"""What of a member of staff is typed in the record."""
CONTACTS: Final = ("phone", "email")


@dataclass(frozen=True, slots=True)
class Post:
    """A post at a school: ``role`` a code of the profile's list, ``employment`` one of EMPLOYMENTS or
    nothing.
    """

    institution_id: UUID
    role: str
    starts_on: date
    employment: str | None = None


@dataclass(frozen=True, slots=True)
class NewMember:
    """A person who joins the staff."""

    given_names: str
    family_name: str
    sex: str | None = None
    birth_date: date | None = None


class StaffService:
    """Changes members of staff by one actor; every method is one act."""

    def __init__(self, db: Database, actor: Actor, today: Callable[[], date] = local_today) -> None:
        """``today`` bounds dates of birth."""
        self._db = db
        self._actor = actor
        self._today = today

    def add(self, institution_id: UUID, given_names: str, family_name: str, starts_on: date) -> UUID:
        """A new person with a teacher's post at the school; returns the person's id.

        Refused for a name that cannot be (``field``) and for one that is on the staff already.
        """
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        new = NewMember(given_names, family_name)
        return self._add(new, Post(institution_id, TEACHER, starts_on))

    def add_member(self, member: NewMember, post: Post) -> UUID:
        """A new person with a post; as :meth:`add`, for who reads records of staff."""
        self._require(post.institution_id)
        return self._add(member, post)

    def _add(self, member: NewMember, post: Post) -> UUID:
        given = clean_name(member.given_names, "given_names")
        family = clean_name(member.family_name, "family_name")
        with self._db.write(self._actor, "add_staff") as session:
            _refuse_same(session, post.institution_id, given, family, member.birth_date)
            person = Person(id=new_id(), given_names=given, family_name=family)
            if member.sex is not None:
                person.sex = str(checked("sex", member.sex, self._today()))
            if member.birth_date is not None:
                person.birth_date = member.birth_date
                checked("birth_date", member.birth_date, self._today())
            session.add_all([person, _post(session, person.id, post)])
        return person.id

    def set_field(self, person_id: UUID, field: str, value: Typed) -> None:
        """One of :data:`FIELDS`; raises :class:`Refused` with ``field`` for what cannot be."""
        self._require()
        if field not in FIELDS:
            raise ValueError(field)
        kept = None if value in {None, ""} and field == "sex" else checked(field, value, self._today())
        with self._db.write(self._actor, "change_staff") as session:
            setattr(self._person(session, person_id), field, kept)

    def set_contact(self, person_id: UUID, kind: str, typed: str) -> None:
        """The first phone or e-mail ("phone", "email"); an empty text takes it away."""
        self._require()
        value = contact_value(kind, typed) if typed.strip() else None
        with self._db.write(self._actor, "change_staff") as session:
            self._person(session, person_id)
            row = session.scalar(
                select(PersonContact)
                .where(
                    PersonContact.person_id == person_id,
                    PersonContact.kind == kind,
                    PersonContact.deleted_at.is_(None),
                )
                .order_by(PersonContact.priority, PersonContact.id)
                .limit(1)
            )
            if row is None and value is not None:
                session.add(PersonContact(id=new_id(), person_id=person_id, kind=kind, value=value))
            elif row is not None and value is None:
                delete(session, row)
            elif row is not None and value is not None:
                row.value = value

    def add_post(self, person_id: UUID, post: Post) -> UUID:
        """A further post, at this school or another; somebody with two posts is still one person.

        A school gives its own posts, also to somebody who works elsewhere and whom this laptop knows.
        """
        self._require(post.institution_id)
        with self._db.write(self._actor, "add_post") as session:
            _live_person(session, person_id)
            row = _post(session, person_id, post)
            session.add(row)
            return row.id

    def change_post(self, post_id: UUID, post: Post) -> None:
        """Role, first day and employment of a post; it stays at its school."""
        with self._db.write(self._actor, "change_post") as session:
            row = self._row(session, post_id)
            checked_post(post)
            if row.ends_on is not None and post.starts_on > row.ends_on:
                raise Refused(
                    "The post ended on {day}. Choose an earlier day.", field="starts", day=row.ends_on
                )
            row.role, row.starts_on, row.employment = post.role, post.starts_on, post.employment

    def end_post(self, post_id: UUID, day: date, reason: str | None) -> None:
        """The last day of a post and why it ended; the person and what was taught stay."""
        if reason is not None and reason not in END_REASONS:
            raise Refused("Choose the reason.", field="reason")
        with self._db.write(self._actor, "change_post") as session:
            row = self._row(session, post_id)
            if row.starts_on is not None and day < row.starts_on:
                raise Refused(
                    "The post began on {day}. Choose that day or a later one.", field="day", day=row.starts_on
                )
            row.ends_on, row.end_reason = day, reason

    def resume_post(self, post_id: UUID) -> None:
        """A post that was ended goes on."""
        with self._db.write(self._actor, "change_post") as session:
            row = self._row(session, post_id)
            row.ends_on = row.end_reason = None

    def remove_post(self, post_id: UUID) -> None:
        """Take away a post that never was; Refused for the last one, by which the person is on the staff."""
        with self._db.write(self._actor, "change_post") as session:
            row = self._row(session, post_id)
            others = session.scalar(
                select(StaffPosition.id).where(
                    StaffPosition.person_id == row.person_id,
                    StaffPosition.id != row.id,
                    StaffPosition.deleted_at.is_(None),
                )
            )
            if others is None:
                raise Refused("This is the only post. End it instead.")
            delete(session, row)

    # -- Parts ----------------------------------------------------------------------------------------

    def _require(self, institution_id: UUID | None = None) -> None:
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        require_read(self._actor, SensitivityClass.STAFF)

    def _row(self, session: Session, post_id: UUID) -> StaffPosition:
        row = session.get(StaffPosition, post_id)
        if row is None or row.deleted_at is not None:
            raise Refused("That post is no longer there. Open the record again.")
        self._require(row.institution_id)
        return row

    def _person(self, session: Session, person_id: UUID) -> Person:
        return staff_member(session, self._actor, person_id)


def staff_member(session: Session, actor: Actor, person_id: UUID) -> Person:
    """A member of staff, now or before, whose record is open to ``actor``: of the own school, or any.

    Raises :class:`Refused` otherwise. Of merged records it is the one that was asked for.
    """
    records = together(session, [person_id]).of(person_id)
    schools = set(
        session.scalars(
            select(StaffPosition.institution_id).where(
                StaffPosition.person_id.in_(records), StaffPosition.deleted_at.is_(None)
            )
        )
    )
    if not schools or actor.institution_id not in {None, *schools}:
        raise Refused("There is no such member of staff on this laptop, or the record is not open to you.")
    return _live_person(session, person_id)


def checked_post(post: Post) -> None:
    """Raise :class:`Refused` for a post without a role or with an unknown employment."""
    if not post.role.strip() or len(post.role) > 40:
        raise Refused("Choose the post.", field="role")
    if post.employment is not None and post.employment not in EMPLOYMENTS:
        raise Refused("Choose the employment.", field="employment")


def _post(session: Session, person_id: UUID, post: Post) -> StaffPosition:
    checked_post(post)
    school = session.get(Institution, post.institution_id)
    if school is None or school.deleted_at is not None:
        raise Refused("That school is no longer there. Choose another.", field="school")
    if school.closed_on is not None and post.starts_on > school.closed_on:
        raise Refused(
            "{school} closed on {day}. Choose another.",
            field="school",
            school=school.name,
            day=school.closed_on,
        )
    return StaffPosition(
        id=new_id(),
        person_id=person_id,
        institution_id=post.institution_id,
        role=post.role,
        starts_on=post.starts_on,
        employment=post.employment,
    )


def _live_person(session: Session, person_id: UUID) -> Person:
    person = session.get(Person, person_id)
    if person is None or person.deleted_at is not None:
        raise Refused("There is no such member of staff on this laptop, or the record is not open to you.")
    return person


def _refuse_same(session: Session, school: UUID, given: str, family: str, born: date | None) -> None:
    """Refuse a namesake on the staff, unless both dates of birth are known and differ."""
    births = session.scalars(
        select(Person.birth_date)
        .join(StaffPosition, StaffPosition.person_id == Person.id)
        .where(
            StaffPosition.institution_id == school,
            StaffPosition.deleted_at.is_(None),
            StaffPosition.ends_on.is_(None),
            Person.given_names == given,
            Person.family_name == family,
            Person.deleted_at.is_(None),
        )
    ).all()
    if any(born is None or known is None or known == born for known in births):
        raise Refused(
            "{name} is on the staff already. Add a second name to tell them apart.",
            field="family_name",
            name=f"{given} {family}",
        )
