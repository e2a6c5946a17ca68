"""Papers that were issued: the one in force of each kind, and any of them from its frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import IssuedPaper
from emis_desktop.one_person import together
from emis_desktop.queries.papers.content import SignedPaper, thaw_paper
from emis_desktop.queries.pictures import pictures_of
from emis_desktop.rules.papers import PaperKind


def paper_in_force(
    session: Session, student_id: UUID, institution_id: UUID, kind: PaperKind
) -> IssuedPaper | None:
    """The last issue of a pupil's paper of a kind by a school, of all records that are one person."""
    rows = session.scalars(
        select(IssuedPaper)
        .where(
            IssuedPaper.student_id.in_(together(session, [student_id]).of(student_id)),
            IssuedPaper.institution_id == institution_id,
            IssuedPaper.kind == kind.value,
            IssuedPaper.deleted_at.is_(None),
        )
        .order_by(IssuedPaper.issue.desc(), IssuedPaper.number.desc())
        .limit(1)
    )
    return rows.first()


def thawed(session: Session, row: IssuedPaper) -> SignedPaper:
    """An issued paper with its pictures, to the byte as it was drawn."""
    people: Sequence[UUID] = together(session, [row.student_id]).of(row.student_id)

    def find(wanted: bytes) -> bytes | None:
        found = (pictures_of(session, row.institution_id, person_id)(wanted) for person_id in people)
        return next((picture for picture in found if picture is not None), None)

    return thaw_paper(PaperKind(row.kind), row.content, find)
