"""Joining the ministry's server with a one-time code: a new laptop, or one with records of its own.

A new laptop gets its store, its first user and everything the ministry has. One that is in use keeps all its
work and sends it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from emis_desktop.errors import Cancelled, Refused
from emis_desktop.first_run import FIRST_ROLE, FirstRun, Made, StoreKind
from emis_desktop.keyring.joining_keys import JoiningFile, JoiningKeys
from emis_desktop.keyring.passwords import check_password
from emis_desktop.laptop import Laptop, OpenLaptop
from emis_desktop.migrations import NEWEST
from emis_desktop.profiles import load_profile, school_year_on
from emis_desktop.rules.rights import Right, Role, require
from emis_desktop.rules.spoken_code import read
from emis_desktop.services.moments import local_today
from emis_desktop.services.structure import NewSchool
from emis_desktop.settings import Home
from sync import joining
from sync.engine.line import LineFault, drive
from sync.engine.meter import Progress
from sync.engine.run import SyncResult
from sync.enrolled import Enrolled, complete
from sync.once import OneSync, Options, SyncSite, no_other_sync, trust_of
from sync.place import Applicant, applicant_of
from sync.protocol.messages import JoinAnswer
from sync.transport import Address, HttpLine, read_address

_SCHOOL = "school"
_PATIENCE: Final = 2.0
"""Seconds that a sync which is stopped may take to end."""
log = logging.getLogger(__name__)


class Control(Protocol):
    """How a job is followed and stopped, as a screen's or a command's."""

    def progress(self, done: int, total: int, what: str = "") -> None:
        """So far it is; raises :class:`~emis_desktop.errors.Cancelled` to stop."""
        ...


class _NoControl:
    """Nobody watches."""

    def progress(self, done: int, total: int, what: str = "") -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class JoinWish:
    """What joining needs: the server's address, the code as typed, what this laptop shall be called.

    ``name`` and ``password`` of the first user are for a new laptop. ``pin``: the public key of a server
    whose certificate no authority signed.
    """

    address: str
    code: str
    laptop: str
    name: str = ""
    password: str = field(default="", repr=False)
    pin: bytes | None = None


@dataclass(frozen=True, slots=True)
class JoinDone:
    """What came of it. ``first`` is the first sync, None where the line was cut in it: it goes on by itself.

    ``made`` is there for a new laptop.
    """

    server: str
    school: str
    laptop: str
    role: str
    first: SyncResult | None
    made: Made | None = None


def join(
    home: Home, wish: JoinWish, control: Control | None = None, *, today: Callable[[], date] = local_today
) -> JoinDone:
    """Make a new laptop of the place that the code names, and fetch what the ministry has.

    Raises :class:`Refused` (field address, code, laptop, name or password),
    :class:`~sync.engine.line.LineFault`. Until the server has taken the code nothing is made.
    """
    laptop = Laptop(home, today=today)
    if not laptop.is_new():
        raise Refused("This laptop is set up already. Sign in, then join.")
    name = " ".join(wish.name.split())
    if not name:
        raise Refused("Enter the name of the person.", field="name")
    check_password(wish.password, name)
    applicant = Applicant(joining.check_laptop_name(wish.laptop), "", NEWEST)
    home.make()
    with _enrolled(home, wish, applicant) as place:
        first = _first_run(place.answer, name, wish.password, today(), home)
        made = laptop.set_up(first, place)
    with laptop.sign_in(made.user_id, wish.password) as opened:
        synced = first_sync(opened, control, today=today, alone=True)
    return _done(place, synced, made)


def join_existing(opened: OpenLaptop, wish: JoinWish, control: Control | None = None) -> JoinDone:
    """Let a store that is in use join: all its work stays and is sent.

    Raises what :func:`join` does, and :class:`Refused` without the right or while a sync is under way.
    """
    require(opened.actor, Right.MANAGE_USERS)
    applicant = applicant_of(opened.db, joining.check_laptop_name(wish.laptop))
    with no_other_sync(opened.home, _PATIENCE), _enrolled(opened.home, wish, applicant) as place:
        place.note(opened.home, opened.store_id, opened.keys, opened.db)
    return _done(place, first_sync(opened, control), None)


def first_sync(
    opened: OpenLaptop,
    control: Control | None = None,
    *,
    today: Callable[[], date] = local_today,
    alone: bool = False,
) -> SyncResult | None:
    """Sync, and write what the server did not have either. None where there was no line, or where
    ``control`` or a fault stopped it: the laptop has joined, and the rest comes later. ``alone``: nobody
    works with the store yet.
    """
    watcher = control or _NoControl()

    def watch(progress: Progress) -> None:
        watcher.progress(progress.bytes_done, progress.bytes_total)

    options = Options(watch=watch, alone=alone)
    try:
        result = OneSync(site_of(opened), options).run()
        if complete_join(opened, today=today):
            result = _sum(result, OneSync(site_of(opened), options).run())
    except (LineFault, Cancelled):
        return None
    except Exception:  # the laptop has joined: what is wrong is told by the syncs that follow
        log.exception("the first sync did not end")
        return None
    return result


def complete_join(opened: OpenLaptop, *, today: Callable[[], date] = local_today) -> bool:
    """After a whole sync: write what the server did not have either; returns whether there was any."""
    start_year = school_year_on(opened.profile, today()).start_year
    return complete(opened.db, opened.actor, opened.profile, start_year)


def site_of(opened: OpenLaptop) -> SyncSite:
    """Whose sync it is, of whoever is signed in."""
    return SyncSite(opened.home, opened.store_id, opened.db, opened.keys, opened.box.class_keys)


@contextmanager
def _enrolled(home: Home, wish: JoinWish, applicant: Applicant) -> Iterator[Enrolled]:
    """The server's answer, during the block that keeps it; the keys that were sent are on the disk meanwhile.

    A laptop that is killed before the block has ended asks with the same keys once more.
    """
    address = read_address(wish.address)
    code = joining.check_code(wish.code)
    waiting = JoiningFile(home.root)
    keys = waiting.keys(bytes(read(code, joining.CODE_BYTES, joining.FIELD)))
    with keys.device as device:
        try:
            answer = _asked(wish, Address(address, trust_of(home, wish.pin)), keys, applicant)
        except Refused as refused:
            if refused.field == joining.FIELD:  # with this code they are of no use
                waiting.forget()
            raise
        yield Enrolled(answer, device, address, applicant.name, keys.standing, wish.pin)
        waiting.forget()


def _asked(wish: JoinWish, address: Address, keys: JoiningKeys, applicant: Applicant) -> JoinAnswer:
    with closing(HttpLine(address)) as line:
        steps = joining.join_steps(
            wish.code, keys.device, keys.standing, applicant, lambda: time.time_ns() // 1_000_000
        )
        return joining.check_answer(drive(steps, line, time.sleep))


def _first_run(answer: JoinAnswer, name: str, password: str, today: date, home: Home) -> FirstRun:
    kind = StoreKind.SCHOOL if answer.node_kind == _SCHOOL else StoreKind.MINISTRY
    role = Role(answer.role) if answer.role in set(Role) else FIRST_ROLE[kind]
    profile = load_profile(answer.profile, home.profiles)
    school = NewSchool(code="-", name=answer.institution_name) if kind is StoreKind.SCHOOL else None
    return FirstRun(
        kind=kind,
        profile=answer.profile,
        name=name,
        password=password,
        role=role,
        school=school,
        start_year=school_year_on(profile, today).start_year,
        recovery=answer.ministry_key,
    )


def _done(place: Enrolled, first: SyncResult | None, made: Made | None) -> JoinDone:
    answer = place.answer
    return JoinDone(answer.server_name, answer.institution_name, place.laptop, answer.role, first, made)


def _sum(one: SyncResult, other: SyncResult) -> SyncResult:
    return SyncResult(
        requests=one.requests + other.requests,
        bytes_up=one.bytes_up + other.bytes_up,
        bytes_down=one.bytes_down + other.bytes_down,
        ops_sent=one.ops_sent + other.ops_sent,
        ops_received=one.ops_received + other.ops_received,
        conflicts=one.conflicts + other.conflicts,
        parked=other.parked,
        rejected=one.rejected + other.rejected,
        root=other.root,
        seconds=one.seconds + other.seconds,
        resumed=one.resumed + other.resumed,
    )
