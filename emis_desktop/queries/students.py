"""What a screen shows of one pupil: everything of the record in one look."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, aliased

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import (
    AcademicPeriod,
    ClassPupil,
    EducationGrade,
    Enrolment,
    Guardianship,
    HealthNote,
    Institution,
    Person,
    PersonContact,
    PersonIdentity,
    PersonNote,
    PersonPhoto,
    SchoolClass,
)
from emis_desktop.one_person import together
from emis_desktop.queries.plain import pieces
from emis_desktop.queries.roster import kind_rank
from emis_desktop.queries.student_lines import (
    ContactLine,
    EnrolmentLine,
    GuardianLine,
    IdentityLine,
    NoteLine,
    StayLine,
    StudentRecord,
)
from emis_desktop.queries.student_more import addresses_of, contacts_of, custom_of, sealed_of
from emis_desktop.rules.names import display_name
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, may_read, require


class StudentQueries:
    """Questions about one pupil, for one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Every answer is limited to what ``actor`` may see."""
        self._db = db
        self._actor = actor

    def record(self, student_id: UUID) -> StudentRecord:
        """The pupil's record, of a double the one it was merged into; raises :class:`Refused` when there is
        none, or not for this actor.
        """
        require(self._actor, Right.VIEW_STUDENTS)
        with self._db.read() as session:
            return self.record_in(session, student_id)

    def grades(self, student_ids: Collection[UUID]) -> frozenset[UUID]:
        """The grades that these pupils are enrolled in now; who has left is in none, nor who is not the
        actor's to see.
        """
        require(self._actor, Right.VIEW_STUDENTS)
        found: set[UUID] = set()
        with self._db.read() as session:
            for piece in pieces(together(session, student_ids).all_of(student_ids)):
                found.update(
                    session.scalars(
                        select(Enrolment.grade_id)
                        .where(
                            Enrolment.person_id.in_(piece),
                            Enrolment.ends_on.is_(None),
                            Enrolment.deleted_at.is_(None),
                            *_seen_by(self._actor),
                        )
                        .distinct()
                    )
                )
        return frozenset(found)

    def record_in(self, session: Session, student_id: UUID) -> StudentRecord:
        """As :meth:`record`, in a look that is open already."""
        require(self._actor, Right.VIEW_STUDENTS)
        whole = together(session, [student_id])
        people = whole.of(whole.main_of(student_id))
        person = session.get(Person, people[0])
        enrolments = _enrolments(session, people)
        if person is None or person.deleted_at is not None or not self._sees(enrolments):
            raise Refused("There is no such pupil on this laptop, or the record is not open to you.")
        contact = may_read(self._actor, SensitivityClass.CONTACT)
        photo = _first(session, PersonPhoto, people)
        health = _first(session, HealthNote, people)
        alerts, health_state = sealed_of(session, people, self._actor)
        return StudentRecord(
            id=person.id,
            given_names=person.given_names,
            family_name=person.family_name,
            preferred_name=person.preferred_name,
            sex=person.sex,
            birth_date=person.birth_date,
            birth_place=person.birth_place,
            nationality=person.nationality,
            address=person.address if contact else None,
            transport=person.transport,
            synthetic=person.synthetic,
            identities=_identities(session, people),
            contacts=_contacts(session, people) if contact else (),
            guardians=_guardians(session, people, self._actor),
            enrolments=enrolments,
            notes=_notes(session, people),
            photo=photo.image if photo else None,
            has_health=health is not None and health.sealed is not None,
            doubles=people[1:],
            meals=person.meals if contact else None,
            distance_km=person.distance_km,
            addresses=addresses_of(session, people) if contact else (),
            custom=custom_of(session, people[0]) if contact else (),
            alerts=alerts,
            health_state=health_state,
        )

    def _sees(self, enrolments: tuple[EnrolmentLine, ...]) -> bool:
        actor = self._actor
        if actor.institution_id is not None:
            enrolments = tuple(line for line in enrolments if line.institution_id == actor.institution_id)
        if actor.class_ids is not None:
            enrolments = tuple(line for line in enrolments if line.class_id in actor.class_ids)
        return bool(enrolments)


def _seen_by(actor: Actor) -> list[ColumnElement[bool]]:
    """The conditions that an enrolment is the actor's to see: of the own school, in an own class."""
    seen: list[ColumnElement[bool]] = []
    if actor.institution_id is not None:
        seen.append(Enrolment.institution_id == actor.institution_id)
    if actor.class_ids is not None:
        sitting = select(ClassPupil.enrolment_id).where(
            ClassPupil.class_id.in_(actor.class_ids), ClassPupil.deleted_at.is_(None)
        )
        seen.append(Enrolment.id.in_(sitting))
    return seen


Owned = TypeVar("Owned", PersonIdentity, PersonContact, PersonNote, PersonPhoto, HealthNote)


def _live(model: type[Owned], people: Collection[UUID]) -> Select[Owned]:
    return select(model).where(model.person_id.in_(people), model.deleted_at.is_(None))


def _first(session: Session, model: type[Owned], people: Sequence[UUID]) -> Owned | None:
    """The row of the main record, else of the first double that has one."""
    rows = session.scalars(_live(model, people))
    return min(rows, key=lambda row: people.index(row.person_id), default=None)


def _identities(session: Session, people: Sequence[UUID]) -> tuple[IdentityLine, ...]:
    rows = sorted(
        session.scalars(_live(PersonIdentity, people)),
        key=lambda row: (kind_rank(row.kind), row.kind, people.index(row.person_id), row.number),
    )
    return tuple(IdentityLine(row.id, row.kind, row.number, row.country) for row in rows)


def _contacts(session: Session, people: Sequence[UUID]) -> tuple[ContactLine, ...]:
    rows = sorted(
        session.scalars(_live(PersonContact, people)),
        key=lambda row: (people.index(row.person_id), row.priority),
    )
    return tuple(ContactLine(row.id, row.kind, row.value, row.label) for row in rows)


def _guardians(session: Session, people: Sequence[UUID], actor: Actor) -> tuple[GuardianLine, ...]:
    """The guardians; one whom several records of the pupil name is told by the main record's link."""
    contact = may_read(actor, SensitivityClass.CONTACT)
    rows = session.execute(
        select(Guardianship, Person)
        .join(Person, Person.id == Guardianship.guardian_id)
        .where(Guardianship.student_id.in_(people), Guardianship.deleted_at.is_(None))
        .order_by(Guardianship.priority, Person.family_name)
    ).all()
    rows = sorted(rows, key=lambda row: people.index(row[0].student_id))
    once = {person.id: (link, person) for link, person in reversed(rows)}
    links = [pair for pair in rows if once[pair[1].id][0] is pair[0]]
    contacts = contacts_of(session, list(once)) if contact else {}
    return tuple(
        GuardianLine(
            id=link.id,
            person_id=person.id,
            given_names=person.given_names,
            family_name=person.family_name,
            relation=link.relation,
            priority=link.priority,
            may_collect=link.may_collect,
            court_order=link.court_order,
            phone=next((one.value for one in contacts.get(person.id, ()) if one.kind == "phone"), None),
            siblings=_siblings(session, person.id, people, actor),
            contacts=contacts.get(person.id, ()),
        )
        for link, person in links
    )


def _siblings(session: Session, guardian_id: UUID, people: Collection[UUID], actor: Actor) -> tuple[str, ...]:
    """Names of the guardian's other pupils; those of an actor's own school and classes only."""
    question = (
        select(Person.given_names, Person.family_name)
        .join(Guardianship, Guardianship.student_id == Person.id)
        .where(
            Guardianship.guardian_id == guardian_id,
            Guardianship.student_id.not_in(people),
            Guardianship.deleted_at.is_(None),
            Person.deleted_at.is_(None),
            Person.alias_of_id.is_(None),
        )
        .order_by(Person.birth_date, Person.given_names)
    )
    for condition in _seen_by(actor):
        own = select(Enrolment.person_id).where(condition, Enrolment.deleted_at.is_(None))
        question = question.where(Person.id.in_(own))
    return tuple(display_name(given, family) for given, family in session.execute(question))


def _enrolments(session: Session, people: Collection[UUID]) -> tuple[EnrolmentLine, ...]:
    other = aliased(Institution)
    rows = session.execute(
        select(Enrolment, Institution.name, AcademicPeriod.label, EducationGrade.name, other.name)
        .join(Institution, Institution.id == Enrolment.institution_id)
        .outerjoin(other, other.id == Enrolment.destination_id)
        .join(AcademicPeriod, AcademicPeriod.id == Enrolment.period_id)
        .join(EducationGrade, EducationGrade.id == Enrolment.grade_id)
        .where(Enrolment.person_id.in_(people), Enrolment.deleted_at.is_(None))
        .order_by(Enrolment.starts_on.desc(), Enrolment.id.desc())
    ).all()
    stays = _stays(session, people)
    return tuple(
        replace(
            _enrolment(enrolment, school, period, grade, stays.get(enrolment.id, ())),
            destination=to,
            destination_id=enrolment.destination_id,
        )
        for enrolment, school, period, grade, to in rows
    )


def _enrolment(
    enrolment: Enrolment, school: str, period: str, grade: str, stays: tuple[StayLine, ...]
) -> EnrolmentLine:
    last = stays[-1] if stays else None
    return EnrolmentLine(
        id=enrolment.id,
        institution_id=enrolment.institution_id,
        institution=school,
        period_id=enrolment.period_id,
        period=period,
        grade_id=enrolment.grade_id,
        grade=grade,
        class_id=last.class_id if last else None,
        class_name=last.class_name if last else None,
        starts_on=enrolment.starts_on,
        ends_on=enrolment.ends_on,
        standing=enrolment.standing,
        outcome=enrolment.outcome,
        exit=enrolment.exit,
        exit_reason=enrolment.exit_reason,
        repeater=enrolment.repeater,
        stays=stays,
        approval=enrolment.approval,
        override_reason=enrolment.override_reason,
        outcome_reason=enrolment.outcome_reason,
    )


def _stays(session: Session, people: Collection[UUID]) -> dict[UUID, tuple[StayLine, ...]]:
    """The stays in classes by enrolment, oldest first, the open one last."""
    rows = session.execute(
        select(ClassPupil, SchoolClass.name)
        .join(Enrolment, Enrolment.id == ClassPupil.enrolment_id)
        .join(SchoolClass, SchoolClass.id == ClassPupil.class_id)
        .where(Enrolment.person_id.in_(people), ClassPupil.deleted_at.is_(None))
        .order_by(ClassPupil.ends_on.is_(None), ClassPupil.starts_on, ClassPupil.id)
    ).all()
    found: dict[UUID, tuple[StayLine, ...]] = {}
    for stay, name in rows:
        line = StayLine(stay.class_id, name, stay.starts_on, stay.ends_on)
        found[stay.enrolment_id] = (*found.get(stay.enrolment_id, ()), line)
    return found


def _notes(session: Session, people: Collection[UUID]) -> tuple[NoteLine, ...]:
    rows = session.scalars(_live(PersonNote, people).order_by(PersonNote.written_on.desc()))
    return tuple(NoteLine(row.id, row.written_on, row.text) for row in rows)
