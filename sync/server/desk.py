"""What every command of the server is given: the data folder, the open server, and who gives the command."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import metadata
from typing import Final

from emis_desktop.errors import N_, Refused, Word
from emis_desktop.rules.names import fold
from emis_desktop.rules.rights import ROLE_NAMES, Role
from emis_desktop.terminal.console import Terminal
from sync.server import operators
from sync.server.office import Office, open_office
from sync.server.settings import ServerHome, find_server_home

EVERYTHING: Final = "everything"
_MAY: Final = {
    "enrol": {Role.MINISTRY_OFFICER},
    "place": {Role.MINISTRY_OFFICER},
    "revoke": {Role.MINISTRY_OFFICER},
    "extend": {Role.MINISTRY_OFFICER, Role.DISTRICT_OFFICER},
    "quarantine": {Role.MINISTRY_OFFICER},
    "audit": {Role.MINISTRY_OFFICER, Role.AUDITOR},
    EVERYTHING: set(),
}
"""Which roles may give a command, beside the system administrator, who may give all."""
_WHO = N_(
    "{name} is not among the people of the ministry here. Name one with --by or EMIS_USER; “emis-server user "
    "list” shows them."
)
_MAY_NOT = N_("“{command}” is not open to {name}, whose role is {role}. A system administrator may.")


class Desk(Terminal):
    """One run of a command of the server."""

    @cached_property
    def home(self) -> ServerHome:
        """The data folder; raises :class:`Refused` where ``EMIS_HOME`` names nobody's."""
        try:
            return find_server_home(self.environment)
        except RuntimeError:
            raise Refused("EMIS_HOME is no folder of a person known here. Give it a whole path.") from None

    @cached_property
    def version(self) -> str:
        """The program's version; 0 where it was never installed."""
        try:
            return metadata.version("emis-desktop")
        except metadata.PackageNotFoundError:
            return "0"

    @contextmanager
    def office(self) -> Iterator[Office]:
        """The server, open while the block lasts."""
        office = open_office(self.home, environment=self.environment)
        try:
            yield office
        finally:
            office.close()

    def by(self, office: Office, command: str, named: str = "") -> str:
        """Who gives the command, for the audit; raises :class:`Refused` for somebody who may not.

        As long as nobody was added with “user add”, whoever may use the data folder may do everything.
        """
        name = named or self.environment.get("EMIS_USER", "").strip() or _system_user()
        with office.store.read() as connection:
            people = operators.present(connection)
        if not people:
            return name
        found = next((one for one in people if fold(one.name) == fold(name)), None)
        if found is None:
            raise Refused(_WHO, name=name)
        if found.role is not Role.SYSTEM_ADMINISTRATOR and found.role not in _MAY[command]:
            raise Refused(_MAY_NOT, command=command, name=found.name, role=Word(ROLE_NAMES[found.role]))
        return found.name


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"
