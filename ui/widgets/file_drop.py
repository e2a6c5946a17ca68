"""One file from this machine, dropped on a part of the screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget


class FileDrop(QObject):
    """Lets ``place`` take a file. ``dropped(Path)``; ``over(bool)`` while one that fits is held above it.

    ``takes`` says whether one is welcome now; without it one always is.
    """

    dropped = Signal(object)
    over = Signal(bool)

    def __init__(self, place: QWidget, takes: Callable[[], bool] | None = None) -> None:
        super().__init__(place)
        self._takes = takes
        place.setAcceptDrops(True)
        place.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The three events of dragging; all others pass."""
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self.over.emit(False)
            self._take(event)
            return True
        if event.type() == QEvent.Type.DragLeave:
            self.over.emit(False)
            return True
        if isinstance(event, QDragEnterEvent):
            if self._file(event.mimeData()) is not None:
                event.acceptProposedAction()
                self.over.emit(True)
            else:
                event.ignore()
            return True
        return False

    def _take(self, event: QDropEvent) -> None:
        path = self._file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)

    def _file(self, data: QMimeData) -> Path | None:
        """What is dragged, where it is one file that lies on this machine and is welcome."""
        urls = data.urls()
        if len(urls) != 1 or not urls[0].isLocalFile() or (self._takes is not None and not self._takes()):
            return None
        return Path(urls[0].toLocalFile())
