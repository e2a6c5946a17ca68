"""Where the server's own files are, and what was chosen when it was set up.

Layout of the data folder (``EMIS_HOME``, else the platform's own place):

``server.json``   the choices below
``keys/``         identity and secrets (:mod:`sync.server.keys`), readable by their owner alone
``ledger/``       what must survive a restored database (:mod:`sync.server.ledger`)
``limits/``       how much each laptop and address asked lately, for all processes (:mod:`sync.server.limits`)
``server.db``     the database, where ``EMIS_DATABASE_URL`` names no other
``admin.lock``    held alone by a restore, shared by whoever serves
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

import platformdirs

from emis_desktop import files
from emis_desktop.errors import N_, Refused, StoreDamaged

LIMIT_DAYS = 30
_NOT_SET_UP = N_("There is no server in {folder} yet. Use “emis-server init”.")
_UNREADABLE = N_("The file {file} cannot be read as the server’s choices. Bring it back from a backup.")


@dataclass(frozen=True, slots=True)
class ServerHome:
    """The data folder and the places in it."""

    root: Path

    @property
    def choices(self) -> Path:
        """What was chosen at set-up."""
        return self.root / "server.json"

    @property
    def keys(self) -> Path:
        """The folder of identity and secrets."""
        return self.root / "keys"

    @property
    def ledger(self) -> Path:
        """The folder of what a restored database must be told again."""
        return self.root / "ledger"

    @property
    def limits(self) -> Path:
        """The folder of what is counted against asking too much; nothing of it is worth keeping."""
        return self.root / "limits"

    @property
    def lock(self) -> Path:
        """The lock between those who serve and a restore."""
        return self.root / "admin.lock"

    def database_url(self, environment: Mapping[str, str] | None = None) -> str:
        """The database: ``EMIS_DATABASE_URL``, else a file of SQLite in the data folder."""
        chosen = (os.environ if environment is None else environment).get("EMIS_DATABASE_URL", "").strip()
        return chosen or f"sqlite:///{self.root / 'server.db'}"

    def make(self) -> None:
        """Make the folders, closed to everybody but their owner. Raises :class:`CannotSave`."""
        with files.saving_in(self.root):
            for folder in (self.root, self.keys, self.ledger):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def find_server_home(environment: Mapping[str, str] | None = None) -> ServerHome:
    """The data folder: ``EMIS_HOME`` where it is set, else the platform's own for this user."""
    chosen = (os.environ if environment is None else environment).get("EMIS_HOME", "").strip()
    if chosen:
        return ServerHome(Path(chosen).expanduser().absolute())
    return ServerHome(Path(platformdirs.user_data_dir("emis-server", appauthor=False)))


@dataclass(frozen=True, slots=True)
class Choices:
    """What belongs to this server and not to its database.

    ``profile`` is the country's, ``ministry_key`` the public half of the ministry's recovery key, which work
    and backups are sealed to; ``limit_days`` how long a laptop may be used without a line.
    """

    server: UUID
    name: str
    profile: str
    ministry_key: bytes
    limit_days: int = LIMIT_DAYS


def is_set_up(home: ServerHome) -> bool:
    """Whether there is a server in that folder."""
    return home.choices.exists()


def load_choices(home: ServerHome) -> Choices:
    """The choices; raises :class:`Refused` before set-up, :class:`StoreDamaged` for a spoilt file."""
    try:
        found = json.loads(home.choices.read_text("utf-8"))
        return Choices(
            server=UUID(found["server"]),
            name=str(found["name"]),
            profile=str(found["profile"]),
            ministry_key=bytes.fromhex(found["ministry_key"]),
            limit_days=int(found["limit_days"]),
        )
    except FileNotFoundError:
        raise Refused(_NOT_SET_UP, folder=str(home.root)) from None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise StoreDamaged(_UNREADABLE, file=str(home.choices)) from fault


def save_choices(home: ServerHome, choices: Choices) -> None:
    """Write the choices, whole or not at all. Raises :class:`CannotSave`."""
    said = asdict(choices) | {"server": str(choices.server), "ministry_key": choices.ministry_key.hex()}
    files.write(home.choices, json.dumps(said, indent=1, ensure_ascii=False).encode())
