"""``emis proposals``: what waits for the office, a form brought in, a value accepted or declined."""

from __future__ import annotations

import argparse
from pathlib import Path
from uuid import UUID

from emis_desktop.cli.console import DONE, REFUSED, Console
from emis_desktop.cli.usage import Parser, WrongUsage
from emis_desktop.desk import Desk, open_desk
from emis_desktop.errors import N_, Refused
from emis_desktop.jobs.import_proposals import import_proposals
from emis_desktop.queries.field_names import field_name
from emis_desktop.queries.proposals import PHONE, ProposalCard

_SHORTEST = 4


def declare(_name: str, parser: Parser) -> None:
    """Options of the command."""
    tr = parser.words.tr
    parser.set_defaults(run=_run)
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument(
        "--decided", action="store_true", help=tr("those that were decided, the newest first")
    )
    parser.add_argument(
        "--import",
        dest="file",
        type=Path,
        metavar="FILE",
        help=tr("answers of a form, a row a pupil, with a column of numbers: CSV, XLSX, XLS, ODS"),
    )
    for option, said in (
        ("accept", N_("write it into the record")),
        ("decline", N_("leave the record as it is")),
    ):
        parser.add_argument(f"--{option}", action="append", default=[], metavar="ID", help=tr(said))


def _run(console: Console, options: argparse.Namespace) -> int:
    asked = [bool(options.file), bool(options.accept), bool(options.decline), options.decided]
    if sum(asked) > 1:
        raise WrongUsage(N_("Say one thing to do: --import, --accept, --decline or --decided."))
    with console.signed_in() as laptop:
        desk = open_desk(laptop)
        if options.file:
            return _import(console, desk, options.file)
        if options.accept or options.decline:
            return _decide(console, desk, options.accept, options.decline)
        cards = desk.queries.proposals.decided() if options.decided else desk.queries.proposals.waiting()
    return _list(console, cards)


def _list(console: Console, cards: tuple[ProposalCard, ...]) -> int:
    tr = console.words.tr
    console.table(
        [tr("Number"), tr("Pupil"), tr("Field"), tr("Now"), tr("Proposed"), tr("From")],
        [
            (
                str(value.id),
                card.name,
                tr(field_name("person", value.field)) if value.field != PHONE else tr("Phone"),
                value.now or "–",
                value.value or "–",
                card.said_by or card.source,
            )
            for card in cards
            for value in card.values
        ],
    )
    count = sum(len(card.values) for card in cards)
    console.say(console.words.ntr("{n} proposed change", "{n} proposed changes", count))
    console.result(
        [
            {
                "id": str(value.id),
                "pupil": str(card.person_id),
                "field": value.field,
                "now": value.now,
                "proposed": value.value,
                "source": card.source,
                "received_on": card.received_on.isoformat(),
                "decision": value.decision or None,
            }
            for card in cards
            for value in card.values
        ]
    )
    return DONE


def _import(console: Console, desk: Desk, path: Path) -> int:
    laptop = desk.laptop
    report = import_proposals(
        laptop.db, laptop.actor, path.absolute(), console.progress(console.words.tr("Reading"))
    )
    console.say(console.words.ntr("{n} change waits now", "{n} changes wait now", report.added))
    errors = [(error.row, error.reason.text(console.words)) for error in report.errors]
    if errors:
        console.table(
            [console.words.tr("Row"), console.words.tr("Why")], [(str(row), why) for row, why in errors]
        )
    console.result(
        {
            "rows": report.rows,
            "added": report.added,
            "known": report.known,
            "left_out": list(report.left_out),
            "errors": [{"row": row, "message": why} for row, why in errors],
        }
    )
    return REFUSED if errors and not report.rows else DONE


def _decide(console: Console, desk: Desk, accept: list[str], decline: list[str]) -> int:
    known = [value.id for card in desk.queries.proposals.waiting() for value in card.values]
    ids = [_find(known, typed) for typed in (*accept, *decline)]
    if accept:
        desk.services.proposals.accept(ids)
    else:
        desk.services.proposals.decline(ids)
    console.say(console.words.ntr("{n} change decided", "{n} changes decided", len(ids)))
    console.result({"decided": [str(one) for one in ids]})
    return DONE


def _find(known: list[UUID], typed: str) -> UUID:
    wanted = typed.strip().lower()
    found = [one for one in known if str(one) == wanted]
    if not found and len(wanted) >= _SHORTEST:
        found = [one for one in known if str(one).endswith(wanted)]
    if len(found) != 1:
        raise Refused("There is no proposal {id} that waits. “emis proposals” lists them.", id=typed)
    return found[0]
