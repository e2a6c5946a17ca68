"""What Home has read of each class, used again while the journal tells of nothing that touches the class.

A mark changes one class. Reading the whole school for it would compute every card that was issued.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import Select, func, null, select
from sqlalchemy.orm import Session

from emis_desktop.models import (
    AssessmentItem,
    AttendanceMonth,
    AttendanceTotal,
    Change,
    ConductRating,
    Mark,
    PersonIdentity,
    ReportCard,
    SubjectRemark,
    TermRemark,
)
from emis_desktop.queries.home_marks import ClassMarks
from emis_desktop.queries.plain import pieces
from emis_desktop.queries.school import ClassInfo

MOST_CHANGES = 2_000
"""After more changes than this everything is read again: finding out what they touch would take as long."""

_BESIDE = MappingProxyType(
    {
        model.__tablename__: model
        for model in (SubjectRemark, TermRemark, ConductRating, AttendanceTotal, AttendanceMonth, ReportCard)
    }
)
"""What stands beside a pupil's marks, and the cards issued."""
_PERSONAL = frozenset({"mark", "person", "person_identity", *_BESIDE})
"""Tables whose rows touch nothing but the classes of one person."""
_APART = frozenset(
    {"guardianship", "health_note", "person_contact", "person_note", "person_photo", "staff_position", "user"}
)
"""Tables that Home shows nothing of. What is in neither set touches every class."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """Answers to one question, as of a place in the journal."""

    question: Hashable
    seq: int
    classes: Mapping[UUID, ClassMarks]


class HomeMemory:
    """The classes of the page that was read last."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._kept = _Kept(None, 0, {})

    def classes(
        self,
        session: Session,
        question: Hashable,
        term_id: UUID,
        classes: Sequence[ClassInfo],
        read: Callable[[ClassInfo], ClassMarks],
    ) -> list[ClassMarks]:
        """What Home says of each class: remembered where it still holds, else by ``read``.

        ``question`` is everything besides the records that the answer depends on.
        """
        kept = self._kept
        now = session.scalar(select(func.max(Change.seq))) or 0
        known: Mapping[UUID, ClassMarks] = {}
        if kept.question == question and kept.seq <= now:
            known = _untouched(session, kept, term_id)
        found = {one.id: known.get(one.id) or read(one) for one in classes}
        self._kept = _Kept(question, now, found)
        return list(found.values())


def _untouched(session: Session, kept: _Kept, term_id: UUID) -> Mapping[UUID, ClassMarks]:
    """The kept classes that nothing written since has touched."""
    changes = session.execute(
        select(Change.table_name, Change.row_id)
        .where(Change.seq > kept.seq, Change.table_name.not_in(_APART))
        .distinct()
        .limit(MOST_CHANGES + 1)
    ).all()
    if len(changes) > MOST_CHANGES:
        return {}
    by_table: dict[str, list[UUID]] = {}
    for name, row_id in changes:
        by_table.setdefault(name, []).append(row_id)
    if not by_table.keys() <= _PERSONAL:
        return {}
    people: set[UUID] = set()
    for name, ids in by_table.items():
        for person_id, term in _owners(session, name, ids):
            if term not in {None, term_id}:  # an earlier term stands on the cards of whole classes
                return {}
            people.add(person_id)
    return {class_id: one for class_id, one in kept.classes.items() if not people & one.people}


def _owners(session: Session, name: str, ids: Iterable[UUID]) -> Iterator[tuple[UUID, UUID | None]]:
    """(person, term of the mark or None) of rows of a table."""
    for piece in pieces(ids):
        if name == "person":
            yield from ((person_id, None) for person_id in piece)
            continue
        yield from session.execute(_question(name, piece))


def _question(name: str, ids: Sequence[UUID]) -> Select[UUID, UUID | None]:
    if name == "mark":
        return (
            select(Mark.student_id, AssessmentItem.term_id)
            .join(AssessmentItem, AssessmentItem.id == Mark.item_id)
            .where(Mark.id.in_(ids))
        )
    if name == "person_identity":
        return select(PersonIdentity.person_id, null()).where(PersonIdentity.id.in_(ids))
    model = _BESIDE[name]
    return select(model.student_id, null()).where(model.id.in_(ids))
