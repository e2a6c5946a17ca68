"""A school's own details, its crest, and the days of a school year."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.errors import N_, BadFile, Refused
from emis_desktop.models import AcademicPeriod, Institution, Term
from emis_desktop.rules.images import picture_size
from emis_desktop.rules.rights import Actor, Right, require

CREST_SIDE: Final = 600
CREST_BYTES: Final = 150_000
"""A crest is printed at 18 mm on every card and goes with the records over a thin line."""


class Detail(StrEnum):
    """A detail of a school, by the name of its column."""

    NAME = "name"
    MOTTO = "motto"
    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "email"
    PRINCIPAL = "principal_name"


_LONGEST: Final = {
    Detail.NAME: 160,
    Detail.MOTTO: 200,
    Detail.ADDRESS: 200,
    Detail.PHONE: 40,
    Detail.EMAIL: 120,
    Detail.PRINCIPAL: 120,
}


class SchoolService:
    """Changes a school by one actor; every method is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` changes it."""
        self._db = db
        self._actor = actor

    def set_detail(self, institution_id: UUID, detail: Detail, text: str) -> str:
        """Store one detail; returns it as stored. :class:`Refused` names the detail as its field."""
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        line = _line(detail, text)
        with self._db.write(self._actor, "change_school") as session:
            setattr(_school(session, institution_id), detail.value, line or None)
        return line

    def set_crest(self, institution_id: UUID, image: bytes | None) -> None:
        """Keep a PNG or JPEG of at most 600 x 600 pixels and 150 kB as the crest; None takes it away.

        Raises :class:`BadFile` for anything else.
        """
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        if image is not None:
            size = picture_size(image)
            if size is None or max(size) > CREST_SIDE or min(size) < 1 or len(image) > CREST_BYTES:
                raise BadFile(
                    "This is no picture that can be a crest. Choose a PNG or JPEG file.", field="crest"
                )
        with self._db.write(self._actor, "change_school") as session:
            _school(session, institution_id).crest = image

    def set_year(self, year_id: UUID, starts_on: date, ends_on: date) -> None:
        """New first and last day of a school year; Refused when a term would lie outside it."""
        require(self._actor, Right.MANAGE_STRUCTURE)
        if ends_on <= starts_on:
            raise Refused("The school year ends before it starts. Change one of the dates.", field="ends")
        with self._db.write(self._actor, "change_year") as session:
            year = session.get(AcademicPeriod, year_id)
            if year is None or year.deleted_at is not None:
                raise Refused("That school year is no longer there. Choose another.")
            terms = session.scalars(
                select(Term).where(Term.period_id == year_id, Term.deleted_at.is_(None)).order_by(Term.number)
            )
            for term in terms:
                if term.starts_on < starts_on or term.ends_on > ends_on:
                    raise Refused(
                        "{name} runs from {first} to {last}. Change its dates first.",
                        field="starts" if term.starts_on < starts_on else "ends",
                        name=term.name,
                        first=term.starts_on,
                        last=term.ends_on,
                    )
            year.starts_on, year.ends_on = starts_on, ends_on


def _school(session: Session, institution_id: UUID) -> Institution:
    school = session.get(Institution, institution_id)
    if school is None or school.deleted_at is not None:
        raise Refused("That school is no longer there. Choose another.")
    return school


def _line(detail: Detail, text: str) -> str:
    line = " ".join(text.split())
    if detail is Detail.NAME and not line:
        raise Refused(N_("Type the name of the school."), field=detail.value)
    if not line.isprintable():
        raise Refused("This holds characters that cannot be printed. Type it again.", field=detail.value)
    if len(line) > _LONGEST[detail]:
        raise Refused(
            "This is longer than {longest} characters. Shorten it.",
            field=detail.value,
            longest=_LONGEST[detail],
        )
    return line
