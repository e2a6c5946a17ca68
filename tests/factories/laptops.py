"""A laptop's data folder with a school and its principal, as the first run leaves it."""

import shutil
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

from emis_desktop.keyring import KeyRing
from emis_desktop.laptop import FirstRun, Laptop, OpenLaptop, StoreKind
from emis_desktop.profiles import DEMO
from emis_desktop.rules.rights import Role
from emis_desktop.services.structure import NewSchool
from emis_desktop.services.users import Keys, NewUser, UserService
from emis_desktop.settings import Home
from tests.factories.rings import CHEAP
from tests.factories.schools import IN_TERM
from tests.helpers import scratch

PRINCIPAL = "Principal 01"
PASSWORD = "seven green bottles on a wall"
SCHOOL = "Windward Demo Primary School"


def password_of(name: str) -> str:
    """The password of a user in these tests."""
    return PASSWORD if name == PRINCIPAL else f"a slow boat for {' '.join(name.casefold().split())}"


def first_run(kind: StoreKind = StoreKind.SCHOOL, role: Role | None = None) -> FirstRun:
    """Usual answers."""
    school = NewSchool("D-0107", SCHOOL, motto="Steady in every wind") if kind is StoreKind.SCHOOL else None
    return FirstRun(kind, DEMO, PRINCIPAL, PASSWORD, role, school, start_year=2026)


def cheap_laptop(folder: Path, today: date = IN_TERM) -> Laptop:
    """The laptop of a data folder; its passwords cost next to nothing to try."""
    home = Home(folder)
    return Laptop(home, ring=KeyRing(home.keyring, cost=CHEAP), today=lambda: today)


@cache
def _template() -> tuple[Path, str]:
    """A data folder that each test copies, and its recovery code: setting one up takes a quarter second."""
    folder = Path(mkdtemp(prefix="laptop-", dir=scratch.ROOT))
    made = cheap_laptop(folder / "home").set_up(first_run())
    assert made.recovery_code is not None
    return folder / "home", made.recovery_code


@dataclass
class SetUp:
    """A laptop that is set up. ``code``: the ministry's recovery code."""

    laptop: Laptop
    code: str

    @property
    def home(self) -> Home:
        """Its data folder."""
        return self.laptop.home

    def again(self) -> Laptop:
        """The same data folder as another program opens it."""
        return cheap_laptop(self.home.root)

    def id_of(self, name: str) -> UUID:
        """The user of that name on the sign-in list."""
        (found,) = [one.id for one in self.laptop.people() if one.name == name]
        return found

    def sign_in(self, name: str = PRINCIPAL, password: str = "") -> OpenLaptop:
        """Sign somebody in."""
        return self.laptop.sign_in_as(name, password or password_of(name))

    def add(self, name: str, role: Role, person_id: UUID | None = None) -> UUID:
        """Let somebody in, by the principal."""
        with self.sign_in() as mine:
            return users_of(mine).add(NewUser(name, role, password_of(name), person_id))


def users_of(laptop: OpenLaptop) -> UserService:
    """The commands on users of whoever is signed in."""
    return UserService(laptop.db, laptop.actor, Keys(laptop.ring, laptop.keys, laptop.store_id))


def new_laptop(folder: Path) -> SetUp:
    """A laptop of a school with its principal, in a new folder."""
    home, code = _template()
    shutil.copytree(home, folder)
    return SetUp(cheap_laptop(folder), code)
