"""The file of the key ring: read, checked, and written so that a whole one is always there.

Two files hold the same: ``keyring.json`` and its copy ``keyring.json.bak``. The copy is written first, so
that it is never older than the ring: a forgotten password or a removed user does not live on in it.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

import msgspec

from emis_desktop import files
from emis_desktop.errors import N_, Refused, StoreDamaged, StoreTooNew
from emis_desktop.file_lock import locked
from emis_desktop.keyring.records import Kind, Ring, RingUser, StoreId

FORMAT: Final = "emis-key-ring"
SCHEMA = 3
"""Tells the whole shape of a ring: its fields, and what is sealed, vouched for and signed over them. Grows
with any change of that; neither a later nor an earlier one is opened. 1 and 2 were of trial versions.
"""


class TrialRing(StoreDamaged):
    """The ring is whole, and of a trial version: nothing was changed by anybody."""


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the sign-in list: who, the label of the role, when last seen, which keys are held."""

    id: UUID
    name: str
    role: str
    seen: datetime | None
    holds: frozenset[tuple[StoreId, Kind]]
    owed: frozenset[tuple[StoreId, Kind]]


@dataclass(frozen=True, slots=True)
class _Envelope:
    """The file: the ring as written, and its hash, so that a flipped bit is found at once."""

    format: Literal["emis-key-ring"]
    schema: int
    sha256: str
    ring: msgspec.Raw


class RingFile:
    """``keyring.json`` with its copy and its lock. Needs no key and loads no cryptography."""

    def __init__(self, path: Path) -> None:
        """``path`` is where the ring is or will be."""
        self.path = path
        self.copy = path.with_name(f"{path.name}.bak")
        self._lock = path.with_name(f"{path.name}.lock")

    def exists(self) -> bool:
        """Whether there is a ring or its copy."""
        return self.path.exists() or self.copy.exists()

    def load(self) -> Ring:
        """The ring; from its copy where the file is missing or damaged.

        Raises :class:`StoreDamaged` when neither can be read, :class:`TrialRing` for an earlier schema,
        :class:`StoreTooNew` for a later one.
        """
        ring = _read(self.path) or _read(self.copy)
        if ring is None and (_is_earlier(self.path) or _is_earlier(self.copy)):
            raise TrialRing(
                N_(
                    "The keys on this laptop were made by an earlier trial version and cannot be opened. "
                    "Restore a copy made since, or begin in another folder."
                )
            )
        if ring is None:
            raise StoreDamaged(
                "The keys on this laptop are damaged; nothing can be opened. Restore from a USB copy."
            )
        return ring

    def from_copy(self) -> bool:
        """Whether :meth:`load` has to use the copy; the next change puts the file right."""
        return _read(self.path) is None

    def people(self) -> tuple[Person, ...]:
        """Who may sign in, the one seen last first."""
        users = sorted(self.load().users, key=lambda user: user.name.casefold())
        users.sort(key=lambda user: user.seen.timestamp() if user.seen else 0.0, reverse=True)
        return tuple(_person(user) for user in users)

    def create(self, ring: Ring) -> None:
        """Write the first ring; raises :class:`Refused` where there is one."""
        with files.saving_in(self.path.parent):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(self._lock):
            if self.exists():
                raise Refused(
                    "EMIS Desktop is set up in this folder already. Sign in, or choose another folder."
                )
            with self._laid_ready(ring):
                pass

    def change(self, step: Callable[[Ring], Ring]) -> Ring:
        """Read the ring, apply ``step``, write what it returns; nobody else changes it meanwhile.

        What ``step`` raises leaves the ring as it was.
        """
        with self.changing(step) as ring:
            return ring

    @contextmanager
    def changing(self, step: Callable[[Ring], Ring]) -> Iterator[Ring]:
        """The same, but the new ring counts at the end of the block only; what the block raises leaves the
        old one.

        It lies on the disk before the block begins: a full disk is met there, and what is left is two names.
        """
        with locked(self._lock):
            ring = step(self.load())
            with self._laid_ready(ring):
                yield ring

    @contextmanager
    def _laid_ready(self, ring: Ring) -> Iterator[None]:
        """Both files, written out beside the ones of now; they take the names at the end, the copy first."""
        body = msgspec.json.encode(ring)
        envelope = _Envelope(FORMAT, SCHEMA, hashlib.sha256(body).hexdigest(), msgspec.Raw(body))
        content = msgspec.json.encode(envelope)
        with files.new_file(self.path) as part, files.new_file(self.copy) as part_of_copy:
            for each in (part, part_of_copy):
                each.write_bytes(content)
                files.flush(each)
            yield


def _read(path: Path) -> Ring | None:
    """The ring in that file, ``None`` when it is missing, damaged or of an earlier schema."""
    envelope = _whole(path)
    if envelope is None or envelope.schema < SCHEMA:
        return None
    try:
        return msgspec.json.decode(envelope.ring, type=Ring)
    except (ValueError, RecursionError):
        return None


def _is_earlier(path: Path) -> bool:
    envelope = _whole(path)
    return envelope is not None and envelope.schema < SCHEMA


def _whole(path: Path) -> _Envelope | None:
    """What that file holds, as it was written; ``None`` when it is missing or damaged."""
    try:
        envelope = msgspec.json.decode(path.read_bytes(), type=_Envelope)
    except (OSError, ValueError, RecursionError):
        return None
    if envelope.schema > SCHEMA:
        raise StoreTooNew(
            "The keys come from a newer EMIS Desktop. Nothing was opened; install the newer version, or "
            "restore a copy made before it."
        )
    return envelope if hashlib.sha256(envelope.ring).hexdigest() == envelope.sha256 else None


def _person(user: RingUser) -> Person:
    holds = frozenset((grant.store, grant.kind) for grant in user.grants)
    owed = frozenset((owed.store, owed.kind) for owed in user.owed)
    return Person(user.id, user.name, user.role, user.seen, holds, owed)
