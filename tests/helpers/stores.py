"""Laptops with a real store and a real line to a server process, without people signing in: quick to make,
and to be run, stopped and killed as processes of their own.

    python -P -m tests.helpers.stores STORE SEED URL [--times N] [--write N] [--ca FILE]

syncs, says ``synced`` and what it found as JSON after each sync, and ends with 3 where the line failed.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from uuid import UUID, uuid5

from sqlalchemy import select

from emis_desktop import store
from emis_desktop.database import Database
from emis_desktop.keyring.device_keys import DeviceKeys
from emis_desktop.migrations import CURRENT, NEWEST
from emis_desktop.models import Institution, Person, User
from emis_desktop.rules.ids import new_id
from emis_desktop.rules.rights import Actor, Role, actor_of
from emis_desktop.state_hash import state_hash
from sync import joining
from sync.client.sql import one
from sync.engine.backoff import Patience
from sync.engine.calls import Caller
from sync.engine.line import Line, LineFault, drive
from sync.engine.local import LocalStore
from sync.engine.meter import Progress, nobody
from sync.engine.run import Engine, Surroundings, SyncResult
from sync.place import Applicant
from sync.tls import Trust
from sync.transport import Address, HttpLine

ROOT = Path(__file__).resolve().parents[2]
PROFILE = "GD"
KEY = bytes(range(32))
_FACTORY = UUID(int=0x5704E)
QUICK = Patience(first=0.05, most=0.5, tries=400)
"""Patience of a laptop in a test: it outlives a server that starts again on a busy machine."""
LINE_FAILED = 3


def device_of(seed: int) -> DeviceKeys:
    """The keys of the laptop with that number."""
    dice = Random(f"device {seed}")
    return DeviceKeys(bytearray(dice.randbytes(32)), bytearray(dice.randbytes(32)))


@dataclass
class StoreLaptop:
    """A laptop that has joined, its store open unless :meth:`close` was called."""

    path: Path
    seed: int
    db: Database
    patience: Patience = QUICK
    trust: Trust = field(default_factory=Trust)
    watch: Callable[[Progress], None] = nobody
    breathe: Callable[[], None] = lambda: None

    @classmethod
    def open(cls, path: Path, seed: int) -> "StoreLaptop":
        """The store of a laptop that was made before."""
        return cls(path, seed, store.open_store(path, bytearray(KEY)))

    @property
    def actor(self) -> Actor:
        """Its principal."""
        with self.db.read() as session:
            found = session.get_one(User, uuid5(_FACTORY, self.path.stem))
        return actor_of(found.id, found.name, Role(found.role), found.institution_id)

    def sync(self, url: str, line: Line | None = None) -> SyncResult:
        """One sync over a connection of its own, or over ``line``."""
        if line is not None:
            return self._over(line, HttpLine(Address(url, self.trust)))
        with closing(HttpLine(Address(url, self.trust))) as own:
            return self._over(own, own)

    def _over(self, line: Line, counted: HttpLine) -> SyncResult:
        here = LocalStore(self.db)
        place = here.place()
        caller = Caller(place.site, place.server, device_of(self.seed))
        around = Surroundings(watch=self.watch, breathe=self.breathe, patience=self.patience)
        return drive(Engine(here, caller, counted.tally, around).steps(), line, time.sleep)

    def write(self, names: list[str]) -> None:
        """Register people, one act."""
        with self.db.write(self.actor, "add_student") as session:
            session.add_all(
                Person(id=new_id(), given_names=name, family_name="Synthetic", synthetic=True)
                for name in names
            )

    def phone(self, number: str) -> None:
        """Change the school's number, which laptops of one school may do at once."""
        actor = self.actor
        with self.db.write(actor, "change_school") as session:
            session.get_one(Institution, actor.institution_id).phone = number

    def names(self) -> set[str]:
        """The people it holds."""
        with self.db.read() as session:
            return set(session.scalars(select(Person.given_names)))

    def state(self) -> dict[str, str]:
        """A hash of each table: equal stores have equal ones."""
        with self.db.read() as session:
            return state_hash(session.connection(), CURRENT.metadata)

    def figures(self) -> dict[str, int]:
        """Its generation, cursor, and how many batches wait."""
        waiting = "SELECT count(*) FROM batch WHERE state <> 'acknowledged'"
        with self.db.read() as session:
            connection = session.connection()
            return {
                "generation": int(one(connection, "SELECT generation FROM site")),
                "cursor": int(one(connection, "SELECT cursor FROM site")),
                "waiting": int(one(connection, waiting)),
                "parked": int(one(connection, "SELECT count(*) FROM parked")),
            }

    def close(self) -> None:
        """Lock the store."""
        self.db.close()


def join(
    folder: Path,
    name: str,
    seed: int,
    url: str,
    code: str,
    trust: Trust | None = None,
    patience: Patience = QUICK,
) -> StoreLaptop:
    """A new laptop of the school of that one-time code, its store empty but for its principal."""
    trust = trust or Trust()
    standing = bytes(16)
    applicant = Applicant(name, PROFILE, NEWEST)
    with closing(HttpLine(Address(url, trust))) as line:
        steps = joining.join_steps(code, device_of(seed), standing, applicant, _wall_ms, patience)
        answer = drive(steps, line, time.sleep)
    path = folder / f"{name}.db"
    kind = "school" if answer.institution else "ministry"
    new = store.NewSite(answer.site, answer.site_code, kind, PROFILE, answer.institution)
    store.create(path, bytearray(KEY), new)
    made = StoreLaptop.open(path, seed)
    made.trust = trust
    with made.db.local() as connection:
        joining.note(connection, answer, url, None, name, standing)
    role = Role(answer.role)
    user, place = uuid5(_FACTORY, name), answer.institution
    with made.db.write(actor_of(user, name, role, place), "set_up") as session:
        if place is not None:
            session.add(Institution(id=place, code=answer.institution_code, name=answer.institution_name))
            session.flush()
        session.add(User(id=user, name=name, role=role, institution_id=place))
    return made


def process(laptop: StoreLaptop, url: str, *words: str) -> "subprocess.Popen[str]":
    """The laptop, whose store is closed here, as a process that syncs."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.helpers.stores", str(laptop.path), str(laptop.seed), url, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def _say(word: str, **told: object) -> None:
    sys.stdout.write(f"{word} {json.dumps(told)}\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """Be a laptop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("store", type=Path)
    parser.add_argument("seed", type=int)
    parser.add_argument("url")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--write", type=int, default=0, help="people before each sync")
    parser.add_argument("--ca", type=Path)
    parser.add_argument("--slow", type=float, default=0, help="seconds between two pieces that are applied")
    asked = parser.parse_args(arguments)
    laptop = StoreLaptop.open(asked.store, asked.seed)
    laptop.trust = Trust(asked.ca)

    def breathe() -> None:
        _say("applied")
        time.sleep(asked.slow)

    if asked.slow:
        laptop.breathe = breathe
    _say("open")
    try:
        for time_round in range(asked.times):
            if asked.write:
                names = [f"{laptop.path.stem} {time_round} {number}" for number in range(asked.write)]
                laptop.write(names)
                _say("typed", names=names)
            done = laptop.sync(asked.url)
            _say("synced", **done.document() | laptop.figures())
    except LineFault as fault:
        _say("failed", why=fault.message)
        return LINE_FAILED
    finally:
        laptop.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
