"""Setting a policy: the country's by somebody of the whole country, a school's own by that school."""

from __future__ import annotations

import json
from uuid import UUID

from emis_desktop.database import Database
from emis_desktop.errors import Refused
from emis_desktop.models import Setting
from emis_desktop.queries.policies import policies_of
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.policies import ANY_GRADE, Policy, Value, kept, typed
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.services.rows import delete, revive


class PolicyService:
    """Sets policies for one actor; every method is one act."""

    def __init__(self, db: Database, actor: Actor) -> None:
        """``actor`` sets them."""
        self._db = db
        self._actor = actor

    def set_policy(
        self, policy: Policy, text: str, institution_id: UUID | None = None, grade: str = ANY_GRADE
    ) -> Value:
        """Store what was typed for the country or a school, for every grade or one; returns the value.

        Raises :class:`Refused` for what the policy cannot be, and for who may not set it there.
        """
        self._require(policy, institution_id, grade)
        value = typed(policy, text)
        with self._db.write(self._actor, "set_policy") as session:
            found = policies_of(session, institution_id)
            of = found.country if institution_id is None else found.school
            values = {**of.get(policy.name, {}), grade: value}
            row = revive(session, Setting, natural_id("setting", institution_id, policy.setting))
            row.institution_id, row.name = institution_id, policy.setting
            row.value = json.dumps({key: kept(one) for key, one in sorted(values.items())})
        return value

    def clear_policy(
        self, policy: Policy, institution_id: UUID | None = None, grade: str = ANY_GRADE
    ) -> None:
        """Take what was set back, so that the wider value holds again; nothing set changes nothing."""
        self._require(policy, institution_id, grade)
        with self._db.write(self._actor, "set_policy") as session:
            found = policies_of(session, institution_id)
            of = found.country if institution_id is None else found.school
            values = {key: one for key, one in of.get(policy.name, {}).items() if key != grade}
            row = session.get(Setting, natural_id("setting", institution_id, policy.setting))
            if row is None or row.deleted_at is not None:
                return
            row.value = json.dumps({key: kept(one) for key, one in sorted(values.items())})
            if not values:
                delete(session, row)

    def _require(self, policy: Policy, institution_id: UUID | None, grade: str) -> None:
        require(self._actor, Right.MANAGE_STRUCTURE, institution_id=institution_id)
        if institution_id is None and self._actor.institution_id is not None:
            raise Refused("This is set by the ministry for every school.")
        if institution_id is not None and not policy.school:
            raise Refused("This is set by the ministry for every school.")
        if grade and not policy.by_grade:
            raise Refused("This is the same for every grade.")
