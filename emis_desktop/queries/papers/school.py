"""What all papers of a school have in common: its head, who signs, the words of the country's lists."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from emis_desktop.models import AcademicPeriod, Institution
from emis_desktop.rules.card import CardSchool
from emis_desktop.rules.rights import Actor, Right, require

SayCode = Callable[[str, str], str]
"""The words of a code in a list of the country, in the language of the paper; the code where it has none."""


def paper_school(school: Institution) -> CardSchool:
    """The head of the page."""
    return CardSchool(school.name, school.motto, school.address, school.phone, school.code, school.crest)


def school_and_year(
    session: Session, actor: Actor, institution_id: UUID, year_id: UUID
) -> tuple[Institution, str]:
    """The school, and what the year is called; raises :class:`Refused` where that is not the actor's."""
    require(actor, Right.VIEW_STUDENTS, institution_id=institution_id)
    return session.get_one(Institution, institution_id), session.get_one(AcademicPeriod, year_id).label
