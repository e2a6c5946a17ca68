"""A ministry and its laptops for measuring: a real server process, real stores, real HTTP through a line."""

import os
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from benchmarks import sync_table  # noqa: F401 - loaded before the tables of laptop and server
from benchmarks.sync_limits import Cost
from emis_desktop import store
from emis_desktop.database import Database
from emis_desktop.keyring.signing import sign, verifier_of
from emis_desktop.migrations import NEWEST
from emis_desktop.models import Institution, User
from emis_desktop.rules import spoken_code
from emis_desktop.rules.rights import ROLE_READS, Actor, Role, actor_of
from sync import joining
from sync.engine.backoff import Patience
from sync.engine.calls import Caller
from sync.engine.line import drive
from sync.engine.local import LocalStore
from sync.engine.run import Engine, Surroundings, SyncResult
from sync.protocol.messages import JoinAsk
from sync.protocol.signing import join_text
from sync.server import codes, join, places
from sync.server.office import Office, open_office
from sync.server.settings import ServerHome
from sync.server.setup import Wish, set_up
from sync.server.sites import NATION_KIND, SCHOOL
from sync.tls import Trust
from sync.transport import Address, HttpLine
from tests.helpers.wire import Passed, Wire

KEY = bytearray(range(32))
PROFILE = "LC"
ROOT = Path(__file__).resolve().parent.parent
PATIENCE = Patience(first=0.05, most=1.0, tries=8)


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """Signs the requests of one laptop."""

    seed: bytes

    def sign(self, text: bytes) -> bytes:
        """The signature of ``text``."""
        return sign(bytearray(self.seed), text)

    @property
    def public(self) -> bytes:
        """What the server checks with."""
        return verifier_of(bytearray(self.seed))


@dataclass
class Site:
    """A laptop that has joined."""

    name: str
    db: Database
    actor: Actor
    key: DeviceKey
    school: UUID | None
    _line: HttpLine | None = field(default=None, repr=False)

    def sync_once(self, port: int) -> SyncResult:
        """One sync that does not try again."""
        return self.sync(port, patience=Patience(tries=1))

    def sync(
        self, port: int, *, ca: Path | None = None, fresh: bool = True, patience: Patience = PATIENCE
    ) -> SyncResult:
        """One sync through ``port``; ``fresh``: over a new connection. ``ca`` vouches for a server of TLS."""
        if fresh or self._line is None:
            self.hang_up()
            url = f"https://localhost:{port}" if ca else f"http://127.0.0.1:{port}"
            self._line = HttpLine(Address(url, Trust(ca)))
        return _synced(self.db, self.key, self._line, patience)

    def hang_up(self) -> None:
        """End the connection."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def close(self) -> None:
        """Lock the store."""
        self.hang_up()
        self.db.close()


@dataclass
class Ministry:
    """A server's folder; :meth:`running` serves it in a process of its own."""

    folder: Path
    sites: int = 0
    _office: Office | None = None

    @property
    def home(self) -> ServerHome:
        """Its data folder."""
        return ServerHome(self.folder / "server")

    @property
    def url(self) -> str:
        """Its database."""
        return f"sqlite:///{self.home.root / 'server.db'}"

    def set_up(self) -> None:
        """Make the server."""
        set_up(self.home, Wish("Ministry", PROFILE, bytes(range(32)), 30), self.url).close()

    @contextmanager
    def office(self) -> Iterator[Office]:
        """The server's own hands, beside the process that serves."""
        office = open_office(self.home, url=self.url)
        try:
            yield office
        finally:
            office.close()

    def place(self, code: str) -> None:
        """A school that no laptop has joined yet."""
        with self.office() as office, office.store.write() as connection:
            places.put(connection, SCHOOL, code, f"School {code}", office.now_ms())

    def join(self, name: str, role: Role, school: str = "") -> Site:
        """A new laptop of a school (empty: of the ministry), its store empty but for its user."""
        self.sites += 1
        key = DeviceKey(random.Random(f"device {self.sites}").randbytes(32))
        with self.office() as office:
            kind, code = (SCHOOL, school) if school else (NATION_KIND, places.NATION_CODE)
            now = office.now_ms()
            with office.store.write() as connection:
                place = places.put(connection, kind, code, f"School {code}" if school else "Nation", now)
                grant = codes.Grant(place.id, role, ROLE_READS[role], 30)
                text = codes.make(connection, office.keys, office.entropy, grant, now=now, days=9, by="bench")
            ask = _ask(text, key, name, now)
            answer = join.enrol(office, ask)
        path = self.folder / f"{name}.db"
        new = store.NewSite(
            answer.site, answer.site_code, "school" if school else "ministry", PROFILE, answer.institution
        )
        store.create(path, KEY, new)
        db = store.open_store(path, KEY)
        with db.local() as connection:
            joining.note(connection, answer, "http://127.0.0.1:1", None, name, bytes(16))
        actor = actor_of(
            UUID(int=0xBE << 64 | 7 << 76 | 1 << 63 | self.sites), name, role, answer.institution
        )
        if answer.institution is not None:
            with db.replicate() as session:  # as joining does: its name is known, the rest comes
                session.add(Institution(id=answer.institution, code=school, name=answer.institution_name))
        with db.write(actor, "set_up") as session:
            session.add(User(id=actor.user_id, name=name, role=role, institution_id=answer.institution))
        return Site(name, db, actor, key, answer.institution)

    def enrol_many(self, schools: Sequence[str]) -> None:
        """Schools whose laptops have joined and are not heard of here."""
        with self.office() as office:
            for number, code in enumerate(schools):
                now = office.now_ms()
                with office.store.write() as connection:
                    place = places.put(connection, SCHOOL, code, f"School {code}", now)
                    grant = codes.Grant(place.id, Role.PRINCIPAL, ROLE_READS[Role.PRINCIPAL], 30)
                    text = codes.make(
                        connection, office.keys, office.entropy, grant, now=now, days=9, by="bench"
                    )
                key = DeviceKey(random.Random(f"school {number}").randbytes(32))
                join.enrol(office, _ask(text, key, f"Laptop {code}", now))

    @contextmanager
    def reopened(self, site: Site) -> Iterator[Database]:
        """The store of a laptop that was closed."""
        db = store.open_store(self.folder / f"{site.name}.db", KEY)
        try:
            yield db
        finally:
            db.close()

    @contextmanager
    def running(self, *arguments: str) -> Iterator["Served"]:
        """Serve until the block ends."""
        port = free_port()
        with (self.folder / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "benchmarks.sync_serve", "run", "--port", str(port), *arguments],
                cwd=ROOT,
                env={**os.environ, "EMIS_HOME": str(self.home.root), "PYTHONPATH": str(ROOT)},
                stdout=subprocess.DEVNULL,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        try:
            _wait_for(port, process)
            yield Served(port, process)
        finally:
            process.terminate()
            process.wait(60)


def _ask(code: str, key: DeviceKey, name: str, now: int) -> JoinAsk:
    secret = bytes(spoken_code.read(code, codes.BYTES, field="code"))
    box_key, standing = bytes([7]) * 32, bytes(16)
    return JoinAsk(
        code=secret,
        name=name,
        sign_key=key.public,
        box_key=box_key,
        standing=standing,
        profile=PROFILE,
        schema=NEWEST,
        wall_ms=now,
        proof=key.sign(join_text(secret, key.public, box_key, standing)),
    )


@dataclass(frozen=True, slots=True)
class Served:
    """A serving process."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def megabytes(self) -> float:
        """The most memory that it has had so far; Linux alone."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) / 1024


def synced(db: Database, key: DeviceKey, port: int) -> SyncResult:
    """One sync of a store over a connection of its own."""
    line = HttpLine(Address(f"http://127.0.0.1:{port}"))
    with closing(line):
        return _synced(db, key, line, PATIENCE)


def _synced(db: Database, key: DeviceKey, line: HttpLine, patience: Patience) -> SyncResult:
    here = LocalStore(db)
    place = here.place()
    engine = Engine(here, Caller(place.site, place.server, key), line.tally, Surroundings(patience=patience))
    return drive(engine.steps(), line, time.sleep)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    over = time.monotonic() + 60
    while time.monotonic() < over:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with closing(socket.socket()) as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server does not listen")


def cost(wire: Wire, work: Callable[[], object]) -> Cost:
    """What ``work`` sends over the line, and how long it takes."""
    wire.reset()
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    passed = settled(wire)
    return Cost(passed.total, passed.requests, took)


def settled(wire: Wire) -> Passed:
    """The counts, once nothing moves any more."""
    before = wire.passed()
    while True:
        time.sleep(0.05)
        after = wire.passed()
        if after == before:
            return after
        before = after


def healthy(port: int) -> bool:
    """Whether a server answers there."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
        return bool(answer.status == 200)
