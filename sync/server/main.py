"""The ``emis-server`` command: which one is meant, and running it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from io import StringIO
from typing import Final, NamedTuple, Protocol, TextIO, cast

from emis_desktop.errors import N_
from emis_desktop.terminal.console import DONE, WRONG_USAGE
from emis_desktop.terminal.running import guarded, show_help
from emis_desktop.terminal.usage import Deeds, Parser, WrongUsage
from resources.words import Words
from sync.server.desk import Desk
from sync.server.json_logs import start_logs


class Command(NamedTuple):
    """A command: ``module`` has a function ``declare(name, parser)``."""

    name: str
    help: str
    module: str


COMMANDS: Final = (
    Command("init", N_("Set up a server: identity, keys, database."), "admin_setup"),
    Command("run", N_("Serve laptops until told to stop."), "admin_run"),
    Command("place", N_("The nation, districts and schools that laptops belong to."), "admin_places"),
    Command("enrol", N_("Make a one-time code with which a laptop joins."), "admin_sites"),
    Command("site", N_("The laptops that have joined."), "admin_sites"),
    Command("revoke", N_("End what a laptop may, at once."), "admin_sites"),
    Command("extend", N_("A code to read out by telephone, so that a laptop may go on."), "admin_sites"),
    Command("user", N_("People of the ministry who may use these commands."), "admin_people"),
    Command("bundle", N_("Take in a laptop's file from a USB stick and answer it."), "admin_bundle"),
    Command("quarantine", N_("Sealed work of laptops that lost their right."), "admin_quarantine"),
    Command("erase", N_("Blank a person's data, here and on every laptop."), "admin_erase"),
    Command("backup", N_("Write everything to one sealed file, and try it out."), "admin_backup"),
    Command("restore", N_("Put back what a backup holds."), "admin_backup"),
    Command("verify-audit", N_("Look for anything changed, cut or taken back in the audit."), "admin_audit"),
    Command("doctor", N_("Look the server through from end to end."), "admin_doctor"),
    Command("openapi", N_("Print the description of the endpoints."), "admin_doctor"),
)


class _Module(Protocol):
    """What a module of commands has."""

    def declare(self, name: str, parser: Parser) -> None:
        """Say which options and arguments the command takes, and what runs it."""
        ...


def main(
    argv: Sequence[str] | None = None,
    *,
    out: TextIO | None = None,
    err: TextIO | None = None,
    environment: Mapping[str, str] | None = None,
) -> int:
    """Run ``emis-server ARGS...``; returns the exit code: 0 done, 1 refused, 2 wrong usage."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    desk = Desk(as_json="--json" in arguments, out=out, err=err, environment=environment)
    start_logs("error", desk.err)
    place = lambda: str(desk.home.root)  # noqa: E731 - said only when something fails
    return desk.end(guarded(desk, lambda: _run(desk, arguments), home=place, details=lambda: "stderr"))


def parser(words: Words, out: TextIO, asked: str | None = None) -> Parser:
    """The command line. With ``asked`` only that command's module is loaded, without it every one."""
    top = Parser(words, out, prog="emis-server", description=words.tr("The central server of EMIS Desktop."))
    top.add_argument("--version", action="store_true", help=words.tr("say which version this is"))
    top.epilog = words.tr("Each command has its own --help.")
    deeds: Deeds = top.add_subparsers(dest="command", metavar=words.tr("COMMAND"), title=words.tr("Commands"))
    for command in COMMANDS:
        made = top.command(command.name, words.tr(command.help), deeds)
        if asked in {None, command.name}:
            module = cast(_Module, import_module(f"sync.server.{command.module}"))
            module.declare(command.name, made)
    return top


def _run(desk: Desk, arguments: list[str]) -> int:
    asked = next((each for each in arguments if not each.startswith("-")), None)
    names = [command.name for command in COMMANDS]
    if asked is not None and asked not in names:
        raise WrongUsage(
            N_("There is no command {name}. Known are: {known}."), name=asked, known=", ".join(names)
        )
    shown = StringIO()
    top = parser(desk.words, shown, asked or "")
    try:
        options = top.parse_args(arguments)
    except SystemExit as left:  # after --help
        show_help(desk, shown.getvalue())
        return int(left.code or DONE)
    if options.version:
        desk.say(f"EMIS Desktop server {desk.version}")
        desk.result({"version": desk.version})
        return DONE
    if options.command is None:
        top.print_help()
        show_help(desk, shown.getvalue())
        return WRONG_USAGE
    run: Callable[[Desk, object], int] = options.run
    return run(desk, options)
