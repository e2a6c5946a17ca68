"""The policies that hold for a school, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from emis_desktop.database import Database
from emis_desktop.models import Setting
from emis_desktop.rules import policies
from emis_desktop.rules.policies import ANY_GRADE, POLICIES, PREFIX, Policy, Value
from emis_desktop.rules.rights import Actor, Right, require

Grades = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Policies:
    """What the country and one school have set, by name of the policy and code of the grade."""

    country: Mapping[str, Grades] = field(default_factory=dict)
    school: Mapping[str, Grades] = field(default_factory=dict)

    def value(self, policy: Policy, grade: str = ANY_GRADE) -> Value:
        """The value that holds for a grade."""
        return policies.in_force(
            policy, self.country.get(policy.name, {}), self.school.get(policy.name, {}), grade
        )

    def whole(self, policy: Policy, grade: str = ANY_GRADE) -> int | None:
        """The value of a policy that is a whole number; None for "no limit"."""
        found = self.value(policy, grade)
        return found if isinstance(found, int) else None

    def words(self, policy: Policy, grade: str = ANY_GRADE) -> tuple[str, ...]:
        """The value of a policy that is a list of words."""
        found = self.value(policy, grade)
        return found if isinstance(found, tuple) else ()


def policies_of(session: Session, institution_id: UUID | None) -> Policies:
    """The policies of a school and of the country; of the country alone for no school."""
    names = [policy.setting for policy in POLICIES]
    own = false() if institution_id is None else Setting.institution_id == institution_id
    rows = session.execute(
        select(Setting.institution_id, Setting.name, Setting.value).where(
            Setting.name.in_(names), Setting.deleted_at.is_(None), or_(Setting.institution_id.is_(None), own)
        )
    )
    country: dict[str, Grades] = {}
    school: dict[str, Grades] = {}
    for owner, name, value in rows:
        (country if owner is None else school)[name.removeprefix(PREFIX)] = policies.read(value)
    return Policies(country, school)


class PolicyQueries:
    """Questions about policies by one actor; they are open to everybody who sees pupils or the structure."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` asks."""
        self._db = db
        self._actor = actor

    def policies(self, institution_id: UUID | None) -> Policies:
        """What the country and the school have set."""
        require(self._actor, Right.VIEW_STUDENTS)
        with self._db.read() as session:
            return policies_of(session, institution_id)
