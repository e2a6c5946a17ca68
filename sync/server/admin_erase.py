"""``emis-server erase``: a person's data are blanked everywhere, as the law may ask."""

from __future__ import annotations

import argparse

from sqlalchemy import func, select

from emis_desktop.errors import N_, Refused
from emis_desktop.terminal.console import DONE
from emis_desktop.terminal.usage import Parser
from sync.server import erasing
from sync.server.control import quarantine
from sync.server.desk import EVERYTHING, Desk

_WAITS = select(func.count()).select_from(quarantine).where(quarantine.c.decision == "")
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
            records = erasing.records_of(connection, office.store.model, person.id)
        erasing.check_name(person, options.name, options.person)
        try:
            erased = [erasing.erase_person(office, record, by) for record in records]
        except LookupError:
            raise Refused(_GONE) from None
        with office.store.read() as connection:
            sealed = int(connection.execute(_WAITS).scalar_one())
    desk.say(
        desk.words.tr("The person's data are blanked here, and on each laptop at its next synchronisation.")
    )
    number = desk.words.number
    rows, entries = sum(one.rows for one in erased), sum(one.entries for one in erased)
    operations = sum(one.operations for one in erased)
    desk.facts(
        [
            (desk.words.tr("Rows"), number(rows)),
            (desk.words.tr("Entries of the log"), number(entries)),
            (desk.words.tr("Operations"), number(operations)),
        ]
    )
    if sealed:
        desk.say(
            desk.words.ntr(
                "{n} piece of sealed work waits in quarantine and may tell of the person: decide on it.",
                "{n} pieces of sealed work wait in quarantine and may tell of the person: decide on them.",
                sealed,
            )
        )
    told = {"person": str(person.id), "erased": True, "rows": rows, "entries": entries}
    desk.result({**told, "operations": operations, "quarantine": sealed})
    return DONE
