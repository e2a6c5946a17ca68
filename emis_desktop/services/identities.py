"""Any number of typed numbers of a pupil, each with the country that gave it: two passports are two rows."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import PersonIdentity
from emis_desktop.one_person import together
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.enrolments import student
from emis_desktop.services.rows import delete
from emis_desktop.services.student_numbers import NATIONAL, PROVISIONAL, REGISTER, kept_number, refuse_taken

ONE_EACH: Final = frozenset({NATIONAL, REGISTER})
"""Kinds of which a pupil has one."""
_KIND = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")


class IdentityService:
    """Adds, changes and removes single numbers, as one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """Acts are recorded as ``actor``'s."""
        self._db = db
        self._actor = actor

    def add(self, student_id: UUID, kind: str, number: str, country: str | None = None) -> UUID:
        """Add a number of a kind of the country's list; ``country`` is the code of who gave it."""
        require(self._actor, Right.EDIT_STUDENTS)
        kept, given_by = _kept(kind, number), _country(country)
        with self._db.write(self._actor, "add_number") as session:
            student(session, self._actor, student_id)
            refuse_taken(session, self._actor, student_id, kind, kept)
            for other in _numbers(session, student_id, kind):
                if kind in ONE_EACH:
                    raise Refused(
                        "The pupil has a number of this kind already. Change that one.", field="kind"
                    )
                if (other.number, other.country) == (kept, given_by):
                    raise Refused("That is there already.", field="number")
            row = PersonIdentity(id=new_id(), person_id=student_id, kind=kind, number=kept, country=given_by)
            session.add(row)
            return row.id

    def change(self, identity_id: UUID, number: str, country: str | None = None) -> None:
        """Correct a number and the country that gave it."""
        require(self._actor, Right.EDIT_STUDENTS)
        given_by = _country(country)
        with self._db.write(self._actor, "change_number") as session:
            row = self._row(session, identity_id)
            kept = _kept(row.kind, number)
            refuse_taken(session, self._actor, row.person_id, row.kind, kept)
            row.number, row.country = kept, given_by

    def remove(self, identity_id: UUID) -> None:
        """Take a number away; it can be brought back."""
        require(self._actor, Right.EDIT_STUDENTS)
        with self._db.write(self._actor, "remove_number") as session:
            delete(session, self._row(session, identity_id))

    def _row(self, session: Session, identity_id: UUID) -> PersonIdentity:
        row = session.get(PersonIdentity, identity_id)
        if row is None or row.deleted_at is not None:
            raise Refused("That number is no longer there.")
        student(session, self._actor, row.person_id)
        return row


def _kept(kind: str, number: str) -> str:
    if kind == PROVISIONAL or not _KIND.fullmatch(kind):
        raise Refused("Choose what kind of number it is.", field="kind")
    try:
        kept = kept_number(kind, number)
    except Refused as refused:
        refused.field = "number"
        raise
    if not kept:
        raise Refused("Type the number.", field="number")
    return kept


def _country(code: str | None) -> str | None:
    kept = (code or "").strip().upper()
    if kept and not (len(kept) in {2, 3} and kept.isascii() and kept.isalpha()):
        raise Refused("Enter a country code of two or three letters, such as GD or GRD.", field="country")
    return kept or None


def _numbers(session: Session, student_id: UUID, kind: str) -> list[PersonIdentity]:
    return list(
        session.scalars(
            select(PersonIdentity).where(
                PersonIdentity.person_id.in_(together(session, [student_id]).of(student_id)),
                PersonIdentity.kind == kind,
                PersonIdentity.deleted_at.is_(None),
            )
        )
    )
