"""What the sign-in window says of the records that are locked."""

from datetime import UTC, datetime

from emis_desktop.front import Front
from resources.words import Words
from ui.unlock.panel import facts

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def said(front: Front) -> list[str]:
    return [text for _icon, text in facts(Words.load("en"), front, NOW)]


def test_a_laptop_that_never_sent_anything_works_on_its_own() -> None:
    for front in (Front(), Front(waiting=66_418)):
        assert said(front) == ["All work saved on this laptop", "This laptop works on its own"]


def test_one_that_sends_says_what_waits() -> None:
    assert said(Front(waiting=0, sent_at=NOW))[1] == "Nothing waiting"
    assert said(Front(waiting=66_418, sent_at=NOW))[1] == "66,418 changes waiting to be sent"
