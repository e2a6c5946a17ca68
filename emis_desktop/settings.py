"""Where everything lives on this laptop, and the few choices that belong to the laptop and not to the school.

Layout of the data folder (``EMIS_HOME``, else the platform's own place):

``keyring.json`` (with ``.bak``, ``.lock``)  who may sign in, keys sealed to them
``sign-in.json``                             waits after wrong passwords
``settings.json``                            the choices below
``stores/<id>.db``                           encrypted records, one file a scope
``stores/<id>.sound``                         how a store was left, and when it was last looked through
``stores/unfinished/``                        where files were being made that a kill may have left half made
``stores/snapshots/``                        encrypted copies made before a migration
``profiles/``                                a ministry's own country profiles, laid over the shipped ones
``logs/``                                    the program's log, without personal data
``program.lock``                             held by the one running desktop
``restore.lock``                             shared by whoever is signed in; a restore has it alone
``setting-up``                               there only while the laptop is being set up
``front.json``                               what the sign-in window shows: school, term, what waits
``device/``                                  this laptop's own key pair at the ministry's server, sealed
``sync.lock``                                held by whoever synchronises
``server-ca.pem``                            the ministry's own authority, where it has one
``ended.json``                               there only when the ministry had this laptop's keys destroyed
"""

import contextlib
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from emis_desktop import files

_STORE_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_MINUTES = range(1, 241)
_DAYS = range(1, 91)
THEMES = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder and the places in it."""

    root: Path

    @property
    def keyring(self) -> Path:
        """The key ring."""
        return self.root / "keyring.json"

    @property
    def settings(self) -> Path:
        """The laptop's choices."""
        return self.root / "settings.json"

    @property
    def stores(self) -> Path:
        """The folder of the encrypted stores."""
        return self.root / "stores"

    @property
    def snapshots(self) -> Path:
        """The folder of copies made before a migration."""
        return self.stores / "snapshots"

    @property
    def unfinished(self) -> Path:
        """The folder of notes on files that were being made; may be missing."""
        return self.stores / "unfinished"

    @property
    def profiles(self) -> Path:
        """The folder of a ministry's own country profiles; may be missing."""
        return self.root / "profiles"

    @property
    def logs(self) -> Path:
        """The folder of the log."""
        return self.root / "logs"

    @property
    def program_lock(self) -> Path:
        """The lock that the one running desktop holds."""
        return self.root / "program.lock"

    @property
    def setting_up(self) -> Path:
        """There while the laptop is being set up: what it names is of no use yet."""
        return self.root / "setting-up"

    @property
    def front(self) -> Path:
        """What the sign-in window may show before anybody has signed in."""
        return self.root / "front.json"

    @property
    def sync_lock(self) -> Path:
        """The lock that whoever synchronises holds."""
        return self.root / "sync.lock"

    @property
    def server_ca(self) -> Path:
        """The certificate of the ministry's own authority; may be missing."""
        return self.root / "server-ca.pem"

    @property
    def ended(self) -> Path:
        """There when the ministry had the keys of this laptop destroyed."""
        return self.root / "ended.json"

    def store(self, store_id: str) -> Path:
        """The file of a store; :class:`ValueError` for an id that is no plain lower-case name."""
        if not _STORE_ID.fullmatch(store_id):
            raise ValueError("a store's id is made of small letters, digits and hyphens")
        return self.stores / f"{store_id}.db"

    def make(self) -> None:
        """Make the folders, readable by their owner alone, and clear what a killed program left half
        written.
        """
        with files.saving_in(self.root):
            for folder in (self.root, self.stores, self.snapshots, self.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                _make_private(folder)
        for folder in (self.root, self.stores, self.snapshots):
            files.clear_leftovers(folder)


def _make_private(folder: Path) -> None:
    """Close a folder to everybody but its owner; one that everybody shares, such as /tmp, stays as it is.

    So does one on a file system that has no owners, such as FAT, or that this user may not change.
    """
    mode = folder.stat().st_mode
    if os.name == "posix" and mode & 0o077 and not mode & stat.S_ISVTX:
        with contextlib.suppress(OSError):
            folder.chmod(0o700)


def find_home() -> Home:
    """The data folder: ``EMIS_HOME`` where it is set, else the platform's own for this user."""
    chosen = os.environ.get("EMIS_HOME", "").strip()
    if chosen:
        return Home(Path(chosen).expanduser().absolute())
    import platformdirs  # noqa: PLC0415  - 4 ms of the start, and a folder is often chosen

    return Home(Path(platformdirs.user_data_dir("emis-desktop", appauthor=False)))


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices of this laptop. ``other`` keeps what a later version wrote, so that it survives a step back."""

    language: str | None = None
    """Two-letter code; ``None`` for the system's language."""
    theme: str = "system"
    auto_lock_minutes: int = 10
    last_backup_at: datetime | None = None
    last_backup_place: str | None = None
    other: Mapping[str, Any] = field(default_factory=dict)
    backup_days: int = 7
    """A copy on a USB stick is due after so many days."""
    last_copy_place: str | None = None
    """The file of the newest copy wherever it is; ``last_backup_place`` tells only of one on another disk."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings as read; ``kept_aside`` is where a damaged file went, ``None`` when all was well."""

    settings: Settings
    kept_aside: Path | None = None


def load_settings(path: Path) -> Loaded:
    """Read the settings. Never fails: an odd value gives its default, a damaged file is kept aside."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Loaded(Settings())
    except (OSError, ValueError, RecursionError):
        return Loaded(Settings(), _keep_aside(path))
    if not isinstance(found, dict):
        return Loaded(Settings(), _keep_aside(path))
    return Loaded(_from_json(found))


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings, whole or not at all. Raises :class:`CannotSave`."""
    known = {name: getattr(settings, name) for name in _KNOWN}
    known["last_backup_at"] = settings.last_backup_at.isoformat() if settings.last_backup_at else None
    with files.saving_in(path.parent):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    files.write(path, json.dumps({**settings.other, **known}, indent=1, ensure_ascii=False).encode())


_KNOWN = tuple(each.name for each in fields(Settings) if each.name != "other")


def _from_json(found: dict[str, Any]) -> Settings:
    settings = Settings(other={name: value for name, value in found.items() if name not in _KNOWN})
    language, theme, minutes = found.get("language"), found.get("theme"), found.get("auto_lock_minutes")
    if isinstance(language, str):
        settings = replace(settings, language=language)
    if theme in THEMES:
        settings = replace(settings, theme=theme)
    if type(minutes) is int and minutes in _MINUTES:
        settings = replace(settings, auto_lock_minutes=minutes)
    if type(found.get("backup_days")) is int and found["backup_days"] in _DAYS:
        settings = replace(settings, backup_days=found["backup_days"])
    for place in ("last_backup_place", "last_copy_place"):
        if isinstance(found.get(place), str):
            settings = replace(settings, **{place: found[place]})
    return replace(settings, last_backup_at=_instant(found.get("last_backup_at")))


def _instant(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None


def _keep_aside(path: Path) -> Path | None:
    """Give a damaged file another name, for whoever wants to look; a file that cannot be moved stays."""
    aside = path.with_name(f"{path.name}.damaged")
    with contextlib.suppress(OSError):
        path.replace(aside)
        return aside
    return None
