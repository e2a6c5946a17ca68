"""The screens without the shell: words that fit, and nothing that leads away from what is under way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.errors import StoreDamaged
from emis_desktop.jobs.demo.laptop import PASSWORD
from emis_desktop.settings import Home
from resources.words import Words
from tests.factories.desks import OFFICE, demo_home
from tests.ui.program.driving import Running
from ui.program.frame import Frame
from ui.program.ground import Ground
from ui.shell.window import MainWindow
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.unlock.forgotten import ForgottenScreen
from ui.unlock.opener import Opener
from ui.unlock.trouble import TroubleScreen
from ui.widgets.text import Text

SIZES = [QSize(1366, 768), QSize(1093, 614)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return demo_home(tmp_path, pupils=60)


@pytest.fixture
def running(qtbot: QtBot, theme: Theme, home: Home) -> Iterator[Running]:
    made = Running(qtbot, theme, home)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def frame(qtbot: QtBot) -> Frame:
    made = Frame()
    qtbot.addWidget(made)
    return made


def show(frame: Frame, screen: Ground, size: QSize, qtbot: QtBot) -> None:
    frame.resize(size)
    frame.show_screen(screen)
    frame.show()
    qtbot.waitExposed(frame)


def cut_off(screen: QWidget) -> list[str]:
    """Wrapped words that have less room than they need."""
    return [
        label.text()
        for label in screen.findChildren(Text)
        if label.isVisible() and label.wordWrap() and label.heightForWidth(label.width()) > label.height()
    ]


@pytest.mark.parametrize("size", SIZES, ids=["wide", "small"])
@pytest.mark.parametrize("language", ["en", "fr", "es", "xr"])
def test_no_word_of_a_refused_new_password_is_cut_off(
    frame: Frame, home: Home, qtbot: QtBot, theme: Theme, language: str, size: QSize
) -> None:
    opener = Opener(home, Tasks(frame))
    screen = ForgottenScreen(Words.load(language), opener, opener.people()[0].id)
    show(frame, screen, size, qtbot)
    screen._code.set_text("ABCDE-FGHIJ")
    screen._set()
    screen._password.first.line.setText("short")
    screen._password.check()
    qtbot.waitUntil(lambda: cut_off(screen) == [])


@pytest.mark.parametrize("size", SIZES, ids=["wide", "small"])
def test_the_way_to_a_copy_shows_whole(
    frame: Frame, home: Home, qtbot: QtBot, theme: Theme, words: Words, size: QSize
) -> None:
    reason = StoreDamaged("The records on this laptop are damaged and were not opened. " * 2)
    screen = TroubleScreen(words, home, reason, Tasks(frame))
    show(frame, screen, size, qtbot)
    qtbot.waitUntil(lambda: cut_off(screen) == [])
    button = screen.findChild(QWidget, "trouble.copies.file")
    assert button is not None
    assert button.height() >= button.sizeHint().height()


def test_nothing_leads_away_while_the_records_open(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """A screen that goes meanwhile would leave open records behind that nobody can lock."""
    running.choose(OFFICE)
    running.enter(PASSWORD)
    running.press(Qt.Key.Key_Return)
    assert running.program.tasks.running() == 1
    for name in ("unlock.language", "unlock.forgotten", "unlock.other", "unlock.people"):
        assert not running.find(name).isEnabled(), name
    running.press(Qt.Key.Key_Down)
    assert running.find("unlock.password").accessibleName() == f"Password of {OFFICE}"
    running.wait_for(MainWindow)


def test_what_came_of_a_restore_is_never_cut(running: Running) -> None:
    """It keeps its room where people, a fault and a low window leave little."""
    running.frame.resize(1093, 560)
    folder = "/home/the-office/.local/share/emis-desktop/replaced/20261122T114800123456"
    running.unlock.say("The records are back. " * 4 + f"What was here before is kept in {folder}.")
    running.press(Qt.Key.Key_Return)
    running.settle()
    assert cut_off(running.screen) == []
    note = running.unlock._note
    assert note.minimumHeight() >= note.heightForWidth(note.width()) > 34


def test_a_refused_password_lets_everybody_choose_again(running: Running) -> None:
    running.enter("not my password at all")
    running.press(Qt.Key.Key_Return)
    running.settle()
    for name in ("unlock.language", "unlock.forgotten", "unlock.other", "unlock.people"):
        assert running.find(name).isEnabled(), name


def test_a_forgotten_password_that_is_being_set_is_waited_for(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    running.click("unlock.forgotten")
    running.wait_for(ForgottenScreen)
    screen = running.screen
    assert isinstance(screen, ForgottenScreen)
    screen._set_busy(busy=True)
    left: list[str] = []
    screen.left.connect(left.append)
    running.press(Qt.Key.Key_Escape)
    assert left == []
    assert not running.find("forgotten.language").isEnabled()
    screen._set_busy(busy=False)
    running.focus("forgotten.code")
    running.press(Qt.Key.Key_Escape)
    assert left == [""]


@pytest.mark.parametrize("field", ["forgotten.code", "forgotten.password", "forgotten.again"])
def test_enter_in_each_field_sets_the_password_once_all_is_filled_in(
    running: Running, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    running.focus("unlock.forgotten")
    running.press(Qt.Key.Key_Space)
    running.wait_for(ForgottenScreen)
    asked: list[str] = []
    monkeypatch.setattr(
        ForgottenScreen, "_set", lambda screen: asked.append(screen.focusWidget().objectName())
    )
    for name, text in (
        ("forgotten.code", "ABCDE-12345"),
        ("forgotten.password", "walk the yellow dog"),
        ("forgotten.again", "walk the yellow dog"),
    ):
        running.fill(name, text)
    running.focus(field)
    running.press(Qt.Key.Key_Return)
    assert asked == [field]


def test_enter_leads_to_the_next_empty_field_of_a_forgotten_password(running: Running) -> None:
    running.focus("unlock.forgotten")
    running.press(Qt.Key.Key_Space)
    running.wait_for(ForgottenScreen)
    running.fill("forgotten.again", "walk the yellow dog")
    running.press(Qt.Key.Key_Return)
    assert running.focused.objectName() == "forgotten.code"
    running.enter("ABCDE-12345")
    running.press(Qt.Key.Key_Return)
    assert running.focused.objectName() == "forgotten.password"
    running.enter("walk the yellow dog")
    running.press(Qt.Key.Key_Enter)
    screen = running.screen
    assert isinstance(screen, ForgottenScreen)
    assert running.focused.objectName() == "forgotten.code", "a code with a slip is told, and gone back to"
    assert screen._code.fault


def test_another_language_keeps_what_was_typed_of_a_forgotten_password(running: Running) -> None:
    running.choose(OFFICE)
    running.focus("unlock.forgotten")
    running.press(Qt.Key.Key_Space)
    running.wait_for(ForgottenScreen)
    running.fill("forgotten.code", "ABCDE-12345")
    running.fill("forgotten.password", "walk the yellow dog")
    running.fill("forgotten.again", "walk the")
    before = running.screen
    assert isinstance(before, ForgottenScreen)
    running.click("forgotten.language.fr")
    running.qtbot.waitUntil(lambda: running.screen is not before)
    after = running.screen
    assert isinstance(after, ForgottenScreen)
    assert after.words.language == "fr"
    assert after.typed() == before.typed()
    assert after.typed().code == "ABCDE-12345"
    assert after.typed().passwords == ("walk the yellow dog", "walk the")
    assert "yellow" not in repr(after.typed())


@pytest.mark.parametrize("kind", ["forgotten", "trouble"])
def test_a_fault_of_the_program_is_said_on_every_screen(running: Running, kind: str) -> None:
    if kind == "trouble":
        running.program.show_broken(StoreDamaged("The records on this laptop are damaged."))
    else:
        running.focus("unlock.forgotten")
        running.press(Qt.Key.Key_Space)
        running.wait_for(ForgottenScreen)
    running.program.fault()
    said = [label.text() for label in running.screen.findChildren(QLabel) if label.isVisible()]
    assert any("your saved work is safe" in text for text in said)
    QApplication.processEvents()
    assert cut_off(running.screen) == []
