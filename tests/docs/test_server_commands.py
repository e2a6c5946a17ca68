"""Every command and option of emis-server is described in docs/commands.md, and nothing there is invented."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from emis_desktop.terminal.usage import Parser
from resources.words import Words
from sync.server.main import COMMANDS, parser

PAGE = (Path(__file__).parent.parent.parent / "docs" / "commands.md").read_text("utf-8")
SECTIONS = {
    found["name"]: found["text"]
    for found in re.finditer(
        r"^### emis-server (?P<name>\S+)\n(?P<text>.*?)(?=^##|\Z)", PAGE, re.DOTALL | re.MULTILINE
    )
}
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
NAMES = [command.name for command in COMMANDS]


def of_command(name: str) -> Iterator[Parser]:
    """The parser of a command, and those of its deeds."""
    made = below(parser(Words.load("en"), io.StringIO()))[name]
    yield made
    yield from below(made).values()


def below(above: Parser) -> dict[str, Parser]:
    """The parsers of the commands below one."""
    for action in above._actions:
        if isinstance(action.choices, dict):
            return {name: each for name, each in action.choices.items() if isinstance(each, Parser)}
    return {}


def test_the_page_has_a_section_for_each_command_and_no_other() -> None:
    assert list(SECTIONS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_option_is_there_and_none_is_invented(name: str) -> None:
    known = {
        option
        for each in of_command(name)
        for action in each._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    }
    assert set(OPTION.findall(SECTIONS[name])) == known


@pytest.mark.parametrize("name", NAMES)
def test_every_deed_is_named(name: str) -> None:
    for each in of_command(name):
        for deed in below(each):
            assert f"emis-server {name} {deed}" in SECTIONS[name]
