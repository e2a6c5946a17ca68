"""Typing into a form as a person does."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.widgets.fields import TextField


def type_into(field: TextField, text: str, *, leave: Qt.Key | None = Qt.Key.Key_Tab) -> None:
    """Go into a field, replace what stands there, and leave it with a key (None: stay)."""
    field.line.setFocus(Qt.FocusReason.TabFocusReason)
    field.line.selectAll()
    QTest.keyClick(field.line, Qt.Key.Key_Delete)
    QTest.keyClicks(field.line, text) if text.isascii() else _paste(field.line, text)
    if leave is not None:
        QTest.keyClick(field.line, leave)


def _paste(line: QLineEdit, text: str) -> None:
    """Letters that no key of the test keyboard has."""
    line.insert(text)
    line.textEdited.emit(line.text())


def press(widget: QWidget | None, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    """Press a key in a widget."""
    assert widget is not None
    QTest.keyClick(widget, key, modifier or Qt.KeyboardModifier.NoModifier)
