"""A store of a later program: the commands say which version it needs, and offer a copy."""

from emis_desktop.cipher import version_mark
from emis_desktop.migrations import NEWEST
from tests.factories.laptops import SetUp
from tests.helpers.commands import emis


def test_commands_name_the_version_and_offer_a_copy(laptop: SetUp) -> None:
    with laptop.sign_in() as opened, opened.db.maintain() as connection:
        connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
        connection.execute(f"PRAGMA application_id = {version_mark('7.2.0')}")
    refused = emis("user", "list", "--json")
    assert refused.code == 1
    assert "version 7.2.0" in refused.refused
    assert "restore a copy" in refused.refused
