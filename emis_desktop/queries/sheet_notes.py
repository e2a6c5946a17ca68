"""What stands beside the marks of a sheet: comments and effort, who joined late, and the sheet's grades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import ClassPupil, Enrolment, SubjectRemark
from emis_desktop.one_person import together
from emis_desktop.queries.gradebook import term_of
from emis_desktop.queries.reach import require_class, require_subject
from emis_desktop.queries.roster import in_term, term_values
from emis_desktop.queries.school import GradeInfo, grades_of
from emis_desktop.queries.settings import card_words
from emis_desktop.rules.rights import Actor, Right


@dataclass(frozen=True, slots=True)
class SubjectNote:
    """A comment and an effort letter on a pupil in a subject; "" for none."""

    comment: str = ""
    effort: str = ""


@dataclass(frozen=True, slots=True)
class SheetNotes:
    """Beside a sheet. ``notes`` and ``joined`` are by student; ``joined`` holds who came after the term had
    begun. ``effort``: the letters that may be typed, with their words. ``grades`` are those of the class.
    """

    institution_id: UUID
    grades: tuple[GradeInfo, ...]
    notes: Mapping[UUID, SubjectNote]
    joined: Mapping[UUID, date]
    effort: Mapping[str, str]


def sheet_notes(
    session: Session, actor: Actor, class_id: UUID, subject_id: UUID, term_id: UUID, language: str
) -> SheetNotes:
    """The notes, inside a transaction; :class:`Refused` as for the sheet itself."""
    found = require_class(session, actor, Right.VIEW_MARKS, class_id)
    require_subject(session, actor, Right.VIEW_MARKS, class_id, subject_id)
    term = term_of(session, term_id)
    stays = session.execute(
        select(Enrolment.person_id, Enrolment.starts_on, ClassPupil.starts_on)
        .join(ClassPupil, ClassPupil.enrolment_id == Enrolment.id)
        .where(ClassPupil.class_id == class_id, in_term()),
        term_values(term),
    ).all()
    since = {student: max(enrolled, sits or enrolled) for student, enrolled, sits in stays}
    whole = together(session, since)
    remarks = session.execute(
        select(SubjectRemark.student_id, SubjectRemark.comment, SubjectRemark.effort).where(
            SubjectRemark.student_id.in_(whole.all_of(since)),
            SubjectRemark.subject_id == subject_id,
            SubjectRemark.term_id == term_id,
            SubjectRemark.deleted_at.is_(None),
        )
    )
    return SheetNotes(
        institution_id=found.institution_id,
        grades=grades_of(session, (class_id,)).get(class_id, ()),
        notes={
            student: SubjectNote(comment or "", effort or "")
            for student, comment, effort in whole.own_first(since, (tuple(row) for row in remarks))
        },
        joined={student: day for student, day in since.items() if day > term.starts_on},
        effort=card_words(session, found.institution_id, language).effort,
    )
