"""The two laptops of the demonstration and the ministry's server: joined by code, edited apart, brought
together.

The office's laptop is the one that the demonstration opens: it has the school's records and joins with them.
The library's laptop is new and gets everything from the server. Then both work without a line, also on the
same field of the same pupil, and sync. Of a country the laptop that opens is the ministry's, and the second
one is of the demonstration's school.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Final
from uuid import UUID

from sqlalchemy import select

from emis_desktop import files
from emis_desktop.demo_people import SCHOOL
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import Cancelled
from emis_desktop.file_lock import locked
from emis_desktop.jobs import joining
from emis_desktop.jobs.demo.keeper import SERVER, ServerKeeper
from emis_desktop.jobs.demo.laptop import (
    OFFICER,
    PASSWORD,
    PRINCIPAL,
    TWO_LAPTOPS,
    USER,
    finish_demo,
    finished_demo,
    note_two_laptops,
    note_unfinished,
    refuse_real_records,
)
from emis_desktop.jobs.demo.note import pair_of
from emis_desktop.jobs.demo.server_process import DemoServer, done, laptop_command, server_command
from emis_desktop.laptop import Laptop, OpenLaptop
from emis_desktop.models import Enrolment
from emis_desktop.models.base import Base
from emis_desktop.profiles import DEMO
from emis_desktop.rules.rights import Role
from emis_desktop.services.moments import local_today
from emis_desktop.settings import Home
from emis_desktop.state_hash import state_hash
from sync.once import OneSync, Options

SECOND_USER: Final = "User 02"
MINISTRY: Final = "Ministry of the demonstration"
LIBRARY: Final = "library-laptop"
_STOPPED: Final = "Stopped."


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


def library_of(home: Home) -> Home:
    """The second laptop of a demonstration."""
    return Home(home.root / TWO_LAPTOPS / LIBRARY)


def have_joined(home: Home) -> bool:
    """Whether both laptops of a demonstration are there and have joined the server."""
    size = finished_demo(home)
    return size is not None and pair_of(home) is not None and finished_demo(library_of(home)) == size


@contextmanager
def two_laptops(home: Home, *, country: bool = False) -> Iterator[Pair | None]:
    """The office's laptop, the library's and their server; None where there is no server's program.

    ``country``: the first is the ministry's. A missing server is set up beside what the block does, and both
    laptops join beside it, too, once :meth:`Pair.begin` says that the office's is finished. No process is
    left when the block ends, whatever happens. Raises :class:`~emis_desktop.errors.Refused` where there are
    real records, or while another program makes the same.
    """
    command = server_command()
    if command is None:
        yield None
        return
    refuse_real_records(home)
    with files.saving_in(home.root):
        home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as stack:
        server, codes = DemoServer(home.root / TWO_LAPTOPS / SERVER, command), None
        beside = stack.enter_context(ThreadPoolExecutor(1, "two-laptops"))
        stop = Event()
        stack.callback(stop.set)
        if not have_joined(home):
            stack.enter_context(locked(home.root / "pair.lock", 0.0))
            _put_aside(server.folder.parent)
            with files.saving_in(home.root):
                server.folder.parent.mkdir(mode=0o700)
            codes = beside.submit(_set_up_server, server, country=country)
        yield Pair(home, server, codes, lambda work: beside.submit(work, stop))


@dataclass(frozen=True, slots=True)
class _Codes:
    """With which the two laptops join."""

    office: str
    library: str


_Begin = Callable[[Callable[[Event], None]], Future[None]]


class Pair:
    """Both laptops, joined or about to be."""

    def __init__(self, home: Home, server: DemoServer, codes: Future[_Codes] | None, begin: _Begin) -> None:
        """``codes`` come for laptops that have not joined; ``begin`` does work beside."""
        self._home, self._server = home, server
        self._codes, self._begin = codes, begin
        self._joined: Future[None] | None = None

    def begin(self) -> None:
        """The office's laptop is finished: let both join that have not."""
        if (codes := self._codes) is not None:
            self._joined = self._begin(lambda stop: _join(self._home, self._server, codes.result(), stop))

    def work(self) -> SyncWalk:
        """Work on both without a line, then sync until both have heard of everything.

        Raises :class:`~emis_desktop.errors.EmisError` where the server or the line fails.
        """
        if self._joined is not None:
            self._joined.result()
        with ServerKeeper(self._server.folder.parent) as keeper:
            edits, hashes, conflicts = _work(self._home, keeper.address())
        school, found = hashes
        every = (*found, str(self._server.do("doctor")["state_hash"].get(school, "")))
        return SyncWalk(
            equal=len(set(every)) == 1,
            state_hash=every,
            edits=edits,
            conflicts=conflicts,
            office=self._home.root,
            library=library_of(self._home).root,
            server=self._server.folder,
        )


def _put_aside(folder: Path) -> None:
    """Give what was cut short another name; nothing is deleted."""
    if folder.exists():
        with files.saving_in(folder.parent):
            folder.rename(folder.with_name(f"{folder.name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"))


def _set_up_server(server: DemoServer, *, country: bool) -> _Codes:
    server.do("init", "--name", MINISTRY, "--profile", DEMO)
    school = ("enrol", "--school", SCHOOL.code, "--name", SCHOOL.name)
    office = server.do(*(("enrol", "--nation") if country else school))["code"]
    return _Codes(office, server.do(*school, "--role", Role.SCHOOL_ADMINISTRATOR.value)["code"])


def _join(home: Home, server: DemoServer, codes: _Codes, stop: Event) -> None:
    """Let both laptops join, each with a code of its own."""
    size = finished_demo(home)
    if size is None:
        raise LookupError("the office's laptop is not finished")
    with ServerKeeper(server.folder.parent) as keeper:
        address = keeper.address()
        first = OFFICER if size.is_country else PRINCIPAL
        with Laptop(home).sign_in_as(first, PASSWORD) as laptop:
            wish = joining.JoinWish(address, codes.office, "Office laptop")
            joining.join_existing(laptop, wish, _Until(stop))
        _join_library(library_of(home), address, codes.library)
    finish_demo(library_of(home), size, "..")
    finish_demo(home, size, TWO_LAPTOPS)
    note_two_laptops(home)


def _join_library(home: Home, address: str, code: str) -> None:
    """As on a laptop without a screen: by the command, in a process of its own."""
    note_unfinished(home, SCHOOL.name, SECOND_USER)
    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder) / "password"
        files.write(secret, PASSWORD.encode())
        words = ("join", code, "--server", address, "--name", "Library laptop", "--user", SECOND_USER)
        done([*laptop_command(), *words], home.root, {"EMIS_PASSWORD_FILE": str(secret)})


class _Until:
    """Ends a first sync when nobody waits for it any more."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop

    def progress(self, _done: int, _total: int, _what: str = "") -> None:
        """So far it is."""
        if self._stop.is_set():
            raise Cancelled(_STOPPED)


def _work(home: Home, address: str) -> tuple[int, tuple[str, tuple[str, str]], int]:
    with ExitStack() as stack:
        office = stack.enter_context(Laptop(home).sign_in_as(USER, PASSWORD))
        library = stack.enter_context(Laptop(library_of(home)).sign_in_as(SECOND_USER, PASSWORD))
        both = (office, library)
        for laptop in both:
            _sync(laptop, address)
        edits, school_id = 0, library.site.institution_id
        for laptop, work in zip(both, (_office_work, _library_work), strict=True):
            edits += _do(work(open_desk(laptop), _pupils(laptop, school_id)))
        for laptop in (*both, *both):
            _sync(laptop, address)
        school = str(school_id)
        conflicts = open_desk(office).queries.conflicts.waiting().total
        return edits, (school, (_hash(office, school), _hash(library, school))), conflicts


def _sync(laptop: OpenLaptop, address: str) -> None:
    OneSync(joining.site_of(laptop), Options(address=address)).run()


def _hash(laptop: OpenLaptop, school: str) -> str:
    with laptop.db.read() as session:
        return state_hash(session.connection(), Base.metadata).get(school, "")


def _pupils(laptop: OpenLaptop, school_id: UUID | None) -> list[UUID]:
    """The pupils on the school's roll, in the same order on both laptops; the last of them where there are
    few.
    """
    with laptop.db.read() as session:
        on_roll = select(Enrolment.person_id).where(
            Enrolment.ends_on.is_(None),
            Enrolment.deleted_at.is_(None),
            Enrolment.institution_id == school_id,
        )
        found = list(session.scalars(on_roll.order_by(Enrolment.person_id)))
        return found + found[-1:] * 4


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
