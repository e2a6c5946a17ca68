"""What the office does to a pupil: admit, correct a field, give a number, place in a class, withdraw.

Each method is one act: one permission check, one transaction, one line in history.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import ClassPupil, Enrolment
from emis_desktop.queries.intake import Wanted
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.admission import NewStudent, Row, admission, write_admissions
from emis_desktop.services.closing import require_open
from emis_desktop.services.enrolments import (
    EXITS,
    check_class,
    check_enrolment,
    current_enrolment,
    end_doubles,
    last_enrolment,
    leave,
    place,
    student,
)
from emis_desktop.services.intake import approval_of, override_of, require_seats
from emis_desktop.services.moments import local_today
from emis_desktop.services.person_fields import checked
from emis_desktop.services.relations import set_phone
from emis_desktop.services.student_numbers import (
    kept_number,
    new_number,
    number_kind,
    refuse_taken,
    set_number,
)


@dataclass(frozen=True, slots=True)
class Readmission:
    """A pupil who left comes back to the same school: into which year, grade and, perhaps, class."""

    period_id: UUID
    grade_id: UUID
    starts_on: date
    class_id: UUID | None = None
    repeater: bool = False
    override: str | None = None


class StudentService:
    """Commands on pupils' records by one actor."""

    def __init__(self, db: Database, actor: Actor, today: Callable[[], date] = local_today) -> None:
        """Acts are recorded as ``actor``'s; ``today`` bounds dates."""
        self._db = db
        self._actor = actor
        self._today = today

    def admit(self, new: NewStudent) -> UUID:
        """Admit a pupil: person, number, enrolment and place in one act. Returns the person's id.

        Raises :class:`Refused` for a name or date that cannot be, or a number that another pupil has.
        """
        require(self._actor, Right.EDIT_STUDENTS, institution_id=new.institution_id)
        with self._db.write(self._actor, "admit_student") as session:
            return admit(session, self._actor, new, self._today())

    def change(self, student_id: UUID, name: str, value: str | date | None) -> None:
        """Set one field of the person, such as ``given_names``, after the rule of that field."""
        require(self._actor, Right.EDIT_STUDENTS)
        stored = checked(name, value, self._today())
        with self._db.write(self._actor, "change_student") as session:
            person = student(session, self._actor, student_id)
            setattr(person, name, stored)

    def set_number(self, student_id: UUID, kind: str, number: str | None) -> None:
        """Give, change or (empty) take away one of the pupil's numbers; ``kind`` is national, register or a
        code of the profile's list.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "change_number") as session:
            student(session, self._actor, student_id)
            set_number(session, self._actor, student_id, kind, number)

    def move_to_class(
        self,
        student_id: UUID,
        class_id: UUID,
        on: date,
        grade_id: UUID | None = None,
        override: str | None = None,
    ) -> None:
        """Move the pupil to another class of the same school and year, from ``on``.

        ``grade_id`` changes the grade as well, where the class is of another one; ``override``: why the pupil
        goes into a class that is full.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        self._refuse_future(on, "starts_on")
        with self._db.write(self._actor, "move_class") as session:
            student(session, self._actor, student_id)
            enrolment = current_enrolment(session, student_id)
            require_open(session, on)
            enrolment.grade_id = grade_id or enrolment.grade_id
            _seat(session, [enrolment], class_id, on, override)
            place(session, enrolment, class_id, on)

    def move_all(
        self, student_ids: Sequence[UUID], class_id: UUID, on: date, override: str | None = None
    ) -> None:
        """Move several pupils of the class's grades in one act; when one cannot move, nobody does."""
        require(self._actor, Right.EDIT_STUDENTS)
        self._refuse_future(on, "starts_on")
        with self._db.write(self._actor, "move_pupils") as session:
            require_open(session, on)
            enrolments = []
            for student_id in student_ids:
                student(session, self._actor, student_id)
                enrolments.append(current_enrolment(session, student_id))
            _seat(session, enrolments, class_id, on, override)
            for enrolment in enrolments:
                place(session, enrolment, class_id, on)

    def withdraw(self, student_id: UUID, on: date, exit_kind: str, reason: str | None) -> None:
        """End the pupil's enrolment with a coded reason; nothing of the record is lost.

        ``exit_kind`` is what the leaving counts as, one of :data:`EXITS`; ``reason`` the code of the list.
        """
        require(self._actor, Right.EDIT_STUDENTS)
        self._refuse_future(on, "ends_on")
        if exit_kind not in EXITS:
            raise Refused("Choose why the pupil leaves.", field="exit")
        with self._db.write(self._actor, "withdraw_student") as session:
            student(session, self._actor, student_id)
            enrolment = current_enrolment(session, student_id)
            require_open(session, on)
            leave(session, enrolment, on)
            enrolment.exit = exit_kind
            enrolment.exit_reason = reason
            end_doubles(session, enrolment, on)

    def readmit(self, student_id: UUID, back: Readmission) -> None:
        """Put a pupil who left on the roll again; the new enrolment names the old one."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "readmit_student") as session:
            person = student(session, self._actor, student_id)
            old = last_enrolment(session, student_id)
            if old.ends_on is None:
                raise Refused("This pupil is on roll already.")
            if back.starts_on < old.ends_on:
                raise Refused(
                    "The pupil left on {last}. Choose that day or a later one.",
                    field="starts_on",
                    last=old.ends_on,
                )
            check_enrolment(session, old.institution_id, back.period_id, back.grade_id, back.starts_on)
            require_open(session, back.starts_on)
            if back.class_id is not None:
                check_class(session, back.class_id, old.institution_id, back.period_id, back.grade_id)
            wanted = Wanted(old.institution_id, back.period_id, back.grade_id, back.class_id, back.starts_on)
            override = override_of(session, wanted, person.birth_date, person.sex, back.override)
            approval = approval_of(session, self._actor, old.institution_id, self._today())
            _enrol_again(session, old, back, {"override_reason": override, **approval})

    def _refuse_future(self, day: date, field: str) -> None:
        if day > self._today():
            raise Refused("{day} is still to come. Choose today or an earlier day.", field=field, day=day)


def admit(session: Session, actor: Actor, new: NewStudent, today: date) -> UUID:
    """Write one new pupil inside an open act."""
    check_enrolment(session, new.institution_id, new.period_id, new.grade_id, new.starts_on)
    if new.class_id is not None:
        check_class(session, new.class_id, new.institution_id, new.period_id, new.grade_id)
    if new.number:
        kind = number_kind(new.number)
        number = kept_number(kind, new.number)
    else:
        kind, number = new_number(session, new.institution_id)
    made = admission(new, today, (kind, number))
    require_open(session, new.starts_on)
    wanted = Wanted(new.institution_id, new.period_id, new.grade_id, new.class_id, new.starts_on)
    override = override_of(session, wanted, made.person["birth_date"], made.person["sex"], new.override)
    made.enrolment["override_reason"] = override
    made.enrolment.update(approval_of(session, actor, new.institution_id, today))
    refuse_taken(session, actor, made.person_id, kind, number, new.institution_id)
    write_admissions(session, [made])
    if new.phone:
        set_phone(session, made.person_id, new.phone)
    for other_kind, other_number in new.numbers.items():
        set_number(session, actor, made.person_id, other_kind, other_number)
    return made.person_id


def _seat(
    session: Session, enrolments: Sequence[Enrolment], class_id: UUID, on: date, override: str | None
) -> None:
    """Refuse a class that is full, unless a reason is given: it stays with those who come into it."""
    sits = set(
        session.scalars(
            select(ClassPupil.enrolment_id).where(
                ClassPupil.class_id == class_id,
                ClassPupil.deleted_at.is_(None),
                ClassPupil.ends_on.is_(None),
            )
        )
    )
    coming = [enrolment for enrolment in enrolments if enrolment.id not in sits]
    reason = require_seats(session, coming, class_id, on, override)
    for enrolment in coming if reason is not None else ():
        enrolment.override_reason = reason


def _enrol_again(session: Session, old: Enrolment, back: Readmission, more: Row) -> None:
    enrolment = Enrolment(
        id=new_id(),
        person_id=old.person_id,
        institution_id=old.institution_id,
        period_id=back.period_id,
        grade_id=back.grade_id,
        starts_on=back.starts_on,
        repeater=back.repeater,
        previous_id=old.id,
        entry="returned",
        **more,
    )
    session.add(enrolment)
    if back.class_id is not None:
        stay = ClassPupil(
            id=new_id(), class_id=back.class_id, enrolment_id=enrolment.id, starts_on=back.starts_on
        )
        session.add(stay)
