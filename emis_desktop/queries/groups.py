"""Groups of pupils across classes, who is in them, and who could be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import (
    ClassPupil,
    Enrolment,
    Person,
    PupilGroup,
    PupilGroupMember,
    SchoolClass,
    Subject,
)
from emis_desktop.queries.classes import subject_name
from emis_desktop.queries.roster import enrolled_on, sits_on
from emis_desktop.rules.names import display_name, listed_name, sort_key
from emis_desktop.rules.rights import Actor, Right, require


@dataclass(frozen=True, slots=True)
class GroupInfo:
    """A group; subject and teacher may be empty."""

    id: UUID
    name: str
    subject_id: UUID | None
    subject: str
    teacher_id: UUID | None
    teacher: str
    members: int


@dataclass(frozen=True, slots=True)
class GroupPupil:
    """A pupil on roll; ``inside``: a member of the group asked about."""

    enrolment_id: UUID
    student_id: UUID
    name: str
    class_name: str
    inside: bool


class GroupQueries:
    """Questions about groups by one actor, who plans."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` asks."""
        self._db = db
        self._actor = actor

    def groups(self, institution_id: UUID, year_id: UUID, language: str = "en") -> tuple[GroupInfo, ...]:
        """The groups of a school and year, by name."""
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        counted = (
            select(PupilGroupMember.group_id, func.count().label("members"))
            .join(Enrolment, Enrolment.id == PupilGroupMember.enrolment_id)
            .where(
                PupilGroupMember.deleted_at.is_(None),
                Enrolment.deleted_at.is_(None),
                Enrolment.exit.is_(None),
            )
            .group_by(PupilGroupMember.group_id)
            .subquery()
        )
        question = (
            select(PupilGroup, Subject, Person, counted.c.members)
            .outerjoin(Subject, Subject.id == PupilGroup.subject_id)
            .outerjoin(Person, Person.id == PupilGroup.teacher_id)
            .outerjoin(counted, counted.c.group_id == PupilGroup.id)
            .where(
                PupilGroup.institution_id == institution_id,
                PupilGroup.period_id == year_id,
                PupilGroup.deleted_at.is_(None),
            )
            .order_by(PupilGroup.name)
        )
        with self._db.read() as session:
            return tuple(
                GroupInfo(
                    row.id,
                    row.name,
                    row.subject_id,
                    subject_name(language, subject.name, subject.name_fr, subject.name_es) if subject else "",
                    row.teacher_id,
                    display_name(person.given_names, person.family_name) if person else "",
                    members or 0,
                )
                for row, subject, person, members in session.execute(question)
            )

    def pupils(self, group_id: UUID, day: date) -> tuple[GroupPupil, ...]:
        """Everybody on the roll of the school on ``day``, the members of the group told."""
        with self._db.read() as session:
            group = session.get(PupilGroup, group_id)
            if group is None or group.deleted_at is not None:
                raise Refused("That group is no longer there. Choose another.")
            require(self._actor, Right.MANAGE_STRUCTURE, institution_id=group.institution_id)
            members = set(
                session.scalars(
                    select(PupilGroupMember.enrolment_id).where(
                        PupilGroupMember.group_id == group_id, PupilGroupMember.deleted_at.is_(None)
                    )
                )
            )
            of = (Enrolment.institution_id == group.institution_id, Enrolment.period_id == group.period_id)
            seats = session.execute(
                select(ClassPupil.enrolment_id, SchoolClass.name)
                .join(SchoolClass, SchoolClass.id == ClassPupil.class_id)
                .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
                .where(*of, sits_on(day))
                .order_by(ClassPupil.starts_on)
            )
            classes = {row[0]: row[1] for row in seats}
            question = (
                select(Enrolment.id, Person)
                .join(Person, Person.id == Enrolment.person_id)
                .where(*of, enrolled_on(day))
            )
            rows = sorted(
                session.execute(question),
                key=lambda row: (sort_key(row[1].family_name, row[1].given_names), row[0]),
            )
            return tuple(
                GroupPupil(
                    enrolment_id,
                    person.id,
                    listed_name(person.given_names, person.family_name),
                    classes.get(enrolment_id, ""),
                    enrolment_id in members,
                )
                for enrolment_id, person in rows
            )
