"""The ``emis`` command: which one is meant, and running it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from io import StringIO
from typing import TextIO

from emis_desktop.cli.commands import COMMANDS, find, parser
from emis_desktop.cli.console import DONE, WRONG_USAGE, Console, NoScreen
from emis_desktop.cli.usage import WrongUsage
from emis_desktop.errors import N_
from emis_desktop.log import start_log
from emis_desktop.terminal.running import guarded, show_help


def main(argv: Sequence[str] | None = None, *, out: TextIO | None = None, err: TextIO | None = None) -> int:
    """Run ``emis ARGS...``; with no argument open the desktop program. Returns the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    console = Console(as_json="--json" in arguments, out=out, err=err)
    code = guarded(
        console,
        lambda: _run(console, arguments),
        home=lambda: str(console.home.root),
        details=lambda: str(console.home.logs),
    )
    return console.end(code)


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
        show_help(console, shown.getvalue())
        return int(left.code or DONE)
    if options.version:
        return _version(console)
    if options.command is None:
        top.print_help()
        show_help(console, shown.getvalue())
        return WRONG_USAGE
    run: Callable[[Console, object], int] = options.run
    return run(console, options)


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
