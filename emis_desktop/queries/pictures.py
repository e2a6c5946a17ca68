"""Crests and photos by their SHA-256: the one in force, or an earlier one from the journal."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import Change, Institution, PersonPhoto
from emis_desktop.queries.card_content import Pictures
from emis_desktop.rules.ids import natural_id


def pictures_of(session: Session, institution_id: UUID, student_id: UUID) -> Pictures:
    """Finds the pictures of a student's card: the photo and the school's crest, as they were when it was
    issued.
    """
    photo_id = natural_id("person_photo", student_id)

    def find(wanted: bytes) -> bytes | None:
        now = (
            session.scalar(select(Institution.crest).where(Institution.id == institution_id)),
            session.scalar(select(PersonPhoto.image).where(PersonPhoto.id == photo_id)),
        )
        earlier = (
            *_earlier(session, "institution", institution_id, "crest"),
            *_earlier(session, "person_photo", photo_id, "image"),
        )
        for picture in (*now, *earlier):
            if picture is not None and sha256(picture).digest() == wanted:
                return picture
        return None

    return find


def _earlier(session: Session, table: str, row_id: UUID, field: str) -> list[bytes]:
    rows = session.scalars(
        select(Change.before)
        .where(Change.table_name == table, Change.row_id == row_id, Change.field == field)
        .order_by(Change.seq.desc())
    )
    return [row for row in rows if isinstance(row, bytes)]
