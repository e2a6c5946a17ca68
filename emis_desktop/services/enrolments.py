"""The stay of a pupil at a school: whose the record is, the class of the day, leaving and coming back."""

from __future__ import annotations

from datetime import date
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from emis_desktop.errors import N_, Refused
from emis_desktop.models import (
    AcademicPeriod,
    ClassGrade,
    ClassPupil,
    EducationGrade,
    Enrolment,
    Institution,
    Person,
    SchoolClass,
    Synced,
)
from emis_desktop.one_person import together
from emis_desktop.rules.calendar import in_force
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor
from emis_desktop.services.rows import delete

EXITS: Final = frozenset(
    {"transferred", "emigrated", "dropped_out", "expelled", "deceased", "completed", "administrative"}
)
"""What a leaving counts as; the profile's list of reasons says it more closely."""

Row = TypeVar("Row", bound=Synced)


def student(session: Session, actor: Actor, student_id: UUID) -> Person:
    """The live record of a pupil on whom ``actor`` may act, of a double the one that is kept; raises
    :class:`Refused` otherwise.

    A pupil belongs to the school of the open enrolment (of each, while two records of one pupil are on two
    rolls), else to that of the last one.
    """
    person = session.get(Person, together(session, [student_id]).main_of(student_id))
    enrolments = list(session.scalars(_enrolments(session, student_id)))
    own = actor.institution_id
    seen = any(own in {None, each.institution_id} for each in enrolments)
    if person is None or person.deleted_at is not None or not seen or not _sits(session, actor, enrolments):
        raise Refused("There is no such pupil on this laptop, or the record is not open to you.")
    homes = {each.institution_id for each in enrolments if each.ends_on is None}
    if own is not None and own not in (homes or {enrolments[0].institution_id}):
        raise Refused("This pupil is at another school now. Ask that school to change the record.")
    return person


def last_enrolment(session: Session, student_id: UUID) -> Enrolment:
    """The open enrolment of a pupil, else the one that ended last; a pupil has at least one."""
    return session.scalars(_enrolments(session, student_id).limit(1)).one()


def current_enrolment(session: Session, student_id: UUID) -> Enrolment:
    """The pupil's enrolment that has not ended; raises :class:`Refused` when there is none."""
    found = last_enrolment(session, student_id)
    if found.ends_on is not None:
        raise Refused("This pupil is not on roll. Admit the pupil again first.")
    return found


def end_doubles(session: Session, enrolment: Enrolment, on: date) -> None:
    """End what other records of the same pupil are still enrolled as at that school: it was one stay."""
    records = together(session, [enrolment.person_id]).of(enrolment.person_id)[1:]
    for other in session.scalars(
        select(Enrolment).where(
            Enrolment.person_id.in_(records),
            Enrolment.institution_id == enrolment.institution_id,
            Enrolment.deleted_at.is_(None),
            Enrolment.ends_on.is_(None),
        )
    ):
        leave(session, other, max(on, other.starts_on))
        other.exit, other.exit_reason = "administrative", None


def check_enrolment(
    session: Session, institution_id: UUID, period_id: UUID, grade_id: UUID, starts_on: date
) -> None:
    """Raise :class:`Refused` unless school, year and grade are there and the first day lies in the year."""
    school = _live(session, Institution, institution_id, "institution")
    if school.closed_on is not None and starts_on > school.closed_on:
        raise Refused(
            "{school} closed on {day}. Choose another.",
            field="institution",
            school=school.name,
            day=school.closed_on,
        )
    year = _live(session, AcademicPeriod, period_id, "year")
    grade = _live(session, EducationGrade, grade_id, "grade")
    if not in_force(grade.valid_from, grade.valid_to, year.starts_on, year.ends_on):
        raise Refused(
            "There is no {grade} in {year} any more. Choose another grade.",
            field="grade",
            grade=grade.name,
            year=year.label,
        )
    if not year.starts_on <= starts_on <= year.ends_on:
        raise Refused(
            "The first day lies outside the school year. Type a date from {first} to {last}.",
            field="starts_on",
            first=year.starts_on,
            last=year.ends_on,
        )


def check_class(
    session: Session, class_id: UUID, institution_id: UUID, period_id: UUID, grade_id: UUID
) -> None:
    """Raise :class:`Refused` unless the class is there, of that school and year, and has that grade."""
    chosen = _live(session, SchoolClass, class_id, "class")
    if (chosen.institution_id, chosen.period_id) != (institution_id, period_id):
        raise Refused(
            "That class belongs to another school or year. Choose a class of this one.", field="class"
        )
    grades = set(
        session.scalars(
            select(ClassGrade.grade_id).where(
                ClassGrade.class_id == class_id, ClassGrade.deleted_at.is_(None)
            )
        )
    )
    if grades and grade_id not in grades:
        raise Refused(
            "{class_name} has no pupils of {grade}. Choose another class, or change the grade as well.",
            field="class",
            class_name=chosen.name,
            grade=session.get_one(EducationGrade, grade_id).name,
        )


def place(session: Session, enrolment: Enrolment, class_id: UUID, on: date) -> None:
    """End the enrolment's open stays and begin one in ``class_id``; the same class again changes nothing.

    A stay that began on that same day never was one and goes. Raises :class:`Refused` for a day before the
    pupil came.
    """
    check_class(session, class_id, enrolment.institution_id, enrolment.period_id, enrolment.grade_id)
    stays = [stay for stay in _stays(session, enrolment.id) if stay.ends_on is None]
    if any(stay.class_id == class_id for stay in stays):
        return
    came = max((stay.starts_on or enrolment.starts_on for stay in stays), default=enrolment.starts_on)
    if on < came:
        raise Refused(
            "The pupil came on {first}. Choose that day or a later one.", field="starts_on", first=came
        )
    session.add(ClassPupil(id=new_id(), class_id=class_id, enrolment_id=enrolment.id, starts_on=on))
    session.flush()  # the new stay comes first in the journal: the act is named after it
    for stay in stays:
        if (stay.starts_on or enrolment.starts_on) == on:
            delete(session, stay)
        else:
            stay.ends_on = on
    session.flush()


def leave(session: Session, enrolment: Enrolment, on: date) -> None:
    """End an enrolment and its stays in classes; stays that would begin later go."""
    if on < enrolment.starts_on:
        raise Refused(
            "The last day is before the first day, {first}. Choose a later day.",
            field="ends_on",
            first=enrolment.starts_on,
        )
    enrolment.ends_on = on
    for stay in _stays(session, enrolment.id):
        if stay.starts_on is not None and stay.starts_on > on:
            delete(session, stay)
        elif stay.ends_on is None or stay.ends_on > on:
            stay.ends_on = on


def _enrolments(session: Session, student_id: UUID) -> Select[Enrolment]:
    return (
        select(Enrolment)
        .where(
            Enrolment.person_id.in_(together(session, [student_id]).of(student_id)),
            Enrolment.deleted_at.is_(None),
        )
        .order_by(
            Enrolment.ends_on.is_not(None),
            and_(Enrolment.ends_on.is_(None), Enrolment.person_id != student_id),
            Enrolment.starts_on.desc(),
            Enrolment.person_id != student_id,
            Enrolment.id.desc(),
        )
    )


def _sits(session: Session, actor: Actor, enrolments: list[Enrolment]) -> bool:
    """Whether a pupil sits in a class of an actor who is held to own classes."""
    if actor.class_ids is None:
        return True
    return any(stay.class_id in actor.class_ids for stay in _stays(session, enrolments[0].id))


def _stays(session: Session, enrolment_id: UUID) -> list[ClassPupil]:
    return list(
        session.scalars(
            select(ClassPupil)
            .where(ClassPupil.enrolment_id == enrolment_id, ClassPupil.deleted_at.is_(None))
            .order_by(ClassPupil.starts_on, ClassPupil.id)
        )
    )


def _live(session: Session, model: type[Row], row_id: UUID, field: str) -> Row:
    """A row that is still there; raises :class:`Refused` for one that is not."""
    found = session.get(model, row_id)
    if found is None or found.deleted_at is not None:
        raise Refused(_GONE[field], field=field)
    return found


_GONE = {
    "institution": N_("That school is no longer there. Choose another."),
    "year": N_("That school year is no longer there. Choose another."),
    "grade": N_("That grade is no longer there. Choose another."),
    "class": N_("That class is no longer there. Choose another."),
}
