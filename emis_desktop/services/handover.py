"""Taking in a pupil whom a school without a common server has handed over in a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.exchange.handover import Handover
from emis_desktop.models import Enrolment, Person, PersonIdentity, PersonNote
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.admission import NewStudent
from emis_desktop.services.moments import local_today
from emis_desktop.services.relations import NewGuardian, add_guardian
from emis_desktop.services.students import admit
from emis_desktop.services.transfers import Arrival

KIND: Final = "TRANSFER"
"""The kind of number under which a file is known that was taken in."""
LONGEST_NOTE: Final = 4000
_NATIONAL: Final = "national"
_NOT_TAKEN: Final = frozenset({"provisional", "register", KIND})


class HandoverService:
    """Takes in pupils from files, for one actor."""

    def __init__(self, db: Database, actor: Actor, today: Callable[[], date] = local_today) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor
        self._today = today

    def take_in(self, given: Handover, arrival: Arrival, history: str) -> UUID:
        """Put the pupil of a file on the roll, with numbers, guardians and the history in words; one act.

        Raises :class:`Refused` for a file that was taken in before, a pupil whose number somebody here has,
        and for whatever stands against an admission.
        """
        require(self._actor, Right.EDIT_STUDENTS, institution_id=arrival.institution_id)
        with self._db.write(self._actor, "take_in_file") as session:
            _refuse_again(session, given.id)
            student_id = admit(session, self._actor, _new_student(given, arrival), self._today())
            row = session.scalars(select(Enrolment).where(Enrolment.person_id == student_id)).one()
            row.entry = "transferred"
            session.add(PersonIdentity(id=new_id(), person_id=student_id, kind=KIND, number=given.id))
            for guardian in given.guardians:
                add_guardian(
                    session,
                    student_id,
                    NewGuardian(
                        guardian.relation,
                        guardian.given_names,
                        guardian.family_name,
                        guardian.phone or None,
                        guardian.may_collect,
                        guardian.court_order,
                    ),
                )
            for text in (history, *given.notes):
                self._note(session, student_id, text)
            return student_id

    def _note(self, session: Session, student_id: UUID, text: str) -> None:
        for start in range(0, len(text), LONGEST_NOTE):
            part = text[start : start + LONGEST_NOTE]
            session.add(PersonNote(id=new_id(), person_id=student_id, written_on=self._today(), text=part))


def _refuse_again(session: Session, transfer_id: str) -> None:
    known = session.scalar(
        select(PersonIdentity.id)
        .join(Person, Person.id == PersonIdentity.person_id)
        .where(
            PersonIdentity.kind == KIND,
            PersonIdentity.number == transfer_id,
            PersonIdentity.deleted_at.is_(None),
            Person.deleted_at.is_(None),
        )
    )
    if known is not None:
        raise Refused("This file was taken in already. The pupil is on record here.", field="file")


def _new_student(given: Handover, arrival: Arrival) -> NewStudent:
    numbers = {kind: number for kind, number in given.numbers if kind not in _NOT_TAKEN}
    return NewStudent(
        given_names=given.given_names,
        family_name=given.family_name,
        sex=given.sex,
        birth_date=date.fromisoformat(given.birth_date) if given.birth_date else None,
        institution_id=arrival.institution_id,
        period_id=arrival.period_id,
        grade_id=arrival.grade_id,
        starts_on=arrival.starts_on,
        class_id=arrival.class_id,
        number=numbers.pop(_NATIONAL, None),
        repeater=arrival.repeater,
        fields={name: text for name, text in given.fields.items() if name in _FIELDS and text},
        phone=given.phone or None,
        numbers=numbers,
        override=arrival.override,
    )


_FIELDS: Final = frozenset({"preferred_name", "birth_place", "nationality", "address", "transport"})
