"""The links between records of one pupil, and what was said about two that are alike, inside an open act."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.errors import N_, Refused
from emis_desktop.models import ClassPupil, Conflict, Enrolment, Person
from emis_desktop.one_person import together
from emis_desktop.queries.conflict_words import other_person
from emis_desktop.rules.aliases import DUPLICATE, LIKENESS, older, pair_id
from emis_desktop.rules.deciding import Decision
from emis_desktop.rules.rights import Actor, SensitivityClass

ONE: Final = N_("These two are one record already.")


def join_records(session: Session, one_id: UUID, other_id: UUID) -> None:
    """Let the newer of two main records name the older one; doubles of both come along.

    Raises :class:`Refused` where both are one already.
    """
    session.flush()
    whole = together(session, [one_id, other_id])
    kept, double = older(whole.main_of(one_id), whole.main_of(other_id))
    if kept == double:
        raise Refused(ONE)
    session.get_one(Person, double).alias_of_id = kept
    session.flush()


def part_records(session: Session, main: Person, double: Person) -> None:
    """Take the link from ``double`` away, and from a ring that two laptops made that of the main record."""
    double.alias_of_id = None
    session.flush()
    if together(session, [main.id]).main_of(main.id) == together(session, [double.id]).main_of(double.id):
        main.alias_of_id = None
        session.flush()


def bring_back_stays(session: Session, person_id: UUID) -> None:
    """Bring the stays back of somebody who would be on no roll at all: those that were taken away last."""
    records = together(session, [person_id]).of(person_id)
    stays = session.scalars(select(Enrolment).where(Enrolment.person_id.in_(records))).all()
    gone = [stay.deleted_at for stay in stays if stay.deleted_at is not None]
    if not gone or len(gone) < len(stays):
        return
    last = max(gone)
    for stay in stays:
        if stay.deleted_at == last:
            stay.deleted_at = None
            for place in session.scalars(
                select(ClassPupil).where(ClassPupil.enrolment_id == stay.id, ClassPupil.deleted_at == last)
            ):
                place.deleted_at = None
    session.flush()


def answer_pairs(
    session: Session,
    actor: Actor,
    mine: Iterable[UUID],
    theirs: Collection[UUID],
    decision: Decision,
    *,
    again: bool = False,
) -> None:
    """Note what was said about the records of two people, in the questions that stand about them.

    That they differ is written also where nobody asked: one row for the two main records. ``again``: also
    where that was said before.
    """
    sides = set(mine), set(theirs)
    asked = session.scalars(
        select(Conflict).where(
            Conflict.kind == DUPLICATE,
            Conflict.table_name == "person",
            Conflict.row_id.in_([*sides[0], *sides[1]]),
            Conflict.deleted_at.is_(None),
        )
    )
    open_pairs = [row for row in asked if _between(row, *sides)]
    if decision is Decision.DIFFERENT and not open_pairs:
        open_pairs = [_new_answer(session, min(sides[0]), min(sides[1]))]
    for row in open_pairs:
        if again or row.decision != decision.value:
            row.decided_at = session.info["act"].moment
            row.decided_by = actor.user_id
            row.decision = decision.value
    session.flush()


def _between(row: Conflict, mine: set[UUID], theirs: set[UUID]) -> bool:
    other = other_person(row)
    return (row.row_id in mine and other in theirs) or (row.row_id in theirs and other in mine)


def _new_answer(session: Session, one: UUID, other: UUID) -> Conflict:
    """The row for two records about which nobody has asked yet, or whose answer was taken back."""
    first, newer = older(one, other)
    known = session.get(Conflict, pair_id(one, other))
    if known is not None:
        known.deleted_at = None
        return known
    row = Conflict(
        id=pair_id(one, other),
        table_name="person",
        row_id=newer,
        field=LIKENESS,
        kind=DUPLICATE,
        sensitivity=SensitivityClass.BASIC.value,
        other=first.bytes,
    )
    session.add(row)
    return row
