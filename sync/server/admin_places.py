"""``emis-server place``: the nation, districts and schools."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

from emis_desktop.errors import N_, BadFile
from emis_desktop.terminal.console import DONE
from emis_desktop.terminal.usage import Deeds, Parser, one_of
from sync.server import audit, places
from sync.server.admin_words import KINDS, word
from sync.server.countersigning import record
from sync.server.desk import Desk
from sync.server.sites import DISTRICT, SCHOOL, Place

_NO_COLUMNS = N_("The file {file} needs the columns kind, code and name in its first line.")
_ODD_LINE = N_("Line {line} of {file} has no kind (district or school), code or name. Nothing was taken.")


def declare(_name: str, parser: Parser) -> None:
    """Commands and options of ``place``."""
    tr = parser.words.tr
    deeds: Deeds = parser.add_subparsers(dest="deed", metavar=tr("COMMAND"), required=True)
    listed = parser.command("list", tr("Show every place."), deeds)
    listed.set_defaults(run=_list)
    added = parser.command("add", tr("Add a place, or give it another name."), deeds)
    added.set_defaults(run=_add)
    added.add_argument("kind", type=one_of((DISTRICT, SCHOOL)), metavar="KIND", help=tr("district or school"))
    added.add_argument("code", metavar="CODE", help=tr("the ministry's code of it"))
    added.add_argument("name", metavar="NAME", help=tr("its name"))
    many = parser.command("import", tr("Add many from a CSV file with kind, code and name."), deeds)
    many.set_defaults(run=_import)
    many.add_argument("file", type=Path, metavar="FILE", help=tr("the file"))
    for each in (listed, added, many):
        each.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    for each in (added, many):
        each.add_argument("--by", default="", metavar="NAME", help=tr("who gives the command"))


def told(place: Place) -> dict[str, object]:
    """A place in JSON."""
    return {
        "kind": place.kind,
        "code": place.code,
        "name": place.name,
        "id": str(place.row) if place.row else None,
    }


def _list(desk: Desk, _options: argparse.Namespace) -> int:
    with desk.office() as office, office.store.read() as connection:
        found = places.everything(connection)
    tr = desk.words.tr
    desk.table(
        (tr("Kind"), tr("Code"), tr("Name")),
        [(word(desk.words, KINDS, place.kind), place.code, place.name) for place in found],
    )
    desk.result([told(place) for place in found])
    return DONE


def _add(desk: Desk, options: argparse.Namespace) -> int:
    with desk.office() as office:
        by = desk.by(office, "place", options.by)
        now = office.now_ms()
        with office.store.write() as connection:
            place = places.put(connection, options.kind, options.code, options.name, now)
        record(office, audit.Fact("ministry", "place", f"{place.kind} {place.code} by {by}"))
    desk.say(desk.words.tr("{name} is in the list.", name=place.name))
    desk.result(told(place))
    return DONE


def _import(desk: Desk, options: argparse.Namespace) -> int:
    rows = list(_rows(options.file))
    with desk.office() as office:
        by = desk.by(office, "place", options.by)
        now = office.now_ms()
        with office.store.write() as connection:
            count = places.put_many(connection, rows, now)
        record(office, audit.Fact("ministry", "place", f"{count} from a file by {by}"))
    desk.say(desk.words.ntr("{n} place is in the list.", "{n} places are in the list.", count))
    desk.result({"places": count})
    return DONE


def _rows(file: Path) -> Iterator[tuple[str, str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        if not {"kind", "code", "name"} <= set(reader.fieldnames or ()):
            raise BadFile(_NO_COLUMNS, file=file.name)
        for number, row in enumerate(reader, 2):
            kind, code, name = ((row[each] or "").strip() for each in ("kind", "code", "name"))
            if kind not in {DISTRICT, SCHOOL} or not code or not name:
                raise BadFile(_ODD_LINE, line=number, file=file.name)
            yield kind, code, name
