"""The country before anything goes wrong: a server and four laptops that joined it, made once a process.

Every simulation begins with a copy of these files. They are made by the program itself: laptops join with
codes, the ministry's writes what belongs to the nation, the schools' write their classes and receive that.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import UUID

from sqlalchemy import select

from emis_desktop import store
from emis_desktop.keyring.signing import sign, verifier_of
from emis_desktop.migrations import NEWEST
from emis_desktop.models import User
from emis_desktop.rules import spoken_code
from emis_desktop.rules.rights import ROLE_READS, Actor, Role, SensitivityClass, actor_of
from sync import joining
from sync.protocol.messages import JoinAnswer, JoinAsk
from sync.protocol.signing import join_text
from sync.server import codes, control, join, places
from sync.server.office import open_office
from sync.server.settings import ServerHome
from sync.server.setup import Wish, set_up
from sync.server.sites import SCHOOL
from tests.helpers import scratch
from tests.simulator import country
from tests.simulator.acts import Marks
from tests.simulator.chance import determined
from tests.simulator.events import START_MS, Clockwork, Record
from tests.simulator.laptop import KEY, STORE, Laptop, Surface, Who
from tests.simulator.ledger import Ledger
from tests.simulator.network import Network
from tests.simulator.server import DATABASE, Server
from tests.simulator.stick import BOX_KEY

PROFILE = "LC"
EVE_MS = START_MS - 86_400_000


@dataclass(frozen=True, slots=True)
class Cast:
    """A laptop of the country: what it is called, whose role it has, at which school (empty: ministry)."""

    name: str
    role: Role
    school: str

    @property
    def number(self) -> int:
        """Place among all."""
        return [each.name for each in CAST].index(self.name)

    @property
    def classes(self) -> frozenset[SensitivityClass]:
        """What the device may hold."""
        return ROLE_READS[self.role]

    @property
    def actor(self) -> Actor:
        """The person at it."""
        school = country.SCHOOLS[self.school].id if self.school else None
        user = UUID(int=0xC0 + self.number << 64 | 0x7 << 76 | 0b10 << 62)
        return actor_of(user, f"User {self.name}", self.role, school)


CAST = (
    Cast("M", Role.MINISTRY_OFFICER, ""),
    Cast("A1", Role.PRINCIPAL, "A"),
    Cast("A2", Role.SCHOOL_ADMINISTRATOR, "A"),
    Cast("B1", Role.PRINCIPAL, "B"),
    Cast("A3", Role.TEACHER, "A"),
)


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """Signs requests; it lies outside every store and every backup."""

    seed: bytes

    def sign(self, text: bytes) -> bytes:
        """The signature of ``text``."""
        return sign(bytearray(self.seed), text)

    @property
    def public(self) -> bytes:
        """What the server checks with."""
        return verifier_of(bytearray(self.seed))


def key_of(cast: Cast) -> DeviceKey:
    """The key of that machine."""
    return DeviceKey(bytes([cast.number + 1]) * 32)


def who(cast: Cast) -> Who:
    """The machine and the person, as they are in every simulation."""
    school = country.SCHOOLS[cast.school] if cast.school else None
    return Who(cast.name, cast.actor, school, key_of(cast))


def server_url(folder: Path) -> str:
    """The server's database in a folder."""
    return f"sqlite:///{folder / DATABASE}"


def make_server(folder: Path, now_ms: Callable[[], int], entropy: Callable[[int], bytes]) -> None:
    """A new server with the two schools as its places."""
    wish = Wish("Ministry", PROFILE, bytes(range(32)), 30)
    office = set_up(ServerHome(folder), wish, server_url(folder), now_ms=now_ms, entropy=entropy)
    with office.store.write() as connection:
        for school in country.SCHOOLS.values():
            places.put(connection, SCHOOL, school.code, f"School {school.code}", now_ms())
    office.close()


def enrolled(server: Path, cast: Cast, clock: Clockwork, dice: random.Random) -> JoinAnswer:
    """Let a laptop join with a code of its own."""
    office = open_office(
        ServerHome(server), url=server_url(server), now_ms=lambda: clock.now_ms, entropy=dice.randbytes
    )
    school = country.SCHOOLS[cast.school].id if cast.school else None
    with office.store.write() as connection:
        where = control.node.c.code == (cast.school or places.NATION_CODE)
        node = connection.execute(select(control.node.c.id).where(where)).scalar_one()
        grant = codes.Grant(node, cast.role, cast.classes, 30)
        now = clock.now_ms
        text = codes.make(connection, office.keys, dice.randbytes, grant, now=now, days=9, by="operator")
    secret, key = bytes(spoken_code.read(text, codes.BYTES, field="code")), key_of(cast)
    box_key, standing = BOX_KEY, dice.randbytes(16)
    ask = JoinAsk(
        code=secret,
        name=f"Laptop {cast.name}",
        sign_key=key.public,
        box_key=box_key,
        standing=standing,
        profile=PROFILE,
        schema=NEWEST,
        wall_ms=clock.now_ms,
        site=UUID(int=0xD0 + cast.number << 64 | 0x7 << 76 | 0b10 << 62),
        institution=school,
        proof=key.sign(join_text(secret, key.public, box_key, standing)),
    )
    try:
        return join.enrol(office, ask)
    finally:
        office.close()


def make_store(folder: Path, cast: Cast, answer: JoinAnswer, clock: Clockwork) -> None:
    """The laptop's store as it is after joining: empty, and told where it belongs."""
    folder.mkdir(parents=True)
    kind = "school" if cast.school else "ministry"
    new = store.NewSite(answer.site, answer.site_code, kind, PROFILE, answer.institution)
    store.create(folder / STORE, KEY, new)
    db = store.open_store(folder / STORE, KEY, wall_ms=lambda: clock.now_ms)
    with db.local() as connection:
        joining.note(connection, answer, "http://127.0.0.1:1", None, f"Laptop {cast.name}", bytes(16))
    db.close()


def _write(laptop: Laptop, verb: str, rows: Iterable[Any]) -> None:
    with laptop.db.write(laptop.who.actor, verb) as session:
        for row in rows:
            session.add(row)
            session.flush()


def first_rows(cast: Cast) -> list[Any]:
    """What a laptop writes before anything else."""
    actor = cast.actor
    user = User(id=actor.user_id, name=actor.name, role=actor.role, institution_id=actor.institution_id)
    if not cast.school:
        return [*country.of_nation(), user]
    if cast.name.endswith("1"):
        school = country.SCHOOLS[cast.school]
        return [user, *country.of_school(school), *country.pupils_of(school)]
    return [user]


@lru_cache(maxsize=1)
def template() -> Path:
    """The folder of the country's files: ``server`` and one folder a laptop."""
    root = Path(mkdtemp(prefix="country-", dir=scratch.ROOT))  # each process has its own
    clock = Clockwork()
    clock.now_ms = EVE_MS
    with determined(-1, lambda: clock.now_ms) as dice:
        make_server(root / "server", lambda: clock.now_ms, dice.randbytes)
        for cast in CAST:
            answer = enrolled(root / "server", cast, clock, dice)
            make_store(root / cast.name, cast, answer, clock)
        record = Record(clock, keep=True)
        server = Server(root / "server", clock, record, dice.randbytes)
        surface = Surface(clock, record, Network(clock, record, dice, server.serve), Ledger(), dice, Marks())
        for cast in CAST:
            laptop = Laptop(who(cast), root / cast.name, surface)
            if cast.school:
                settle(laptop)  # so that schools, years and grades are there
            _write(laptop, "set_up", first_rows(cast))
            settle(laptop)
            laptop.close()
        for cast in CAST:
            laptop = Laptop(who(cast), root / cast.name, surface)
            settle(laptop)
            laptop.close()
        server.close()
    return root


def settle(laptop: Laptop) -> None:
    """One sync on a fair line, to its good end."""
    laptop.sync()
    laptop.surface.clockwork.run()
    if laptop.outcome.fault is not None:
        raise laptop.outcome.fault
