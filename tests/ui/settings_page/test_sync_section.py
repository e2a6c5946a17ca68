"""Settings, Sync: where the laptop belongs, how often it syncs, and who may change that."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from emis_desktop.errors import Refused
from emis_desktop.rules.rights import Actor, Role
from resources.words import Words
from tests.factories.sync_fakes import FakeEngine, FakeFacts, Fakes, joined
from tests.ui.audit import audit
from tests.ui.conftest import Told
from ui.context import ChangeHub, UiContext
from ui.settings_page.sync import SyncSection, every_choices
from ui.sync_page.watch import SyncWatch
from ui.tasks import Tasks
from ui.theme.theme import Theme
from ui.work_queue import WorkQueue


class Opened:
    """The section with everything around it."""

    def __init__(
        self, qtbot: QtBot, theme: Theme, fakes: Fakes, role: Role = Role.PRINCIPAL, language: str = "en"
    ) -> None:
        application = QApplication.instance()
        self.qtbot, self.fakes = qtbot, fakes
        tasks = Tasks(application)
        self.watch = SyncWatch(fakes.doors, tasks, application)
        actor = Actor(UUID(int=1), "User 01", role, UUID(int=2), None, frozenset())
        nothing: Any = SimpleNamespace()
        hub = ChangeHub(application)
        words = Words.load(language)
        made = UiContext(words, theme, actor, nothing, nothing, nothing, nothing, Told(), tasks, hub)
        self.queue = WorkQueue(application)
        self.section = SyncSection(replace(made, sync=self.watch), self.queue)
        qtbot.addWidget(self.section)
        self.section.resize(QSize(1013, 440))
        self.section.show()
        self.section.activateWindow()
        self.section.refresh()
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.queue.busy())
        QApplication.processEvents()

    def said(self) -> list[str]:
        return [label.text() for label in self.section.findChildren(QLabel) if label.isVisible()]


@pytest.fixture
def fakes() -> Fakes:
    return Fakes(FakeEngine(), FakeFacts(joined()))


@pytest.fixture
def opened(qtbot: QtBot, theme: Theme, fakes: Fakes) -> Iterator[Opened]:
    made = Opened(qtbot, theme, fakes)
    yield made
    made.watch.stop()


def test_it_tells_where_the_laptop_belongs(opened: Opened) -> None:
    said = opened.said()
    assert {"the Ministry of the demo country", "12 September 2026"} <= set(said)
    assert opened.section.laptop.text() == "Office laptop"
    assert opened.section.address.text() == "https://sync.example.test"
    assert opened.section.every.value() == "15"


def test_another_interval_is_stored_and_none_means_only_when_asked(opened: Opened) -> None:
    opened.section.every.combo.setFocus()
    opened.section.every.set_value("0")
    opened.section.every.chosen.emit("0")
    opened.settle()
    assert opened.fakes.facts.where is not None
    assert opened.fakes.facts.where.every_minutes is None
    assert opened.section.every.value() == "0"


def test_another_address_is_stored_when_it_is_left(opened: Opened) -> None:
    line = opened.section.address.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "sync.other.test/")
    QTest.keyClick(line, Qt.Key.Key_Return)
    opened.settle()
    assert opened.fakes.facts.where is not None
    assert opened.fakes.facts.where.address == "https://sync.other.test"


def test_another_name_is_stored_when_it_is_left_and_it_is_said_whose_name_counts(opened: Opened) -> None:
    line = opened.section.laptop.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "Principal laptop")
    QTest.keyClick(line, Qt.Key.Key_Return)
    opened.settle()
    assert opened.fakes.facts.where is not None
    assert opened.fakes.facts.where.laptop == "Principal laptop"
    assert any("when the Ministry changes it there, it changes here, too" in said for said in opened.said())


def test_an_address_that_is_refused_stays_with_the_reason(opened: Opened) -> None:
    opened.fakes.choices.refusal = Refused("The server there is another one.", field="address")
    line = opened.section.address.line
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "wrong.example.test")
    QTest.keyClick(line, Qt.Key.Key_Return)
    opened.settle()
    assert opened.section.address.fault == "The server there is another one."
    assert line.text() == "wrong.example.test"
    assert opened.fakes.facts.where == joined()


def test_a_teacher_reads_only(qtbot: QtBot, theme: Theme, fakes: Fakes) -> None:
    opened = Opened(qtbot, theme, fakes, Role.TEACHER)
    assert opened.section.address.line.isReadOnly()
    assert opened.section.laptop.line.isReadOnly()
    assert not opened.section.every.isEnabled()
    opened.watch.stop()


def test_a_laptop_on_its_own_is_shown_the_way(qtbot: QtBot, theme: Theme) -> None:
    opened = Opened(qtbot, theme, Fakes())
    assert "Open Sync to join it to the Ministry with a code." in opened.said()
    assert not opened.section._card.isVisible()
    opened.watch.stop()


@pytest.mark.parametrize("language", ["en", "fr", "es", "xr"])
def test_it_shows_whole(qtbot: QtBot, theme: Theme, fakes: Fakes, language: str) -> None:
    opened = Opened(qtbot, theme, fakes, language=language)
    assert audit(opened.section) == []
    opened.watch.stop()


def test_an_interval_of_its_own_is_offered_too() -> None:
    words = Words.load("en")
    assert [key for key, _words in every_choices(words, 7)] == ["5", "7", "15", "30", "60", "240", "0"]
    assert dict(every_choices(words))["5"] == "every 5 minutes"


def test_no_time_limit_shows_no_day(qtbot: QtBot, theme: Theme) -> None:
    fakes = Fakes(FakeEngine(), FakeFacts(replace(joined(), until=None)))
    opened = Opened(qtbot, theme, fakes)
    assert "No line needed until" not in opened.said()
    later = replace(joined(), until=joined().joined_at + timedelta(days=30))
    opened.section.show_joined(later)
    assert "No line needed until" in opened.said()
    opened.watch.stop()
