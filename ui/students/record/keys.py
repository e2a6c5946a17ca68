"""Keys inside the fields of a record."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from ui.widgets.fields import Field


class UndoKeys(QObject):
    """Leaves Ctrl+Z and Ctrl+Y to the record where a line has nothing of its own to take back.

    A line edit claims both keys at all times. Heard is the line that has the focus and nothing else: whoever
    hears the whole program is asked at each event.
    """

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if isinstance(before, QLineEdit):
            before.removeEventFilter(self)
        if isinstance(now, QLineEdit) and self._view.isAncestorOf(now):
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the claim of a line back."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(watched, QLineEdit):
            return False
        if not isinstance(event, QKeyEvent):
            return False
        undo = event.matches(QKeySequence.StandardKey.Undo) and not watched.isUndoAvailable()
        redo = event.matches(QKeySequence.StandardKey.Redo) and not watched.isRedoAvailable()
        if undo or redo:
            event.ignore()
        return bool(undo or redo)


def field_of(widget: QWidget | None, within: QWidget) -> Field | None:
    """The field that a widget belongs to, inside ``within``."""
    while widget is not None and widget is not within:
        if isinstance(widget, Field):
            return widget
        widget = widget.parentWidget()
    return None
