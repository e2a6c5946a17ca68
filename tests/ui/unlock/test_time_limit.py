"""Signing in on a laptop that was long without a line, and on one that the ministry closed."""

import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.errors import Refused
from emis_desktop.front import Front, save_front
from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.rules.spoken_code import written
from emis_desktop.settings import Home
from resources.words import Words
from tests.factories.desks import demo_home
from tests.ui.audit import audit
from tests.ui.program.driving import Running
from ui.program import opening
from ui.shell.window import MainWindow
from ui.theme.theme import Theme
from ui.unlock.panel import facts, line_words
from ui.unlock.trouble import TroubleScreen

CODE = written(bytes(range(10))).replace("-", "")
OVER = "This laptop has not reached the ministry’s server for 34 days; 30 are allowed."
TODAY = date(2026, 11, 5)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return demo_home(tmp_path, pupils=60)


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, home: Home) -> Iterator[Running]:
    made = Running(qtbot, theme, home)
    made.start()
    yield made
    made.stop()


class Limit:
    """The time is over until the right code comes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.over, self.told = True, list[str]()
        self._open = opening.open_for
        monkeypatch.setattr(opening, "open_for", self.open_for)
        monkeypatch.setattr(opening, "extend", self.extend)

    def open_for(self, home: Home, user_id: object, password: str) -> object:
        if self.over:
            raise Refused(OVER, field="phone_code")
        return self._open(home, user_id, password)  # type: ignore[arg-type]

    def extend(self, _home: Home, _user_id: object, password: str, code: str) -> None:
        assert password == PASSWORD
        self.told.append(code)
        if code != CODE:
            raise Refused("This code is not for this laptop, or was used before.", field="phone_code")
        self.over = False


def type_password(running: Running) -> None:
    running.focus("unlock.password")
    running.enter(PASSWORD)
    running.press(Qt.Key.Key_Return)
    running.settle()


def test_a_code_by_telephone_opens_the_laptop(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = Limit(monkeypatch)
    phone = running.unlock._phone
    assert not phone.isVisible()
    type_password(running)
    assert phone.isVisible()
    assert phone.why.text() == OVER
    assert running.focused is phone.code.line
    running.enter(CODE[:9])
    running.press(Qt.Key.Key_Return)
    assert limit.told == [], "a code that is not whole asks nobody"
    running.enter(CODE[9:])
    running.press(Qt.Key.Key_Return)
    running.settle()
    assert limit.told == [CODE]
    assert isinstance(running.screen, MainWindow)


def test_a_code_of_another_laptop_stays_with_the_reason(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = Limit(monkeypatch)
    type_password(running)
    other = written(bytes(range(1, 11))).replace("-", "")
    running.enter(other)
    running.press(Qt.Key.Key_Return)
    running.settle()
    assert limit.told == [other]
    assert "not for this laptop" in running.unlock._phone.code.fault
    assert running.unlock._phone.code.text() == other
    assert running.find("unlock.password").property("text") == PASSWORD


@pytest.mark.parametrize("language", ["en", "fr", "es", "xr"])
@pytest.mark.parametrize("size", [QSize(1366, 768), QSize(1093, 614)], ids=["wide", "small"])
def test_the_screen_with_the_code_shows_whole(
    qtbot: QtBot, theme: Theme, home: Home, monkeypatch: pytest.MonkeyPatch, language: str, size: QSize
) -> None:
    running = Running(qtbot, theme, home, language)
    running.start()
    running.frame.resize(size)
    Limit(monkeypatch)
    type_password(running)
    assert running.unlock._phone.isVisible()
    qtbot.waitUntil(lambda: audit(running.unlock, size) == [])
    running.stop()


def test_the_note_says_until_when_no_line_is_needed() -> None:
    words = Words.load("en")
    assert line_words(words, Front(), TODAY) == "No line is needed to sign in."
    near = Front(until=TODAY + timedelta(days=9))
    assert line_words(words, near, TODAY) == "No line is needed to sign in until 14 November 2026."
    over = Front(until=TODAY - timedelta(days=1))
    assert "by telephone" in line_words(words, over, TODAY)


def test_the_panel_tells_what_is_to_be_decided(home: Home) -> None:
    save_front(home.front, Front(to_decide=2))
    told = [text for _icon, text in facts(Words.load("en"), Front(to_decide=2), opening.now())]
    assert "2 changes need your decision" in told


def test_a_laptop_that_was_closed_says_why_and_asks_nobody_in(qtbot: QtBot, theme: Theme, home: Home) -> None:
    home.ended.write_text(json.dumps({"reason": "stolen", "at": 1}))
    home.keyring.unlink()
    running = Running(qtbot, theme, home)
    running.start()
    assert isinstance(running.screen, TroubleScreen)
    assert running.screen.findChild(QWidget, "trouble.close") is running.focused
    said = [label.text() for label in running.screen.findChildren(QLabel) if label.isVisible()]
    assert "The Ministry has closed this laptop" in said
    assert "Restore from a USB copy" not in said, "no copy opens there any more"
    if folder := os.environ.get("EMIS_PICTURES"):
        running.frame.resize(1366, 768)
        running.frame.grab().save(str(Path(folder) / "closed.png"))
    running.stop()


def test_a_locked_laptop_hears_that_it_is_marked_as_stolen(
    running: Running, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.root / "device").mkdir(exist_ok=True)
    (home.root / "device" / "store.json").write_text("{}")

    def stolen(_home: Home) -> None:
        home.ended.write_text(json.dumps({"reason": "stolen", "at": 1}))
        raise Refused("The ministry has marked this laptop as stolen.")

    monkeypatch.setattr(opening, "ask_standing", stolen)
    running.unlock._ask_standing()
    running.settle()
    assert isinstance(running.screen, TroubleScreen)


def test_a_revoked_laptop_is_told_and_still_opens(
    running: Running, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.root / "device").mkdir(exist_ok=True)
    (home.root / "device" / "store.json").write_text("{}")

    def revoked(_home: Home) -> None:
        raise Refused("The ministry has ended this laptop’s access.")

    monkeypatch.setattr(opening, "ask_standing", revoked)
    running.unlock._ask_standing()
    running.settle()
    assert running.unlock._note.text() == "The ministry has ended this laptop’s access."
    monkeypatch.undo()
    type_password(running)
    assert isinstance(running.screen, MainWindow)
