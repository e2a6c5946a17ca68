"""Whom to call about a pupil: the guardians in their order, each with the phone to try first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import Guardianship, Person
from emis_desktop.one_person import together
from emis_desktop.queries.phones import first_phones
from emis_desktop.queries.plain import pieces
from emis_desktop.rules.names import display_name


@dataclass(frozen=True, slots=True)
class GuardianPhone:
    """A guardian of a pupil; ``relation`` is a code of the country's list, ``phone`` "" where none is known.

    ``court_order``: a court has said something about this guardian; look before calling.
    """

    person_id: UUID
    name: str
    relation: str
    phone: str
    court_order: bool


def guardian_phones(session: Session, students: Collection[UUID]) -> dict[UUID, tuple[GuardianPhone, ...]]:
    """The guardians of each pupil who has any, first to call first.

    For an actor who reads contacts; whoever asks has checked that.
    """
    whole = together(session, students)
    rows = [
        row
        for piece in pieces(whole.all_of(students))
        for row in session.execute(
            select(Guardianship, Person.given_names, Person.family_name)
            .join(Person, Person.id == Guardianship.guardian_id)
            .where(
                Guardianship.student_id.in_(piece),
                Guardianship.deleted_at.is_(None),
                Person.deleted_at.is_(None),
            )
            .order_by(Guardianship.priority, Guardianship.id)
        )
    ]
    phones = {
        person: contact.value
        for piece in pieces({row.Guardianship.guardian_id for row in rows})
        for person, contact in first_phones(session, piece).items()
    }
    records: dict[UUID, list[GuardianPhone]] = {}
    for row in rows:
        link = row.Guardianship
        name = display_name(row.given_names, row.family_name)
        line = GuardianPhone(
            link.guardian_id, name, link.relation, phones.get(link.guardian_id, ""), link.court_order
        )
        records.setdefault(link.student_id, []).append(line)
    found: dict[UUID, tuple[GuardianPhone, ...]] = {}
    for student in students:
        lines = {line.person_id: line for one in whole.of(student) for line in records.get(one, ())}
        if lines:
            found[student] = tuple(lines.values())
    return found
