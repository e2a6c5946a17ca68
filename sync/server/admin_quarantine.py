"""``emis-server quarantine``: sealed work of laptops that lost their right."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, update

from emis_desktop import files
from emis_desktop.errors import N_, Refused
from emis_desktop.terminal.console import DONE
from emis_desktop.terminal.usage import Deeds, Parser
from sync.server import audit
from sync.server.control import quarantine, site
from sync.server.countersigning import record
from sync.server.desk import Desk

_NONE = N_("Nothing in quarantine begins with {name}. “emis-server quarantine list” shows what there is.")


def declare(_name: str, parser: Parser) -> None:
    """Commands and options of ``quarantine``."""
    tr = parser.words.tr
    deeds: Deeds = parser.add_subparsers(dest="deed", metavar=tr("COMMAND"), required=True)
    listed = parser.command("list", tr("Show what there is, from which laptop."), deeds)
    listed.set_defaults(run=_list)
    exported = parser.command("export", tr("Write one to a file, sealed as it came."), deeds)
    exported.set_defaults(run=_export)
    exported.add_argument("id", metavar="ID", help=tr("its id, or how it begins"))
    exported.add_argument("--out", type=Path, required=True, metavar="FILE", help=tr("file to write"))
    exported.add_argument("--by", default="", metavar="NAME", help=tr("who gives the command"))
    for each in (listed, exported):
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
        }
        for one in found
    ]
    tr = desk.words.tr
    desk.table(
        (tr("Id"), tr("Laptop"), tr("Reason"), tr("Came")),
        [(one["id"], one["laptop"], one["reason"], one["received_at"]) for one in told],
    )
    desk.result(told)
    return DONE


def _export(desk: Desk, options: argparse.Namespace) -> int:
    with desk.office() as office:
        by = desk.by(office, "quarantine", options.by)
        with office.store.write() as connection:
            known = [bytes(one) for (one,) in connection.execute(select(quarantine.c.id))]
            found = [one for one in known if one.hex().startswith(options.id.lower())]
            if len(found) != 1:
                raise Refused(_NONE, name=options.id)
            here = quarantine.c.id == found[0]
            body = bytes(connection.execute(select(quarantine.c.body).where(here)).scalar_one())
            files.write(options.out, body)
            connection.execute(update(quarantine).where(here).values(exported_at=office.now_ms()))
        record(office, audit.Fact("ministry", "export_quarantine", f"{found[0].hex()} by {by}"))
    desk.say(
        desk.words.tr(
            "{file} holds the sealed work. The ministry’s recovery code opens it.", file=str(options.out)
        )
    )
    desk.result({"id": found[0].hex(), "file": str(options.out), "bytes": len(body)})
    return DONE


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="seconds")
