"""What the sign-in window says of the records that are locked."""

from datetime import UTC, datetime

from emis_desktop.front import Front
from resources.words import Words
from ui.unlock.panel import facts

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def said(front: Front) -> list[str]:
    return [text for _icon, text in facts(Words.load("en"), front, NOW)]


def test_before_the_first_lock_nothing_is_said_of_what_waits() -> None:
    assert said(Front()) == ["All work saved on this laptop", "Never sent yet"]


def test_afterwards_it_is_counted() -> None:
    assert said(Front(waiting=0))[1] == "Nothing waiting"
    assert said(Front(waiting=66_418))[1] == "66,418 changes waiting to be sent"
