"""``emis-server backup`` and ``restore``."""

from __future__ import annotations

import argparse
from pathlib import Path

from emis_desktop.errors import N_, BadFile, Refused
from emis_desktop.keyring.recovery import private_from_code
from emis_desktop.secret import wipe
from emis_desktop.terminal.console import DONE
from emis_desktop.terminal.usage import Parser, WrongUsage
from sync.server import audit
from sync.server.backup import back_up
from sync.server.bringing_back import after_restore, nobody_serves, restore
from sync.server.countersigning import record
from sync.server.desk import EVERYTHING, Desk
from sync.server.office import wall_ms

CODE_FILE = "EMIS_RECOVERY_FILE"
_WHICH = N_("Give the backup file, or “--already” when the database was brought back by other means.")

_NO_FILE = N_("There is no file {file}. Check its path.")
_THERE = N_("{file} is there already. Nothing was written; give another name, or --replace to write over it.")
_NO_CODE = N_("The recovery code of the ministry is needed: put it in a file and set {variable} to its path.")


def declare(name: str, parser: Parser) -> None:
    """Options of ``backup`` or ``restore``."""
    tr = parser.words.tr
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument("--by", default="", metavar="NAME", help=tr("who gives the command"))
    if name == "backup":
        parser.set_defaults(run=_backup)
        parser.add_argument("file", type=Path, metavar="FILE", help=tr("file to write"))
        parser.add_argument("--replace", action="store_true", help=tr("write over a file that is there"))
        return
    parser.set_defaults(run=_restore)
    parser.add_argument("file", type=Path, nargs="?", metavar="FILE", help=tr("the backup"))
    parser.add_argument(
        "--replace", action="store_true", help=tr("put it in the place of the records that are there")
    )
    parser.add_argument(
        "--already",
        action="store_true",
        help=tr("the database was brought back by other means: tell it what the ledger knows"),
    )


def _backup(desk: Desk, options: argparse.Namespace) -> int:
    if not options.replace and options.file.is_file():
        raise Refused(_THERE, file=str(options.file))
    with desk.office() as office:
        by = desk.by(office, EVERYTHING, options.by)
        backed = back_up(office, options.file.absolute(), desk.progress(desk.words.tr("Backup")))
        record(office, audit.Fact("ministry", "backup", f"head {backed.head} by {by}"))
    desk.say(
        desk.words.tr(
            "{file} holds {rows} records, and was read back whole. The ministry’s recovery code opens it.",
            file=str(options.file),
            rows=desk.words.number(backed.rows),
        )
    )
    desk.result(
        {
            "file": str(options.file),
            "bytes": backed.bytes,
            "rows": backed.rows,
            "head": backed.head,
            "audit": backed.audit,
            "verified": True,
        }
    )
    return DONE


def _restore(desk: Desk, options: argparse.Namespace) -> int:
    if bool(options.file) == options.already:
        raise WrongUsage(_WHICH)
    if options.already:
        return _already(desk, options)
    if not options.file.is_file():
        raise BadFile(_NO_FILE, file=str(options.file))  # before anybody types a code
    private = private_from_code(recovery_code(desk))
    try:
        done = restore(
            desk.home,
            options.file,
            private,
            desk.home.database_url(desk.environment),
            replace=options.replace,
            now_ms=wall_ms,
        )
    finally:
        wipe(private)
    desk.say(
        desk.words.tr(
            "{rows} records are back. Laptops send again what came after the backup.",
            rows=desk.words.number(done.rows),
        )
    )
    desk.result({"rows": done.rows, "head": done.head, "replayed": done.replayed})
    return DONE


def recovery_code(desk: Desk) -> str:
    """The ministry's recovery code, from a file or the keyboard; raises :class:`Refused` with neither."""
    file = desk.environment.get(CODE_FILE, "").strip()
    if file and not Path(file).is_file():
        raise Refused(_NO_FILE, file=file)
    if not file and not desk.can_ask():
        raise Refused(_NO_CODE, variable=CODE_FILE)
    return desk.password(CODE_FILE, desk.words.tr("Recovery code of the ministry"))


def _already(desk: Desk, options: argparse.Namespace) -> int:
    with nobody_serves(desk.home), desk.office() as office:
        desk.by(office, EVERYTHING, options.by)
        told = after_restore(office)
    desk.say(desk.words.tr("Written down. Laptops send again what the database may have lost."))
    desk.result({"rows": None, "head": None, "replayed": told})
    return DONE
