"""Every command and option is described in docs/commands.md, and nothing there is invented."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from emis_desktop.cli.commands import COMMANDS, parser
from emis_desktop.cli.usage import Parser
from resources.words import Words

PAGE = (Path(__file__).parent.parent.parent / "docs" / "commands.md").read_text("utf-8")
SECTIONS = {
    found["name"]: found["text"]
    for found in re.finditer(
        r"^## emis (?P<name>\S+)\n(?P<text>.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE
    )
}
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def of_command(name: str) -> Iterator[Parser]:
    """The parser of a command, and those of its deeds."""
    top = parser(Words.load("en"), io.StringIO())
    made = _below(top)[name]
    yield made
    yield from _below(made).values()


def _below(above: Parser) -> dict[str, Parser]:
    for action in above._actions:
        if isinstance(action.choices, dict):
            return {name: each for name, each in action.choices.items() if isinstance(each, Parser)}
    return {}


def test_the_page_has_a_section_for_each_command_and_no_other() -> None:
    assert list(SECTIONS) == [command.name for command in COMMANDS]


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_option_is_there_and_none_is_invented(name: str) -> None:
    known = {
        option
        for each in of_command(name)
        for action in each._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    }
    assert set(OPTION.findall(SECTIONS[name])) == known


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_argument_and_deed_is_named(name: str) -> None:
    for each in of_command(name):
        for deed in _below(each):
            assert f"emis {name} {deed}" in SECTIONS[name]
        for action in each._actions:
            if not action.option_strings and isinstance(action.metavar, str) and action.metavar != "DEED":
                assert action.metavar in SECTIONS[name]


def test_every_variable_of_the_environment_is_described() -> None:
    sources = Path(__file__).parent.parent.parent / "emis_desktop" / "cli"
    used = {
        name for path in sources.glob("*.py") for name in re.findall(r"EMIS_[A-Z_]+", path.read_text("utf-8"))
    }
    assert used <= set(re.findall(r"EMIS_[A-Z_]+", PAGE))
