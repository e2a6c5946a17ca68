"""The life of a school: opened, closed, opened again, merged into another; its past stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import (
    ClassGrade,
    ClassPupil,
    ClassSubject,
    Enrolment,
    Institution,
    SchoolClass,
    StaffPosition,
)
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.closing import closing_of
from emis_desktop.services.enrolments import leave
from emis_desktop.services.rows import delete, revive

HOSTED: Final = "hosted"
MERGED: Final = "merged"
"""The reason for closing of a school that was merged into another."""
SCHOOL_CLOSED: Final = "school_closed"
"""Why posts end with the school."""
CLOSED_REASON: Final = "CLOSE"
"""The profile's reason of a transfer for a school that closed or was merged."""
LONGEST_REASON: Final = 40
SEX_POLICIES: Final = ("mixed", "girls", "boys")
Link = TypeVar("Link", ClassGrade, ClassSubject)


@dataclass(frozen=True, slots=True)
class Merged:
    """What merging moved: pupils, classes that were made or found at the other school, and posts."""

    pupils: int
    classes: int
    posts: int


class SchoolLifeService:
    """Opens, closes and merges schools; for somebody of the whole country; every method is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` does it."""
        self._db = db
        self._actor = actor

    def set_opened(self, institution_id: UUID, day: date | None) -> None:
        """The day on which a school opened; Refused after the day on which it closed."""
        self._require()
        with self._db.write(self._actor, "change_school") as session:
            school = _school(session, institution_id)
            if day is not None and school.closed_on is not None and day > school.closed_on:
                raise Refused("The school closed on {day}. Choose an earlier day.", day=school.closed_on)
            school.opened_on = day

    def set_sex_policy(self, institution_id: UUID, policy: str | None) -> None:
        """Whom a school admits: mixed, girls, boys, or nothing said."""
        self._require()
        if policy is not None and policy not in SEX_POLICIES:
            raise Refused("Choose one of: {choices}.", choices=", ".join(SEX_POLICIES))
        with self._db.write(self._actor, "change_school") as session:
            _school(session, institution_id).sex_policy = policy

    def close(self, institution_id: UUID, day: date, reason: str) -> None:
        """Close a school with the end of ``day``; posts end with it.

        Raises :class:`Refused` without a reason, before it opened, and while pupils would still be on its
        roll after that day: they are placed first (:meth:`left_over` of the questions lists them).
        """
        self._require()
        told = _reason(reason)
        with self._db.write(self._actor, "close_school") as session:
            school = _open_school(session, institution_id)
            _check_day(school, day)
            left = len(pupils_after(session, institution_id, day))
            if left:
                raise Refused(
                    "{count} pupils are on the roll of {school} after {day}. Place them at other schools "
                    "first, or merge the school.",
                    count=left,
                    school=school.name,
                    day=day,
                )
            school.closed_on, school.closing_reason = day, told
            for post in _posts_after(session, institution_id, day):
                _end_post(session, post, day)

    def reopen(self, institution_id: UUID) -> None:
        """Open a school again that was closed; posts and pupils that went stay where they are."""
        self._require()
        with self._db.write(self._actor, "reopen_school") as session:
            school = _school(session, institution_id)
            school.closed_on = school.closing_reason = school.successor_id = None

    def merge(self, institution_id: UUID, into_id: UUID, day: date) -> Merged:
        """Close a school with the end of ``day`` and move its pupils, classes and staff to another.

        All in one act. Enrolments end as transferred there and go on at the other school from the next day,
        in classes of the same name that are made where there are none; what was before stays with the school
        that closed. An enrolment that would begin later begins at the other school instead.
        """
        self._require()
        if institution_id == into_id:
            raise Refused("That is the same school. Choose another.", field="school")
        with self._db.write(self._actor, "merge_schools") as session:
            school, into = _open_school(session, institution_id), _open_school(session, into_id)
            _check_day(school, day)
            closing_of(session).require_day(day)
            done = _Merging(session, school, into, day).run()
            school.closed_on, school.closing_reason, school.successor_id = day, MERGED, into.id
            return done

    def _require(self) -> None:
        require(self._actor, Right.MANAGE_STRUCTURE)
        if self._actor.institution_id is not None:
            raise Refused("The ministry opens, closes and merges schools. Ask it to do this.")


def pupils_after(session: Session, institution_id: UUID, day: date) -> list[Enrolment]:
    """The enrolments of a school that go on after ``day``, or begin later."""
    rows = session.scalars(
        select(Enrolment)
        .where(
            Enrolment.institution_id == institution_id,
            Enrolment.deleted_at.is_(None),
            or_(Enrolment.ends_on.is_(None), Enrolment.ends_on > day),
        )
        .order_by(Enrolment.starts_on, Enrolment.id)
    )
    return list(rows)


class _Merging:
    """One merge inside an open act."""

    def __init__(self, session: Session, school: Institution, into: Institution, day: date) -> None:
        self._session, self._school, self._into, self._day = session, school, into, day
        self._next = day + timedelta(1)
        self._classes: dict[UUID, UUID] = {}

    def run(self) -> Merged:
        """Move everything that goes on."""
        enrolments = pupils_after(self._session, self._school.id, self._day)
        stays = self._stays([one.id for one in enrolments])
        for enrolment in enrolments:
            self._move(enrolment, stays.get(enrolment.id))
        posts = _posts_after(self._session, self._school.id, self._day)
        for post in posts:
            self._move_post(post)
        return Merged(len(enrolments), len(self._classes), len(posts))

    def _stays(self, ids: Sequence[UUID]) -> dict[UUID, ClassPupil]:
        """The last stay in a class of each enrolment that goes on."""
        rows = self._session.scalars(
            select(ClassPupil)
            .where(
                ClassPupil.enrolment_id.in_(ids),
                ClassPupil.deleted_at.is_(None),
                or_(ClassPupil.ends_on.is_(None), ClassPupil.ends_on > self._day),
            )
            .order_by(ClassPupil.starts_on, ClassPupil.id)
        )
        return {row.enrolment_id: row for row in rows}

    def _move(self, enrolment: Enrolment, stay: ClassPupil | None) -> None:
        there = self._at_other(enrolment.person_id)
        if there is not None and enrolment.standing == HOSTED:
            leave(self._session, enrolment, max(self._day, enrolment.starts_on))
            return  # a guest goes back to the own school
        if there is not None:
            leave(self._session, there, max(self._day, there.starts_on))
        later = enrolment.starts_on > self._day
        made = Enrolment(
            id=natural_id("enrolment", enrolment.id, self._into.id),
            person_id=enrolment.person_id,
            institution_id=self._into.id,
            period_id=enrolment.period_id,
            grade_id=enrolment.grade_id,
            starts_on=enrolment.starts_on if later else self._next,
            ends_on=enrolment.ends_on,
            standing=enrolment.standing,
            repeater=enrolment.repeater,
            entry="transferred",
            previous_id=enrolment.previous_id if later else enrolment.id,
        )
        self._session.add(made)
        if stay is not None:
            self._place(made, stay)
        if later:
            self._undo_later(enrolment)
            return
        leave(self._session, enrolment, self._day)
        enrolment.exit, enrolment.exit_reason = "transferred", CLOSED_REASON
        enrolment.destination_id = self._into.id

    def _at_other(self, person_id: UUID) -> Enrolment | None:
        """Where the pupil is on the other school's roll already: a guest of one of the two."""
        return self._session.scalar(
            select(Enrolment).where(
                Enrolment.person_id == person_id,
                Enrolment.institution_id == self._into.id,
                Enrolment.deleted_at.is_(None),
                Enrolment.ends_on.is_(None),
                Enrolment.starts_on <= self._day,
            )
        )

    def _place(self, made: Enrolment, stay: ClassPupil) -> None:
        self._session.add(
            ClassPupil(
                id=natural_id("class_pupil", stay.id, self._into.id),
                class_id=self._class(stay.class_id),
                enrolment_id=made.id,
                starts_on=max(made.starts_on, stay.starts_on or made.starts_on),
                ends_on=stay.ends_on,
            )
        )

    def _undo_later(self, enrolment: Enrolment) -> None:
        """An enrolment that had not begun at the school that closes never was one."""
        delete(self._session, enrolment)
        rows = select(ClassPupil).where(
            ClassPupil.enrolment_id == enrolment.id, ClassPupil.deleted_at.is_(None)
        )
        for row in self._session.scalars(rows):
            delete(self._session, row)

    def _class(self, class_id: UUID) -> UUID:
        """The class at the other school that takes the pupils of this one: one of its name there, or a new
        one with its grades, subjects and teachers.
        """
        if class_id not in self._classes:
            self._classes[class_id] = self._class_there(self._session.get_one(SchoolClass, class_id))
        return self._classes[class_id]

    def _class_there(self, old: SchoolClass) -> UUID:
        session, made_id = self._session, natural_id("school_class", old.id, self._into.id)
        taken = set(
            session.scalars(
                select(func.lower(SchoolClass.name)).where(
                    SchoolClass.institution_id == self._into.id,
                    SchoolClass.period_id == old.period_id,
                    SchoolClass.deleted_at.is_(None),
                )
            )
        )
        name = old.name
        if name.lower() in taken:
            name = f"{old.name} ({self._school.name})"[:80]
        made = revive(session, SchoolClass, made_id)
        made.institution_id, made.period_id, made.name = self._into.id, old.period_id, name
        made.teacher_id, made.capacity, made.shift = old.teacher_id, old.capacity, old.shift
        for grade in self._live(ClassGrade, old.id):
            link = revive(session, ClassGrade, natural_id("class_grade", made_id, grade.grade_id))
            link.class_id, link.grade_id = made_id, grade.grade_id
        for subject in self._live(ClassSubject, old.id):
            taught = revive(session, ClassSubject, natural_id("class_subject", made_id, subject.subject_id))
            taught.class_id, taught.subject_id = made_id, subject.subject_id
            taught.teacher_id, taught.position = subject.teacher_id, subject.position
        session.flush()
        return made_id

    def _live(self, model: type[Link], class_id: UUID) -> Sequence[Link]:
        question = select(model).where(model.class_id == class_id, model.deleted_at.is_(None))
        return self._session.scalars(question).all()

    def _move_post(self, post: StaffPosition) -> None:
        self._session.add(
            StaffPosition(
                id=new_id(),
                person_id=post.person_id,
                institution_id=self._into.id,
                role=post.role,
                starts_on=max(self._next, post.starts_on or self._next),
                ends_on=post.ends_on,
                employment=post.employment,
            )
        )
        _end_post(self._session, post, self._day)


def _posts_after(session: Session, institution_id: UUID, day: date) -> Sequence[StaffPosition]:
    return session.scalars(
        select(StaffPosition)
        .where(
            StaffPosition.institution_id == institution_id,
            StaffPosition.deleted_at.is_(None),
            or_(StaffPosition.ends_on.is_(None), StaffPosition.ends_on > day),
        )
        .order_by(StaffPosition.id)
    ).all()


def _end_post(session: Session, post: StaffPosition, day: date) -> None:
    if post.starts_on is not None and post.starts_on > day:
        delete(session, post)
        return
    post.ends_on, post.end_reason = day, SCHOOL_CLOSED


def _school(session: Session, institution_id: UUID) -> Institution:
    school = session.get(Institution, institution_id)
    if school is None or school.deleted_at is not None:
        raise Refused("That school is no longer there. Choose another.", field="school")
    return school


def _open_school(session: Session, institution_id: UUID) -> Institution:
    school = _school(session, institution_id)
    if school.closed_on is not None:
        raise Refused(
            "{school} closed on {day}. Choose another.",
            field="school",
            school=school.name,
            day=school.closed_on,
        )
    return school


def _check_day(school: Institution, day: date) -> None:
    if school.opened_on is not None and day < school.opened_on:
        raise Refused(
            "The school opened on {day}. Choose that day or a later one.", field="day", day=school.opened_on
        )


def _reason(typed: str) -> str:
    reason = " ".join(typed.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused("Say in 1 to {longest} characters why.", field="reason", longest=LONGEST_REASON)
    return reason
