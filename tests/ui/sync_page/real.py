"""A program on a new data folder and a server process: the first run by keyboard, and what it shows."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from tests.factories.laptops import PASSWORD
from tests.ui.program.driving import Running
from ui.first_run.screen import FirstRunScreen
from ui.shell.window import MainWindow
from ui.sync_page.page import SyncPage


def join(running: Running, code: str, port: int) -> None:
    """The first run, by keyboard, to the window."""
    screen = ask_to_join(running, code, port)
    running.until(lambda: screen.answers.user_id is not None)
    running.press(Qt.Key.Key_Return)
    running.until(lambda: isinstance(running.screen, MainWindow))


def ask_to_join(running: Running, code: str, port: int) -> FirstRunScreen:
    """The first run, by keyboard, until the server is asked."""
    running.settle()
    running.fill("first.join.code", code)
    running.fill("first.join.address", f"http://127.0.0.1:{port}")
    running.press(Qt.Key.Key_Return)
    running.fill("first.name", "User 01")
    running.fill("first.password", PASSWORD)
    running.fill("first.again", PASSWORD)
    running.press(Qt.Key.Key_Return)
    running.press(Qt.Key.Key_Return)
    screen = running.screen
    assert isinstance(screen, FirstRunScreen)
    return screen


def page_of(running: Running) -> SyncPage:
    """The Sync page that shows."""
    page = running.window.page()
    assert isinstance(page, SyncPage)
    return page


def text(running: Running, name: str) -> str:
    """What a label of that page says."""
    found = page_of(running).findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text()
