"""Who works at a school: for choosing a class teacher, and for saying which member of staff a user is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from emis_desktop.database import Database
from emis_desktop.models import Person, StaffPosition
from emis_desktop.rules.names import display_name
from emis_desktop.rules.rights import Actor


@dataclass(frozen=True, slots=True)
class StaffLine:
    """A member of staff by the id of the person."""

    person_id: UUID
    name: str


class StaffQueries:
    """Questions about staff by one actor."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """A school's user gets that school's staff and no other."""
        self._db = db
        self._actor = actor

    def staff(self, institution_id: UUID, day: date) -> tuple[StaffLine, ...]:
        """Everybody with a post at the school on ``day``, by name; a person with two posts once."""
        if self._actor.institution_id not in {None, institution_id}:
            return ()
        question = (
            select(Person.id, Person.given_names, Person.family_name)
            .join(StaffPosition, StaffPosition.person_id == Person.id)
            .where(
                StaffPosition.institution_id == institution_id,
                StaffPosition.deleted_at.is_(None),
                Person.deleted_at.is_(None),
                or_(StaffPosition.ends_on.is_(None), StaffPosition.ends_on >= day),
            )
            .distinct()
        )
        with self._db.read() as session:
            lines = [
                StaffLine(row.id, display_name(row.given_names, row.family_name))
                for row in session.execute(question)
            ]
        return tuple(sorted(lines, key=lambda line: line.name.casefold()))
