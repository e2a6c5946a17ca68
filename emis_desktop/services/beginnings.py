"""The first act in a new store: the first user, the country's structure, and the school."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.models import User
from emis_desktop.profiles import CountryProfile
from emis_desktop.rules.rights import Role, actor_of
from emis_desktop.services.set_up import SetUp, set_up
from emis_desktop.services.structure import NewSchool, create_school


@dataclass(frozen=True, slots=True)
class Beginning:
    """Who begins with what. ``school`` is written under ``institution_id`` when the store is a school's;
    ``role_proof`` is that of the first user's role.
    """

    user_id: UUID
    name: str
    role: Role
    institution_id: UUID | None
    school: NewSchool | None
    profile: CountryProfile
    start_year: int
    role_proof: bytes | None = None


def begin(db: Database, beginning: Beginning) -> SetUp:
    """Write it in one act of the first user, with last year's and this year's calendar."""
    actor = actor_of(beginning.user_id, beginning.name, beginning.role, beginning.institution_id)
    with db.write(actor, "begin") as session:
        made = set_up(session, beginning.profile, (beginning.start_year - 1, beginning.start_year))
        if beginning.school is not None:
            create_school(session, beginning.school, school_id=beginning.institution_id)
        session.add(
            User(
                id=beginning.user_id,
                name=beginning.name,
                role=beginning.role.value,
                institution_id=beginning.institution_id,
                role_proof=beginning.role_proof,
            )
        )
    return made
