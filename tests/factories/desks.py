"""The demonstration school on a laptop, signed in to, as the screens work with it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from uuid import UUID

from emis_desktop.demo_people import SCHOOL, DemoClass, demo_roll
from emis_desktop.desk import Desk, open_desk
from emis_desktop.jobs.demo.laptop import PASSWORD, new_school
from emis_desktop.jobs.demo.school import fill_school
from emis_desktop.laptop import FirstRun, Laptop, OpenLaptop, StoreKind
from emis_desktop.profiles import DEMO, load_profile, school_year_on
from emis_desktop.queries.school import ClassInfo, TermInfo, YearInfo
from emis_desktop.rules.rights import Role
from emis_desktop.services.users import NewUser
from emis_desktop.settings import Home
from tests.factories.laptops import PRINCIPAL, cheap_laptop
from tests.factories.schools import IN_TERM
from tests.helpers import scratch

OFFICE = "User 01"
"""The school administrator of the demonstration; everybody's password is the demonstration's."""


@dataclass(frozen=True)
class _Template:
    """A filled data folder that each test copies, since filling one takes seconds."""

    home: Path
    classes: tuple[DemoClass, ...]


@cache
def _template(pupils: int) -> _Template:
    home = Path(mkdtemp(prefix="desk-", dir=scratch.ROOT)) / "home"
    laptop = cheap_laptop(home)
    profile = load_profile(DEMO)
    year = school_year_on(profile, IN_TERM)
    laptop.set_up(
        FirstRun(StoreKind.SCHOOL, DEMO, PRINCIPAL, PASSWORD, None, new_school(SCHOOL), year.start_year)
    )
    roll = demo_roll(profile, year.start_year, pupils)
    with laptop.sign_in_as(PRINCIPAL, PASSWORD) as mine:
        filled = fill_school(mine, roll, year, 1, "en", IN_TERM)
        users = open_desk(mine).services.users
        users.add(NewUser(OFFICE, Role.SCHOOL_ADMINISTRATOR, PASSWORD))
        for name, person_id in sorted(filled.teachers.items()):
            users.add(NewUser(name, Role.TEACHER, PASSWORD, person_id))
    return _Template(home, roll.classes)


@dataclass
class DemoDesk:
    """Who is signed in with everything on the desk; ``today`` is in term 1 of 2026-27.

    ``sign_in`` lets somebody else in (a teacher of ``classes``); all laptops are closed at the end.
    """

    desk: Desk
    classes: tuple[DemoClass, ...]
    today: date = IN_TERM
    _others: list[OpenLaptop] = field(default_factory=list)

    @property
    def laptop(self) -> OpenLaptop:
        """The open laptop."""
        return self.desk.laptop

    @property
    def school_id(self) -> UUID:
        """The school."""
        found = self.laptop.site.institution_id
        assert found is not None
        return found

    @property
    def year(self) -> YearInfo:
        """The school year."""
        found = self.desk.queries.school.today(self.today).year
        assert found is not None
        return found

    @property
    def term(self) -> TermInfo:
        """Term 1."""
        found = self.desk.queries.school.today(self.today).term
        assert found is not None
        return found

    def class_infos(self) -> tuple[ClassInfo, ...]:
        """The classes that whoever is signed in sees."""
        return self.desk.queries.school.classes(self.school_id, self.year.id, self.today)

    def class_id(self, name: str) -> UUID:
        """A class by its name."""
        (found,) = [one.id for one in self.class_infos() if one.name == name]
        return found

    def close(self) -> None:
        """Lock every laptop."""
        for laptop in (self.laptop, *self._others):
            laptop.lock()


def demo_home(folder: Path, pupils: int = 417) -> Home:
    """The data folder of the demonstration school, copied into ``folder``; nobody is signed in."""
    home = folder / "demo-home"
    shutil.copytree(_template(pupils).home, home)
    return Home(home)


def demo_folder(folder: Path, pupils: int = 12) -> Path:
    """The data folder of a small demonstration school, closed, for commands that sign in by themselves."""
    shutil.copytree(_template(pupils).home, folder, dirs_exist_ok=True)
    return folder


@contextmanager
def demo_desk(folder: Path, pupils: int = 417, name: str = OFFICE) -> Iterator[DemoDesk]:
    """The demonstration school in ``folder``, with ``name`` signed in."""
    laptop: Laptop = cheap_laptop(demo_home(folder, pupils).root)
    made = DemoDesk(open_desk(laptop.sign_in_as(name, PASSWORD)), _template(pupils).classes)
    try:
        yield made
    finally:
        made.close()
