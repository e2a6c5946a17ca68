"""Running one command, and never showing a traceback."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from io import StringIO
from typing import TextIO

from emis_desktop.cli.commands import COMMANDS, find, parser
from emis_desktop.cli.console import DONE, STOPPED, WRONG_USAGE, Console, NoScreen
from emis_desktop.cli.usage import WrongUsage
from emis_desktop.errors import N_, CannotSave, EmisError
from emis_desktop.log import start_log

log = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None, *, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Run ``emis ARGS...``; with no argument open the desktop program. Returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    console = Console(as_json="--json" in arguments, out=out, err=err)
    return console.end(_guarded(console, lambda: _run(console, arguments)))


def _run(console: Console, arguments: list[str]) -> int:
    if not arguments:
        return _open_desktop(console)  # which begins its log after the first paint
    start_log(console.home)
    asked = find(arguments)
    if asked == "":
        name = next(each for each in arguments if not each.startswith("-"))
        known = ", ".join(command.name for command in COMMANDS)
        raise WrongUsage(N_("There is no command {name}. Known are: {known}."), name=name, known=known)
    shown = StringIO()
    top = parser(console.words, shown, asked or "")
    try:
        options = top.parse_args(arguments)
    except SystemExit as left:  # after --help
        _show_help(console, shown.getvalue())
        return int(left.code or DONE)
    if options.version:
        return _version(console)
    if options.command is None:
        top.print_help()
        _show_help(console, shown.getvalue())
        return WRONG_USAGE
    run: Callable[[Console, object], int] = options.run
    return run(console, options)


def _show_help(console: Console, text: str) -> None:
    """What a command takes, line by line; in JSON under ``help``."""
    for line in text.splitlines():
        console.say(line)
    console.result({"help": text})


def _guarded(console: Console, work: Callable[[], int]) -> int:
    """The exit code of ``work``; whatever stops it becomes a sentence."""
    try:
        return work()
    except WrongUsage as reason:
        console.refuse(reason)
        return WRONG_USAGE
    except EmisError as reason:
        return console.refuse(reason)
    except (KeyboardInterrupt, EOFError):
        console.refuse(CannotSave("Stopped. Nothing was left half done."))
        return STOPPED
    except OSError as fault:
        log.warning("the system refused", exc_info=True)
        place = str(fault.filename or console.home.root)
        return console.refuse(
            CannotSave("{place} cannot be used: check the path, the disk and its permissions.", place=place)
        )
    except Exception:
        log.exception("a command ended with a fault of the program")
        return console.refuse(
            EmisError(
                "This could not be done, and it is the program's fault. The details are in {folder}.",
                folder=str(console.home.logs),
            )
        )


def _open_desktop(console: Console) -> int:
    if not console.has_screen():
        raise NoScreen
    from emis_desktop.app import run  # noqa: PLC0415 - Qt costs 150 ms that no other command should pay

    return run(console.home)


def _version(console: Console) -> int:
    from importlib import metadata  # noqa: PLC0415 - 15 ms that no other command should pay

    try:
        version = metadata.version("emis-desktop")
    except metadata.PackageNotFoundError:
        version = "0"
    console.say(f"EMIS Desktop {version}")
    return DONE
