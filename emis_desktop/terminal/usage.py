"""Reading a command line in the person's language: what is not understood is said in a sentence."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn, TextIO, TypeAlias

from emis_desktop.errors import N_, Refused
from resources.words import Words

_LACKING = re.compile(r"the following arguments are required: (?P<names>.+)")
_NO_VALUE = re.compile(r"argument (?P<name>[^:]+): expected .*argument")
_STRANGE = re.compile(r"unrecognized arguments: (?P<names>.+)")
_ONE_OF = re.compile(r"one of the arguments (?P<names>.+) is required")
_NOT_BOTH = re.compile(r"argument (?P<one>[^:]+): not allowed with argument (?P<other>.+)")
_SENTENCES = (
    (_NOT_BOTH, N_("{one} and {other} do not go together. Give one of them.")),
    (_NO_VALUE, N_("{name} needs a value behind it.")),
    (_STRANGE, N_("Not understood here: {names}.")),
)


class WrongUsage(Refused):
    """The command line is not one; the exit code is 2."""


class Parser(argparse.ArgumentParser):
    """Options and arguments of a command; help and refusals come in the person's language."""

    def __init__(self, words: Words, out: TextIO, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        """``out`` takes the help; ``options`` are argparse's."""
        super().__init__(
            **options,
            add_help=False,
            allow_abbrev=False,
            formatter_class=lambda **more: _Formatter(words, **more),
        )
        self.words = words
        self.out = out
        self._positionals.title = words.tr("Arguments")
        self._optionals.title = words.tr("Options")
        self.add_argument("-h", "--help", action="help", help=words.tr("show this and end"))

    def command(self, name: str, help_text: str, deeds: Deeds) -> Parser:
        """A command below this one."""
        return deeds.add_parser(name, words=self.words, out=self.out, help=help_text, description=help_text)

    def print_help(self, file: Any = None) -> None:  # noqa: ANN401 - argparse's own
        """Write the help where the command's output goes."""
        super().print_help(file or self.out)

    def error(self, message: str) -> NoReturn:
        """Say what cannot be read, instead of argparse's own English."""
        lacking = _LACKING.fullmatch(message)
        if lacking:
            raise self._lacking(lacking["names"].split(", "))
        one_of_these = _ONE_OF.fullmatch(message)
        if one_of_these:
            told = self._told(one_of_these["names"].split())
            raise WrongUsage(N_("One of these is needed: {names}."), names="; ".join(told))
        for pattern, sentence in _SENTENCES:
            found = pattern.fullmatch(message)
            if found:
                raise WrongUsage(sentence, **found.groupdict())
        raise WrongUsage(N_("“{command} --help” shows what can be written here."), command=self.prog)

    def _lacking(self, names: Sequence[str]) -> WrongUsage:
        """What is still needed, each with what its help says of it; of commands below, which there are."""
        for action in self._named(names):
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - it has no public name
                return WrongUsage(N_("Say what to do: {all}."), all=", ".join(action.choices))
        return WrongUsage(N_("Still needed: {names}."), names="; ".join(self._told(names)))

    def _named(self, names: Sequence[str]) -> list[argparse.Action]:
        return [action for action in self._actions if _name(action) in names]

    def _told(self, names: Sequence[str]) -> list[str]:
        return [
            f"{_name(action)} ({action.help})" if action.help else _name(action)
            for action in self._named(names)
        ]


def _name(action: argparse.Action) -> str:
    """What argparse calls it in its sentences."""
    return "/".join(action.option_strings) or str(action.metavar or action.dest)


Deeds: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - it has no public name
"""The commands below a command."""


class _Formatter(argparse.HelpFormatter):
    """Help text with our word for "usage"."""

    def __init__(self, words: Words, **options: Any) -> None:  # noqa: ANN401 - argparse's own
        super().__init__(**options)
        self._lead = f"{words.tr('Usage')}: "

    def add_usage(
        self, usage: str | None, actions: Iterable[Any], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        """As argparse does it, with the lead translated."""
        super().add_usage(usage, actions, groups, self._lead if prefix is None else prefix)


def one_of(values: Sequence[str], shown: str = "") -> Callable[[str], str]:
    """A reader that takes one of ``values`` only; raises :class:`WrongUsage` with them, or ``shown``."""

    def read(text: str) -> str:
        if text in values:
            return text
        raise WrongUsage(
            N_("{value} is not known here. Known are: {choices}."),
            value=text,
            choices=shown or ", ".join(values),
        )

    return read


def whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of a whole number in a range; raises :class:`WrongUsage`."""

    def read(text: str) -> int:
        if re.fullmatch(r"-?\d{1,18}", text) and least <= int(text) <= most:
            return int(text)
        raise WrongUsage(
            N_("{value} is not a whole number from {least} to {most}."), value=text, least=least, most=most
        )

    return read
