"""What this program put onto the clipboard is taken off it again when the records are locked."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication


class Clip(QObject):
    """Remembers whether the clipboard holds something of ours.

    Some systems tell; on the others what comes while this program is in use counts as its own.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ours = False
        QGuiApplication.clipboard().dataChanged.connect(self._changed)

    def clear(self) -> None:
        """Empty the clipboard when what it holds is ours."""
        clipboard = QGuiApplication.clipboard()
        if self._ours or clipboard.ownsClipboard():
            clipboard.clear()
        self._ours = False

    def _changed(self) -> None:
        active = Qt.ApplicationState.ApplicationActive
        self._ours = QGuiApplication.applicationState() == active
