"""A laptop of a simulation: a real store, a person at it, and the real engine, driven step by step."""

import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import event, select

from emis_desktop import store
from emis_desktop.database import Database
from emis_desktop.errors import EmisError
from emis_desktop.models import Site
from emis_desktop.rules.rights import Actor
from emis_desktop.state_hash import Stored
from sync.engine.backoff import Patience
from sync.engine.calls import Caller, Signer
from sync.engine.line import NoLine, Pause, Request, Response, Steps, Tally
from sync.engine.local import LocalStore
from sync.engine.run import Engine, Surroundings, SyncResult
from tests.simulator import looking
from tests.simulator.acts import Desk, Marks, do, usual
from tests.simulator.country import School
from tests.simulator.events import Clockwork, Record
from tests.simulator.ledger import Ledger, Place, Typed
from tests.simulator.network import Network
from tests.simulator.oracle import CATALOGUE
from tests.simulator.server import Killed

KEY = bytearray(range(32))
STORE = "records.db"
PATIENCE = Patience(first=0.5, most=20.0, tries=4)


@dataclass(frozen=True, slots=True)
class Who:
    """What stays with a machine whatever happens to its store: the device's key and the person."""

    name: str
    actor: Actor
    school: School | None
    signer: Signer


@dataclass
class Surface:
    """What all laptops of a simulation share."""

    clockwork: Clockwork
    record: Record
    network: Network
    ledger: Ledger
    dice: random.Random
    marks: Marks


@dataclass
class Outcome:
    """How the last sync ended: a result, or why not."""

    result: SyncResult | None = None
    fault: EmisError | None = None


@dataclass
class Laptop:
    """One store on one machine. ``written``: what was typed and is in it; ``skew_ms``: its clock's fault."""

    who: Who
    folder: Path
    surface: Surface
    skew_ms: int = 0
    alive: bool = True
    revoked: bool = False
    classes: frozenset[str] = frozenset()
    written: list[Typed] = field(default_factory=list)
    about: dict[bytes, bytes] = field(default_factory=dict)
    """Rows that somebody typed into here, and the people with whom they would be erased."""
    outcome: Outcome = field(default_factory=Outcome)
    syncs: int = 0
    deaths: int = 0
    die_at: int | None = None
    stop_at: int | None = None
    """Its user cancels the sync before its request of that number from now on."""
    stopped: int = 0
    commits: int = 0
    db: Database = field(init=False)
    _steps: Steps[SyncResult] | None = None
    _run: int = 0

    def __post_init__(self) -> None:
        self._open()
        self.classes = self.classes or self.role_classes
        with self.db.read() as session:
            self.site: UUID = session.scalars(select(Site.id)).one()

    @property
    def name(self) -> str:
        """What the record calls it."""
        return self.who.name

    @property
    def machine(self) -> str:
        """The machine that it began on, the same for every copy of it."""
        return self.name.split("'")[0]

    @property
    def role_classes(self) -> frozenset[str]:
        """The classes that its person may read at the most."""
        return frozenset(str(one) for one in self.who.actor.sensitive)

    def wall_ms(self) -> int:
        """Its own clock."""
        return max(0, self.surface.clockwork.now_ms + self.skew_ms)

    def _open(self) -> None:
        self.db = store.open_store(self.folder / STORE, KEY, wall_ms=self.wall_ms)
        event.listen(self.db._writer, "commit", self._before_commit)

    def _before_commit(self, _connection: object) -> None:
        self.commits += 1
        if self.die_at is not None:
            self.die_at -= 1
            if self.die_at < 0:
                raise Killed

    # -- The person ------------------------------------------------------------------------------

    def work(self, name: str | None = None) -> bool:
        """Let the person do something; whether anything was done."""
        if not self.alive:
            return False
        dice = self.surface.dice
        acts = [name] if name else usual(self.who.actor)
        if not acts:
            return False
        chosen = dice.choice(acts)
        desk = Desk(self.db, self.who.actor, self.who.school, dice, self.surface.marks)
        try:
            done = do(desk, chosen)
        except Killed:
            self.crash()
            return False
        if done is None:
            return False
        self.written += self.surface.ledger.note(
            self.name, done.values, allowed=done.allowed, proposed=self._proposed
        )
        with self.db.read() as session:
            self.about |= dict(looking.whose(session.connection(), [place for place, _, _ in done.values]))
        if len(done.rows) > 1:
            self.surface.ledger.acts.append((self.name, done.rows))
        self.surface.record.note(self.name, f"{chosen} {len(done.values)}")
        return True

    def _proposed(self, place: Place) -> frozenset[Stored]:
        """What this person proposed for a field and sees waiting for a decision here."""
        with self.db.read() as session:
            return frozenset(looking.proposed(session.connection(), place, self.who.actor.user_id.bytes))

    # -- The exchange ----------------------------------------------------------------------------

    @property
    def is_syncing(self) -> bool:
        """Whether a sync is under way."""
        return self._steps is not None

    def sync(self) -> None:
        """Begin a sync, unless one is under way."""
        if self._steps is not None or not self.alive:
            return
        clockwork = self.surface.clockwork
        place = LocalStore(self.db, catalogue=CATALOGUE, wall_ms=self.wall_ms)
        at = place.place()
        tally = Tally()
        around = Surroundings(
            wall_ms=self.wall_ms,
            clock=lambda: clockwork.now_ms / 1000,
            chance=self.surface.dice.random,
            patience=PATIENCE,
        )
        engine = Engine(place, Caller(at.site, at.server, self.who.signer), tally, around)
        self.syncs += 1
        self._run += 1
        self._steps = engine.steps()
        self._tally = tally
        self._go_on(self._run, lambda steps: next(steps))

    def _go_on(self, run: int, push: Callable[[Steps[SyncResult]], Request | Pause]) -> None:
        steps = self._steps
        if steps is None or run != self._run:
            return  # what this answers was given up: killed, closed, begun anew
        try:
            step = push(steps)
        except StopIteration as end:
            self._end(Outcome(result=end.value))
        except Killed:
            self.crash()
        except EmisError as fault:
            self._end(Outcome(fault=fault))
        else:
            self._take(run, step)

    def _take(self, run: int, step: Request | Pause) -> None:
        if isinstance(step, Pause):
            self.surface.clockwork.after(
                step.seconds * 1000, lambda: self._go_on(run, lambda steps: steps.send(None))
            )
            return

        if self.stop_at is not None:
            self.stop_at -= 1
            if self.stop_at < 0:
                self.cancel()
                return

        def hear(answer: Response | NoLine) -> None:
            if isinstance(answer, NoLine):
                self._go_on(run, lambda steps: steps.throw(answer))
            else:
                self._go_on(run, lambda steps: steps.send(answer))

        self.surface.network.send(self.name, step, self._tally, hear)

    def _end(self, outcome: Outcome) -> None:
        self._steps = None
        self.outcome = outcome
        if outcome.result is not None and self.is_synced:
            self._call_synced()
        said = outcome.fault or outcome.result
        self.surface.record.note(self.name, f"sync ended: {type(said).__name__} {self._told(outcome)}")

    def _call_synced(self) -> None:
        """The screen says that the ministry has all of it, but for what it shows as not taken."""
        with self.db.read() as session:
            refused = set(looking.refused(session.connection()))
        for one in self.written:
            if (one.place[0], one.place[1], one.after) not in refused:
                one.synced = self.surface.ledger.put_back

    def _told(self, outcome: Outcome) -> str:
        found = outcome.result
        if found is None:
            return outcome.fault.message[:40] if outcome.fault else ""
        return f"{found.requests} requests {found.ops_sent} sent {found.ops_received} received {found.root}"

    @property
    def is_synced(self) -> bool:
        """Whether its screen says that the ministry has everything."""
        with self.db.read() as session:
            left = session.connection().exec_driver_sql(
                "SELECT (SELECT count(*) FROM batch WHERE state <> 'acknowledged') "
                "+ (SELECT coalesce(max(seq), 0) FROM change) - sent_change + reclaiming FROM site"
            )
            return bool(left.scalar_one() == 0)

    def frozen(self) -> dict[bytes, bytes]:
        """The batches of this store as they go on the line."""
        with self.db.read() as session:
            rows = session.connection().exec_driver_sql("SELECT id, body FROM batch WHERE body IS NOT NULL")
            return {bytes(row[0]): bytes(row[1]) for row in rows}

    # -- What befalls it -------------------------------------------------------------------------

    def crash(self) -> None:
        """Killed and started again: what was committed is there, all else is gone."""
        self.deaths += 1
        self.surface.record.note(self.name, "killed")
        self._replace(self.files())

    def cancel(self) -> None:
        """Its user pauses the sync: what came is kept, and the next one goes on from there."""
        self.stop_at = None
        if self._steps is not None:
            self.stopped += 1
            self._steps.close()
            self._steps = None
            self._run += 1
            self.surface.record.note(self.name, "sync cancelled")

    def files(self) -> dict[str, bytes]:
        """The store's files as they are now."""
        return {
            ending: path.read_bytes()
            for ending in ("", "-wal")
            if (path := self.folder / f"{STORE}{ending}").exists()
        }

    def put_back(self, files: dict[str, bytes], written: list[Typed], *, announced: bool) -> None:
        """The store is an older copy of itself from now on; ``announced``: by our own restore."""
        if announced:
            (self.folder / STORE).with_suffix(store.RESTORED).touch()
        self._replace(files)
        self.written = list(written)

    def _replace(self, files: dict[str, bytes]) -> None:
        self.die_at = None
        self._drop_sync()
        self.db.close()
        for ending in ("", "-wal", "-shm"):
            (self.folder / f"{STORE}{ending}").unlink(missing_ok=True)
        for ending, content in files.items():
            (self.folder / f"{STORE}{ending}").write_bytes(content)
        self._open()

    def _drop_sync(self) -> None:
        """The process that synced is no more: not even its clean-up may write."""
        if self._steps is not None:
            self.die_at = 0
            with suppress(Killed):
                self._steps.close()
            self._steps, self.die_at = None, None
        self._run += 1

    def clone(self, folder: Path, name: str) -> "Laptop":
        """The whole disk copied onto another machine."""
        folder.mkdir()
        for ending, content in self.files().items():
            (folder / f"{STORE}{ending}").write_bytes(content)
        who = Who(name, self.who.actor, self.who.school, self.who.signer)
        copy = Laptop(who, folder, self.surface, self.skew_ms, classes=self.classes)
        copy.written = list(self.written)
        return copy

    def burn(self) -> None:
        """It is gone for ever."""
        self._drop_sync()
        self.alive = False
        self.db.close()
        shutil.rmtree(self.folder)

    def close(self) -> None:
        """End of the simulation."""
        if self.alive:
            self._drop_sync()
            self.db.close()
