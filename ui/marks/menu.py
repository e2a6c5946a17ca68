"""The menu of a right click on a sheet: what the keys do, with the keys beside it."""

from collections.abc import Callable, Mapping

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from resources.words import Words
from ui.widgets.menu import Menu

Deeds = Mapping[str, Callable[[], object]]
"""What each entry does, by its key: cut, copy, paste, clear, fill."""


def sheet_menu(words: Words, deeds: Deeds, *, takes: bool, parent: QWidget) -> Menu:
    """The menu; ``takes``: the current cell can be changed."""
    menu = Menu(parent)
    menu.setObjectName("marks.sheet.menu")
    tr = words.tr
    for key, text, keys, changes in (
        ("cut", tr("Cut"), "Ctrl+X", True),
        ("copy", tr("Copy"), "Ctrl+C", False),
        ("paste", tr("Paste"), "Ctrl+V", True),
        ("clear", tr("Clear"), "Del", True),
        ("fill", tr("Fill down"), "Ctrl+D", True),
    ):
        native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        action = menu.addAction(f"{text}\t{native}")
        action.setData(key)
        action.setEnabled(takes or not changes)
        action.triggered.connect(lambda _=False, run=deeds[key]: run())
    return menu
