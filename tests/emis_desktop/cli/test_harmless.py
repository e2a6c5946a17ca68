"""What a name holds never steers the terminal; with --json the document's own escapes do that work."""

import json
from io import StringIO
from pathlib import Path

import pytest

from emis_desktop.cli import commands
from emis_desktop.cli.console import Console, harmless
from emis_desktop.models import User
from tests.factories.laptops import PRINCIPAL, SetUp
from tests.helpers.commands import emis

ODD = "Ana\x1b[2J\u202egnp.exe\nuser: root\u2028\x9b31m"


def test_what_would_steer_a_terminal_is_told_by_its_number() -> None:
    assert harmless(ODD) == (r"Ana\u{1b}[2J\u{202e}gnp.exe\u{a}user: root\u{2028}\u{9b}31m")


@pytest.mark.parametrize(
    "name", ["Élodie-Ann O’Neil", "שרה לוי", "محمد", "नरेन्द्र क्\u200dष", "किम 01", "李小龙"]
)
def test_names_of_every_script_stay_as_they_are(name: str) -> None:
    assert harmless(name) == name


def test_every_way_to_the_terminal_is_harmless() -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    out, err = StringIO(), Terminal()
    console = Console(out=out, err=err)
    console.say(ODD)
    console.table(["Name"], [[ODD]])
    console.facts([("Name", ODD)])
    console.note(ODD)
    console.progress(ODD)(1, 2)
    for shown in (out.getvalue(), err.getvalue()):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "\nuser: root" not in shown
    documents = StringIO()
    Console(as_json=True, out=documents, err=err).result({"name": ODD})
    assert json.loads(documents.getvalue()) == {"name": ODD}
    assert "\x1b" not in documents.getvalue()


def test_the_list_of_people_shows_an_odd_name_harmlessly(laptop: SetUp) -> None:
    with laptop.sign_in() as mine, mine.db.write(mine.actor, "change_user") as session:
        session.get_one(User, mine.actor.user_id).name = f"{PRINCIPAL}\x1b[31m"
    shown = emis("user", "list")
    assert (shown.code, "\x1b" in shown.out) == (0, False)
    assert r"\u{1b}[31m" in shown.out


@pytest.mark.parametrize("name", ["", *(command.name for command in commands.COMMANDS)])
def test_help_in_json_is_one_document(name: str) -> None:
    arguments = [name] if name else []
    shown = emis(*arguments, "--help", "--json")
    assert shown.code == 0
    assert shown.document == {"help": emis(*arguments, "--help").out}


def test_json_alone_is_no_command_and_still_one_document(tmp_path: Path) -> None:
    shown = emis("--json")
    assert shown.code == 2
    assert shown.document.keys() in ({"help"}, {"refused"})
