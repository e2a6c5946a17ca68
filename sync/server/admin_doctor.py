"""``emis-server doctor`` and ``openapi``."""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from emis_desktop.scopes import NATION
from emis_desktop.terminal.console import DONE, REFUSED
from emis_desktop.terminal.usage import Parser
from resources.words import Words
from sync.protocol.versions import SCHEMA
from sync.server import control, openapi
from sync.server.admin_words import STATES, word
from sync.server.desk import Desk
from sync.server.feed import place
from sync.server.office import Office
from sync.server.sealed_work import waiting
from sync.server.server_hash import state_hash
from sync.server.tables import parked_act, set_aside
from sync.server.verifying import verify


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. ``integrity`` is "ok" or says what the database found wrong in itself."""

    database: str
    database_version: str
    schema_version: int
    integrity: str
    history: str
    head: int
    sites: dict[str, int]
    uploads: int
    quarantine: int
    parked: int
    set_aside: int
    audit_rows: int
    audit_findings: int
    free_bytes: int
    state_hash: dict[str, str]
    schools: dict[str, str]
    """Names by id."""

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return self.integrity == "ok" and not self.audit_findings


def declare(name: str, parser: Parser) -> None:
    """Options of ``doctor`` or ``openapi``."""
    parser.set_defaults(run=_doctor if name == "doctor" else _openapi)
    parser.add_argument("--json", action="store_true", help=parser.words.tr("print one JSON document"))


def _doctor(desk: Desk, _options: argparse.Namespace) -> int:
    with desk.office() as office:
        report = examine(office)
    _tell(desk, report)
    desk.result(
        {
            "home": str(desk.home.root),
            "sound": report.sound,
            "database": report.database,
            "database_version": report.database_version,
            "schema_version": report.schema_version,
            "integrity": report.integrity,
            "history": report.history,
            "head": report.head,
            "sites": report.sites,
            "uploads": report.uploads,
            "quarantine": report.quarantine,
            "parked": report.parked,
            "set_aside": report.set_aside,
            "audit": {"rows": report.audit_rows, "findings": report.audit_findings},
            "free_bytes": report.free_bytes,
            "state_hash": report.state_hash,
        }
    )
    return DONE if report.sound else REFUSED


def _tell(desk: Desk, report: Report) -> None:
    tr, number, words = desk.words.tr, desk.words.number, desk.words
    desk.say(tr("Everything holds.") if report.sound else tr("Something does not hold."))
    desk.facts(
        [
            (tr("Database"), f"{report.database} {report.database_version}"),
            (tr("Integrity"), report.integrity),
            (tr("Schema"), report.schema_version),
            (tr("Newest number of the log"), number(report.head)),
            (tr("History of the log"), report.history),
            *[
                (tr("Laptops"), f"{word(words, STATES, state)}: {number(count)}")
                for state, count in report.sites.items()
            ],
            (tr("Uploads under way"), number(report.uploads)),
            (tr("Sealed work that waits for a decision"), number(report.quarantine)),
            (tr("Acts that wait for a record"), number(report.parked)),
            (tr("Changes that were refused, kept here"), number(report.set_aside)),
            (tr("Rows of the audit"), number(report.audit_rows)),
            (tr("Of these, not as they were written"), number(report.audit_findings)),
            *[(_content_of(words, report, scope), mark) for scope, mark in report.state_hash.items()],
        ]
    )


def _content_of(words: Words, report: Report, scope: str) -> str:
    if scope == NATION:
        return words.tr("Content of the whole country")
    return words.tr("Content of {scope}", scope=report.schools.get(scope) or scope)


def examine(office: Office) -> Report:
    """Look everything through; it takes a while with millions of rows, and nobody waits for it."""
    audited = verify(office)
    with office.store.read() as connection:
        log = place(connection)
        states = connection.execute(
            select(control.site.c.state, func.count()).group_by(control.site.c.state)
        ).all()
        kind, version = _version(connection)
        return Report(
            database=kind,
            database_version=version,
            schema_version=SCHEMA,
            integrity=_integrity(connection),
            history=log.history.hex(),
            head=log.head,
            sites={str(state): int(count) for state, count in sorted(states)},
            uploads=_count(connection, control.upload),
            quarantine=waiting(connection),
            parked=_count(connection, parked_act),
            set_aside=_count(connection, set_aside),
            audit_rows=audited.rows,
            audit_findings=len(audited.findings),
            free_bytes=shutil.disk_usage(office.home.root).free,
            state_hash=dict(state_hash(connection)),
            schools=_schools(office, connection),
        )


def _schools(office: Office, connection: Connection) -> dict[str, str]:
    table = office.store.model.tables["institution"].table
    return {str(row.id): str(row.name) for row in connection.execute(select(table.c.id, table.c.name))}


def _version(connection: Connection) -> tuple[str, str]:
    if connection.dialect.name == "postgresql":
        return "postgresql", str(connection.exec_driver_sql("SHOW server_version").scalar())
    return "sqlite", str(connection.exec_driver_sql("SELECT sqlite_version()").scalar())


def _integrity(connection: Connection) -> str:
    """What SQLite finds wrong in its pages; PostgreSQL checks its own (checksums, amcheck)."""
    if connection.dialect.name == "postgresql":
        return "ok"
    found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(5)")]
    torn = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA cipher_integrity_check")]
    wrong = [one for one in (*found, *torn) if one != "ok"]
    return "; ".join(wrong) or "ok"


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _openapi(desk: Desk, _options: argparse.Namespace) -> int:
    told = openapi.description()
    for line in json.dumps(told, indent=1, ensure_ascii=False).splitlines():
        desk.say(line)
    desk.result(told)
    return DONE
