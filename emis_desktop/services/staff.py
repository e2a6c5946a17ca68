"""Staff of a school, as far as classes and users need them: a name and a post."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import Person, StaffPosition
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.names import clean_name
from emis_desktop.rules.rights import Actor, Right, require

TEACHER: Final = "TEACH"
"""The post of somebody who teaches, in the profile's list of posts."""


class StaffService:
    """Adds members of staff by one actor; every method is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` adds them."""
        self._db = db
        self._actor = actor

    def add(self, institution_id: UUID, given_names: str, family_name: str, starts_on: date) -> UUID:
        """A new person with a teacher's post at the school; returns the person's id.

        Refused for a name that cannot be (``field``) and for one that is on the staff already.
        """
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        given, family = clean_name(given_names, "given_names"), clean_name(family_name, "family_name")
        with self._db.write(self._actor, "add_staff") as session:
            same = session.scalar(
                select(Person.id)
                .join(StaffPosition, StaffPosition.person_id == Person.id)
                .where(
                    StaffPosition.institution_id == institution_id,
                    StaffPosition.deleted_at.is_(None),
                    StaffPosition.ends_on.is_(None),
                    Person.given_names == given,
                    Person.family_name == family,
                    Person.deleted_at.is_(None),
                )
            )
            if same is not None:
                raise Refused(
                    "{name} is on the staff already. Add a second name to tell them apart.",
                    field="family_name",
                    name=f"{given} {family}",
                )
            person = Person(id=new_id(), given_names=given, family_name=family)
            post = StaffPosition(
                id=new_id(),
                person_id=person.id,
                institution_id=institution_id,
                role=TEACHER,
                starts_on=starts_on,
            )
            session.add_all([person, post])
        return person.id
