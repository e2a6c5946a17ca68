"""Subjects among which pupils choose: blocks with limits, and what each pupil takes of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import EducationGrade, Enrolment, OptionBlock, OptionSubject, Subject, SubjectChoice
from emis_desktop.rules.ids import natural_id, new_id
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.closing import require_open_year
from emis_desktop.services.rows import delete, revive

MOST_CHOSEN: Final = 20
MOST_PLACES: Final = 1000


@dataclass(frozen=True, slots=True)
class BlockRules:
    """What a block is called, and at least and at most how many of its subjects a pupil takes."""

    name: str
    choose_min: int = 1
    choose_max: int = 1


@dataclass(frozen=True, slots=True)
class Pick:
    """What a pupil takes of a block: all of it, so that an empty tuple takes everything back."""

    enrolment_id: UUID
    block_id: UUID
    subject_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class RefusedPick:
    """A pick that was not stored, and why."""

    pick: Pick
    reason: Refused


class OptionService:
    """Changes blocks and what pupils take of them by one actor; every method is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` plans."""
        self._db = db
        self._actor = actor

    def add_block(self, institution_id: UUID, year_id: UUID, grade_id: UUID, rules: BlockRules) -> UUID:
        """A new block of a grade, after the others; Refused when its name is taken there."""
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        with self._db.write(self._actor, "change_options") as session:
            require_open_year(session, year_id)
            if session.get(EducationGrade, grade_id) is None:
                raise Refused("That grade is no longer there. Choose another.", field="grade")
            others = _blocks(session, institution_id, year_id, grade_id)
            row = OptionBlock(
                id=new_id(), institution_id=institution_id, period_id=year_id, grade_id=grade_id
            )
            row.position = max((one.position for one in others), default=0) + 1
            _fill(row, rules, others)
            session.add(row)
            return row.id

    def change_block(self, block_id: UUID, rules: BlockRules) -> None:
        """Name and limits of a block; Refused when a pupil takes more than that of it already."""
        with self._db.write(self._actor, "change_options") as session:
            row = self._block(session, block_id)
            others = [
                one
                for one in _blocks(session, row.institution_id, row.period_id, row.grade_id)
                if one.id != row.id
            ]
            _fill(row, rules, others)
            most = max(_counts(session, [block_id]).values(), default=0)
            if most > rules.choose_max:
                raise Refused(
                    "A pupil takes {most} subjects of this block. Change that first.", field="most", most=most
                )

    def remove_block(self, block_id: UUID) -> None:
        """Take a block away; Refused while pupils take subjects of it."""
        with self._db.write(self._actor, "change_options") as session:
            row = self._block(session, block_id)
            takers = len(_counts(session, [block_id]))
            if takers:
                raise Refused(
                    "{count} pupils take subjects of {block}. Take these back first.",
                    count=takers,
                    block=row.name,
                )
            for link in _links(session, block_id):
                delete(session, link)
            delete(session, row)

    def put_subject(self, block_id: UUID, subject_id: UUID, places: int | None) -> None:
        """A subject of a block, with so many places or as many as choose it (None).

        A subject may stand in several blocks; a pupil takes it in one of them. Refused for fewer places than
        are taken.
        """
        if places is not None and not 1 <= places <= MOST_PLACES:
            raise Refused(
                "Type a whole number from 1 to {most}, or nothing.", field="places", most=MOST_PLACES
            )
        with self._db.write(self._actor, "change_options") as session:
            self._block(session, block_id)
            taken = _takers(session, block_id, subject_id)
            if places is not None and places < taken:
                raise Refused(
                    "{count} pupils take it already. Type that or more.", field="places", count=taken
                )
            link = revive(session, OptionSubject, natural_id("option_subject", block_id, subject_id))
            link.block_id, link.subject_id, link.places = block_id, subject_id, places

    def drop_subject(self, block_id: UUID, subject_id: UUID) -> None:
        """Take a subject from a block; Refused while pupils take it."""
        with self._db.write(self._actor, "change_options") as session:
            self._block(session, block_id)
            taken = _takers(session, block_id, subject_id)
            if taken:
                raise Refused("{count} pupils take it. Take these back first.", count=taken)
            link = session.get(OptionSubject, natural_id("option_subject", block_id, subject_id))
            if link is not None and link.deleted_at is None:
                delete(session, link)

    def choose(self, picks: Sequence[Pick]) -> tuple[RefusedPick, ...]:
        """Store what pupils take; what cannot be is told (full, too many, another grade), the rest stored.

        Fewer than the block asks for is kept: the list says who is still to choose.
        """
        require(self._actor, Right.MANAGE_STRUCTURE)
        refused = []
        with self._db.write(self._actor, "choose_options") as session:
            for pick in picks:
                try:
                    self._pick(session, pick)
                except Refused as reason:
                    refused.append(RefusedPick(pick, reason))
                session.flush()
        return tuple(refused)

    def _pick(self, session: Session, pick: Pick) -> None:
        block = self._block(session, pick.block_id)
        enrolment = session.get(Enrolment, pick.enrolment_id)
        if enrolment is None or enrolment.deleted_at is not None:
            raise Refused("There is no such pupil on this laptop, or the record is not open to you.")
        of = (enrolment.institution_id, enrolment.period_id, enrolment.grade_id)
        if of != (block.institution_id, block.period_id, block.grade_id):
            raise Refused("This block is for another grade, year or school.")
        wanted = dict.fromkeys(pick.subject_ids)
        if len(wanted) > block.choose_max:
            raise Refused(
                "At most {most} of {block} can be taken. Take one back first.",
                most=block.choose_max,
                block=block.name,
            )
        held = _held(session, pick.enrolment_id)
        for subject_id in wanted:
            self._check(session, block, subject_id, held.get(subject_id))
        for subject_id, choice in held.items():
            if choice.block_id == block.id and subject_id not in wanted:
                delete(session, choice)
        for subject_id in wanted:
            row = revive(session, SubjectChoice, natural_id("subject_choice", enrolment.id, subject_id))
            row.enrolment_id, row.subject_id = enrolment.id, subject_id
            row.block_id, row.taken = block.id, True

    def _check(
        self, session: Session, block: OptionBlock, subject_id: UUID, choice: SubjectChoice | None
    ) -> None:
        if choice is not None and choice.taken and choice.block_id == block.id:
            return
        name = _subject(session, subject_id)
        if choice is not None and choice.taken and choice.block_id is not None:
            raise Refused("{subject} is taken in another block already.", subject=name)
        link = session.get(OptionSubject, natural_id("option_subject", block.id, subject_id))
        if link is None or link.deleted_at is not None:
            raise Refused("{subject} is not in {block}. Choose another.", subject=name, block=block.name)
        if link.places is not None and _takers(session, block.id, subject_id) >= link.places:
            raise Refused(
                "{subject} is full: all {places} places are taken.", subject=name, places=link.places
            )

    def _block(self, session: Session, block_id: UUID) -> OptionBlock:
        row = session.get(OptionBlock, block_id)
        if row is None or row.deleted_at is not None:
            raise Refused("That block is no longer there. Choose another.")
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=row.institution_id)
        require_open_year(session, row.period_id)
        return row


def _fill(row: OptionBlock, rules: BlockRules, others: Collection[OptionBlock]) -> None:
    name = " ".join(rules.name.split())
    if not name or len(name) > 80:
        raise Refused("A block has a name of 1 to 80 characters. Type one.", field="name")
    if any(one.name.casefold() == name.casefold() for one in others):
        raise Refused("There is a block {name} already. Type another name.", field="name", name=name)
    if not 0 <= rules.choose_min <= rules.choose_max <= MOST_CHOSEN or rules.choose_max < 1:
        raise Refused(
            "At least 0, at most {most}, and the first not more than the second.",
            field="most",
            most=MOST_CHOSEN,
        )
    row.name, row.choose_min, row.choose_max = name, rules.choose_min, rules.choose_max


def _blocks(session: Session, institution_id: UUID, year_id: UUID, grade_id: UUID) -> list[OptionBlock]:
    return list(
        session.scalars(
            select(OptionBlock).where(
                OptionBlock.institution_id == institution_id,
                OptionBlock.period_id == year_id,
                OptionBlock.grade_id == grade_id,
                OptionBlock.deleted_at.is_(None),
            )
        )
    )


def _links(session: Session, block_id: UUID) -> list[OptionSubject]:
    return list(
        session.scalars(
            select(OptionSubject).where(
                OptionSubject.block_id == block_id, OptionSubject.deleted_at.is_(None)
            )
        )
    )


def _counts(session: Session, block_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many subjects of these blocks each enrolment takes."""
    rows = session.execute(
        select(SubjectChoice.enrolment_id, func.count())
        .join(Enrolment, Enrolment.id == SubjectChoice.enrolment_id)
        .where(
            SubjectChoice.block_id.in_(block_ids),
            SubjectChoice.taken,
            SubjectChoice.deleted_at.is_(None),
            Enrolment.deleted_at.is_(None),
        )
        .group_by(SubjectChoice.enrolment_id)
    )
    return {row[0]: row[1] for row in rows}


def _takers(session: Session, block_id: UUID, subject_id: UUID) -> int:
    """How many pupils who are still there take a subject of a block."""
    return (
        session.scalar(
            select(func.count())
            .select_from(SubjectChoice)
            .join(Enrolment, Enrolment.id == SubjectChoice.enrolment_id)
            .where(
                SubjectChoice.block_id == block_id,
                SubjectChoice.subject_id == subject_id,
                SubjectChoice.taken,
                SubjectChoice.deleted_at.is_(None),
                Enrolment.deleted_at.is_(None),
                Enrolment.exit.is_(None),
            )
        )
        or 0
    )


def _held(session: Session, enrolment_id: UUID) -> dict[UUID, SubjectChoice]:
    rows = session.scalars(
        select(SubjectChoice).where(
            SubjectChoice.enrolment_id == enrolment_id, SubjectChoice.deleted_at.is_(None)
        )
    )
    return {row.subject_id: row for row in rows}


def _subject(session: Session, subject_id: UUID) -> str:
    row = session.get(Subject, subject_id)
    return row.name if row is not None else "–"
