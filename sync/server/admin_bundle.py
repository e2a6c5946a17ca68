"""``emis-server bundle``."""

from __future__ import annotations

import argparse
from pathlib import Path

from emis_desktop import files
from emis_desktop.errors import N_, BadFile
from emis_desktop.terminal.console import DONE
from emis_desktop.terminal.usage import Parser
from sync.bundle import MOST
from sync.server.bundles import take
from sync.server.desk import Desk

_CANNOT = N_("{name} cannot be read. Check the path and the stick.")
_TOO_LARGE = N_("{name} is larger than any file of this exchange.")


def declare(_name: str, parser: Parser) -> None:
    """Options of ``bundle``."""
    tr = parser.words.tr
    parser.set_defaults(run=_bundle)
    parser.add_argument("file", type=Path, metavar="FILE", help=tr("the file that a laptop wrote"))
    parser.add_argument(
        "--answer",
        type=Path,
        metavar="FILE",
        help=tr("where the answer goes (else FILE with .answer behind)"),
    )
    parser.add_argument("--by", default="", metavar="NAME", help=tr("who gives the command"))
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))


def read_file(path: Path) -> bytes:
    """The content of a file of the exchange; raises :class:`BadFile`."""
    try:
        if path.stat().st_size > MOST:
            raise BadFile(_TOO_LARGE, name=path.name)
        return path.read_bytes()
    except OSError as fault:
        raise BadFile(_CANNOT, name=str(path)) from fault


def _bundle(desk: Desk, options: argparse.Namespace) -> int:
    content = read_file(options.file)
    target = options.answer or options.file.with_name(options.file.name + ".answer")
    with desk.office() as office:
        desk.by(office, "place", options.by)
        taken = take(office, content, options.file.name)
    files.write(target, taken.answer)
    tr = desk.words.tr
    desk.say(tr("Taken in from {laptop}; the answer is in {file}.", laptop=taken.site.name, file=str(target)))
    desk.result(
        {
            "laptop": taken.site.name,
            "site": str(taken.site.id),
            "batches": len(taken.acks),
            "again": taken.again,
            "pages": taken.pages,
            "answer": str(target),
            "bytes": len(taken.answer),
        }
    )
    return DONE
