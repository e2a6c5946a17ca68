"""A demonstration laptop: set up like any other, with users whose passwords everybody may know."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from emis_desktop import files, restoring
from emis_desktop.demo_people import SCHOOL, SCHOOL_MOST, SYNCED_MOST, DemoSchool
from emis_desktop.desk import open_desk
from emis_desktop.errors import Refused
from emis_desktop.folder import FolderState, folder_state
from emis_desktop.jobs.demo.maker import maker
from emis_desktop.jobs.demo.note import MAKER, NOTE, PAIR, noted
from emis_desktop.laptop import FirstRun, Laptop, OpenLaptop, StoreKind
from emis_desktop.profiles import DEMO
from emis_desktop.rules.ids import natural_id
from emis_desktop.rules.rights import Role
from emis_desktop.services.structure import NewSchool
from emis_desktop.services.users import NewUser
from emis_desktop.settings import Home

USER = "User 01"
PASSWORD = "demo island school"  # noqa: S105  - everybody may know it: the country does not exist
PRINCIPAL = "Principal 01"
OFFICER = "Officer 01"
COUNTRY: Final = "Demo country"
README = "README.txt"
REPLACED = "replaced"
"""Where what a new demonstration took the place of lies, in the data folder."""


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody who signs in on the demonstration laptop."""

    name: str
    role: Role
    person_id: UUID | None = None


def new_school(school: DemoSchool) -> NewSchool:
    """An invented school as the services take it."""
    return NewSchool(
        code=school.code,
        name=school.name,
        area_id=natural_id("area", school.area),
        sector=school.sector,
        kind=school.kind,
        motto=school.motto,
        address=school.address,
        phone=school.phone,
        email=school.email,
        principal=school.principal,
    )


def set_up_demo(home: Home, start_year: int, school: DemoSchool | None = SCHOOL) -> OpenLaptop:
    """Set up a new laptop for an invented school, or for the ministry without one, and sign in who is first
    there: the principal, or an officer of the ministry.

    What an earlier try left that was cut short is put aside first.
    """
    home.make()
    _put_aside(home)
    if school is None:
        note_unfinished(home, COUNTRY, f"{USER}   (also: {OFFICER})")
    else:
        note_unfinished(home, school.name)
    laptop = Laptop(home)
    first = OFFICER if school is None else PRINCIPAL
    laptop.set_up(
        FirstRun(
            kind=StoreKind.MINISTRY if school is None else StoreKind.SCHOOL,
            profile=DEMO,
            name=first,
            password=PASSWORD,
            school=None if school is None else new_school(school),
            start_year=start_year,
        )
    )
    return laptop.sign_in_as(first, PASSWORD)


def note_unfinished(home: Home, name: str, user: str = "") -> None:
    """Say in the data folder of the school or country ``name`` that everything in it will be invented, and
    who signs in: the usual people, or ``user`` alone.
    """
    home.make()
    files.write(home.root / README, _readme(name, user).encode())
    _note(home, DemoSize(0, 0), finished=False)


@dataclass(frozen=True, slots=True)
class DemoSize:
    """What a demonstration was asked for."""

    pupils: int
    seed: int

    @property
    def is_country(self) -> bool:
        """Whether these are too many for a school: then it is the ministry's laptop, with a country."""
        return self.pupils > SCHOOL_MOST

    @property
    def is_synced(self) -> bool:
        """Whether there is a second laptop, and a server between the two."""
        return self.pupils <= SYNCED_MOST


def finish_demo(home: Home, size: DemoSize, pair: str = "") -> None:
    """Say that the demonstration is complete; without this the next start makes it anew. ``pair``: the folder
    of the two laptops, seen from the data folder, for a laptop that has joined there.
    """
    _note(home, size, finished=True, pair=pair)


def finished_demo(home: Home) -> DemoSize | None:
    """The complete demonstration that the data folder holds, made by this program, else ``None``."""
    return _complete(home, of_this_program=True)


def outdated_demo(home: Home) -> DemoSize | None:
    """The complete demonstration that the data folder holds when another program made it, else ``None``."""
    return _complete(home, of_this_program=False)


def _complete(home: Home, *, of_this_program: bool) -> DemoSize | None:
    found = noted(home)
    if found is None or not found.get("finished") or folder_state(home) is not FolderState.READY:
        return None
    if (found.get(MAKER) == maker()) is not of_this_program:
        return None
    return DemoSize(found["pupils"], found["seed"])


def is_demonstration(home: Home) -> bool:
    """Whether everything in the data folder is invented."""
    return noted(home) is not None


def refuse_real_records(home: Home) -> None:
    """Raise :class:`Refused` when the data folder holds records that are no demonstration."""
    if folder_state(home) is not FolderState.NEW and not is_demonstration(home):
        raise Refused(
            "There are real records in {folder}. Set EMIS_HOME to another folder for the demonstration.",
            folder=str(home.root),
        )


def _note(home: Home, size: DemoSize, *, finished: bool, pair: str = "") -> None:
    content = {"pupils": size.pupils, "seed": size.seed, "finished": finished, MAKER: maker()}
    files.write(home.root / NOTE, json.dumps(content | ({PAIR: pair} if pair else {})).encode())


def _put_aside(home: Home) -> None:
    """Clear the folder for a new demonstration; nothing is deleted, whatever it may be.

    Raises :class:`Refused` while somebody is signed in there.
    """
    paths = [*home.root.glob("keyring.json*"), *home.stores.glob("*.*"), home.setting_up, home.front]
    paths += [home.root / "sign-in.json", home.ended, home.server_ca]
    there = [path for path in paths if path.is_file()]
    if not there:
        return
    aside = home.root / REPLACED / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    with restoring.alone(home), files.saving_in(aside):
        aside.mkdir(mode=0o700, parents=True)
        for path in there:
            path.replace(aside / path.name)


def add_users(laptop: OpenLaptop, users: list[DemoUser]) -> None:
    """Let the other invented people sign in, all with the same password."""
    service = open_desk(laptop).services.users
    for user in users:
        service.add(NewUser(user.name, user.role, PASSWORD, user.person_id))


def note_two_laptops(home: Home) -> None:
    """Say in the README of the demonstration where its second laptop and their server are."""
    path = home.root / README
    try:
        told = path.read_text(encoding="utf-8")
    except OSError:
        told = ""
    if TWO_LAPTOPS not in told:
        files.write(path, (told + _TWO).encode())


TWO_LAPTOPS = "two-laptops"
"""Folder of the second laptop and of the server, in the data folder of a demonstration."""
_TWO = f"""
This laptop and a second one, of a school, sync through a server:

{TWO_LAPTOPS}/library-laptop   the second laptop: sign in as User 02, the same password
{TWO_LAPTOPS}/server           the ministry's server; it runs as long as one of the two is open

The second laptop opens with: python3 run.py second-laptop
"""


def _readme(name: str, user: str = "") -> str:
    today = date.today().isoformat()  # noqa: DTZ011  - the day on the wall
    who = user or f"{USER}   (also: {PRINCIPAL}, Teacher 11)"
    return (
        f"This folder holds a demonstration of EMIS Desktop, made on {today}.\n"
        f"{name} and everybody in it are invented.\n\n"
        f"User:     {who}\n"
        f"Password: {PASSWORD}\n\n"
        "Delete the folder to remove it.\n"
    )
