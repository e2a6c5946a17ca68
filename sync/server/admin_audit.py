"""``emis-server verify-audit``."""

from __future__ import annotations

import argparse
import re

from emis_desktop.errors import N_
from emis_desktop.terminal.console import DONE, REFUSED
from emis_desktop.terminal.usage import Parser, WrongUsage
from resources.words import Words
from sync.server.audit import Head
from sync.server.desk import Desk
from sync.server.verifying import Finding, verify

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})")
_NO_HEAD = N_("{text} is no head of the audit: it looks like 120:9f3c..., as a laptop shows it.")
_KINDS = {
    "edited": N_("Row {seq} was changed: {told}."),
    "missing": N_("From row {seq} on some are gone: {told}."),
    "cut": N_("The end was cut off at row {seq}: {told}."),
    "rolled_back": N_("The audit was taken back to before row {seq}: {told}."),
    "recomputed": N_("The audit was computed anew; row {seq} shows it: {told}."),
    "head": N_("The kept end of the audit is not its end ({seq}): {told}."),
    "ledger": N_("The ledger does not hold: {told}"),
    "blanked": N_("Row {seq} was emptied without an order of erasure: {told}."),
    "not_erased": N_("An erasure was not carried out, or taken back ({seq}): {told}."),
    "signature": N_("A signature in the ledger, of row {seq}, is not this server’s: {told}."),
}


def declare(_name: str, parser: Parser) -> None:
    """Options of ``verify-audit``."""
    tr = parser.words.tr
    parser.set_defaults(run=_verify)
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument("--by", default="", metavar="NAME", help=tr("who gives the command"))
    parser.add_argument(
        "--head",
        action="append",
        default=[],
        metavar="ROW:DIGEST",
        help=tr("a head that a laptop was handed, to be compared as well"),
    )


def _verify(desk: Desk, options: argparse.Namespace) -> int:
    held = [_head(text) for text in options.head]
    with desk.office() as office:
        desk.by(office, "audit", options.by)
        found = verify(office, held)
    words = desk.words
    for finding in found.findings:
        desk.say(_said(finding, words))
    if not found.findings:
        desk.say(
            words.tr(
                "The audit holds: {rows} rows, {heads} signed heads.", rows=found.rows, heads=found.heads
            )
        )
    desk.result(
        {
            "sound": not found.findings,
            "rows": found.rows,
            "heads": found.heads,
            "head": {"seq": found.head.seq, "digest": found.head.digest.hex()},
            "given_up_by_restores": found.restored,
            "findings": [{"kind": one.kind, "row": one.seq, "told": one.told} for one in found.findings],
        }
    )
    return REFUSED if found.findings else DONE


def _said(finding: Finding, words: Words) -> str:
    return words.tr(_KINDS[finding.kind], seq=finding.seq, told=finding.told)


def _head(text: str) -> Head:
    found = _HEAD.fullmatch(text.strip().lower())
    if found is None:
        raise WrongUsage(_NO_HEAD, text=text)
    return Head(int(found[1]), bytes.fromhex(found[2]))
