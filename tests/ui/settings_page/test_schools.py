"""The schools of the country in Settings, for the ministry, on a real store."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.queries.schools import SchoolLifeQueries
from emis_desktop.rules.rights import Role
from emis_desktop.services.school import SchoolService
from emis_desktop.services.schools import SchoolLifeService
from emis_desktop.services.structure import NewSchool, StructureService
from emis_desktop.services.undo import UndoService
from tests.factories.schools import School, classroom, opened_school
from tests.ui.audit import COMPACT_PAGE, audit
from tests.ui.conftest import Show, Told
from ui.context import UiContext
from ui.settings_page import schools as screen
from ui.settings_page.schools import SchoolsSection
from ui.widgets.table.view import TableView
from ui.work_queue import WorkQueue

DAY = date(2026, 12, 18)
PATIENCE = 60_000


class Schools:
    """The part, driven by keys."""

    def __init__(self, qtbot: QtBot, context: UiContext, school: School, show: Show) -> None:
        actor = school.sign_in(Role.MINISTRY_OFFICER, everywhere=True)
        StructureService(school.db, actor).create_school(NewSchool("D-0202", "Leeward School"))
        self.life = SchoolLifeQueries(school.db, actor)
        queries: Any = SimpleNamespace(school_life=self.life)
        services: Any = SimpleNamespace(
            school_life=SchoolLifeService(school.db, actor),
            school=SchoolService(school.db, actor),
            structure=StructureService(school.db, actor),
            undo=UndoService(school.db, actor),
        )
        self.context = replace(context, actor=actor, queries=queries, services=services)
        self.qtbot, self.queue = qtbot, WorkQueue()
        self.section = SchoolsSection(self.context, self.queue)
        self.window = show(self.section, width=1013, height=540)
        self.section.refresh()
        self.settle()

    def settle(self) -> None:
        self.until(lambda: not self.queue.busy() and self.context.tasks.running() == 0)
        QApplication.processEvents()

    def until(self, so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(so, timeout=PATIENCE)

    def find(self, name: str) -> QWidget:
        found: QWidget | None = self.window.findChild(QWidget, name)
        assert found is not None, name
        return found

    def press(self, name: str) -> None:
        self.qtbot.keyClick(self.find(name), Qt.Key.Key_Space)

    def dialog(self) -> QDialog:
        self.until(lambda: any(one.isVisible() for one in self.window.findChildren(QDialog)))
        return next(one for one in reversed(self.window.findChildren(QDialog)) if one.isVisible())

    def pick(self, name: str) -> None:
        table = self.find("schools.table")
        assert isinstance(table, TableView)
        model = table.model()
        at = next(place for place in range(model.rowCount()) if model.index(place, 0).data() == name)
        table.pick(at)
        self.section._picked()

    def state(self, name: str) -> str:
        model = self.section.table.model()
        at = next(place for place in range(model.rowCount()) if model.index(place, 0).data() == name)
        return str(model.index(at, 4).data())


@pytest.fixture
def schools(
    qtbot: QtBot, context: UiContext, show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Schools]:
    monkeypatch.setattr(screen, "today", lambda: DAY)
    with opened_school(tmp_path) as school:
        classroom(school, pupils=2)
        made = Schools(qtbot, context, school, show)
        yield made
        made.queue.finish()


def part(dialog: QDialog, name: str) -> QWidget:
    found: QWidget | None = dialog.findChild(QWidget, name)
    assert found is not None, name
    return found


def said(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_an_empty_school_closes_and_opens_again(schools: Schools) -> None:
    schools.pick("Leeward School")
    schools.press("schools.close")
    dialog = schools.dialog()
    schools.qtbot.keyClick(part(dialog, "schools.close.do"), Qt.Key.Key_Return)
    schools.until(lambda: part(dialog, "schools.close.reason").accessibleDescription() != "")
    schools.qtbot.keyClicks(part(dialog, "schools.close.reason"), "too few pupils")
    schools.qtbot.keyClick(part(dialog, "schools.close.do"), Qt.Key.Key_Return)
    schools.until(lambda: "too few pupils" in schools.state("Leeward School"))
    schools.settle()
    schools.pick("Leeward School")
    assert not schools.find("schools.close").isVisible()
    schools.press("schools.reopen")
    schools.settle()
    schools.section.refresh()
    schools.until(lambda: schools.state("Leeward School") == "–")


def test_who_is_left_over_is_named_and_the_schools_are_merged(schools: Schools, told: Told) -> None:
    schools.pick("Windward Demo Primary School")
    schools.press("schools.close")
    closing = schools.dialog()
    assert "2 pupils are still to be placed: 0001, Pupil" in said(closing)
    schools.qtbot.keyClick(part(closing, "schools.close.cancel"), Qt.Key.Key_Return)
    schools.press("schools.merge")
    schools.until(lambda: schools.dialog() is not closing)
    dialog = schools.dialog()
    schools.qtbot.keyClick(part(dialog, "schools.merge.do"), Qt.Key.Key_Return)
    schools.until(lambda: "Choose the school." in said(dialog))
    into = part(dialog, "schools.merge.into")
    assert isinstance(into, QComboBox)
    into.setCurrentIndex(0)
    schools.qtbot.keyClick(part(dialog, "schools.merge.do"), Qt.Key.Key_Return)
    schools.until(lambda: told.messages == ["The schools are merged: 2 pupils, 1 class"])
    schools.settle()
    assert "merged into Leeward School" in schools.state("Windward Demo Primary School")
    assert {one.name: one.on_roll for one in schools.life.schools(date(2026, 12, 21))} == {
        "Leeward School": 2,
        "Windward Demo Primary School": 0,
    }
    assert told.undo is not None
    told.undo()
    schools.settle()
    schools.until(lambda: schools.state("Windward Demo Primary School") == "–")


def test_a_school_is_added_and_renamed_and_it_fits(schools: Schools) -> None:
    schools.press("schools.add")
    dialog = schools.dialog()
    for name, text in (("code", "D-0303"), ("name", "Palm School")):
        schools.qtbot.keyClicks(part(dialog, f"schools.new.{name}"), text)
    schools.qtbot.keyClick(part(dialog, "schools.new.do"), Qt.Key.Key_Return)
    schools.until(lambda: schools.section.table.model().rowCount() == 3)
    schools.settle()
    schools.pick("Palm School")
    line = schools.find("schools.name")
    assert isinstance(line, QLineEdit)
    schools.window.activateWindow()
    schools.until(schools.window.isActiveWindow)
    line.setFocus()
    line.selectAll()
    schools.qtbot.keyClicks(line, "Palm Grove School")
    schools.qtbot.keyClick(line, Qt.Key.Key_Return)
    schools.until(lambda: "Palm Grove School" in {one.name for one in schools.life.schools(DAY)})
    schools.settle()
    assert audit(schools.section, COMPACT_PAGE) == []
