"""The commands by name: what each is for, and the module that declares and does it.

A module is loaded when its command is asked for: all of them together cost 0.8 s of a start, this table
0.1 s.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, TextIO, cast

from emis_desktop.cli.usage import Deeds, Parser
from emis_desktop.errors import N_
from resources.words import Words


@dataclass(frozen=True, slots=True)
class Command:
    """A command: ``module`` has a function ``declare(name, parser)``."""

    name: str
    help: str
    module: str


COMMANDS = (
    Command("demo", N_("Make an invented school and walk through the main job."), "demo"),
    Command("init", N_("Make a new encrypted store with its first user."), "store"),
    Command("import", N_("Bring in pupils, guardians, staff, marks or attendance from a file."), "records"),
    Command("imports", N_("List the files that were brought in, or take one back."), "records"),
    Command("export", N_("Write records to a file."), "records"),
    Command("template", N_("Write an empty file with every column explained."), "records"),
    Command("attendance", N_("Registers not marked, absentees, attendance rates."), "attendance"),
    Command("year", N_("Open, close and reopen school years and terms."), "years"),
    Command("year-end", N_("Send pupils on at the end of a school year, or take that back."), "year_ends"),
    Command("transfer", N_("Hand a pupil to a school without this program, or take one in."), "transfers"),
    Command("report-cards", N_("Issue report cards as PDF."), "cards"),
    Command("print", N_("Print papers about pupils as PDF."), "papers"),
    Command("verify", N_("Check a report card or another paper against what was issued."), "verify"),
    Command("conflicts", N_("List what was changed on two laptops at once."), "conflicts"),
    Command("resolve", N_("Decide about one of these changes."), "conflicts"),
    Command("duplicates", N_("List pupils who may be on record twice."), "duplicates"),
    Command("merge", N_("Make one of two records of a pupil."), "duplicates"),
    Command("unmerge", N_("Part two records that were merged."), "duplicates"),
    Command("proposals", N_("What parents and forms propose for pupils’ records."), "proposals"),
    Command("user", N_("People who sign in on this laptop."), "people"),
    Command("backup", N_("Write everything to one encrypted file, and try it out."), "store"),
    Command("restore", N_("Put back what a backup file holds."), "store"),
    Command("join", N_("Enrol this laptop at the ministry’s server with a one-time code."), "sync"),
    Command("sync", N_("Synchronise once with the ministry’s server."), "sync"),
    Command("bundle", N_("Synchronise by a file on a USB stick."), "sync"),
    Command("doctor", N_("Check the records from end to end."), "store"),
)


class _Module(Protocol):
    """What a module of commands has."""

    def declare(self, name: str, parser: Parser) -> None:
        """Say which options and arguments the command takes, and what runs it."""
        ...


def parser(words: Words, out: TextIO, asked: str | None = None) -> Parser:
    """The command line. With ``asked`` only that command's module is loaded, without it every one."""
    top = Parser(words, out, prog="emis", description=words.tr("The work of EMIS Desktop without a screen."))
    top.add_argument("--version", action="store_true", help=words.tr("say which version this is"))
    top.epilog = words.tr("Without a command the desktop program opens. Each command has its own --help.")
    deeds: Deeds = top.add_subparsers(dest="command", metavar=words.tr("COMMAND"), title=words.tr("Commands"))
    for command in COMMANDS:
        made = top.command(command.name, words.tr(command.help), deeds)
        if asked in {None, command.name}:
            module = cast(_Module, import_module(f"emis_desktop.cli.{command.module}"))
            module.declare(command.name, made)
    return top


def find(arguments: list[str]) -> str | None:
    """The command that a command line asks for, "" for none of ours; ``None`` when it asks for none."""
    first = next((each for each in arguments if not each.startswith("-")), None)
    if first is None:
        return None
    return first if first in {command.name for command in COMMANDS} else ""
