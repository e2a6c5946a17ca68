"""Two laptops of one small school and the ministry's server: joined by code, edited apart, brought together.

The office has the school's records and joins with them; the library's laptop is new and gets everything from
the server. Then both work without a line, also on the same field of the same pupil, and sync.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import select

from emis_desktop import files
from emis_desktop.demo_people import SCHOOL, DemoSchool, demo_roll
from emis_desktop.desk import Desk, open_desk
from emis_desktop.jobs import joining
from emis_desktop.jobs.demo.laptop import (
    PASSWORD,
    PRINCIPAL,
    USER,
    DemoSize,
    DemoUser,
    add_users,
    finish_demo,
    finished_demo,
    note_unfinished,
    set_up_demo,
)
from emis_desktop.jobs.demo.school import fill_school
from emis_desktop.jobs.demo.server_process import DemoServer, server_command
from emis_desktop.laptop import Laptop, OpenLaptop
from emis_desktop.models import Enrolment
from emis_desktop.models.base import Base
from emis_desktop.profiles import DEMO, load_profile, school_year_on
from emis_desktop.rules.rights import Role
from emis_desktop.services.moments import local_today
from emis_desktop.settings import Home
from emis_desktop.state_hash import state_hash
from sync.once import OneSync, Options

PUPILS: Final = 21
SECOND_USER: Final = "User 02"
MINISTRY: Final = "Ministry of the demonstration"
OFFICE, LIBRARY, SERVER = "office-laptop", "library-laptop", "server"
SMALL_SCHOOL: Final = replace(
    SCHOOL,
    code="D-0104",
    name="Fair Wind Demo Primary School",
    motto="Two laptops, one school",
    address="Library Lane, Demo Bay",
    phone="000 0104",
    email="office@fairwind.example",
)


@dataclass(frozen=True, slots=True)
class SyncWalk:
    """What came of it. ``state_hash``: of office, library and server, for the school; ``edits`` were made
    apart; ``conflicts`` wait to be looked at.
    """

    equal: bool
    state_hash: tuple[str, ...]
    edits: int
    conflicts: int
    office: Path
    library: Path
    server: Path
    laptops: int = 2


@dataclass(frozen=True, slots=True)
class _Place:
    """The folders of one such demonstration."""

    folder: Path
    seed: int
    language: str
    today: date

    @property
    def office(self) -> Home:
        """The office's laptop."""
        return Home(self.folder / OFFICE)

    @property
    def library(self) -> Home:
        """The library's laptop."""
        return Home(self.folder / LIBRARY)

    @property
    def size(self) -> DemoSize:
        """What both were made as."""
        return DemoSize(PUPILS, self.seed)

    @property
    def there(self) -> bool:
        """Whether both have joined."""
        return finished_demo(self.office) == finished_demo(self.library) == self.size


def walk_two_laptops(folder: Path, seed: int, language: str, today: date) -> SyncWalk | None:
    """Make what is missing, work on both laptops, sync them; None where there is no server's program.

    Raises :class:`~emis_desktop.errors.EmisError` where the server or the line fails. No process is left,
    whatever happens.
    """
    command = server_command()
    if command is None:
        return None
    place = _Place(folder, seed, language, today)
    server = DemoServer(folder / SERVER, command)
    if not place.there:
        _put_aside(folder)
        _make_office(place)
        server.do("init", "--name", MINISTRY, "--profile", DEMO)
    with server.serving() as address:
        if not place.there:
            _join(place, server, address)
        edits, hashes, conflicts = _work(place, address)
    school, found = hashes
    every = (*found, str(server.do("doctor")["state_hash"].get(school, "")))
    return SyncWalk(
        equal=len(set(every)) == 1,
        state_hash=every,
        edits=edits,
        conflicts=conflicts,
        office=place.office.root,
        library=place.library.root,
        server=server.folder,
    )


def _put_aside(folder: Path) -> None:
    """Give what was cut short another name; nothing is deleted."""
    if folder.exists():
        with files.saving_in(folder.parent):
            folder.rename(folder.with_name(f"{folder.name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"))


def _make_office(place: _Place) -> None:
    """The office with its pupils, not joined yet."""
    profile = load_profile(DEMO)
    year = school_year_on(profile, place.today)
    roll = replace(demo_roll(profile, year.start_year, PUPILS, place.seed), school=SMALL_SCHOOL)
    with set_up_demo(place.office, year.start_year, SMALL_SCHOOL) as laptop:
        fill_school(laptop, roll, year, place.seed, place.language, place.today)
        add_users(laptop, [DemoUser(USER, Role.SCHOOL_ADMINISTRATOR)])


def _join(place: _Place, server: DemoServer, address: str) -> None:
    """Both laptops join, each with a code of its own."""
    school: DemoSchool = SMALL_SCHOOL
    office = str(server.do("enrol", "--school", school.code, "--name", school.name)["code"])
    role = Role.SCHOOL_ADMINISTRATOR.value
    library = str(server.do("enrol", "--school", school.code, "--role", role)["code"])
    with Laptop(place.office).sign_in_as(PRINCIPAL, PASSWORD) as laptop:
        joining.join_existing(laptop, joining.JoinWish(address, office, "Office laptop"))
    note_unfinished(place.library, school, SECOND_USER)
    wish = joining.JoinWish(address, library, "Library laptop", SECOND_USER, PASSWORD)
    joining.join(place.library, wish)
    for home in (place.library, place.office):
        finish_demo(home, place.size)


def _work(place: _Place, address: str) -> tuple[int, tuple[str, tuple[str, str]], int]:
    """Work on both without a line, then sync until both have heard of everything."""
    with ExitStack() as stack:
        office = stack.enter_context(Laptop(place.office).sign_in_as(USER, PASSWORD))
        library = stack.enter_context(Laptop(place.library).sign_in_as(SECOND_USER, PASSWORD))
        both = (office, library)
        for laptop in both:
            _sync(laptop, address)
        edits = 0
        for laptop, work in zip(both, (_office_work, _library_work), strict=True):
            edits += _do(work(open_desk(laptop), _pupils(laptop)))
        for laptop in (*both, *both):
            _sync(laptop, address)
        school = str(office.site.institution_id)
        conflicts = open_desk(office).queries.conflicts.waiting().total
        return edits, (school, (_hash(office, school), _hash(library, school))), conflicts


def _sync(laptop: OpenLaptop, address: str) -> None:
    OneSync(joining.site_of(laptop), Options(address=address)).run()


def _hash(laptop: OpenLaptop, school: str) -> str:
    with laptop.db.read() as session:
        return state_hash(session.connection(), Base.metadata).get(school, "")


def _pupils(laptop: OpenLaptop) -> list[UUID]:
    """The pupils on roll, in the same order on both laptops."""
    with laptop.db.read() as session:
        on_roll = select(Enrolment.person_id).where(
            Enrolment.ends_on.is_(None), Enrolment.deleted_at.is_(None)
        )
        return list(session.scalars(on_roll.order_by(Enrolment.person_id)))


Deed = Callable[[], object]


def _do(deeds: list[Deed]) -> int:
    for deed in deeds:
        deed()
    return len(deeds)


def _number(desk: Desk, pupil: UUID) -> int:
    """One more than the last walk used: a value that is there already would be no edit."""
    said = desk.queries.students.record(pupil).transport or ""
    digits = "".join(sign for sign in said if sign.isdigit())
    return int(digits or 0) + 1


def _office_work(desk: Desk, pupils: list[UUID]) -> list[Deed]:
    """What the office types: also how the first pupil comes to school."""
    students, number = desk.services.students, _number(desk, pupils[0])
    return [
        lambda: students.change(pupils[0], "transport", f"Bus {number}"),
        lambda: students.change(pupils[1], "address", f"Lighthouse Lane {number}"),
        lambda: desk.services.relations.set_phone(pupils[2], f"001 0{number % 1000:03}"),
        lambda: students.change(pupils[3], "preferred_name", "Skipper" if number % 2 else "Captain"),
    ]


def _library_work(desk: Desk, pupils: list[UUID]) -> list[Deed]:
    """What the library types meanwhile: the same pupil's way to school, too."""
    students, number = desk.services.students, _number(desk, pupils[0])
    return [
        lambda: students.change(pupils[0], "transport", f"On foot, group {number}"),
        lambda: students.change(pupils[1], "birth_place", f"Demo Bay {number}"),
        lambda: desk.services.relations.add_note(pupils[4], f"Has borrowed book {number}.", local_today()),
    ]
