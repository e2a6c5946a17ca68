"""``emis verify``."""

from __future__ import annotations

import argparse
from pathlib import Path

from emis_desktop.cli.console import DONE, REFUSED, Console
from emis_desktop.cli.usage import Parser
from emis_desktop.jobs.verify_card import Checked, Verdict, verify_file, verify_number, worst


def declare(_name: str, parser: Parser) -> None:
    """Options and arguments of ``verify``."""
    tr = parser.words.tr
    parser.set_defaults(run=_verify)
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument(
        "file",
        metavar="FILE",
        help=tr("PDF of report cards or other issued papers; with --code the number of one"),
    )
    parser.add_argument("--code", metavar="CODE", help=tr("check code in the foot of a printed paper"))


def _verify(console: Console, options: argparse.Namespace) -> int:
    with console.signed_in() as laptop:
        if options.code is None:
            progress = console.progress(console.words.tr("Sheets"))
            checked = verify_file(laptop.db, laptop.actor, Path(options.file), progress)
        else:
            checked = (verify_number(laptop.db, laptop.actor, options.file, options.code),)
    verdict = worst(checked)
    for each in checked:
        console.say(_told(console, each))
    console.result({"verdict": verdict.value, "cards": [_document(console, each) for each in checked]})
    return DONE if verdict is Verdict.GENUINE else REFUSED


def _told(console: Console, checked: Checked) -> str:
    words, issued = console.words, checked.issued
    said = [words.tr("Sheet {sheet}:", sheet=checked.sheet)] if checked.sheet else []
    if issued is not None:
        card = words.tr(
            "{pupil}, {number}, issue {issue} of {day}.",
            pupil=issued.pupil,
            number=issued.number,
            issue=issued.issue,
            day=words.date(issued.issued_on),
        )
        said.append(card)
    return " ".join([*said, checked.reason.text(words)])


def _document(console: Console, checked: Checked) -> dict[str, object]:
    issued = checked.issued
    document: dict[str, object] = {
        "sheet": checked.sheet,
        "verdict": checked.verdict.value,
        "reason": checked.reason.text(console.words),
    }
    if issued is not None:
        document |= {
            "pupil": issued.pupil,
            "number": issued.number,
            "issue": issued.issue,
            "issued_on": issued.issued_on.isoformat(),
            "check_code": issued.check_code,
        }
    return document
