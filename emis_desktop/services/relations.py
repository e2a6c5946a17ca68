"""Guardians, contacts and notes of a pupil: rows of their own, so that two laptops never overwrite them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import Guardianship, Person, PersonContact, PersonNote
from emis_desktop.one_person import together
from emis_desktop.queries.phones import first_phones
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read
from emis_desktop.services.enrolments import student
from emis_desktop.services.person_fields import checked_text
from emis_desktop.services.rows import delete, revive

LONGEST_NOTE = 2000
LONGEST_RELATION = 32
TOO_LONG = N_("This is longer than {longest} characters. Shorten it.")


@dataclass(frozen=True, slots=True)
class NewGuardian:
    """A guardian as typed. ``person_id`` names a person already known (a sibling's guardian)."""

    relation: str
    given_names: str = ""
    family_name: str = ""
    phone: str | None = None
    may_collect: bool = True
    court_order: bool = False
    person_id: UUID | None = None


class RelationService:
    """Commands on the people and notes around a pupil, by one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor

    def add_guardian(self, student_id: UUID, guardian: NewGuardian) -> UUID:
        """Add a guardian, last in line; returns the guardian's person id."""
        require(self._actor, Right.EDIT_STUDENTS)
        require_read(self._actor, SensitivityClass.CONTACT)
        with self._db.write(self._actor, "add_guardian") as session:
            student(session, self._actor, student_id)
            return add_guardian(session, student_id, guardian)

    def change_guardian(
        self,
        link_id: UUID,
        *,
        relation: str | None = None,
        may_collect: bool | None = None,
        court_order: bool | None = None,
    ) -> None:
        """Set what is given of a guardian's standing towards this pupil; the rest stays."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "change_guardian") as session:
            link = self._link(session, link_id)
            link.relation = link.relation if relation is None else _relation(relation)
            link.may_collect = link.may_collect if may_collect is None else may_collect
            link.court_order = link.court_order if court_order is None else court_order

    def order_guardians(self, student_id: UUID, link_ids: Sequence[UUID]) -> None:
        """Say who is called first, second and so on; guardians that are not named keep behind these."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "change_guardian") as session:
            student(session, self._actor, student_id)
            links = {link.id: link for link in _links(session, student_id)}
            wanted = [links.pop(link_id) for link_id in link_ids if link_id in links]
            for priority, link in enumerate([*wanted, *links.values()], 1):
                link.priority = priority

    def name_guardian(self, link_id: UUID, name: str, value: str) -> None:
        """Correct a field of the guardian's own person record; siblings' records show it too."""
        require(self._actor, Right.EDIT_STUDENTS)
        stored = checked_text(name, value)
        with self._db.write(self._actor, "change_guardian") as session:
            link = self._link(session, link_id)
            setattr(session.get_one(Person, link.guardian_id), name, stored)

    def remove_guardian(self, link_id: UUID) -> None:
        """Take the guardian off this pupil; the guardian's own record and other pupils keep."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "remove_guardian") as session:
            delete(session, self._link(session, link_id))

    def set_phone(self, person_id: UUID, phone: str | None) -> None:
        """Set (or, empty, take away) the first phone of a pupil, or of a pupil's guardian."""
        require(self._actor, Right.EDIT_STUDENTS)
        require_read(self._actor, SensitivityClass.CONTACT)
        with self._db.write(self._actor, "change_phone") as session:
            self._require_person(session, person_id)
            set_phone(session, person_id, phone)

    def add_note(self, student_id: UUID, text: str, on: date) -> UUID:
        """Write a dated note on a pupil."""
        require(self._actor, Right.EDIT_STUDENTS)
        said = text.strip()
        if not said:
            raise Refused("Write the note first.", field="note")
        if len(said) > LONGEST_NOTE:
            raise Refused(TOO_LONG, field="note", longest=LONGEST_NOTE)
        with self._db.write(self._actor, "add_note") as session:
            student(session, self._actor, student_id)
            note = PersonNote(id=new_id(), person_id=student_id, written_on=on, text=said)
            session.add(note)
            return note.id

    def remove_note(self, note_id: UUID) -> None:
        """Take a note away; it stays in history and can be brought back."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "remove_note") as session:
            note = session.get(PersonNote, note_id)
            if note is None or note.deleted_at is not None:
                raise Refused("That note is no longer there.")
            student(session, self._actor, note.person_id)
            delete(session, note)

    def _link(self, session: Session, link_id: UUID) -> Guardianship:
        link = session.get(Guardianship, link_id)
        if link is None or link.deleted_at is not None:
            raise Refused("That guardian is no longer on the record.")
        student(session, self._actor, link.student_id)
        return link

    def _require_person(self, session: Session, person_id: UUID) -> None:
        """The person is a pupil whom the actor may change, or guardian of one; raises :class:`Refused`."""
        pupils = session.scalars(
            select(Guardianship.student_id).where(
                Guardianship.guardian_id == person_id, Guardianship.deleted_at.is_(None)
            )
        )
        for pupil in pupils:
            try:
                student(session, self._actor, pupil)
            except Refused:
                continue
            return
        student(session, self._actor, person_id)


def add_guardian(session: Session, student_id: UUID, guardian: NewGuardian) -> UUID:
    """Write a guardian inside an open act; a guardian taken off before comes back as the same row."""
    relation = _relation(guardian.relation)
    guardian_id = guardian.person_id or _new_person(session, guardian)
    if guardian_id == student_id:
        raise Refused("A pupil cannot be their own guardian.", field="guardian")
    known = session.get(Person, guardian_id)
    if known is None or known.deleted_at is not None:
        raise Refused("That person is no longer on this laptop. Type the names instead.", field="guardian")
    links = _links(session, student_id)
    if any(link.guardian_id == guardian_id for link in links):
        raise Refused("That person is a guardian of this pupil already.", field="guardian")
    link = revive(session, Guardianship, natural_id("guardianship", student_id, guardian_id))
    link.student_id, link.guardian_id = student_id, guardian_id
    link.relation = relation
    link.priority = max((other.priority for other in links), default=0) + 1
    link.may_collect, link.court_order = guardian.may_collect, guardian.court_order
    session.flush()
    if guardian.phone:
        set_phone(session, guardian_id, guardian.phone)
    return guardian_id


def _links(session: Session, student_id: UUID) -> list[Guardianship]:
    """The guardians of a pupil in the order in which they are called."""
    records = together(session, [student_id]).of(student_id)
    return list(
        session.scalars(
            select(Guardianship)
            .where(Guardianship.student_id.in_(records), Guardianship.deleted_at.is_(None))
            .order_by(Guardianship.priority, Guardianship.id)
        )
    )


def _relation(code: str) -> str:
    """The code of a relation as it is kept."""
    kept = code.strip()
    if not kept or len(kept) > LONGEST_RELATION:
        raise Refused("Choose what the guardian is to the pupil.", field="relation")
    return kept


def _new_person(session: Session, guardian: NewGuardian) -> UUID:
    person = Person(
        id=new_id(),
        given_names=checked_text("given_names", guardian.given_names),
        family_name=checked_text("family_name", guardian.family_name),
    )
    session.add(person)
    session.flush()
    return person.id


def set_phone(session: Session, person_id: UUID, phone: str | None) -> None:
    """Write the person's first phone inside an open act."""
    typed = phone_number(phone)
    first = first_phones(session, [person_id]).get(person_id)
    if first is not None and typed:
        first.value = typed
    elif first is not None:
        delete(session, first)
    elif typed:
        session.add(PersonContact(id=new_id(), person_id=person_id, kind="phone", value=typed, priority=1))


def phone_number(typed: str | None) -> str | None:
    """The number as it is kept: digits, spaces, ``+ - ( )``; raises :class:`Refused` for anything else."""
    text = " ".join((typed or "").split())
    if not text:
        return None
    digits = sum(letter.isdigit() for letter in text)
    if digits < 5 or len(text) > 40 or any(letter not in "0123456789 +-()./" for letter in text):
        raise Refused("Type the phone number in digits, such as 473 440 0101.", field="phone")
    return text
