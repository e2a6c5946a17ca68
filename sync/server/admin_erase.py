"""``emis-server erase``: a person's data are blanked everywhere, as the law may ask."""

from __future__ import annotations

import argparse
from uuid import UUID

from emis_desktop.errors import N_, Refused
from emis_desktop.terminal.console import DONE
from emis_desktop.terminal.usage import Parser, WrongUsage
from sync.server import audit
from sync.server.countersigning import record
from sync.server.desk import EVERYTHING, Desk
from sync.server.erase import erase

_NO_ID = N_("{text} is no id of a person. History on a ministry laptop shows it.")
_NOBODY = N_("There is no person with the id {person} on this server.")


def declare(_name: str, parser: Parser) -> None:
    """Options of ``erase``."""
    tr = parser.words.tr
    parser.set_defaults(run=_erase)
    parser.add_argument("person", metavar="PERSON", help=tr("id of the person's record"))
    parser.add_argument("--by", default="", metavar="NAME", help=tr("who gives the command"))
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))


def _erase(desk: Desk, options: argparse.Namespace) -> int:
    try:
        person = UUID(options.person)
    except ValueError:
        raise WrongUsage(_NO_ID, text=options.person) from None
    with desk.office() as office:
        by = desk.by(office, EVERYTHING, options.by)
        try:
            with office.store.write() as connection:
                erase(connection, person, office.choices.server, office.now_ms(), entropy=office.entropy)
        except LookupError:
            raise Refused(_NOBODY, person=str(person)) from None
        record(office, audit.Fact("ministry", "erase", f"person {person} by {by}"))
    desk.say(
        desk.words.tr("The person's data are blanked here, and on each laptop at its next synchronisation.")
    )
    desk.result({"person": str(person), "erased": True})
    return DONE
