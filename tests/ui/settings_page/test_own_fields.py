"""The ministry defines fields of its own in Settings: added, ordered, changed, removed; and how it looks."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from emis_desktop.rules.rights import Actor, Role
from emis_desktop.services.custom_fields import CustomFieldService
from tests.factories.desks import PRINCIPAL, DemoDesk, demo_desk
from tests.ui.audit import audit
from tests.ui.students.conftest import WIDE, context_of
from ui.context import UiContext
from ui.settings_page.own_fields import FieldDialog, OwnFieldsSection
from ui.settings_page.page import sections_of
from ui.theme.theme import Theme, ThemeMode
from ui.widgets.focus import FocusRing
from ui.work_queue import WorkQueue


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DemoDesk]:
    with demo_desk(tmp_path, 12, PRINCIPAL) as made:
        yield made


def ministry(desk: DemoDesk) -> Actor:
    return replace(desk.laptop.actor, role=Role.MINISTRY_OFFICER, institution_id=None)


def context(desk: DemoDesk, theme: Theme, language: str = "en") -> UiContext:
    made = context_of(desk, theme, language=language)
    custom = CustomFieldService(desk.laptop.db, ministry(desk))
    return replace(made, actor=ministry(desk), services=replace(made.services, custom_fields=custom))


class Opened:
    """The part of Settings in a window of its own."""

    def __init__(self, qtbot: QtBot, made: UiContext) -> None:
        self.qtbot = qtbot
        self.queue = WorkQueue()
        self.section = OwnFieldsSection(made, self.queue)
        self.section.resize(WIDE)
        qtbot.addWidget(self.section)
        FocusRing(self.section)
        self.section.show()
        self.section.refresh()
        self.settle()

    def settle(self) -> None:
        def still() -> bool:
            QApplication.processEvents()
            return not self.queue.busy() and self.section.context.tasks.running() == 0

        self.qtbot.waitUntil(still, timeout=20_000)

    def dialog(self) -> FieldDialog:
        return next(one for one in reversed(self.section.findChildren(FieldDialog)) if one.isVisible())

    def press(self, dialog: FieldDialog) -> None:
        assert dialog.deed is not None
        dialog.deed.setFocus()
        QTest.keyClick(dialog.deed, Qt.Key.Key_Return)
        self.settle()

    def labels(self) -> list[str]:
        model = self.section.table.model()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def picture(page: QWidget, name: str) -> None:
    folder = os.environ.get("EMIS_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.grab().save(str(Path(folder) / f"fields-{name}.png"))


def test_defined_ordered_changed_and_removed(qtbot: QtBot, desk: DemoDesk, theme: Theme) -> None:
    opened = Opened(qtbot, context(desk, theme))
    assert opened.labels() == []
    for label, kind in (("Shoe size", "number"), ("School bus", "choice")):
        opened.section.add()
        dialog = opened.dialog()
        dialog.labels["label"].set_text(label)
        dialog.kind.set_value(kind)
        dialog.kind.chosen.emit(kind)
        if kind == "choice":
            opened.press(dialog)
            assert dialog.choices.fault
            dialog.choices.area.setPlainText("North\nSouth")
        opened.press(dialog)
    assert opened.labels() == ["Shoe size", "School bus"]
    opened.section.table.pick(1)
    opened.section._verbs["up"].click()
    opened.settle()
    assert opened.labels() == ["School bus", "Shoe size"]
    opened.section.table.pick(0)
    QTest.keyClick(opened.section.table, Qt.Key.Key_Return)
    dialog = opened.dialog()
    assert dialog.choices.text() == "North\nSouth"
    dialog.labels["label_fr"].set_text("Car scolaire")
    opened.press(dialog)
    opened.section._verbs["remove"].click()
    opened.settle()
    assert opened.labels() == ["Shoe size"]


@pytest.mark.parametrize(("language", "mode"), [("en", ThemeMode.LIGHT), ("fr", ThemeMode.DARK)])
def test_how_it_looks(qtbot: QtBot, desk: DemoDesk, theme: Theme, language: str, mode: ThemeMode) -> None:
    theme.set_mode(mode)
    try:
        opened = Opened(qtbot, context(desk, theme, language))
        picture(opened.section, f"none-{language}")
        assert audit(opened.section, WIDE) == []
        opened.section.add()
        dialog = opened.dialog()
        dialog.labels["label"].set_text("Shoe size")
        dialog.kind.set_value("choice")
        dialog._show_choices()
        picture(dialog, f"dialog-{language}")
        assert audit(dialog, QSize(1013, 700)) == []
        dialog.choices.area.setPlainText("34\n35")
        opened.press(dialog)
        opened.section.table.pick(0)
        picture(opened.section, f"list-{language}")
        assert audit(opened.section, WIDE) == []
    finally:
        theme.set_mode(ThemeMode.LIGHT)


def test_only_the_ministry_has_it(desk: DemoDesk) -> None:
    assert "fields" not in sections_of(desk.laptop.actor)
    assert "fields" in sections_of(ministry(desk))
