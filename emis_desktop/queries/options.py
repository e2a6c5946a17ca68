"""Blocks of options, who takes what of them, and who is still to choose."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import (
    ClassPupil,
    EducationGrade,
    Enrolment,
    OptionBlock,
    OptionSubject,
    Person,
    SchoolClass,
    Subject,
    SubjectChoice,
)
from emis_desktop.queries.classes import subject_name
from emis_desktop.queries.plain import pieces
from emis_desktop.queries.roster import enrolled_on, sits_on
from emis_desktop.rules.names import listed_name, sort_key
from emis_desktop.rules.rights import Actor, Right, require


@dataclass(frozen=True, slots=True)
class OptionInfo:
    """A subject of a block. ``places`` None: as many as choose it."""

    subject_id: UUID
    code: str
    name: str
    places: int | None
    taken: int

    @property
    def full(self) -> bool:
        """Whether no place is left."""
        return self.places is not None and self.taken >= self.places


@dataclass(frozen=True, slots=True)
class BlockInfo:
    """A block of a grade with its subjects in the country's order."""

    id: UUID
    grade_id: UUID
    grade: str
    name: str
    choose_min: int
    choose_max: int
    subjects: tuple[OptionInfo, ...]


@dataclass(frozen=True, slots=True)
class PupilOptions:
    """A pupil of the grade and what is taken, by block."""

    enrolment_id: UUID
    student_id: UUID
    name: str
    class_name: str
    chosen: Mapping[UUID, tuple[UUID, ...]]

    def lacks(self, block: BlockInfo) -> int:
        """How many of a block are still to choose."""
        return max(0, block.choose_min - len(self.chosen.get(block.id, ())))


@dataclass(frozen=True, slots=True)
class OptionGrid:
    """A grade's blocks and its pupils in register order."""

    blocks: tuple[BlockInfo, ...]
    pupils: tuple[PupilOptions, ...]

    @property
    def to_choose(self) -> int:
        """How many pupils are still to choose something."""
        return sum(any(pupil.lacks(block) for block in self.blocks) for pupil in self.pupils)

    def takers(self, block_id: UUID, subject_id: UUID) -> tuple[PupilOptions, ...]:
        """The class list of an option."""
        return tuple(one for one in self.pupils if subject_id in one.chosen.get(block_id, ()))


class OptionQueries:
    """Questions about options by one actor, who sees marks or plans."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` asks."""
        self._db = db
        self._actor = actor

    def blocks(self, institution_id: UUID, year_id: UUID, language: str = "en") -> tuple[BlockInfo, ...]:
        """The blocks of a school and year, by grade and order."""
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        with self._db.read() as session:
            return _blocks(session, institution_id, year_id, None, language)

    def grid(
        self, institution_id: UUID, year_id: UUID, grade_id: UUID, day: date, language: str = "en"
    ) -> OptionGrid:
        """Who takes what in a grade: the pupils on roll on ``day``."""
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        with self._db.read() as session:
            blocks = _blocks(session, institution_id, year_id, grade_id, language)
            question = (
                select(Enrolment.id, Person)
                .join(Person, Person.id == Enrolment.person_id)
                .where(
                    Enrolment.institution_id == institution_id,
                    Enrolment.period_id == year_id,
                    Enrolment.grade_id == grade_id,
                    enrolled_on(day),
                )
            )
            rows = sorted(
                session.execute(question),
                key=lambda row: (sort_key(row[1].family_name, row[1].given_names), row[0]),
            )
            ids = [row[0] for row in rows]
            chosen, classes = _chosen(session, ids), _classes(session, ids, day)
            return OptionGrid(
                blocks,
                tuple(
                    PupilOptions(
                        enrolment_id,
                        person.id,
                        listed_name(person.given_names, person.family_name),
                        classes.get(enrolment_id, ""),
                        chosen.get(enrolment_id, {}),
                    )
                    for enrolment_id, person in rows
                ),
            )


def _blocks(
    session: Session, institution_id: UUID, year_id: UUID, grade_id: UUID | None, language: str
) -> tuple[BlockInfo, ...]:
    question = (
        select(OptionBlock, EducationGrade.name)
        .join(EducationGrade, EducationGrade.id == OptionBlock.grade_id)
        .where(
            OptionBlock.institution_id == institution_id,
            OptionBlock.period_id == year_id,
            OptionBlock.deleted_at.is_(None),
        )
        .order_by(EducationGrade.position, OptionBlock.position, OptionBlock.name)
    )
    if grade_id is not None:
        question = question.where(OptionBlock.grade_id == grade_id)
    rows = session.execute(question).all()
    subjects = _subjects(session, [row[0].id for row in rows], language)
    return tuple(
        BlockInfo(
            row.id, row.grade_id, grade, row.name, row.choose_min, row.choose_max, subjects.get(row.id, ())
        )
        for row, grade in rows
    )


def _subjects(
    session: Session, block_ids: Collection[UUID], language: str
) -> dict[UUID, tuple[OptionInfo, ...]]:
    taken: dict[tuple[UUID | None, UUID], int] = {}
    for block_id, subject_id in session.execute(
        select(SubjectChoice.block_id, SubjectChoice.subject_id)
        .join(Enrolment, Enrolment.id == SubjectChoice.enrolment_id)
        .where(
            SubjectChoice.block_id.in_(block_ids),
            SubjectChoice.taken,
            SubjectChoice.deleted_at.is_(None),
            Enrolment.deleted_at.is_(None),
            Enrolment.exit.is_(None),
        )
    ):
        taken[block_id, subject_id] = taken.get((block_id, subject_id), 0) + 1
    found: dict[UUID, tuple[OptionInfo, ...]] = {}
    for link, subject in session.execute(
        select(OptionSubject, Subject)
        .join(Subject, Subject.id == OptionSubject.subject_id)
        .where(
            OptionSubject.block_id.in_(block_ids),
            OptionSubject.deleted_at.is_(None),
            Subject.deleted_at.is_(None),
        )
        .order_by(Subject.position, Subject.code)
    ):
        name = subject_name(language, subject.name, subject.name_fr, subject.name_es)
        option = OptionInfo(
            subject.id, subject.code, name, link.places, taken.get((link.block_id, subject.id), 0)
        )
        found[link.block_id] = (*found.get(link.block_id, ()), option)
    return found


def _chosen(session: Session, ids: Collection[UUID]) -> dict[UUID, dict[UUID, tuple[UUID, ...]]]:
    found: dict[UUID, dict[UUID, tuple[UUID, ...]]] = {}
    question = select(SubjectChoice).where(
        SubjectChoice.taken, SubjectChoice.block_id.is_not(None), SubjectChoice.deleted_at.is_(None)
    )
    for piece in pieces(ids):
        for row in session.scalars(question.where(SubjectChoice.enrolment_id.in_(piece))):
            if row.block_id is not None:
                blocks = found.setdefault(row.enrolment_id, {})
                blocks[row.block_id] = (*blocks.get(row.block_id, ()), row.subject_id)
    return found


def _classes(session: Session, ids: Collection[UUID], day: date) -> dict[UUID, str]:
    question = (
        select(ClassPupil.enrolment_id, SchoolClass.name)
        .join(SchoolClass, SchoolClass.id == ClassPupil.class_id)
        .where(sits_on(day))
        .order_by(ClassPupil.starts_on)
    )
    return {
        row[0]: row[1]
        for piece in pieces(ids)
        for row in session.execute(question.where(ClassPupil.enrolment_id.in_(piece)))
    }
