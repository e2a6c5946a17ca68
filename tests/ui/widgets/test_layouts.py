"""What is taken out of a layout leaves nothing behind that Python would take for something else."""

import gc
import re
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.base import column, discard, row, take_out
from ui.widgets.tab_order import reading_order

UI = Path(__file__).parents[3] / "ui"
FORBIDDEN = re.compile(r"\.(itemAt|removeWidget)\(")


def held_items() -> int:
    """How many items of layouts Python holds."""
    gc.collect()
    held = [type(one).__name__ for one in shiboken6.getAllValidWrappers()]
    return sum(name in ("QWidgetItem", "QSpacerItem") for name in held)


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    """A page with a line of labels in a line of its own, which was filled before it stood in the page."""
    page = QWidget()
    qtbot.addWidget(page)
    line = row(None)
    for number in range(5):
        line.addWidget(QLabel(str(number)))
    column(page).addLayout(line)
    return page


def test_what_is_discarded_is_gone_with_its_place(page: QWidget) -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # what tests before left goes first
    gc.collect()
    before = held_items()
    labels = page.findChildren(QLabel)
    for label in labels:
        discard(label)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not any(shiboken6.isValid(label) for label in labels)
    assert held_items() == before - 5


def test_what_is_taken_out_lives_on(page: QWidget) -> None:
    label = page.findChildren(QLabel)[2]
    take_out(label)
    take_out(label)
    assert [one.count() for one in page.findChildren(QHBoxLayout)] == [4]
    assert label.parentWidget() is page
    take_out(QLabel("nowhere"))


def test_reading_along_the_layouts_holds_no_item(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    grid, inner = QGridLayout(page), row(None)
    grid.addLayout(inner, 0, 1)
    lines = [QLineEdit(page) for _ in range(4)]
    for name, line in zip("abcd", lines, strict=True):
        line.setObjectName(name)
    inner.addWidget(lines[2])
    inner.addWidget(lines[1])
    grid.addWidget(lines[3], 1, 0)
    grid.addWidget(lines[0], 0, 0)
    page.show()
    before = held_items()
    assert [line.objectName() for line in reading_order(page)] == ["a", "c", "b", "d"]
    assert held_items() == before


def test_no_screen_asks_for_an_item_or_removes_a_widget_by_hand() -> None:
    found = [
        f"{path.relative_to(UI)}: {line.strip()}"
        for path in sorted(UI.rglob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if FORBIDDEN.search(line) and "_stack." not in line  # a QStackedWidget has no such items
    ]
    assert found == [], "use discard or take_out of ui/widgets/base.py"
