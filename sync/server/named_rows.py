"""Which rows operations name, and whether the site sees them: naming a row gives its basic fields.

So a mark, a remark or a class that names the id of somebody elsewhere would open that person's name and birth
date to whoever knows or guesses an id. A site names what it sees, what it makes, and what is not there yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from emis_desktop.rules.rights import ROLE_RIGHTS, Right, Role
from sync.operations import Op
from sync.server.access import SCHOOL_ROLES
from sync.server.control import WENT_BACK
from sync.server.raw import Raw
from sync.server.states import Key, States

MOVED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "enrolment": ("person_id",),
        "staff_position": ("person_id",),
        "guardianship": ("student_id", "guardian_id"),
    }
)
"""Tables that decide at which schools people are, and the columns that name them."""
_KEEPERS: Final = frozenset(
    role for role in Role if Right.MANAGE_STRUCTURE in ROLE_RIGHTS[role] and role not in SCHOOL_ROLES
)


def ministry_keeps(raw: Raw) -> bool:
    """Whether a laptop of the ministry has ever joined that keeps the structure of the country."""
    sql = "SELECT 1 FROM site JOIN node ON node.id = node_id WHERE node.kind = 'nation' AND role {ids}"
    return next(iter(raw.among(sql, sorted(_KEEPERS))), None) is not None


def went_back(raw: Raw) -> bool:
    """Whether this server was ever restored, or found that it had been: then rows may have been lost."""
    return raw.one(f"SELECT 1 FROM audit WHERE {WENT_BACK} LIMIT 1") is not None  # noqa: S608 - our own words


def began_again(raw: Raw) -> bool:
    """Whether its log has begun another line since."""
    sql = f"SELECT 1 FROM audit WHERE {WENT_BACK} AND verb <> 'replay_ledger' LIMIT 1"  # noqa: S608 - our own
    return raw.one(sql) is not None


class NamedRows:
    """The rows that given operations name, but for those that everybody sees."""

    def __init__(self, raw: Raw, states: States) -> None:
        self._raw = raw
        self._states = states
        self._hidden: set[Key] = set()

    def by(self, op: Op) -> Iterator[Key]:
        """The rows that one operation names, but for people whom it puts somewhere: whether they may be put
        there is a question of its own.
        """
        facet = self._states.model.catalogue.get(op.facet)
        if facet is None:
            return
        moved = MOVED.get(facet.table.name, ()) if op.insert else ()
        for column, target in self._states.model.closed_references[facet.table.name]:
            row = op.values.get(column)
            if isinstance(row, bytes) and column not in moved:
                yield target, row

    def of(self, ops: Iterable[Op]) -> defaultdict[str, set[bytes]]:
        """Their ids by table."""
        found: defaultdict[str, set[bytes]] = defaultdict(set)
        for op in ops:
            for target, row in self.by(op):
                found[target].add(row)
        return found

    def hide(self, named: Mapping[str, Iterable[bytes]], seen: Container[Key]) -> None:
        """Note which of ``named`` are there and not ``seen``."""
        for target, ids in named.items():
            unseen = {row for row in ids if (target, row) not in seen}
            if unseen:
                rows = self._raw.read(self._states.model.tables[target].table, ("id",), "id", unseen)
                self._hidden |= {(target, row[0]) for row in rows if isinstance(row[0], bytes)}

    def hidden(self, op: Op) -> set[Key]:
        """Which of those it names."""
        return {key for key in self.by(op) if key in self._hidden} if self._hidden else set()
