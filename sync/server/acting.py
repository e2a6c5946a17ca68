"""What stands against an operation for the person who acted, whatever row it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from emis_desktop.rules.clock import actor_number, unpack
from emis_desktop.rules.rights import ROLE_READS, ROLE_RIGHTS, Right, Role
from emis_desktop.state_hash import Stored
from sync.operations import Act, Op
from sync.server.access import SCHOOL_ROLES, SiteRights, may_change
from sync.server.model import ServerModel
from sync.server.raw import Raw
from sync.server.seen import Seen
from sync.server.states import States
from sync.server.verdicts import NO, NO_CLASS, NO_RIGHT, USER_ENDED, YES, Verdict

_ROLES: Final = frozenset(Role)
_DECIDED: Final = frozenset({"decision", "decided_on", "decided_by_id"})
"""What of a proposal the office writes."""


class Acting:
    """The people who acted in a batch of one site."""

    def __init__(self, raw: Raw, states: States, site: SiteRights, seen: Seen, acts: Sequence[Act]) -> None:
        """``seen``: the schools of the site."""
        self._states = states
        self._site = site
        self._everything = site.whole_country
        self._seen = seen
        self._users = _read_users(raw, states.model, {act.user.bytes for act in acts})
        self._own_actors = frozenset(own_actors(site))

    def against(self, act: Act, op: Op, table: str) -> Verdict | None:
        """What stands against it for the one who acted, whatever row it is; ``None``: nothing."""
        if table == "user":
            if "role" in op.values and not self._everything and not within(self._site, op.values["role"]):
                return NO_RIGHT
            if announces_itself(self._site, act, op) and self._states.main(table, op.row.bytes) is None:
                return YES
            if not may_change(self._site.role, table):
                return NO_RIGHT
        known = self._users.get(act.user.bytes)
        against = None if known is None else self._of_role(*known, act, op, table)
        if against is None and table == "user" and not self._may_touch(op):
            return NO
        return against

    def _of_role(self, role: str, ended: int | None, act: Act, op: Op, table: str) -> Verdict | None:
        """What stands against it for somebody of that role, whose access may have ended by then."""
        if ended is not None and unpack(act.stamp)[0] > ended:
            return Verdict(USER_ENDED, decides=False)
        if role not in _ROLES or not may_change(Role(role), table):
            return NO_RIGHT
        if table == "proposal" and _decides(op) and Right.EDIT_STUDENTS not in ROLE_RIGHTS[Role(role)]:
            return NO_RIGHT
        facet = self._states.model.catalogue.get(op.facet)
        reads = facet is None or facet.sensitivity in ROLE_READS[Role(role)]
        return None if reads else NO_CLASS

    def _may_touch(self, op: Op) -> bool:
        """A person's access is changed by the laptop that gave it, or by the ministry."""
        if self._everything:
            return True
        if "institution_id" in op.values and op.values["institution_id"] not in self._seen.schools:
            return False
        main = self._states.main("user", op.row.bytes)
        if main is not None:
            return main.base.tick.clock.actor in self._own_actors
        return "institution_id" in op.values


def _decides(op: Op) -> bool:
    """Whether it accepts or declines what was proposed: whoever sees a pupil may propose, the office
    decides.
    """
    said = op.values.keys() & _DECIDED
    return any(op.values[name] is not None for name in said) if op.insert else bool(said)


def _read_users(raw: Raw, model: ServerModel, users: Iterable[bytes]) -> dict[bytes, tuple[str, int | None]]:
    sql = 'SELECT id, role, ended_at FROM "user" WHERE id {ids}'
    table = model.tables.get("user")
    if table is None:
        return {}
    rows = raw.stored(table.table, ("id", "role", "ended_at"), raw.among(sql, users, uuid=True))
    return {row[0]: (str(row[1]), row[2]) for row in rows}  # type: ignore[misc]


def announces_itself(site: SiteRights, act: Act, op: Op) -> bool:
    """Whether somebody of the laptop's school, with no more rights than the laptop has, makes the own row of
    a user: on a new laptop nobody else could.
    """
    role = op.values.get("role")
    if not op.insert or op.row != act.user:
        return False
    institution = None if site.institution is None else site.institution.bytes
    return within(site, role) and op.values.get("institution_id") == institution


def within(site: SiteRights, role: Stored) -> bool:
    """Whether a laptop may give that role: no more rights than it has, and at a school a role of schools."""
    if role == site.role:
        return True
    if role not in _ROLES or not ROLE_RIGHTS[Role(role)] <= ROLE_RIGHTS[site.role]:
        return False
    return site.institution is None or role in SCHOOL_ROLES


def own_actors(site: SiteRights) -> Iterable[int]:
    """The numbers of a site in all its generations so far."""
    return (actor_number(site.site, generation) for generation in range(site.generation + 1))
