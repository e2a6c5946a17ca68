"""What must hold before a teacher takes back what was written beside the marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import AttendanceTotal, Change, ConductRating, SubjectRemark, TermRemark
from emis_desktop.queries.reach import require_subject, teaching_of
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.closing import closing_of
from emis_desktop.services.mark_checks import seats_in

Beside = SubjectRemark | TermRemark | ConductRating | AttendanceTotal
_MODELS: Mapping[str, type[Beside]] = MappingProxyType(
    {model.__tablename__: model for model in (SubjectRemark, TermRemark, ConductRating, AttendanceTotal)}
)


def require_remarks(session: Session, actor: Actor, first: int, last: int) -> None:
    """Raise :class:`Refused` unless what the changes ``first`` to ``last`` wrote beside marks is the actor's.

    A teacher's it is in the own subject and, for a whole term, in the own class; the office writes anywhere.
    In a closed term nobody does.
    """
    closing = closing_of(session)
    for row in _written(session, first, last):
        closing.require_term(row.term_id)
    teaching = teaching_of(session, actor)
    if teaching is None:
        return
    for row in _written(session, first, last):
        class_id = _class_of(session, actor, row)
        if isinstance(row, SubjectRemark):
            require_subject(session, actor, Right.EDIT_MARKS, class_id, row.subject_id)
        elif class_id not in teaching.leads:
            raise Refused("This is written by the class teacher or the office.")


def _written(session: Session, first: int, last: int) -> Iterator[Beside]:
    changes = select(Change.table_name, Change.row_id).where(
        Change.seq.between(first, last), Change.table_name.in_(_MODELS)
    )
    for name, row_id in session.execute(changes.distinct()):
        yield cast("Beside", session.get_one(_MODELS[name], row_id))


def _class_of(session: Session, actor: Actor, row: Beside) -> UUID:
    """The class the pupil sits in, when it is one of the actor's; raises :class:`Refused`."""
    seats = seats_in(session, [row.student_id], row.term_id, actor) if row.term_id is not None else {}
    seat = seats.get(row.student_id)
    if seat is None:
        raise Refused("This pupil is on no class’s roll in that term. Check the pupil’s record.")
    require(actor, Right.EDIT_MARKS, class_id=seat.class_id, institution_id=seat.institution_id)
    return seat.class_id
