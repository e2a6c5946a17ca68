"""A laptop that the ministry closed for good: every command says so, and none sends for a copy."""

import json

import pytest

from resources.words import Words
from sync.ended import Ended, destroy
from tests.factories.laptops import SetUp
from tests.helpers.commands import emis


@pytest.mark.parametrize("reason", ["lost", "stolen"])
def test_every_command_says_that_the_ministry_closed_the_laptop(laptop: SetUp, reason: str) -> None:
    store = next(laptop.home.stores.glob("*.db"))
    copy = laptop.home.root.parent / "copy.emis"
    assert emis("backup", copy).code == 0
    destroy(laptop.home, store.stem, reason)
    told = Ended(reason, 0).refusal().text(Words.load("en"))
    assert reason in told
    for command in (
        ("user", "list"),
        ("sync",),
        ("doctor",),
        ("restore", str(copy)),
        ("init", "--role", "school", "--profile", "GD"),
        ("join", "R8A60-DMWY8-AP7KC-42D0J", "--server", "https://emis.example.org"),
    ):
        refused = emis(*command, "--json")
        assert (refused.code, refused.refused) == (1, told), command
    assert not laptop.home.keyring.exists()


def test_a_mark_that_cannot_be_read_keeps_everybody_out_too(laptop: SetUp) -> None:
    laptop.home.ended.write_text(json.dumps({"at": 1}))
    assert "marked this laptop as lost" in emis("user", "list", "--json").refused
