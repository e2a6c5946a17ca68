"""Reading the command line, running one command, and never showing a traceback."""

from __future__ import annotations

import argparse
import locale
import logging
import os
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from emis_desktop.cli import cards, demo, people, records, store
from emis_desktop.cli.console import REFUSED, Console
from emis_desktop.errors import EmisError
from emis_desktop.log import start_log
from emis_desktop.settings import find_home, load_settings
from resources.words import LANGUAGES, Words

log = logging.getLogger(__name__)
STOPPED = 130
Command = Callable[[Console, argparse.Namespace], int]


def main(argv: Sequence[str] | None = None, *, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Run ``emis ARGS...``; with no argument open the desktop program. Returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments:
        from emis_desktop.app import run  # noqa: PLC0415  - Qt costs 150 ms that no other command should pay

        return run()
    parsed = parser().parse_args(arguments)
    home = find_home()
    console = Console(home, Words.load(_language()), parsed.json, out or sys.stdout, err or sys.stderr)
    start_log(home)
    try:
        command: Command = parsed.run
        return command(console, parsed)
    except EmisError as reason:
        return console.refuse(reason)
    except KeyboardInterrupt:
        print(console.words.tr("Stopped. Nothing was left half done."), file=console.err)
        return STOPPED
    except Exception:
        log.exception("emis %s", parsed.command)
        print(
            console.words.tr(
                "This could not be done, and it is the program's fault. The details are in {folder}.",
                folder=str(home.logs),
            ),
            file=console.err,
        )
        return REFUSED


def parser() -> argparse.ArgumentParser:
    """The whole command line; documentation is checked against it."""
    top = argparse.ArgumentParser(
        prog="emis", description="Records of a school or a ministry, without a line."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in (demo, store, records, cards, people):
        module.add_commands(commands)
    return top


def _language() -> str:
    """The laptop's choice, else the system's, else English."""
    chosen = load_settings(find_home().settings).settings.language
    system = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    for candidate in (chosen, system[:2].lower()):
        if candidate in LANGUAGES:
            return candidate
    return "en"
