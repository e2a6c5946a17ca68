"""``emis demo``."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from emis_desktop.cli.console import DONE, Console
from emis_desktop.cli.usage import Parser, whole
from emis_desktop.demo_people import DEMO_PUPILS
from emis_desktop.jobs.demo.laptop import PASSWORD, USER
from emis_desktop.jobs.demo.walk import Walked, Wish, prepare_demo, walk
from emis_desktop.settings import Home

RESULTS = "demo-results"


def declare(_name: str, parser: Parser) -> None:
    """Options of the demonstration."""
    tr = parser.words.tr
    parser.set_defaults(run=_demo)
    parser.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help=tr("folder for results (else {folder})", folder=RESULTS)
    )
    parser.add_argument(
        "--pupils", type=whole(1, 100_000), default=DEMO_PUPILS, metavar="N", help=tr("pupils of the school")
    )
    parser.add_argument(
        "--seed", type=whole(0, 10**9), default=1, metavar="S", help=tr("another seed, other names and marks")
    )
    parser.add_argument(
        "--headless", action="store_true", help=tr("open no window; leave results in the folder")
    )


def _demo(console: Console, options: argparse.Namespace) -> int:
    home = _home(console)
    wish = Wish(
        out=(options.out or Path(RESULTS)).absolute(),
        pupils=options.pupils,
        seed=options.seed,
        language=console.words.language,
    )
    if options.headless or not _display(console):
        walked = walk(home, wish, lambda step: print(console.words.tr(step), file=console.err, flush=True))
        _tell(console, walked)
        return DONE
    prepare_demo(home, wish, lambda step: print(console.words.tr(step), file=console.err, flush=True))
    console.say(
        console.words.tr("Demonstration: user {user}, password {password}.", user=USER, password=PASSWORD)
    )
    from emis_desktop.app import run  # noqa: PLC0415  - Qt only when a window opens

    return run(home)


def _home(console: Console) -> Home:
    """The chosen data folder, else one beside the real one, so that invented records never meet real ones."""
    if console.environment.get("EMIS_HOME", "").strip():
        return console.home
    return Home(console.home.root.with_name(console.home.root.name + "-demo"))


def _display(console: Console) -> bool:
    if os.name == "nt" or console.environment.get("QT_QPA_PLATFORM"):
        return True
    return any(console.environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def _tell(console: Console, walked: Walked) -> None:
    words = console.words
    console.say(words.ntr("{n} pupil.", "{n} pupils.", walked.pupils))
    console.say(
        words.ntr("{n} file of report cards.", "{n} files of report cards.", len(walked.report_cards))
    )
    for report in walked.imported:
        console.say(
            words.tr(
                "{file}: {rows} rows, {created} new, {errors} not brought in.",
                file=report.file,
                rows=report.rows,
                created=report.created,
                errors=len(report.errors),
            )
        )
    for path in (*walked.report_cards[:1], *walked.files):
        console.say(f"  {path}")
    console.say(
        words.tr(
            "Records: {folder}. User {user}, password {password}.",
            folder=str(walked.home),
            user=walked.user,
            password=walked.password,
        )
    )
    console.result(
        {
            "pupils": walked.pupils,
            "report_cards": [str(path) for path in walked.report_cards],
            "files": [str(path) for path in walked.files],
            "imported": [
                {"file": each.file, "rows": each.rows, "created": each.created, "errors": len(each.errors)}
                for each in walked.imported
            ],
            "seconds": round(walked.seconds, 2),
            "home": str(walked.home),
        }
    )
