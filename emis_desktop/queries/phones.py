"""The phone to try first: of one order for lists, files, records and what is written."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import PersonContact


def first_phones(
    session: Session, people: Collection[UUID], kind: str = "phone"
) -> dict[UUID, PersonContact]:
    """The phone (or ``email``) to try first of each of these people who has one; at most as many as fit one
    question.
    """
    rows = session.scalars(
        select(PersonContact)
        .where(
            PersonContact.person_id.in_(people),
            PersonContact.kind == kind,
            PersonContact.deleted_at.is_(None),
        )
        .order_by(PersonContact.priority.desc(), PersonContact.id.desc())
    )
    return {row.person_id: row for row in rows}
