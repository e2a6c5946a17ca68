"""``emis-server quarantine``: sealed work of laptops that lost their right."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import select, update

from emis_desktop import files
from emis_desktop.keyring.recovery import private_from_code
from emis_desktop.secret import wipe
from emis_desktop.terminal.console import DONE
from emis_desktop.terminal.usage import Deeds, Parser
from sync.operations import Batch
from sync.server import audit, sealed_work
from sync.server.admin_backup import recovery_code
from sync.server.admin_words import OUTCOMES, STATES, moment_of, word
from sync.server.control import quarantine, site
from sync.server.countersigning import record
from sync.server.desk import Desk
from sync.server.office import Office
from sync.server.sealed_work import Piece


def declare(_name: str, parser: Parser) -> None:
    """Commands and options of ``quarantine``."""
    tr = parser.words.tr
    deeds: Deeds = parser.add_subparsers(dest="deed", metavar=tr("COMMAND"), required=True)
    listed = parser.command("list", tr("Show what there is, from which laptop."), deeds)
    listed.set_defaults(run=_list)
    shown = parser.command("show", tr("Open one with the recovery code and sum it up."), deeds)
    shown.set_defaults(run=_show)
    accepted = parser.command("accept", tr("Take one over as work of that laptop."), deeds)
    accepted.set_defaults(run=_accept)
    refused = parser.command("refuse", tr("Throw one away for good."), deeds)
    refused.set_defaults(run=_refuse)
    exported = parser.command("export", tr("Write one to a file, sealed as it came."), deeds)
    exported.set_defaults(run=_export)
    exported.add_argument("--out", type=Path, required=True, metavar="FILE", help=tr("file to write"))
    for each in (shown, accepted, refused, exported):
        each.add_argument("id", metavar="ID", help=tr("its id, or how it begins"))
        each.add_argument("--by", default="", metavar="NAME", help=tr("who gives the command"))
    for each in (listed, shown, accepted, refused, exported):
        each.add_argument("--json", action="store_true", help=tr("print one JSON document"))


def _list(desk: Desk, _options: argparse.Namespace) -> int:
    columns = [one for one in quarantine.c if one.name != "body"]
    question = select(*columns, site.c.name).join(site, site.c.id == quarantine.c.site_id)
    with desk.office() as office, office.store.read() as connection:
        found = connection.execute(question.order_by(quarantine.c.received_at)).all()
    told = [
        {
            "id": bytes(one.id).hex(),
            "laptop": one.name,
            "site": str(one.site_id),
            "reason": one.reason,
            "received_at": _moment(one.received_at),
            "exported": one.exported_at is not None,
            "shown": one.shown_at is not None,
            "decision": one.decision,
        }
        for one in found
    ]
    tr = desk.words.tr
    decisions = {"": tr("waits"), sealed_work.ACCEPTED: tr("accepted"), sealed_work.REFUSED: tr("refused")}
    desk.table(
        (tr("Id"), tr("Laptop"), tr("Reason"), tr("Came"), tr("Decision")),
        [
            (
                bytes(one.id).hex(),
                one.name,
                word(desk.words, STATES, one.reason),
                desk.moment(moment_of(one.received_at)),
                decisions[one.decision],
            )
            for one in found
        ],
    )
    desk.result(told)
    return DONE


def _show(desk: Desk, options: argparse.Namespace) -> int:
    with desk.office() as office:
        by = desk.by(office, "quarantine", options.by)
        piece, batches = _opened(desk, office, options.id)
        found = sealed_work.show(office, piece, batches, by)
    tr, number = desk.words.tr, desk.words.number
    desk.facts(
        [
            (tr("Batches"), number(found.batches)),
            (tr("Batches that are here already"), number(found.known)),
            (tr("Acts"), number(found.acts)),
            (tr("From"), desk.moment(moment_of(found.since_ms)) if found.acts else "–"),
            (tr("To"), desk.moment(moment_of(found.until_ms)) if found.acts else "–"),
            *_counted(tr("Who"), found.users),
            *_counted(tr("What was done"), found.verbs),
            *_counted(tr("Rows"), found.tables),
        ]
    )
    if found.foreign:
        desk.say(tr("Part of it cannot be that laptop’s own work. Refuse it."))
    desk.result(
        {
            "id": piece.name,
            "site": str(piece.site),
            "reason": piece.reason,
            "batches": found.batches,
            "known": found.known,
            "foreign": found.foreign,
            "acts": found.acts,
            "operations": found.operations,
            "from": _moment(found.since_ms),
            "to": _moment(found.until_ms),
            "users": dict(found.users),
            "verbs": dict(found.verbs),
            "tables": dict(found.tables),
        }
    )
    return DONE


def _accept(desk: Desk, options: argparse.Namespace) -> int:
    with desk.office() as office:
        by = desk.by(office, "quarantine", options.by)
        piece, batches = _opened(desk, office, options.id)
        done = sealed_work.accept(office, piece, batches, by)
    desk.say(
        desk.words.ntr(
            "Taken over: {n} batch. Laptops get it at their next synchronisation.",
            "Taken over: {n} batches. Laptops get them at their next synchronisation.",
            done.batches,
        )
    )
    desk.facts(
        [
            (desk.words.tr("Known before"), desk.words.number(done.known)),
            *_counted(
                desk.words.tr("Operations"),
                {word(desk.words, OUTCOMES, name): count for name, count in done.outcomes.items()},
            ),
        ]
    )
    desk.result(
        {"id": piece.name, "batches": done.batches, "known": done.known, "operations": dict(done.outcomes)}
    )
    return DONE


def _refuse(desk: Desk, options: argparse.Namespace) -> int:
    with desk.office() as office:
        by = desk.by(office, "quarantine", options.by)
        with office.store.read() as connection:
            piece = sealed_work.find(connection, options.id)
        sealed_work.refuse(office, piece, by)
    desk.say(desk.words.tr("{name} is thrown away.", name=piece.name))
    desk.result({"id": piece.name, "decision": sealed_work.REFUSED})
    return DONE


def _export(desk: Desk, options: argparse.Namespace) -> int:
    with desk.office() as office:
        by = desk.by(office, "quarantine", options.by)
        with office.store.write() as connection:
            piece = sealed_work.find(connection, options.id)
            body = sealed_work.sealed_body(connection, piece)
            files.write(options.out, body)
            here = quarantine.c.id == piece.id
            connection.execute(update(quarantine).where(here).values(exported_at=office.now_ms()))
        record(office, audit.Fact("ministry", "export_quarantine", f"{piece.name} by {by}"))
    desk.say(
        desk.words.tr(
            "{file} holds the sealed work. The ministry’s recovery code opens it.", file=str(options.out)
        )
    )
    desk.result({"id": piece.name, "file": str(options.out), "bytes": len(body)})
    return DONE


def _opened(desk: Desk, office: Office, text: str) -> tuple[Piece, tuple[Batch, ...]]:
    """The piece that is meant, and what is in it; the recovery code is asked for."""
    with office.store.read() as connection:
        piece = sealed_work.find(connection, text)
        sealed_work.sealed_body(connection, piece)  # before anybody types a code for what is gone
    private = private_from_code(recovery_code(desk))
    try:
        with office.store.read() as connection:
            return piece, sealed_work.opened(office, connection, piece, private)
    finally:
        wipe(private)


def _counted(label: str, counts: Mapping[str, int]) -> list[tuple[str, object]]:
    return [(label, f"{name}: {count}") for name, count in counts.items()]


def _moment(ms: int) -> str:
    return moment_of(ms).isoformat(timespec="seconds")
