"""Who may do what at the server: the rights of a site, and what a role may change in which table.

This module and :mod:`sync.server.sights` are the only places that decide who receives or changes a row.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from emis_desktop.rules.rights import Role, SensitivityClass

NATION: Final = UUID(int=0)
"""The scope of rows that no school owns: everybody receives them. As a node it is not used."""
ALL: Final = UUID(int=1)
"""The node of the whole country (ministry); as a scope, rows that only it receives."""


@dataclass(frozen=True, slots=True)
class SiteRights:
    """What one site may, as found at the request: never kept longer, so that a revocation counts at once.

    ``actor`` is :func:`emis_desktop.rules.clock.actor_number` of ``site`` and ``generation``. ``node``: the
    id of a school (an institution), of an area (a district), or :data:`ALL`. ``institution`` is the school
    when the node is one. ``classes`` are what the device may hold, ``role`` the most that any of its users
    may do. ``name`` is the laptop's name, as conflicts show it.
    """

    site: UUID
    generation: int
    actor: int
    node: UUID
    classes: frozenset[SensitivityClass]
    role: Role
    institution: UUID | None = None
    name: str = ""
