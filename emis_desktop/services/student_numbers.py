"""A person's numbers: what may stand as a number of each kind, who has it already, and numbers given here."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from emis_desktop.errors import Refused
from emis_desktop.models import Enrolment, NumberBlock, Person, PersonIdentity, Site
from emis_desktop.one_person import together
from emis_desktop.queries.number_stock import STUDENT
from emis_desktop.queries.policies import policies_of
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.names import display_name
from emis_desktop.rules.numbers import shortened
from emis_desktop.rules.policies import NUMBERS, Numbering
from emis_desktop.rules.rights import Actor
from emis_desktop.rules.student_number import (
    MAX_SERIAL,
    parse_register_number,
    parse_student_number,
    student_number,
)
from emis_desktop.services.rows import keep

NATIONAL: Final = "national"
PROVISIONAL: Final = "provisional"
REGISTER: Final = "register"
EXAMINATION: Final = "CXC"
"""Kinds that start so are the examination council's: digits only, zeros in front count."""

_KIND = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_PAPER = re.compile(r"[^\W_]+(?:[ /.\-][^\W_]+)*")
_LONGEST = 40


def provisional_number(session: Session) -> str:
    """The next provisional number: the site's code, which no other laptop has, and a count (``K7QD-0042``).

    The counter only grows, so a number is never given twice, also after an undo.
    """
    code, running = session.execute(
        update(Site).values(student_number=Site.student_number + 1).returning(Site.code, Site.student_number)
    ).one()
    return f"{code}-{running:04d}"


def new_number(session: Session, institution_id: UUID) -> tuple[str, str]:
    """Kind and number for a new pupil: the next national one of a block leased to this laptop, else a
    provisional one.

    What was given out is never given again, also after an undo; a number that somebody has brought from a
    register is passed over.
    """
    if policies_of(session, institution_id).value(NUMBERS) == Numbering.LEASED:
        while (serial := _next_serial(session)) is not None:
            number = student_number(serial)
            if not _given(session, number):
                return NATIONAL, number
    return PROVISIONAL, provisional_number(session)


def _next_serial(session: Session) -> int | None:
    """Take the next number of the oldest block of this generation of the store; None: all are used."""
    generation = select(Site.generation).scalar_subquery()
    seq = session.scalar(
        select(NumberBlock.seq)
        .where(
            NumberBlock.kind == STUDENT,
            NumberBlock.generation == generation,
            NumberBlock.next <= NumberBlock.last,
            NumberBlock.next <= MAX_SERIAL,
        )
        .order_by(NumberBlock.seq)
        .limit(1)
    )
    if seq is None:
        return None
    after = session.execute(
        update(NumberBlock)
        .where(NumberBlock.seq == seq)
        .values(next=NumberBlock.next + 1)
        .returning(NumberBlock.next)
    ).scalar_one()
    return after - 1


def _given(session: Session, number: str) -> bool:
    question = select(PersonIdentity.id).where(
        PersonIdentity.kind == NATIONAL, PersonIdentity.number == number
    )
    return session.scalar(question.limit(1)) is not None


def number_kind(number: str) -> str:
    """What kind of number was given without saying so: the ministry's, when its check digit fits."""
    try:
        parse_student_number(number)
    except Refused:
        return REGISTER
    return NATIONAL


def kept_number(kind: str, number: str) -> str:
    """A number as it is stored, "" for none; raises :class:`Refused` for one that cannot be of that kind."""
    if not number.strip():
        return ""
    if kind == NATIONAL:
        return parse_student_number(number)
    if kind == REGISTER:
        return parse_register_number(number)
    return _digits(number) if kind.startswith(EXAMINATION) else _paper(number)


def set_number(session: Session, actor: Actor, person_id: UUID, kind: str, number: str | None) -> None:
    """Write a number of a kind, one per person and kind; refuses a number that another person has."""
    if kind == PROVISIONAL or not _KIND.fullmatch(kind):
        raise Refused("A number of this kind is given by the program.", field=f"number.{kind}")
    try:
        typed = kept_number(kind, number or "")
    except Refused as refused:
        refused.field = f"number.{kind}"
        raise
    mine = session.scalars(
        select(PersonIdentity)
        .where(PersonIdentity.person_id == person_id, PersonIdentity.kind == kind)
        .order_by(PersonIdentity.deleted_at.is_not(None), PersonIdentity.id)
    ).first()
    if typed:
        refuse_taken(session, actor, person_id, kind, typed)
    if mine is None and typed:
        session.add(PersonIdentity(id=new_id(), person_id=person_id, kind=kind, number=typed))
    elif mine is not None:
        keep(session, mine, wanted=bool(typed))
        mine.number = typed or mine.number


def refuse_taken(
    session: Session,
    actor: Actor,
    person_id: UUID,
    kind: str,
    number: str,
    institution_id: UUID | None = None,
) -> None:
    """Raise :class:`Refused` when another person has that number.

    A register number is a school's own: another school may give the same one. ``institution_id`` is the
    school of a person who is not enrolled yet. Of a pupil whom ``actor`` does not see no name is told.
    """
    question = (
        select(Person, PersonIdentity.id)
        .join(PersonIdentity, PersonIdentity.person_id == Person.id)
        .where(
            PersonIdentity.number == number,
            PersonIdentity.kind == kind,
            PersonIdentity.deleted_at.is_(None),
            Person.id.not_in(together(session, [person_id]).of(person_id)),
            Person.deleted_at.is_(None),
        )
    )
    if kind == REGISTER:
        records = together(session, [person_id]).of(person_id)
        own = select(Enrolment.institution_id).where(Enrolment.person_id.in_(records))
        schools = set(session.scalars(own)) if institution_id is None else {institution_id}
        question = question.where(_enrolled_at(schools))
    other = session.scalars(question.limit(1)).first()
    if other is None:
        return
    if actor.institution_id is not None and not _seen(session, other.id, actor.institution_id):
        raise Refused(
            "{number} is already the number of a pupil at another school. Check the number.",
            field=f"number.{kind}",
            number=number,
        )
    raise Refused(
        "{number} is already the number of {name}. Check the number.",
        field=f"number.{kind}",
        number=number,
        name=display_name(other.given_names, other.family_name),
    )


def _enrolled_at(schools: set[UUID]) -> ColumnElement[bool]:
    return exists().where(
        Enrolment.person_id == Person.id,
        Enrolment.institution_id.in_(schools),
        Enrolment.deleted_at.is_(None),
    )


def _seen(session: Session, person_id: UUID, institution_id: UUID) -> bool:
    question = select(Person.id).where(Person.id == person_id, _enrolled_at({institution_id}))
    return session.scalar(question) is not None


def _digits(number: str) -> str:
    bare = "".join(number.split())
    if not (bare.isascii() and bare.isdigit() and len(bare) <= _LONGEST):
        raise Refused("Type the number in digits, as on the examination slip.", field="number")
    return bare


def _paper(number: str) -> str:
    text = " ".join(number.split())
    if len(text) > _LONGEST or not _PAPER.fullmatch(text):
        raise Refused(
            "“{text}” is no number of a paper. Type letters and digits, such as 482/2016.",
            field="number",
            text=shortened(text),
        )
    return text
