"""A demonstration laptop: set up like any other, with users whose passwords everybody may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from emis_desktop import files
from emis_desktop.demo_people import SCHOOL, DemoSchool
from emis_desktop.desk import open_desk
from emis_desktop.errors import Refused
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
README = "README.txt"


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


def set_up_demo(home: Home, start_year: int, school: DemoSchool = SCHOOL) -> OpenLaptop:
    """Set up a new laptop for an invented school and sign its principal in."""
    laptop = Laptop(home)
    laptop.set_up(
        FirstRun(
            kind=StoreKind.SCHOOL,
            profile=DEMO,
            name=PRINCIPAL,
            password=PASSWORD,
            school=new_school(school),
            start_year=start_year,
        )
    )
    files.write(home.root / README, _readme(school).encode())
    return laptop.sign_in_as(PRINCIPAL, PASSWORD)


def is_demo(home: Home) -> bool:
    """Whether the data folder holds a demonstration."""
    return (home.root / README).is_file() and home.keyring.exists()


def refuse_real_records(home: Home) -> None:
    """Raise :class:`Refused` when the data folder holds records that are no demonstration."""
    if home.keyring.exists() and not is_demo(home):
        raise Refused(
            "There are real records in {folder}. Set EMIS_HOME to another folder for the demonstration.",
            folder=str(home.root),
        )


def add_users(laptop: OpenLaptop, users: list[DemoUser]) -> None:
    """Let the other invented people sign in, all with the same password."""
    service = open_desk(laptop).services.users
    for user in users:
        service.add(NewUser(user.name, user.role, PASSWORD, user.person_id))


def _readme(school: DemoSchool) -> str:
    today = date.today().isoformat()  # noqa: DTZ011  - the day on the wall
    return (
        f"This folder holds a demonstration of EMIS Desktop, made on {today}.\n"
        f"The school ({school.name}) and everybody in it are invented.\n\n"
        f"User:     {USER}   (also: {PRINCIPAL}, Teacher 11)\n"
        f"Password: {PASSWORD}\n\n"
        "Delete the folder to remove it.\n"
    )
