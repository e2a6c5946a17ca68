"""Further addresses, phones and e-mails of a pupil or of a pupil's guardian: rows of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, Refused
from emis_desktop.models import Area, Guardianship, PersonAddress, PersonContact
from emis_desktop.rules.code_words import ADDRESS_KINDS
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.lines import check_order, kept_line
from emis_desktop.rules.rights import Actor, Right, SensitivityClass, require, require_read
from emis_desktop.services.enrolments import student
from emis_desktop.services.relations import phone_number
from emis_desktop.services.rows import delete

_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]{2,}")
_LONGEST_VALUE, _LONGEST_LABEL, _LONGEST_LINES = 120, 40, 200
_NO_CONTACT = N_("That phone or e-mail is no longer there.")
_NO_ADDRESS = N_("That address is no longer there.")


@dataclass(frozen=True, slots=True)
class NewAddress:
    """An address as typed; ``kind`` is one of :data:`ADDRESS_KINDS`, the days may be open."""

    kind: str
    lines: str
    starts_on: date | None = None
    ends_on: date | None = None
    area_id: UUID | None = None


class ContactService:
    """Commands on addresses, phones and e-mails by one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor

    def add_contact(self, person_id: UUID, kind: str, value: str, label: str | None = None) -> UUID:
        """Add a phone or e-mail, tried after those that are there."""
        self._require()
        kept, named = contact_value(kind, value), _label(label)
        with self._db.write(self._actor, "add_contact") as session:
            reachable(session, self._actor, person_id)
            others = _contacts(session, person_id)
            if any((one.kind, one.value) == (kind, kept) for one in others):
                raise Refused("That is there already.", field="value")
            last = max((one.priority for one in others), default=0)
            row = PersonContact(
                id=new_id(), person_id=person_id, kind=kind, value=kept, label=named, priority=last + 1
            )
            session.add(row)
            return row.id

    def change_contact(self, contact_id: UUID, value: str, label: str | None = None) -> None:
        """Correct a phone or e-mail and what it is called."""
        self._require()
        with self._db.write(self._actor, "change_contact") as session:
            row = self._contact(session, contact_id)
            row.value, row.label = contact_value(row.kind, value), _label(label)

    def order_contacts(self, person_id: UUID, contact_ids: Sequence[UUID]) -> None:
        """Say which is tried first, second and so on; those that are not named keep behind these."""
        self._require()
        with self._db.write(self._actor, "change_contact") as session:
            reachable(session, self._actor, person_id)
            rows = {row.id: row for row in _contacts(session, person_id)}
            wanted = [rows.pop(one) for one in dict.fromkeys(contact_ids) if one in rows]
            for priority, row in enumerate([*wanted, *rows.values()], 1):
                row.priority = priority

    def remove_contact(self, contact_id: UUID) -> None:
        """Take a phone or e-mail away; it can be brought back."""
        self._require()
        with self._db.write(self._actor, "remove_contact") as session:
            delete(session, self._contact(session, contact_id))

    def add_address(self, person_id: UUID, address: NewAddress) -> UUID:
        """Add an address beside the one of the record."""
        self._require()
        kept = _checked(address)
        with self._db.write(self._actor, "add_address") as session:
            reachable(session, self._actor, person_id)
            row = PersonAddress(id=new_id(), person_id=person_id)
            _fill(session, row, kept)
            session.add(row)
            return row.id

    def change_address(self, address_id: UUID, address: NewAddress) -> None:
        """Correct an address."""
        self._require()
        kept = _checked(address)
        with self._db.write(self._actor, "change_address") as session:
            _fill(session, self._address(session, address_id), kept)

    def remove_address(self, address_id: UUID) -> None:
        """Take an address away; it can be brought back."""
        self._require()
        with self._db.write(self._actor, "remove_address") as session:
            delete(session, self._address(session, address_id))

    def _require(self) -> None:
        require(self._actor, Right.EDIT_STUDENTS)
        require_read(self._actor, SensitivityClass.CONTACT)

    def _contact(self, session: Session, contact_id: UUID) -> PersonContact:
        row = session.get(PersonContact, contact_id)
        if row is None or row.deleted_at is not None:
            raise Refused(_NO_CONTACT)
        reachable(session, self._actor, row.person_id)
        return row

    def _address(self, session: Session, address_id: UUID) -> PersonAddress:
        row = session.get(PersonAddress, address_id)
        if row is None or row.deleted_at is not None:
            raise Refused(_NO_ADDRESS)
        reachable(session, self._actor, row.person_id)
        return row


def reachable(session: Session, actor: Actor, person_id: UUID) -> None:
    """The person is a pupil whom the actor may change, or guardian of one; raises :class:`Refused`."""
    pupils = session.scalars(
        select(Guardianship.student_id).where(
            Guardianship.guardian_id == person_id, Guardianship.deleted_at.is_(None)
        )
    ).all()
    for pupil in pupils:
        try:
            student(session, actor, pupil)
        except Refused:
            continue
        return
    student(session, actor, person_id)


def contact_value(kind: str, typed: str) -> str:
    """A phone or e-mail as it is kept; raises :class:`Refused` for what it cannot be."""
    if kind == "phone":
        number = phone_number(typed)
        if number is None:
            raise Refused("Type the phone number.", field="value")
        return number
    if kind != "email":
        raise Refused("Choose whether it is a phone or an e-mail.", field="kind")
    line = kept_line(typed, "value", _LONGEST_VALUE, N_("Type the e-mail address."))
    if not _EMAIL.fullmatch(line):
        raise Refused("Type the e-mail address in full, such as name@school.example.", field="value")
    return line


def _label(typed: str | None) -> str | None:
    return kept_line(typed, "label", _LONGEST_LABEL) or None


def _contacts(session: Session, person_id: UUID) -> list[PersonContact]:
    return list(
        session.scalars(
            select(PersonContact)
            .where(PersonContact.person_id == person_id, PersonContact.deleted_at.is_(None))
            .order_by(PersonContact.priority, PersonContact.id)
        )
    )


def _checked(address: NewAddress) -> NewAddress:
    if address.kind not in ADDRESS_KINDS:
        raise Refused("Choose what kind of address it is.", field="kind")
    lines = kept_line(address.lines, "lines", _LONGEST_LINES, N_("Type the address."))
    check_order(address.starts_on, address.ends_on, "ends_on")
    return NewAddress(address.kind, lines, address.starts_on, address.ends_on, address.area_id)


def _fill(session: Session, row: PersonAddress, address: NewAddress) -> None:
    if address.area_id is not None and session.get(Area, address.area_id) is None:
        raise Refused("That district is no longer there. Choose another.", field="area")
    row.kind, row.lines, row.area_id = address.kind, address.lines, address.area_id
    row.starts_on, row.ends_on = address.starts_on, address.ends_on
