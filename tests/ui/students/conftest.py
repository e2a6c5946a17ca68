"""What the tests of Students share: the demonstration school on a day of its term, the page in a window."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.jobs.all_jobs import jobs_of
from emis_desktop.services.students import StudentService
from resources.words import Words
from tests.factories.desks import DemoDesk, demo_desk
from tests.factories.schools import IN_TERM
from tests.ui.conftest import Told
from ui.context import ChangeHub, UiContext
from ui.laptop_settings import LaptopSettings
from ui.students.page import StudentsPage
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.widgets.focus import FocusRing

PUPILS = 62
WIDE, COMPACT = QSize(1182, 688), QSize(1013, 540)


def context_of(desk: DemoDesk, theme: Theme, told: Told | None = None, language: str = "en") -> UiContext:
    """A context on ``desk`` in term 1; pupils are admitted and moved on a day of that term."""
    application = QApplication.instance()
    assert application is not None
    keeper = QObject(application)
    hub = ChangeHub(keeper)
    desk.laptop.db.subscribe(lambda changed: hub.post(changed.tables))
    students = StudentService(desk.laptop.db, desk.laptop.actor, lambda: IN_TERM)
    made = UiContext(
        words=Words.load(language),
        theme=theme,
        actor=desk.laptop.actor,
        services=replace(desk.desk.services, students=students),
        queries=desk.desk.queries,
        jobs=jobs_of(desk.laptop),
        settings=LaptopSettings(desk.laptop.home, keeper),
        notify=told or Told(),
        tasks=Tasks(keeper),
        changes=hub,
        profile=desk.laptop.profile,
    )
    made.place.choose(desk.school_id, desk.year, desk.term)
    return made


class Screen:
    """Opens the page in a window of its own and waits for what runs beside it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.told = Told()
        self._contexts: list[UiContext] = []

    def __call__(self, context: UiContext, size: QSize = WIDE) -> StudentsPage:
        page = StudentsPage(context, lambda: IN_TERM)
        self._contexts.append(context)
        direction = Qt.LayoutDirection
        page.setLayoutDirection(
            direction.RightToLeft if context.words.right_to_left else direction.LeftToRight
        )
        page.set_compact(size == COMPACT)
        page.resize(size)
        self.qtbot.addWidget(page)
        FocusRing(page)
        page.show()
        page.activateWindow()
        self.qtbot.waitUntil(page.isActiveWindow)
        page.opened()
        return page

    def settle(self, page: StudentsPage) -> None:
        """Wait until nothing runs for the page any more."""

        def still() -> bool:
            QApplication.processEvents()
            record = page.views._record
            busy = record is not None and record.scope.saver.queue.busy()
            return not busy and page.context.tasks.running() == 0

        self.qtbot.waitUntil(still, timeout=20_000)
        QApplication.processEvents()

    def end(self) -> None:
        """What was asked is answered while the records are open."""
        for context in self._contexts:
            context.tasks.stop_all()
        QApplication.processEvents()


@pytest.fixture
def screen(qtbot: QtBot) -> Iterator[Screen]:
    """Opens pages."""
    made = Screen(qtbot)
    yield made
    made.end()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DemoDesk]:
    """The demonstration school with its administrator signed in."""
    with demo_desk(tmp_path, PUPILS) as made:
        yield made


@pytest.fixture
def context(desk: DemoDesk, theme: Theme, screen: Screen) -> UiContext:
    """The administrator's context; toasts go to ``screen.told``."""
    return context_of(desk, theme, screen.told)


@pytest.fixture
def page(context: UiContext, screen: Screen) -> StudentsPage:
    """The page as it opens first."""
    return screen(context)


@pytest.fixture
def find(page: StudentsPage) -> Callable[[str], QWidget]:
    """A widget of the page by its name."""

    def found(name: str) -> QWidget:
        widget = page.findChild(QWidget, name)
        assert widget is not None, name
        return widget

    return found
