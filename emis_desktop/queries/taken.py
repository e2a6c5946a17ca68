"""Which subjects a pupil takes: those of the class, but for what was chosen otherwise.

A subject that stands in a block of options of the pupil's grade is taken by who chose it; any other subject
of the class by everybody who was not let off it. Results, mark sheets, counts and checks ask here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.models import Enrolment, OptionBlock, OptionSubject, SubjectChoice
from emis_desktop.queries.plain import pieces, remembered


class Seated(NamedTuple):
    """An enrolment and its grade."""

    enrolment_id: UUID
    grade_id: UUID


@dataclass(frozen=True, slots=True)
class Taken:
    """What pupils take otherwise than their class. ``optional``: the subjects of blocks, by grade;
    ``choices``: what was chosen (True) or let off (False), by enrolment and subject.
    """

    optional: Mapping[UUID, frozenset[UUID]] = field(default_factory=dict)
    choices: Mapping[tuple[UUID, UUID], bool] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Whether everybody takes what the class does."""
        return not self.optional and not self.choices

    def takes(self, enrolment_id: UUID, grade_id: UUID, subject_id: UUID) -> bool:
        """Whether a pupil in that grade takes a subject of the class."""
        chosen = self.choices.get((enrolment_id, subject_id))
        if chosen is not None:
            return chosen
        return subject_id not in self.optional.get(grade_id, ())


ALL = Taken()
"""Everybody takes everything that the class does."""


def taken_of(session: Session, institution_id: UUID, period_id: UUID, seated: Collection[Seated]) -> Taken:
    """What these pupils of a school and year take."""
    optional = remembered(
        session,
        ("option subjects", institution_id, period_id),
        lambda: _optional(session, institution_id, period_id),
    )
    choices: dict[tuple[UUID, UUID], bool] = {}
    for piece in pieces([one.enrolment_id for one in seated]):
        rows = session.execute(
            select(SubjectChoice.enrolment_id, SubjectChoice.subject_id, SubjectChoice.taken).where(
                SubjectChoice.enrolment_id.in_(piece), SubjectChoice.deleted_at.is_(None)
            )
        )
        choices.update({(row.enrolment_id, row.subject_id): row.taken for row in rows})
    return Taken(optional, choices) if optional or choices else ALL


def any_choices(session: Session, institution_id: UUID, period_id: UUID) -> bool:
    """Whether anybody of a school takes, in that year, otherwise than the class."""
    if _optional(session, institution_id, period_id):
        return True
    question = (
        select(SubjectChoice.id)
        .join(Enrolment, Enrolment.id == SubjectChoice.enrolment_id)
        .where(
            Enrolment.institution_id == institution_id,
            Enrolment.period_id == period_id,
            Enrolment.deleted_at.is_(None),
            SubjectChoice.deleted_at.is_(None),
        )
        .limit(1)
    )
    return session.scalar(question) is not None


def _optional(session: Session, institution_id: UUID, period_id: UUID) -> dict[UUID, frozenset[UUID]]:
    rows = session.execute(
        select(OptionBlock.grade_id, OptionSubject.subject_id)
        .join(OptionSubject, OptionSubject.block_id == OptionBlock.id)
        .where(
            OptionBlock.institution_id == institution_id,
            OptionBlock.period_id == period_id,
            OptionBlock.deleted_at.is_(None),
            OptionSubject.deleted_at.is_(None),
        )
    )
    found: dict[UUID, set[UUID]] = {}
    for grade_id, subject_id in rows:
        found.setdefault(grade_id, set()).add(subject_id)
    return {grade_id: frozenset(subjects) for grade_id, subjects in found.items()}
