"""What the tests of the screens share: the theme in force, words, a context, a window."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.rules.rights import Actor, Role
from resources.words import Words
from ui.context import ChangeHub, UiContext
from ui.housekeeping import Housekeeper
from ui.tasks import Tasks
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.base import column


@pytest.fixture(scope="session", autouse=True)
def housekeeper(qapp: QApplication) -> Iterator[Housekeeper]:
    """Widgets are let go of in the thread of the screen, as in the program."""
    keeper = Housekeeper(qapp)
    yield keeper
    keeper.stop()


@pytest.fixture(autouse=True)
def _tidied(housekeeper: Housekeeper) -> Iterator[None]:
    """A test that never waits does not tidy up either."""
    yield
    housekeeper.tidy()


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    """The light theme, put into force once; a test that switches must switch back."""
    return Theme(qapp, ThemeMode.LIGHT)


@pytest.fixture
def words(theme: Theme) -> Words:
    """English, with the theme in force."""
    return Words.load("en")


@dataclass
class Told:
    """Remembers the toasts a page asked for."""

    messages: list[str] = field(default_factory=list)
    undo: Callable[[], None] | None = None

    def __call__(self, text: str, undo: Callable[[], None] | None = None, verb: str = "") -> None:
        self.messages.append(text)
        self.undo = undo


@pytest.fixture
def told() -> Told:
    """Where ``context.notify`` of this test goes."""
    return Told()


@pytest.fixture
def context(words: Words, theme: Theme, told: Told, qapp: QApplication) -> UiContext:
    """A context without records, for pages of the test's own."""
    actor = Actor(
        user_id=UUID(int=1),
        name="User 01",
        role=Role.SCHOOL_ADMINISTRATOR,
        institution_id=UUID(int=2),
        class_ids=None,
        sensitive=frozenset(),
    )
    hub, tasks = ChangeHub(qapp), Tasks(qapp)
    nothing: Any = object()
    return UiContext(words, theme, actor, nothing, nothing, nothing, nothing, told, tasks, hub)


class Show:
    """Puts widgets into a window and keeps it until the test ends."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self._kept: list[QWidget] = []

    def __call__(self, *widgets: QWidget, width: int = 600, height: int = 400) -> QWidget:
        page = QWidget()
        box = column(page, 10)
        for widget in widgets:
            box.addWidget(widget)
        page.resize(width, height)
        self._kept.append(page)
        self.qtbot.addWidget(page)
        page.show()
        page.activateWindow()
        self.qtbot.waitUntil(page.isActiveWindow)
        return page


@pytest.fixture
def show(qtbot: QtBot, theme: Theme) -> Show:
    """Shows widgets at a size."""
    return Show(qtbot)
