"""A look at a store from end to end: is it whole, do its rows agree, what waits to be sent, what does it
hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select
from sqlalchemy.exc import DatabaseError

from emis_desktop import cipher, search_index
from emis_desktop.capture import install_triggers
from emis_desktop.checks import AGREE, WHOLE
from emis_desktop.cipher_words import in_our_words
from emis_desktop.database import Database
from emis_desktop.erasures import unconfirmed
from emis_desktop.errors import N_, StoreDamaged
from emis_desktop.journal import Reading
from emis_desktop.migrations import CURRENT
from emis_desktop.models import Institution, Site
from emis_desktop.queries.outbox import waiting_changes
from emis_desktop.queries.sync_facts import SyncFacts, sync_facts
from emis_desktop.rules.rights import Actor, Right, require
from emis_desktop.scopes import NATION
from emis_desktop.settings import Home
from emis_desktop.state_hash import state_hash

_ERASED_HERE = N_(
    "Values in history that went with somebody erased and never left this laptop: no order names them."
)
REPAIRABLE = frozenset({"triggers", "search"})
"""Checks of what follows from the records, so that it can be made anew."""
_SYNCHRONOUS = ("off", "normal", "full", "extra")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: the check's name, what is wrong (a text of the catalogue), in how many
    places.
    """

    check: str
    message: str
    count: int


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """What was found. ``damage`` empty: the store is whole; ``disagreements`` are for a person to look at.

    ``outbox`` counts changes that wait to be sent, None where damage hides it; ``state_hash`` has a hash a
    scope, equal on two stores exactly when they hold the same there. ``whole``: the names of the scopes that
    this store is to hold whole, empty for the nation; of another school it has only who moved. ``sync``:
    where it stands with the ministry's server, None before it has joined.
    """

    sqlite_version: str
    cipher_version: str
    journal_mode: str
    synchronous: str
    schema_version: int
    damage: tuple[Finding, ...]
    disagreements: tuple[Finding, ...]
    outbox: int | None
    state_hash: dict[str, str]
    home: str
    sync: SyncFacts | None = None
    whole: Mapping[str, str] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether the store can be relied on."""
        return not self.damage

    def document(self) -> dict[str, object]:
        """The report as plain values: the keys of ``emis doctor --json``."""
        return {
            "sqlite_version": self.sqlite_version,
            "cipher_version": self.cipher_version,
            "journal_mode": self.journal_mode,
            "synchronous": self.synchronous,
            "schema_version": self.schema_version,
            "integrity": {found.check: found.count for found in self.damage} or "ok",
            "disagreements": {found.check: found.count for found in self.disagreements},
            "outbox": self.outbox,
            "state_hash": self.state_hash,
            "home": self.home,
            "sync": None if self.sync is None else self.sync.document(),
        }


def diagnose(db: Database, home: Home, actor: Actor) -> DoctorReport:
    """Examine an open store, as of one moment; others go on working. Some seconds for 100,000 pupils.

    Raises :class:`~emis_desktop.errors.Refused` when ``actor`` may not.
    """
    require(actor, Right.RUN_DOCTOR)
    sqlite_version, cipher_version = cipher.check_library()
    with db.read() as session:
        connection = session.connection()
        damage = _damage(connection)
        unreadable = any(found.check == "pages" for found in damage)
        hashes = {} if unreadable else state_hash(connection, CURRENT.metadata)
        return DoctorReport(
            sqlite_version=sqlite_version,
            cipher_version=cipher_version,
            journal_mode=str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()),
            synchronous=_SYNCHRONOUS[int(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())],
            schema_version=int(connection.exec_driver_sql("PRAGMA user_version").scalar_one()),
            damage=damage,
            disagreements=() if unreadable else _disagreements(connection),
            outbox=None if unreadable else waiting_changes(connection),
            state_hash=hashes,
            home=str(home.root),
            sync=None if unreadable else sync_facts(connection),
            whole={} if unreadable else _held_whole(connection, hashes),
        )


def _held_whole(connection: Connection, scopes: Iterable[str]) -> dict[str, str]:
    """Which of ``scopes`` a store is to hold whole, with their names: a school's its own and the nation's."""
    own = connection.execute(select(Site.institution_id)).scalar()
    names = {str(row.id): row.name for row in connection.execute(select(Institution.id, Institution.name))}
    return {scope: names.get(scope, "") for scope in scopes if own is None or scope in {NATION, str(own)}}


def repair(db: Database, actor: Actor, report: DoctorReport) -> tuple[Finding, ...]:
    """Make anew what can be made from the records: the search index and the triggers of history.

    Returns what was wrong of these in ``report``; nothing is done, and nothing returned, when anything else
    is wrong too. One act of ``actor``. Raises :class:`~emis_desktop.errors.Refused` when ``actor`` may not.
    """
    require(actor, Right.RUN_DOCTOR)
    if not report.damage or any(found.check not in REPAIRABLE for found in report.damage):
        return ()
    with db.write(actor, "repair", about=Reading("user", actor.user_id)) as session:
        connection = session.connection()
        install_triggers(connection, CURRENT.metadata)
        search_index.install(connection)
    return report.damage


def _damage(connection: Connection) -> tuple[Finding, ...]:
    """The checks of a store's wholeness that fail; after unreadable pages no other is tried."""
    found = []
    for name, (message, count) in WHOLE.items():
        places = _counted(connection, count)
        if places:
            found.append(Finding(name, message, places))
            if name == "pages":
                break
    return tuple(found)


def _counted(connection: Connection, count: Callable[[Connection], int]) -> int:
    """In how many places a check fails; one that meets damage on its way fails in one place."""
    try:
        return count(connection)
    except DatabaseError as fault:
        if isinstance(in_our_words(fault.orig), StoreDamaged):
            return 1
        raise


def _disagreements(connection: Connection) -> tuple[Finding, ...]:
    counts = (
        (name, message, int(connection.exec_driver_sql(sql).scalar_one()))
        for name, (message, sql) in AGREE.items()
    )
    found = [Finding(name, message, count) for name, message, count in counts if count]
    alone = unconfirmed(connection)
    return (*found, *([Finding("erased_here", _ERASED_HERE, alone)] if alone else ()))
