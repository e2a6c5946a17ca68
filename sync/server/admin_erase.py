"""``emis-server erase``: a person's data are blanked everywhere, as the law may ask."""

from __future__ import annotations

import argparse

from emis_desktop.errors import N_, Refused
from emis_desktop.terminal.console import DONE
from emis_desktop.terminal.usage import Parser
from sync.server import erasing
from sync.server.desk import EVERYTHING, Desk

_GONE = N_("The person was erased meanwhile.")


def declare(_name: str, parser: Parser) -> None:
    """Options of ``erase``."""
    tr = parser.words.tr
    parser.set_defaults(run=_erase)
    parser.add_argument("person", metavar="PERSON", help=tr("the person's number, or the id of the record"))
    parser.add_argument(
        "--name",
        required=True,
        metavar="NAME",
        help=tr("the person's whole name: a slip in the number erases nobody else"),
    )
    parser.add_argument("--by", default="", metavar="NAME", help=tr("who gives the command"))
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))


def _erase(desk: Desk, options: argparse.Namespace) -> int:
    with desk.office() as office:
        by = desk.by(office, EVERYTHING, options.by)
        with office.store.read() as connection:
            person = erasing.find(connection, office.store.model, options.person)
        erasing.check_name(person, options.name, options.person)
        try:
            done = erasing.erase_person(office, person.id, by)
        except LookupError:
            raise Refused(_GONE) from None
    desk.say(
        desk.words.tr("The person's data are blanked here, and on each laptop at its next synchronisation.")
    )
    told = {"person": str(person.id), "erased": True, "rows": done.rows, "entries": done.entries}
    desk.result({**told, "operations": done.operations})
    return DONE
