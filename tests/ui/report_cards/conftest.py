"""What the tests of the report cards share: the demonstration school, its context, the page in a window."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from emis_desktop.jobs.all_jobs import jobs_of
from resources.words import Words
from tests.factories.desks import OFFICE, DemoDesk, demo_desk
from tests.ui.conftest import Told
from ui.context import ChangeHub, UiContext
from ui.report_cards.page import ReportCardsPage
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.widgets.focus import FocusRing

PUPILS = 62
CLASS = "Grade 3 Tern"
TOTAL, READY, INCOMPLETE = 10, 6, 4
"""Pupils of that class, and how their cards stand."""
WIDE, COMPACT = QSize(1182, 688), QSize(1013, 540)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DemoDesk]:
    """The demonstration school with its administrator signed in."""
    with demo_desk(tmp_path, PUPILS) as made:
        yield made


def context_of(desk: DemoDesk, theme: Theme, language: str = "en", told: Told | None = None) -> UiContext:
    """A context on ``desk``, in term 1."""
    application = QApplication.instance()
    assert application is not None
    hub = ChangeHub(application)
    desk.laptop.db.subscribe(lambda changed: hub.post(changed.tables))
    settings: Any = None
    made = UiContext(
        words=Words.load(language),
        theme=theme,
        actor=desk.laptop.actor,
        services=desk.desk.services,
        queries=desk.desk.queries,
        jobs=jobs_of(desk.laptop),
        settings=settings,
        notify=told or Told(),
        tasks=Tasks(application),
        changes=hub,
        profile=desk.laptop.profile,
    )
    made.place.choose(desk.school_id, desk.year, desk.term)
    return made


class Screen:
    """Opens the page and waits until what was asked for is shown."""

    def __init__(self, qtbot: QtBot, desk: DemoDesk, theme: Theme) -> None:
        self.qtbot, self.desk, self.theme = qtbot, desk, theme
        self.told = Told()

    def open(
        self,
        language: str = "en",
        size: QSize = WIDE,
        school_class: str = CLASS,
        *,
        kept: bool = True,
        **arguments: object,
    ) -> ReportCardsPage:
        """The page at a size, with the cards of a class and the paper of its first pupil.

        ``kept``: until the test ends.
        """
        self.context = context_of(self.desk, self.theme, language, self.told)
        page = ReportCardsPage(self.context)
        if kept:
            self.qtbot.addWidget(page, before_close_func=self._end)
        rtl = self.context.words.right_to_left
        page.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
        page.set_compact(size == COMPACT)
        page.resize(size)
        FocusRing(page)
        page.show()
        page.activateWindow()
        self.qtbot.waitUntil(page.isActiveWindow)
        page.opened()
        if school_class:
            page.open_with(class_id=self.desk.class_id(school_class), **arguments)
        self.settle(page)
        return page

    def _end(self, page: object) -> None:
        """Let what is running end before the store is closed."""
        assert isinstance(page, ReportCardsPage)
        page.remarks.queue.finish()
        self.context.tasks.stop_all()

    def settle(self, page: ReportCardsPage, until: Callable[[], bool] | None = None) -> None:
        """Wait until nothing is being read, drawn, written or issued."""

        def quiet() -> bool:
            parts = (
                page.journey.reader,
                page.showing.previews,
                page.issuing,
                page.copies,
                page.remarks.queue,
            )
            return not any(part.busy() for part in parts) and self.context.tasks.running() == 0

        self.qtbot.waitUntil(lambda: quiet() and (until is None or until()), timeout=20_000)
        QApplication.processEvents()
        self.qtbot.waitUntil(quiet, timeout=20_000)


@pytest.fixture
def screen(qtbot: QtBot, desk: DemoDesk, theme: Theme) -> Screen:
    """Opens pages on the office's desk."""
    return Screen(qtbot, desk, theme)


__all__ = ["OFFICE", "Screen"]
