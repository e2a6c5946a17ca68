"""A menu, and a menu in it, read from the side that the window reads from."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.menu import Menu

RTL, LTR = Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight


def test_it_reads_as_the_window_does_whenever_it_opens(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    menu = Menu(window)
    inner = menu.part("Grade")
    inner.addAction("Grade 1")
    for direction in (RTL, LTR):
        window.setLayoutDirection(direction)
        menu.popup(window.pos())
        inner.popup(window.pos())
        assert menu.layoutDirection() == inner.layoutDirection() == direction
        inner.close()
        menu.close()
    assert [action.text() for action in menu.actions()] == ["Grade"]
