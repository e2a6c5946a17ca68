"""Admissions that wait for approval, and those that were refused lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import EducationGrade, Enrolment, Institution, Person
from emis_desktop.queries.policies import policies_of
from emis_desktop.rules.names import listed_name
from emis_desktop.rules.policies import APPROVAL, Approval
from emis_desktop.rules.rights import Actor, Right, may, require


@dataclass(frozen=True, slots=True)
class WaitingAdmission:
    """An admission that nobody has approved yet. ``entry``: admitted, returned or transferred; ``override``:
    why the office took the pupil in against a policy, "" where none stood against it. ``mine``: whether the
    actor approves it.
    """

    enrolment_id: UUID
    student_id: UUID
    name: str
    birth_date: date | None
    school_id: UUID
    school: str
    grade: str
    starts_on: date
    entry: str
    override: str
    by: Approval
    mine: bool


class AdmissionQueries:
    """Questions about admissions, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Every answer is limited to what ``actor`` may see."""
        self._db = db
        self._actor = actor

    def waiting(self, institution_id: UUID | None = None) -> tuple[WaitingAdmission, ...]:
        """The admissions of a school (None: of every school of the actor's) that wait, the oldest first."""
        require(self._actor, Right.VIEW_STUDENTS, institution_id=institution_id)
        school = institution_id or self._actor.institution_id
        with self._db.read() as session:
            return _waiting(session, self._actor, school)


def _waiting(session: Session, actor: Actor, school: UUID | None) -> tuple[WaitingAdmission, ...]:
    question = (
        select(Enrolment, Person, Institution.name, EducationGrade.name)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Institution, Institution.id == Enrolment.institution_id)
        .join(EducationGrade, EducationGrade.id == Enrolment.grade_id)
        .where(
            Enrolment.approval == "asked",
            Enrolment.ends_on.is_(None),
            Enrolment.deleted_at.is_(None),
            Person.deleted_at.is_(None),
        )
        .order_by(Enrolment.starts_on, Person.family_name, Person.given_names)
    )
    if school is not None:
        question = question.where(Enrolment.institution_id == school)
    by: dict[UUID, Approval] = {}
    found = []
    for enrolment, person, name, grade in session.execute(question):
        key = enrolment.institution_id
        if key not in by:
            by[key] = Approval(str(policies_of(session, key).value(APPROVAL)))
        found.append(
            WaitingAdmission(
                enrolment.id,
                person.id,
                listed_name(person.given_names, person.family_name),
                person.birth_date,
                key,
                name,
                grade,
                enrolment.starts_on,
                enrolment.entry or "",
                enrolment.override_reason or "",
                by[key],
                approves(actor, by[key], key),
            )
        )
    return tuple(found)


def approves(actor: Actor, policy: Approval, institution_id: UUID) -> bool:
    """Whether the actor approves admissions to that school under this policy; the ministry always does."""
    if not may(actor, Right.APPROVE_ADMISSIONS, institution_id=institution_id):
        return False
    return policy is not Approval.MINISTRY or actor.institution_id is None
