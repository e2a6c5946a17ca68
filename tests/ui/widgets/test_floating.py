"""Progress, toasts, dialogs and the focus ring."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from resources.words import Words
from ui.program.frame import Frame
from ui.widgets.base import column
from ui.widgets.button import Button
from ui.widgets.dialog import Dialog
from ui.widgets.focus import FocusRing
from ui.widgets.progress import ProgressStrip, seconds_left
from ui.widgets.toast import LIFETIME_MS, Toast

LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize(
    ("done", "total", "elapsed", "left"),
    [
        (12, 31, 2.9, None),
        (0, 31, 10.0, None),
        (31, 31, 10.0, None),
        (12, 31, 3.0, 5),
        (10, 31, 11.0, 25),
        (1, 10, 20.0, 180),
        (1, 2, 1000.0, 1020),
        (99, 100, 4.0, 1),
    ],
)
def test_the_time_left_is_told_from_three_seconds_on(
    done: int, total: int, elapsed: float, left: int | None
) -> None:
    assert seconds_left(done, total, elapsed) == left


class Clock:
    """A clock that stands still until it is told."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_one_bar_that_never_goes_back(words: Words, qtbot: QtBot) -> None:
    clock = Clock()
    strip = ProgressStrip(words, name="cards.progress", clock=clock)
    qtbot.addWidget(strip)
    assert strip.isHidden()
    strip.start("Saving one PDF", "Cancel leaves no file behind.")
    strip.advance(12, 31, "card")
    assert strip.text() == "Saving one PDF: card 12 of 31"
    clock.now += 6
    strip.advance(10, 31, "card")
    assert strip.text() == "Saving one PDF: card 12 of 31, about 10 s left"
    clock.now += 600
    strip.advance(13, 31, "")
    assert strip.text() == "Saving one PDF: 13 of 31, about 14 min left"
    with qtbot.waitSignal(strip.cancelled):
        QTest.mouseClick(strip._cancel, LEFT)
    assert strip.text() == "Saving one PDF: stopping"
    opened = Button("Open")
    strip.finish("13 cards saved", "18 left out: no marks", (opened,))
    assert strip.text() == "13 cards saved"
    qtbot.waitUntil(opened.isVisible)
    strip.close_strip()
    assert strip.isHidden()


def host(qtbot: QtBot) -> QWidget:
    page = QWidget()
    page.resize(800, 600)
    QLineEdit(page)
    qtbot.addWidget(page)
    page.show()
    return page


def test_a_toast_undoes_once(words: Words, qtbot: QtBot) -> None:
    page = host(qtbot)
    toast = Toast(page, words)
    undone: list[str] = []
    toast.show_message("Pupil 0003 moved", lambda: undone.append("moved"))
    assert toast.isVisible()
    assert abs(toast.geometry().center().x() - 400) <= 1
    page.resize(1000, 500)
    assert abs(toast.geometry().center().x() - 500) <= 1
    QTest.mouseClick(toast._button, LEFT)
    assert undone == ["moved"]
    assert toast.isHidden()


def test_a_toast_waits_while_it_is_looked_at(words: Words, qtbot: QtBot) -> None:
    toast = Toast(host(qtbot), words)
    assert LIFETIME_MS == 7000
    toast.show_message("Saved", lambda: None)
    assert toast._clock.isActive()
    at = QPointF(5, 5)
    QApplication.sendEvent(toast, QEnterEvent(at, at, at))
    assert not toast._clock.isActive()
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    assert toast._clock.isActive()
    QApplication.sendEvent(toast._button, QFocusEvent(QEvent.Type.FocusIn))
    assert not toast._clock.isActive()
    QApplication.sendEvent(toast._button, QFocusEvent(QEvent.Type.FocusOut))
    assert toast._clock.isActive()
    toast._clock.setInterval(10)
    toast._clock.start()
    qtbot.waitUntil(toast.isHidden)


def test_a_toast_without_a_way_back_has_no_button(words: Words, qtbot: QtBot) -> None:
    toast = Toast(host(qtbot), words)
    toast.show_message("Copied")
    assert not toast._button.isVisible()
    QTest.keyClick(toast, Qt.Key.Key_Escape)
    assert toast.isHidden()


def test_a_dialog_asks_and_escape_is_no(words: Words, qtbot: QtBot) -> None:
    page = host(qtbot)
    answers: list[str] = []
    for act in ("issue", ""):
        dialog = Dialog("Issue 24 cards?", "They can be replaced later.", name="issue", parent=page)
        dialog.answered.connect(answers.append)
        go = dialog.add_verb("issue", "Issue 24 cards", "primary")
        keep = dialog.add_verb("keep", "Keep editing", safe=True)
        dialog.ask()
        assert keep.isDefault()
        assert not go.isDefault()
        if act:
            QTest.mouseClick(go, LEFT)
        else:
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert answers == ["issue", ""]


@pytest.mark.parametrize(
    "added",
    [
        [("keep", "secondary", True), ("map", "secondary", False), ("issue", "primary", False)],
        [("issue", "danger", False), ("map", "secondary", False), ("keep", "secondary", True)],
        [("map", "secondary", False), ("issue", "primary", False), ("keep", "secondary", True)],
    ],
)
def test_the_way_out_stands_first_and_the_deed_last(
    added: list[tuple[str, str, bool]], words: Words, qtbot: QtBot
) -> None:
    page = host(qtbot)
    dialog = Dialog("Issue 24 cards?", name="d", parent=page)
    made = {key: dialog.add_verb(key, key, kind, safe=safe) for key, kind, safe in added}
    dialog.ask()
    qtbot.waitUntil(lambda: made["keep"].hasFocus())
    assert sorted(made, key=lambda key: made[key].x()) == ["keep", "map", "issue"]
    QTest.keyClick(dialog, Qt.Key.Key_Tab)
    assert made["map"].hasFocus()
    QTest.keyClick(dialog, Qt.Key.Key_Tab)
    assert made["issue"].hasFocus()


def test_the_keyboard_goes_on_where_it_was_when_a_dialog_has_closed(words: Words, qtbot: QtBot) -> None:
    frame, line = Frame(), QLineEdit()
    qtbot.addWidget(frame)
    column(frame)
    frame.layout().addWidget(line)
    frame.show()
    frame.activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    outer = Dialog("Bring in?", parent=frame)
    outer.add_verb("close", "Close", safe=True)
    outer.ask()
    qtbot.waitUntil(outer.isActiveWindow)
    file = QFileDialog(outer)
    file.setOption(QFileDialog.Option.DontUseNativeDialog)
    file.open()
    qtbot.waitUntil(file.isActiveWindow)
    file.reject()
    qtbot.waitUntil(outer.isActiveWindow)
    QTest.keyClick(outer, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is line)


def test_the_ring_is_for_the_keyboard(words: Words, qtbot: QtBot) -> None:
    page = QWidget()
    box = column(page, 20, (20, 20, 20, 20))
    one, two, line = Button("One"), Button("Two"), QLineEdit()
    for widget in (one, two, line):
        box.addWidget(widget)
    ring = FocusRing(page)
    page.resize(300, 240)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is page)
    one.setFocus()
    assert ring.ring() is None
    QTest.keyClick(one, Qt.Key.Key_Tab)
    assert two.hasFocus()
    found = ring.ring()
    assert found is not None
    assert found.contains(two.geometry())
    assert found.width() == two.width() + 6
    QTest.mouseClick(two, LEFT)
    assert ring.ring() is None
    QTest.keyClick(two, Qt.Key.Key_Tab)
    assert line.hasFocus()
    assert ring.ring() is None, "an input shows its focus itself"
    two.setFocus()
    two.setProperty("ringInside", True)
    inside = ring.ring()
    assert inside is not None
    assert two.geometry().contains(inside)
    two.deleteLater()
    qtbot.wait(1)
    one.setFocus()
    page.resize(400, 240)
    assert ring.size() == page.size()
    picture = page.grab().toImage()
    edge = ring.ring()
    assert edge is not None
    assert picture.pixelColor(edge.left() + 1, edge.center().y()).name() == "#0b6478"


def test_a_dialog_reads_in_the_direction_of_its_window(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    dialog = Dialog("Which class?", parent=window)
    button = dialog.add_verb("go", "Go")
    assert dialog.layoutDirection() == button.layoutDirection() == Qt.LayoutDirection.RightToLeft
